/* weights.c: the arrays of a weight stream, one row a synapse or a unit's state.
 *
 * A stream may hold many snapshots of the same arrays. All are shown as they pass, or the one asked
 * for; the last is known only at the end, so that one snapshot is kept in memory for it. */
#include "base/bytes.h"
#include "base/memory.h"
#include "stream/rows.h"
#include "view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ------------------------------------------------------------------------------------ */

/* A value of two bytes (f16) or one (u8). */
static float small_value(spk_dtype dtype, const unsigned char *at)
{
    if (dtype == SPK_U8) return *at;
    const uint32_t half = spk_get16(at);
    const uint32_t sign = half >> 15 << 31, exponent = half >> 10 & 31, mantissa = half & 1023;
    uint32_t bits = sign | (exponent == 31 ? 255u : exponent + 112) << 23 | mantissa << 13;
    float value = (float)mantissa * 0x1p-24f; /* a subnormal number */
    if (exponent) memcpy(&value, &bits, sizeof value);
    return exponent == 0 && sign ? -value : value;
}

/* One row's values, from `first` of the piece; `column` NULL: all columns. */
static int put_values(lines *l, const spk_rows_of *rows, uint64_t first, size_t n,
                      const uint32_t *column, spk_error *err)
{
    enum { PIECE = 256 };
    const spk_dtype dtype = rows->array->dtype;
    const unsigned char *from = rows->value;
    from += first * spk_dtype_bytes(dtype);
    if (dtype == SPK_F32) return lines_floats(l, n, column, (const float *)(const void *)from, err);
    if (dtype == SPK_F64)
        return lines_doubles(l, n, column, (const double *)(const void *)from, false, err);
    float value[PIECE];
    uint32_t number[PIECE];
    for (size_t i = 0, now; i < n; i += now) {
        now = n - i < PIECE ? n - i : PIECE;
        for (size_t k = 0; k < now; k++) {
            value[k] = small_value(dtype, from + (i + k) * spk_dtype_bytes(dtype));
            number[k] = column ? column[i + k] : (uint32_t)(i + k);
        }
        if (lines_floats(l, now, number, value, err)) return -1;
    }
    return 0;
}

typedef struct place {
    uint64_t snapshot, samples; /* its number from 1, and how many samples were trained by then */
} place;

static int put_rows(lines *l, place at, const char *name, const spk_rows_of *rows, spk_error *err)
{
    const spk_array *array = rows->array;
    for (uint64_t row = 0; row < rows->rows && !lines_full(l); row++) {
        uint64_t first = array->sparse ? rows->row_ptr[row] : row * array->cols;
        uint64_t end = array->sparse ? rows->row_ptr[row + 1] : first + array->cols;
        lines_begin(l);
        lines_u64(l, at.snapshot);
        lines_u64(l, at.samples);
        lines_text(l, name);
        lines_u64(l, rows->row0 + row);
        const uint32_t *column = array->sparse ? rows->col + first : NULL;
        if (put_values(l, rows, first, (size_t)(end - first), column, err)) return -1;
    }
    return 0;
}

/* ---- the last snapshot ----------------------------------------------------------------------- */

/* A copy of one item. */
typedef struct kept {
    spk_rows_of rows;
    void *memory;
} kept;

typedef struct keeper {
    kept *item;
    size_t n, capacity;
    place at;
} keeper;

static void keeper_clear(keeper *k)
{
    for (size_t i = 0; i < k->n; i++)
        free(k->item[i].memory);
    k->n = 0;
}

static int keeper_add(keeper *k, const spk_rows_of *rows, spk_error *err)
{
    if (spk_grow(&k->item, &k->capacity, k->n + 1, sizeof *k->item, "a snapshot", err)) return -1;
    if (spk_rows_copy(rows, &k->item[k->n].rows, &k->item[k->n].memory, err)) return -1;
    k->n++;
    return 0;
}

/* ---- the loop -------------------------------------------------------------------------------- */

typedef struct show {
    const view *v;
    lines *l;
    char **name; /* of each array of the header; NULL: not wanted */
    place at;    /* the snapshot that is passing */
    keeper last;
} show;

