/* evt3.c: Prophesee's EVT 3.0 (docs.prophesee.ai, "EVT 3.0 format").
 *
 * Little-endian words of 16 bits, of which the upper 4 are the type. Most set a part of the state (the upper
 * and lower 12 bits of the time, y, a base of x); ADDR_X is an event, VECT_12 and VECT_8 are up to 12 or 8,
 * one for each bit set, at the base and the pixels right of it, and move the base on. The time wraps at 24
 * bits, and it is TIME_HIGH alone that tells. Events before time and y are known are left out. */
#include "base/memory.h"
#include "foreign/prophesee.h"

enum {
    WORD = 2,
    ADDR_Y = 0,
    ADDR_X = 2,
    BASE_X = 3,
    VECT_12 = 4,
    VECT_8 = 5,
    TIME_LOW = 6,
    CONTINUED_4 = 7,
    TIME_HIGH = 8,
    TRIGGER = 0xA,
    TRIGGER_OLD = 0xC, /* so in some decoders */
    OTHERS = 0xE,
    CONTINUED_12 = 0xF,
    MOST = 1 << 11,
    TWELVE = (1 << 12) - 1
};
#define HIGH_END UINT64_C(4096)

enum { KNOWS_HIGH = 1, KNOWS_LOW = 2, KNOWS_Y = 4, KNOWS_BASE = 8, READY = 7, READY_VECTOR = 15 };

typedef struct evt3 {
    uint64_t high; /* with its wraps */
    uint64_t low;
    uint32_t y, p, base;
    unsigned knows;
} evt3;

static bool evt3_recognise(const unsigned char *bytes, size_t n)
{
    return spk_prophesee_tell(bytes, n) == SPK_PROPHESEE_EVT3;
}

static int evt3_open(spk_foreign *in, spk_error *err)
{
    in->state = spk_alloc(1, sizeof(evt3), "an input", err);
    return in->state ? spk_prophesee_open(in, SPK_PROPHESEE_EVT3, err) : -1;
}

/* One event for each bit of `mask` at the base, which moves on by `width`; returns their number. */
static size_t take_vector(spk_foreign *in, evt3 *s, size_t k, uint32_t mask, uint32_t width,
                          uint32_t place)
{
    const size_t first = k;
    for (; mask && s->knows == READY_VECTOR; mask &= mask - 1) {
        in->time[k] = s->high << 12 | s->low;
        in->unit[k] =
            spk_foreign_unit(&in->head, s->p, s->y, s->base + (uint32_t)__builtin_ctz(mask));
        in->place[k++] = place;
    }
    s->base += width;
    return k - first;
}

/* Any word; returns how many events it is. */
static size_t take_word(spk_foreign *in, evt3 *s, size_t k, uint32_t type, uint32_t value,
                        uint32_t place)
{
    switch (type) {
    case ADDR_Y:
        s->y = value & (MOST - 1);
        s->knows |= KNOWS_Y;
        return 0;
    case ADDR_X:
        in->time[k] = s->high << 12 | s->low;
        in->unit[k] = spk_foreign_unit(&in->head, value >> 11, s->y, value & (MOST - 1));
        in->place[k] = place;
        return (s->knows & READY) == READY;
    case TIME_LOW:
        s->low = value;
        s->knows |= KNOWS_LOW;
        return 0;
    case TIME_HIGH:
        s->high = spk_prophesee_high(s->high, value, HIGH_END);
        s->knows |= KNOWS_HIGH;
        return 0;
    case BASE_X:
        s->base = value & (MOST - 1);
        s->p = value >> 11;
        s->knows |= KNOWS_BASE;
        return 0;
    case VECT_12:
        return take_vector(in, s, k, value, 12, place);
    case VECT_8:
        return take_vector(in, s, k, value & 255, 8, place);
    case CONTINUED_4:
    case CONTINUED_12:
    case TRIGGER:
    case TRIGGER_OLD:
    case OTHERS:
        return 0;
    default:
        in->fault = "a word of a type that EVT 3.0 does not have";
        return 0;
    }
}

/* Words of y, x and the lower time, the most frequent ones, as long as there are no others and the batch has
 * room; returns where they end. They follow one another at random, so there is no branch between them: each
 * word changes what its type's bits let it, and what is no event is overwritten by the next. */
