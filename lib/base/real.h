/* real.h: the two precisions of a kernel from one text, and vectors of this instruction set.
 *
 * A *_kernels.c includes its kernel headers once after `#define SPK_REAL_SINGLE`, and once without
 * it; each time through this file, which sets `real` (float or double), REAL_MIN and
 * SPK_REAL(name): name_f32_avx2, name_f64_avx2. It has no include guard on purpose.
 *
 * Compilers are not to be relied on to make vector code of a loop that chooses. Kernels that choose
 * are therefore written with vectors (an extension that gcc and clang share):
 *     vreal   SPK_VECTOR reals
 *     vmask   the result of a comparison: all bits of a lane, or none
 *     vcount  SPK_VECTOR 32-bit integers */
#include "base/simd.h"

#include <float.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifndef SPK_VECTOR_BYTES
#if defined SPK_ISA_avx512
#define SPK_VECTOR_BYTES 64
#elif defined SPK_ISA_avx2
#define SPK_VECTOR_BYTES 32
#else
#define SPK_VECTOR_BYTES 16
#endif
#endif

#undef real
#undef REAL_MIN
#undef SPK_REAL_BITS
#undef SPK_REAL_SUFFIX
#undef SPK_REAL
#ifdef SPK_REAL_SINGLE
#define real            float
#define REAL_MIN        FLT_MIN
#define SPK_REAL_BITS   int32_t
#define SPK_REAL_SUFFIX f32
#else
#define real            double
#define REAL_MIN        DBL_MIN
#define SPK_REAL_BITS   int64_t
#define SPK_REAL_SUFFIX f64
#endif
#define SPK_REAL(name) SPK_PASTE(SPK_PASTE(name, SPK_REAL_SUFFIX), SPK_ISA)

#define SPK_VECTOR (SPK_VECTOR_BYTES / sizeof(real))
#define vreal      SPK_REAL(vector_real)
#define vmask      SPK_REAL(vector_mask)
#define vcount     SPK_REAL(vector_count)
typedef real vreal __attribute__((vector_size(SPK_VECTOR_BYTES)));
typedef SPK_REAL_BITS vmask __attribute__((vector_size(SPK_VECTOR_BYTES)));
typedef int32_t vcount __attribute__((vector_size(SPK_VECTOR_BYTES / sizeof(real) * 4)));

static inline vreal SPK_REAL(load)(const real *from)
{
    vreal v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void SPK_REAL(store)(real *to, vreal v)
{
    memcpy(to, &v, sizeof v);
}

/* Lanes of `yes` where the mask is set, of `no` elsewhere. */
static inline vreal SPK_REAL(choose)(vmask mask, vreal yes, vreal no)
{
    return (vreal)(((vmask)yes & mask) | ((vmask)no & ~mask));
}

static inline bool SPK_REAL(any)(vmask mask)
{
    uint64_t words[sizeof mask / sizeof(uint64_t)], all = 0;
    memcpy(words, &mask, sizeof mask);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        all |= words[i];
    return all != 0;
}
