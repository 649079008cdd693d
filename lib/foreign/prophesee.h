/* prophesee.h: the head that DAT, EVT2 and EVT3 files share: lines "% KEY VALUE". Internal to lib/foreign. */
#ifndef SPK_FOREIGN_PROPHESEE_H
#define SPK_FOREIGN_PROPHESEE_H

#include "foreign/format.h"

typedef enum spk_prophesee_kind {
    SPK_PROPHESEE_NONE, /* does not begin with such a head */
    SPK_PROPHESEE_DAT,
    SPK_PROPHESEE_EVT2,
    SPK_PROPHESEE_EVT21,
    SPK_PROPHESEE_EVT3
} spk_prophesee_kind;

/* What the head of a file that begins so says. */
spk_prophesee_kind spk_prophesee_tell(const unsigned char *bytes, size_t n);

/* Pass the head; its size of the camera, or that of the sensor it names, goes into in->head. SPK_DATA when the
 * head says that the file is of another kind. */
int spk_prophesee_open(spk_foreign *in, spk_prophesee_kind kind, spk_error *err);

/* Write these lines ("% evt 2.0\n") and two of the camera's size; EVT heads then need "% end", DAT's none. */
void spk_prophesee_head(spk_foreign_out *out, const char *lines);

/* The upper part of a time, `end` times a number of wraps and bits below `end` (a power of 2), when new bits come:
 * they are a wrap further when they went down by more than half. */
static inline uint64_t spk_prophesee_high(uint64_t high, uint64_t bits, uint64_t end)
{
    const uint64_t before = high & (end - 1);
    return high - before + bits + (before > bits && before - bits > end / 2 ? end : 0);
}

#endif
