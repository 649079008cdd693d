/* journal.c: entries of {u32 kind, u32 channel, u64 payload bytes, payload, u64 XXH3-64 of all
 * that}, in this machine's byte order; it is read by the program that wrote it. */
#include "run/journal.h"

#include "base/memory.h"
#include "cli/output.h"
#include "run/weights.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum entry_kind { SNAPSHOT = 1, SAMPLE, PIECE, PROGRESS };

typedef struct entry_head {
    uint32_t kind, channel;
    uint64_t bytes;
} entry_head;

/* A piece's or a sample's fixed part. */
typedef struct piece_head {
    uint64_t n, first; /* first: of a trace, its first row's step */
    uint64_t values;   /* of a trace: rows x size; 0: spikes */
} piece_head;

typedef struct sample_head {
    uint64_t number, begin, duration;
    int32_t label;
    uint32_t attempts;
} sample_head;

struct spk_journal {
    FILE *file;
    char *name;
    unsigned char *payload; /* being put together, or read */
    size_t n, capacity;
};

char *spk_journal_name(const char *path, spk_error *err)
{
    size_t size = strlen(path) + sizeof ".journal";
    char *name = spk_alloc(size, 1, "a name", err);
    if (name) snprintf(name, size, "%s.journal", path);
    return name;
}

static int fail(const spk_journal *j, spk_error *err)
{
    return spk_fail_errno(err, errno, "%s: cannot write", j->name);
}

spk_journal *spk_journal_open(const char *path, uint64_t keep, spk_error *err)
{
    spk_journal *j = spk_alloc(1, sizeof *j, "a journal", err);
    if (!j || !(j->name = spk_journal_name(path, err))) {
        free(j);
        return NULL;
    }
    j->file = fopen(j->name, keep > 0 ? "r+b" : "w+b");
    bool opened = j->file != NULL;
    if (opened && ftruncate(fileno(j->file), (off_t)keep) == 0) return j;
    spk_fail_errno(err, errno, "%s: cannot %s", j->name, opened ? "write" : "open");
    spk_journal_close(j);
    return NULL;
}

void spk_journal_close(spk_journal *j)
{
    if (!j) return;
    if (j->file) fclose(j->file);
    free(j->name);
    free(j->payload);
    free(j);
}

void spk_journal_remove(const char *path)
{
    char *name = spk_journal_name(path, NULL);
    if (name) unlink(name);
    free(name);
}

/* ---- out ------------------------------------------------------------------------------------- */

static int put(spk_journal *j, const void *data, size_t bytes, spk_error *err)
{
    if (spk_grow(&j->payload, &j->capacity, j->n + bytes, 1, "a journal", err)) return -1;
    if (bytes > 0) memcpy(j->payload + j->n, data, bytes);
    j->n += bytes;
    return 0;
}

static uint64_t sum_of(const entry_head *head, const void *payload)
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    XXH3_64bits_update(&state, head, sizeof *head);
    XXH3_64bits_update(&state, payload, head->bytes);
    return XXH3_64bits_digest(&state);
}

/* The payload that was put, as an entry. */
static int append(spk_journal *j, uint32_t kind, uint32_t channel, spk_error *err)
{
    entry_head head = {kind, channel, j->n};
    uint64_t sum = sum_of(&head, j->payload);
    bool written = fwrite(&head, sizeof head, 1, j->file) == 1 &&
                   (j->n == 0 || fwrite(j->payload, j->n, 1, j->file) == 1) &&
                   fwrite(&sum, sizeof sum, 1, j->file) == 1;
    j->n = 0;
    return written ? 0 : fail(j, err);
}

static size_t array_bytes(const spk_engine_array *a)
{
    return a->values * spk_dtype_bytes(a->dtype);
}

/* To the journal of rank 0. */
static int give_arrays(const spk_engine *e, spk_error *err)
{
    int status = 0;
    for (size_t a = 0; status == 0 && a < spk_engine_arrays(e); a++) {
        const spk_engine_array *array = spk_engine_array_at(e, a);
        void *values = spk_alloc(array_bytes(array), 1, "a journal", err);
        status = values ? spk_engine_array_gather(e, a, 0, array->rows, values, err) : -1;
        free(values);
    }
    return status;
}

int spk_journal_snapshot(spk_journal *j, const spk_engine *e, const spk_snapshot *snapshot,
                         spk_error *err)
{
    if (!j) return give_arrays(e, err);
    j->n = 0;
    if (put(j, snapshot, sizeof *snapshot, err)) return -1;
    for (size_t a = 0; a < spk_engine_arrays(e); a++) {
        const spk_engine_array *array = spk_engine_array_at(e, a);
        size_t bytes = array_bytes(array);
        if (spk_grow(&j->payload, &j->capacity, j->n + bytes, 1, "a journal", err)) return -1;
        if (spk_engine_array_gather(e, a, 0, array->rows, j->payload + j->n, err)) return -1;
        j->n += bytes;
    }
    return append(j, SNAPSHOT, 0, err);
}

static int put_sample(spk_journal *j, const spk_sample *s, spk_error *err)
{
    sample_head head = {s->number, s->begin, s->duration, s->label, s->attempts};
    if (put(j, &head, sizeof head, err)) return -1;
    if (s->json && put(j, s->json, strlen(s->json) + 1, err)) return -1;
    return append(j, SAMPLE, 0, err);
}

