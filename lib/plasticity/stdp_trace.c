/* stdp_trace.c: spike-timing-dependent plasticity by traces: Diehl & Cook's (2015) four variants
 * and BindsNET's PostPre.
 *
 * x is the synapse's presynaptic trace, y its postsynaptic one, z the slow postsynaptic one; each
 * decays exponentially and is set to 1 by its spike ("trace": "set": nearest spikes), or grows by 1
 * ("add": all spikes). z is read as it was before the spike that reads it.
 *
 *   variant        at a presynaptic spike      at a postsynaptic spike
 *   pair           w -= nu_pre y               w += nu_post x
 *   triplet        w -= nu_pre y               w += nu_post x z
 *   power_law                                  w += nu_post (x - x_tar) (w_max - w)^mu
 *   exponential                                w += nu_post (x exp(-beta w)
 *                                                            - x_tar exp(-beta (w_max - w)))
 *   pre_and_post   w -= nu_pre y w^mu          w += nu_post (x - x_tar) (w_max - w)^mu
 *
 * After each event w is clipped to [w_min, w_max] (w_max - w counts as 0 when w is above w_max). A
 * presynaptic spike where y is 0, and one of pair's and triplet's postsynaptic spikes where x is 0,
 * are no events. In single precision traces below 2^-40 count as 0. "pre_sign": "plus" turns the
 * presynaptic depression into potentiation, as the Brian 2 port of Diehl & Cook's code does by
 * mistake.
 *
 * "timing": "synapse" lets spikes act when they reach the synapse (delay_kind); of a pre- and a
 * postsynaptic spike in one step, the presynaptic one acts first: it sees y before that step's
 * spike, the postsynaptic one sees x after it. "emission" lets both act when they are emitted,
 * whatever the delay, and each sees the other's trace with this step's spike (BindsNET). "together"
 * is as "synapse", but both see the traces as they were before the step's spikes, and both changes
 * are one, clipped once (NALSM, Ivanov and Michmizos 2021). Below 0 a rate turns its side's change
 * round, as synapses with negative weights want it. */
#include "math/math.h"
#include "plasticity/kernel.h"
#include "plasticity/rules.h"
#include "plasticity/variants.h"

enum {
    VARIANT,
    NU_PRE,
    NU_POST,
    TAU_PRE,
    TAU_POST,
    TAU_POST2,
    TRACE,
    X_TAR,
    MU,
    BETA,
    W_MIN,
    W_MAX,
    PRE_SIGN,
    TIMING
};
enum { SYNAPSE, EMISSION, TOGETHER }; /* its words */

static const spk_parameter parameters[] = {
    [VARIANT] = {.key = "variant",
                 .help = "form of the rule",
                 .preset = 0,
                 .choices = "triplet|pair|power_law|exponential|pre_and_post"},
    [NU_PRE] = {.key = "nu_pre",
                .help = "rate of the change at presynaptic spikes",
                .preset = 1e-4,
                .min = -1e6,
                .max = 1e6,
                .modulated = true},
    [NU_POST] = {.key = "nu_post",
                 .help = "rate of the change at postsynaptic spikes",
                 .preset = 1e-2,
                 .min = -1e6,
                 .max = 1e6,
                 .modulated = true},
    [TAU_PRE] = {.key = "tau_pre_ms",
                 .help = "decay time of the presynaptic trace",
                 .preset = 20,
                 .min = 1e-6,
                 .max = 1e9},
    [TAU_POST] = {.key = "tau_post_ms",
                  .help = "decay time of the postsynaptic trace",
                  .preset = 20,
                  .min = 1e-6,
                  .max = 1e9},
    [TAU_POST2] = {.key = "tau_post2_ms",
                   .help = "decay time of the slow postsynaptic trace",
                   .preset = 40,
                   .min = 1e-6,
                   .max = 1e9},
    [TRACE] = {.key = "trace",
               .help = "a spike sets its trace to 1, or adds 1",
               .preset = 0,
               .choices = "set|add"},
    [X_TAR] = {.key = "x_tar",
               .help = "presynaptic trace at which the weight stays",
               .preset = 0.4,
               .min = -1e6,
               .max = 1e6},
    [MU] = {.key = "mu",
            .help = "exponent of the weight dependence",
            .preset = 0.2,
            .min = 0,
            .max = 100},
    [BETA] = {.key = "beta",
              .help = "strength of the exponential weight dependence",
              .preset = 1,
              .min = -100,
              .max = 100},
    [W_MIN] =
        {.key = "w_min", .help = "lower bound of the weight", .preset = 0, .min = -1e9, .max = 1e9},
    [W_MAX] =
        {.key = "w_max", .help = "upper bound of the weight", .preset = 1, .min = -1e9, .max = 1e9},
    [PRE_SIGN] = {.key = "pre_sign",
                  .help = "a presynaptic spike lowers or raises the weight",
                  .preset = 0,
                  .choices = "minus|plus"},
    [TIMING] = {.key = "timing",
                .help = "when spikes act: as they reach the synapse, as they are emitted, or both "
                        "sides' together",
                .preset = 0,
                .choices = "synapse|emission|together"},
    {.key = NULL},
};

static const char *prepare(const double *param, double dt_ms, spk_rule_constants *out)
{
    int variant = (int)param[VARIANT];
    if (param[W_MIN] > param[W_MAX]) return "w_min must not be greater than w_max";
    if (param[TIMING] == TOGETHER && variant != STDP_PAIR)
        return "timing together is for variant pair";
    if (variant == STDP_PRE_AND_POST && param[W_MIN] < 0)
        return "variant pre_and_post needs w_min >= 0, as it takes a power of the weight";
    *out = (spk_rule_constants){
        .variant = variant,
        .add = param[TRACE] == 1,
        .at_emission = param[TIMING] == EMISSION,
        .together = param[TIMING] == TOGETHER,
        .deliver_after = param[TIMING] == EMISSION,
        .pre_changes = variant != STDP_POWER_LAW && variant != STDP_EXPONENTIAL,
        .post_needs_x = variant == STDP_TRIPLET || variant == STDP_PAIR,
        .slow_trace = variant == STDP_TRIPLET,
        .decay_pre = spk_exp(-dt_ms / param[TAU_PRE]),
        .decay_post = spk_exp(-dt_ms / param[TAU_POST]),
        .decay_slow = spk_exp(-dt_ms / param[TAU_POST2]),
        .nu_pre = param[PRE_SIGN] == 1 ? param[NU_PRE] : -param[NU_PRE],
        .nu_post = param[NU_POST],
        .x_tar = param[X_TAR],
        .mu = param[MU],
        .beta = param[BETA],
        .w_min = param[W_MIN],
        .w_max = param[W_MAX],
    };
    return NULL;
}

static const spk_rule_kernel kernel = {
    .prepare = prepare,
    .rates = {NU_PRE, NU_POST},
    .functions = offsetof(spk_plasticity_functions, stdp_trace),
};

const spk_plasticity_rule stdp_trace_rule = {
    .name = "stdp_trace",
    .help = "trace-based STDP: Diehl & Cook's (2015) four variants, BindsNET's PostPre",
    .parameters = parameters,
    .kernel = &kernel,
};
