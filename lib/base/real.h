/* real.h: the two precisions of a kernel from one text.
 *
 * A *_kernels.c includes its kernel headers once after `#define SPK_REAL_SINGLE`, and once without
 * it; each time through this file, which sets `real` (float or double), REAL_MIN and
 * SPK_REAL(name): name_f32_avx2, name_f64_avx2. It has no include guard on purpose. */
#include "base/simd.h"

#include <float.h>

#undef real
#undef REAL_MIN
#undef SPK_REAL_SUFFIX
#undef SPK_REAL
#ifdef SPK_REAL_SINGLE
#define real            float
#define REAL_MIN        FLT_MIN
#define SPK_REAL_SUFFIX f32
#else
#define real            double
#define REAL_MIN        DBL_MIN
#define SPK_REAL_SUFFIX f64
#endif
#define SPK_REAL(name) SPK_PASTE(SPK_PASTE(name, SPK_REAL_SUFFIX), SPK_ISA)
