/* random_kernel.h: Philox4x32-10 on vectors.
 *
 * A vector multiplies only the even 32-bit lanes (into 64 bits), so a block's words live in 64-bit
 * lanes, and what lies above bit 31 of a lane is left there as rubbish: the next multiplication
 * ignores it. One round is then two multiplications, two shifts and four xors. A vector of 32-bit
 * counters is done in two halves, its even and its odd lanes. */
#include "math/vector.h"
#include "random/philox.h"

#if defined(SPK_ISA_avx512)
typedef __m512i vi;
#define VI(op)      _mm512_##op
#define VI_BITS(op) _mm512_##op##_si512
#define CAST_TO_VI  _mm512_castpd_si512
#define CAST_TO_VD  _mm512_castsi512_pd
#elif defined(SPK_ISA_avx2)
typedef __m256i vi;
#define VI(op)      _mm256_##op
#define VI_BITS(op) _mm256_##op##_si256
#define CAST_TO_VI  _mm256_castpd_si256
#define CAST_TO_VD  _mm256_castsi256_pd
#else
typedef __m128i vi;
#define VI(op)      _mm_##op
#define VI_BITS(op) _mm_##op##_si128
#define CAST_TO_VI  _mm_castpd_si128
#define CAST_TO_VD  _mm_castsi128_pd
#endif

enum { LANES32 = sizeof(vi) / 4, LANES64 = sizeof(vi) / 8, LANES128 = sizeof(vi) / 16 };

static inline vi splat(uint32_t word)
{
    return VI(set1_epi32)((int)word);
}

static inline vi load_words(const uint32_t *from)
{
    return VI_BITS(loadu)((const void *)from);
}

static inline void store_words(uint32_t *to, vi words)
{
    VI_BITS(storeu)((void *)to, words);
}

/* The ten rounds on the low words of the 64-bit lanes of x[half][0..3]. A round waits for the one
 * before it; the second half fills the wait. */
static inline void rounds(spk_key key, vi x[2][4])
{
    const vi m0 = splat(PHILOX_M0), m1 = splat(PHILOX_M1);
    for (uint32_t round = 0; round < PHILOX_ROUNDS; round++) {
        vi k0 = splat(key.word[0] + round * PHILOX_W0);
        vi k1 = splat(key.word[1] + round * PHILOX_W1);
        for (int half = 0; half < 2; half++) {
            vi *w = x[half];
            vi p0 = VI(mul_epu32)(w[0], m0), p1 = VI(mul_epu32)(w[2], m1);
            w[0] = VI_BITS(xor)(VI_BITS(xor)(VI(srli_epi64)(p1, 32), w[1]), k0);
            w[1] = p1;
            w[2] = VI_BITS(xor)(VI_BITS(xor)(VI(srli_epi64)(p0, 32), w[3]), k1);
            w[3] = p0;
        }
    }
}

static inline vi low_words(void)
{
    return VI(srli_epi64)(splat(UINT32_MAX), 32);
}

/* high:low of each 64-bit lane, whatever lies above them. */
static inline vi join(vi high, vi low)
{
    return VI_BITS(or)(VI(slli_epi64)(high, 32), VI_BITS(and)(low, low_words()));
}

/* Blocks for LANES32 counters; word k of the block in lane i comes in lane i of x[k]. */
static inline void blocks(spk_key key, vi x[4])
{
    vi half[2][4]; /* the even lanes, the odd lanes */
    for (int k = 0; k < 4; k++) {
        half[0][k] = x[k];
        half[1][k] = VI(srli_epi64)(x[k], 32);
    }
    rounds(key, half);
    for (int k = 0; k < 4; k++)
        x[k] = join(half[1][k], half[0][k]);
}

static void SPK_KERNEL(units)(spk_key key, size_t n, const uint32_t *c0, uint32_t c1, uint32_t c2,
                              uint32_t c3, uint32_t *out)
{
    size_t i = 0;
    for (; n - i >= LANES32; i += LANES32) {
        vi x[4] = {load_words(c0 + i), splat(c1), splat(c2), splat(c3)};
        blocks(key, x);
        for (size_t k = 0; k < 4; k++)
            store_words(out + k * n + i, x[k]);
    }
    for (; i < n; i++) {
        uint32_t word[4];
        philox_block(key, c0[i], c1, c2, c3, word);
        for (size_t k = 0; k < 4; k++)
            out[k * n + i] = word[k];
    }
}

/* The same for places c3[i] of one owner c0. */
static void SPK_KERNEL(places)(spk_key key, size_t n, uint32_t c0, uint32_t c1, uint32_t c2,
                               const uint32_t *c3, uint32_t *out)
{
    size_t i = 0;
    for (; n - i >= LANES32; i += LANES32) {
        vi x[4] = {splat(c0), splat(c1), splat(c2), load_words(c3 + i)};
        blocks(key, x);
        for (size_t k = 0; k < 4; k++)
            store_words(out + k * n + i, x[k]);
    }
    for (; i < n; i++) {
        uint32_t word[4];
        philox_block(key, c0, c1, c2, c3[i], word);
        for (size_t k = 0; k < 4; k++)
            out[k * n + i] = word[k];
    }
}

/* Turns x[k] = word k of the blocks in its lanes into x[j] = LANES128 whole blocks. The block in
 * lane 4 L + j ends up as number L of x[j], so counters must be dealt out in that order. */
