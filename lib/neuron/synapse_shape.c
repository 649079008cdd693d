/* synapse_shape.c: g(t) = peak (exp(-t / decay) - exp(-t / rise)) / (1 / rise - 1 / decay). */
#include "neuron/synapse_shape.h"

#include "math/math.h"

#include <math.h>

double spk_synapse_peak(double rise_ms, double decay_ms)
{
    const double e = 2.71828182845904523536, apart = decay_ms - rise_ms;
    if (fabs(apart) <= 1e-7 * decay_ms) return e / decay_ms;
    const double at = rise_ms * decay_ms / apart * spk_log(decay_ms / rise_ms);
    const double height = spk_exp(-at / decay_ms) - spk_exp(-at / rise_ms);
    return (1 / rise_ms - 1 / decay_ms) / height;
}
