/* clock.h: ticks as decimal text in seconds or a part of them, exact whenever that is finite.
 *
 * With a tick of 1/10000 s, tick 123 is "12.3" ms: always the same number of decimals, the fewest
 * that are exact. A tick such as 1/30000 s has no finite decimal; its times are rounded to so many
 * decimals that no two ticks look alike (at most 18). */
#ifndef SPK_STREAM_CLOCK_H
#define SPK_STREAM_CLOCK_H

#include "base/error.h"
#include "base/rational.h"

#include <stdint.h>

enum { SPK_CLOCK_TEXT = 64 }; /* room that every text needs */

typedef struct spk_clock {
    uint64_t num, den; /* units per tick, in lowest terms */
    int digits;        /* decimals */
    uint64_t scale;    /* 10^digits */
    uint64_t step;     /* scale * num / den when that is whole and fits, else 0 */
    uint64_t last;     /* the last tick for which tick * step fits */
} spk_clock;

/* The clock of a stream whose tick lasts `tick` seconds, in units of 10^-power s (0, 3, 6, 9). */
int spk_clock_init(spk_clock *clock, spk_rational tick, int power, spk_error *err) SPK_NODISCARD;

/* Write the time of `tick` at `at` without a terminating 0; returns the end. */
char *spk_clock_put(const spk_clock *clock, uint64_t tick, char *at);

#endif
