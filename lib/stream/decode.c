/* decode.c: from payload to numbers, each size checked first. */
#include "stream/decode.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "stream/stream_kernels.h"
#include "stream/values.h"

#include <stdlib.h>
#include <string.h>

enum { FRAME_HEAD = 16, TRACE_HEAD = 24, PREDICTION_HEAD = 16, DENSE_HEAD = 40, SPARSE_HEAD = 48 };

/* One growing piece of memory. */
typedef struct buffer {
    void *data;
    size_t capacity; /* bytes */
} buffer;

struct spk_decoder {
    buffer raw;    /* values as stored */
    buffer wide;   /* values as given */
    buffer begin;  /* begins and durations, row pointers */
    buffer column; /* columns and counts */
};

static const char wrong_size[] = "its size does not fit its content";

spk_decoder *spk_decoder_new(spk_error *err)
{
    return spk_alloc(1, sizeof(spk_decoder), "the input", err);
}

void spk_decoder_free(spk_decoder *d)
{
    if (!d) return;
    free(d->raw.data);
    free(d->wide.data);
    free(d->begin.data);
    free(d->column.data);
    free(d);
}

static void *room(buffer *b, size_t n, size_t size, spk_error *err)
{
    if (spk_grow(&b->data, &b->capacity, n * size + 1, 1, "a record", err)) return NULL;
    return b->data;
}

