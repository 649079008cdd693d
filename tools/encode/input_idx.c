/* input_idx.c: IDX, the format of MNIST and its relatives. All numbers are big-endian:
 *
 *     0 0 type dims | u32 samples | u32 size of each further dimension ... | values, last fastest
 *
 * type: 08 u8, 09 i8, 0B i16, 0C i32, 0D f32, 0E f64. The size of the data follows from the head,
 * so a file that ends before or goes on behind it is an error. */
#include "base/memory.h"
#include "input.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_DIMS = 5 }; /* samples, and the four a channel's shape can have */

typedef enum idx_type {
    IDX_U8 = 0x08,
    IDX_I8 = 0x09,
    IDX_I16 = 0x0b,
    IDX_I32 = 0x0c,
    IDX_F32 = 0x0d,
    IDX_F64 = 0x0e
} idx_type;

typedef struct idx {
    idx_type type;
    size_t head;         /* bytes before the values */
    size_t bytes;        /* of a sample */
    uint64_t next;       /* sample to be read */
    unsigned char *data; /* one sample as it is in the file */
} idx;

/* Bytes of one value; 0: no such type. */
static size_t type_bytes(unsigned type)
{
    switch (type) {
    case IDX_U8:
    case IDX_I8:
        return 1;
    case IDX_I16:
        return 2;
    case IDX_I32:
    case IDX_F32:
        return 4;
    case IDX_F64:
        return 8;
    default:
        return 0;
    }
}

static bool idx_recognise(const unsigned char *bytes, size_t n)
{
    return n >= 4 && bytes[0] == 0 && bytes[1] == 0;
}

static uint64_t big_endian(const unsigned char *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

static int read_head(input *in, unsigned char head[4 + 4 * MOST_DIMS], idx *x, spk_error *err)
{
    const char *name = input_name(in);
    uint64_t got;
    if (spk_source_read(in->source, head, 4, &got, err)) return -1;
    unsigned type = head[2], dims = head[3];
    if (type_bytes(type) == 0)
        return spk_fail(err, SPK_DATA, "%s: IDX of type 0x%02x: not one of 08, 09, 0b, 0c, 0d, 0e",
                        name, type);
    if (dims < 1 || dims > MOST_DIMS)
        return spk_fail(err, SPK_DATA, "%s: IDX of %u dimensions: 1 to %d are possible", name, dims,
                        MOST_DIMS);
    if (spk_source_read(in->source, head + 4, 4 * dims, &got, err)) return -1;
    if (got < 4 * dims) return spk_fail(err, SPK_DATA, "%s: ends in its IDX head (cut off?)", name);
    x->type = (idx_type)type;
    x->head = 4 + 4 * dims;
    return 0;
}

static int take_shape(input *in, const unsigned char *head, spk_error *err)
{
    input_format *f = &in->format;
    f->count = big_endian(head + 4, 4);
    f->dims = head[3] - 1u;
    f->list = f->dims == 0;
    f->size = 1;
    for (uint32_t d = 0; d < f->dims; d++) {
        uint64_t length = big_endian(head + 8 + 4 * d, 4);
        if (length == 0 || f->size * length > INPUT_MOST_VALUES)
            return spk_fail(err, SPK_DATA,
                            "%s: samples of %" PRIu64 " values: 1 to %d are possible",
                            input_name(in), f->size * length, INPUT_MOST_VALUES);
        f->shape[d] = (uint32_t)length;
        f->size *= f->shape[d];
    }
    return 0;
}

static int idx_open(input *in, spk_error *err)
{
    idx *x = spk_alloc(1, sizeof *x, "an IDX file", err);
    in->state = x;
    unsigned char head[4 + 4 * MOST_DIMS];
    if (!x || read_head(in, head, x, err) || take_shape(in, head, err)) return -1;
    in->format.bytes = x->type == IDX_U8;
    in->format.full_scale = in->format.bytes ? 255 : 0;
    x->bytes = in->format.size * type_bytes(x->type);
    x->data = spk_alloc(x->bytes, 1, "a sample", err);
    return x->data ? 0 : -1;
}

static double value_at(const idx *x, size_t i)
{
    size_t width = type_bytes(x->type);
    uint64_t bits = big_endian(x->data + i * width, width);
    uint32_t word = (uint32_t)bits;
    float f32;
    double f64;
    switch (x->type) {
    case IDX_I8:
        return (int8_t)bits;
    case IDX_I16:
        return (int16_t)bits;
    case IDX_I32:
        return (int32_t)bits;
    case IDX_F32:
        memcpy(&f32, &word, sizeof f32);
        return f32;
    case IDX_F64:
        memcpy(&f64, &bits, sizeof f64);
        return f64;
    default:
        return (double)bits;
    }
}

/* x->data into numbers. */
static int decode(const input *in, uint64_t index, double *value, spk_error *err)
{
    const idx *x = in->state;
    if (x->type == IDX_U8) {
        for (size_t i = 0; i < in->format.size; i++)
            value[i] = x->data[i];
        return 0;
    }
    for (size_t i = 0; i < in->format.size; i++) {
        value[i] = value_at(x, i);
        if (!(value[i] >= 0) || isinf(value[i]))
            return spk_fail(err, SPK_DATA,
                            "%s: sample %" PRIu64 ", value %zu is %g: must be 0 or more",
                            input_name(in), index, i, value[i]);
    }
    return 0;
}

static int cut_off(const input *in, uint64_t index, spk_error *err)
{
    return spk_fail(err, SPK_DATA, "%s: ends in sample %" PRIu64 " of %" PRIu64 " (cut off?)",
                    input_name(in), index, in->format.count);
}

static int check_end(input *in, spk_error *err)
{
    const unsigned char *bytes;
    size_t n;
    if (spk_source_peek(in->source, 1, &bytes, &n, err)) return -1;
    if (n == 0) return 0;
    return spk_fail(err, SPK_DATA, "%s: goes on after its %" PRIu64 " samples", input_name(in),
                    in->format.count);
}

static int idx_next(input *in, double *value, int32_t *label, spk_error *err)
{
    (void)label;
    idx *x = in->state;
    if (x->next == in->format.count) return check_end(in, err);
    uint64_t got;
    if (spk_source_read(in->source, value ? x->data : NULL, x->bytes, &got, err)) return -1;
    if (got < x->bytes) return cut_off(in, x->next, err);
    if (value && decode(in, x->next, value, err)) return -1;
    x->next++;
    return 1;
}

static int idx_at(input *in, uint64_t index, double *value, spk_error *err)
{
    idx *x = in->state;
    for (size_t done = 0; done < x->bytes;) {
        off_t place = (off_t)(x->head + index * x->bytes + done);
        ssize_t n = pread(in->fd, x->data + done, x->bytes - done, place);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return spk_fail_errno(err, errno, "%s: cannot read", input_name(in));
        if (n == 0) return cut_off(in, index, err);
        done += (size_t)n;
    }
    return decode(in, index, value, err);
}

static void idx_close(input *in)
{
    idx *x = in->state;
    if (x) free(x->data);
    free(x);
}

const input_kind input_idx = {
    .recognise = idx_recognise,
    .open = idx_open,
    .next = idx_next,
    .at = idx_at,
    .close = idx_close,
};
