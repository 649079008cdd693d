/* weights.c: matching the arrays of a weight stream with those of an engine. */
#include "run/weights.h"

#include "base/memory.h"
#include "table/table.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 1 << 20 };

/* ---- out ------------------------------------------------------------------------------------- */

static int add_array(const spk_engine_array *a, spk_header *out, spk_error *err)
{
    spk_array *to =
        spk_header_add_array(out, a->is_weights ? SPK_ARRAY_WEIGHTS : SPK_ARRAY_STATE, a->owner,
                             a->variable, a->unit, a->dtype, a->rows, a->cols, err);
    if (!to) return -1;
    memcpy(to->structure, a->structure, sizeof to->structure);
    to->sparse = a->sparse;
    return 0;
}

/* The shape of the first plastic projection's source, so that rows can be drawn as pictures. */
static void add_shape(const spk_engine *e, const spk_network *net, spk_header *out)
{
    if (spk_engine_arrays(e) == 0 || !spk_engine_array_at(e, 0)->is_weights) return;
    const spk_projection *p = &net->projection[spk_engine_array_at(e, 0)->index];
    const spk_population *source = &net->population[p->source];
    out->shape_dims = source->dims;
    memcpy(out->shape, source->shape, sizeof out->shape);
}

int spk_weights_header(const spk_engine *e, const spk_network *net, uint64_t network_seed,
                       spk_header *out, spk_error *err)
{
    out->tick = net->dt;
    for (size_t a = 0; a < spk_engine_arrays(e); a++)
        if (add_array(spk_engine_array_at(e, a), out, err)) return -1;
    if (out->arrays == 0)
        return spk_fail(err, SPK_USAGE,
                        "%s: nothing learns: no projection has \"plasticity\", no population an "
                        "\"adaptive_threshold\"",
                        net->name);
    add_shape(e, net, out);
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, network_seed);
    out->meta = cJSON_CreateObject();
    if (!out->meta || !cJSON_AddStringToObject(out->meta, "network_seed", seed))
        return spk_fail(err, SPK_LIMIT, "out of memory for the header");
    return 0;
}

/* Rows that are written at a time. */
typedef struct chunk {
    uint64_t rows;
    void *values;
    size_t capacity, columns; /* of values, of col */
    uint64_t *row_ptr;
    uint32_t *col;
} chunk;

/* Where the rows row .. row + c->rows are, and, unless they are given, what they hold. */
static int take_chunk(const spk_engine *e, size_t a, uint64_t row, const void *values, chunk *c,
                      spk_error *err)
{
    static const char what[] = "weights";
    const spk_engine_array *array = spk_engine_array_at(e, a);
    const uint64_t n = spk_engine_array_values(e, a, row, c->rows);
    if (!values) {
        if (spk_grow(&c->values, &c->capacity, n, spk_dtype_bytes(array->dtype), what, err))
            return -1;
        if (spk_engine_array_gather(e, a, row, c->rows, c->values, err)) return -1;
    }
    if (!array->sparse) return 0;
    if (spk_grow(&c->col, &c->columns, n, sizeof *c->col, what, err)) return -1;
    spk_engine_array_columns(e, a, row, c->rows, c->row_ptr, c->col);
    return 0;
}

int spk_weights_write_array(const spk_engine *e, size_t a, const spk_header *header,
                            const void *values, spk_writer *writer, spk_error *err)
{
    const spk_engine_array *array = spk_engine_array_at(e, a);
    const uint32_t id = header->array[a].id;
    const uint64_t width = spk_dtype_bytes(array->dtype);
    const uint64_t row_bytes = array->values / array->rows * width + 1; /* about */
    const uint64_t most = row_bytes < CHUNK_BYTES ? CHUNK_BYTES / row_bytes : 1;
    const unsigned char *at = values;
    chunk c = {.row_ptr = spk_alloc(most + 1, sizeof *c.row_ptr, "weights", err)};
    int status = c.row_ptr ? 0 : -1;
    for (uint64_t row = 0; status == 0 && row < array->rows; row += c.rows) {
        c.rows = array->rows - row < most ? array->rows - row : most;
        status = take_chunk(e, a, row, values, &c, err);
        if (status || !writer) continue;
        const void *some = at ? at : c.values;
        status = array->sparse
                     ? spk_writer_sparse(writer, id, row, c.rows, c.row_ptr, c.col, some, err)
                     : spk_writer_dense(writer, id, row, c.rows, some, err);
        if (at) at += spk_engine_array_values(e, a, row, c.rows) * width;
    }
    free(c.values);
    free(c.col);
    free(c.row_ptr);
    return status;
}

