/* edges.c: {"rule": "edges"}: who is connected stands in a table or in a weight stream.
 *
 * Whatever the order of the file, edges are kept by source, then target; several of one pair stay in
 * the order of the file. Weights are kept as they are written, and rounded when rows are asked for;
 * delays are kept in steps. */
#include "base/memory.h"
#include "network/columns.h"
#include "stream/digest.h"
#include "stream/reader.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct edge {
    uint32_t source, target, place, delay;
    double weight;
} edge;

typedef struct reading {
    const spk_json *doc;
    const cJSON *connect;
    const spk_network *net;
    spk_projection *projection;
    const spk_population *source, *target;
    edge *edge;
    size_t n, capacity;
    spk_error *err;
} reading;

void spk_edges_free(spk_edges *edges)
{
    if (!edges) return;
    free(edges->file);
    free(edges->array);
    free(edges->begin);
    free(edges->target);
    free(edges->weight);
    free(edges->delay);
    free(edges);
}

static int add(reading *r, edge e)
{
    if (r->n == UINT32_MAX)
        return spk_fail(r->err, SPK_LIMIT, "%s: more than %u edges", r->projection->edges->file,
                        UINT32_MAX);
    if (spk_network_grow(r->net, &r->edge, &r->capacity, r->n, sizeof *r->edge,
                         r->projection->edges->file, "edges", r->err))
        return -1;
    e.place = (uint32_t)r->n;
    r->edge[r->n++] = e;
    return 0;
}

/* ---- a table --------------------------------------------------------------------------------- */

typedef struct table_columns {
    int source, target, weight, delay;
} table_columns;

static int read_delay(const spk_columns *table, int at, const spk_network *net, uint32_t *out,
                      spk_error *err)
{
    uint64_t steps;
    if (spk_columns_steps(table, at, net, "delay", SPK_DELAY_MAX_STEPS, &steps, err)) return -1;
    *out = (uint32_t)steps;
    return 0;
}

static int read_row(reading *r, const spk_columns *table, const table_columns *at)
{
    edge e = {0};
    if (spk_columns_unit(table, at->source, r->source, &e.source, r->err) ||
        spk_columns_unit(table, at->target, r->target, &e.target, r->err) ||
        (at->weight != SPK_COLUMN_ABSENT &&
         spk_columns_real(table, at->weight, &e.weight, r->err)) ||
        (at->delay != SPK_COLUMN_ABSENT && read_delay(table, at->delay, r->net, &e.delay, r->err)))
        return -1;
    return add(r, e);
}

/* "weight", or with the unit that the projection takes; another unit would be passed over, so it is
 * an error. */
static int find_weight(reading *r, const spk_columns *table, int *at)
{
    char names[64];
    const char *unit = r->projection->weight_unit;
    snprintf(names, sizeof names, "weight%s%s", unit[0] ? "|weight_" : "", unit);
    if (spk_columns_find(table, names, false, at, r->err)) return -1;
    for (size_t i = 0; *at == SPK_COLUMN_ABSENT && i < table->width; i++)
        if (strncmp(table->cell[i], "weight_", 7) == 0)
            return spk_columns_fail(table, r->err, "%s takes weight%s%s, not %s", r->target->name,
                                    unit[0] ? "_" : "", unit, table->cell[i]);
    return 0;
}

/* A delay has a unit. */
static int find_delay(reading *r, const spk_columns *table, int *at)
{
    if (spk_columns_find(table, "delay_ms", false, at, r->err)) return -1;
    for (size_t i = 0; *at == SPK_COLUMN_ABSENT && i < table->width; i++)
        if (strcmp(table->cell[i], "delay") == 0 || strncmp(table->cell[i], "delay_", 6) == 0)
            return spk_columns_fail(table, r->err, "delays are called delay_ms, not %s",
                                    table->cell[i]);
    return 0;
}

static int read_table(reading *r, spk_columns *table, table_columns *at)
{
    if (spk_columns_open(table, r->doc, spk_json_member(r->connect, "file"), r->net,
                         r->projection->edges->file, r->err) ||
        spk_columns_find(table, "source|src|pre", true, &at->source, r->err) ||
        spk_columns_find(table, "target|dst|post", true, &at->target, r->err) ||
        find_weight(r, table, &at->weight) || find_delay(r, table, &at->delay))
        return -1;
    int more;
    while ((more = spk_columns_next(table, r->err)) > 0)
        if (read_row(r, table, at)) return -1;
    return more;
}

/* ---- a weight stream ------------------------------------------------------------------------- */

