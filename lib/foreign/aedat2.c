/* aedat2.c: jAER's AEDAT 2.0 (docs.inivation.com, "AEDAT 2.0").
 *
 * Lines that begin with '#', then big-endian an address and a time in us, 32 bits each. What an address means
 * depends on the chip, which the head may name. Chips count x and y from the lower right corner as jAER shows
 * them, so both are turned. Samples of the frames and of the inertial unit, and external events, are left out. */
#include "base/memory.h"
#include "foreign/format.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { RECORD = 8 };

/* Where a chip's address has what. */
typedef struct chip {
    const char *sensor; /* as --sensor calls it */
    const char *named;  /* so in heads, in any case */
    const char *class_; /* so written */
    uint32_t rows, columns;
    unsigned y_shift, x_shift, p_shift;
    uint32_t y_mask, x_mask;
    uint32_t skip; /* bits of addresses that are no events of pixels */
    uint32_t none; /* bits that are never set */
} chip;

/* The first has a layout of its own, the others share one. */
static const chip chips[] = {
    {"dvs128", "dvs128", "DVS128", 128, 128, 8, 1, 0, 127, 127, 1u << 15, 0xFFFF0000},
    {"davis240", "davis240", "DAVIS240C", 180, 240, 22, 12, 11, 511, 1023, 1u << 31 | 1u << 10, 0},
    {"davis346", "davis346", "DAVIS346", 260, 346, 22, 12, 11, 511, 1023, 1u << 31 | 1u << 10, 0},
};
enum { CHIPS = sizeof chips / sizeof *chips };

typedef struct aedat2 {
    const chip *chip;
    uint32_t last;
    uint64_t base;
} aedat2;

static bool aedat2_recognise(const unsigned char *bytes, size_t n)
{
    static const char magic[] = "#!AER-DAT2.0";
    return n >= sizeof magic - 1 && memcmp(bytes, magic, sizeof magic - 1) == 0;
}

/* Does `text` hold `word` (lower case), in any case? */
static bool holds(const char *text, const char *word)
{
    const size_t n = strlen(word);
    for (; *text; text++)
        if (strncasecmp(text, word, n) == 0) return true;
    return false;
}

static bool take_line(void *context, const char *line)
{
    aedat2 *s = context;
    if (strncasecmp(line, "# AEChip:", 9) == 0)
        for (size_t i = 0; i < CHIPS; i++)
            if (holds(line, chips[i].named)) s->chip = &chips[i];
    return strcasecmp(line, "#End Of ASCII Header") != 0;
}

static int aedat2_open(spk_foreign *in, spk_error *err)
{
    aedat2 *s = in->state = spk_alloc(1, sizeof *s, "an input", err);
    if (!s || spk_foreign_lines(in, "#", take_line, s, err)) return -1;
    for (size_t i = 0; in->options.sensor && i < CHIPS; i++)
        if (strcmp(in->options.sensor, chips[i].sensor) == 0) s->chip = &chips[i];
    const char *name = spk_source_name(in->source);
    if (!s->chip)
        return spk_fail(err, SPK_USAGE, "%s: names no sensor that is known here: give --sensor",
                        name);
    const uint32_t *shape = in->options.shape, rows = s->chip->rows, columns = s->chip->columns;
    if (in->options.dims &&
        (in->options.dims != 3 || shape[0] != 2 || shape[1] != rows || shape[2] != columns))
        return spk_fail(err, SPK_USAGE, "%s: --shape: a %s has the shape 2x%" PRIu32 "x%" PRIu32,
                        name, s->chip->sensor, rows, columns);
    return spk_foreign_camera(in, rows, columns, err);
}

/* Compiled once for each layout, so that shifts and masks are constants. */
static inline __attribute__((always_inline)) size_t
decode_layout(spk_foreign *in, const unsigned char *bytes, size_t n, const chip *c)
{
    aedat2 *s = in->state;
    const spk_foreign_head head = in->head;
    uint32_t last = s->last;
    uint64_t base = s->base;
    size_t k = 0, at = 0;
    for (; n - at >= RECORD && k < SPK_FOREIGN_BATCH; at += RECORD) {
        const uint64_t word = __builtin_bswap64(spk_get64(bytes + at));
        const uint32_t address = (uint32_t)(word >> 32);
        if (address & c->skip) continue;
        const uint32_t x = head.shape[2] - 1 - (address >> c->x_shift & c->x_mask);
        const uint32_t y = head.shape[1] - 1 - (address >> c->y_shift & c->y_mask);
        in->time[k] = spk_foreign_unwrap((uint32_t)word, &last, &base);
        in->unit[k] = spk_foreign_unit(&head, address >> c->p_shift & 1, y, x) |
                      (address & c->none ? UINT32_MAX : 0);
        in->place[k++] = (uint32_t)at;
    }
    s->last = last;
    s->base = base;
    in->n = k;
    return at;
}

static size_t decode_dvs(spk_foreign *in, const unsigned char *bytes, size_t n)
{
    return decode_layout(in, bytes, n, &chips[0]);
}

static size_t decode_davis(spk_foreign *in, const unsigned char *bytes, size_t n)
{
    return decode_layout(in, bytes, n, &chips[1]);
}

static int aedat2_next(spk_foreign *in, spk_error *err)
{
    const aedat2 *s = in->state;
    return spk_foreign_step(in, RECORD, s->chip == &chips[0] ? decode_dvs : decode_davis, err);
}

/* ---- writing ---------------------------------------------------------------------------------- */

static const chip *chip_of(const spk_foreign_head *head)
{
    for (size_t i = 0; i < CHIPS; i++)
        if (head->shape[1] == chips[i].rows && head->shape[2] == chips[i].columns) return &chips[i];
    return NULL;
}

static int aedat2_begin(spk_foreign_out *out, spk_error *err)
{
    if (spk_foreign_needs_camera(out, UINT32_MAX, UINT32_MAX, err)) return -1;
    const chip *c = chip_of(&out->head);
    if (!c)
        return spk_fail(err, SPK_DATA,
                        "aedat2 is written for the shapes 2x128x128, 2x180x240 and 2x260x346 only");
    fprintf(out->file,
            "#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n"
            "# Data format is int32 address, int32 timestamp (8 bytes total), repeated for each "
            "event\r\n"
            "# Timestamps tick is 1 us\r\n# AEChip: %s\r\n#End Of ASCII Header\r\n",
            c->class_);
    return 0;
}

static int aedat2_put(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit,
                      spk_error *err)
{
    const chip *c = chip_of(&out->head);
    for (size_t i = 0; i < n; i++) {
        const spk_pixel pixel = spk_foreign_pixel(&out->head, unit[i]);
        const uint64_t address = (uint64_t)(c->rows - 1 - pixel.y) << c->y_shift |
                                 (uint64_t)(c->columns - 1 - pixel.x) << c->x_shift |
                                 (uint64_t)pixel.p << c->p_shift;
        unsigned char record[RECORD];
        if (spk_foreign_check_gap(out, time[i], UINT64_C(1) << 31, err)) return -1;
        spk_put64(record, __builtin_bswap64(address << 32 | (uint32_t)time[i]));
        fwrite(record, 1, sizeof record, out->file);
        spk_foreign_wrote(out, time[i]);
    }
    return 0;
}

const spk_foreign_format spk_foreign_aedat2 = {
    .name = "aedat2",
    .recognise = aedat2_recognise,
    .open = aedat2_open,
    .next = aedat2_next,
    .begin = aedat2_begin,
    .put = aedat2_put,
};
