/* arrays.c: what learning changes, as named arrays that go into and come from weight streams. */
#include "base/memory.h"
#include "engine/comm.h"
#include "engine/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void describe_weights(const engine_projection *p, spk_engine_array *out)
{
    *out = (spk_engine_array){
        .is_weights = true,
        .index = p->index,
        .owner = p->spec->name,
        .variable = "weight",
        .unit = p->spec->weight_unit,
        .dtype = p->numbers == SPK_DOUBLE ? SPK_F64 : SPK_F32,
        .rows = p->source->size,
        .cols = p->target->size,
        .values = (uint64_t)p->source->size * p->target->size,
        .sparse = p->storage->row_length != NULL,
    };
    for (uint32_t i = 0; out->sparse && i < p->source->size; i++)
        out->values = (i > 0 ? out->values : 0) + p->storage->row_length(p, i);
    memcpy(out->structure, p->structure, sizeof out->structure);
}

static void describe_theta(const engine_population *p, spk_engine_array *out)
{
    *out = (spk_engine_array){.index = p->index,
                              .owner = p->spec->name,
                              .variable = "theta",
                              .unit = "mV",
                              .dtype = SPK_F64,
                              .rows = 1,
                              .cols = p->size,
                              .values = p->size};
}

int engine_arrays_build(spk_engine *e, spk_error *err)
{
    const spk_network *net = e->net;
    e->array = spk_alloc(net->projections + net->populations, sizeof *e->array, "arrays", err);
    if (!e->array) return -1;
    for (size_t k = 0; k < net->projections; k++)
        if (net->projection[k].rule) describe_weights(&e->projection[k], &e->array[e->arrays++]);
    for (size_t i = 0; i < net->populations; i++)
        if (e->population[i].theta) describe_theta(&e->population[i], &e->array[e->arrays++]);
    return spk_engine_mark_weights(e, err);
}

void engine_arrays_free(spk_engine *e)
{
    for (size_t a = 0; e->marked && a < e->arrays; a++)
        free(e->marked[a]);
    free(e->marked);
    free(e->array);
}

size_t spk_engine_arrays(const spk_engine *e)
{
    return e->arrays;
}

const spk_engine_array *spk_engine_array_at(const spk_engine *e, size_t a)
{
    return &e->array[a];
}

uint64_t spk_engine_array_values(const spk_engine *e, size_t a, uint64_t row0, uint64_t rows)
{
    const spk_engine_array *array = &e->array[a];
    if (!array->sparse) return rows * array->cols;
    const engine_projection *p = &e->projection[array->index];
    uint64_t n = 0;
    for (uint64_t i = 0; i < rows; i++)
        n += p->storage->row_length(p, (uint32_t)(row0 + i));
    return n;
}

void spk_engine_array_columns(const spk_engine *e, size_t a, uint64_t row0, uint64_t rows,
                              uint64_t *row_ptr, uint32_t *col)
{
    const engine_projection *p = &e->projection[e->array[a].index];
    uint64_t n = 0;
    for (uint64_t i = 0; i < rows; i++) {
        if (row_ptr) row_ptr[i] = n;
        if (col) p->storage->columns(p, (uint32_t)(row0 + i), col + n);
        n += p->storage->row_length(p, (uint32_t)(row0 + i));
    }
    if (row_ptr) row_ptr[rows] = n;
}

/* Bytes of one row. */
static size_t row_bytes(const spk_engine *e, size_t a, uint64_t row)
{
    return spk_engine_array_values(e, a, row, 1) * spk_dtype_bytes(e->array[a].dtype);
}

void spk_engine_array_get(const spk_engine *e, size_t a, uint64_t row0, uint64_t rows, void *value)
{
    const spk_engine_array *array = &e->array[a];
    if (!array->is_weights) {
        memcpy(value, e->population[array->index].theta, row_bytes(e, a, 0));
        return;
    }
    const engine_projection *p = &e->projection[array->index];
    for (uint64_t i = 0; i < rows; i++) {
        p->storage->get_row(p, (uint32_t)(row0 + i), value);
        value = engine_at(value, row_bytes(e, a, row0 + i), 1);
    }
}

