/* exp_kernel.h: the exponential function in plain vectors, for the middle of loops, where a call
 * would cost more than the function itself.
 *
 * It is SLEEF's exp of 1.0 ULP without fused multiply-add (Shibata and Petrogalli, IEEE Trans. Parallel
 * Distrib. Syst. 31 (2020) 1316), operation by operation, so that it gives the same bits: x = q ln 2 +
 * s with a whole q and a small s, exp(s) by a polynomial, times 2^q. Included after
 * base/real.h, once for each precision. */
#include "math/vector.h"

#undef EXP_ROUNDER
#undef EXP_BIAS
#undef EXP_SHIFT
#undef EXP_LN2_HIGH
#undef EXP_LN2_LOW
#undef EXP_LEAST
#undef EXP_MOST
#undef EXP_512
#undef EXP_BITS
#undef EXP_VECTOR
#ifdef SPK_REAL_SINGLE
#define EXP_512(op) _mm512_##op##_ps
#define EXP_BITS    uint32_t
#define EXP_VECTOR  spk_vf
#define EXP_ROUNDER                                                                                \
    0x1.8p23f /* what is added to it is rounded to a whole number, in its low bits */
#define EXP_BIAS     127
#define EXP_SHIFT    23
#define EXP_LN2_HIGH 0.693145751953125f
#define EXP_LN2_LOW  1.428606765330187045e-06f
#define EXP_LEAST    (-104.0f) /* below it: 0 */
#define EXP_MOST     100.0f    /* above it: infinity */
#else
#define EXP_512(op)  _mm512_##op##_pd
#define EXP_BITS     uint64_t
#define EXP_VECTOR   spk_vd
#define EXP_ROUNDER  0x1.8p52
#define EXP_BIAS     1023
#define EXP_SHIFT    52
#define EXP_LN2_HIGH 0.69314718055966295651160180568695068359375
#define EXP_LN2_LOW  0.28235290563031577122588448175013436025525412068e-12
#define EXP_LEAST    (-1000.0)
#define EXP_MOST     709.78271114955742909217217426
#endif

/* The series of (exp(s) - 1 - s) / s^2; in double pairs of terms first, which do not wait for each other. */
static inline __attribute__((always_inline)) vreal SPK_REAL(exp_series)(vreal s)
{
#ifdef SPK_REAL_SINGLE
    vreal u = s * 0.000198527617612853646278381f + 0.00139304355252534151077271f;
    u = u * s + 0.00833336077630519866943359f;
    u = u * s + 0.0416664853692054748535156f;
    u = u * s + 0.166666671633720397949219f;
    return u * s + 0.5f;
#else
    const vreal s2 = s * s, s4 = s2 * s2, s8 = s4 * s4;
    const vreal a = s * 2.08860621107283687536341e-09 + 2.51112930892876518610661e-08;
    const vreal b = s * 2.75573911234900471893338e-07 + 2.75572362911928827629423e-06;
    const vreal c = s * 2.4801587159235272998791e-05 + 0.000198412698960509205564975;
    const vreal d = s * 0.00138888888889774492207962 + 0.00833333333331652721664984;
    const vreal e = s * 0.0416666666666665047591422 + 0.166666666666666851703837;
    const vreal u = s8 * a + (s4 * (s2 * b + c) + (s2 * d + e));
    return u * s + 0.5;
#endif
}

#ifdef SPK_ISA_avx512

/* A whole number, and a product with a power of two, are one instruction each. */
static inline vreal SPK_REAL(exp_whole)(vreal x)
{
    enum { NEAREST = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC };
    return (vreal)EXP_512(roundscale)((EXP_VECTOR)x, NEAREST);
}

static inline vreal SPK_REAL(exp_scale)(vreal u, vreal whole)
{
    return (vreal)EXP_512(scalef)((EXP_VECTOR)u, (EXP_VECTOR)whole);
}

#else

static inline vreal SPK_REAL(exp_whole)(vreal x)
{
    return (x + EXP_ROUNDER) - EXP_ROUNDER;
}

/* Bits of numbers, which may overflow where x is out of range. */
typedef EXP_BITS SPK_REAL(exp_bits) __attribute__((vector_size(SPK_VECTOR_BYTES)));

/* 2^q */
static inline vreal SPK_REAL(exp_power)(vmask q)
{
    return (vreal)(((SPK_REAL(exp_bits))q + EXP_BIAS) << EXP_SHIFT);
}

/* In two factors, as 2^whole itself may be too small for a number, or too large. */
static inline vreal SPK_REAL(exp_scale)(vreal u, vreal whole)
{
    const vreal rounder = EXP_ROUNDER - (vreal){0};
    const vmask q = (vmask)((SPK_REAL(exp_bits))(whole + rounder) - (SPK_REAL(exp_bits))rounder);
    const vmask half = q >> 1;
    return u * SPK_REAL(exp_power)(half) * SPK_REAL(exp_power)(q - half);
}

#endif

static inline __attribute__((always_inline)) vreal SPK_REAL(exp)(vreal x)
{
    const vreal whole =
        SPK_REAL(exp_whole)(x * (real)1.442695040888963407359924681001892137426645954152985934);
    vreal s = whole * -EXP_LN2_HIGH + x;
    s = whole * -EXP_LN2_LOW + s;
    vreal u = 1 + (s * s * SPK_REAL(exp_series)(s) + s);
    u = SPK_REAL(exp_scale)(u, whole);
    u = SPK_REAL(choose)(x > EXP_MOST, (real)INFINITY - (vreal){0}, u);
    return SPK_REAL(choose)(x < EXP_LEAST, (vreal){0}, u);
}
