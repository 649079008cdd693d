/* optimizer.h: steps down a gradient, each parameter at its own pace.
 *
 * adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1; beta1 0.9, beta2 0.999), in step t:
 *     m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2
 *     w -= rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * adadelta (Zeiler 2012, arXiv:1212.5701, algorithm 1; rho 0.95), with a rate in front as TensorFlow
 * and PyTorch have it:
 *     v = rho v + (1 - rho) g^2,  d = sqrt(u + epsilon) / sqrt(v + epsilon) g
 *     u = rho u + (1 - rho) d^2,  w -= rate d
 * All numbers are doubles, with the same bits for any number of threads and instruction set. */
#ifndef SPK_READOUT_OPTIMIZER_H
#define SPK_READOUT_OPTIMIZER_H

#include "base/error.h"

#include <stddef.h>

typedef enum spk_optimizer_kind { SPK_ADAM, SPK_ADADELTA } spk_optimizer_kind;

typedef struct spk_optimizer {
    spk_optimizer_kind kind;
    double rate, epsilon;
    size_t n;               /* parameters, a multiple of 8 */
    double *first, *second; /* m and v, or u and v; owned */
    double power1, power2;  /* beta1^t and beta2^t */
} spk_optimizer;

/* Freed by spk_optimizer_free, also after a failure. */
int spk_optimizer_init(spk_optimizer *optimizer, spk_optimizer_kind kind, size_t n, double rate,
                       double epsilon, spk_error *err) SPK_NODISCARD;
void spk_optimizer_free(spk_optimizer *optimizer);

/* parameter[n] one step along gradient[n]. */
void spk_optimizer_step(spk_optimizer *optimizer, const double *gradient, double *parameter,
                        int threads);

#endif
