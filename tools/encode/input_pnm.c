/* input_pnm.c: PGM and PPM, plain (P2, P3) and raw (P5, P6), 8 and 16 bit. A file may hold several
 * images one after another; all must have the first one's size and maxval.
 *
 *     P5  width  height  maxval  one white space, then samples (big-endian from maxval 256 on)
 *
 * A colour pixel becomes its luma, (299 R + 587 G + 114 B) / 1000 rounded as ppmtopgm does, or
 * stays three values. */
#include "base/memory.h"
#include "input.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MAXVAL = 65535, END = -1 };

typedef struct pnm_head {
    unsigned kind; /* the digit after P */
    uint32_t width, height, maxval;
} pnm_head;

typedef struct pnm {
    pnm_head head;
    bool pending; /* the first image's head has been read, its samples not */
    uint64_t images;
} pnm;

static bool pnm_recognise(const unsigned char *bytes, size_t n)
{
    return n >= 3 && bytes[0] == 'P' && strchr("2356", bytes[1]) && bytes[1] &&
           (strchr(" \t\r\n#", bytes[2]) && bytes[2]);
}

/* The next byte, or END; -2 with *err when reading fails. */
static int get(input *in, spk_error *err)
{
    const unsigned char *bytes;
    size_t n;
    if (spk_source_peek(in->source, 1, &bytes, &n, err)) return -2;
    if (n == 0) return END;
    int byte = bytes[0];
    spk_source_consume(in->source, 1);
    return byte;
}