static const spk_array *find_array(const reading *r, spk_reader *in)
{
    const spk_header *header = spk_reader_header(in);
    const char *name = r->projection->edges->array, *unit = r->projection->weight_unit;
    const spk_array *array = NULL;
    for (size_t i = 0; i < header->arrays && !array; i++)
        if (header->array[i].type == SPK_ARRAY_WEIGHTS && strcmp(header->array[i].owner, name) == 0)
            array = &header->array[i];
    const cJSON *node = spk_json_member(r->connect, "array");
    if (!array) {
        spk_json_fail(r->doc, node, r->err, "%s has no weights of \"%s\"", spk_reader_name(in),
                      name);
    } else if (array->rows != r->source->size || array->cols != r->target->size) {
        spk_json_fail(r->doc, node, r->err,
                      "the array is %" PRIu64 " x %" PRIu64 ", but %s has %u units and %s %u",
                      array->rows, array->cols, r->source->name, r->source->size, r->target->name,
                      r->target->size);
        array = NULL;
    } else if (array->dtype != SPK_F32 && array->dtype != SPK_F64) {
        spk_json_fail(r->doc, node, r->err, "the array is of type %s; f32 or f64 is expected",
                      spk_dtype_name(array->dtype));
        array = NULL;
    } else if (strcmp(array->unit, unit) != 0) {
        spk_json_fail(r->doc, node, r->err, "the array is in \"%s\", but %s takes \"%s\"",
                      array->unit, r->target->name, unit);
        array = NULL;
    }
    return array;
}

/* Dense rows connect every pair. */
static int add_rows(reading *r, const spk_rows_of *rows)
{
    bool wide = rows->array->dtype == SPK_F64;
    for (uint64_t i = 0; i < rows->rows; i++) {
        uint64_t begin = rows->array->sparse ? rows->row_ptr[i] : i * rows->array->cols;
        uint64_t end = rows->array->sparse ? rows->row_ptr[i + 1] : begin + rows->array->cols;
        for (uint64_t k = begin; k < end; k++) {
            double w =
                wide ? ((const double *)rows->value)[k] : (double)((const float *)rows->value)[k];
            uint32_t col = rows->array->sparse ? rows->col[k] : (uint32_t)(k - begin);
            if (!isfinite(w))
                return spk_fail(r->err, SPK_DATA,
                                "%s: the weight from %" PRIu64 " to %u is not a finite number",
                                r->projection->edges->file, rows->row0 + i, col);
            if (add(r, (edge){(uint32_t)(rows->row0 + i), col, 0, 0, w})) return -1;
        }
    }
    return 0;
}

/* All of a dense array are known to come. */
static int make_room(reading *r, const spk_array *array)
{
    if (array->sparse) return 0;
    const double n = (double)array->rows * (double)array->cols;
    if (n > UINT32_MAX) return 0; /* there is a limit for that, too */
    if (spk_network_room(r->net, n * sizeof *r->edge, r->projection->edges->file, false,
                         (uint64_t)n, "edges", r->err))
        return -1;
    return spk_grow(&r->edge, &r->capacity, (size_t)n, sizeof *r->edge, "edges", r->err);
}

/* Of several snapshots the last counts. */
static int take_rows(reading *r, spk_reader *in, const spk_array *array)
{
    spk_item item;
    int more;
    uint64_t rows = 0;
    uint32_t id = array->id;
    while ((more = spk_reader_next(in, &item, r->err)) > 0) {
        bool weights = item.kind == SPK_KIND_WEIGHTS_DENSE || item.kind == SPK_KIND_WEIGHTS_SPARSE;
        if (!weights || item.id != id) continue;
        if (item.rows.row0 == 0) r->n = rows = 0;
        if (add_rows(r, &item.rows)) return -1;
        rows += item.rows.rows;
    }
    if (more == 0 && rows != r->source->size)
        return spk_fail(r->err, SPK_DATA, "%s: the array holds %" PRIu64 " of its %u rows",
                        spk_reader_name(in), rows, r->source->size);
    return more;
}

static int read_stream(reading *r)
{
    const cJSON *node = spk_json_member(r->connect, "file");
    char *path = spk_file_path(r->doc, node, r->net, r->projection->edges->file, r->err);
    int fd = path ? spk_file_open(r->doc, node, path, r->err) : -1, status = -1;
    spk_reader *in = fd >= 0 ? spk_reader_open(fd, path, NULL, r->err) : NULL;
    if (in) {
        const spk_array *array = find_array(r, in);
        status = array && make_room(r, array) == 0 ? take_rows(r, in, array) : -1;
        spk_reader_close(in);
    }
    free(path);
    return status;
}

/* ---- keeping --------------------------------------------------------------------------------- */

