/* together_find_kernel.h: which synapses of a target a postsynaptic spike changes: those whose source has
 * a trace. They are few, as most sources are silent, so that this is most of the work. Where sources are
 * few, AVX-512 has a bit for each in two registers, and looks up sixteen at a time. */

/* Eight bytes at a time: the product has their lowest bits in its highest byte. */
static void SPK_KERNEL(together_bits)(size_t n, const uint8_t *restrict byte,
                                      uint64_t bits[restrict SPK_TOGETHER_FEW / 64])
{
    for (size_t i = 0; i < n; i += 64) {
#if defined __AVX512BW__
        const __mmask64 real = n - i < 64 ? (UINT64_C(1) << (n - i)) - 1 : UINT64_MAX;
        const __m512i some = _mm512_maskz_loadu_epi8(real, byte + i);
        bits[i / 64] = _mm512_test_epi8_mask(some, some);
#else
        uint64_t word = 0;
        for (size_t k = i; k < i + 64 && k < n; k += 8) {
            uint64_t eight = 0;
            memcpy(&eight, byte + k, n - k < 8 ? n - k : 8);
            word |= (eight * UINT64_C(0x0102040810204080) >> 56) << (k - i);
        }
        bits[i / 64] = word;
#endif
    }
}

#if defined __AVX512BW__
/* Sixteen synapses, of which those in `real` exist; they become pairs of 32 bits as they are. */
static inline size_t SPK_KERNEL(find_sixteen)(const spk_together_short *synapse, __mmask16 real,
                                              __m512i low, __m512i high,
                                              spk_together_synapse *found)
{
    const __m512i all = _mm512_maskz_loadu_epi32(real, synapse);
    const __m512i word = _mm512_srli_epi32(_mm512_slli_epi32(all, 16), 20);
    const __m512i bits = _mm512_permutex2var_epi16(low, word, high);
    const __m512i bit = _mm512_and_si512(all, _mm512_set1_epi32(15));
    const __mmask16 hit =
        _mm512_mask_test_epi32_mask(real, _mm512_srlv_epi32(bits, bit), _mm512_set1_epi32(1));
    const __m512i left = _mm512_maskz_compress_epi32(hit, all);
    _mm512_storeu_si512(found, _mm512_cvtepu16_epi32(_mm512_castsi512_si256(left)));
    _mm512_storeu_si512(found + 8, _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(left, 1)));
    return (size_t)__builtin_popcount(hit);
}

static size_t SPK_KERNEL(together_find_few)(size_t n, const spk_together_short *synapse,
                                            const uint64_t *bits, spk_together_synapse *found)
{
    const __m512i low = _mm512_loadu_si512(bits), high = _mm512_loadu_si512(bits + 8);
    size_t count = 0, k = 0;
    for (; k + 16 <= n; k += 16)
        count += SPK_KERNEL(find_sixteen)(synapse + k, 0xffff, low, high, found + count);
    const __mmask16 rest = (__mmask16)((1u << (n - k)) - 1);
    return count + SPK_KERNEL(find_sixteen)(synapse + k, rest, low, high, found + count);
}
#endif

#define SPK_FIND(type)                                                                             \
    const type *restrict of = synapse;                                                             \
    uint8_t which[SPK_BLOCK];                                                                      \
    size_t count = 0;                                                                              \
    for (size_t b = 0; b < n; b += SPK_BLOCK) {                                                    \
        const size_t here = n - b < SPK_BLOCK ? n - b : SPK_BLOCK;                                 \
        size_t m = 0;                                                                              \
        for (size_t k = 0; k < here; k++) {                                                        \
            which[m] = (uint8_t)k;                                                                 \
            m += has_trace[of[b + k].source];                                                      \
        }                                                                                          \
        for (size_t i = 0; i < m; i++)                                                             \
            found[count++] = (spk_together_synapse){.source = of[b + which[i]].source,             \
                                                    .place = of[b + which[i]].place};              \
    }                                                                                              \
    return count

static size_t SPK_KERNEL(together_find_short)(size_t n, const void *synapse,
                                              const uint8_t *restrict has_trace,
                                              const uint64_t *bits,
                                              spk_together_synapse *restrict found)
{
#if defined __AVX512BW__
    if (bits) return SPK_KERNEL(together_find_few)(n, synapse, bits, found);
#endif
    (void)bits;
    SPK_FIND(spk_together_short);
}

static size_t SPK_KERNEL(together_find_wide)(size_t n, const void *synapse,
                                             const uint8_t *restrict has_trace,
                                             const uint64_t *bits,
                                             spk_together_synapse *restrict found)
{
    (void)bits;
    SPK_FIND(spk_together_synapse);
}

#undef SPK_FIND
