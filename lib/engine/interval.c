/* interval.c: how many steps threads, and ranks, work on before they exchange spikes.
 *
 * What is sent arrives after a delay. So everybody may advance as many steps as the smallest delay
 * has, and only then look at what others did: a block. Sums are made in the same order as step by
 * step, so that blocks of any length give the same bytes.
 *
 * Spikes of devices are no one else's: where their delay is smaller than a block, they are put into
 * the input in the step in which they arrive. All that spikes bring there has been sent before, as it
 * takes longer, so that the order of sums stays that of sending. */
#include "base/memory.h"
#include "engine/internal.h"

#include <stdlib.h>

static bool is_prompt(const spk_engine *e, size_t k)
{
    const spk_projection *p = &e->net->projection[k];
    const spk_population *source = &e->net->population[p->source];
    return source->model->source == SPK_SOURCE_DEVICE && !spk_population_is_current(source) &&
           p->min_delay < e->interval.steps;
}

/* What was sent first is added first. */
static void sort_prompt(spk_engine *e)
{
    engine_interval *interval = &e->interval;
    for (size_t i = 1; i < interval->prompts; i++) {
        const size_t k = interval->prompt[i];
        const uint32_t delay = e->net->projection[k].min_delay;
        size_t j = i;
        for (; j > 0 && e->net->projection[interval->prompt[j - 1]].min_delay < delay; j--)
            interval->prompt[j] = interval->prompt[j - 1];
        interval->prompt[j] = k;
    }
}

int engine_interval_find(spk_engine *e, spk_error *err)
{
    engine_interval *interval = &e->interval;
    const uint32_t asked = (uint32_t)e->options.interval;
    interval->immediate = spk_network_immediate(e->net);
    interval->steps = spk_network_interval(e->net);
    if (asked > 0 && asked < interval->steps) interval->steps = asked;
    interval->prompt = spk_alloc(e->net->projections, sizeof *interval->prompt, "projections", err);
    interval->is_prompt =
        spk_alloc(e->net->projections, sizeof *interval->is_prompt, "projections", err);
    if (!interval->prompt || !interval->is_prompt) return -1;
    for (size_t k = 0; !interval->immediate && k < e->net->projections; k++)
        if ((interval->is_prompt[k] = is_prompt(e, k))) interval->prompt[interval->prompts++] = k;
    sort_prompt(e);
    return 0;
}

void engine_interval_free(spk_engine *e)
{
    free(e->interval.prompt);
    free(e->interval.is_prompt);
}

void engine_interval_arrive(spk_engine *e, size_t part, uint64_t t, uint64_t end, bool now)
{
    for (size_t i = 0; i < e->interval.prompts; i++) {
        engine_projection *p = &e->projection[e->interval.prompt[i]];
        const uint64_t delay = p->spec->min_delay;
        if ((delay == 0) != now || t < e->now + delay || t - delay >= end) continue;
        p->storage->step(e, p, part, t - delay);
    }
}

uint32_t engine_interval_ahead(const spk_engine *e)
{
    return e->interval.prompts > 0 ? e->projection[e->interval.prompt[0]].spec->min_delay : 0;
}