int spk_journal_tap(void *context, const spk_sample *sample, const spk_piece *piece, spk_error *err)
{
    spk_journal *j = context;
    j->n = 0;
    if (!piece) return put_sample(j, sample, err);
    if (piece->n == 0) {
        if (put(j, piece->step, sizeof *piece->step, err)) return -1;
        return append(j, PROGRESS, 0, err);
    }
    piece_head head = {piece->n, piece->step[0], piece->values};
    if (put(j, &head, sizeof head, err)) return -1;
    int failed = piece->value ? put(j, piece->value, piece->values * sizeof *piece->value, err)
                              : put(j, piece->step, piece->n * sizeof *piece->step, err) ||
                                    put(j, piece->unit, piece->n * sizeof *piece->unit, err);
    return failed ? -1 : append(j, PIECE, (uint32_t)piece->channel, err);
}

int spk_journal_sync(spk_journal *j, uint64_t *bytes, spk_error *err)
{
    off_t at = fflush(j->file) || fsync(fileno(j->file)) ? -1 : ftello(j->file);
    if (at < 0) return fail(j, err);
    *bytes = (uint64_t)at;
    return 0;
}

/* ---- in again -------------------------------------------------------------------------------- */

/* The next entry: 1, 0 at the end, -1. */
static int read_entry(spk_journal *j, entry_head *head, spk_error *err)
{
    uint64_t sum;
    size_t got = fread(head, 1, sizeof *head, j->file);
    if (got == 0 && feof(j->file)) return 0;
    bool whole = got == sizeof *head && head->bytes <= SIZE_MAX / 2 &&
                 spk_grow(&j->payload, &j->capacity, head->bytes, 1, "a journal", err) == 0 &&
                 fread(j->payload, 1, head->bytes, j->file) == head->bytes &&
                 fread(&sum, 1, sizeof sum, j->file) == sizeof sum &&
                 sum == sum_of(head, j->payload);
    if (whole) return 1;
    return spk_fail(err, SPK_DATA, "%s: is damaged; the run cannot be resumed", j->name);
}

static int replay_snapshot(const spk_journal *j, const spk_engine *e, const spk_header *header,
                           spk_writer *writer, spk_error *err)
{
    spk_snapshot snapshot;
    memcpy(&snapshot, j->payload, sizeof snapshot);
    const unsigned char *at = j->payload + sizeof snapshot;
    if (spk_writer_snapshot(writer, &snapshot, err)) return -1;
    for (size_t a = 0; a < spk_engine_arrays(e); a++) {
        if (spk_weights_write_array(e, a, header, at, writer, err)) return -1;
        at += array_bytes(spk_engine_array_at(e, a));
    }
    return 0;
}

static int replay_sample(const spk_journal *j, size_t bytes, spk_recorder *recorder,
                         spk_sample *sample, spk_error *err)
{
    sample_head head;
    memcpy(&head, j->payload, sizeof head);
    *sample = (spk_sample){.number = head.number,
                           .begin = head.begin,
                           .duration = head.duration,
                           .label = head.label,
                           .attempts = head.attempts};
    if (bytes > sizeof head) sample->json = (const char *)j->payload + sizeof head;
    spk_recorder_begin(recorder, sample);
    return spk_recorder_end(recorder, err); /* writes its record, before the JSON is gone */
}

static int replay_piece(const spk_journal *j, const entry_head *entry, spk_recorder *recorder,
                        spk_error *err)
{
    piece_head head;
    memcpy(&head, j->payload, sizeof head);
    const unsigned char *at = j->payload + sizeof head;
    spk_piece piece = {.channel = entry->channel, .n = head.n, .values = head.values};
    size_t room = head.values > 0 ? head.values * sizeof(double)
                                  : head.n * (sizeof(uint64_t) + sizeof(uint32_t));
    unsigned char *copy = spk_alloc(room, 1, "a journal", err); /* aligned */
    if (!copy) return -1;
    memcpy(copy, at, room);
    piece.step = head.values > 0 ? &head.first : (const uint64_t *)(const void *)copy;
    piece.unit = (const uint32_t *)(const void *)(copy + head.n * sizeof(uint64_t));
    piece.value = head.values > 0 ? (const double *)(const void *)copy : NULL;
    int status = spk_recorder_write(recorder, &piece, err);
    free(copy);
    return status;
}

static int replay_progress(const spk_journal *j, spk_recorder *recorder, spk_error *err)
{
    uint64_t step;
    memcpy(&step, j->payload, sizeof step);
    return spk_recorder_write(recorder, &(spk_piece){.step = &step}, err);
}

int spk_journal_replay(spk_journal *j, const spk_engine *e, const spk_header *header,
                       spk_writer *writer, spk_recorder *recorder, spk_error *err)
{
    entry_head head;
    spk_sample sample;
    int more = 1, failed = 0;
    rewind(j->file);
    while (!failed && !spk_stop_requested() && (more = read_entry(j, &head, err)) > 0) {
        if (head.kind == SNAPSHOT)
            failed = replay_snapshot(j, e, header, writer, err);
        else if (recorder && head.kind == SAMPLE)
            failed = replay_sample(j, head.bytes, recorder, &sample, err);
        else if (recorder && head.kind == PIECE)
            failed = replay_piece(j, &head, recorder, err);
        else if (recorder && head.kind == PROGRESS)
            failed = replay_progress(j, recorder, err);
    }
    if (spk_stop_requested()) return spk_fail(err, SPK_STOPPED, "stopped");
    if (failed || more < 0) return -1;
    return fseeko(j->file, 0, SEEK_END) ? fail(j, err) : 0;
}