static inline void transpose(vi x[4])
{
    vi low01 = VI(unpacklo_epi32)(x[0], x[1]), high01 = VI(unpackhi_epi32)(x[0], x[1]);
    vi low23 = VI(unpacklo_epi32)(x[2], x[3]), high23 = VI(unpackhi_epi32)(x[2], x[3]);
    x[0] = VI(unpacklo_epi64)(low01, low23);
    x[1] = VI(unpackhi_epi64)(low01, low23);
    x[2] = VI(unpacklo_epi64)(high01, high23);
    x[3] = VI(unpackhi_epi64)(high01, high23);
}

static void SPK_KERNEL(draws)(spk_key key, uint32_t c0, uint32_t c1, uint32_t c2, uint32_t first,
                              size_t n, uint32_t *out)
{
    uint32_t order[LANES32];
    for (uint32_t lane = 0; lane < LANES32; lane++)
        order[lane] = lane % 4 * LANES128 + lane / 4;
    const vi dealt = load_words(order);
    size_t i = 0;
    for (; n - i >= LANES32; i += LANES32) {
        vi x[4] = {splat(c0), splat(c1), splat(c2),
                   VI(add_epi32)(dealt, splat(first + (uint32_t)i))};
        blocks(key, x);
        transpose(x);
        for (size_t j = 0; j < 4; j++)
            store_words(out + 4 * i + j * LANES32, x[j]);
    }
    for (; i < n; i++)
        philox_block(key, c0, c1, c2, first + (uint32_t)i, out + 4 * i);
}

/* LANES64 words, one in the low half of each lane. */
static inline vi load_wide(const uint32_t *from)
{
#if defined(SPK_ISA_avx512)
    return _mm512_cvtepu32_epi64(_mm256_loadu_si256((const void *)from));
#elif defined(SPK_ISA_avx2)
    return _mm256_cvtepu32_epi64(_mm_loadu_si128((const void *)from));
#else
    return _mm_unpacklo_epi32(_mm_loadl_epi64((const void *)from), _mm_setzero_si128());
#endif
}

/* Two vectors of doubles as pairs a[0] b[0] a[1] b[1] ... */
static inline void store_pairs(double *to, spk_vd a, spk_vd b)
{
    spk_vd low = SPK_VECTOR_OP(unpacklo_pd)(a, b), high = SPK_VECTOR_OP(unpackhi_pd)(a, b);
#if defined(SPK_ISA_avx512)
    const vi first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const vi second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    spk_vd_store(to, _mm512_permutex2var_pd(low, first, high));
    spk_vd_store(to + 8, _mm512_permutex2var_pd(low, second, high));
#elif defined(SPK_ISA_avx2)
    spk_vd_store(to, _mm256_permute2f128_pd(low, high, 0x20));
    spk_vd_store(to + 4, _mm256_permute2f128_pd(low, high, 0x31));
#else
    spk_vd_store(to, low);
    spk_vd_store(to + 2, high);
#endif
}

/* spk_uniform53: the upper 52 bits are put under the exponent of 1, and 1 - 2^-53 is taken off,
 * which is exact. */
static inline spk_vd uniform53(vi high, vi low)
{
    const vi one = CAST_TO_VI(SPK_VECTOR_OP(set1_pd)(1.0));
    spk_vd above = CAST_TO_VD(VI_BITS(or)(VI(srli_epi64)(join(high, low), 12), one));
    return SPK_VECTOR_OP(sub_pd)(above, SPK_VECTOR_OP(set1_pd)(1 - 0x1p-53));
}

/* 2 * LANES64 blocks with counters of their own: 4 * LANES64 uniforms. */
static inline void uniforms(spk_key key, const uint32_t *c0, uint32_t c1, uint32_t c2,
                            const uint32_t *c3, double *out)
{
    vi x[2][4];
    for (size_t half = 0; half < 2; half++) {
        x[half][0] = load_wide(c0 + half * LANES64);
        x[half][1] = splat(c1);
        x[half][2] = splat(c2);
        x[half][3] = load_wide(c3 + half * LANES64);
    }
    rounds(key, x);
    for (size_t half = 0; half < 2; half++)
        store_pairs(out + half * 2 * LANES64, uniform53(x[half][0], x[half][1]),
                    uniform53(x[half][2], x[half][3]));
}

/* In two passes over at most CHUNK blocks, which stay in the first cache: the logarithm is a call,
 * and would make the rounds wait. */
static void SPK_KERNEL(exponentials)(spk_key key, size_t n, const uint32_t *c0, uint32_t c1,
                                     uint32_t c2, const uint32_t *c3, double *out)
{
    enum { CHUNK = 256 };
    const spk_vd zero = SPK_VECTOR_OP(setzero_pd)();
    size_t begin = 0, i = 0;
    while (n - begin >= LANES32) {
        for (; i < begin + CHUNK && n - i >= LANES32; i += LANES32)
            uniforms(key, c0 + i, c1, c2, c3 + i, out + 2 * i);
        for (double *at = out + 2 * begin; at < out + 2 * i; at += SPK_VD_LANES)
            spk_vd_store(at, SPK_VECTOR_OP(sub_pd)(zero, spk_vd_log_fast(spk_vd_load(at))));
        begin = i;
    }
    for (; i < n; i++) {
        uint32_t word[4];
        philox_block(key, c0[i], c1, c2, c3[i], word);
        out[2 * i] = spk_exponential(word[0], word[1]);
        out[2 * i + 1] = spk_exponential(word[2], word[3]);
    }
}
