/* group.c: the cut rule, and the order in which a group is written. */
#include "stream/group.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "stream/lane.h"
#include "stream/stream_kernels.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    GROUP_BYTES = 1 << 20,
    PIECE = 4096, /* spikes checked and copied at a time, in a near cache */
    SAMPLE_HEAD = 40,
    PREDICTION_HEAD = 16
};

/* A prediction that waits, encoded, and the tick at which its sample ends. */
typedef struct waiting_prediction {
    uint64_t tick;
    uint32_t id;
    spk_payload payload;
} waiting_prediction;

struct spk_group {
    const spk_header *header;
    spk_emitter *out;
    const spk_stream_kernels *kernels;
    spk_spike_coder *coder;
    spk_payload scratch;
    size_t lanes;
    spk_lane *lane; /* in id order; those of predictions stay empty */
    /* Samples that the waiting elements may belong to: the first may be one whose record is out. */
    size_t samples, written;
    spk_sample sample[SPK_RECORD_MAX_SAMPLES + 1];
    char *json[SPK_RECORD_MAX_SAMPLES + 1]; /* owned; sample[i].json points to it */
    uint64_t window[SPK_RECORD_MAX_SAMPLES + 1];
    bool any_sample, elements_without; /* ever */
    uint64_t next_number;
    size_t predictions, prediction_room;
    waiting_prediction *prediction;
    uint64_t end; /* of everything pushed */
};

spk_group *spk_group_new(const spk_header *header, spk_emitter *emitter, spk_error *err)
{
    spk_group *g = spk_alloc(1, sizeof *g, "the output", err);
    if (!g) return NULL;
    g->header = header;
    g->out = emitter;
    g->kernels = spk_stream_kernels_get();
    g->coder = spk_spike_coder_new(err);
    g->lane = spk_alloc(header->channels, sizeof *g->lane, "the output", err);
    if (!g->coder || !g->lane) {
        spk_group_free(g);
        return NULL;
    }
    g->lanes = header->channels;
    for (size_t i = 0; i < g->lanes; i++)
        spk_lane_init(&g->lane[i], &header->channel[i]);
    return g;
}

static void free_samples(spk_group *g, size_t from)
{
    for (size_t i = from; i < g->samples; i++)
        free(g->json[i]);
    g->samples = from;
}

void spk_group_free(spk_group *g)
{
    if (!g) return;
    for (size_t i = 0; i < g->lanes; i++)
        spk_lane_free(&g->lane[i]);
    for (size_t i = 0; i < g->predictions; i++)
        spk_payload_free(&g->prediction[i].payload);
    free_samples(g, 0);
    free(g->lane);
    free(g->prediction);
    spk_payload_free(&g->scratch);
    spk_spike_coder_free(g->coder);
    free(g);
}

/* ---- writing a group ------------------------------------------------------------------------ */

static int emit_sample(spk_group *g, const spk_sample *s, spk_error *err)
{
    size_t json = s->json ? strlen(s->json) : 0;
    spk_payload_clear(&g->scratch);
    unsigned char *at = spk_payload_add(&g->scratch, SAMPLE_HEAD + json, err);
    if (!at) return -1;
    spk_put64(at, s->number);
    spk_put64(at + 8, s->begin);
    spk_put64(at + 16, s->duration);
    spk_put32(at + 24, (uint32_t)s->label);
    spk_put32(at + 28, s->attempts);
    spk_put64(at + 32, json);
    if (json) memcpy(at + SAMPLE_HEAD, s->json, json);
    if (spk_payload_pad(&g->scratch, ' ', err)) return -1;
    spk_extent extent = {s->begin, s->begin + s->duration, 0};
    return spk_emit(g->out, SPK_KIND_SAMPLE, SPK_FLAG_CRITICAL, 0, &g->scratch, &extent, err);
}

/* Groups of samples without elements look like one, and a reader must hold all samples of a group: a
 * record between them says that what came before is complete. */
static int part_samples(spk_group *g, spk_error *err)
{
    if (spk_emitter_samples(g->out) + g->samples - g->written <= SPK_GROUP_MAX_SAMPLES) return 0;
    return spk_emit_numbers(g->out, SPK_KIND_WATERMARK, 0, 1, &g->sample[0].begin, err);
}

/* Only the last sample can go on in the next group; its window then begins at its next element. */
static void close_samples(spk_group *g)
{
    if (g->samples > 1) {
        size_t last = g->samples - 1;
        free(g->json[0]);
        g->sample[0] = g->sample[last];
        g->json[0] = g->json[last];
        g->json[last] = NULL;
        free_samples(g, 1);
    }
    g->written = g->samples;
}

/* The windows of the first `n` elements of a lane: those samples from the first to the last that
 * have some; one window from the first tick where there are no samples. */
