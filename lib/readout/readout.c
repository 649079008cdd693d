/* readout.c: see readout.h. An assignment is written as f32 state of the population: classes are
 * small whole numbers, exact in f32, and proportions need no more. What a linear readout has learned
 * is written as f64, so that decoding gives the scores that training saw. */
#include "readout/readout.h"

#include "base/memory.h"
#include "linalg/product.h"
#include "math/math.h"

#include <cjson/cJSON.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the linear readouts; the others, which came first, do not write theirs. */
enum { LINEAR_VERSION = 2 };

bool spk_readout_is_linear(const char *method)
{
    return !strcmp(method, "softmax") || !strcmp(method, "ridge") || !strcmp(method, "logistic");
}

int spk_readout_check_size(uint32_t units, uint32_t classes, size_t bytes_a_cell, uint64_t memory,
                           spk_error *err)
{
    const uint64_t cells = (uint64_t)units * classes;
    if (classes > SPK_READOUT_MAX_CLASSES)
        return spk_fail(err, SPK_LIMIT, "%u classes: a readout has at most %d", classes,
                        (int)SPK_READOUT_MAX_CLASSES);
    if (cells > SPK_READOUT_MAX_CELLS)
        return spk_fail(err, SPK_LIMIT, "%u units x %u classes: a readout has at most %d cells",
                        units, classes, (int)SPK_READOUT_MAX_CELLS);
    if (cells * bytes_a_cell > memory)
        return spk_fail(err, SPK_LIMIT, "%u units x %u classes need %llu bytes: over --max-memory",
                        units, classes, (unsigned long long)(cells * bytes_a_cell));
    return 0;
}

/* Everything but the arrays. */
static int describe(spk_readout *readout, const char *method, const char *population,
                    uint32_t units, uint32_t classes, spk_error *err)
{
    memset(readout, 0, sizeof *readout);
    readout->units = units;
    readout->classes = classes;
    readout->method = spk_strdup(method, err);
    if (!readout->method) return -1;
    readout->population = spk_strdup(population, err);
    return readout->population ? 0 : -1;
}

static int describe_linear(spk_readout *readout, uint32_t windows, spk_scale scale, spk_error *err)
{
    readout->windows = windows;
    readout->scale = scale;
    readout->features = (size_t)readout->units * windows;
    readout->stride = spk_padded(readout->classes);
    if (readout->features * readout->stride > SPK_READOUT_MAX_CELLS)
        return spk_fail(err, SPK_LIMIT,
                        "%u units x %u windows x %u classes: a readout has at most %d cells",
                        readout->units, windows, readout->classes, (int)SPK_READOUT_MAX_CELLS);
    return 0;
}

void spk_readout_free(spk_readout *readout)
{
    free(readout->method);
    free(readout->population);
    free(readout->assignment);
    free(readout->proportion);
    free(readout->weight);
    free(readout->bias);
    free(readout->mean);
    free(readout->deviation);
    memset(readout, 0, sizeof *readout);
}

/* ---- its arrays -------------------------------------------------------------------------------
 */

enum { MOST_ARRAYS = 4 };

/* One array of a readout: rows of `cols` values that lie `stride` apart. */
typedef struct member {
    const char *name;
    spk_dtype dtype;
    uint64_t rows, cols;
    size_t stride;
    void **value; /* where the readout keeps it */
} member;

/* The arrays of a readout that is described, in the order they are written. */
static size_t list_members(const spk_readout *of, member list[MOST_ARRAYS])
{
    spk_readout *r = (spk_readout *)of;
    const member weight = {"weight",   SPK_F64,   r->features,
                           r->classes, r->stride, (void **)&r->weight};
    const member bias = {"bias", SPK_F64, 1, r->classes, r->stride, (void **)&r->bias};
    const member mean = {"mean", SPK_F64, 1, r->features, r->features, (void **)&r->mean};
    const member deviation = {"deviation", SPK_F64,     1,
                              r->features, r->features, (void **)&r->deviation};
    const member assignment = {"assignment", SPK_F32,  1,
                               r->units,     r->units, (void **)&r->assignment};
    const member proportion = {"proportion", SPK_F32,    r->units,
                               r->classes,   r->classes, (void **)&r->proportion};
    size_t n = 0;
    if (r->windows) {
        list[n++] = weight;
        list[n++] = bias;
        if (r->scale == SPK_SCALE_STANDARD) {
            list[n++] = mean;
            list[n++] = deviation;
        }
        return n;
    }
    list[n++] = assignment;
    if (!strcmp(r->method, "proportion")) list[n++] = proportion;
    return n;
}

