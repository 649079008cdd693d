/* writer.c: the writer as its users see it: a group of elements, arrays, and the clock.
 *
 * Time enters in two ways, after each push and while the program waits for input. With a latency,
 * the group is cut and flushed so long after something in it began to wait, and a WATERMARK says how
 * far the stream is complete. Without, finished records are handed to a pipe after 100 ms, which
 * changes no logical byte; nobody waits at a regular file, whose compressed bytes therefore do not
 * depend on time either. */
#include "stream/writer.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/now.h"
#include "cli/idle.h"
#include "stream/arrays.h"
#include "stream/emit.h"
#include "stream/group.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define IDLE_NS 100000000u /* finished records wait no longer than this */

enum { COMPLETE = 0, SALVAGED = 2 };

struct spk_writer {
    spk_header header;
    spk_emitter *out;
    spk_group *group;
    spk_arrays *arrays;
    spk_payload scratch;
    uint64_t latency, held_since; /* ns; of a latency, 0: nothing is held back */
    uint64_t watermark;           /* up to where the last one said that all is there */
    bool failed;                  /* the last record may be there in part */
    bool awaited;                 /* somebody may be waiting at the other end */
    bool ended;
    spk_idler idler;
};

static int cut_for_latency(spk_writer *w, spk_error *err)
{
    w->held_since = 0;
    w->watermark = spk_group_complete(w->group);
    if (spk_group_flush(w->group, err) ||
        spk_emit_numbers(w->out, SPK_KIND_WATERMARK, 0, 1, &w->watermark, err))
        return -1;
    return spk_emitter_flush(w->out, err);
}

static bool holds_back(const spk_writer *w)
{
    return spk_emitter_waiting_since(w->out) || !spk_group_empty(w->group) ||
           spk_group_complete(w->group) > w->watermark;
}

static uint64_t later(uint64_t moment, uint64_t ns)
{
    return moment < UINT64_MAX - ns ? moment + ns : UINT64_MAX;
}

/* When something must go out; UINT64_MAX: nothing waits. */
static uint64_t due(const void *context)
{
    const spk_writer *w = context;
    if (w->ended || w->failed) return UINT64_MAX;
    if (w->latency) return w->held_since ? later(w->held_since, w->latency) : UINT64_MAX;
    const uint64_t waiting = spk_emitter_waiting_since(w->out);
    return waiting && w->awaited ? later(waiting, IDLE_NS) : UINT64_MAX;
}

static int pass_on(void *context, spk_error *err)
{
    spk_writer *w = context;
    if (!(w->latency ? cut_for_latency(w, err) : spk_emitter_flush(w->out, err))) return 0;
    w->failed = true;
    return -1;
}

/* After each push: has a deadline passed? */
static int done(spk_writer *w, int failed, spk_error *err)
{
    if (failed) {
        w->failed = true;
        return -1;
    }
    if (w->latency && !w->held_since && holds_back(w)) w->held_since = spk_now();
    const uint64_t moment = due(w);
    return moment != UINT64_MAX && moment <= spk_now() ? pass_on(w, err) : 0;
}

spk_writer *spk_writer_open(int fd, const char *name, const spk_header *header,
                            const spk_provenance *provenance, const spk_writer_options *options,
                            spk_error *err)
{
    spk_writer *w = spk_alloc(1, sizeof *w, "the output", err);
    if (!w) return NULL;
    w->latency = options->latency_ns;
    struct stat file;
    w->awaited = fstat(fd, &file) || !S_ISREG(file.st_mode);
    spk_header_init(&w->header);
    if (!spk_header_copy(&w->header, header, err)) {
        w->out = spk_emitter_open(fd, name, &w->header, provenance, options->level, err);
        if (w->out && options->frame_bytes) spk_emitter_frame_bytes(w->out, options->frame_bytes);
        if (w->out) w->group = spk_group_new(&w->header, w->out, err);
        if (w->group) w->arrays = spk_arrays_new(&w->header, w->out, err);
    }
    if (w->arrays) {
        w->idler = (spk_idler){.fd = fd, .context = w, .due = due, .pass_on = pass_on};
        spk_idle_join(&w->idler);
        return w;
    }
    spk_writer_close(w);
    return NULL;
}

void spk_writer_close(spk_writer *w)
{
    if (!w) return;
    spk_idle_leave(&w->idler);
    spk_arrays_free(w->arrays);
    spk_group_free(w->group);
    spk_emitter_close(w->out);
    spk_payload_free(&w->scratch);
    spk_header_free(&w->header);
    free(w);
}

int spk_writer_sample(spk_writer *w, const spk_sample *sample, spk_error *err)
{
    return done(w, spk_group_sample(w->group, sample, err), err);
}

int spk_writer_spikes(spk_writer *w, uint32_t id, size_t n, const uint64_t *tick,
                      const uint32_t *unit, spk_error *err)
{
    return done(w, spk_group_spikes(w->group, id, n, tick, unit, err), err);
}