static int by_pair(const void *a, const void *b)
{
    const edge *x = a, *y = b;
    if (x->source != y->source) return x->source < y->source ? -1 : 1;
    if (x->target != y->target) return x->target < y->target ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

/* `bytes` beside the list of edges. */
static int look_for_room(const reading *r, double bytes)
{
    return spk_network_room(r->net, (double)r->capacity * sizeof *r->edge + bytes,
                            r->projection->edges->file, false, r->n, "edges", r->err);
}

/* qsort() takes as much again. */
static int sort(reading *r)
{
    size_t i = 1;
    while (i < r->n && by_pair(&r->edge[i - 1], &r->edge[i]) < 0)
        i++;
    if (i >= r->n) return 0;
    if (look_for_room(r, (double)r->n * sizeof *r->edge)) return -1;
    qsort(r->edge, r->n, sizeof *r->edge, by_pair);
    return 0;
}

static double bytes_of(uint64_t n, bool weights, bool delays, uint32_t sources)
{
    const size_t each =
        sizeof(uint32_t) + (weights ? sizeof(double) : 0) + (delays ? sizeof(uint32_t) : 0);
    return (double)n * (double)each + ((double)sources + 1) * sizeof(uint64_t);
}

double spk_edges_bytes(const spk_edges *edges, uint32_t sources)
{
    return bytes_of(edges->n, edges->weight != NULL, edges->delay != NULL, sources);
}

static int keep(reading *r, bool weights, bool delays)
{
    spk_edges *to = r->projection->edges;
    if (sort(r) || look_for_room(r, bytes_of(r->n, weights, delays, r->source->size))) return -1;
    to->n = r->n;
    to->begin = spk_alloc((size_t)r->source->size + 1, sizeof *to->begin, "edges", r->err);
    to->target = spk_alloc(r->n, sizeof *to->target, "edges", r->err);
    if (weights) to->weight = spk_alloc(r->n, sizeof *to->weight, "edges", r->err);
    if (delays) to->delay = spk_alloc(r->n, sizeof *to->delay, "edges", r->err);
    if (!to->begin || !to->target || (weights && !to->weight) || (delays && !to->delay)) return -1;
    for (size_t i = 0; i < r->n; i++) {
        to->begin[r->edge[i].source + 1]++;
        to->target[i] = r->edge[i].target;
        if (weights) to->weight[i] = r->edge[i].weight;
        if (delays) to->delay[i] = r->edge[i].delay;
    }
    for (uint32_t i = 0; i < r->source->size; i++)
        to->begin[i + 1] += to->begin[i];
    return 0;
}

/* Of each array by itself, then of these digests one after the other: nothing is copied. */
static void digest(spk_edges *edges, uint32_t sources)
{
    char parts[4 * 32 + 1] = "", hex[33];
    spk_digest_bytes(edges->begin, ((size_t)sources + 1) * sizeof *edges->begin, parts);
    spk_digest_bytes(edges->target, edges->n * sizeof *edges->target, parts + 32);
    spk_digest_bytes(parts, strlen(parts), edges->pairs);
    spk_digest_bytes(edges->weight, edges->weight ? edges->n * sizeof *edges->weight : 0, hex);
    memcpy(parts + 64, hex, 33);
    spk_digest_bytes(edges->delay, edges->delay ? edges->n * sizeof *edges->delay : 0, hex);
    memcpy(parts + 96, hex, 33);
    spk_digest_bytes(parts, strlen(parts), edges->digest);
}

/* Weights and delays that the file has are the projection's values. */
static void set_values(spk_projection *p)
{
    const spk_edges *edges = p->edges;
    const spk_value of_edges = {.kind = SPK_VALUE_EDGES, .min = -INFINITY, .max = INFINITY};
    if (edges->weight) p->weight = of_edges;
    for (uint64_t i = 0; edges->weight && i < edges->n; i++) {
        p->weight.a = i ? fmin(p->weight.a, edges->weight[i]) : edges->weight[i];
        p->weight.b = i ? fmax(p->weight.b, edges->weight[i]) : edges->weight[i];
    }
    if (edges->delay) p->delay_ms = of_edges;
    for (uint64_t i = 0; edges->delay && i < edges->n; i++) {
        uint32_t steps = edges->delay[i];
        if (i == 0 || steps < p->min_delay) p->min_delay = steps;
        if (i == 0 || steps > p->max_delay) p->max_delay = steps;
    }
    if (edges->delay && p->min_delay == p->max_delay) p->delay_steps = p->min_delay;
}

int spk_load_edges(const spk_json *doc, const cJSON *connect, const spk_network *net,
                   spk_projection *p, spk_error *err)
{
    const char *file = NULL, *array = NULL;
    char expected[33];
    if (spk_json_string(doc, connect, "file", true, &file, err) ||
        spk_json_string(doc, connect, "array", false, &array, err) ||
        spk_read_digest(doc, connect, expected, err))
        return -1;
    spk_edges *edges = p->edges = spk_alloc(1, sizeof *edges, "edges", err);
    if (!edges || !(edges->file = spk_strdup(file, err)) ||
        (array && !(edges->array = spk_strdup(array, err))))
        return -1;
    reading r = {.doc = doc,
                 .connect = connect,
                 .net = net,
                 .projection = p,
                 .source = &net->population[p->source],
                 .target = &net->population[p->target],
                 .err = err};
    spk_columns table = {.fd = -1};
    table_columns at = {0, 0, 0, SPK_COLUMN_ABSENT};
    int status = array ? read_stream(&r) : read_table(&r, &table, &at);
    spk_columns_close(&table);
    if (status == 0)
        status = keep(&r, at.weight != SPK_COLUMN_ABSENT, at.delay != SPK_COLUMN_ABSENT);
    free(r.edge);
    if (status) return -1;
    digest(edges, r.source->size);
    set_values(p);
    return spk_check_digest(doc, connect, edges->file, expected, edges->digest, err);
}
