/* numbers.c: numbers to planes and back. */
#include "stream/numbers.h"

#include "stream/stream_kernels.h"

#include <string.h>

enum { SAMPLED = 16 /* every so-manieth number decides about the form */ };

/* How many bits a number has: 0 for 0. */
static unsigned bit_length(uint32_t value)
{
    return value ? 32 - (unsigned)__builtin_clz(value) : 0;
}

spk_number_form spk_numbers_form(const uint32_t *number, size_t n, uint32_t all)
{
    size_t with[33] = {0}, step = n >= 64 * SAMPLED ? SAMPLED : 1, total = 0, below = 0;
    for (size_t i = 0; i < n; i += step, total++)
        with[bit_length(number[i])]++;
    unsigned shift = 0;
    for (unsigned bits = 0; bits < 32; bits++) {
        below += with[bits]; /* numbers < 2^bits */
        if (8 * below > total) break;
        if (bits % 2 == 0) shift = bits;
    }
    unsigned left = bit_length(all >> shift);
    return (spk_number_form){(uint8_t)shift, (uint8_t)((left + 7) / 8)};
}

static bool has_pairs(spk_number_form form)
{
    return form.shift & 2;
}

static bool has_nibbles(spk_number_form form)
{
    return form.shift & 4;
}

static size_t quarter(size_t n)
{
    return (n + 3) / 4;
}

static size_t half(size_t n)
{
    return (n + 1) / 2;
}

bool spk_numbers_bytes(spk_number_form form, size_t n, size_t *bytes)
{
    if (form.shift > 30 || form.shift % 2 || form.shift + 8 * form.planes > 38) return false;
    *bytes = (size_t)(form.shift / 8 + form.planes) * n;
    if (has_pairs(form)) *bytes += quarter(n);
    if (has_nibbles(form)) *bytes += half(n);
    return true;
}

/* ---- encoding ------------------------------------------------------------------------------- */

static int put_planes(const uint32_t *number, size_t n, unsigned shift, size_t planes, size_t cuts,
                      const size_t *cut, spk_payload *out, spk_error *err)
{
    size_t begin = out->bytes;
    unsigned char *at = spk_payload_add(out, planes * n, err);
    if (!at) return -1;
    spk_stream_kernels_get()->split32(number, n, shift, planes, at);
    if (n < SPK_PLANE_MIN) return 0;
    for (size_t k = 0; k < planes; k++) {
        spk_payload_cut(out, begin + k * n);
        for (size_t i = 0; i < cuts; i++)
            spk_payload_cut(out, begin + k * n + cut[i]);
    }
    if (planes) spk_payload_cut(out, out->bytes);
    return 0;
}

static int put_packed(const uint32_t *number, size_t n, unsigned shift, bool pairs,
                      spk_payload *out, spk_error *err)
{
    const spk_stream_kernels *kernels = spk_stream_kernels_get();
    size_t bytes = pairs ? quarter(n) : half(n);
    unsigned char *at = spk_payload_add_planes(out, 1, bytes, err);
    if (!at) return -1;
    if (pairs)
        kernels->pack2(number, bytes, shift, at);
    else
        kernels->pack4(number, bytes, shift, at);
    return 0;
}

int spk_numbers_encode(spk_number_form form, uint32_t *number, size_t n, size_t cuts,
                       const size_t *cut, spk_payload *out, spk_error *err)
{
    unsigned shift = form.shift & ~7u;
    memset(number + n, 0, SPK_NUMBERS_SLACK * sizeof *number);
    if (put_planes(number, n, 0, shift / 8, 0, NULL, out, err)) return -1;
    if (has_pairs(form)) {
        if (put_packed(number, n, shift, true, out, err)) return -1;
        shift += 2;
    }
    if (has_nibbles(form) && put_packed(number, n, shift, false, out, err)) return -1;
    return put_planes(number, n, form.shift, form.planes, cuts, cut, out, err);
}

/* ---- decoding ------------------------------------------------------------------------------- */

/* Numbers begin..begin + n of `all`, put together from their parts while they are in the first cache. */
static void put_together(spk_number_form form, const unsigned char *bytes, size_t all, size_t begin,
                         size_t n, uint32_t *number)
{
    const spk_stream_kernels *kernels = spk_stream_kernels_get();
    const size_t whole = form.shift / 8;
    unsigned shift = form.shift & ~7u;
    memset(number, 0, n * sizeof *number);
    kernels->add_planes32(bytes + begin, all, n, 0, whole, number);
    bytes += whole * all;
    if (has_pairs(form)) {
        kernels->unpack(bytes, quarter(all), 2, begin, n, shift, number);
        bytes += quarter(all);
        shift += 2;
    }
    if (has_nibbles(form)) {
        kernels->unpack(bytes, half(all), 4, begin, n, shift, number);
        bytes += half(all);
    }
    kernels->add_planes32(bytes + begin, all, n, form.shift, form.planes, number);
}

void spk_numbers_decode(spk_number_form form, const unsigned char *bytes, size_t n,
                        uint32_t *number)
{
    enum { PIECE = 2048 };
    for (size_t begin = 0; begin < n; begin += PIECE)
        put_together(form, bytes, n, begin, n - begin < PIECE ? n - begin : PIECE, number + begin);
}
