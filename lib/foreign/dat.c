/* dat.c: Prophesee's DAT, version 2, of events of pixels (docs.prophesee.ai, "DAT file format").
 *
 * Behind the head two bytes, the type of the events and their size, 8; then little-endian the time in us, 32
 * bits that wrap, and x (14 bits), y (14), polarity (4). */
#include "base/memory.h"
#include "foreign/prophesee.h"

#include <inttypes.h>

enum { RECORD = 8, EVENT_2D = 0x00, EVENT_CD = 0x0C, MOST = 1 << 14 };

typedef struct dat {
    uint32_t last;
    uint64_t base;
} dat;

static bool dat_recognise(const unsigned char *bytes, size_t n)
{
    return spk_prophesee_tell(bytes, n) == SPK_PROPHESEE_DAT;
}

static int dat_open(spk_foreign *in, spk_error *err)
{
    const unsigned char *bytes;
    size_t n;
    in->state = spk_alloc(1, sizeof(dat), "an input", err);
    if (!in->state || spk_prophesee_open(in, SPK_PROPHESEE_DAT, err) ||
        spk_source_peek(in->source, 2, &bytes, &n, err))
        return -1;
    const uint64_t offset = spk_source_offset(in->source);
    if (n < 2 || (bytes[0] != EVENT_2D && bytes[0] != EVENT_CD) || bytes[1] != RECORD)
        return spk_fail(err, SPK_DATA,
                        "%s: byte %" PRIu64
                        ": the head must end with the type of the events, 0x00 or 0x0c, "
                        "and their size, 8",
                        spk_source_name(in->source), offset);
    spk_source_consume(in->source, 2);
    return 0;
}

static size_t decode(spk_foreign *in, const unsigned char *bytes, size_t n)
{
    dat *s = in->state;
    const spk_foreign_head head = in->head;
    const size_t most = n / RECORD < SPK_FOREIGN_BATCH ? n / RECORD : SPK_FOREIGN_BATCH;
    uint32_t last = s->last;
    uint64_t base = s->base;
    for (size_t k = 0; k < most; k++) {
        const uint64_t word = spk_get64(bytes + k * RECORD);
        const uint32_t p = (uint32_t)(word >> 60);
        const uint32_t unit = spk_foreign_unit(&head, p, (uint32_t)(word >> 46) & (MOST - 1),
                                               (uint32_t)(word >> 32) & (MOST - 1));
        in->time[k] = spk_foreign_unwrap((uint32_t)word, &last, &base);
        in->unit[k] = p > 1 ? UINT32_MAX : unit;
        in->place[k] = (uint32_t)(k * RECORD);
    }
    s->last = last;
    s->base = base;
    in->n = most;
    return most * RECORD;
}

static int dat_next(spk_foreign *in, spk_error *err)
{
    return spk_foreign_step(in, RECORD, decode, err);
}

/* ---- writing ---------------------------------------------------------------------------------- */

static int dat_begin(spk_foreign_out *out, spk_error *err)
{
    if (spk_foreign_needs_camera(out, MOST, MOST, err)) return -1;
    spk_prophesee_head(out, "% Data file containing CD events.\n% Version 2\n");
    putc(EVENT_CD, out->file);
    putc(RECORD, out->file);
    return 0;
}

static int dat_put(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit,
                   spk_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const spk_pixel pixel = spk_foreign_pixel(&out->head, unit[i]);
        unsigned char record[RECORD];
        if (spk_foreign_check_gap(out, time[i], UINT64_C(1) << 31, err)) return -1;
        spk_put32(record, (uint32_t)time[i]);
        spk_put32(record + 4, pixel.x | pixel.y << 14 | pixel.p << 28);
        fwrite(record, 1, sizeof record, out->file);
        spk_foreign_wrote(out, time[i]);
    }
    return 0;
}

const spk_foreign_format spk_foreign_dat = {
    .name = "dat",
    .recognise = dat_recognise,
    .open = dat_open,
    .next = dat_next,
    .begin = dat_begin,
    .put = dat_put,
};
