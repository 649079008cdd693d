/* features.c: see features.h. */
#include "readout/features.h"

#include <string.h>

static const char *const names[] = {"none", "sum", "max", "standard"};

const char *spk_scale_name(spk_scale scale)
{
    return names[scale];
}

int spk_scale_named(const char *name)
{
    for (int i = 0; i <= SPK_SCALE_STANDARD; i++)
        if (!strcmp(names[i], name)) return i;
    return -1;
}

static void divide(size_t n, double by, double *x)
{
    for (size_t i = 0; by > 0 && i < n; i++)
        x[i] /= by;
}

void spk_scale_features(spk_scale scale, size_t n, const double *mean, const double *deviation,
                        double *x)
{
    double sum = 0, most = 0; /* exact: counts are whole */
    if (scale == SPK_SCALE_STANDARD) {
        for (size_t i = 0; i < n; i++)
            x[i] = (x[i] - mean[i]) / (deviation[i] > 0 ? deviation[i] : 1);
        return;
    }
    for (size_t i = 0; scale != SPK_SCALE_NONE && i < n; i++) {
        sum += x[i];
        most = x[i] > most ? x[i] : most;
    }
    if (scale != SPK_SCALE_NONE) divide(n, scale == SPK_SCALE_SUM ? sum : most, x);
}
