/* scaling.c: synaptic scaling: what arrives at a neuron is multiplied so that its rate comes to a target.
 *
 * A projection that is scaled keeps the rate of each of its targets, smoothed over tau:
 *
 *     tau dr/dt = -r + sum over spikes s of delta(t - s)
 *
 * decayed in every step, as a spike falls 1 / tau higher. Before each presentation all weights onto a target are
 * multiplied by one factor (engine_scaling_factor), where `normalize` would do the same. The experiments are
 * Turrigiano et al. (1998), Nature 391:892; the form is that of van Rossum, Bi & Turrigiano (2000), J. Neurosci.
 * 20:8812, dw/dt = beta w (goal - r), a presentation at a time and without their integral of the error.
 * A unit's rate belongs to the part that has the unit, and depends on nothing but its spikes. */
#include "base/memory.h"
#include "engine/internal.h"
#include "math/math.h"

#include <math.h>

void engine_scaling_reset(engine_projection *p)
{
    for (size_t j = 0; p->rate && j < p->target->padded; j++)
        p->rate[j] = p->spec->scaling.target_rate_Hz;
}

int engine_scaling_build(const spk_engine *e, engine_projection *p, spk_error *err)
{
    const spk_scaling *s = &p->spec->scaling;
    if (!(s->target_rate_Hz > 0)) return 0;
    p->rate = spk_alloc(p->target->padded, sizeof *p->rate, "rates", err);
    if (!p->rate) return -1;
    engine_scaling_reset(p);
    p->rate_decay = spk_exp(-e->net->dt_ms / s->tau_ms);
    p->rate_spike = 1000 / s->tau_ms;
    return 0;
}

void engine_scaling_step(const spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    const engine_range own = p->target->part[part];
    for (size_t j = own.begin; j < own.end; j++)
        p->rate[j] *= p->rate_decay;
    const engine_fired fired = engine_population_fired(e, p->target, t, 0);
    const uint32_t *unit = fired.unit + fired.part[part].begin;
    for (uint32_t i = 0; i < fired.count[part]; i++)
        p->rate[unit[i]] += p->rate_spike;
}

/* A silent unit's weights grow by 1 + gain, a fast one's fall by 1 - gain at most. */
double engine_scaling_factor(const engine_projection *p, size_t target, double sum)
{
    const spk_scaling *s = &p->spec->scaling;
    const double error = (s->target_rate_Hz - p->rate[target]) / s->target_rate_Hz;
    const double factor = 1 + s->gain * (error > -1 ? error : -1);
    const double most = s->max_sum / fabs(sum);
    if (factor <= 1 || factor <= most) return factor;
    return most > 1 ? most : 1;
}
