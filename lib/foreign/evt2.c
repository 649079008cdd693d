/* evt2.c: Prophesee's EVT 2.0 (docs.prophesee.ai, "EVT 2.0 format").
 *
 * Little-endian words of 32 bits, of which the upper 4 are the type. An event has the low 6 bits of its time,
 * x and y in 11 each; TIME_HIGH has the 28 bits above, for all that follows, and wraps. Events before the
 * first TIME_HIGH have no time, and are left out. */
#include "base/memory.h"
#include "foreign/prophesee.h"

enum {
    WORD = 4,
    OFF = 0,
    ON = 1,
    HIGH = 8,
    TRIGGER = 0xA,
    OTHERS = 0xE,
    CONTINUED = 0xF,
    MOST = 1 << 11
};
#define HIGH_END (UINT64_C(1) << 28)

typedef struct evt2 {
    uint64_t high; /* with its wraps */
    bool timed;    /* there was one */
} evt2;

static bool evt2_recognise(const unsigned char *bytes, size_t n)
{
    return spk_prophesee_tell(bytes, n) == SPK_PROPHESEE_EVT2;
}

static int evt2_open(spk_foreign *in, spk_error *err)
{
    in->state = spk_alloc(1, sizeof(evt2), "an input", err);
    return in->state ? spk_prophesee_open(in, SPK_PROPHESEE_EVT2, err) : -1;
}

static size_t decode(spk_foreign *in, const unsigned char *bytes, size_t n)
{
    evt2 *s = in->state;
    const spk_foreign_head head = in->head;
    size_t k = 0, at = 0;
    for (; n - at >= WORD && k < SPK_FOREIGN_BATCH; at += WORD) {
        const uint32_t word = spk_get32(bytes + at), type = word >> 28;
        if (type <= ON) {
            in->time[k] = s->high << 6 | (word >> 22 & 63);
            in->unit[k] = spk_foreign_unit(&head, type, word & (MOST - 1), word >> 11 & (MOST - 1));
            in->place[k] = (uint32_t)at;
            k += s->timed;
        } else if (type == HIGH) {
            s->high = spk_prophesee_high(s->high, word & (HIGH_END - 1), HIGH_END);
            s->timed = true;
        } else if (type != TRIGGER && type < OTHERS) {
            in->fault = "a word of a type that EVT 2.0 does not have";
            break;
        }
    }
    in->n = k;
    return at;
}

static int evt2_next(spk_foreign *in, spk_error *err)
{
    return spk_foreign_step(in, WORD, decode, err);
}

/* ---- writing ---------------------------------------------------------------------------------- */

static int evt2_begin(spk_foreign_out *out, spk_error *err)
{
    if (spk_foreign_needs_camera(out, MOST, MOST, err)) return -1;
    spk_prophesee_head(out, "% evt 2.0\n");
    fputs("% end\n", out->file);
    return 0;
}

static void put_word(FILE *file, uint32_t word)
{
    unsigned char bytes[WORD];
    spk_put32(bytes, word);
    fwrite(bytes, 1, sizeof bytes, file);
}

/* No step may be so wide that a reader takes it for another, or for one back. */
static void put_high(spk_foreign_out *out, uint64_t high)
{
    if (out->begun && high == out->base) return;
    while (high - out->base >= HIGH_END / 2) {
        out->base += HIGH_END / 4;
        put_word(out->file, (uint32_t)HIGH << 28 | (uint32_t)(out->base & (HIGH_END - 1)));
    }
    put_word(out->file, (uint32_t)HIGH << 28 | (uint32_t)(high & (HIGH_END - 1)));
    out->base = high;
}

static int evt2_put(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit,
                    spk_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const spk_pixel pixel = spk_foreign_pixel(&out->head, unit[i]);
        if (spk_foreign_check_gap(out, time[i], UINT64_C(1) << 44, err)) return -1;
        put_high(out, time[i] >> 6);
        put_word(out->file,
                 pixel.p << 28 | (uint32_t)(time[i] & 63) << 22 | pixel.x << 11 | pixel.y);
        spk_foreign_wrote(out, time[i]);
    }
    return 0;
}

const spk_foreign_format spk_foreign_evt2 = {
    .name = "evt2",
    .recognise = evt2_recognise,
    .open = evt2_open,
    .next = evt2_next,
    .begin = evt2_begin,
    .put = evt2_put,
};
