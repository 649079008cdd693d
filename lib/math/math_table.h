/* math_table.h: the array functions of one instruction set; private to lib/math. */
#ifndef SPK_MATH_MATH_TABLE_H
#define SPK_MATH_MATH_TABLE_H

#include <stddef.h>

typedef struct spk_math_table {
    void (*exp_n)(size_t n, const double *x, double *y);
    void (*log_n)(size_t n, const double *x, double *y);
    void (*expf_n)(size_t n, const float *x, float *y);
    void (*powf_n)(size_t n, const float *x, float exponent, float *y);
    void (*normal_n)(size_t n, const double *x, double *y);
} spk_math_table;

extern const spk_math_table spk_math_sse2, spk_math_avx2, spk_math_avx512;

#endif