static bool is_space(int byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The first byte after white space and, in heads, comments. */
static int skip_space(input *in, bool comments, spk_error *err)
{
    int byte = get(in, err);
    while (is_space(byte) || (comments && byte == '#')) {
        if (byte == '#')
            while (byte >= 0 && byte != '\n')
                byte = get(in, err);
        if (byte >= 0) byte = get(in, err);
    }
    return byte;
}

static int cut_off(const input *in, spk_error *err)
{
    const pnm *p = in->state;
    return spk_fail(err, SPK_DATA, "%s: ends in image %" PRIu64 " (cut off?)", input_name(in),
                    p->images);
}

/* A decimal number up to `most`, and the one byte behind it. */
static int number(input *in, bool comments, const char *what, uint32_t most, uint32_t *out,
                  spk_error *err)
{
    int byte = skip_space(in, comments, err);
    if (byte == -2) return -1;
    if (byte == END) return cut_off(in, err);
    uint64_t value = 0;
    bool digits = false;
    for (; byte >= '0' && byte <= '9' && value <= most; digits = true) {
        value = value * 10 + (uint64_t)(byte - '0');
        byte = get(in, err);
    }
    if (byte == -2) return -1;
    if (!digits || value > most || (byte != END && !is_space(byte)))
        return spk_fail(err, SPK_DATA,
                        "%s: %s before byte %" PRIu64 ": not a number up to %" PRIu32,
                        input_name(in), what, spk_source_offset(in->source), most);
    *out = (uint32_t)value;
    return 0;
}

/* 1: a head was read; 0: the file ends here; -1. */
static int read_head(input *in, pnm_head *head, spk_error *err)
{
    int p = skip_space(in, false, err), digit = p < 0 ? p : get(in, err);
    if (p == END) return 0;
    if (p == -2 || digit == -2) return -1;
    if (p != 'P' || digit < '1' || !strchr("2356", digit))
        return spk_fail(err, SPK_DATA,
                        "%s: something else than a PGM or PPM image before byte %" PRIu64,
                        input_name(in), spk_source_offset(in->source));
    head->kind = (unsigned)(digit - '0');
    if (number(in, true, "width", INPUT_MOST_VALUES, &head->width, err) ||
        number(in, true, "height", INPUT_MOST_VALUES, &head->height, err) ||
        number(in, true, "maxval", MOST_MAXVAL, &head->maxval, err))
        return -1;
    return 1;
}

static bool is_colour(const pnm_head *head)
{
    return head->kind == 3 || head->kind == 6;
}

static bool is_plain(const pnm_head *head)
{
    return head->kind == 2 || head->kind == 3;
}

static int pnm_open(input *in, spk_error *err)
{
    pnm *p = spk_alloc(1, sizeof *p, "an image", err);
    in->state = p;
    if (!p || read_head(in, &p->head, err) < 0) return -1;
    const pnm_head *head = &p->head;
    bool channels = is_colour(head) && in->options.rgb == RGB_CHANNELS;
    uint64_t values = (uint64_t)head->width * head->height * (channels ? 3 : 1);
    if (values == 0 || values > INPUT_MOST_VALUES || head->maxval == 0)
        return spk_fail(err, SPK_DATA,
                        "%s: image of %" PRIu32 " x %" PRIu32 ", maxval %" PRIu32
                        ": up to %d values and maxval 1 to %d are possible",
                        input_name(in), head->width, head->height, head->maxval, INPUT_MOST_VALUES,
                        MOST_MAXVAL);
    in->format = (input_format){.dims = channels ? 3 : 2,
                                .shape = {head->height, head->width, channels ? 3 : 0},
                                .size = (uint32_t)values,
                                .bytes = head->maxval <= 255,
                                .full_scale = head->maxval,
                                .count = UINT64_MAX};
    p->pending = true;
    return 0;
}

static int read_plain(input *in, uint32_t *sample, spk_error *err)
{
    const pnm *p = in->state;
    return number(in, false, "sample", p->head.maxval, sample, err);
}

static int read_raw(input *in, uint32_t *sample, spk_error *err)
{
    const pnm *p = in->state;
    const unsigned char *bytes;
    size_t n, width = p->head.maxval > 255 ? 2 : 1;
    if (spk_source_peek(in->source, width, &bytes, &n, err)) return -1;
    if (n < width) return cut_off(in, err);
    *sample = width == 2 ? (uint32_t)bytes[0] << 8 | bytes[1] : bytes[0];
    spk_source_consume(in->source, width);
    if (*sample <= p->head.maxval) return 0;
    return spk_fail(err, SPK_DATA,
                    "%s: sample %" PRIu32 " before byte %" PRIu64 " is above maxval %" PRIu32,
                    input_name(in), *sample, spk_source_offset(in->source), p->head.maxval);
}

static int read_pixels(input *in, double *value, spk_error *err)
{
    const pnm *p = in->state;
    int (*read_sample)(input *, uint32_t *, spk_error *) =
        is_plain(&p->head) ? read_plain : read_raw;
    bool luma = is_colour(&p->head) && in->options.rgb == RGB_LUMA;
    for (uint32_t i = 0; i < in->format.size; i++) {
        uint32_t s[3] = {0};
        for (int c = 0; c < (luma ? 3 : 1); c++)
            if (read_sample(in, &s[c], err)) return -1;
        if (luma) s[0] = (299 * s[0] + 587 * s[1] + 114 * s[2] + 500) / 1000;
        if (value) value[i] = s[0];
    }
    return 0;
}

static int pnm_next(input *in, double *value, int32_t *label, spk_error *err)
{
    (void)label;
    pnm *p = in->state;
    if (!p->pending) {
        pnm_head head;
        int more = read_head(in, &head, err);
        if (more <= 0) return more;
        if (is_colour(&head) != is_colour(&p->head) || head.width != p->head.width ||
            head.height != p->head.height || head.maxval != p->head.maxval)
            return spk_fail(err, SPK_DATA,
                            "%s: image %" PRIu64 " is %" PRIu32 " x %" PRIu32 ", maxval %" PRIu32
                            ": not like the first, %" PRIu32 " x %" PRIu32 ", maxval %" PRIu32,
                            input_name(in), p->images, head.width, head.height, head.maxval,
                            p->head.width, p->head.height, p->head.maxval);
        p->head = head;
    }
    p->pending = false;
    if (read_pixels(in, value, err)) return -1;
    p->images++;
    return 1;
}

static void pnm_close(input *in)
{
    free(in->state);
}

const input_kind input_pnm = {
    .recognise = pnm_recognise,
    .open = pnm_open,
    .next = pnm_next,
    .close = pnm_close,
};
