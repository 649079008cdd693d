/* simd.h: which instruction set the kernels run on; chosen once, never changing a result.
 *
 * A kernel is one header NAME_kernel.h of plain loops (or intrinsics under #ifdef). Each layer's
 * NAME_kernels.c includes its kernel headers and is compiled three times, with SPK_ISA set to sse2,
 * avx2 or avx512 and the flags to match; SPK_KERNEL(f) names f_sse2, f_avx2, f_avx512. It ends in a
 * table of its functions; the layer picks one table by spk_simd_level(). All are compiled with
 * -ffp-contract=off, so that the three give equal bits. */
#ifndef SPK_BASE_SIMD_H
#define SPK_BASE_SIMD_H

typedef enum spk_simd { SPK_SSE2, SPK_AVX2, SPK_AVX512 } spk_simd;

/* The best this processor has, or what SPK_SIMD=sse2|avx2|avx512 asks for (capped by what it has).
 * The first call decides. */
spk_simd spk_simd_level(void);
const char *spk_simd_name(spk_simd level);

#define SPK_PASTE_(a, b) a##_##b
#define SPK_PASTE(a, b)  SPK_PASTE_(a, b)
#define SPK_KERNEL(name) SPK_PASTE(name, SPK_ISA)

#endif
