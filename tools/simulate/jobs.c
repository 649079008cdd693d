/* jobs.c: several samples at once, each presented to a copy of the network.
 *
 * Samples are read in order into the jobs, presented side by side, and written in order, so that
 * the output is that of one after another: only samples that start afresh come here. */
#include "simulate.h"

#include "base/memory.h"

#include <stdlib.h>

typedef struct job {
    spk_engine *engine;
    spk_case *content;
    spk_sample sample;
    int status;
    spk_error failure;
} job;

struct jobs {
    job *job;
    size_t n;
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
    if (all) free(all->job);
    free(all);
}

jobs *simulate_jobs_new(run *r, spk_error *err)
{
    const size_t n = (size_t)r->set->jobs;
    if (spk_run_fits(r->cli, r->net, n, err)) return NULL;
    jobs *all = spk_alloc(1, sizeof *all, "jobs", err);
    if (!all) return NULL;
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

/* Read samples into jobs until all have one, or (status) there are no more: 1, 0, -1. */
static int load(run *r, size_t *loaded, spk_error *err)
{
    for (*loaded = 0; *loaded < r->jobs->n;) {
        job *j = &r->jobs->job[*loaded];
        int more = spk_feed_next(r->feed, &j->sample, err);
        if (more <= 0) return more;
        const bool wanted = simulate_wants(r, &j->sample);
        if (wanted ? spk_feed_load(r->feed, j->content, &j->sample, err)
                   : spk_feed_skip(r->feed, err))
            return -1;
        simulate_done(r, &j->sample);
        *loaded += wanted;
    }
    return 1;
}

static int write_out(run *r, job *j, spk_error *err)
{
    if (j->status) {
        if (err) *err = j->failure;
        return -1;
    }
    spk_recorder_begin(r->recorder, spk_feed_has_samples(r->feed) ? &j->sample : NULL);
    if (spk_recorder_keep(r->recorder, j->engine, j->sample.duration, err) ||
        spk_recorder_end(r->recorder, err))
        return -1;
    r->at.end = j->sample.begin + j->sample.duration;
    return 0;
}

static int present_all(run *r, size_t n, spk_error *err)
{
    job *list = r->jobs->job;
#pragma omp parallel for num_threads((int)n) schedule(static, 1)
    for (size_t k = 0; k < n; k++)
        list[k].status = spk_case_present(list[k].content, list[k].engine, NULL, NULL,
                                          &list[k].sample, &list[k].failure);
    for (size_t k = 0; k < n; k++)
        if (write_out(r, &list[k], err)) return -1;
    return 0;
}

int simulate_in_jobs(run *r, spk_error *err)
{
    spk_error late; /* what was whole before a failure of the input is still written */
    size_t loaded = 0;
    const int more = load(r, &loaded, &late);
    if (loaded > 0 && present_all(r, loaded, err)) return -1;
    if (more < 0 && err) *err = late;
    return more;
}
