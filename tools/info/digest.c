/* digest.c: a number for what a stream says, however it is stored.
 *
 * Two streams have the same digest exactly when they hold the same samples, the same events in
 * every population and the same arrays: compression, codecs, record cuts, chunking, ids and history
 * do not count. Every part (a population, an array, the samples) is hashed for itself, so that the
 * order in which parts interleave does not count either, column by column, so that neither do
 * record cuts:
 *
 *     column  XXH3-128 of its little-endian values, one behind the other
 *     part    XXH3-128 of "TYPE NAME DESCRIPTION\n" and of the digests of its columns, in hex
 *     whole   XXH3-128 of "spikepipe content 1\n", "tick NUM/DEN\n", "duration TICKS\n",
 *             "classes N\n", the canonical JSON of meta and, sorted, "TYPE NAME DIGEST\n" per part
 *
 * with these columns, all u64 but where said:
 *     samples      number; begin; duration; label (i64); attempts; JSON (bytes, each with a 0)
 *     spikes       tick; unit (u32)
 *     frames       begin, duration; values (f32)
 *     predictions  sample, class (i64); scores (f32)
 *     trace        tick of each row; values (f64)
 *     snapshots    samples, tick
 *     array        row, its number of values; sparse: target (u32); values as stored
 *     record       other kinds, by kind and id: payload bytes */
#include "base/bytes.h"
#include "base/memory.h"
#include "filter/filter.h"
#include "info.h"
#include "json/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { COLUMNS = 6, HEX = 33, DESCRIPTION = 512 };

typedef struct part {
    char type[16];
    char *name;
    char description[DESCRIPTION];
    XXH3_state_t *column[COLUMNS]; /* those in use */
    uint32_t kind, id;             /* what belongs to it: an item's kind and id */
    bool empty;                    /* nothing has come yet */
    char hex[HEX];
} part;

typedef struct digest {
    part *part;
    size_t parts, capacity;
} digest;

/* ---- hashing --------------------------------------------------------------------------------- */

static void to_hex(XXH128_hash_t hash, char hex[HEX])
{
    snprintf(hex, HEX, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64, (uint64_t)hash.low64);
}

static void add_bytes(part *p, size_t column, const void *data, size_t bytes)
{
    XXH3_128bits_update(p->column[column], data, bytes);
    p->empty = false;
}

static void add_u64(part *p, size_t column, uint64_t value)
{
    unsigned char bytes[8];
    spk_put64(bytes, value);
    add_bytes(p, column, bytes, sizeof bytes);
}

/* Arrays go through a buffer in which they are little-endian on any machine. */
#define DEFINE_ADD(bits)                                                                           \
    static void add_array##bits(part *p, size_t column, const void *from, size_t n)                \
    {                                                                                              \
        const unsigned char *at = from;                                                            \
        unsigned char buffer[4096];                                                                \
        for (size_t begin = 0, now; begin < n; begin += now) {                                     \
            now = n - begin < sizeof buffer / (bits / 8) ? n - begin : sizeof buffer / (bits / 8); \
            for (size_t i = 0; i < now; i++) {                                                     \
                uint##bits##_t value;                                                              \
                memcpy(&value, at + (begin + i) * (bits / 8), sizeof value);                       \
                spk_put##bits(buffer + i * (bits / 8), value);                                     \
            }                                                                                      \
            add_bytes(p, column, buffer, now *(bits / 8));                                         \
        }                                                                                          \
    }
DEFINE_ADD(16)
DEFINE_ADD(32)
DEFINE_ADD(64)

/* ---- parts ----------------------------------------------------------------------------------- */

