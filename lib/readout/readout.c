/* readout.c: see readout.h. Arrays are written as f32 state of the population: classes are small
 * whole numbers, exact in f32, and proportions need no more. */
#include "readout/readout.h"

#include "base/memory.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ASSIGNMENT_ID = 1, PROPORTION_ID = 2 };

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

int spk_readout_init(spk_readout *readout, const char *method, const char *population,
                     uint32_t units, uint32_t classes, bool with_proportion, spk_error *err)
{
    memset(readout, 0, sizeof *readout);
    readout->units = units;
    readout->classes = classes;
    readout->method = spk_strdup(method, err);
    if (!readout->method) return -1;
    readout->population = spk_strdup(population, err);
    if (!readout->population) return -1;
    readout->assignment = spk_alloc(units, sizeof(float), "a readout", err);
    if (!readout->assignment) return -1;
    if (with_proportion)
        readout->proportion = spk_alloc((size_t)units * classes, sizeof(float), "a readout", err);
    return with_proportion && !readout->proportion ? -1 : 0;
}

void spk_readout_free(spk_readout *readout)
{
    free(readout->method);
    free(readout->population);
    free(readout->assignment);
    free(readout->proportion);
    memset(readout, 0, sizeof *readout);
}

static int add_meta(const spk_readout *readout, spk_header *header, spk_error *err)
{
    if (!header->meta) header->meta = cJSON_CreateObject();
    cJSON *meta = cJSON_AddObjectToObject(header->meta, "readout");
    if (!meta || !cJSON_AddStringToObject(meta, "method", readout->method) ||
        !cJSON_AddStringToObject(meta, "population", readout->population) ||
        !cJSON_AddNumberToObject(meta, "units", readout->units) ||
        !cJSON_AddNumberToObject(meta, "samples", (double)readout->samples))
        return spk_fail(err, SPK_LIMIT, "out of memory for the header");
    return 0;
}

int spk_readout_header(const spk_readout *readout, spk_rational tick, spk_header *header,
                       spk_error *err)
{
    header->tick = tick;
    header->classes = readout->classes;
    if (!spk_header_add_array(header, SPK_ARRAY_STATE, readout->population, "assignment", "",
                              SPK_F32, 1, readout->units, err))
        return -1;
    if (readout->proportion &&
        !spk_header_add_array(header, SPK_ARRAY_STATE, readout->population, "proportion", "",
                              SPK_F32, readout->units, readout->classes, err))
        return -1;
    return add_meta(readout, header, err);
}

int spk_readout_write(const spk_readout *readout, spk_writer *writer, spk_error *err)
{
    const spk_snapshot snapshot = {.samples = readout->samples};
    if (spk_writer_snapshot(writer, &snapshot, err)) return -1;
    if (spk_writer_dense(writer, ASSIGNMENT_ID, 0, 1, readout->assignment, err)) return -1;
    if (!readout->proportion) return 0;
    return spk_writer_dense(writer, PROPORTION_ID, 0, readout->units, readout->proportion, err);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

static const spk_array *find_array(const spk_header *header, const char *variable, uint64_t rows,
                                   uint64_t cols)
{
    for (size_t i = 0; i < header->arrays; i++) {
        const spk_array *array = &header->array[i];
        if (array->type == SPK_ARRAY_STATE && !strcmp(array->variable, variable) &&
            array->rows == rows && array->cols == cols && array->dtype == SPK_F32 && !array->sparse)
            return array;
    }
    return NULL;
}

/* The header's facts into an initialised readout; *array the ids of its arrays (0: none). */
static int read_header(spk_readout *readout, const spk_header *header, const char *name,
                       uint32_t array[2], spk_error *err)
{
    const cJSON *meta = cJSON_GetObjectItemCaseSensitive(header->meta, "readout");
    const char *method = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(meta, "method"));
    const char *population =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(meta, "population"));
    const double units = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(meta, "units"));
    const double samples = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(meta, "samples"));
    if (!method || !population || !(units >= 1 && units <= UINT32_MAX) || !(samples >= 0) ||
        header->classes == 0)
        return spk_fail(err, SPK_DATA, "%s: not a readout; spk-train-readout writes one", name);
    const uint32_t n = (uint32_t)units;
    const bool with_proportion = !strcmp(method, "proportion");
    const spk_array *assignment = find_array(header, "assignment", 1, n);
    const spk_array *proportion =
        with_proportion ? find_array(header, "proportion", n, header->classes) : NULL;
    if (!assignment || (with_proportion && !proportion))
        return spk_fail(err, SPK_DATA, "%s: a %s readout without its %s array", name, method,
                        assignment ? "proportion" : "assignment");
    array[0] = assignment->id;
    array[1] = proportion ? proportion->id : 0;
    if (spk_readout_check_size(n, header->classes, sizeof(float), UINT64_MAX, err))
        return spk_error_prefix(err, "%s", name);
    if (spk_readout_init(readout, method, population, n, header->classes, with_proportion, err))
        return -1;
    readout->samples = (uint64_t)fmin(samples, 0x1p53);
    return 0;
}

/* Every value in its range; a reader of the readout may then index with it. */
static int check_values(const spk_readout *readout, const char *name, spk_error *err)
{
    for (uint32_t u = 0; u < readout->units; u++) {
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

int spk_readout_read(spk_readout *readout, spk_reader *reader, spk_error *err)
{
    const char *name = spk_reader_name(reader);
    uint32_t array[2] = {0, 0};
    memset(readout, 0, sizeof *readout);
    if (read_header(readout, spk_reader_header(reader), name, array, err)) return -1;
    spk_item item;
    int more;
    while ((more = spk_reader_next(reader, &item, err)) > 0) {
        if (item.kind != SPK_KIND_WEIGHTS_DENSE) continue;
        const spk_rows_of *rows = &item.rows;
        float *to = item.id == array[0]   ? readout->assignment
                    : item.id == array[1] ? readout->proportion
                                          : NULL;
        if (to)
            memcpy(to + rows->row0 * rows->array->cols, rows->value,
                   (size_t)(rows->rows * rows->array->cols) * sizeof(float));
    }
    if (more < 0) return -1;
    if (spk_reader_truncated(reader))
        return spk_fail(err, SPK_DATA, "%s: a truncated readout, which cannot be used", name);
    return check_values(readout, name, err);
}
