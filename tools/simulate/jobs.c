/* jobs.c: several samples at once, each presented to a copy of the network.
 *
 * A job reads the next sample, presents it, and writes what came out when the samples before it are
 * written: the output is that of one after another, as only samples that start afresh come here. One
 * job reads and one writes while others present theirs, and nobody waits for the slowest but at the end
 * of a round, which is when there is something else to do: a checkpoint, or progress to be shown. */
#include "simulate.h"

#include "base/memory.h"
#include "base/now.h"

#include <pthread.h>
#include <stdlib.h>

enum { ROUND_NS = 500000000 }; /* no further sample is begun after that */

typedef struct job {
    spk_engine *engine;
    spk_case *content;
    spk_sample sample;
    bool has_sample; /* the stream has samples */
    uint64_t turn;   /* its place among those of the round */
} job;

struct jobs {
    job *job;
    size_t n;
    pthread_mutex_t reading, writing;
    pthread_cond_t written;

    /* The round. Those who read: */
    uint64_t ends, loaded;
    int more; /* 1: there may be further samples; 0; -1: reading failed: */
    spk_error late;
    /* Those who write: */
    uint64_t turn; /* whose it is */
    bool failed;   /* why: */
    spk_error failure;
};

/* The weights of the first engine, whatever stream they came from. */
static int copy_weights(spk_engine *from, spk_engine *to, spk_error *err)
{
    for (size_t a = 0; a < spk_engine_arrays(from); a++) {
        const spk_engine_array *array = spk_engine_array_at(from, a);
        void *values = spk_alloc(array->values, spk_dtype_bytes(array->dtype), "weights", err);
        if (!values) return -1;
        spk_engine_array_get(from, a, 0, array->rows, values);
        int status = spk_engine_array_set(to, a, 0, array->rows, values, err);
        free(values);
        if (status) return -1;
    }
    return spk_engine_mark_weights(to, err);
}

void simulate_jobs_free(jobs *all)
{
    for (size_t k = 0; all && k < all->n; k++) {
        if (k > 0) spk_engine_close(all->job[k].engine); /* the first is the run's own */
        spk_case_free(all->job[k].content);
    }
    if (!all) return;
    pthread_cond_destroy(&all->written);
    pthread_mutex_destroy(&all->writing);
    pthread_mutex_destroy(&all->reading);
    free(all->job);
    free(all);
}

jobs *simulate_jobs_new(run *r, spk_error *err)
{
    const size_t n = (size_t)r->set->jobs;
    if (spk_run_fits(r->cli, r->net, n, err)) return NULL;
    jobs *all = spk_alloc(1, sizeof *all, "jobs", err);
    if (!all) return NULL;
    pthread_mutex_init(&all->reading, NULL);
    pthread_mutex_init(&all->writing, NULL);
    pthread_cond_init(&all->written, NULL);
    all->job = spk_alloc(n, sizeof *all->job, "jobs", err);
    all->n = all->job ? n : 0;
    for (size_t k = 0; k < all->n; k++) {
        job *j = &all->job[k];
        j->engine = r->engine;
        if (k > 0)
            j->engine = spk_run_engine(r->cli, r->net, r->network_seed, 1, r->set->plastic, err);
        j->content = spk_case_new(r->feed, err);
        if (j->engine && j->content && (k == 0 || copy_weights(r->engine, j->engine, err) == 0))
            continue;
        simulate_jobs_free(all);
        return NULL;
    }
    if (all->job) return all;
    simulate_jobs_free(all);
    return NULL;
}

/* ---- a round --------------------------------------------------------------------------------- */

/* Read the next sample that is wanted into the job: 1; 0 at the end, -1. */
static int load(run *r, job *j, spk_error *err)
{
    for (;;) {
        const int more = spk_feed_next(r->feed, &j->sample, err);
        if (more <= 0) return more;
        const bool wanted = simulate_wants(r, &j->sample);
        if (wanted ? spk_feed_load(r->feed, j->content, &j->sample, err)
                   : spk_feed_skip(r->feed, err))
            return -1;
        simulate_done(r, &j->sample);
        j->has_sample = spk_feed_has_samples(r->feed);
        if (wanted) return 1;
    }
}

static bool has_failed(jobs *all)
{
    pthread_mutex_lock(&all->writing);
    const bool failed = all->failed;
    pthread_mutex_unlock(&all->writing);
    return failed;
}

/* One job after another; false: the round ends. */
static bool take_sample(run *r, job *j)
{
    jobs *all = r->jobs;
    pthread_mutex_lock(&all->reading);
    const bool first = all->loaded < all->n; /* each has one, whatever the time is */
    bool taken = all->more > 0 && !has_failed(all) &&
                 (first || (spk_now() < all->ends && !spk_checkpoint_due(r->checkpoint, &r->at)));
    if (taken) {
        all->more = load(r, j, &all->late);
        taken = all->more > 0;
        j->turn = all->loaded;
        all->loaded += taken;
    }
    pthread_mutex_unlock(&all->reading);
    return taken;
}

static int write_out(run *r, const job *j, spk_error *err)
{
    spk_recorder_begin(r->recorder, j->has_sample ? &j->sample : NULL);
    if (spk_recorder_keep(r->recorder, j->engine, j->sample.duration, err) ||
        spk_recorder_end(r->recorder, err))
        return -1;
    r->at.end = j->sample.begin + j->sample.duration;
    return 0;
}

/* What came out of a presentation, which may have failed, in its turn; nothing behind a failure. */
static void take_turn(run *r, const job *j, int status, const spk_error *why)
{
    jobs *all = r->jobs;
    pthread_mutex_lock(&all->writing);
    while (all->turn < j->turn)
        pthread_cond_wait(&all->written, &all->writing);
    if (!all->failed && status) {
        all->failed = true;
        all->failure = *why;
    } else if (!all->failed) {
        all->failed = write_out(r, j, &all->failure) != 0;
    }
    all->turn++;
    pthread_cond_broadcast(&all->written);
    pthread_mutex_unlock(&all->writing);
}

static void work(run *r, job *j)
{
    while (take_sample(r, j)) {
        spk_error why;
        const int status = spk_case_present(j->content, j->engine, NULL, NULL, &j->sample, &why);
        take_turn(r, j, status, &why);
    }
}

int simulate_in_jobs(run *r, spk_error *err)
{
    jobs *all = r->jobs;
    const size_t n = all->n;
    all->loaded = all->turn = 0;
    all->more = 1;
    all->ends = spk_now() + ROUND_NS;
#pragma omp parallel for num_threads((int)n) schedule(static, 1)
    for (size_t k = 0; k < n; k++)
        work(r, &all->job[k]);
    if (all->failed) {
        if (err) *err = all->failure;
        return -1;
    }
    /* What was whole before a failure of the input has been written. */
    if (all->more < 0 && err) *err = all->late;
    return all->more;
}