static int emit_lane(spk_group *g, spk_lane *lane, size_t n, spk_error *err)
{
    if (n == 0) return 0;
    uint64_t first = lane->tick[0], last = lane->tick[n - 1], end = last + 1;
    size_t windows = 0;
    for (size_t i = 0; i < g->samples; i++) {
        const spk_sample *s = &g->sample[i];
        if (s->begin + s->duration <= first || s->begin > last) continue;
        g->window[windows++] = i < g->written ? first : s->begin;
        end = s->begin + s->duration;
    }
    if (!windows) g->window[windows++] = first;
    return spk_lane_emit(lane, n, windows, g->window, end, g->coder, &g->scratch, g->out, err);
}

/* Predictions of samples that ended by `tick`. */
static int emit_predictions(spk_group *g, uint64_t tick, spk_error *err)
{
    size_t kept = 0;
    int failed = 0;
    for (size_t i = 0; i < g->predictions; i++) {
        waiting_prediction *p = &g->prediction[i];
        if (p->tick > tick) {
            g->prediction[kept++] = *p;
            continue;
        }
        if (!failed)
            failed = spk_emit(g->out, SPK_KIND_PREDICTION, SPK_FLAG_CRITICAL, p->id, &p->payload,
                              NULL, err);
        spk_payload_free(&p->payload);
    }
    g->predictions = kept;
    return failed;
}

/* Write a group that has take[i] elements of lane i (all of them when `take` is NULL) and the
 * predictions of samples that ended by `tick`. */
static int write_group(spk_group *g, const size_t *take, uint64_t tick, spk_error *err)
{
    if (part_samples(g, err)) return -1;
    for (size_t i = g->written; i < g->samples; i++)
        if (emit_sample(g, &g->sample[i], err)) return -1;
    for (size_t i = 0; i < g->lanes; i++)
        if (emit_lane(g, &g->lane[i], take ? take[i] : g->lane[i].n, err)) return -1;
    if (emit_predictions(g, tick, err)) return -1;
    close_samples(g);
    return spk_emitter_rest(g->out, err);
}

/* ---- the cut by size ------------------------------------------------------------------------ */

/* Weight of all elements with a tick < `tick`. */
static size_t weight_before(const spk_group *g, uint64_t tick)
{
    size_t weight = 0;
    for (size_t i = 0; i < g->lanes; i++)
        weight += g->lane[i].weight * spk_lane_before(&g->lane[i], tick);
    return weight;
}

static size_t weight_waiting(const spk_group *g)
{
    size_t weight = 0;
    for (size_t i = 0; i < g->lanes; i++)
        weight += g->lane[i].weight * g->lane[i].n;
    return weight;
}

/* How many elements of lane i come before everything that is still to come: those before the lane
 * whose (frontier, id) is smallest. That lane's own elements all do. */
static size_t settled(const spk_group *g, size_t slowest, size_t i)
{
    uint64_t tick = g->lane[slowest].frontier;
    if (i == slowest) return g->lane[i].n;
    if (i < slowest && tick < UINT64_MAX) tick++;
    return spk_lane_before(&g->lane[i], tick);
}

static bool can_receive(const spk_lane *lane)
{
    return lane->width > 0;
}

static size_t slowest_lane(const spk_group *g)
{
    size_t slowest = 0;
    bool found = false;
    for (size_t i = 0; i < g->lanes; i++) {
        if (!can_receive(&g->lane[i])) continue;
        if (found && g->lane[i].frontier >= g->lane[slowest].frontier) continue;
        slowest = i;
        found = true;
    }
    return slowest;
}

