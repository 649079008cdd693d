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

/* The new 12 bits are a wrap further when they went down by more than half. */
static void take_high(evt3 *s, uint64_t bits)
{
    const uint64_t before = s->high & (HIGH_END - 1);
    s->high =
        s->high - before + bits + (before > bits && before - bits > HIGH_END / 2 ? HIGH_END : 0);
    s->knows |= KNOWS_HIGH;
}

/* One event for each bit of `mask`; returns how many. */
static size_t take_vector(spk_foreign *in, const evt3 *s, size_t k, uint32_t mask, uint32_t place)
{
    const size_t first = k;
    for (; mask; mask &= mask - 1) {
        in->time[k] = s->high << 12 | s->low;
        in->unit[k] =
            spk_foreign_unit(&in->head, s->p, s->y, s->base + (uint32_t)__builtin_ctz(mask));
        in->place[k++] = place;
    }
    return k - first;
}

static size_t decode(spk_foreign *in, const unsigned char *bytes, size_t n)
{
    evt3 s = *(evt3 *)in->state;
    const spk_foreign_head head = in->head;
    size_t k = 0, at = 0;
    for (; n - at >= WORD && k + 12 <= SPK_FOREIGN_BATCH; at += WORD) {
        const uint32_t word = spk_get16(bytes + at), value = word & TWELVE;
        switch (word >> 12) {
        case ADDR_X:
            in->time[k] = s.high << 12 | s.low;
            in->unit[k] = spk_foreign_unit(&head, value >> 11, s.y, value & (MOST - 1));
            in->place[k] = (uint32_t)at;
            k += (s.knows & READY) == READY;
            continue;
        case ADDR_Y:
            s.y = value & (MOST - 1);
            s.knows |= KNOWS_Y;
            continue;
        case TIME_LOW:
            s.low = value;
            s.knows |= KNOWS_LOW;
            continue;
        case TIME_HIGH:
            take_high(&s, value);
            continue;
        case BASE_X:
            s.base = value & (MOST - 1);
            s.p = value >> 11;
            s.knows |= KNOWS_BASE;
            continue;
        case VECT_12:
            if (s.knows == READY_VECTOR) k += take_vector(in, &s, k, value, (uint32_t)at);
            s.base += 12;
            continue;
        case VECT_8:
            if (s.knows == READY_VECTOR) k += take_vector(in, &s, k, value & 255, (uint32_t)at);
            s.base += 8;
            continue;
        case CONTINUED_4:
        case CONTINUED_12:
        case TRIGGER:
        case TRIGGER_OLD:
        case OTHERS:
            continue;
        default:
            in->fault = "a word of a type that EVT 3.0 does not have";
        }
        break;
    }
    *(evt3 *)in->state = s;
    in->n = k;
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
    .title = "Prophesee EVT 3.0 (.raw)",
    .recognise = evt3_recognise,
    .open = evt3_open,
    .next = evt3_next,
    .begin = evt3_begin,
    .put = evt3_put,
};
