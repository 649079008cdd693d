/* numbers.h: whole numbers that are noise in their low bits, as planes that zstd codes well.
 *
 * The `shift` low bits are (nearly) evenly spread: they are packed and cost what they are. What is
 * above is small and skew: byte planes, of which the first takes a Huffman table and the others are
 * mostly zero. shift = 8 B + r with r in {0, 2, 4, 6}:
 *
 *     B planes of the low bytes
 *     when r & 2, bits 0..1 of what is left, four to a byte: number i has bits 2 (i / m).. of byte
 *         i % m, with m = (n + 3) / 4
 *     when r & 4, the next four bits, two to a byte: bits 4 (i / m).. of byte i % m, m = (n + 1) / 2
 *     `planes` byte planes of the number shifted right by `shift`
 */
#ifndef SPK_STREAM_NUMBERS_H
#define SPK_STREAM_NUMBERS_H

#include "stream/payload.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct spk_number_form {
    uint8_t shift, planes;
} spk_number_form;

/* Numbers must be followed by room for this many more, which are overwritten. */
enum { SPK_NUMBERS_SLACK = 3 };

/* The form for `n` numbers whose OR is `all`: the largest shift below which at most an eighth of them
 * lies. */
spk_number_form spk_numbers_form(const uint32_t *number, size_t n, uint32_t all);

/* Bytes that `n` numbers take. False when the form is not one. */
bool spk_numbers_bytes(spk_number_form form, size_t n, size_t *bytes);

/* Append them. The planes above the shift are cut at `cut[0..cuts]` (numbers, ascending) too. */
int spk_numbers_encode(spk_number_form form, uint32_t *number, size_t n, size_t cuts,
                       const size_t *cut, spk_payload *out, spk_error *err) SPK_NODISCARD;

/* The reverse, of spk_numbers_bytes(form, n) bytes. */
void spk_numbers_decode(spk_number_form form, const unsigned char *bytes, size_t n,
                        uint32_t *number);

#endif
