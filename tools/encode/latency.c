/* latency.c: each unit spikes at most once, and the earlier the higher its intensity x.
 *
 *   linear  t = (T - 1) (1 - x)
 *   log     t = (T - 1) - ln(a x + 1), a = e^(T-1) - 1     as SpikingJelly's LatencyEncoder
 *   rc      t = tau ln(x / (x - threshold))                as snnTorch's spikegen.latency
 *
 * rc is the time a leaky integrator with time constant tau needs to reach the threshold under a
 * constant input x. T is the number of ticks of a sample; times are rounded to the nearest tick, a
 * half to the even one, as both packages do. */
#include "latency.h"

#include "base/memory.h"
#include "encode.h"
#include "math/math.h"
#include "raster.h"

#include <math.h>
#include <stdlib.h>

typedef struct latency_settings {
    int curve, late;
    double threshold;
    spk_time tau;
    bool stretch;
} latency_settings;

enum { LATE_SILENT, LATE_LAST };

typedef struct latency {
    latency_law law;
    bool late_spikes; /* what has no time, or too late a one, spikes at the last tick */
    uint32_t units;
    uint64_t ticks;
    double *time;
    raster raster;
} latency;

/* (T-1) - ln(a x + 1) with e^(T-1) taken out of the logarithm, where it cannot overflow. */
static double log_time(double x, double last)
{
    return -spk_log(x + (1 - x) * spk_exp(-last));
}

static double time_of(const latency_law *law, double x)
{
    if (x <= law->threshold) return INFINITY;
    switch (law->curve) {
    case LATENCY_LINEAR:
        return law->last * (1 - x);
    case LATENCY_LOG:
        return log_time(x, law->last);
    case LATENCY_RC:
        break;
    }
    return law->tau * spk_log(x / (x - law->threshold));
}

void latency_times(const latency_law *law, uint32_t n, const double *intensity, double *time)
{
    double latest = 0;
    for (uint32_t i = 0; i < n; i++) {
        time[i] = time_of(law, intensity[i]);
        if (time[i] < INFINITY && time[i] > latest) latest = time[i];
    }
    if (!law->stretch || latest == 0) return;
    for (uint32_t i = 0; i < n; i++)
        time[i] *= law->last / latest;
}

static void latency_close(void *state)
{
    latency *l = state;
    if (!l) return;
    raster_close(&l->raster);
    free(l->time);
    free(l);
}

static int latency_open(const encode_plan *plan, const void *settings, void **state, spk_error *err)
{
    const latency_settings *s = settings;
    latency *l = spk_alloc(1, sizeof *l, "the encoder", err);
    if (!l) return -1;
    l->law = (latency_law){
        .curve = (latency_curve)s->curve,
        .last = (double)(plan->ticks - 1),
        .threshold = s->threshold,
        .tau = spk_rational_value(s->tau.seconds) / spk_rational_value(plan->tick),
        .stretch = s->stretch,
    };
    l->late_spikes = s->late == LATE_LAST;
    l->units = plan->units;
    l->ticks = plan->ticks;
    l->time = spk_alloc(plan->units, sizeof *l->time, "the encoder", err);
    if (!l->time) {
        free(l);
        return -1;
    }
    *state = l;
    return 0;
}

/* The tick of an unrounded time; UINT64_MAX: no spike. */
static uint64_t tick_of(const latency *l, double time)
{
    double tick = nearbyint(time);
    if (tick <= l->law.last) return (uint64_t)tick;
    return l->late_spikes ? l->ticks - 1 : UINT64_MAX;
}

static int latency_encode(void *state, const encode_sample *sample, const encode_out *out,
                          spk_error *err)
{
    latency *l = state;
    if (check_intensities(sample, l->units, err)) return -1;
    latency_times(&l->law, l->units, sample->intensity, l->time);
    for (uint64_t begin = 0; begin < l->ticks; begin += RASTER_TICKS) {
        uint64_t window = l->ticks - begin < RASTER_TICKS ? l->ticks - begin : RASTER_TICKS;
        raster_begin(&l->raster, (uint32_t)window);
        if (raster_reserve(&l->raster, l->units, err)) return -1;
        for (uint32_t u = 0; u < l->units; u++) {
            uint64_t tick = tick_of(l, l->time[u]);
            if (tick - begin < window) raster_add(&l->raster, (uint32_t)(tick - begin), u);
        }
        if (raster_write(&l->raster, sample->begin + begin, out, err)) return -1;
    }
    return 0;
}

#define AT(member) .offset = offsetof(latency_settings, member)

static const spk_option options[] = {
    {.name = "curve",
     .kind = SPK_CHOICE,
     AT(curve),
     .choices = "linear|log|rc",
     .preset = "linear",
     .help = "how intensity becomes time"},
    {.name = "threshold",
     .kind = SPK_REAL,
     AT(threshold),
     .metavar = "X",
     .min = 0,
     .max = 1,
     .preset = "0.01",
     .help = "intensities up to X have no time"},
    {.name = "late",
     .kind = SPK_CHOICE,
     AT(late),
     .choices = "silent|last",
     .preset = "silent",
     .help = "units without a time, or later than the sample: silent, or at its last tick"},
    {.name = "tau",
     .kind = SPK_TIME,
     AT(tau),
     .metavar = "TIME",
     .preset = "10ms",
     .flags = SPK_POSITIVE,
     .help = "time constant of --curve rc"},
    {.name = "stretch",
     .kind = SPK_FLAG,
     AT(stretch),
     .help = "scale each sample's times so that the latest is its last tick"},
    {0}};

const encoder latency_method = {
    .method = {.name = "latency",
               .help = "one spike a unit, the earlier the higher the intensity",
               .options = options,
               .settings_size = sizeof(latency_settings)},
    .open = latency_open,
    .encode = latency_encode,
    .close = latency_close,
};
