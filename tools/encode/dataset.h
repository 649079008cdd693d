/* dataset.h: the samples of all files, one after another, as often as wanted, or by their index.
 *
 * In file order one sample is in memory at a time. By index (dataset_load) an uncompressed IDX file
 * is read where the sample is; everything else is first taken into memory, which has a cap. */
#ifndef ENCODE_DATASET_H
#define ENCODE_DATASET_H

#include "input.h"

typedef struct dataset dataset;

/* `path` ("-": stdin) and `options` are borrowed. Opens the first file; all others must be like it. */
dataset *dataset_open(size_t n, const char *const *path, const input_options *options,
                      spk_error *err) SPK_NODISCARD;
void dataset_close(dataset *d);

const input_format *dataset_format(const dataset *d);
const char *dataset_name(const dataset *d); /* of the file at hand */
/* Samples, or UINT64_MAX while that is not known: before the end of what is not one IDX file. */
uint64_t dataset_count(const dataset *d);

/* 1: the next sample in file order, as input_next; 0: the end; -1: error. */
int dataset_next(dataset *d, double *value, int32_t *label, spk_error *err) SPK_NODISCARD;
/* Can all be read once more? Not what comes through a pipe. */
bool dataset_is_rewindable(const dataset *d);
int dataset_rewind(dataset *d, spk_error *err) SPK_NODISCARD;

/* Make dataset_at() ready; SPK_LIMIT when it would take more than `most` bytes of memory. */
int dataset_load(dataset *d, uint64_t most, spk_error *err) SPK_NODISCARD;
int dataset_at(dataset *d, uint64_t index, double *value, int32_t *label,
               spk_error *err) SPK_NODISCARD;

#endif
