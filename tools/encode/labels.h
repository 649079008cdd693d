/* labels.h: labels that come in a file of their own (--labels): a one-dimensional IDX file. */
#ifndef ENCODE_LABELS_H
#define ENCODE_LABELS_H

#include "dataset.h"

typedef struct labels labels;

/* `path` is borrowed. */
labels *labels_open(const char *path, spk_error *err) SPK_NODISCARD;
void labels_close(labels *l);
uint64_t labels_count(const labels *l);
const char *labels_name(const labels *l);

/* As dataset_next, dataset_rewind, dataset_load and dataset_at. */
int labels_next(labels *l, int32_t *label, spk_error *err) SPK_NODISCARD;
int labels_rewind(labels *l, spk_error *err) SPK_NODISCARD;
int labels_load(labels *l, uint64_t most, spk_error *err) SPK_NODISCARD;
int labels_at(labels *l, uint64_t index, int32_t *label, spk_error *err) SPK_NODISCARD;
bool labels_are_rewindable(const labels *l);

#endif
