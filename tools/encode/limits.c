/* limits.c: what some methods cannot do: more than one spike of a unit in a tick, intensities above
 * the full scale (which only --normalize makes). */
#include "encode.h"

#include <inttypes.h>

int spikes_per_tick(const encode_plan *plan, const rate_settings *settings, double *per_tick,
                    spk_error *err)
{
    *per_tick = settings->max_rate * spk_rational_value(plan->tick);
    if (*per_tick <= 1) return 0;
    return spk_fail(err, SPK_USAGE,
                    "--max-rate %gHz makes %g spikes in a tick of %gs: at most 1 is possible",
                    settings->max_rate, *per_tick, spk_rational_value(plan->tick));
}

/* The unit of the highest intensity. */
static uint32_t brightest(const encode_sample *sample, uint32_t units)
{
    uint32_t best = 0;
    for (uint32_t u = 1; u < units; u++)
        if (sample->intensity[u] > sample->intensity[best]) best = u;
    return best;
}

int check_spikes_per_tick(const encode_sample *sample, uint32_t units, double per_tick,
                          spk_error *err)
{
    uint32_t worst = brightest(sample, units);
    double most = sample->intensity[worst] * per_tick;
    if (most <= 1) return 0;
    return spk_fail(err, SPK_DATA,
                    "sample %" PRIu64 ", unit %" PRIu32 ": --normalize makes %g spikes in a tick: "
                    "at most 1 is possible; lower --max-rate or the target",
                    sample->number, worst, most);
}

int check_intensities(const encode_sample *sample, uint32_t units, spk_error *err)
{
    uint32_t worst = brightest(sample, units);
    if (sample->intensity[worst] <= 1) return 0;
    return spk_fail(err, SPK_DATA,
                    "sample %" PRIu64 ", unit %" PRIu32
                    ": --normalize makes intensity %g: at most 1 "
                    "has a time; lower the target",
                    sample->number, worst, sample->intensity[worst]);
}
