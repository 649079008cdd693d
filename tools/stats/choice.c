/* choice.c: see choice.h. */
#include "choice.h"

#include "base/memory.h"
#include "random/random.h"

#include <stdlib.h>

typedef struct ticket {
    uint64_t number;
    uint32_t unit;
} ticket;

static int by_number(const void *a, const void *b)
{
    const ticket *x = a, *y = b;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static ticket *draw_tickets(uint32_t units, uint64_t seed, spk_error *err)
{
    ticket *t = spk_alloc(units, sizeof *t, "the choice of units", err);
    if (!t) return NULL;
    const spk_key key = spk_random_key(seed, "stats/units");
    for (uint32_t u = 0; u < units; u++) {
        const uint32_t counter[4] = {u, 0, 0, 0};
        uint32_t word[4];
        spk_philox(key, counter, word);
        t[u] = (ticket){(uint64_t)word[0] << 32 | word[1], u};
    }
    qsort(t, units, sizeof *t, by_number);
    return t;
}

int choice_draw(unit_choice *choice, const stats_place *place, uint64_t most, uint64_t seed,
                spk_error *err)
{
    const bool all = place->units <= most;
    choice->n = all ? place->units : (uint32_t)most;
    choice->place = spk_alloc(place->units, sizeof *choice->place, "the choice of units", err);
    if (!choice->place) return -1;
    ticket *drawn = all ? NULL : draw_tickets(place->units, seed, err);
    if (!all && !drawn) return -1;
    for (uint32_t u = 0; u < place->units; u++)
        choice->place[u] = all ? 0 : CHOICE_NONE;
    for (uint32_t i = 0; i < choice->n && !all; i++)
        choice->place[drawn[i].unit] = 0;
    for (uint32_t u = 0, next = 0; u < place->units; u++)
        if (choice->place[u] != CHOICE_NONE) choice->place[u] = next++;
    free(drawn);
    return 0;
}

void choice_free(unit_choice *choice)
{
    free(choice->place);
}