static part *add_part(digest *d, const char *type, const char *name, uint32_t kind, uint32_t id,
                      size_t columns, spk_error *err)
{
    if (spk_grow(&d->part, &d->capacity, d->parts + 1, sizeof *d->part, "parts", err)) return NULL;
    part *p = &d->part[d->parts];
    memset(p, 0, sizeof *p);
    p->name = spk_strdup(name, err);
    if (!p->name) return NULL;
    d->parts++;
    snprintf(p->type, sizeof p->type, "%s", type);
    p->kind = kind;
    p->id = id;
    p->empty = true;
    for (size_t i = 0; i < columns; i++) {
        p->column[i] = XXH3_createState();
        if (!p->column[i]) {
            spk_fail(err, SPK_LIMIT, "out of memory for a digest");
            return NULL;
        }
        XXH3_128bits_reset(p->column[i]);
    }
    return p;
}

static part *find_part(digest *d, uint32_t kind, uint32_t id)
{
    for (size_t i = 0; i < d->parts; i++)
        if (d->part[i].kind == kind && d->part[i].id == id) return &d->part[i];
    return NULL;
}

static int add_channel(digest *d, const spk_channel *c, spk_error *err)
{
    static const struct {
        const char *type;
        uint32_t kind;
    } types[] = {[SPK_CHANNEL_SPIKES] = {"spikes", SPK_KIND_SPIKES},
                 [SPK_CHANNEL_FRAMES] = {"frames", SPK_KIND_FRAME},
                 [SPK_CHANNEL_PREDICTIONS] = {"predictions", SPK_KIND_PREDICTION},
                 [SPK_CHANNEL_TRACE] = {"trace", SPK_KIND_TRACE}};
    part *p = add_part(d, types[c->type].type, c->name, types[c->type].kind, c->id, 2, err);
    if (!p) return -1;
    size_t used = (size_t)snprintf(p->description, DESCRIPTION, "size=%" PRIu32 " shape=", c->size);
    for (uint32_t i = 0; i < c->dims; i++)
        used += (size_t)snprintf(p->description + used, DESCRIPTION - used, "%s%" PRIu32,
                                 i ? "x" : "", c->shape[i]);
    snprintf(p->description + used, DESCRIPTION - used, " variable=%.64s unit=%.64s",
             c->variable ? c->variable : "", c->unit ? c->unit : "");
    return 0;
}

static int add_array(digest *d, const spk_array *a, spk_error *err)
{
    size_t room = strlen(a->owner) + strlen(a->variable) + 2;
    char *name = spk_alloc(room, 1, "a name", err);
    if (!name) return -1;
    snprintf(name, room, "%s.%s", a->owner, a->variable);
    uint32_t kind = a->sparse ? SPK_KIND_WEIGHTS_SPARSE : SPK_KIND_WEIGHTS_DENSE;
    part *p = add_part(d, "array", name, kind, a->id, 3, err);
    free(name);
    if (!p) return -1;
    snprintf(p->description, DESCRIPTION,
             "%s %s rows=%" PRIu64 " cols=%" PRIu64 " unit=%.64s structure=%s",
             a->sparse ? "sparse" : "dense", spk_dtype_name(a->dtype), a->rows, a->cols, a->unit,
             a->structure);
    return 0;
}

static int add_parts(digest *d, const spk_header *h, spk_error *err)
{
    if (!add_part(d, "samples", "", SPK_KIND_SAMPLE, 0, 6, err)) return -1;
    if (!add_part(d, "snapshots", "", SPK_KIND_SNAPSHOT, 0, 1, err)) return -1;
    for (size_t i = 0; i < h->channels; i++)
        if (add_channel(d, &h->channel[i], err)) return -1;
    for (size_t i = 0; i < h->arrays; i++)
        if (add_array(d, &h->array[i], err)) return -1;
    return 0;
}

static void digest_free(digest *d)
{
    for (size_t i = 0; i < d->parts; i++) {
        free(d->part[i].name);
        for (size_t k = 0; k < COLUMNS; k++)
            XXH3_freeState(d->part[i].column[k]);
    }
    free(d->part);
}

/* ---- items ----------------------------------------------------------------------------------- */

