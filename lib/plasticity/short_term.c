/* short_term.c: the short-term plasticity of Tsodyks and Markram in NEST's two forms.
 *
 * h is the time since the source's last spike. At a spike of
 *
 *   tsodyks2     x = 1 + (x - x u - 1) exp(-h / tau_rec)
 *                u = U + u (1 - U) exp(-h / tau_fac)               both with the old u and x
 *                the factor is u x; the first spike finds u and x as they are given
 *
 *   tsodyks      u, x, y are propagated by h, exactly:
 *                    du/dt = -u / tau_fac,  dy/dt = -y / tau_psc,
 *                    dx/dt = z / tau_rec,   z = 1 - x - y
 *                u = u + U (1 - u);  the factor is u x;  x = x - u x;  y = y + u x
 *                the state that is given is that at time 0
 *
 * With tau_fac 0 the decay of u is complete.
 *
 * tsodyks2: Maass & Markram (2002), Neural Networks 15, 155, equations 2.2 and 2.3; NEST's
 * tsodyks2_synapse. tsodyks: Tsodyks, Uziel & Markram (2000), J. Neurosci. 20 RC50; NEST's
 * tsodyks_synapse. */
#include "plasticity/short_term.h"

#include "math/math.h"

#include <math.h>

enum { U, TAU_REC, TAU_FAC, U_START, X_START, TAU_PSC, Y_START };

#define SHARE                                                                                      \
    {                                                                                              \
        .key = "U", .help = "share that a spike adds to u", .preset = 0.5, .min = 0, .max = 1      \
    }
#define RECOVERY                                                                                   \
    {                                                                                              \
        .key = "tau_rec_ms", .help = "time constant of recovery", .preset = 800, .min = 1e-6,      \
        .max = 1e9                                                                                 \
    }
#define FACILITATION                                                                               \
    {                                                                                              \
        .key = "tau_fac_ms", .help = "time constant of facilitation; 0: none", .preset = 0,        \
        .min = 0, .max = 1e9                                                                       \
    }

static double decay(double h, double tau)
{
    return tau > 0 ? spk_exp(-h / tau) : 0;
}

/* ---- tsodyks2 -------------------------------------------------------------------------------- */

static const spk_parameter two_states[] = {
    [U] = SHARE,
    [TAU_REC] = RECOVERY,
    [TAU_FAC] = FACILITATION,
    [U_START] =
        {.key = "u", .help = "u at the first spike; -1: U", .preset = -1, .min = -1, .max = 1},
    [X_START] = {.key = "x", .help = "x at the first spike", .preset = 1, .min = 0, .max = 1},
    {.key = NULL},
};

static const char *resolve_two(double *param)
{
    if (param[U_START] == -1) param[U_START] = param[U];
    return param[U_START] < 0 ? "u is 0 to 1, or -1 for the value of U" : NULL;
}

static void start_two(const double *param, uint64_t now, spk_short_term_state *state)
{
    (void)now;
    *state = (spk_short_term_state){param[U_START], param[X_START], 0, UINT64_MAX};
}

static double spike_two(const double *param, double dt_ms, uint64_t now, spk_short_term_state *s)
{
    if (s->last != UINT64_MAX) {
        double h = (double)(now - s->last) * dt_ms;
        s->x = 1 + (s->x - s->x * s->u - 1) * decay(h, param[TAU_REC]);
        s->u = param[U] + s->u * (1 - param[U]) * decay(h, param[TAU_FAC]);
    }
    s->last = now;
    return s->x * s->u;
}

static const spk_short_term_model tsodyks2 = {
    .name = "tsodyks2",
    .help = "depression and facilitation with two states, Maass & Markram (2002)",
    .parameters = two_states,
    .resolve = resolve_two,
    .start = start_two,
    .spike = spike_two,
    .spike_ns = 25,
};

/* ---- tsodyks --------------------------------------------------------------------------------- */

static const spk_parameter three_states[] = {
    [U] = SHARE,
    [TAU_REC] = RECOVERY,
    [TAU_FAC] = FACILITATION,
    [U_START] = {.key = "u", .help = "u at time 0", .preset = 0, .min = 0, .max = 1},
    [X_START] =
        {.key = "x", .help = "recovered resources at time 0", .preset = 1, .min = 0, .max = 1},
    [TAU_PSC] = {.key = "tau_psc_ms",
                 .help = "time constant of inactivation",
                 .preset = 3,
                 .min = 1e-6,
                 .max = 1e9},
    [Y_START] = {.key = "y", .help = "active resources at time 0", .preset = 0, .min = 0, .max = 1},
    {.key = NULL},
};

static const char *resolve_three(double *param)
{
    return param[X_START] + param[Y_START] > 1 ? "x and y must not be more than 1 together" : NULL;
}

static void start_three(const double *param, uint64_t now, spk_short_term_state *state)
{
    *state = (spk_short_term_state){param[U_START], param[X_START], param[Y_START], now};
}

/* What of y has become z after h: (h / tau_psc) times the mean of exp(-t / tau_rec - (h - t) /
 * tau_psc) over t in [0, h], which is finite also where both time constants are the same. */
static double inactivated(double h, double tau_psc, double tau_rec)
{
    double slow = fmax(tau_psc, tau_rec), apart = fabs(h / tau_psc - h / tau_rec);
    double mean = apart > 0 ? -spk_expm1(-apart) / apart : 1;
    return h / tau_psc * (decay(h, slow) * mean);
}

static double spike_three(const double *param, double dt_ms, uint64_t now, spk_short_term_state *s)
{
    double h = (double)(now - s->last) * dt_ms, z = 1 - s->x - s->y;
    double active = decay(h, param[TAU_PSC]);
    double recovered = 1 - active - inactivated(h, param[TAU_PSC], param[TAU_REC]);
    s->u *= decay(h, param[TAU_FAC]);
    s->x += recovered * s->y - spk_expm1(-h / param[TAU_REC]) * z;
    s->y *= active;
    s->u += param[U] * (1 - s->u);
    double factor = s->u * s->x;
    s->x -= factor;
    s->y += factor;
    s->last = now;
    return factor;
}

static const spk_short_term_model tsodyks = {
    .name = "tsodyks",
    .help = "depression and facilitation with three states, Tsodyks, Uziel & Markram (2000)",
    .parameters = three_states,
    .resolve = resolve_three,
    .start = start_three,
    .spike = spike_three,
    .spike_ns = 120,
};

const spk_short_term_model *const spk_short_term_models[] = {&tsodyks2, &tsodyks, NULL};
