/* linear.h: what softmax and logistic share: scores of many samples at once, their cross entropy, and
 * the gradient.
 *
 * Parameters lie as [features + 1][stride]: a row of weights for each feature, then the bias; stride is
 * the number of classes padded to a multiple of 8, and what is padding stays 0. */
#ifndef SPK_TRAIN_READOUT_LINEAR_H
#define SPK_TRAIN_READOUT_LINEAR_H

#include "examples.h"

/* score[n][stride] = bias + x w, each sum in the order of the features. */
void linear_scores(const examples *seen, const double *x, size_t n, const double *parameter,
                   double *score);

/* gradient[features + 1][stride] += x^T error, and the sums of the errors [n][stride]; in the order of
 * the samples. */
void linear_gradient(const examples *seen, const double *x, size_t n, const double *error,
                     double *gradient);

/* Of one sample with this label: score[classes] becomes its probabilities; returns its cross entropy,
 * -sum t log p, for the targets t = soft / classes + (1 - soft) [class = label]. */
double cross_entropy(uint32_t classes, uint32_t label, double soft, double *score);

/* p - t: the derivative of the cross entropy by the scores. */
void take_targets(uint32_t classes, uint32_t label, double soft, double *probability);

/* The parameters into the readout; a bias is less what `centre` [features], when not NULL, was taken
 * off the features for. */
void linear_finish(const double *parameter, const double *centre, spk_readout *readout);

#endif