static void take_sample(part *p, const spk_sample *s)
{
    add_u64(p, 0, s->number);
    add_u64(p, 1, s->begin);
    add_u64(p, 2, s->duration);
    add_u64(p, 3, (uint64_t)(int64_t)s->label);
    add_u64(p, 4, s->attempts);
    const char *json = s->json ? s->json : "";
    add_bytes(p, 5, json, strlen(json) + 1);
}

static void take_trace(part *p, const spk_header *h, const spk_item *item)
{
    const spk_channel *c = spk_header_channel(h, item->id);
    for (size_t row = 0; row < item->trace.rows; row++)
        add_u64(p, 0, item->trace.t0 + row * c->period);
    add_array64(p, 1, item->trace.value, item->trace.rows * c->size);
}

static void take_rows(part *p, const spk_rows_of *r)
{
    const spk_array *a = r->array;
    for (uint64_t row = 0; row < r->rows; row++) {
        add_u64(p, 0, r->row0 + row);
        add_u64(p, 0, a->sparse ? r->row_ptr[row + 1] - r->row_ptr[row] : a->cols);
    }
    const size_t n = (size_t)(a->sparse ? r->row_ptr[r->rows] : r->rows * a->cols);
    if (a->sparse) add_array32(p, 1, r->col, n);
    if (a->dtype == SPK_F64)
        add_array64(p, 2, r->value, n);
    else if (a->dtype == SPK_F32)
        add_array32(p, 2, r->value, n);
    else if (a->dtype == SPK_F16)
        add_array16(p, 2, r->value, n);
    else
        add_bytes(p, 2, r->value, n);
}

/* Kinds that the reader hands through: a part for each kind and id, made when it is first seen. */
static int take_raw(digest *d, const spk_item *item, spk_error *err)
{
    part *p = find_part(d, item->kind, item->id);
    if (!p) {
        char name[32];
        snprintf(name, sizeof name, "%d:%" PRIu32, (int)item->kind, item->id);
        p = add_part(d, "record", name, item->kind, item->id, 1, err);
    }
    if (!p) return -1;
    add_bytes(p, 0, item->raw.payload, item->raw.bytes);
    return 0;
}

static int take(digest *d, const spk_header *h, const spk_item *item, spk_error *err)
{
    part *p = find_part(d, item->kind, item->kind == SPK_KIND_SAMPLE ? 0 : item->id);
    switch (item->kind) {
    case SPK_KIND_SAMPLE:
        take_sample(p, item->sample);
        return 0;
    case SPK_KIND_SPIKES:
        add_array64(p, 0, item->spikes.tick, item->spikes.n);
        add_array32(p, 1, item->spikes.unit, item->spikes.n);
        return 0;
    case SPK_KIND_FRAME:
        add_u64(p, 0, item->frame.begin);
        add_u64(p, 0, item->frame.duration);
        add_array32(p, 1, item->frame.value, item->frame.n);
        return 0;
    case SPK_KIND_PREDICTION:
        add_u64(p, 0, item->prediction.sample);
        add_u64(p, 0, (uint64_t)(int64_t)item->prediction.class_);
        add_array32(p, 1, item->prediction.score, item->prediction.k);
        return 0;
    case SPK_KIND_TRACE:
        take_trace(p, h, item);
        return 0;
    case SPK_KIND_SNAPSHOT:
        add_u64(p, 0, item->snapshot.samples);
        add_u64(p, 0, item->snapshot.tick);
        return 0;
    case SPK_KIND_WEIGHTS_DENSE:
    case SPK_KIND_WEIGHTS_SPARSE:
        take_rows(p, &item->rows);
        return 0;
    case SPK_KIND_WATERMARK:
        return 0;
    default:
        return take_raw(d, item, err);
    }
}

/* ---- the result ------------------------------------------------------------------------------ */

