/* features.h: what a linear readout sees of a sample: spikes of each unit in each window, scaled.
 *
 * A sample is cut into equal windows; feature unit x windows + window counts the spikes of one unit in
 * one of them. Training and decoding go through the same functions. */
#ifndef SPK_READOUT_FEATURES_H
#define SPK_READOUT_FEATURES_H

#include <stddef.h>
#include <stdint.h>

typedef enum spk_scale {
    SPK_SCALE_NONE,    /* counts as they are */
    SPK_SCALE_SUM,     /* over their sum in the sample; 0 where there are none */
    SPK_SCALE_MAX,     /* over the largest of the sample; 0 where there are none */
    SPK_SCALE_STANDARD /* less the mean of the training samples, over their standard deviation */
} spk_scale;

#define SPK_SCALES "none|sum|max|standard"

enum { SPK_READOUT_MAX_WINDOWS = 1 << 16 };

/* "none" ... */
const char *spk_scale_name(spk_scale scale);
/* -1: there is no such scale. */
int spk_scale_named(const char *name);

/* Window of a spike `offset` ticks after its sample's begin, offset < duration. */
static inline uint32_t spk_window_of(uint64_t offset, uint64_t duration, uint32_t windows)
{
    return windows == 1 ? 0 : (uint32_t)((unsigned __int128)offset * windows / duration);
}

/* x[n] holds counts and is scaled in place. `mean` and `deviation` [n] are those of the training
 * samples, for SPK_SCALE_STANDARD; a deviation of 0 counts as 1. */
void spk_scale_features(spk_scale scale, size_t n, const double *mean, const double *deviation,
                        double *x);

#endif
