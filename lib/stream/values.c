/* values.c: values to planes and back, by the width of their type. */
#include "stream/values.h"

#include "stream/stream_kernels.h"

#include <string.h>

static void split16(const uint16_t *in, size_t n, unsigned char *out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (unsigned char)in[i];
        out[n + i] = (unsigned char)(in[i] >> 8);
    }
}

static void merge16(const unsigned char *in, size_t n, uint16_t *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint16_t)(in[i] | in[n + i] << 8);
}

int spk_values_encode(spk_dtype dtype, const void *values, size_t n, spk_payload *out,
                      spk_error *err)
{
    const spk_stream_kernels *kernels = spk_stream_kernels_get();
    size_t width = spk_dtype_bytes(dtype);
    unsigned char *at = spk_payload_add_planes(out, width, n, err);
    if (!at) return -1;
    if (width == 1 && n) memcpy(at, values, n);
    if (width == 2) split16(values, n, at);
    if (width == 4) kernels->split32(values, n, 4, at);
    if (width == 8) kernels->split64(values, n, 8, at);
    return 0;
}

void spk_values_decode(spk_dtype dtype, const unsigned char *planes, size_t n, void *values)
{
    const spk_stream_kernels *kernels = spk_stream_kernels_get();
    size_t width = spk_dtype_bytes(dtype);
    if (width == 1 && n) memcpy(values, planes, n);
    if (width == 2) merge16(planes, n, values);
    if (width == 4) kernels->merge32(planes, n, 4, values);
    if (width == 8) kernels->merge64(planes, n, 8, values);
}
