/* aedat3.c: cAER's AEDAT 3.1 (docs.inivation.com, "AEDAT 3.1").
 *
 * Lines that begin with '#' up to #!END-HEADER, then packets, little-endian: a head of 28 bytes, which says the
 * type and size of its events and how many there are, and room for `capacity` events. Those of type 1 are
 * pixels': 32 bits of validity, polarity, y and x, and 31 bits of the time in us, whose upper bits stand in the
 * packet's head. Other packets, and events that are marked invalid, are left out. */
#include "base/memory.h"
#include "foreign/format.h"

#include <string.h>

enum { HEAD = 28, EVENT = 8, POLARITY = 1, MOST = 1 << 15, PACKET = 1024 };

typedef struct aedat3 {
    uint64_t left; /* events of the packet that are still to come, */
    uint64_t skip; /* and bytes behind them that are none */
    uint64_t base; /* of their times */
    uint32_t rows, columns;
} aedat3;

static bool aedat3_recognise(const unsigned char *bytes, size_t n)
{
    static const char magic[] = "#!AER-DAT3.1";
    return n >= sizeof magic - 1 && memcmp(bytes, magic, sizeof magic - 1) == 0;
}

/* ---- the head --------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t rows, columns;
} sources[] = {
    {"DVS128", 128, 128}, {"DAVIS128", 128, 128}, {"DAVIS240", 180, 240}, {"DAVIS346", 260, 346}};
enum { SOURCES = sizeof sources / sizeof *sources };

/* "#Source 1: DAVIS240C". */
static bool take_line(void *context, const char *line)
{
    aedat3 *s = context;
    const char *name = strncmp(line, "#Source ", 8) == 0 ? strstr(line, ": ") : NULL;
    for (size_t i = 0; name && i < SOURCES; i++)
        if (strncmp(name + 2, sources[i].name, strlen(sources[i].name)) == 0) {
            s->rows = sources[i].rows;
            s->columns = sources[i].columns;
        }
    return strncmp(line, "#!END-HEADER", 12) != 0;
}

static int aedat3_open(spk_foreign *in, spk_error *err)
{
    aedat3 *s = in->state = spk_alloc(1, sizeof *s, "an input", err);
    if (!s || spk_foreign_lines(in, "#", take_line, s, err)) return -1;
    return spk_foreign_camera(in, s->rows, s->columns, err);
}

/* ---- packets ---------------------------------------------------------------------------------- */

/* The head of a packet; what is wrong with it, or NULL. */
static const char *take_packet(aedat3 *s, const unsigned char *at)
{
    const uint16_t type = spk_get16(at);
    const uint32_t size = spk_get32(at + 4), offset = spk_get32(at + 8),
                   overflow = spk_get32(at + 12), capacity = spk_get32(at + 16),
                   number = spk_get32(at + 20);
    if ((size | overflow | capacity | number) >> 31 || number > capacity)
        return "the head of a packet whose numbers cannot be";
    s->left = 0;
    s->skip = (uint64_t)size * capacity;
    if (type != POLARITY) return NULL;
    if (size != EVENT || offset != 4)
        return "the head of a packet of pixels' events that are not of 8 bytes";
    s->left = number;
    s->skip -= (uint64_t)number * EVENT;
    s->base = (uint64_t)overflow << 31;
    return NULL;
}

static size_t take_events(spk_foreign *in, const unsigned char *bytes, size_t n, size_t at)
{
    aedat3 *s = in->state;
    const spk_foreign_head head = in->head;
    size_t k = in->n;
    for (; s->left > 0 && n - at >= EVENT && k < SPK_FOREIGN_BATCH; at += EVENT, s->left--) {
        const uint32_t word = spk_get32(bytes + at), time = spk_get32(bytes + at + 4);
        in->time[k] = s->base + time;
        in->unit[k] = spk_foreign_unit(&head, word >> 1 & 1, word >> 2 & (MOST - 1), word >> 17);
        in->place[k] = (uint32_t)at;
        k += word & 1;
    }
    in->n = k;
    return at;
}

static size_t decode(spk_foreign *in, const unsigned char *bytes, size_t n)
{
    aedat3 *s = in->state;
    size_t at = 0;
    for (;;) {
        at = take_events(in, bytes, n, at);
        if (s->left > 0) return at;
        const size_t some = s->skip < n - at ? (size_t)s->skip : n - at;
        s->skip -= some;
        at += some;
        if (n - at < HEAD || in->n == SPK_FOREIGN_BATCH) return at;
        in->fault = take_packet(s, bytes + at);
        if (in->fault) return at;
        at += HEAD;
    }
}

static int aedat3_next(spk_foreign *in, spk_error *err)
{
    const aedat3 *s = in->state;
    const int more = spk_foreign_step(in, HEAD, decode, err);
    return more == 0 && !in->truncated && (s->left || s->skip) ? spk_foreign_cut(in, err) : more;
}

/* ---- writing ---------------------------------------------------------------------------------- */

static int aedat3_begin(spk_foreign_out *out, spk_error *err)
{
    if (spk_foreign_needs_camera(out, UINT32_MAX, UINT32_MAX, err)) return -1;
    size_t i = 0;
    while (i < SOURCES &&
           (out->head.shape[1] != sources[i].rows || out->head.shape[2] != sources[i].columns))
        i++;
    if (i == SOURCES)
        return spk_fail(err, SPK_DATA,
                        "aedat3 is written for the shapes 2x128x128, 2x180x240 and 2x260x346 only");
    fprintf(out->file, "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: %s%s\r\n#!END-HEADER\r\n",
            sources[i].name, sources[i].rows == 180 ? "C" : "");
    return 0;
}

/* One packet: n events of one base. */
static void put_packet(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit)
{
    const uint32_t numbers[] = {EVENT,       4,           (uint32_t)(time[0] >> 31),
                                (uint32_t)n, (uint32_t)n, (uint32_t)n};
    unsigned char head[HEAD] = {POLARITY, 0, 1, 0}, event[EVENT];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        spk_put32(head + 4 + 4 * i, numbers[i]);
    fwrite(head, 1, sizeof head, out->file);
    for (size_t i = 0; i < n; i++) {
        const spk_pixel pixel = spk_foreign_pixel(&out->head, unit[i]);
        spk_put32(event, pixel.x << 17 | pixel.y << 2 | pixel.p << 1 | 1);
        spk_put32(event + 4, (uint32_t)(time[i] & INT32_MAX));
        fwrite(event, 1, sizeof event, out->file);
    }
}

static int aedat3_put(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit,
                      spk_error *err)
{
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && end - i < PACKET && time[end] >> 31 == time[i] >> 31;)
            end++;
        if (time[i] >> 62)
            return spk_fail(err, SPK_LIMIT, "%s: aedat3 holds times below 2^62 us", out->name);
        put_packet(out, end - i, time + i, unit + i);
    }
    return 0;
}

const spk_foreign_format spk_foreign_aedat3 = {
    .name = "aedat3",
    .recognise = aedat3_recognise,
    .open = aedat3_open,
    .next = aedat3_next,
    .begin = aedat3_begin,
    .put = aedat3_put,
};
