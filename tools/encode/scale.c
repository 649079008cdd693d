/* scale.c: sums run over the units in order, so they are the same everywhere. */
#include "scale.h"

#include "cli/option.h"

#include <inttypes.h>
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

int scale_sample(const scale *s, const char *name, uint64_t number, uint32_t n, const double *value,
                 double *intensity, spk_error *err)
{
    double most = 0, sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        intensity[i] = value[i] / s->full_scale;
        most = value[i] > most ? value[i] : most;
    }
    if (most > s->full_scale) return above_full_scale(s, name, number, n, value, err);
    if (s->kind == SCALE_PLAIN || most == 0) return 0;
    for (uint32_t i = 0; i < n; i++)
        sum += intensity[i];
    double factor = s->target / (s->kind == SCALE_MEAN ? sum / n : sum);
    for (uint32_t i = 0; i < n; i++)
        intensity[i] *= factor;
    return 0;
}
