/* due.c: the calendar's making and clearing. */
#include "engine/due.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

int engine_due_build(engine_due *due, uint32_t pages, size_t targets, size_t limit, spk_error *err)
{
    static const char what[] = "the calendar of spikes";
    due->pages = pages;
    due->targets = targets;
    due->limit = limit;
    due->count = spk_alloc(pages, sizeof *due->count, what, err);
    due->source = spk_alloc((size_t)pages * DUE_ROOM, sizeof *due->source, what, err);
    due->target = spk_alloc((size_t)pages * DUE_ROOM, sizeof *due->target, what, err);
    due->awake = spk_alloc(limit, sizeof *due->awake, what, err);
    due->is_awake = spk_alloc(targets, sizeof *due->is_awake, what, err);
    return due->count && due->source && due->target && due->awake && due->is_awake ? 0 : -1;
}

void engine_due_free(engine_due *due)
{
    free(due->count);
    free(due->source);
    free(due->target);
    free(due->awake);
    free(due->is_awake);
}

void engine_due_clear(engine_due *due)
{
    memset(due->count, 0, due->pages * sizeof *due->count);
    memset(due->is_awake, 0, due->targets * sizeof *due->is_awake);
    due->awakes = 0;
    due->full = false;
}

bool engine_due_wake(engine_due *due, uint32_t target)
{
    if (due->is_awake[target]) return false;
    if (due->awakes == due->limit) {
        due->full = true;
        return false;
    }
    due->is_awake[target] = true;
    due->awake[due->awakes++] = target;
    return true;
}