static int allocate(spk_readout *readout, spk_error *err)
{
    member list[MOST_ARRAYS];
    const size_t n = list_members(readout, list);
    for (size_t i = 0; i < n; i++) {
        *list[i].value = spk_alloc(list[i].rows * list[i].stride, spk_dtype_bytes(list[i].dtype),
                                   "a readout", err);
        if (!*list[i].value) return -1;
    }
    return 0;
}

int spk_readout_init(spk_readout *readout, const char *method, const char *population,
                     uint32_t units, uint32_t classes, spk_error *err)
{
    if (describe(readout, method, population, units, classes, err)) return -1;
    return allocate(readout, err);
}

int spk_readout_init_linear(spk_readout *readout, const char *method, const char *population,
                            uint32_t units, uint32_t classes, uint32_t windows, spk_scale scale,
                            spk_error *err)
{
    if (describe(readout, method, population, units, classes, err) ||
        describe_linear(readout, windows, scale, err))
        return -1;
    return allocate(readout, err);
}

static int add_meta(const spk_readout *readout, spk_header *header, spk_error *err)
{
    if (!header->meta) header->meta = cJSON_CreateObject();
    cJSON *meta = cJSON_AddObjectToObject(header->meta, "readout");
    bool ok = meta && cJSON_AddStringToObject(meta, "method", readout->method) &&
              cJSON_AddStringToObject(meta, "population", readout->population) &&
              cJSON_AddNumberToObject(meta, "units", readout->units) &&
              cJSON_AddNumberToObject(meta, "samples", (double)readout->samples);
    if (ok && readout->windows)
        ok = cJSON_AddNumberToObject(meta, "version", LINEAR_VERSION) &&
             cJSON_AddNumberToObject(meta, "windows", readout->windows) &&
             cJSON_AddStringToObject(meta, "scale", spk_scale_name(readout->scale));
    return ok ? 0 : spk_fail(err, SPK_LIMIT, "out of memory for the header");
}

int spk_readout_header(const spk_readout *readout, spk_rational tick, spk_header *header,
                       spk_error *err)
{
    member list[MOST_ARRAYS];
    const size_t n = list_members(readout, list);
    header->tick = tick;
    header->classes = readout->classes;
    for (size_t i = 0; i < n; i++)
        if (!spk_header_add_array(header, SPK_ARRAY_STATE, readout->population, list[i].name, "",
                                  list[i].dtype, list[i].rows, list[i].cols, err))
            return -1;
    return add_meta(readout, header, err);
}

/* Row by row, without their padding. */
static int write_rows(const member *m, uint32_t id, spk_writer *writer, spk_error *err)
{
    const size_t bytes = m->stride * spk_dtype_bytes(m->dtype);
    for (uint64_t row = 0; row < m->rows; row++)
        if (spk_writer_dense(writer, id, row, 1, (char *)*m->value + row * bytes, err)) return -1;
    return 0;
}

