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

static void free_jobs(job *jobs, size_t n)
{
    for (size_t k = 0; jobs && k < n; k++) {
        if (k > 0) spk_engine_close(jobs[k].engine); /* the first is the run's own */
        spk_case_free(jobs[k].content);
    }
    free(jobs);
}

static job *make_jobs(run *r, size_t n, spk_error *err)
{
    if (spk_run_fits(r->cli, r->net, n, err)) return NULL;
    job *jobs = spk_alloc(n, sizeof *jobs, "jobs", err);
    for (size_t k = 0; jobs && k < n; k++) {
        jobs[k].engine = r->engine;
        if (k > 0)
            jobs[k].engine =
                spk_run_engine(r->cli, r->net, r->network_seed, 1, r->set->plastic, err);
        jobs[k].content = spk_case_new(r->feed, err);
        if (jobs[k].engine && jobs[k].content &&
            (k == 0 || copy_weights(r->engine, jobs[k].engine, err) == 0))
            continue;
        free_jobs(jobs, n);
        return NULL;
    }
    return jobs;
}

/* Read samples into jobs until all have one, or (status) there are no more: 1, 0, -1. */
static int load(run *r, job *jobs, size_t n, size_t *loaded, spk_error *err)
{
    for (*loaded = 0; *loaded < n;) {
        job *j = &jobs[*loaded];
        int more = spk_feed_next(r->feed, &j->sample, err);
        if (more <= 0) return more;
        if (!simulate_wants(r, &j->sample)) {
            if (spk_feed_skip(r->feed, err)) return -1;
            continue;
        }
        if (spk_feed_load(r->feed, j->content, &j->sample, err)) return -1;
        ++*loaded;
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
    r->end = j->sample.begin + j->sample.duration;
    return 0;
}

static int present_all(run *r, job *jobs, size_t n, spk_progress *progress, spk_error *err)
{
#pragma omp parallel for num_threads((int)n) schedule(static, 1)
    for (size_t k = 0; k < n; k++)
        jobs[k].status = spk_case_present(jobs[k].content, jobs[k].engine, NULL, NULL,
                                          &jobs[k].sample, &jobs[k].failure);
    for (size_t k = 0; k < n; k++) {
        if (write_out(r, &jobs[k], err)) return -1;
        spk_run_progress(r->cli, r->input, progress, ++r->done);
    }
    return 0;
}

int simulate_in_jobs(run *r, spk_progress *progress, spk_error *err)
{
    size_t n = (size_t)r->set->jobs, loaded = 0;
    job *jobs = make_jobs(r, n, err);
    int more = jobs ? 1 : -1;
    while (more > 0) {
        spk_error late; /* what was whole before a failure of the input is still written */
        more = load(r, jobs, n, &loaded, &late);
        if (loaded > 0 && present_all(r, jobs, loaded, progress, err))
            more = -1;
        else if (more < 0 && err)
            *err = late;
    }
    free_jobs(jobs, n);
    return more;
}
