/* values.c: values to planes and back, by the width of their type; and what they are. */
#include "stream/values.h"

#include "stream/stream_kernels.h"

#include <math.h>
#include <string.h>

int spk_values_encode(spk_dtype dtype, const void *values, size_t n, spk_payload *out,
                      spk_error *err)
{
    const spk_stream_kernels *kernels = spk_stream_kernels_get();
    size_t width = spk_dtype_bytes(dtype);
    unsigned char *at = spk_payload_add_planes(out, width, n, err);
    if (!at) return -1;
    if (width == 1 && n) memcpy(at, values, n);
    if (width == 2) kernels->split16(values, n, at);
    if (width == 4) kernels->split32(values, n, 0, 4, at);
    if (width == 8) kernels->split64(values, n, 8, at);
    return 0;
}

void spk_values_decode(spk_dtype dtype, const unsigned char *planes, size_t n, void *values)
{
    const spk_stream_kernels *kernels = spk_stream_kernels_get();
    size_t width = spk_dtype_bytes(dtype);
    if (width == 1 && n) memcpy(values, planes, n);
    if (width == 2) kernels->merge16(planes, n, values);
    if (width == 4) kernels->merge32(planes, n, 4, values);
    if (width == 8) kernels->merge64(planes, n, 8, values);
}

/* IEEE 754 binary16. */
static double half_value(uint16_t half)
{
    const int exponent = half >> 10 & 31;
    const double fraction = half & 1023;
    double value;
    if (exponent == 31)
        value = fraction > 0 ? (double)NAN : (double)INFINITY;
    else if (exponent == 0)
        value = ldexp(fraction, -24);
    else
        value = ldexp(fraction + 1024, exponent - 25);
    return half & 0x8000 ? -value : value;
}

double spk_value_at(spk_dtype dtype, const void *values, size_t i)
{
    switch (dtype) {
    case SPK_F64:
        return ((const double *)values)[i];
    case SPK_F16:
        return half_value(((const uint16_t *)values)[i]);
    case SPK_U8:
        return ((const uint8_t *)values)[i];
    case SPK_F32:
        break;
    }
    return ((const float *)values)[i];
}
