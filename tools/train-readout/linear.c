/* linear.c: see linear.h. */
#include "linear.h"

#include "linalg/product.h"

#include <string.h>

void linear_scores(const examples *e, const double *x, size_t n, const double *parameter,
                   double *score)
{
    const size_t stride = e->readout->stride, features = e->features;
    for (size_t i = 0; i < n; i++)
        memcpy(score + i * stride, parameter + features * stride, stride * sizeof *score);
    spk_add_product((spk_product_size){n, stride, features}, spk_rows(x, features),
                    spk_terms(parameter, stride), score, stride, e->threads);
}

void linear_gradient(const examples *e, const double *x, size_t n, const double *error,
                     double *gradient)
{
    const size_t stride = e->readout->stride, features = e->features;
    spk_add_product((spk_product_size){features, stride, n}, spk_columns(x, features),
                    spk_terms(error, stride), gradient, stride, e->threads);
    double *bias = gradient + features * stride;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < stride; c++)
            bias[c] += error[i * stride + c];
}

double cross_entropy(uint32_t classes, uint32_t label, double soft, double *score)
{
    double target = (1 - soft) * score[label];
    for (uint32_t c = 0; soft > 0 && c < classes; c++)
        target += soft / classes * score[c];
    return spk_softmax(classes, score) - target;
}

void take_targets(uint32_t classes, uint32_t label, double soft, double *probability)
{
    for (uint32_t c = 0; soft > 0 && c < classes; c++)
        probability[c] -= soft / classes;
    probability[label] -= 1 - soft;
}

void linear_finish(const double *parameter, const double *centre, spk_readout *readout)
{
    const size_t stride = readout->stride, features = readout->features;
    memcpy(readout->weight, parameter, features * stride * sizeof *parameter);
    memcpy(readout->bias, parameter + features * stride, stride * sizeof *parameter);
    if (centre)
        spk_subtract_product((spk_product_size){1, stride, features}, spk_rows(centre, features),
                             spk_terms(parameter, stride), readout->bias, stride, 1);
}
