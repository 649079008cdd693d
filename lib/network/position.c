/* position.c: "position": where the units of a population are, for connections by distance.
 *
 * A grid is numbered as its shape is, the last number fastest: columns along x, rows along y from
 * the top down, layers along z. Nothing is drawn or laid out here (space.c does that), but lists are
 * fetched. */
#include "base/memory.h"
#include "network/columns.h"
#include "stream/digest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void spk_position_free(spk_position *position)
{
    free(position->at);
    free(position->file);
    for (size_t k = 0; k < 3; k++)
        free(position->column[k]);
}

/* ---- points ---------------------------------------------------------------------------------- */

int spk_read_point(const spk_json *doc, const cJSON *node, uint32_t dims, double out[3],
                   spk_error *err)
{
    if (!cJSON_IsArray(node) || cJSON_GetArraySize(node) != (int)dims)
        return spk_json_fail(doc, node, err, "%u numbers are expected: %s", dims,
                             dims == 2 ? "[x, y]" : "[x, y, z]");
    for (uint32_t k = 0; k < dims; k++) {
        const cJSON *item = cJSON_GetArrayItem(node, (int)k);
        if (spk_check_finite(doc, item, err)) return -1;
        out[k] = item->valuedouble;
        if (fabs(out[k]) > SPK_POSITION_MAX)
            return spk_json_fail(doc, item, err, "%.10g is out of range (%.10g to %.10g)", out[k],
                                 -SPK_POSITION_MAX, SPK_POSITION_MAX);
    }
    return 0;
}

/* "extent" and "center" of `object`, of so many numbers as position->dims. */
static int read_extent(const spk_json *doc, const cJSON *object, spk_position *position,
                       spk_error *err)
{
    const cJSON *extent = spk_json_member(object, "extent");
    const cJSON *center = spk_json_member(object, "center");
    if (extent && spk_read_point(doc, extent, position->dims, position->extent, err)) return -1;
    for (uint32_t k = 0; extent && k < position->dims; k++)
        if (!(position->extent[k] >= SPK_EXTENT_MIN))
            return spk_json_fail(doc, cJSON_GetArrayItem(extent, (int)k), err,
                                 "an extent is %g or more", SPK_EXTENT_MIN);
    return center ? spk_read_point(doc, center, position->dims, position->center, err) : 0;
}

/* ---- grid ------------------------------------------------------------------------------------ */

void spk_position_of_shape(spk_population *pop)
{
    if (pop->dims != 2 && pop->dims != 3) return;
    pop->position = (spk_position){
        .kind = SPK_POSITION_GRID, .dims = pop->dims, .extent = {1, 1, pop->dims == 3 ? 1 : 0}};
}

bool spk_position_is_shape(const spk_population *pop)
{
    const spk_position *p = &pop->position;
    bool usual = !p->periodic;
    for (uint32_t k = 0; k < p->dims; k++)
        usual = usual && !(p->extent[k] < 1) && !(p->extent[k] > 1) && !(fabs(p->center[k]) > 0);
    return p->kind == SPK_POSITION_NONE || (p->kind == SPK_POSITION_GRID && usual);
}

static int load_grid(const spk_json *doc, const cJSON *object, spk_population *pop, spk_error *err)
{
    static const char *const known[] = {"grid", "extent", "center", "periodic", NULL};
    if (spk_json_check_keys(doc, object, known, err) ||
        spk_read_dims(doc, spk_json_member(object, "grid"), pop, err))
        return -1;
    spk_position_of_shape(pop);
    for (const char *const *key = known + 1; *key && pop->position.dims == 0; key++)
        if (spk_json_member(object, *key))
            return spk_json_fail(doc, spk_json_member(object, *key), err,
                                 "only a grid of two or three numbers has positions");
    return read_extent(doc, object, &pop->position, err);
}

/* ---- uniform --------------------------------------------------------------------------------- */

