/* gather.c: see gather.h. Every snapshot of a stream replaces the one before. */
#include "gather.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- one stream ------------------------------------------------------------------------------ */

static int check_header(const gathered *g, spk_error *err)
{
    if (g->header.arrays == 0) return spk_fail(err, SPK_DATA, "%s: holds no weights", g->name);
    for (size_t a = 0; a < g->header.arrays; a++) {
        const spk_array *array = &g->header.array[a];
        if (array->dtype != SPK_F32 && array->dtype != SPK_F64)
            return spk_fail(err, SPK_DATA, "%s: its array %s.%s is %s; f32 or f64 is expected",
                            g->name, array->owner, array->variable, spk_dtype_name(array->dtype));
    }
    return 0;
}

static uint64_t bytes_of(const gathered *g)
{
    uint64_t bytes = 0;
    for (size_t a = 0; a < g->header.arrays; a++)
        bytes += g->array[a].capacity * sizeof(double) + g->array[a].ends * sizeof(uint64_t) +
                 g->array[a].columns * sizeof(uint32_t);
    return bytes;
}

static int take_connections(gathered_array *to, const spk_rows_of *rows, spk_error *err)
{
    static const char what[] = "weights";
    const uint64_t n = rows->row_ptr[rows->rows];
    if (spk_grow(&to->end, &to->ends, to->rows + rows->rows, sizeof *to->end, what, err) ||
        spk_grow(&to->col, &to->columns, to->n + n, sizeof *to->col, what, err))
        return -1;
    for (uint64_t i = 0; i < rows->rows; i++)
        to->end[to->rows + i] = to->n + rows->row_ptr[i + 1];
    if (n > 0) memcpy(to->col + to->n, rows->col, n * sizeof *to->col);
    return 0;
}

static int take_rows(gathered_array *to, const spk_rows_of *rows, spk_error *err)
{
    const spk_array *array = rows->array;
    const uint64_t n = array->sparse ? rows->row_ptr[rows->rows] : rows->rows * array->cols;
    if (array->sparse && take_connections(to, rows, err)) return -1;
    if (spk_grow(&to->value, &to->capacity, to->n + n, sizeof *to->value, "weights", err))
        return -1;
    for (uint64_t i = 0; i < n; i++)
        to->value[to->n + i] = array->dtype == SPK_F32 ? (double)((const float *)rows->value)[i]
                                                       : ((const double *)rows->value)[i];
    to->n += n;
    to->rows += rows->rows;
    return 0;
}

static void forget(gathered *g)
{
    for (size_t a = 0; a < g->header.arrays; a++)
        g->array[a].n = g->array[a].rows = 0;
}

static int take(gathered *g, const spk_item *item, uint64_t max_memory, spk_error *err)
{
    if (item->kind == SPK_KIND_SNAPSHOT) {
        g->snapshot = item->snapshot;
        forget(g);
    }
    if (item->kind != SPK_KIND_WEIGHTS_DENSE && item->kind != SPK_KIND_WEIGHTS_SPARSE) return 0;
    const size_t a = (size_t)(spk_header_array(&g->header, item->id) - g->header.array);
    if (take_rows(&g->array[a], &item->rows, err)) return -1;
    if (bytes_of(g) <= max_memory) return 0;
    return spk_fail(err, SPK_LIMIT, "%s: its weights take more than --max-memory", g->name);
}

static int check_whole(const gathered *g, spk_error *err)
{
    for (size_t a = 0; a < g->header.arrays; a++)
        if (g->array[a].rows < g->header.array[a].rows)
            return spk_fail(err, SPK_DATA,
                            "%s: ends after %" PRIu64 " of %" PRIu64 " rows of its array %s.%s",
                            g->name, g->array[a].rows, g->header.array[a].rows,
                            g->header.array[a].owner, g->header.array[a].variable);
    return 0;
}

int gather(spk_reader *in, uint64_t max_memory, gathered *to, spk_error *err)
{
    spk_item item;
    int more;
    *to = (gathered){.name = spk_reader_name(in)};
    spk_header_init(&to->header);
    spk_provenance_init(&to->history);
    if (spk_header_copy(&to->header, spk_reader_header(in), err) || check_header(to, err) ||
        spk_provenance_merge(&to->history, spk_reader_provenance(in), err))
        return -1;
    to->array = spk_alloc(to->header.arrays, sizeof *to->array, "weights", err);
    if (!to->array) return -1;
    while ((more = spk_reader_next(in, &item, err)) > 0)
        if (take(to, &item, max_memory, err)) return -1;
    if (more < 0) return -1;
    to->duration = spk_reader_duration(in);
    return check_whole(to, err);
}