int spk_weights_write(const spk_engine *e, const spk_header *header, spk_writer *writer,
                      uint64_t samples, uint64_t tick, spk_error *err)
{
    spk_snapshot snapshot = {.samples = samples, .tick = tick};
    if (writer && spk_writer_snapshot(writer, &snapshot, err)) return -1;
    for (size_t a = 0; a < spk_engine_arrays(e); a++)
        if (spk_weights_write_array(e, a, header, NULL, writer, err)) return -1;
    return 0;
}

/* ---- in -------------------------------------------------------------------------------------- */

bool spk_weights_seed(const spk_reader *in, uint64_t *seed)
{
    const cJSON *meta = spk_reader_header(in)->meta;
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(meta, "network_seed");
    if (!cJSON_IsString(text)) return false;
    char *end;
    *seed = strtoull(text->valuestring, &end, 10);
    return *end == 0 && end != text->valuestring;
}

typedef struct loading {
    spk_engine *engine;
    spk_reader *in;
    bool ignore_extra;
    const uint64_t *snapshot; /* the one that is wanted; NULL: the last */
    bool taking, found;
    uint64_t snapshots; /* seen */
    void *values;       /* converted rows */
    size_t capacity;
    uint32_t *col; /* the network's connections of a row */
    size_t columns;
} loading;

static const spk_engine_array *match(const loading *l, const spk_array *from, size_t *index)
{
    for (size_t a = 0; a < spk_engine_arrays(l->engine); a++) {
        const spk_engine_array *to = spk_engine_array_at(l->engine, a);
        if (strcmp(to->owner, from->owner) == 0 && strcmp(to->variable, from->variable) == 0 &&
            to->is_weights == (from->type == SPK_ARRAY_WEIGHTS)) {
            *index = a;
            return to;
        }
    }
    return NULL;
}

static int check_array(const loading *l, const spk_array *from, spk_error *err)
{
    const char *name = spk_reader_name(l->in);
    size_t index;
    const spk_engine_array *to = match(l, from, &index);
    if (!to) {
        if (l->ignore_extra) return 0;
        return spk_fail(err, SPK_DATA,
                        "%s: its array %s.%s is not in the network (--ignore-extra passes over it)",
                        name, from->owner, from->variable);
    }
    if (from->rows != to->rows || from->cols != to->cols)
        return spk_fail(err, SPK_DATA,
                        "%s: its array %s.%s is %" PRIu64 " x %" PRIu64
                        ", but the network's is %" PRIu64 " x %" PRIu64,
                        name, from->owner, from->variable, from->rows, from->cols, to->rows,
                        to->cols);
    if (from->structure[0] && to->structure[0] && strcmp(from->structure, to->structure) != 0)
        return spk_fail(err, SPK_DATA,
                        "%s: its array %s.%s has the structure %s, but the network's is %s "
                        "(connection rule, its seed, or a population's size or model)",
                        name, from->owner, from->variable, from->structure, to->structure);
    if (from->sparse != to->sparse || (from->dtype != SPK_F32 && from->dtype != SPK_F64))
        return spk_fail(err, SPK_DATA, "%s: its array %s.%s is %s %s; %s f32 or f64 is expected",
                        name, from->owner, from->variable, from->sparse ? "sparse" : "dense",
                        spk_dtype_name(from->dtype), to->sparse ? "sparse" : "dense");
    return 0;
}