int spk_engine_array_gather(const spk_engine *e, size_t a, uint64_t row0, uint64_t rows,
                            void *value, spk_error *err)
{
    const spk_engine_array *array = &e->array[a];
    spk_engine_array_get(e, a, row0, rows, value);
    if (spk_comm_ranks() == 1) return 0;
    if (array->is_weights)
        return engine_gather_rows(e, &e->projection[array->index], (uint32_t)row0, rows,
                                  spk_dtype_bytes(array->dtype), value, err);
    const void *all;
    size_t n;
    if (engine_gather_units(e, &e->population[array->index], value, spk_dtype_bytes(array->dtype),
                            &all, &n, err))
        return -1;
    if (n > 0) memcpy(value, all, n);
    return 0;
}

/* The sign that weights must have; 0: any. */
static int sign_of(const spk_engine *e, const spk_engine_array *array)
{
    if (!array->is_weights) return 0;
    const engine_projection *p = &e->projection[array->index];
    if (p->spec->rule->kernel->archive) return p->rule.archive.negative ? -1 : 1;
    return p->target->kernel->receptors > 1;
}

static int refuse(const spk_engine_array *array, uint64_t row, uint64_t col, double x, int sign,
                  spk_error *err)
{
    return spk_fail(err, SPK_DATA, "%s.%s[%llu][%llu] is %g; %s number is expected", array->owner,
                    array->variable, (unsigned long long)row, (unsigned long long)col, x,
                    sign == 0  ? "a finite"
                    : sign > 0 ? "a finite positive"
                               : "a finite negative");
}

/* For messages: the column of value i of a row. */
static uint64_t column_of(const spk_engine *e, size_t a, uint64_t row, uint64_t i)
{
    if (!e->array[a].sparse) return i;
    uint32_t *col = spk_alloc(spk_engine_array_values(e, a, row, 1), sizeof *col, "a row", NULL);
    if (col) spk_engine_array_columns(e, a, row, 1, NULL, col);
    const uint64_t column = col ? col[i] : i;
    free(col);
    return column;
}

static int check_values(const spk_engine *e, size_t a, uint64_t row0, uint64_t rows,
                        const void *value, spk_error *err)
{
    const spk_engine_array *array = &e->array[a];
    const int sign = sign_of(e, array);
    for (uint64_t row = row0; row < row0 + rows; row++) {
        const uint64_t n = spk_engine_array_values(e, a, row, 1);
        for (uint64_t i = 0; i < n; i++) {
            double x = array->dtype == SPK_F64 ? ((const double *)value)[i]
                                               : (double)((const float *)value)[i];
            if (isfinite(x) && x * sign >= 0) continue;
            return refuse(array, row, column_of(e, a, row, i), x, sign, err);
        }
        value = engine_at(value, n, spk_dtype_bytes(array->dtype));
    }
    return 0;
}

/* Copy rows in, known to be good. */
static void set_rows(spk_engine *e, size_t a, uint64_t row0, uint64_t rows, const void *value)
{
    const spk_engine_array *array = &e->array[a];
    if (!array->is_weights) {
        engine_population *p = &e->population[array->index];
        memcpy(p->theta, value, row_bytes(e, a, 0));
        engine_population_thresholds(e, p);
        return;
    }
    engine_projection *p = &e->projection[array->index];
    for (uint64_t i = 0; i < rows; i++) {
        p->storage->set_row(p, (uint32_t)(row0 + i), value);
        value = engine_at(value, row_bytes(e, a, row0 + i), 1);
    }
}

int spk_engine_array_set(spk_engine *e, size_t a, uint64_t row0, uint64_t rows, const void *value,
                         spk_error *err)
{
    if (check_values(e, a, row0, rows, value, err)) return -1;
    set_rows(e, a, row0, rows, value);
    return 0;
}

int spk_engine_mark_weights(spk_engine *e, spk_error *err)
{
    if (!e->net->on_sample.reset_weights || !e->learning) return 0;
    if (!e->marked) e->marked = spk_alloc(e->arrays, sizeof *e->marked, "weights", err);
    if (!e->marked) return -1;
    for (size_t a = 0; a < e->arrays; a++) {
        const spk_engine_array *array = &e->array[a];
        if (!e->marked[a])
            e->marked[a] = spk_alloc(array->values, spk_dtype_bytes(array->dtype), "weights", err);
        if (!e->marked[a]) return -1;
        spk_engine_array_get(e, a, 0, array->rows, e->marked[a]);
    }
    return 0;
}

void engine_arrays_reset(spk_engine *e)
{
    for (size_t a = 0; e->marked && a < e->arrays; a++)
        set_rows(e, a, 0, e->array[a].rows, e->marked[a]);
}
