/* scale.c: sums run over the units in order, so they are the same everywhere. */
#include "scale.h"

#include "cli/option.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

int scale_parse(scale *s, const char *text, spk_error *err)
{
    s->kind = SCALE_PLAIN;
    if (!text) return 0;
    const char *number = strchr(text, '=');
    if (number && strncmp(text, "mean=", 5) == 0) s->kind = SCALE_MEAN;
    if (number && strncmp(text, "sum=", 4) == 0) s->kind = SCALE_SUM;
    if (s->kind == SCALE_PLAIN)
        return spk_fail(err, SPK_USAGE, "--normalize \"%s\": must be mean=X or sum=X", text);
    if (spk_parse_real(number + 1, "--normalize", &s->target, err)) return -1;
    if (s->target > 0) return 0;
    return spk_fail(err, SPK_USAGE, "--normalize %s: must be more than 0", text);
}

static int above_full_scale(const scale *s, const char *name, uint64_t number, uint32_t n,
                            const double *value, spk_error *err)
{
    uint32_t i = 0;
    while (i < n - 1 && value[i] <= s->full_scale)
        i++;
    return spk_fail(err, SPK_DATA,
                    "%s: sample %" PRIu64 ": value %" PRIu32 " is %g: above --full-scale %g", name,
                    number, i, value[i], s->full_scale);
}

bool scale_changes(const scale *s)
{
    return s->kind != SCALE_PLAIN || s->saturate || s->levels > 0;
}

/* To the mean or sum that is asked for. */
static void normalize(const scale *s, uint32_t n, double *intensity)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += intensity[i];
    const double factor = s->target / (s->kind == SCALE_MEAN ? sum / n : sum);
    for (uint32_t i = 0; i < n; i++)
        intensity[i] *= factor;
}

/* Halves are rounded up. */
static void round_to_levels(double levels, uint32_t n, double *intensity)
{
    const double steps = levels - 1;
    for (uint32_t i = 0; i < n; i++)
        intensity[i] = floor(intensity[i] * steps + 0.5) / steps;
}

int scale_sample(const scale *s, const char *name, uint64_t number, uint32_t n, const double *value,
                 double *intensity, spk_error *err)
{
    double most = 0;
    for (uint32_t i = 0; i < n; i++) {
        intensity[i] = value[i] / s->full_scale;
        most = value[i] > most ? value[i] : most;
    }
    if (most > s->full_scale && !s->saturate)
        return above_full_scale(s, name, number, n, value, err);
    if (s->kind != SCALE_PLAIN && most > 0) normalize(s, n, intensity);
    for (uint32_t i = 0; s->saturate && i < n; i++)
        intensity[i] = intensity[i] < 1 ? intensity[i] : 1;
    if (s->levels > 0) round_to_levels(s->levels, n, intensity);
    return 0;
}
