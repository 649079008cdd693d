/* fuzz_foreign.h: any bytes as a recording in one format.
 *
 * The first byte chooses options, the others are the file. What a reader accepts must keep its promises: units
 * inside the shape, times no later than allowed; and where times ascend, what the format's writer makes of the
 * events is read again as the same events. */
#ifndef SPK_TESTS_FUZZ_FOREIGN_H
#define SPK_TESTS_FUZZ_FOREIGN_H

#define _GNU_SOURCE /* memfd_create */
#include "foreign/foreign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_EVENTS = 1 << 16 };

typedef struct recording {
    size_t n;
    bool ascend;
    uint64_t time[MOST_EVENTS];
    uint32_t unit[MOST_EVENTS];
} recording;

static recording first, second;

static void promise(int kept, const char *what)
{
    if (kept) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void keep(recording *r, const spk_foreign *in, uint64_t newest)
{
    promise(in->n > 0 && in->n <= SPK_FOREIGN_BATCH, "a batch has events, and no more than fit");
    for (size_t i = 0; i < in->n; i++) {
        promise(in->unit[i] < in->head.size, "a unit is inside the shape");
        promise(in->time[i] >= newest || newest - in->time[i] <= in->options.late,
                "no event is later than allowed");
        r->ascend &= in->time[i] >= newest;
        if (in->time[i] > newest) newest = in->time[i];
        if (r->n == MOST_EVENTS) continue;
        r->time[r->n] = in->time[i];
        r->unit[r->n++] = in->unit[i];
    }
    promise(newest == in->newest, "the newest time is known");
}

/* Read all of `fd`; false when it was refused. *head is what was said of it. */
static bool read_recording(int fd, const spk_foreign_options *options, recording *r,
                           spk_foreign_head *head)
{
    spk_error err = {0};
    int more = -1;
    r->n = 0;
    r->ascend = true;
    lseek(fd, 0, SEEK_SET);
    spk_foreign *in = spk_foreign_open(fd, "fuzz", options, &err);
    uint64_t newest = 0;
    if (in) {
        *head = in->head;
        promise(head->size > 0 && head->dims > 0 && head->dims <= 4, "there is a shape");
        while ((more = spk_foreign_next(in, &err)) > 0) {
            keep(r, in, newest);
            newest = in->newest;
        }
    }
    spk_foreign_close(in);
    promise(more == 0 || (err.code != SPK_OK && err.text[0]), "a refusal has its reason");
    return more == 0;
}

/* Write `first` as a file of this format and read it into `second`. */
static void write_and_read(const char *format, const spk_foreign_head *head,
                           const spk_foreign_options *options)
{
    spk_error err = {0};
    spk_foreign_out out;
    spk_foreign_head again = {0};
    const int fd = memfd_create("again", 0);
    FILE *file = fdopen(dup(fd), "wb");
    promise(file != NULL, "a file in memory");
    const bool written = spk_foreign_create(&out, format, head, file, "again", &err) == 0 &&
                         spk_foreign_put(&out, first.n, first.time, first.unit, &err) == 0;
    fclose(file);
    promise(written || (err.code != SPK_OK && err.text[0]), "a refusal has its reason");
    if (written) {
        promise(read_recording(fd, options, &second, &again), "what was written can be read");
        promise(second.n == first.n, "and has as many events");
        promise(memcmp(first.time, second.time, first.n * sizeof *first.time) == 0,
                "at the same times");
        promise(memcmp(first.unit, second.unit, first.n * sizeof *first.unit) == 0,
                "of the same units");
    }
    close(fd);
}

static int fuzz_foreign(const char *format, const char *sensor, const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    spk_foreign_options options = {.format = data[0] & 1 ? NULL : format,
                                   .sensor = data[0] & 2 ? sensor : NULL,
                                   .late = data[0] & 4 ? 1000 : 0,
                                   .allow_truncated = data[0] & 8};
    if (data[0] & 16) {
        options.dims = 3;
        memcpy(options.shape, (uint32_t[4]){2, 2048, 2048}, sizeof options.shape);
    }
    spk_foreign_head head = {0};
    const int fd = memfd_create("fuzz", 0);
    promise(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)(size - 1), "a file in memory");
    if (read_recording(fd, &options, &first, &head) && first.ascend && first.n < MOST_EVENTS &&
        head.dims == 3) {
        options.format = format;
        options.dims = 3;
        memcpy(options.shape, head.shape, sizeof options.shape);
        write_and_read(format, &head, &options);
    }
    close(fd);
    return 0;
}

#endif
