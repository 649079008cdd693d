/* record.c: what is kept of a presentation: spikes of a population, values of its variables.
 *
 * Room for values is made before a window of steps, as every thread writes those of its own units;
 * spikes are gathered by one thread. Rank 0 records all spikes, and values are sent to it. */
#include "base/memory.h"
#include "engine/comm.h"
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

struct engine_record {
    size_t n, capacity_step, capacity_unit; /* spikes */
    uint64_t *step;
    uint32_t *unit;
    size_t rows, variables, *capacity_trace;
    double **trace; /* [variable] rows x size */
};

int engine_record_build(spk_engine *e, engine_population *p, spk_error *err)
{
    (void)e;
    const spk_record_request *request = &p->spec->record;
    if (!request->spikes && request->variables == 0) return 0;
    engine_record *r = p->record = spk_alloc(1, sizeof *r, "a recording", err);
    if (!r) return -1;
    r->variables = request->variables;
    r->trace = spk_alloc(request->variables, sizeof *r->trace, "a recording", err);
    r->capacity_trace =
        spk_alloc(request->variables, sizeof *r->capacity_trace, "a recording", err);
    return r->trace && r->capacity_trace ? 0 : -1;
}

void engine_record_free(engine_record *r)
{
    if (!r) return;
    for (size_t v = 0; r->trace && v < r->variables; v++)
        free(r->trace[v]);
    free(r->trace);
    free(r->capacity_trace);
    free(r->step);
    free(r->unit);
    free(r);
}

void engine_record_forget(engine_record *r)
{
    r->n = r->rows = 0;
}

/* Rows that the next `steps` steps add. */
static uint64_t new_rows(const spk_engine *e, uint64_t interval, uint64_t steps)
{
    uint64_t before = (e->done + interval - 1) / interval;
    return (e->done + steps + interval - 1) / interval - before;
}

int engine_record_reserve(spk_engine *e, engine_population *p, uint64_t steps, spk_error *err)
{
    engine_record *r = p->record;
    const spk_record_request *request = &p->spec->record;
    if (request->variables == 0) return 0;
    size_t values = (r->rows + new_rows(e, request->interval_steps, steps)) * p->size;
    for (size_t v = 0; v < request->variables; v++)
        if (spk_grow(&r->trace[v], &r->capacity_trace[v], values, sizeof **r->trace,
                     "a recorded trace", err))
            return -1;
    return 0;
}

int engine_record_spikes(spk_engine *e, engine_population *p, uint64_t t, spk_error *err)
{
    engine_record *r = p->record;
    if (!p->spec->record.spikes || spk_comm_rank() > 0) return 0;
    engine_fired fired = engine_population_fired(e, p, t, 0);
    uint64_t step = e->done + (t - e->now);
    for (size_t part = 0; part < fired.parts; part++) {
        const uint32_t *unit = fired.unit + fired.part[part].begin;
        size_t n = fired.count[part];
        if (n == 0) continue;
        if (spk_grow(&r->step, &r->capacity_step, r->n + n, sizeof *r->step, "spikes", err) ||
            spk_grow(&r->unit, &r->capacity_unit, r->n + n, sizeof *r->unit, "spikes", err))
            return -1;
        memcpy(r->unit + r->n, unit, n * sizeof *unit);
        for (size_t i = 0; i < n; i++)
            r->step[r->n++] = step;
    }
    return 0;
}

/* The variable's present value of units [begin, end). */
static void copy_values(const spk_engine *e, const engine_population *p, int variable,
                        engine_range range, double *out)
{
    if ((size_t)variable >= p->states) { /* theta stands behind the others */
        for (uint32_t i = range.begin; i < range.end; i++)
            out[i] = p->theta ? p->theta[i] : 0;
        return;
    }
    const void *state = p->slice.state[variable];
    for (uint32_t i = range.begin; i < range.end; i++)
        out[i] = e->net->single ? (double)((const float *)state)[i] : ((const double *)state)[i];
}

void engine_record_traces(spk_engine *e, engine_population *p, size_t part, uint64_t t)
{
    engine_record *r = p->record;
    const spk_record_request *request = &p->spec->record;
    uint64_t step = e->done + (t - e->now);
    if (request->variables == 0 || step % request->interval_steps != 0) return;
    engine_range range = p->part[part];
    if (range.end > p->size) range.end = p->size;
    size_t row = r->rows + new_rows(e, request->interval_steps, t - e->now);
    for (size_t v = 0; v < request->variables; v++)
        copy_values(e, p, request->variable[v], range, r->trace[v] + row * p->size);
}

/* Between a list of some units' values, [variable][row][unit], and their places: there, or back. */
static void move_values(const engine_population *p, engine_range range, size_t rows, double *list,
                        bool back)
{
    engine_record *r = p->record;
    const size_t n = range.end - range.begin;
    for (size_t v = 0; v < r->variables; v++)
        for (size_t row = r->rows; row < r->rows + rows; row++, list += n) {
            double *place = r->trace[v] + row * p->size + range.begin;
            memcpy(back ? place : list, back ? list : place, n * sizeof *list);
        }
}

int engine_record_collect(spk_engine *e, engine_population *p, uint64_t steps, spk_error *err)
{
    engine_record *r = p->record;
    if (r->variables == 0) return 0;
    const size_t ranks = (size_t)spk_comm_ranks(), me = (size_t)spk_comm_rank();
    const size_t rows = new_rows(e, p->spec->record.interval_steps, steps);
    const engine_range own = engine_units_of(e, p, me);
    const size_t n = r->variables * rows * (own.end - own.begin);
    double *list = spk_alloc(n, sizeof *list, "a recorded trace", err);
    const void *all;
    if (!list) return -1;
    move_values(p, own, rows, list, false);
    const int status = spk_comm_collect(n * sizeof *list, list, &all, e->list_start, err);
    for (size_t rank = 1; status == 0 && me == 0 && rank < ranks; rank++)
        move_values(p, engine_units_of(e, p, rank), rows, engine_at(all, e->list_start[rank], 1),
                    true);
    free(list);
    return status;
}

void engine_record_advance(spk_engine *e, engine_population *p, uint64_t steps)
{
    p->record->rows += new_rows(e, p->spec->record.interval_steps, steps);
}

void spk_engine_spikes(const spk_engine *e, size_t population, size_t *n, const uint64_t **step,
                       const uint32_t **unit)
{
    const engine_record *r = e->population[population].record;
    *n = r ? r->n : 0;
    *step = r ? r->step : NULL;
    *unit = r ? r->unit : NULL;
}

void spk_engine_trace(const spk_engine *e, size_t population, size_t v, size_t *rows,
                      const double **value)
{
    const engine_record *r = e->population[population].record;
    *rows = r ? r->rows : 0;
    *value = r ? r->trace[v] : NULL;
}

void spk_engine_forget(spk_engine *e)
{
    for (size_t i = 0; i < e->net->populations; i++)
        if (e->population[i].record) engine_record_forget(e->population[i].record);
}