int spk_readout_write(const spk_readout *readout, spk_writer *writer, spk_error *err)
{
    const spk_snapshot snapshot = {.samples = readout->samples};
    member list[MOST_ARRAYS];
    const size_t n = list_members(readout, list);
    if (spk_writer_snapshot(writer, &snapshot, err)) return -1;
    for (size_t i = 0; i < n; i++)
        if (write_rows(&list[i], (uint32_t)i + 1, writer, err)) return -1;
    return 0;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* The id of an array like this member; 0: there is none. */
static uint32_t find_array(const spk_header *header, const member *m)
{
    for (size_t i = 0; i < header->arrays; i++) {
        const spk_array *array = &header->array[i];
        if (array->type == SPK_ARRAY_STATE && !strcmp(array->variable, m->name) &&
            array->rows == m->rows && array->cols == m->cols && array->dtype == m->dtype &&
            !array->sparse)
            return array->id;
    }
    return 0;
}

/* meta.readout, as far as it is there. */
typedef struct facts {
    const char *method, *population, *scale;
    double units, samples, version, windows;
} facts;

static facts read_facts(const spk_header *header)
{
    const cJSON *meta = cJSON_GetObjectItemCaseSensitive(header->meta, "readout");
    facts f = {.version = 1};
    f.method = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(meta, "method"));
    f.population = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(meta, "population"));
    f.units = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(meta, "units"));
    f.samples = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(meta, "samples"));
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(meta, "version");
    if (version) f.version = cJSON_GetNumberValue(version);
    f.windows = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(meta, "windows"));
    f.scale = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(meta, "scale"));
    return f;
}

static int describe_from(spk_readout *readout, const facts *f, uint32_t classes, const char *name,
                         spk_error *err)
{
    if (describe(readout, f->method, f->population, (uint32_t)f->units, classes, err)) return -1;
    if (!spk_readout_is_linear(f->method)) return 0;
    const int scale = f->scale ? spk_scale_named(f->scale) : -1;
    if (scale < 0)
        return spk_fail(err, SPK_DATA, "%s: a readout whose scale is \"%s\"; it must be one of %s",
                        name, f->scale ? f->scale : "", SPK_SCALES);
    if (!(f->windows >= 1 && f->windows <= SPK_READOUT_MAX_WINDOWS &&
          f->windows == floor(f->windows)))
        return spk_fail(err, SPK_DATA, "%s: a readout of %g windows; it must be 1 to %d", name,
                        f->windows, (int)SPK_READOUT_MAX_WINDOWS);
    if (describe_linear(readout, (uint32_t)f->windows, (spk_scale)scale, err))
        return spk_error_prefix(err, "%s", name);
    return 0;
}

/* The header's facts into a readout with empty arrays; `id` their ids. */
static int read_header(spk_readout *readout, const spk_header *header, const char *name,
                       uint32_t id[MOST_ARRAYS], spk_error *err)
{
    const facts f = read_facts(header);
    if (!f.method || !f.population || !(f.units >= 1 && f.units <= UINT32_MAX) ||
        !(f.samples >= 0) || header->classes == 0)
        return spk_fail(err, SPK_DATA, "%s: not a readout; spk-train-readout writes one", name);
    if (!(f.version >= 1 && f.version <= LINEAR_VERSION))
        return spk_fail(err, SPK_DATA, "%s: a readout of version %g; this program reads 1 to %d",
                        name, f.version, LINEAR_VERSION);
    if (spk_readout_check_size((uint32_t)f.units, header->classes, sizeof(float), UINT64_MAX, err))
        return spk_error_prefix(err, "%s", name);
    if (describe_from(readout, &f, header->classes, name, err)) return -1;
    readout->samples = (uint64_t)fmin(f.samples, 0x1p53);
    member list[MOST_ARRAYS];
    const size_t n = list_members(readout, list);
    for (size_t i = 0; i < n; i++)
        if (!(id[i] = find_array(header, &list[i])))
            return spk_fail(err, SPK_DATA, "%s: a %s readout without its %s array", name,
                            readout->method, list[i].name);
    return allocate(readout, err);
}

/* Every value in its range; a reader of the readout may then index with it. */
static int check_assignment(const spk_readout *readout, const char *name, spk_error *err)
{
    for (uint32_t u = 0; readout->assignment && u < readout->units; u++) {
        const float class_ = readout->assignment[u];
        if (!(class_ >= -1 && class_ < (float)readout->classes && class_ == floorf(class_)))
            return spk_fail(err, SPK_DATA,
                            "%s: unit %u is assigned to %g, not to a class 0..%u or -1", name, u,
                            (double)class_, readout->classes - 1);
    }
    const size_t cells = readout->proportion ? (size_t)readout->units * readout->classes : 0;
    for (size_t i = 0; i < cells; i++)
        if (!(readout->proportion[i] >= 0 && readout->proportion[i] <= 1))
            return spk_fail(err, SPK_DATA, "%s: unit %zu, class %zu: proportion %g is outside 0..1",
                            name, i / readout->classes, i % readout->classes,
                            (double)readout->proportion[i]);
    return 0;
}

