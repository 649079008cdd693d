/* rational.h: exact quantities from decimal text, so that 0.1 ms is 1/10000 s and not a double. */
#ifndef SPK_BASE_RATIONAL_H
#define SPK_BASE_RATIONAL_H

#include "base/error.h"

#include <stdint.h>

/* num/den, in lowest terms, den > 0; not negative. As a time it is in seconds. */
typedef struct spk_rational {
    uint64_t num, den;
} spk_rational;

/* num/den in lowest terms; den must not be 0. */
spk_rational spk_rational_of(uint64_t num, uint64_t den);

/* The decimal number at the start of `text` ("12", "0.5", "1e-3"; no sign, at most 18 significant
 * digits, exponent -18..18), times `scale`. *rest points behind it. -1 when there is none or it
 * does not fit. */
int spk_rational_parse(const char *text, spk_rational scale, spk_rational *out,
                       const char **rest) SPK_NODISCARD;

/* a / b when b > 0 divides a exactly, into *quotient; -1 when it does not (or overflows). */
int spk_rational_divide_exact(spk_rational a, spk_rational b, uint64_t *quotient) SPK_NODISCARD;

/* a / b rounded to the nearest whole number, ties up; UINT64_MAX on overflow. */
uint64_t spk_rational_divide_round(spk_rational a, spk_rational b);

/* -1, 0, 1 as a is less than, equal to, greater than b. */
int spk_rational_compare(spk_rational a, spk_rational b);

/* The nearest double. */
double spk_rational_value(spk_rational a);

#endif