static int check_header(const loading *l, spk_error *err)
{
    const spk_header *header = spk_reader_header(l->in);
    if (header->arrays == 0)
        return spk_fail(err, SPK_DATA, "%s: holds no weights", spk_reader_name(l->in));
    for (size_t i = 0; i < header->arrays; i++)
        if (check_array(l, &header->array[i], err)) return -1;
    for (size_t a = 0; a < spk_engine_arrays(l->engine); a++) {
        const spk_engine_array *to = spk_engine_array_at(l->engine, a);
        bool found = false;
        for (size_t i = 0; i < header->arrays; i++) {
            size_t index;
            found |= match(l, &header->array[i], &index) == to;
        }
        if (!found)
            return spk_fail(err, SPK_DATA, "%s: lacks the array %s.%s, which the network has",
                            spk_reader_name(l->in), to->owner, to->variable);
    }
    return 0;
}

/* A sparse array's rows must have the connections that the network has. */
static int check_connections(loading *l, const spk_rows_of *rows, size_t a, spk_error *err)
{
    for (uint64_t i = 0; i < rows->rows; i++) {
        const uint64_t row = rows->row0 + i, n = rows->row_ptr[i + 1] - rows->row_ptr[i];
        const uint64_t expected = spk_engine_array_values(l->engine, a, row, 1);
        if (spk_grow(&l->col, &l->columns, expected, sizeof *l->col, "weights", err)) return -1;
        spk_engine_array_columns(l->engine, a, row, 1, NULL, l->col);
        if (n == expected && memcmp(rows->col + rows->row_ptr[i], l->col, n * sizeof *l->col) == 0)
            continue;
        return spk_fail(err, SPK_DATA,
                        "%s: its array %s.%s connects unit %" PRIu64
                        " of the source otherwise than the network does",
                        spk_reader_name(l->in), rows->array->owner, rows->array->variable, row);
    }
    return 0;
}

static int set_rows(loading *l, const spk_rows_of *rows, spk_error *err)
{
    size_t a;
    const spk_engine_array *to = match(l, rows->array, &a);
    const void *values = rows->value;
    if (!to || !l->taking) return 0;
    if (to->sparse && check_connections(l, rows, a, err)) return -1;
    const size_t n = to->sparse ? rows->row_ptr[rows->rows] : rows->rows * rows->array->cols;
    if (to->dtype != rows->array->dtype) {
        if (spk_grow(&l->values, &l->capacity, n, sizeof(double), "weights", err)) return -1;
        for (size_t i = 0; i < n; i++)
            if (to->dtype == SPK_F32)
                ((float *)l->values)[i] = (float)((const double *)rows->value)[i];
            else
                ((double *)l->values)[i] = (double)((const float *)rows->value)[i];
        values = l->values;
    }
    l->found = true;
    if (spk_engine_array_set(l->engine, a, rows->row0, rows->rows, values, err) == 0) return 0;
    return spk_error_prefix(err, "%s", spk_reader_name(l->in));
}

static int read_all(loading *l, spk_error *err)
{
    spk_item item;
    int more;
    while ((more = spk_reader_next(l->in, &item, err)) > 0) {
        if (item.kind == SPK_KIND_SNAPSHOT)
            l->taking = !l->snapshot || *l->snapshot == ++l->snapshots;
        if ((item.kind == SPK_KIND_WEIGHTS_DENSE || item.kind == SPK_KIND_WEIGHTS_SPARSE) &&
            set_rows(l, &item.rows, err))
            return -1;
    }
    return more;
}

int spk_weights_load(spk_engine *e, spk_reader *in, const uint64_t *snapshot, bool ignore_extra,
                     spk_error *err)
{
    loading l = {.engine = e,
                 .in = in,
                 .ignore_extra = ignore_extra,
                 .snapshot = snapshot,
                 .taking = !snapshot};
    int status = check_header(&l, err) || read_all(&l, err) ? -1 : 0;
    free(l.values);
    free(l.col);
    if (status) return -1;
    if (!l.found && snapshot)
        return spk_fail(err, SPK_DATA, "%s: has no snapshot %" PRIu64 "; it has %" PRIu64,
                        spk_reader_name(in), *snapshot, l.snapshots);
    if (!l.found) return spk_fail(err, SPK_DATA, "%s: ends without weights", spk_reader_name(in));
    return spk_engine_mark_weights(e, err);
}