static void finish_part(part *p)
{
    XXH3_state_t *whole = p->column[0]; /* its own digest is taken before it is used again */
    char hex[COLUMNS][HEX];
    size_t n = 0;
    for (; n < COLUMNS && p->column[n]; n++)
        to_hex(XXH3_128bits_digest(p->column[n]), hex[n]);
    XXH3_128bits_reset(whole);
    const char *texts[] = {p->type, " ", p->name, " ", p->description, "\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        XXH3_128bits_update(whole, texts[i], strlen(texts[i]));
    for (size_t i = 0; i < n; i++)
        XXH3_128bits_update(whole, hex[i], HEX - 1);
    to_hex(XXH3_128bits_digest(whole), p->hex);
}

static int compare_parts(const void *a, const void *b)
{
    const part *left = a, *right = b;
    int order = strcmp(left->type, right->type);
    if (order == 0) order = strcmp(left->name, right->name);
    return order ? order : strcmp(left->description, right->description);
}

static int finish_whole(digest *d, const spk_reader *in, char hex[HEX], spk_error *err)
{
    const spk_header *h = spk_reader_header(in);
    char *meta = h->meta ? spk_json_canonical(h->meta, err) : spk_strdup("{}", err);
    XXH3_state_t *whole = XXH3_createState();
    if (!meta || !whole) {
        free(meta);
        XXH3_freeState(whole);
        return spk_fail(err, SPK_LIMIT, "out of memory for a digest");
    }
    XXH3_128bits_reset(whole);
    char text[256];
    snprintf(text, sizeof text,
             "spikepipe content 1\ntick %" PRIu64 "/%" PRIu64 "\nduration %" PRIu64
             "\nclasses %" PRIu32 "\n",
             h->tick.num, h->tick.den, spk_reader_duration(in), h->classes);
    XXH3_128bits_update(whole, text, strlen(text));
    XXH3_128bits_update(whole, meta, strlen(meta));
    for (size_t i = 0; i < d->parts; i++) {
        const char *texts[] = {d->part[i].type, " ", d->part[i].name, " ", d->part[i].hex, "\n"};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            XXH3_128bits_update(whole, texts[k], strlen(texts[k]));
    }
    to_hex(XXH3_128bits_digest(whole), hex);
    XXH3_freeState(whole);
    free(meta);
    return 0;
}

static void put_row(spk_table *t, const char *hex, const char *type, const char *name,
                    const char *file)
{
    spk_table_text(t, hex);
    spk_table_text(t, type);
    spk_table_text(t, name);
    spk_table_text(t, file);
    spk_table_end_row(t);
}

static void print(const info *i, const digest *d, const char *whole, const char *file)
{
    put_row(i->table, whole, "whole", "", file);
    for (size_t k = 0; k < d->parts; k++) {
        const part *p = &d->part[k];
        if (!p->empty || *p->name) put_row(i->table, p->hex, p->type, p->name, file);
    }
}

static int digest_stream(const info *i, spk_reader *in, digest *d, spk_error *err)
{
    char hex[HEX];
    spk_item item;
    int more;
    if (add_parts(d, spk_reader_header(in), err)) return -1;
    while ((more = spk_reader_next(in, &item, err)) > 0)
        if (take(d, spk_reader_header(in), &item, err)) return -1;
    if (more < 0) return -1;
    for (size_t k = 0; k < d->parts; k++)
        finish_part(&d->part[k]);
    qsort(d->part, d->parts, sizeof *d->part, compare_parts);
    if (finish_whole(d, in, hex, err)) return -1;
    print(i, d, hex, spk_reader_name(in));
    return 0;
}

int info_digest(const info *i, spk_error *err)
{
    spk_reader *in = spk_filter_input(i->cli, i->path, NULL, err);
    if (!in) return -1;
    digest d = {0};
    int status = digest_stream(i, in, &d, err);
    digest_free(&d);
    spk_reader_close(in);
    return status;
}
