/* choice.h: some of the units of a population, drawn without replacement: each has its own random
 * number, and those with the lowest are taken. */
#ifndef SPK_STATS_CHOICE_H
#define SPK_STATS_CHOICE_H

#include "stats.h"

#define CHOICE_NONE UINT32_MAX

typedef struct unit_choice {
    uint32_t n;
    uint32_t *place; /* [units] 0 .. n - 1 in the order of units, or CHOICE_NONE */
} unit_choice;

/* At most `most` > 0 of the population's units. Zeroed by the caller, to choice_free in any case. */
int choice_draw(unit_choice *choice, const stats_place *place, uint64_t most, uint64_t seed,
                spk_error *err) SPK_NODISCARD;
void choice_free(unit_choice *choice);

#endif