static size_t decode_plain(spk_foreign *in, evt3 *s, const unsigned char *bytes, size_t n,
                           size_t at)
{
    const uint32_t rows = in->head.shape[1], columns = in->head.shape[2], half = rows * columns;
    const uint64_t high = s->high << 12;
    uint32_t y = s->y;
    uint64_t low = s->low;
    size_t k = in->n;
    for (; n - at >= WORD && k + 12 <= SPK_FOREIGN_BATCH; at += WORD) {
        const uint32_t word = spk_get16(bytes + at), x = word & (MOST - 1);
        if (!((1 << ADDR_Y | 1 << ADDR_X | 1 << TIME_LOW) >> (word >> 12) & 1)) break;
        /* of the types 0, 2 and 6 */
        const uint32_t is_low = word >> 14 & 1, is_y = ~word >> 13 & 1;
        y ^= (y ^ x) & -is_y;
        low ^= (low ^ (word & TWELVE)) & -(uint64_t)is_low;
        in->time[k] = high | low;
        in->unit[k] = ((-(word >> 11 & 1) & half) + y * columns + x) |
                      -(uint32_t)((x >= columns) | (y >= rows));
        in->place[k] = (uint32_t)at;
        k += (is_low | is_y) ^ 1;
    }
    s->y = y;
    s->low = low;
    in->n = k;
    return at;
}

static size_t decode(spk_foreign *in, const unsigned char *bytes, size_t n)
{
    evt3 *s = in->state;
    size_t at = 0;
    while (n - at >= WORD && in->n + 12 <= SPK_FOREIGN_BATCH) {
        if ((s->knows & READY) == READY) at = decode_plain(in, s, bytes, n, at);
        if (n - at < WORD || in->n + 12 > SPK_FOREIGN_BATCH) break;
        const uint32_t word = spk_get16(bytes + at);
        in->n += take_word(in, s, in->n, word >> 12, word & TWELVE, (uint32_t)at);
        if (in->fault) break;
        at += WORD;
    }
    return at;
}

static int evt3_next(spk_foreign *in, spk_error *err)
{
    return spk_foreign_step(in, WORD, decode, err);
}

/* ---- writing ---------------------------------------------------------------------------------- */

static int evt3_begin(spk_foreign_out *out, spk_error *err)
{
    if (spk_foreign_needs_camera(out, MOST, MOST, err)) return -1;
    spk_prophesee_head(out, "% evt 3.0\n");
    fputs("% end\n", out->file);
    out->line = UINT32_MAX;
    return 0;
}

static void put_word(FILE *file, unsigned type, uint32_t value)
{
    unsigned char bytes[WORD];
    spk_put16(bytes, (uint16_t)(type << 12 | value));
    fwrite(bytes, 1, sizeof bytes, file);
}

/* No step may be so wide that a reader takes it for another, or for one back. */
static void put_time(spk_foreign_out *out, uint64_t time)
{
    const uint64_t high = time >> 12;
    if (out->begun && time == out->last) return;
    while (high - out->base >= HIGH_END / 2) {
        out->base += HIGH_END / 4;
        put_word(out->file, TIME_HIGH, (uint32_t)(out->base & TWELVE));
    }
    if (!out->begun || high != out->base) put_word(out->file, TIME_HIGH, (uint32_t)(high & TWELVE));
    put_word(out->file, TIME_LOW, (uint32_t)(time & TWELVE));
    out->base = high;
}

static int evt3_put(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit,
                    spk_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const spk_pixel pixel = spk_foreign_pixel(&out->head, unit[i]);
        if (spk_foreign_check_gap(out, time[i], UINT64_C(1) << 40, err)) return -1;
        put_time(out, time[i]);
        if (pixel.y != out->line) put_word(out->file, ADDR_Y, pixel.y);
        out->line = pixel.y;
        put_word(out->file, ADDR_X, pixel.p << 11 | pixel.x);
        spk_foreign_wrote(out, time[i]);
    }
    return 0;
}

const spk_foreign_format spk_foreign_evt3 = {
    .name = "evt3",
    .recognise = evt3_recognise,
    .open = evt3_open,
    .next = evt3_next,
    .begin = evt3_begin,
    .put = evt3_put,
};
