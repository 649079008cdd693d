/* runs.h: an ascending list of numbers, kept as runs of even steps.
 *
 * Samples count 0 1 2 3, those of a shard 1 4 7 10: one run holds them, however many they are. */
#ifndef SPK_BASE_RUNS_H
#define SPK_BASE_RUNS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct spk_run {
    uint64_t first, step, count; /* step: of a run of one number, not known yet */
} spk_run;

/* Begins zeroed. */
typedef struct spk_runs {
    spk_run *run;
    size_t n, room;
} spk_runs;

/* Append `number`, which is above all before it; SPK_LIMIT when memory is short. */
int spk_runs_append(spk_runs *runs, uint64_t number, spk_error *err) SPK_NODISCARD;
bool spk_runs_have(const spk_runs *runs, uint64_t number);
void spk_runs_free(spk_runs *runs);

#endif