/* Finite; only a bias may be -inf, and not all of them. */
static int check_linear(const spk_readout *r, const char *name, spk_error *err)
{
    size_t possible = 0;
    for (size_t i = 0; i < r->features * r->stride; i++)
        if (!isfinite(r->weight[i]))
            return spk_fail(err, SPK_DATA, "%s: feature %zu, class %zu: weight %g is not finite",
                            name, i / r->stride, i % r->stride, r->weight[i]);
    for (uint32_t c = 0; c < r->classes; c++) {
        if (isnan(r->bias[c]) || r->bias[c] > DBL_MAX)
            return spk_fail(err, SPK_DATA, "%s: class %u: bias %g is neither finite nor -inf", name,
                            c, r->bias[c]);
        possible += r->bias[c] >= -DBL_MAX;
    }
    if (possible == 0)
        return spk_fail(err, SPK_DATA, "%s: every bias is -inf: no class is possible", name);
    for (size_t i = 0; r->mean && i < r->features; i++)
        if (!isfinite(r->mean[i]) || !(r->deviation[i] >= 0 && r->deviation[i] <= DBL_MAX))
            return spk_fail(err, SPK_DATA, "%s: feature %zu: mean %g, deviation %g", name, i,
                            r->mean[i], r->deviation[i]);
    return 0;
}

static void take_rows(const spk_rows_of *rows, const member *m)
{
    const size_t bytes = spk_dtype_bytes(m->dtype);
    for (uint64_t i = 0; i < rows->rows; i++)
        memcpy((char *)*m->value + (rows->row0 + i) * m->stride * bytes,
               (const char *)rows->value + i * m->cols * bytes, m->cols * bytes);
}

int spk_readout_read(spk_readout *readout, spk_reader *reader, spk_error *err)
{
    const char *name = spk_reader_name(reader);
    uint32_t id[MOST_ARRAYS] = {0};
    memset(readout, 0, sizeof *readout);
    if (read_header(readout, spk_reader_header(reader), name, id, err)) return -1;
    member list[MOST_ARRAYS];
    const size_t n = list_members(readout, list);
    spk_item item;
    int more;
    while ((more = spk_reader_next(reader, &item, err)) > 0) {
        if (item.kind != SPK_KIND_WEIGHTS_DENSE) continue;
        for (size_t i = 0; i < n; i++)
            if (item.id == id[i]) take_rows(&item.rows, &list[i]);
    }
    if (more < 0) return -1;
    if (spk_reader_truncated(reader))
        return spk_fail(err, SPK_DATA, "%s: a truncated readout, which cannot be used", name);
    return readout->weight ? check_linear(readout, name, err)
                           : check_assignment(readout, name, err);
}

/* ---- using a linear one -----------------------------------------------------------------------
 */

void spk_readout_linear(const spk_readout *readout, const double *x, double *score)
{
    memcpy(score, readout->bias, readout->stride * sizeof *score);
    spk_add_product((spk_product_size){1, readout->stride, readout->features},
                    spk_rows(x, readout->features), spk_terms(readout->weight, readout->stride),
                    score, readout->stride, 1);
}

double spk_softmax(uint32_t classes, double *score)
{
    double most = score[0], sum = 0;
    for (uint32_t c = 1; c < classes; c++)
        most = score[c] > most ? score[c] : most;
    for (uint32_t c = 0; c < classes; c++)
        score[c] -= most;
    spk_exp_n(classes, score, score);
    for (uint32_t c = 0; c < classes; c++)
        sum += score[c];
    for (uint32_t c = 0; c < classes; c++)
        score[c] /= sum;
    return most + spk_log(sum);
}
