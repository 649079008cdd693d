/* fuzz_stream.c: any bytes as a stream.
 *
 * Two kinds of input. Bytes that do not begin with 'F' go to the reader as they are. Bytes that do
 * are records {u8 kind, u8 id, u16 bytes, payload} which are put behind a preamble and a header that
 * has a channel and an array of every kind, with right checksums, sequence numbers and END, so that
 * the decoders see what no damaged file would show them; byte 1 chooses among the options below.
 *
 * What the reader gives must keep its promises: samples ascend, spikes are sorted, inside their
 * sample and below the channel's size, rows ascend. A stream that is accepted in whole can be written
 * again and then gives the same items. */
#define _GNU_SOURCE /* memfd_create */
#include "base/bytes.h"
#include "stream/record.h"
#include "stream/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    LARGEST = 1 << 20,
    WHOLE_RECORDS = 1,
    ALLOW_TRUNCATED = 2,
    SALVAGE = 4,
    WITH_ARRAYS = 8,
    NO_END = 16,
    ONE_CHANNEL = 32 /* and bits 6.. say which */
};

static void promise(int kept, const char *what)
{
    if (kept) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* ---- forging a stream ----------------------------------------------------------------------- */

static const char channels[] =
    "{\"spk\":1,\"tick\":{\"num\":1,\"den\":1000},\"classes\":3,\"streams\":["
    "{\"id\":1,\"type\":\"spikes\",\"name\":\"a\",\"n\":10},"
    "{\"id\":2,\"type\":\"spikes\",\"name\":\"b\",\"n\":4294967295},"
    "{\"id\":3,\"type\":\"frames\",\"name\":\"c\",\"n\":6,\"dtype\":\"u8\",\"scale\":0.5},"
    "{\"id\":4,\"type\":\"frames\",\"name\":\"d\",\"n\":6,\"dtype\":\"f32\"},"
    "{\"id\":5,\"type\":\"predictions\",\"name\":\"e\",\"n\":3},"
    "{\"id\":6,\"type\":\"trace\",\"name\":\"f\",\"n\":2,\"dtype\":\"f32\",\"period\":2},"
    "{\"id\":7,\"type\":\"trace\",\"name\":\"g\",\"n\":2,\"dtype\":\"f64\",\"period\":3}]}";
static const char arrays[] =
    "{\"spk\":1,\"tick\":{\"num\":1,\"den\":1000},\"arrays\":["
    "{\"id\":1,\"type\":\"weights\",\"owner\":\"x\",\"variable\":\"w\",\"dtype\":\"f32\","
    "\"rows\":3,\"cols\":4},"
    "{\"id\":2,\"type\":\"delays\",\"owner\":\"x\",\"variable\":\"d\",\"dtype\":\"f64\","
    "\"sparse\":true,\"rows\":3,\"cols\":4},"
    "{\"id\":3,\"type\":\"state\",\"owner\":\"y\",\"variable\":\"v\",\"dtype\":\"f16\","
    "\"rows\":1,\"cols\":5}]}";

typedef struct forgery {
    unsigned char *bytes;
    size_t n;
    uint64_t records, spikes[3]; /* of channels 1 and 2 */
    XXH3_state_t *digest;
} forgery;

/* `payload` padded with `fill`, behind its header. */
static void put_record(forgery *f, uint16_t kind, uint32_t id, const void *payload, size_t bytes,
                       int fill)
{
    unsigned char *head = f->bytes + f->n, *body = head + SPK_RECORD_HEADER_BYTES;
    memcpy(body, payload, bytes);
    size_t padded = (bytes + 7) & ~(size_t)7;
    memset(body + bytes, fill, padded - bytes);
    spk_record record = {.kind = kind, .id = id, .bytes = (uint32_t)padded, .sequence = f->records};
    record.flags = spk_kind_critical(kind) ? SPK_FLAG_CRITICAL : 0;
    spk_record_pack(&record, body, head);
    if (kind == SPK_KIND_SPIKES && padded >= 12 && (id == 1 || id == 2))
        f->spikes[id] += spk_get32(body + 8);
    XXH3_128bits_update(f->digest, body, padded);
    f->n += SPK_RECORD_HEADER_BYTES + padded;
    f->records++;
}

static void put_end(forgery *f, int with_arrays)
{
    unsigned char end[88] = {0};
    XXH128_hash_t digest = XXH3_128bits_digest(f->digest);
    spk_put32(end + 4, with_arrays ? 0 : 2);
    spk_put64(end + 8, f->records);
    spk_put64(end + 16, f->spikes[1] + f->spikes[2]);
    spk_put64(end + 24, UINT64_MAX);
    spk_put64(end + 40, digest.low64);
    spk_put64(end + 48, digest.high64);
    for (uint32_t id = 1; id <= 2; id++) {
        spk_put32(end + 40 + 16 * id, id);
        spk_put64(end + 48 + 16 * id, f->spikes[id]);
    }
    put_record(f, SPK_KIND_END, 0, end, with_arrays ? 56 : 88, 0);
}

static forgery forge(const uint8_t *data, size_t size, int options)
{
    forgery f = {.bytes = calloc(12 * size + 4096, 1), .digest = XXH3_createState()};
    XXH3_128bits_reset(f.digest);
    spk_preamble_pack(0, f.bytes);
    f.n = SPK_PREAMBLE_BYTES;
    const char *header = options & WITH_ARRAYS ? arrays : channels;
    put_record(&f, SPK_KIND_HEADER, 0, header, strlen(header), ' ');
    while (size >= 4) {
        size_t bytes = spk_get16(data + 2);
        if (bytes > size - 4) bytes = size - 4;
        put_record(&f, data[0], data[1], data + 4, bytes, 0);
        data += 4 + bytes;
        size -= 4 + bytes;
    }
    if (!(options & NO_END)) put_end(&f, options & WITH_ARRAYS);
    XXH3_freeState(f.digest);
    return f;
}

/* ---- reading -------------------------------------------------------------------------------- */

typedef struct watch {
    const spk_header *header;
    uint64_t next_sample, items;
    XXH3_state_t *digest;
    spk_writer *copy; /* or NULL */
} watch;

static void add(watch *w, const void *bytes, size_t n)
{
    if (n) XXH3_64bits_update(w->digest, bytes, n);
}

static void see_spikes(watch *w, const spk_item *item, int whole)
{
    const spk_spikes *s = &item->spikes;
    uint32_t size = spk_header_channel(w->header, item->id)->size;
    uint64_t end = s->sample->duration ? s->sample->begin + s->sample->duration : UINT64_MAX;
    promise(s->n > 0, "a batch has spikes");
    for (size_t i = 0; i < s->n; i++) {
        promise(s->unit[i] < size, "units are below the channel's size");
        promise(s->tick[i] >= s->sample->begin, "spikes are not before their sample");
        promise(whole || s->tick[i] < end, "spikes are not after their sample");
        promise(!i || s->tick[i] > s->tick[i - 1] ||
                    (s->tick[i] == s->tick[i - 1] && s->unit[i] >= s->unit[i - 1]),
                "spikes are sorted");
        add(w, &s->tick[i], sizeof s->tick[i]); /* one by one: batches may be cut elsewhere */
        add(w, &s->unit[i], sizeof s->unit[i]);
    }
}

static void see_rows(watch *w, const spk_rows_of *r)
{
    size_t width = spk_dtype_bytes(r->array->dtype), cols = (size_t)r->array->cols;
    const unsigned char *value = r->value;
    promise(r->row0 + r->rows <= r->array->rows, "rows are inside the array");
    if (!r->array->sparse) {
        add(w, value, (size_t)r->rows * cols * width);
        return;
    }
    for (uint64_t row = 0; row < r->rows; row++) {
        uint64_t begin = r->row_ptr[row], n = r->row_ptr[row + 1] - begin;
        for (uint64_t i = 0; i < n; i++)
            promise(r->col[begin + i] < cols, "columns are inside the array");
        add(w, &n, sizeof n);
        add(w, r->col + begin, (size_t)n * sizeof *r->col);
        add(w, value + begin * width, (size_t)n * width);
    }
}

static void see(watch *w, const spk_item *item, int whole)
{
    w->items++;
    switch (item->kind) {
    case SPK_KIND_SAMPLE:
        promise(item->sample->number >= w->next_sample, "samples ascend");
        w->next_sample = item->sample->number + 1;
        add(w, item->sample, offsetof(spk_sample, json));
        if (item->sample->json) add(w, item->sample->json, strlen(item->sample->json));
        break;
    case SPK_KIND_SPIKES:
        see_spikes(w, item, whole);
        break;
    case SPK_KIND_FRAME:
        add(w, item->frame.value, item->frame.n * sizeof(float));
        add(w, item->frame.stored, item->frame.n * sizeof(float));
        break;
    case SPK_KIND_TRACE:
        add(w, item->trace.value,
            item->trace.rows * spk_header_channel(w->header, item->id)->size * sizeof(double));
        break;
    case SPK_KIND_PREDICTION:
        add(w, item->prediction.score, item->prediction.k * sizeof(float));
        break;
    case SPK_KIND_WEIGHTS_DENSE:
    case SPK_KIND_WEIGHTS_SPARSE:
        see_rows(w, &item->rows);
        break;
    case SPK_KIND_SNAPSHOT:
        add(w, &item->snapshot, sizeof item->snapshot);
        break;
    case SPK_KIND_WATERMARK:
        break;
    default:
        add(w, item->raw.payload, item->raw.bytes);
    }
}

/* ---- writing again -------------------------------------------------------------------------- */

static int write_item(spk_writer *w, const spk_item *item, spk_error *err)
{
    switch (item->kind) {
    case SPK_KIND_SAMPLE:
        return spk_writer_sample(w, item->sample, err);
    case SPK_KIND_SPIKES:
        return spk_writer_spikes(w, item->id, item->spikes.n, item->spikes.tick, item->spikes.unit,
                                 err);
    case SPK_KIND_PREDICTION:
        return spk_writer_prediction(w, item->id, &item->prediction, err);
    case SPK_KIND_SNAPSHOT:
        return spk_writer_snapshot(w, &item->snapshot, err);
    case SPK_KIND_WEIGHTS_DENSE:
        return spk_writer_dense(w, item->id, item->rows.row0, item->rows.rows, item->rows.value,
                                err);
    case SPK_KIND_WEIGHTS_SPARSE:
        return spk_writer_sparse(w, item->id, item->rows.row0, item->rows.rows, item->rows.row_ptr,
                                 item->rows.col, item->rows.value, err);
    default:
        return 0;
    }
}

/* Frames may be asked for in ways that a writer refuses (they may leave their sample), NaN payloads
 * change on their way through a float: these are not written again, and not compared. */
static int is_copied(const spk_item *item)
{
    switch (item->kind) {
    case SPK_KIND_SAMPLE:
    case SPK_KIND_SPIKES:
    case SPK_KIND_PREDICTION:
    case SPK_KIND_SNAPSHOT:
    case SPK_KIND_WEIGHTS_DENSE:
    case SPK_KIND_WEIGHTS_SPARSE:
        return 1;
    default:
        return 0;
    }
}

static void forget_loss(void *context, const char *message)
{
    (void)context;
    promise(message[0] != 0, "a loss has its reason");
}

/* 0 when the stream was accepted in whole; its items' digest in *digest. */
static int read_all(const unsigned char *bytes, size_t n, const spk_reader_options *options,
                    int only_copied, int copy_fd, uint64_t *digest)
{
    spk_error err = {0};
    spk_reader *r = spk_reader_open_memory(bytes, n, "fuzz", options, &err);
    if (!r) {
        promise(err.code != SPK_OK && err.text[0], "a refusal has its reason");
        return -1;
    }
    watch w = {.header = spk_reader_header(r), .digest = XXH3_createState()};
    XXH3_64bits_reset(w.digest);
    if (copy_fd >= 0) {
        spk_writer_options plain = {.level = -1};
        w.copy = spk_writer_open(copy_fd, "copy", w.header, NULL, &plain, &err);
        promise(w.copy != NULL, "a header that was read can be written");
    }
    spk_item item;
    int more;
    while ((more = spk_reader_next(r, &item, &err)) > 0) {
        if (only_copied && !is_copied(&item)) continue;
        see(&w, &item, options->whole_records);
        if (w.copy && write_item(w.copy, &item, &err)) {
            fprintf(stderr, "%s\n", err.text);
            promise(0, "what was read can be written");
        }
    }
    promise(more == 0 || (err.code != SPK_OK && err.text[0]), "an error has its reason");
    if (more == 0 && w.copy)
        promise(!spk_writer_end(w.copy, 0, spk_reader_truncated(r), &err), "and ended");
    *digest = XXH3_64bits_digest(w.digest);
    XXH3_freeState(w.digest);
    spk_writer_close(w.copy);
    spk_reader_close(r);
    return more;
}

/* What is accepted with one channel chosen can be written, and read again with the same items. */
static void write_again(const unsigned char *bytes, size_t n, const char *channel)
{
    spk_reader_options options = {.channel = channel};
    uint64_t first, second;
    if (read_all(bytes, n, &options, 1, -1, &first)) return;
    int fd = memfd_create("fuzz", 0);
    promise(read_all(bytes, n, &options, 1, fd, &first) == 0, "reading is repeatable");
    size_t size = (size_t)lseek(fd, 0, SEEK_END);
    unsigned char *copy = malloc(size);
    promise(pread(fd, copy, size, 0) == (ssize_t)size, "a file in memory");
    promise(read_all(copy, size, &options, 1, -1, &second) == 0, "what was written can be read");
    promise(first == second, "and is the same");
    free(copy);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"a", "b", "f", "g"};
    uint64_t digest;
    if (size > LARGEST) return 0;
    if (size < 2 || data[0] != 'F') {
        spk_reader_options strict = {.segments = true}, lax = {.lost = forget_loss};
        read_all(data, size, &strict, 0, -1, &digest);
        read_all(data, size, &lax, 0, -1, &digest);
        return 0;
    }
    int bits = data[1];
    forgery f = forge(data + 2, size - 2, bits);
    spk_reader_options options = {.whole_records = bits & WHOLE_RECORDS,
                                  .allow_truncated = bits & ALLOW_TRUNCATED};
    if (bits & SALVAGE) options.lost = forget_loss;
    if ((bits & ONE_CHANNEL) && !(bits & WITH_ARRAYS)) options.channel = names[bits >> 6];
    read_all(f.bytes, f.n, &options, 0, -1, &digest);
    write_again(f.bytes, f.n, bits & WITH_ARRAYS ? NULL : names[bits >> 6]);
    free(f.bytes);
    return 0;
}
