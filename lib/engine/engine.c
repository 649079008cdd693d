/* engine.c: putting a network together, and presenting samples to it. */
#include "engine/engine.h"

#include "base/memory.h"
#include "base/now.h"
#include "engine/internal.h"
#include "random/random.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_ATTEMPTS = 0xffff, /* what a random address has room for */
    SAMPLE_BITS = 48
};

/* ---- building -------------------------------------------------------------------------------- */

static int build_winners(spk_engine *e, spk_error *err)
{
    size_t n = e->net->populations;
    e->winner_draws = spk_alloc(n, sizeof *e->winner_draws, "populations", err);
    e->winner_key = spk_alloc(n, sizeof *e->winner_key, "populations", err);
    if (!e->winner_draws || !e->winner_key) return -1;
    for (size_t i = 0; i < n; i++) {
        const spk_population *spec = &e->net->population[i];
        char purpose[SPK_NAME_MAX + 32];
        snprintf(purpose, sizeof purpose, "population/%s/winner", spec->name);
        e->winner_key[i] = spk_random_key(e->options.input_seed, purpose);
        e->winners |= spec->winner_random;
    }
    return 0;
}

static int build(spk_engine *e, spk_error *err)
{
    const spk_network *net = e->net;
    e->population = spk_alloc(net->populations, sizeof *e->population, "populations", err);
    if (!e->population) return -1;
    if (net->on_sample.repeat && net->on_sample.repeat_max_attempts > MAX_ATTEMPTS)
        return spk_fail(err, SPK_USAGE, "%s: on_sample.repeat.max_attempts: at most %d", net->name,
                        MAX_ATTEMPTS);
    for (size_t i = 0; i < net->populations; i++) {
        engine_population *p = &e->population[i];
        p->spec = &net->population[i];
        p->index = i;
        if (engine_population_build(e, p, err) || engine_record_build(e, p, err)) return -1;
    }
    if (engine_projections_build(e, err)) return -1;
    return build_winners(e, err) || engine_arrays_build(e, err) ? -1 : 0;
}

spk_engine *spk_engine_open(const spk_network *net, const spk_engine_options *options,
                            spk_error *err)
{
    static const engine_functions *const tables[] = {&engine_functions_sse2, &engine_functions_avx2,
                                                     &engine_functions_avx512};
    spk_engine *e = spk_alloc(1, sizeof *e, "the network", err);
    if (!e) return NULL;
    e->net = net;
    e->options = *options;
    e->learning = options->learning;
    e->real_bytes = net->single ? sizeof(float) : sizeof(double);
    e->functions = tables[spk_simd_level()];
    e->vector = &e->functions->vector[!net->single];
    e->plasticity = spk_plasticity_functions_choose();
    const uint64_t begin = spk_now();
    if (engine_interval_find(e, err) || engine_exchange_open(e, err)) {
        spk_engine_close(e);
        return NULL;
    }
    engine_cut_open(e);
    if (build(e, err)) {
        spk_engine_close(e);
        return NULL;
    }
    engine_cut_start(e, begin);
    return e;
}

void spk_engine_close(spk_engine *e)
{
    if (!e) return;
    engine_arrays_free(e);
    engine_projections_free(e);
    for (size_t i = 0; e->population && i < e->net->populations; i++)
        engine_population_free(&e->population[i]);
    free(e->population);
    engine_interval_free(e);
    engine_exchange_free(e);
    free(e->winner_draws);
    free(e->winner_key);
    free(e);
}

int spk_engine_threads(const spk_engine *e)
{
    return (int)e->threads;
}

/* ---- one presentation ------------------------------------------------------------------------ */

static void reset(spk_engine *e)
{
    const spk_on_sample *rule = &e->net->on_sample;
    for (size_t i = 0; i < e->net->populations; i++)
        engine_population_reset(e, &e->population[i], rule->reset_membranes, rule->reset_synapses,
                                rule->reset_spikes);
    for (size_t k = 0; rule->reset_synapses && k < e->net->projections; k++)
        if (e->projection[k].spec->short_term)
            engine_shortterm_reset(e, &e->projection[k]);
        else if (e->projection[k].storage->still)
            e->projection[k].storage->still(e, &e->projection[k]);
    if (!e->learning) return;
    for (size_t k = 0; k < e->net->projections; k++) {
        engine_projection *p = &e->projection[k];
        if ((rule->reset_traces || rule->reset_weights) && p->storage->settle)
            p->storage->settle(e, p);
        if (rule->reset_weights) engine_scaling_reset(p);
        if (rule->reset_traces && p->storage->forget) p->storage->forget(e, p);
        if (rule->reset_traces && p->storage->traces)
            engine_traces_reset(e, p, p->storage->traces(p));
        if ((rule->reset_traces || rule->reset_spikes) && p->storage->refresh)
            p->storage->refresh(e, p);
    }
    if (rule->reset_weights) engine_arrays_reset(e);
}

