/* outcomes.h: labels against predictions, counted from a stream that holds both. */
#ifndef SPK_READOUT_OUTCOMES_H
#define SPK_READOUT_OUTCOMES_H

#include "base/error.h"
#include "stream/reader.h"

#include <stdint.h>

typedef struct spk_outcomes {
    uint32_t classes;
    uint64_t *count;     /* [classes][classes + 1]: label x predicted class; last: no prediction */
    uint64_t labelled;   /* samples in `count` */
    uint64_t unlabelled; /* samples without a label, which are not */
} spk_outcomes;

enum { SPK_OUTCOMES_MAX_CLASSES = 4096 };

/* Sees each labelled prediction, which has one score a class, as it passes. 0 or -1. */
typedef int (*spk_outcomes_visit)(void *data, int32_t label, const spk_prediction *prediction,
                                  spk_error *err);

/* Read the stream to its END and count. `population` chooses among several channels of predictions,
 * NULL is the only one. Each sample must have one prediction, in the order of the samples; at least
 * one must have a label. `visit` (or NULL) is called with `data`. Zeroed by the caller, who frees it
 * even after a failure. */
int spk_outcomes_read(spk_outcomes *outcomes, spk_reader *in, const char *population,
                      spk_outcomes_visit visit, void *data, spk_error *err) SPK_NODISCARD;
void spk_outcomes_free(spk_outcomes *outcomes);

/* Samples with this label that were predicted as `class_`; class_ = classes: as none. */
static inline uint64_t spk_outcome(const spk_outcomes *o, uint32_t label, uint32_t class_)
{
    return o->count[(size_t)label * (o->classes + 1) + class_];
}

#endif