int spk_writer_frame(spk_writer *w, uint32_t id, uint64_t begin, uint64_t duration,
                     const float *value, spk_error *err)
{
    return done(w, spk_group_frame(w->group, id, begin, duration, value, err), err);
}

int spk_writer_prediction(spk_writer *w, uint32_t id, const spk_prediction *p, spk_error *err)
{
    return done(w, spk_group_prediction(w->group, id, p, err), err);
}

int spk_writer_trace(spk_writer *w, uint32_t id, uint64_t t0, size_t rows, const double *value,
                     spk_error *err)
{
    return done(w, spk_group_trace(w->group, id, t0, rows, value, err), err);
}

int spk_writer_progress(spk_writer *w, uint64_t tick, spk_error *err)
{
    return done(w, spk_group_progress(w->group, tick, err), err);
}

int spk_writer_snapshot(spk_writer *w, const spk_snapshot *snapshot, spk_error *err)
{
    const uint64_t numbers[] = {snapshot->samples, snapshot->tick};
    const int failed =
        spk_group_flush(w->group, err) ||
        (spk_arrays_begun(w->arrays) && spk_arrays_complete(w->arrays, err)) ||
        spk_emit_numbers(w->out, SPK_KIND_SNAPSHOT, SPK_FLAG_CRITICAL, 2, numbers, err);
    return done(w, failed, err);
}

int spk_writer_dense(spk_writer *w, uint32_t id, uint64_t row0, uint64_t rows, const void *value,
                     spk_error *err)
{
    const int failed =
        spk_group_flush(w->group, err) || spk_arrays_dense(w->arrays, id, row0, rows, value, err);
    return done(w, failed, err);
}

int spk_writer_sparse(spk_writer *w, uint32_t id, uint64_t row0, uint64_t rows,
                      const uint64_t *row_ptr, const uint32_t *col, const void *value,
                      spk_error *err)
{
    const int failed = spk_group_flush(w->group, err) ||
                       spk_arrays_sparse(w->arrays, id, row0, rows, row_ptr, col, value, err);
    return done(w, failed, err);
}

/* Kinds whose place in the stream the writer keeps itself. */
static bool reserved(uint16_t kind)
{
    return kind == SPK_KIND_HEADER || kind == SPK_KIND_PROVENANCE || kind == SPK_KIND_END ||
           kind == SPK_KIND_SAMPLE || kind == SPK_KIND_SPIKES;
}

static int emit_copy(spk_writer *w, uint16_t kind, uint16_t flags, uint32_t id, const void *payload,
                     size_t bytes, spk_error *err)
{
    const bool json = kind == SPK_KIND_NETWORK || kind == SPK_KIND_METRIC;
    spk_payload_clear(&w->scratch);
    unsigned char *at = spk_payload_add(&w->scratch, bytes, err);
    if (!at) return -1;
    if (bytes) memcpy(at, payload, bytes);
    if (spk_payload_pad(&w->scratch, json ? ' ' : 0, err)) return -1;
    return spk_emit(w->out, kind, flags, id, &w->scratch, NULL, err);
}

int spk_writer_record(spk_writer *w, uint16_t kind, uint16_t flags, uint32_t id,
                      const void *payload, size_t bytes, spk_error *err)
{
    char name[16];
    if (reserved(kind))
        return spk_fail(err, SPK_BUG, "a %s record cannot be passed through",
                        spk_kind_name(kind, name));
    const int failed =
        spk_group_flush(w->group, err) || emit_copy(w, kind, flags, id, payload, bytes, err);
    return done(w, failed, err);
}

void spk_writer_break_off(spk_writer *w)
{
    if (!w || w->failed || w->ended) return;
    w->ended = true;
    const int failed = spk_group_flush(w->group, NULL) || spk_arrays_flush(w->arrays, NULL) ||
                       spk_emitter_flush(w->out, NULL);
    (void)failed; /* there is a better reason for an error message */
}

static int end(spk_writer *w, uint64_t duration, bool salvaged, spk_error *err)
{
    if (spk_group_flush(w->group, err)) return -1;
    if (salvaged ? spk_arrays_flush(w->arrays, err)
                 : w->header.arrays && spk_arrays_complete(w->arrays, err))
        return -1;
    if (duration < spk_group_end(w->group)) duration = spk_group_end(w->group);
    w->ended = true;
    return spk_emitter_end(w->out, salvaged ? SALVAGED : COMPLETE, duration, err);
}

int spk_writer_end(spk_writer *w, uint64_t duration, bool salvaged, spk_error *err)
{
    if (w->ended) return spk_fail(err, SPK_BUG, "a stream ends once");
    w->failed = end(w, duration, salvaged, err) != 0;
    return w->failed ? -1 : 0;
}

void spk_writer_stats_get(const spk_writer *w, spk_writer_stats *stats)
{
    spk_emitter_counts(w->out, &stats->compressed_bytes, &stats->logical_bytes, &stats->records,
                       &stats->spikes);
}