static void normalize(spk_engine *e)
{
    for (size_t k = 0; e->learning && k < e->net->projections; k++) {
        engine_projection *p = &e->projection[k];
        if (!p->spec->normalize && !p->rate) continue;
#pragma omp parallel for num_threads((int)e->threads) schedule(static, 1) if (e->threads > 1)
        for (size_t part = e->first; part < e->last; part++) {
            const engine_range own = p->target->part[part];
            if (p->rate) memset(p->changed + own.begin, true, own.end - own.begin);
            p->storage->normalize(e, p, part);
        }
    }
}

int spk_engine_begin(spk_engine *e, uint64_t number, spk_error *err)
{
    if (number >> SAMPLE_BITS)
        return spk_fail(err, SPK_DATA, "sample number %llu is too large (below 2^%d)",
                        (unsigned long long)number, SAMPLE_BITS);
    e->attempt = e->again && number == e->sample ? e->attempt + 1 : 0;
    e->sample = number;
    e->done = 0;
    e->began = e->now;
    e->label = -1;
    e->counted = 0;
    e->again = false;
    reset(e);
    normalize(e);
    spk_engine_forget(e);
    for (size_t i = 0; i < e->net->populations; i++) {
        e->winner_draws[i] = 0;
        if (e->population[i].source) engine_source_begin(e, &e->population[i]);
    }
    return 0;
}

uint32_t spk_engine_attempts(const spk_engine *e)
{
    return e->attempt + 1;
}

int spk_engine_label(spk_engine *e, int32_t label, spk_error *err)
{
    for (size_t i = 0; label >= 0 && i < e->net->populations; i++) {
        const engine_population *p = &e->population[i];
        if (p->teacher && (uint32_t)label >= p->size)
            return spk_fail(err, SPK_DATA,
                            "sample %llu: label %d: the highest that the teacher of population %s "
                            "has a unit for is %u",
                            (unsigned long long)e->sample, label, p->spec->name, p->size - 1);
    }
    e->label = label;
    return 0;
}

int spk_engine_rates(spk_engine *e, const float *hertz, spk_error *err)
{
    int input = spk_network_input(e->net);
    if (input < 0 || e->net->population[input].model->source != SPK_SOURCE_FRAMES)
        return spk_fail(err, SPK_BUG, "rates for a network without a fed poisson_input");
    return engine_source_rates(e, &e->population[input], hertz, err);
}

/* Some steps, whose input is made ready at once. */
static int window(spk_engine *e, uint64_t steps, size_t spikes, const uint64_t *step,
                  const uint32_t *unit, spk_error *err)
{
    const uint64_t begin = spk_now();
    for (size_t i = 0; i < e->net->populations; i++) {
        engine_population *p = &e->population[i];
        if (p->source && engine_source_window(e, p, steps, spikes, step, unit, e->done, err))
            return -1;
        if (p->record && !e->resting && engine_record_reserve(e, p, steps, err)) return -1;
    }
    if (engine_window(e, steps, err)) return -1;
    const uint64_t end = spk_now();
    engine_pace_note(&e->pace, e->resting ? 0 : steps, (double)(end - begin), (double)end);
    return 0;
}

int spk_engine_run(spk_engine *e, uint64_t steps, size_t spikes, const uint64_t *step,
                   const uint32_t *unit, spk_error *err)
{
    while (steps > 0) {
        uint64_t here = steps;
        size_t n = 0;
        if (engine_cut_choose(e, &here, err)) return -1;
        if (here > ENGINE_WINDOW) here = ENGINE_WINDOW;
        while (n < spikes && step[n] < e->done + here)
            n++;
        if (window(e, here, n, step, unit, err)) return -1;
        steps -= here;
        if (n == 0) continue; /* there may be no arrays */
        spikes -= n;
        step += n;
        unit += n;
    }
    if (spikes > 0) return spk_fail(err, SPK_BUG, "%zu spikes lie behind their steps", spikes);
    return 0;
}

static int rest(spk_engine *e, spk_error *err)
{
    e->resting = true;
    int status = spk_engine_run(e, e->net->on_sample.rest_steps, 0, NULL, NULL, err);
    e->resting = false;
    return status;
}

int spk_engine_end(spk_engine *e, bool *again, spk_error *err)
{
    const spk_on_sample *rule = &e->net->on_sample;
    for (size_t i = 0; i < e->net->populations; i++)
        if (engine_population_check(e, &e->population[i], err)) return -1;
    e->again = rule->repeat && e->counted < rule->repeat_min_spikes &&
               e->attempt + 1 < rule->repeat_max_attempts;
    *again = e->again;
    return rest(e, err);
}