void gathered_free(gathered *g)
{
    for (size_t a = 0; g->array && a < g->header.arrays; a++) {
        free(g->array[a].value);
        free(g->array[a].end);
        free(g->array[a].col);
    }
    free(g->array);
    spk_provenance_free(&g->history);
    spk_header_free(&g->header);
}

/* ---- two streams ----------------------------------------------------------------------------- */

static bool same_array(const spk_array *a, const spk_array *b)
{
    return a->type == b->type && strcmp(a->unit ? a->unit : "", b->unit ? b->unit : "") == 0 &&
           a->dtype == b->dtype && a->sparse == b->sparse && a->rows == b->rows &&
           a->cols == b->cols && strcmp(a->structure, b->structure) == 0;
}

/* The place in `in` of the array called as `like`; in->header.arrays: none. */
static size_t find(const gathered *in, const spk_array *like)
{
    size_t a = 0;
    while (a < in->header.arrays && (strcmp(in->header.array[a].owner, like->owner) != 0 ||
                                     strcmp(in->header.array[a].variable, like->variable) != 0))
        a++;
    return a;
}

static int check_same(const gathered *to, const gathered *from, spk_error *err)
{
    if (spk_rational_compare(to->header.tick, from->header.tick) != 0)
        return spk_fail(err, SPK_DATA,
                        "%s: its tick is %" PRIu64 "/%" PRIu64 " s, that of %s %" PRIu64 "/%" PRIu64
                        " s",
                        from->name, from->header.tick.num, from->header.tick.den, to->name,
                        to->header.tick.num, to->header.tick.den);
    for (size_t a = 0; a < from->header.arrays; a++) {
        const spk_array *array = &from->header.array[a];
        const size_t at = find(to, array);
        if (at == to->header.arrays)
            return spk_fail(err, SPK_DATA, "%s: has an array %s.%s, and %s none", from->name,
                            array->owner, array->variable, to->name);
        if (!same_array(array, &to->header.array[at]))
            return spk_fail(err, SPK_DATA,
                            "%s: its array %s.%s is not like that of %s (size, unit, type, or "
                            "structure of the network)",
                            from->name, array->owner, array->variable, to->name);
    }
    for (size_t a = 0; a < to->header.arrays; a++)
        if (find(from, &to->header.array[a]) == from->header.arrays)
            return spk_fail(err, SPK_DATA, "%s: lacks the array %s.%s, which %s has", from->name,
                            to->header.array[a].owner, to->header.array[a].variable, to->name);
    return 0;
}

static bool same_connections(const gathered_array *a, const gathered_array *b)
{
    if (!a->end) return true;
    return a->n == b->n && memcmp(a->end, b->end, a->rows * sizeof *a->end) == 0 &&
           (a->n == 0 || memcmp(a->col, b->col, a->n * sizeof *a->col) == 0);
}

static int add_time(uint64_t *to, uint64_t from, const char *name, spk_error *err)
{
    if (!__builtin_add_overflow(*to, from, to)) return 0;
    return spk_fail(err, SPK_LIMIT, "%s: ticks or samples beyond 64 bits", name);
}

int gathered_add(gathered *to, const gathered *from, spk_error *err)
{
    if (check_same(to, from, err) ||
        add_time(&to->snapshot.samples, from->snapshot.samples, from->name, err) ||
        add_time(&to->snapshot.tick, from->snapshot.tick, from->name, err) ||
        add_time(&to->duration, from->duration, from->name, err))
        return -1;
    for (size_t a = 0; a < to->header.arrays; a++) {
        const spk_array *array = &to->header.array[a];
        const gathered_array *more = &from->array[find(from, array)];
        if (!same_connections(&to->array[a], more))
            return spk_fail(err, SPK_DATA, "%s: its array %s.%s has other connections than %s",
                            from->name, array->owner, array->variable, to->name);
        for (size_t i = 0; i < more->n; i++)
            to->array[a].value[i] += more->value[i];
    }
    return 0;
}