static const char *wanted_name(const show *s, const spk_rows_of *rows)
{
    const spk_array *array = spk_header_array(s->v->header, rows->array->id);
    return s->name[array - s->v->header->array];
}

static int take_rows(show *s, const spk_rows_of *rows, spk_error *err)
{
    const char *name = wanted_name(s, rows);
    if (!name) return 0;
    if (s->v->snapshot == UINT64_MAX) return keeper_add(&s->last, rows, err);
    if (s->v->snapshot && s->v->snapshot != s->at.snapshot) return 0;
    return put_rows(s->l, s->at, name, rows, err);
}

static int put_last(show *s, spk_error *err)
{
    for (size_t i = 0; i < s->last.n; i++) {
        const spk_rows_of *rows = &s->last.item[i].rows;
        if (put_rows(s->l, s->at, wanted_name(s, rows), rows, err)) return -1;
    }
    return 0;
}

/* 1 while more of the stream is wanted. */
static int take(show *s, const spk_item *item, spk_error *err)
{
    if (item->kind == SPK_KIND_SNAPSHOT) {
        s->at.snapshot++;
        s->at.samples = item->snapshot.samples;
        keeper_clear(&s->last);
        if (s->v->snapshot && s->at.snapshot > s->v->snapshot) return 0;
    } else if (item->kind == SPK_KIND_WEIGHTS_DENSE || item->kind == SPK_KIND_WEIGHTS_SPARSE) {
        if (take_rows(s, &item->rows, err)) return -1;
    }
    return !lines_full(s->l);
}

static int show_weights(show *s, spk_error *err)
{
    spk_item item;
    int more = lines_full(s->l) ? 0 : 1;
    while (more > 0 && (more = spk_reader_next(s->v->in, &item, err)) > 0)
        more = take(s, &item, err);
    if (more < 0) return -1;
    if (s->v->snapshot != UINT64_MAX && s->v->snapshot > s->at.snapshot)
        return spk_fail(err, SPK_USAGE, "--snapshot %" PRIu64 ": %s holds %" PRIu64 " snapshots",
                        s->v->snapshot, spk_reader_name(s->v->in), s->at.snapshot);
    return put_last(s, err);
}

static char *full_name(const spk_array *array, spk_error *err)
{
    size_t room = strlen(array->owner) + strlen(array->variable) + 2;
    char *name = spk_alloc(room, 1, "a name", err);
    if (name) snprintf(name, room, "%s.%s", array->owner, array->variable);
    return name;
}

static int fail_no_array(const view *v, spk_error *err)
{
    char names[512] = "";
    size_t used = 0;
    for (size_t i = 0; i < v->header->arrays && used < sizeof names; i++) {
        const spk_array *array = &v->header->array[i];
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s.%s", i ? ", " : "",
                                 array->owner, array->variable);
    }
    return spk_fail(err, SPK_USAGE, "--array %s: %s has %s", v->array, spk_reader_name(v->in),
                    names);
}

/* The full names of the arrays that --array means: one by its full name ("input->exc.weight"), all
 * of a projection or population by its name; the others stay NULL. */
static int name_arrays(const view *v, char **name, spk_error *err)
{
    bool any = v->array == NULL;
    for (size_t i = 0; i < v->header->arrays; i++) {
        const spk_array *array = &v->header->array[i];
        name[i] = full_name(array, err);
        if (!name[i]) return -1;
        if (!v->array || !strcmp(v->array, array->owner) || !strcmp(v->array, name[i])) {
            any = true;
        } else {
            free(name[i]);
            name[i] = NULL;
        }
    }
    return any ? 0 : fail_no_array(v, err);
}

int view_weights(const view *v, spk_error *err)
{
    const char *columns[] = {"snapshot", "samples", "array", "row", "col", "value", NULL};
    show s = {.v = v};
    int status = -1;
    s.name = spk_alloc(v->header->arrays, sizeof *s.name, "names", err);
    if (!s.name || name_arrays(v, s.name, err)) goto done;
    s.l = view_lines(v, columns, err);
    if (s.l) status = view_end(s.l, show_weights(&s, err), err);
done:
    for (size_t i = 0; s.name && i < v->header->arrays; i++)
        free(s.name[i]);
    free(s.name);
    keeper_clear(&s.last);
    free(s.last.item);
    return status;
}
