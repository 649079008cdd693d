/* readout_table.h: the optimizers' loops of one instruction set; private to lib/readout. */
#ifndef SPK_READOUT_READOUT_TABLE_H
#define SPK_READOUT_READOUT_TABLE_H

#include <stddef.h>

#define SPK_ADAM_BETA1   0.9
#define SPK_ADAM_BETA2   0.999
#define SPK_ADADELTA_RHO 0.95

typedef struct spk_readout_table {
    /* rate1 = rate / (1 - beta1^t), scale2 = 1 / (1 - beta2^t) */
    void (*adam)(size_t n, double rate1, double scale2, double epsilon, const double *g, double *m,
                 double *v, double *w);
    void (*adadelta)(size_t n, double rate, double epsilon, const double *g, double *u, double *v,
                     double *w);
} spk_readout_table;

extern const spk_readout_table spk_readout_sse2, spk_readout_avx2, spk_readout_avx512;

#endif
