/* weights_read.c: see weights_read.h. A stream has one or more snapshots of every array; each
 * overwrites the one before, so the last (or the chosen one) remains. */
#include "weights_read.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "stream/values.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CELLS = 1 << 28 };

/* Is the array called `wanted`, with or without its variable? */
static bool is_called(const spk_array *array, const char *wanted)
{
    const size_t n = strlen(array->owner);
    if (strncmp(wanted, array->owner, n) != 0) return false;
    return !wanted[n] || (wanted[n] == '.' && !strcmp(wanted + n + 1, array->variable));
}

const spk_array *weights_choose(const spk_header *header, const char *wanted, const char *name,
                                spk_error *err)
{
    const spk_array *chosen = NULL;
    char names[512] = "";
    size_t found = 0;
    for (size_t i = 0; i < header->arrays; i++) {
        const spk_array *array = &header->array[i];
        if (array->type != SPK_ARRAY_WEIGHTS) continue;
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s.%s", used ? ", " : "", array->owner,
                 array->variable);
        if (wanted && !is_called(array, wanted)) continue;
        chosen = array;
        found++;
    }
    if (!*names)
        spk_fail(err, SPK_DATA, "%s: no weights in this stream", name);
    else if (found == 0)
        spk_fail(err, SPK_USAGE, "--array %s: %s has %s", wanted, name, names);
    else if (found > 1)
        spk_fail(err, SPK_USAGE, "%s has the weights %s; choose with --array", name, names);
    return found == 1 ? chosen : NULL;
}

/* Rows are sources: spread each over the targets. */
static void take_rows(float *to, uint64_t sources, uint32_t targets, const spk_rows_of *rows)
{
    const spk_array *array = rows->array;
    for (uint64_t r = 0; r < rows->rows; r++) {
        const uint64_t source = rows->row0 + r;
        if (array->sparse) {
            for (uint64_t k = rows->row_ptr[r]; k < rows->row_ptr[r + 1]; k++)
                if (rows->col[k] < targets)
                    to[rows->col[k] * sources + source] +=
                        (float)spk_value_at(array->dtype, rows->value, k);
        } else {
            for (uint32_t target = 0; target < targets; target++)
                to[target * sources + source] =
                    (float)spk_value_at(array->dtype, rows->value, r * array->cols + target);
        }
    }
}

static int read_all(spk_reader *in, const spk_array *array, const weight_choice *choice, float *to,
                    uint32_t targets, uint64_t *samples, spk_error *err)
{
    spk_item item;
    int more;
    uint64_t snapshots = 0;
    bool wanted = !choice->snapshot, seen = false;
    while ((more = spk_reader_next(in, &item, err)) > 0) {
        if (item.kind == SPK_KIND_SNAPSHOT) {
            snapshots++;
            wanted = !choice->snapshot || snapshots == choice->snapshot;
            if (!wanted) continue;
            *samples = item.snapshot.samples;
            memset(to, 0, array->rows * targets * sizeof *to);
        } else if ((item.kind == SPK_KIND_WEIGHTS_DENSE || item.kind == SPK_KIND_WEIGHTS_SPARSE) &&
                   item.id == array->id && wanted) {
            take_rows(to, array->rows, targets, &item.rows);
            seen = true;
        }
    }
    if (more < 0) return -1;
    if (!seen && choice->snapshot)
        return spk_fail(err, SPK_USAGE, "--snapshot %" PRIu64 ": %s holds %" PRIu64 " snapshots",
                        choice->snapshot, spk_reader_name(in), snapshots);
    if (!seen)
        return spk_fail(err, SPK_DATA, "%s: %s has no values", spk_reader_name(in), array->owner);
    return 0;
}

float *weights_read(spk_reader *in, const spk_array *array, const weight_choice *choice,
                    uint32_t *targets, uint64_t *samples, spk_error *err)
{
    const uint64_t take =
        choice->limit && choice->limit < array->cols ? choice->limit : array->cols;
    if (array->rows == 0 || take == 0 || array->rows > MAX_CELLS ||
        take > MAX_CELLS / array->rows) {
        spk_fail(err, SPK_LIMIT, "%s: %s: %" PRIu64 " x %" PRIu64 " weights cannot be drawn",
                 spk_reader_name(in), array->owner, array->rows, take);
        return NULL;
    }
    *targets = (uint32_t)take;
    float *value = spk_alloc(array->rows * take, sizeof *value, "the weights", err);
    if (value && read_all(in, array, choice, value, *targets, samples, err)) {
        free(value);
        return NULL;
    }
    return value;
}
