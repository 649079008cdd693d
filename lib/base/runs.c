/* runs.c: a number lengthens the last run, gives it its step, or begins a new one. */
#include "base/runs.h"

#include "base/memory.h"

#include <stdlib.h>

int spk_runs_append(spk_runs *runs, uint64_t number, spk_error *err)
{
    spk_run *last = runs->n > 0 ? &runs->run[runs->n - 1] : NULL;
    if (last && last->count == 1) last->step = number - last->first;
    if (last && number == last->first + last->step * last->count) {
        last->count++;
        return 0;
    }
    if (spk_grow(&runs->run, &runs->room, runs->n + 1, sizeof *runs->run, "runs", err)) return -1;
    runs->run[runs->n++] = (spk_run){.first = number, .count = 1};
    return 0;
}

bool spk_runs_have(const spk_runs *runs, uint64_t number)
{
    size_t at = 0, end = runs->n; /* runs before `at` begin at `number` or below */
    while (at < end) {
        const size_t middle = at + (end - at) / 2;
        if (runs->run[middle].first <= number)
            at = middle + 1;
        else
            end = middle;
    }
    if (at == 0) return false;
    const spk_run *run = &runs->run[at - 1];
    const uint64_t beyond = number - run->first;
    return beyond == 0 ||
           (run->count > 1 && beyond % run->step == 0 && beyond / run->step < run->count);
}

void spk_runs_free(spk_runs *runs)
{
    free(runs->run);
    *runs = (spk_runs){.n = 0};
}
