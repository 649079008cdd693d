/* scale.h: from the values of a sample to intensities, where 1 is full scale: scaled to a mean or sum,
 * then bounded, then rounded. */
#ifndef ENCODE_SCALE_H
#define ENCODE_SCALE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum scale_kind { SCALE_PLAIN, SCALE_MEAN, SCALE_SUM } scale_kind;

typedef struct scale {
    double full_scale; /* > 0 */
    scale_kind kind;
    double target; /* mean or sum of a sample's intensities; a sample of zeros stays so */
    bool saturate; /* what is above 1 is 1; else values above full scale are errors */
    double levels; /* intensities are the nearest of so many even ones, 0 to 1; 0: as they are */
} scale;

/* "mean=X" or "sum=X", X > 0; NULL: plain. */
int scale_parse(scale *s, const char *text, spk_error *err) SPK_NODISCARD;

/* Are intensities anything but value / full_scale? */
bool scale_changes(const scale *s);

/* SPK_DATA when a value is above full scale, unless it saturates; `name` and `number` say where. */
int scale_sample(const scale *s, const char *name, uint64_t number, uint32_t n, const double *value,
                 double *intensity, spk_error *err) SPK_NODISCARD;

#endif
