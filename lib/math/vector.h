/* vector.h: the widest vector of doubles and of floats a kernel is compiled for, with SLEEF's
 * functions on it. For kernel headers only (see base/simd.h); everyone else calls math.h.
 *
 * Every function here gives the same bits, lane by lane, on every instruction set and as the
 * scalar forms of math.h: SLEEF's cinz family rounds after each operation. A NaN stays a NaN, but
 * its sign may differ. */
#ifndef SPK_MATH_VECTOR_H
#define SPK_MATH_VECTOR_H

#include <immintrin.h>
#include <sleef.h>

#if defined(SPK_ISA_avx512)
typedef __m512d spk_vd;
typedef __m512 spk_vf;
#define SPK_VECTOR_OP(op) _mm512_##op
#define SPK_SLEEF_D(f)    Sleef_cinz_##f##d8_u10avx512fnofma
#define SPK_SLEEF_F(f)    Sleef_cinz_##f##f16_u10avx512fnofma
#define SPK_SLEEF_LOG35   Sleef_cinz_logd8_u35avx512fnofma
#elif defined(SPK_ISA_avx2)
typedef __m256d spk_vd;
typedef __m256 spk_vf;
#define SPK_VECTOR_OP(op) _mm256_##op
#define SPK_SLEEF_D(f)    Sleef_cinz_##f##d4_u10avx
#define SPK_SLEEF_F(f)    Sleef_cinz_##f##f8_u10avx
#define SPK_SLEEF_LOG35   Sleef_cinz_logd4_u35avx
#else
typedef __m128d spk_vd;
typedef __m128 spk_vf;
#define SPK_VECTOR_OP(op) _mm_##op
#define SPK_SLEEF_D(f)    Sleef_cinz_##f##d2_u10sse2
#define SPK_SLEEF_F(f)    Sleef_cinz_##f##f4_u10sse2
#define SPK_SLEEF_LOG35   Sleef_cinz_logd2_u35sse2
#endif

enum {
    SPK_VD_LANES = sizeof(spk_vd) / sizeof(double),
    SPK_VF_LANES = sizeof(spk_vf) / sizeof(float)
};

static inline spk_vd spk_vd_load(const double *from)
{
    return SPK_VECTOR_OP(loadu_pd)(from);
}

static inline void spk_vd_store(double *to, spk_vd value)
{
    SPK_VECTOR_OP(storeu_pd)(to, value);
}

static inline spk_vf spk_vf_load(const float *from)
{
    return SPK_VECTOR_OP(loadu_ps)(from);
}

static inline void spk_vf_store(float *to, spk_vf value)
{
    SPK_VECTOR_OP(storeu_ps)(to, value);
}

static inline spk_vd spk_vd_log(spk_vd x)
{
    return SPK_SLEEF_D(log)(x);
}

/* The logarithm to 3.5 ULP, 2.5 times as fast: for exponential random draws, whose uniforms are no
 * finer than that. */
static inline spk_vd spk_vd_log_fast(spk_vd x)
{
    return SPK_SLEEF_LOG35(x);
}

static inline spk_vd spk_vd_pow(spk_vd x, spk_vd y)
{
    return SPK_SLEEF_D(pow)(x, y);
}

static inline spk_vf spk_vf_pow(spk_vf x, spk_vf y)
{
    return SPK_SLEEF_F(pow)(x, y);
}

#endif
