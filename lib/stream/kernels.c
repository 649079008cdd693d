/* kernels.c: the choice among the compiled tables. */
#include "base/simd.h"
#include "stream/stream_kernels.h"

const spk_stream_kernels *spk_stream_kernels_get(void)
{
    switch (spk_simd_level()) {
    case SPK_AVX512:
        return &spk_stream_kernels_avx512;
    case SPK_AVX2:
        return &spk_stream_kernels_avx2;
    default:
        return &spk_stream_kernels_sse2;
    }
}
