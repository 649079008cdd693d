/* predictions.h: samples and their predictions, pair by pair, from a stream that holds both. */
#ifndef SPK_READOUT_PREDICTIONS_H
#define SPK_READOUT_PREDICTIONS_H

#include "base/error.h"
#include "stream/reader.h"

#include <stddef.h>
#include <stdint.h>

typedef struct spk_predictions {
    spk_reader *in;   /* borrowed */
    uint32_t classes; /* of the channel */
    uint32_t channel; /* its id */
    spk_sample *wait; /* a queue, wait[first .. last - 1]; the first may be the one given last */
    size_t first, last, room;
    bool given; /* wait[first] was given */
} spk_predictions;

/* Choose among several channels of predictions by `population`, NULL is the only one. Zeroed by the
 * caller, who frees it even after a failure; the reader stays the caller's. */
int spk_predictions_open(spk_predictions *p, spk_reader *in, const char *population,
                         spk_error *err) SPK_NODISCARD;

/* 1: the next sample and its prediction, valid until the next call; 0: the end; -1: SPK_DATA when
 * a sample has not one prediction, in the order of the samples, or a class or label is none of the
 * channel's. Samples at the end of a truncated stream are left out. */
int spk_predictions_next(spk_predictions *p, const spk_sample **sample, spk_prediction *prediction,
                         spk_error *err) SPK_NODISCARD;
/* -1 (SPK_DATA) when the prediction given last has not one score a class. */
int spk_predictions_check_scores(const spk_predictions *p, const spk_prediction *prediction,
                                 spk_error *err) SPK_NODISCARD;
void spk_predictions_free(spk_predictions *p);

#endif
