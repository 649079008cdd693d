/* digits.h: unsigned integers as decimal digits, two at a time: what bulk text output is made of.
 */
#ifndef SPK_BASE_DIGITS_H
#define SPK_BASE_DIGITS_H

#include <stdint.h>
#include <string.h>

enum { SPK_U64_DIGITS = 20 }; /* the most digits a uint64_t has */

/* "00" to "99". */
extern const char spk_digit_pairs[200];

/* Write `value` at `at` (room for SPK_U64_DIGITS) without a terminating 0; returns the end. */
static inline char *spk_put_u64(char *at, uint64_t value)
{
    char digits[SPK_U64_DIGITS], *p = digits + sizeof digits;
    while (value >= 100) {
        p -= 2;
        memcpy(p, spk_digit_pairs + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value >= 10) {
        p -= 2;
        memcpy(p, spk_digit_pairs + 2 * value, 2);
    } else {
        *--p = (char)('0' + value);
    }
    size_t n = (size_t)(digits + sizeof digits - p);
    memcpy(at, p, n);
    return at + n;
}

#endif
