/* labels.c: a data set of one number a sample, taken as labels. */
#include "labels.h"

#include "base/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

struct labels {
    const char *path;
    dataset *data;
    uint64_t index; /* of the next label */
};

labels *labels_open(const char *path, spk_error *err)
{
    labels *l = spk_alloc(1, sizeof *l, "labels", err);
    if (!l) return NULL;
    l->path = path;
    l->data = dataset_open(1, &l->path, &(input_options){0}, err);
    if (l->data && dataset_format(l->data)->list) return l;
    if (l->data)
        spk_fail(err, SPK_DATA, "%s: not a file of labels, which is IDX of one dimension",
                 dataset_name(l->data));
    labels_close(l);
    return NULL;
}

void labels_close(labels *l)
{
    if (!l) return;
    dataset_close(l->data);
    free(l);
}

uint64_t labels_count(const labels *l)
{
    return dataset_format(l->data)->count;
}

const char *labels_name(const labels *l)
{
    return dataset_name(l->data);
}

static int convert(const labels *l, uint64_t index, double value, int32_t *label, spk_error *err)
{
    if (value > INT32_MAX || floor(value) != value)
        return spk_fail(err, SPK_DATA, "%s: label %" PRIu64 " is %g: must be a whole number from 0",
                        labels_name(l), index, value);
    *label = (int32_t)value;
    return 0;
}

int labels_next(labels *l, int32_t *label, spk_error *err)
{
    double value;
    int32_t none;
    int more = dataset_next(l->data, &value, &none, err);
    if (more <= 0) return more;
    return convert(l, l->index++, value, label, err) ? -1 : 1;
}

int labels_rewind(labels *l, spk_error *err)
{
    l->index = 0;
    return dataset_rewind(l->data, err);
}

int labels_load(labels *l, uint64_t most, spk_error *err)
{
    return dataset_load(l->data, most, err);
}

int labels_at(labels *l, uint64_t index, int32_t *label, spk_error *err)
{
    double value;
    int32_t none;
    if (dataset_at(l->data, index, &value, &none, err)) return -1;
    return convert(l, index, value, label, err);
}

bool labels_are_rewindable(const labels *l)
{
    return dataset_is_rewindable(l->data);
}
