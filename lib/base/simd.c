/* simd.c: the processor's instruction set, asked once. */
#include "base/simd.h"

#include <stdlib.h>
#include <string.h>

static spk_simd detect(void)
{
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
        return SPK_AVX512;
    return __builtin_cpu_supports("avx2") ? SPK_AVX2 : SPK_SSE2;
}

spk_simd spk_simd_level(void)
{
    static int level = -1; /* racing first calls store the same value */
    if (level < 0) {
        spk_simd best = detect();
        const char *wish = getenv("SPK_SIMD");
        for (int l = SPK_SSE2; wish && l < (int)best; l++)
            if (strcmp(wish, spk_simd_name((spk_simd)l)) == 0) best = (spk_simd)l;
        level = (int)best;
    }
    return (spk_simd)level;
}

const char *spk_simd_name(spk_simd level)
{
    static const char *const names[] = {"sse2", "avx2", "avx512"};
    return names[level];
}