/* The tick of the element with which the waiting ones reach GROUP_BYTES. */
static uint64_t tick_of_cut(const spk_group *g)
{
    uint64_t low = 0, high = UINT64_MAX;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (weight_before(g, middle + 1) >= GROUP_BYTES)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* One cut of all lanes right after the element that fills the group. */
static int cut(spk_group *g, size_t *take, spk_error *err)
{
    uint64_t tick = tick_of_cut(g);
    size_t weight = weight_before(g, tick);
    for (size_t i = 0; i < g->lanes; i++) {
        const spk_lane *lane = &g->lane[i];
        size_t at_tick = spk_lane_before(lane, tick + 1);
        take[i] = spk_lane_before(lane, tick);
        while (weight < GROUP_BYTES && take[i] < at_tick) {
            take[i]++;
            weight += lane->weight;
        }
    }
    return write_group(g, take, tick, err);
}

static size_t weight_settled(const spk_group *g)
{
    size_t slowest = slowest_lane(g), weight = 0;
    for (size_t i = 0; i < g->lanes; i++)
        weight += g->lane[i].weight * settled(g, slowest, i);
    return weight;
}

/* Cut while what is settled (or, when nothing more will come before it, what waits) fills a group.
 */
static int resolve(spk_group *g, bool all, spk_error *err)
{
    if (weight_waiting(g) < GROUP_BYTES) return 0;
    size_t *take = spk_alloc(g->lanes, sizeof *take, "the output", err);
    if (!take) return -1;
    int failed = 0;
    while (!failed && (all ? weight_waiting(g) : weight_settled(g)) >= GROUP_BYTES)
        failed = cut(g, take, err);
    free(take);
    return failed;
}

static void advance(spk_group *g, uint64_t tick)
{
    for (size_t i = 0; i < g->lanes; i++)
        if (g->lane[i].frontier < tick) g->lane[i].frontier = tick;
}

/* ---- what is pushed ------------------------------------------------------------------------- */

int spk_group_sample(spk_group *g, const spk_sample *sample, spk_error *err)
{
    uint64_t end;
    if (__builtin_add_overflow(sample->begin, sample->duration, &end))
        return spk_fail(err, SPK_BUG, "sample %" PRIu64 " ends beyond 64 bits", sample->number);
    if (g->elements_without)
        return spk_fail(err, SPK_BUG, "sample %" PRIu64 " after spikes without one",
                        sample->number);
    if (g->any_sample && (sample->number < g->next_number || sample->begin < g->end))
        return spk_fail(err, SPK_BUG, "sample %" PRIu64 " (tick %" PRIu64 ") does not follow %s",
                        sample->number, sample->begin, "the one before");
    if (sample->json && strlen(sample->json) > SPK_SAMPLE_MAX_JSON)
        return spk_fail(err, SPK_LIMIT, "sample %" PRIu64 ": more than %d bytes of JSON",
                        sample->number, SPK_SAMPLE_MAX_JSON);
    advance(g, sample->begin);
    if (resolve(g, false, err)) return -1;
    if (g->samples - g->written == SPK_RECORD_MAX_SAMPLES && spk_group_flush(g, err)) return -1;
    char *json = sample->json ? spk_strdup(sample->json, err) : NULL;
    if (sample->json && !json) return -1;
    g->sample[g->samples] = *sample;
    g->sample[g->samples].json = g->json[g->samples] = json;
    g->samples++;
    g->any_sample = true;
    g->next_number = sample->number + 1;
    g->end = end;
    return 0;
}

/* The lane of channel `id`, if it is of `type`. */
static spk_lane *lane_of(spk_group *g, uint32_t id, spk_channel_type type, spk_error *err)
{
    const spk_channel *channel = spk_header_channel(g->header, id);
    if (channel && channel->type == type) return &g->lane[channel - g->header->channel];
    spk_fail(err, SPK_BUG, "the stream has no such channel %" PRIu32, id);
    return NULL;
}

/* Whether [first, last] lies in the current sample and not before what came. */
static int check_place(spk_group *g, const spk_lane *lane, uint64_t first, uint64_t last,
                       spk_error *err)
{
    if (lane->any && first < lane->last)
        return spk_fail(err, SPK_BUG, "%s: tick %" PRIu64 " after tick %" PRIu64,
                        lane->channel->name, first, lane->last);
    if (!g->any_sample) {
        g->elements_without = true;
        if (g->end <= last && last < UINT64_MAX) g->end = last + 1;
        return last < UINT64_MAX ? 0
                                 : spk_fail(err, SPK_BUG, "%s: tick %" PRIu64 " is too large",
                                            lane->channel->name, last);
    }
    const spk_sample *s = &g->sample[g->samples - 1];
    if (first >= s->begin && last < s->begin + s->duration) return 0;
    return spk_fail(err, SPK_BUG,
                    "%s: ticks %" PRIu64 " to %" PRIu64 " are not inside sample %" PRIu64
                    " (%" PRIu64 " to %" PRIu64 ")",
                    lane->channel->name, first, last, s->number, s->begin, s->begin + s->duration);
}

int spk_group_spikes(spk_group *g, uint32_t id, size_t n, const uint64_t *tick,
                     const uint32_t *unit, spk_error *err)
{
    spk_lane *lane = lane_of(g, id, SPK_CHANNEL_SPIKES, err);
    if (!lane) return -1;
    if (n == 0) return 0;
    if (check_place(g, lane, tick[0], tick[n - 1], err)) return -1;
    while (n) {
        size_t some = n < PIECE ? n : PIECE;
        if (!g->kernels->sorted(tick, unit, some, lane->any ? lane->last : 0,
                                lane->any ? lane->last_unit : 0, lane->channel->size))
            return spk_fail(err, SPK_BUG,
                            "%s: spikes that are not sorted, or a unit beyond %" PRIu32,
                            lane->channel->name, lane->channel->size - 1);
        if (spk_lane_spikes(lane, some, tick, unit, err) || resolve(g, false, err)) return -1;
        tick += some;
        unit += some;
        n -= some;
    }
    return 0;
}

static bool fits_bytes(const float *value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(value[i] >= 0 && value[i] <= 255) || value[i] != (float)(int)value[i]) return false;
    return true;
}