static int load_uniform(const spk_json *doc, const cJSON *object, spk_population *pop,
                        spk_error *err)
{
    static const char *const known[] = {"uniform", "periodic", NULL};
    static const char *const inner[] = {"extent", "center", NULL};
    const cJSON *uniform = NULL, *extent;
    if (spk_json_check_keys(doc, object, known, err) ||
        spk_json_object(doc, object, "uniform", true, &uniform, err) ||
        spk_json_check_keys(doc, uniform, inner, err))
        return -1;
    extent = spk_json_member(uniform, "extent");
    if (!extent) return spk_json_fail(doc, uniform, err, "\"extent\" is missing");
    int n = cJSON_IsArray(extent) ? cJSON_GetArraySize(extent) : 0;
    if (n != 2 && n != 3)
        return spk_json_fail(doc, extent, err, "2 or 3 numbers are expected: [x, y]");
    if (pop->size == 0) return spk_json_fail(doc, object, err, "\"size\" is missing");
    pop->position = (spk_position){.kind = SPK_POSITION_UNIFORM, .dims = (uint32_t)n};
    return read_extent(doc, uniform, &pop->position, err);
}

/* ---- list ------------------------------------------------------------------------------------ */

static int check_size(const spk_json *doc, const cJSON *node, spk_population *pop, size_t n,
                      spk_error *err)
{
    if (n == 0 || n > SPK_SIZE_MAX)
        return spk_json_fail(doc, node, err, "1 to %u points are expected", SPK_SIZE_MAX);
    if (pop->size && pop->size != n)
        return spk_json_fail(doc, node, err, "%zu points, but \"size\" says %u", n, pop->size);
    pop->size = (uint32_t)n;
    return 0;
}

static int read_points(const spk_json *doc, const cJSON *list, spk_population *pop, spk_error *err)
{
    spk_position *p = &pop->position;
    if (!cJSON_IsArray(list)) return spk_json_fail(doc, list, err, "a list of points is expected");
    if (check_size(doc, list, pop, (size_t)cJSON_GetArraySize(list), err)) return -1;
    p->dims = cJSON_GetArraySize(list->child) == 3 ? 3 : 2;
    p->at = spk_alloc((size_t)pop->size * p->dims, sizeof *p->at, "positions", err);
    if (!p->at) return -1;
    double *at = p->at, point[3];
    for (const cJSON *item = list->child; item; item = item->next, at += p->dims) {
        if (spk_read_point(doc, item, p->dims, point, err)) return -1;
        memcpy(at, point, p->dims * sizeof *at);
    }
    return 0;
}

static int read_columns(const spk_json *doc, const cJSON *object, spk_position *p, spk_error *err)
{
    const cJSON *columns = spk_json_member(object, "columns");
    int n = cJSON_IsArray(columns) ? cJSON_GetArraySize(columns) : 0;
    if (n != 2 && n != 3)
        return spk_json_fail(doc, columns ? columns : object, err,
                             "\"columns\" must name 2 or 3: [\"x\", \"y\"]");
    p->dims = (uint32_t)n;
    for (int k = 0; k < n; k++) {
        const cJSON *item = cJSON_GetArrayItem(columns, k);
        if (!cJSON_IsString(item))
            return spk_json_fail(doc, item, err, "the name of a column is expected");
        p->column[k] = spk_strdup(item->valuestring, err);
        if (!p->column[k]) return -1;
    }
    return 0;
}

/* A table does not say how many units there are: "size" does. */
static int read_table(const spk_json *doc, const cJSON *object, const spk_network *net,
                      spk_population *pop, spk_error *err)
{
    spk_position *p = &pop->position;
    const char *file = NULL;
    if (spk_json_string(doc, object, "file", true, &file, err) ||
        read_columns(doc, object, p, err) || !(p->file = spk_strdup(file, err)))
        return -1;
    if (pop->size == 0) return spk_json_fail(doc, object, err, "\"size\" is missing");
    p->at = spk_alloc((size_t)pop->size * p->dims, sizeof *p->at, "positions", err);
    uint64_t *line = NULL;
    if (!p->at || spk_columns_units(doc, spk_json_member(object, "file"), net, pop, file, p->dims,
                                    (const char *const *)p->column, p->at, &line, err))
        return -1;
    int status = 0;
    for (size_t i = 0; status == 0 && i < (size_t)pop->size * p->dims; i++)
        if (fabs(p->at[i]) > SPK_POSITION_MAX)
            status = spk_fail(err, SPK_USAGE, "%s%s:%llu: %.10g is out of range (%.10g to %.10g)",
                              file[0] == '/' ? "" : net->folder, file,
                              (unsigned long long)line[i / p->dims], p->at[i], -SPK_POSITION_MAX,
                              SPK_POSITION_MAX);
    free(line);
    return status;
}

