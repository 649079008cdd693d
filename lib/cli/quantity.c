/* quantity.c: numbers and quantities from text: the whole string counts, exactly one unit is asked
 * for, and a refusal says what would have been accepted.
 *
 * No program ever leaves the C locale, so strtod() reads C locale numbers; the grammar is checked
 * here first, since strtod() would also take "inf", "0x1p3" and leading blanks. */
#include "base/rational.h"
#include "cli/option.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A unit is worth mul/div base units. The first two of a list serve as examples in messages. */
typedef struct unit {
    const char *name;
    uint64_t mul, div;
} unit;

static const unit time_units[] = {{"ms", 1, 1000},       {"s", 1, 1},    {"us", 1, 1000000},
                                  {"ns", 1, 1000000000}, {"min", 60, 1}, {"h", 3600, 1},
                                  {NULL, 0, 0}};
static const unit rate_units[] = {
    {"Hz", 1, 1}, {"kHz", 1000, 1}, {"mHz", 1, 1000}, {"MHz", 1000000, 1}, {NULL, 0, 0}};
static const unit size_units[] = {{"MiB", 1 << 20, 1},   {"GiB", 1 << 30, 1}, {"KiB", 1 << 10, 1},
                                  {"B", 1, 1},           {"kB", 1000, 1},     {"MB", 1000000, 1},
                                  {"GB", 1000000000, 1}, {NULL, 0, 0}};

static const char *skip_digits(const char *at)
{
    while (isdigit((unsigned char)*at))
        at++;
    return at;
}

/* The end of the unsigned decimal number at the start of `text`, or NULL when there is none. An
 * 'e' without digits behind it belongs to the unit. */
static const char *number_end(const char *text)
{
    const char *at = skip_digits(text);
    size_t digits = (size_t)(at - text);
    if (*at == '.') {
        const char *fraction = at + 1;
        at = skip_digits(fraction);
        digits += (size_t)(at - fraction);
    }
    if (digits == 0) return NULL;
    if (*at == 'e' || *at == 'E') {
        const char *exponent = at + 1;
        if (*exponent == '+' || *exponent == '-') exponent++;
        if (isdigit((unsigned char)*exponent)) at = skip_digits(exponent);
    }
    return at;
}

static const char *unit_list(const unit *units, char *buffer, size_t size)
{
    size_t used = 0;
    buffer[0] = '\0';
    for (const unit *u = units; u->name && used < size; u++)
        used += (size_t)snprintf(buffer + used, size - used, "%s%s", used ? ", " : "", u->name);
    return buffer;
}

/* Splits `text` into an unsigned number and its unit. */
static int split(const char *text, const char *what, const char *kind, const unit *units,
                 const unit **found, spk_error *err)
{
    char list[64];
    if (text[0] == '-' && number_end(text + 1))
        return spk_fail(err, SPK_USAGE, "%s: %s is negative", what, text);
    const char *end = number_end(text);
    if (!end)
        return spk_fail(err, SPK_USAGE, "%s: \"%s\" is not a %s (write a number and a unit: %s)",
                        what, text, kind, unit_list(units, list, sizeof list));
    if (!*end)
        return spk_fail(err, SPK_USAGE, "%s: %s has no unit (write %s%s, %s%s, ...)", what, text,
                        text, units[0].name, text, units[1].name);
    for (*found = units; (*found)->name; (*found)++)
        if (strcmp((*found)->name, end) == 0) return 0;
    return spk_fail(err, SPK_USAGE, "%s: %s: unknown unit \"%s\" (one of %s)", what, text, end,
                    unit_list(units, list, sizeof list));
}

/* number x unit, exactly. */
static int exact(const char *text, const char *what, const unit *u, spk_rational *out,
                 spk_error *err)
{
    const char *rest;
    if (spk_rational_parse(text, spk_rational_of(u->mul, u->div), out, &rest))
        return spk_fail(err, SPK_USAGE, "%s: %s is too large, or has more than 18 digits", what,
                        text);
    return 0;
}

int spk_parse_time(const char *text, const char *what, spk_rational *out, spk_error *err)
{
    const unit *u;
    if (split(text, what, "time", time_units, &u, err)) return -1;
    return exact(text, what, u, out, err);
}

int spk_parse_size(const char *text, const char *what, uint64_t *bytes, spk_error *err)
{
    const unit *u;
    spk_rational value;
    if (split(text, what, "size", size_units, &u, err)) return -1;
    if (exact(text, what, u, &value, err)) return -1;
    if (value.den != 1)
        return spk_fail(err, SPK_USAGE, "%s: %s is not a whole number of bytes", what, text);
    *bytes = value.num;
    return 0;
}

/* strtod() of text whose grammar was checked. */
static int finite_number(const char *text, const char *what, double *out, spk_error *err)
{
    *out = strtod(text, NULL);
    if (!isfinite(*out)) return spk_fail(err, SPK_USAGE, "%s: %s is too large", what, text);
    return 0;
}

int spk_parse_rate(const char *text, const char *what, double *hertz, spk_error *err)
{
    const unit *u;
    if (split(text, what, "rate", rate_units, &u, err)) return -1;
    if (finite_number(text, what, hertz, err)) return -1;
    /* one correctly rounded operation: 0.1kHz is exactly 100 Hz */
    *hertz = u->div == 1 ? *hertz * (double)u->mul : *hertz / (double)u->div;
    if (!isfinite(*hertz)) return spk_fail(err, SPK_USAGE, "%s: %s is too large", what, text);
    return 0;
}

int spk_parse_real(const char *text, const char *what, double *out, spk_error *err)
{
    const char *digits = text + (*text == '-' || *text == '+');
    const char *end = number_end(digits);
    if (!end || *end) return spk_fail(err, SPK_USAGE, "%s: \"%s\" is not a number", what, text);
    return finite_number(text, what, out, err);
}

int spk_parse_count(const char *text, const char *what, uint64_t *out, spk_error *err)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hex ? text + 2 : text;
    size_t n = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
    if (n == 0 || digits[n])
        return spk_fail(err, SPK_USAGE, "%s: \"%s\" is not a whole number (0 or more)", what, text);
    errno = 0;
    unsigned long long value = strtoull(digits, NULL, hex ? 16 : 10);
    if (errno == ERANGE)
        return spk_fail(err, SPK_USAGE, "%s: %s is more than 18446744073709551615", what, text);
    *out = value;
    return 0;
}

uint32_t spk_parse_sizes(const char *text, uint32_t most, uint32_t room, uint32_t *size)
{
    for (uint32_t n = 0; n < room;) {
        char *end;
        const unsigned long value = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;
        if (value == 0 || value > most) return 0;
        size[n++] = (uint32_t)value;
        if (!*end) return n;
        if (*end != 'x') return 0;
        text = end + 1;
    }
    return 0;
}