int spk_group_frame(spk_group *g, uint32_t id, uint64_t begin, uint64_t duration,
                    const float *value, spk_error *err)
{
    spk_lane *lane = lane_of(g, id, SPK_CHANNEL_FRAMES, err);
    if (!lane) return -1;
    uint64_t last = duration ? begin + duration - 1 : begin;
    if (last < begin)
        return spk_fail(err, SPK_BUG, "%s: a frame ends beyond 64 bits", lane->channel->name);
    if (check_place(g, lane, begin, last, err)) return -1;
    if (lane->channel->dtype == SPK_U8 && !fits_bytes(value, lane->channel->size))
        return spk_fail(err, SPK_BUG, "%s: a frame of bytes takes whole values 0 to 255",
                        lane->channel->name);
    return spk_lane_frame(lane, begin, duration, value, err) ? -1 : resolve(g, false, err);
}

int spk_group_trace(spk_group *g, uint32_t id, uint64_t t0, size_t rows, const double *value,
                    spk_error *err)
{
    spk_lane *lane = lane_of(g, id, SPK_CHANNEL_TRACE, err);
    uint64_t last;
    if (!lane) return -1;
    if (rows == 0) return 0;
    if (__builtin_mul_overflow((uint64_t)rows - 1, lane->channel->period, &last) ||
        __builtin_add_overflow(last, t0, &last))
        return spk_fail(err, SPK_BUG, "%s: a trace ends beyond 64 bits", lane->channel->name);
    if (check_place(g, lane, t0, last, err)) return -1;
    if (lane->any && t0 == lane->last)
        return spk_fail(err, SPK_BUG, "%s: two rows at tick %" PRIu64, lane->channel->name, t0);
    size_t most = GROUP_BYTES / lane->weight + 1;
    while (rows) {
        size_t some = rows < most ? rows : most;
        if (spk_lane_rows(lane, t0, some, value, err) || resolve(g, false, err)) return -1;
        t0 += some * lane->channel->period;
        value += some * lane->channel->size;
        rows -= some;
    }
    return 0;
}

/* The end of sample `number`, if it is still here; 0 when it is long gone. */
static uint64_t end_of_sample(const spk_group *g, uint64_t number)
{
    for (size_t i = 0; i < g->samples; i++)
        if (g->sample[i].number == number) return g->sample[i].begin + g->sample[i].duration;
    return 0;
}

int spk_group_prediction(spk_group *g, uint32_t id, const spk_prediction *p, spk_error *err)
{
    if (!lane_of(g, id, SPK_CHANNEL_PREDICTIONS, err)) return -1;
    if (g->any_sample && p->sample >= g->next_number)
        return spk_fail(err, SPK_BUG, "a prediction of sample %" PRIu64 ", which has not begun",
                        p->sample);
    if (g->predictions == SPK_GROUP_MAX_SAMPLES && spk_group_flush(g, err)) return -1;
    if (spk_grow(&g->prediction, &g->prediction_room, g->predictions + 1, sizeof *g->prediction,
                 "predictions", err))
        return -1;
    waiting_prediction *w = &g->prediction[g->predictions];
    *w = (waiting_prediction){.tick = end_of_sample(g, p->sample), .id = id};
    unsigned char *at = spk_payload_add(&w->payload, PREDICTION_HEAD + 4 * (size_t)p->k, err);
    if (!at) return -1;
    g->predictions++;
    spk_put64(at, p->sample);
    spk_put32(at + 8, (uint32_t)p->class_);
    spk_put32(at + 12, p->k);
    for (uint32_t i = 0; i < p->k; i++) {
        uint32_t bits;
        memcpy(&bits, &p->score[i], sizeof bits);
        spk_put32(at + PREDICTION_HEAD + 4 * (size_t)i, bits);
    }
    return spk_payload_pad(&w->payload, 0, err);
}

int spk_group_progress(spk_group *g, uint64_t tick, spk_error *err)
{
    advance(g, tick);
    return resolve(g, false, err);
}

int spk_group_flush(spk_group *g, spk_error *err)
{
    return resolve(g, true, err) ? -1 : write_group(g, NULL, UINT64_MAX, err);
}

bool spk_group_empty(const spk_group *g)
{
    size_t waiting = g->samples - g->written + g->predictions;
    for (size_t i = 0; i < g->lanes; i++)
        waiting += g->lane[i].n;
    return waiting == 0;
}

uint64_t spk_group_complete(const spk_group *g)
{
    return g->lanes ? g->lane[slowest_lane(g)].frontier : g->end;
}

uint64_t spk_group_end(const spk_group *g)
{
    return g->end;
}