static int load_list(const spk_json *doc, const cJSON *object, const spk_network *net,
                     spk_population *pop, spk_error *err)
{
    static const char *const in_place[] = {"list", "extent", "periodic", NULL};
    static const char *const in_file[] = {"file", "columns", "digest", "extent", "periodic", NULL};
    const cJSON *list = spk_json_member(object, "list");
    spk_position *p = &pop->position;
    char expected[33];
    p->kind = SPK_POSITION_LIST;
    if (spk_json_check_keys(doc, object, list ? in_place : in_file, err) ||
        spk_read_digest(doc, object, expected, err) ||
        (list ? read_points(doc, list, pop, err) : read_table(doc, object, net, pop, err)))
        return -1;
    spk_digest_bytes(p->at, (size_t)pop->size * p->dims * sizeof *p->at, p->digest);
    return read_extent(doc, object, p, err) ||
                   spk_check_digest(doc, object, p->file, expected, p->digest, err)
               ? -1
               : 0;
}

/* ---- interface ------------------------------------------------------------------------------- */

int spk_load_position(const spk_json *doc, const cJSON *object, const spk_network *net,
                      spk_population *pop, spk_error *err)
{
    static const char *const kinds[] = {"grid",   "uniform", "list",     "file",   "columns",
                                        "digest", "extent",  "periodic", "center", NULL};
    spk_position *p = &pop->position;
    int status;
    if (spk_json_member(object, "grid")) {
        status = load_grid(doc, object, pop, err);
    } else if (spk_json_member(object, "uniform")) {
        status = load_uniform(doc, object, pop, err);
    } else if (spk_is_list(object)) {
        status = load_list(doc, object, net, pop, err);
    } else {
        status = spk_json_check_keys(doc, object, kinds, err);
        if (status == 0)
            status = spk_json_fail(doc, object, err,
                                   "\"grid\", \"uniform\", \"list\" or \"file\" is missing");
    }
    if (status || spk_json_bool(doc, object, "periodic", false, &p->periodic, err)) return -1;
    if (p->periodic && !(p->extent[0] > 0))
        return spk_json_fail(doc, spk_json_member(object, "periodic"), err,
                             "what is periodic needs an \"extent\"");
    return 0;
}

/* ---- distances ------------------------------------------------------------------------------- */

static void bounds(const spk_population *pop, uint32_t k, double *least, double *most)
{
    const spk_position *p = &pop->position;
    *least = p->center[k] - p->extent[k] / 2;
    *most = p->center[k] + p->extent[k] / 2;
    if (p->kind != SPK_POSITION_LIST) return;
    *least = *most = p->at[k];
    for (size_t i = 1; i < pop->size; i++) {
        *least = fmin(*least, p->at[i * p->dims + k]);
        *most = fmax(*most, p->at[i * p->dims + k]);
    }
}

static bool same_extent(const spk_position *a, const spk_position *b)
{
    for (uint32_t k = 0; k < a->dims; k++)
        if (a->extent[k] < b->extent[k] || a->extent[k] > b->extent[k]) return false;
    return true;
}

double spk_position_reach(const spk_population *source, const spk_population *target,
                          const char **why)
{
    const spk_position *a = &source->position, *b = &target->position;
    *why = NULL;
    if (a->kind == SPK_POSITION_NONE || b->kind == SPK_POSITION_NONE)
        *why = "there is no distance: source and target need a \"position\" each";
    else if (a->dims != b->dims)
        *why = "there is no distance: one position has two dimensions, the other three";
    else if (a->periodic != b->periodic || (a->periodic && !same_extent(a, b)))
        *why = "source and target must both be periodic, with the same extent, or neither";
    if (*why) return -1;
    double sum = 0;
    for (uint32_t k = 0; k < a->dims; k++) {
        double a0, a1, b0, b1;
        bounds(source, k, &a0, &a1);
        bounds(target, k, &b0, &b1);
        double d = a->periodic ? a->extent[k] / 2 : fmax(fabs(a1 - b0), fabs(b1 - a0));
        sum += d * d;
    }
    return sqrt(sum) * (1 + 1e-9); /* no rounding takes a distance beyond it */
}