static size_t padded(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

/* ---- frames --------------------------------------------------------------------------------- */

int spk_decode_frames(spk_decoder *d, const spk_channel *channel, const unsigned char *payload,
                      size_t bytes, spk_frames *out, const char **why, spk_error *err)
{
    *why = wrong_size;
    if (bytes < FRAME_HEAD) return -1;
    size_t n = spk_get32(payload), size = spk_get32(payload + 4);
    size_t width = spk_dtype_bytes(channel->dtype);
    if (n == 0 || n > bytes / 16 || size > bytes) return -1;
    size_t values = n * size; /* < 2^52 */
    if (bytes != padded(FRAME_HEAD + 16 * n + values * width)) return -1;
    *why = "its values are not the channel's";
    if (size != channel->size || spk_get64(payload + 8) != (uint64_t)channel->dtype) return -1;
    *why = NULL;
    uint64_t *times = room(&d->begin, 2 * n, sizeof *times, err);
    if (!times) return -1;
    for (size_t i = 0; i < 2 * n; i++)
        times[i] = spk_get64(payload + FRAME_HEAD + 8 * i);
    *out = (spk_frames){.n = n, .begin = times, .duration = times + n};
    const unsigned char *planes = payload + FRAME_HEAD + 16 * n;
    if (channel->dtype == SPK_U8) {
        out->bytes = planes;
        return 0;
    }
    float *value = room(&d->raw, values, sizeof *value, err);
    if (!value) return -1;
    spk_values_decode(SPK_F32, planes, values, value);
    out->value = value;
    return 0;
}

/* Bytes become floats one frame at a time, which keeps memory small. */
static int widen(spk_decoder *d, const spk_channel *channel, const unsigned char *bytes,
                 spk_frame *out, spk_error *err)
{
    float *stored = room(&d->raw, out->n, sizeof *stored, err);
    float *value = stored ? room(&d->wide, out->n, sizeof *value, err) : NULL;
    if (!value) return -1;
    for (size_t i = 0; i < out->n; i++) {
        stored[i] = bytes[i];
        value[i] = (float)(channel->scale * bytes[i]);
    }
    out->stored = stored;
    out->value = value;
    return 0;
}

int spk_decode_frame(spk_decoder *d, const spk_channel *channel, const spk_frames *frames, size_t i,
                     spk_frame *out, spk_error *err)
{
    size_t size = channel->size;
    *out = (spk_frame){.begin = frames->begin[i], .duration = frames->duration[i], .n = size};
    if (frames->bytes) return widen(d, channel, frames->bytes + i * size, out, err);
    out->value = out->stored = frames->value + i * size;
    return 0;
}

/* ---- traces --------------------------------------------------------------------------------- */

static void undo_xor(unsigned char *data, size_t rows, size_t width)
{
    for (size_t i = width; i < rows * width; i++)
        data[i] ^= data[i - width];
}

int spk_decode_trace(spk_decoder *d, const spk_channel *channel, const unsigned char *payload,
                     size_t bytes, spk_trace_rows *out, const char **why, spk_error *err)
{
    *why = wrong_size;
    if (bytes < TRACE_HEAD) return -1;
    size_t rows = spk_get32(payload + 8), size = spk_get32(payload + 12);
    size_t width = spk_dtype_bytes(channel->dtype);
    if (rows == 0 || rows > bytes || size > bytes) return -1;
    size_t n = rows * size;
    if (bytes != padded(TRACE_HEAD + n * width)) return -1;
    *why = "its values are not the channel's";
    if (size != channel->size || spk_get32(payload + 16) != (uint32_t)channel->dtype) return -1;
    uint32_t predictor = spk_get32(payload + 20);
    *why = "its predictor is not known";
    if (predictor > 1) return -1;
    *why = NULL;
    unsigned char *raw = room(&d->raw, n, width, err);
    double *value = raw ? room(&d->wide, n, sizeof *value, err) : NULL;
    if (!value) return -1;
    spk_values_decode(channel->dtype, payload + TRACE_HEAD, n, raw);
    if (predictor) undo_xor(raw, rows, size * width);
    for (size_t i = 0; i < n; i++) {
        float narrow;
        if (width == sizeof narrow) {
            memcpy(&narrow, raw + i * width, width);
            value[i] = (double)narrow;
        } else {
            memcpy(&value[i], raw + i * width, width);
        }
    }
    *out = (spk_trace_rows){spk_get64(payload), rows, size, value};
    return 0;
}

/* ---- predictions ---------------------------------------------------------------------------- */

int spk_decode_prediction(spk_decoder *d, const spk_channel *channel, const unsigned char *payload,
                          size_t bytes, spk_prediction *out, const char **why, spk_error *err)
{
    *why = wrong_size;
    if (bytes < PREDICTION_HEAD) return -1;
    size_t k = spk_get32(payload + 12);
    if (k > bytes || bytes != padded(PREDICTION_HEAD + 4 * k)) return -1;
    int32_t class_ = (int32_t)spk_get32(payload + 8);
    *why = "the class is out of range";
    if (class_ < -1 || (class_ >= 0 && (uint32_t)class_ >= channel->size)) return -1;
    *why = NULL;
    float *score = room(&d->raw, k, sizeof *score, err);
    if (!score) return -1;
    for (size_t i = 0; i < k; i++) {
        uint32_t bits = spk_get32(payload + PREDICTION_HEAD + 4 * i);
        memcpy(&score[i], &bits, sizeof bits);
    }
    *out = (spk_prediction){spk_get64(payload), class_, (uint32_t)k, score};
    return 0;
}

/* ---- arrays --------------------------------------------------------------------------------- */

/* Rows row0.. of an array of this shape and type, whose next row is `next`. */
static const char *check_rows(const spk_array *array, uint64_t next, const unsigned char *payload,
                              spk_rows_of *out)
{
    *out = (spk_rows_of){
        .array = array, .row0 = spk_get64(payload + 16), .rows = spk_get64(payload + 24)};
    if (spk_get64(payload) != array->rows || spk_get64(payload + 8) != array->cols ||
        payload[32] != array->dtype)
        return "its shape or type is not the array's";
    if (out->row0 != next) return "its rows do not follow those before";
    if (out->rows == 0 || out->rows > array->rows - next) return "it has too many rows";
    return NULL;
}

int spk_decode_dense(spk_decoder *d, const spk_array *array, uint64_t next,
                     const unsigned char *payload, size_t bytes, spk_rows_of *out, const char **why,
                     spk_error *err)
{
    *why = wrong_size;
    if (bytes < DENSE_HEAD) return -1;
    *why = check_rows(array, next, payload, out);
    if (*why) return -1;
    *why = wrong_size;
    size_t width = spk_dtype_bytes(array->dtype), n;
    if (__builtin_mul_overflow((size_t)out->rows, (size_t)array->cols, &n)) return -1;
    if (out->rows > bytes || n > bytes || bytes != padded(DENSE_HEAD + n * width)) return -1;
    *why = NULL;
    void *value = room(&d->raw, n, width, err);
    if (!value) return -1;
    spk_values_decode(array->dtype, payload + DENSE_HEAD, n, value);
    out->value = value;
    return 0;
}

/* Counts to row pointers; false when they do not add up to `cells`. */
static bool add_up(const uint32_t *count, size_t rows, uint64_t cells, uint64_t *row_ptr)
{
    row_ptr[0] = 0;
    for (size_t i = 0; i < rows; i++)
        row_ptr[i + 1] = row_ptr[i] + count[i];
    return row_ptr[rows] == cells;
}

/* Column gaps to columns, in place; false when one is not below `cols`. */
static bool add_gaps(uint32_t *col, const uint64_t *row_ptr, size_t rows, uint64_t cols)
{
    for (size_t r = 0; r < rows; r++) {
        uint64_t at = 0;
        for (uint64_t i = row_ptr[r]; i < row_ptr[r + 1]; i++) {
            at += col[i];
            if (at >= cols) return false;
            col[i] = (uint32_t)at;
        }
    }
    return true;
}

int spk_decode_sparse(spk_decoder *d, const spk_array *array, uint64_t next,
                      const unsigned char *payload, size_t bytes, spk_rows_of *out,
                      const char **why, spk_error *err)
{
    *why = wrong_size;
    if (bytes < SPARSE_HEAD) return -1;
    *why = check_rows(array, next, payload, out);
    if (*why) return -1;
    *why = wrong_size;
    size_t width = spk_dtype_bytes(array->dtype), planes = payload[33];
    uint64_t cells = spk_get64(payload + 40);
    if (out->rows > bytes || cells > bytes || planes > 4) return -1;
    size_t rows = (size_t)out->rows, n = (size_t)cells;
    if (bytes != padded(SPARSE_HEAD + 4 * rows + n * (planes + width))) return -1;
    *why = NULL;
    uint32_t *count = room(&d->wide, rows, sizeof *count, err);
    uint64_t *row_ptr = count ? room(&d->begin, rows + 1, sizeof *row_ptr, err) : NULL;
    uint32_t *col = row_ptr ? room(&d->column, n, sizeof *col, err) : NULL;
    void *value = col ? room(&d->raw, n, width, err) : NULL;
    if (!value) return -1;
    const spk_stream_kernels *kernels = spk_stream_kernels_get();
    const unsigned char *at = payload + SPARSE_HEAD;
    kernels->merge32(at, rows, 4, count);
    kernels->merge32(at + 4 * rows, n, planes, col);
    spk_values_decode(array->dtype, at + 4 * rows + n * planes, n, value);
    *why = "its counts or columns are out of range";
    if (!add_up(count, rows, cells, row_ptr) || !add_gaps(col, row_ptr, rows, array->cols))
        return -1;
    out->row_ptr = row_ptr;
    out->col = col;
    out->value = value;
    return 0;
}
