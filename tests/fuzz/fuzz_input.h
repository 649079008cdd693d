/* fuzz_input.h: any bytes as a file of samples for spk-encode.
 *
 * What a reader accepts must keep its promises: values are finite and 0 or more, labels are numbers,
 * as many samples as the head says, and the same ones whether they are read, passed over, or (IDX)
 * fetched by index. */
#ifndef SPK_TESTS_FUZZ_INPUT_H
#define SPK_TESTS_FUZZ_INPUT_H

#define _GNU_SOURCE /* memfd_create */
#include "../../tools/encode/input.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_VALUES = 1 << 16 }; /* larger samples only make the fuzzer slow */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(int kept, const char *what)
{
    if (kept) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static int file_of(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", 0);
    promise(fd >= 0 && write(fd, data, size) == (ssize_t)size, "a file in memory");
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void check_sample(const input *in, const double *value, int32_t label)
{
    for (uint32_t i = 0; i < in->format.size; i++)
        promise(value[i] >= 0 && isfinite(value[i]), "a value is 0 or more");
    promise(in->format.labelled ? label >= 0 : label == INPUT_NO_LABEL, "a label when labelled");
    for (uint32_t i = 0; i < in->format.size && in->format.bytes; i++)
        promise(value[i] <= 255 && floor(value[i]) == value[i], "bytes are bytes");
}

static void check_by_index(input *in, uint64_t index, const double *want, double *got)
{
    spk_error err = {0};
    if (!input_has_places(in)) return;
    promise(input_at(in, index, got, &err) == 0, "what was read can be fetched");
    promise(memcmp(got, want, in->format.size * sizeof *got) == 0, "and is the same");
}

/* Read all samples; how many, or -1 - how many when reading failed. */
static int64_t read_all(input *in, int by_passing)
{
    spk_error err = {0};
    double *value = malloc(2 * in->format.size * sizeof *value);
    int32_t label;
    int64_t n = 0;
    int more;
    while ((more = input_next(in, by_passing ? NULL : value, &label, &err)) > 0) {
        if (!by_passing) check_sample(in, value, label);
        if (!by_passing) check_by_index(in, (uint64_t)n, value, value + in->format.size);
        n++;
    }
    free(value);
    promise(more == 0 || (err.code != SPK_OK && err.text[0]), "a refusal has its reason");
    promise(more || in->format.count == UINT64_MAX || (uint64_t)n == in->format.count,
            "as many samples as the head says");
    return more ? -1 - n : n;
}

static int64_t open_and_read(const uint8_t *data, size_t size, const input_options *options,
                             int by_passing)
{
    spk_error err = {0};
    input in;
    int64_t n = 0;
    int fd = file_of(data, size);
    if (input_open(&in, fd, "fuzz", options, &err))
        promise(err.code != SPK_OK && err.text[0], "a refusal has its reason");
    else if (in.format.size <= MOST_VALUES)
        n = read_all(&in, by_passing);
    input_close(&in);
    close(fd);
    return n;
}

static int fuzz_input(const uint8_t *data, size_t size, const input_options *options)
{
    int64_t n = open_and_read(data, size, options, 0);
    if (n >= 0) promise(open_and_read(data, size, options, 1) == n, "passing over counts alike");
    return 0;
}

#endif
