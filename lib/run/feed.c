/* feed.c: a sample's frames or spikes, from ticks to steps, into the engine. */
#include "run/feed.h"

#include "base/memory.h"
#include "base/now.h"
#include "engine/comm.h"
#include "run/pieces.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct frame {
    uint64_t begin, end; /* steps in the sample */
    float *hertz;
} frame;

/* What of a sample is not yet run, or kept to be run again. */
struct spk_case {
    const spk_network *net;
    uint32_t units; /* of the fed population */
    size_t frames, frame_capacity;
    frame *frame;
    size_t spikes, step_capacity, unit_capacity;
    uint64_t *step; /* in the sample */
    uint32_t *unit;
    uint64_t at;     /* steps done in it */
    uint64_t before; /* of these, by the run that this one resumes */
    spk_pieces pieces;
    char *json; /* of a sample that was loaded */
    size_t json_capacity;
};

struct spk_feed {
    const spk_network *net;
    spk_reader *in; /* NULL: nothing is fed */
    const spk_population *input;
    const spk_channel *channel;
    spk_rational ratio; /* steps in a tick */
    spk_retick retick;
    uint64_t free_steps; /* of the one sample when nothing is fed */
    bool given;          /* it was given */

    bool samples; /* SAMPLE records were seen */
    bool ended;   /* END was read */
    bool broken;  /* reading failed */
    bool waiting; /* item is one that next() or present() has to look at first */
    spk_item item;
    spk_sample sample; /* present one, in the stream's ticks */
    char *json;
    size_t json_capacity;
    uint64_t begin; /* of the sample, in steps */
    spk_case own;   /* for samples that are presented while they are read */
    uint64_t collisions;
    uint64_t duration;
};

/* ---- time ------------------------------------------------------------------------------------ */

/* `ticks` of the stream as steps. */
static uint64_t to_steps(const spk_feed *f, uint64_t ticks)
{
    unsigned __int128 product = (unsigned __int128)ticks * f->ratio.num;
    if (f->ratio.den > 1) {
        if (f->retick == SPK_RETICK_NEAREST) product += f->ratio.den / 2;
        product /= f->ratio.den;
    }
    return product > UINT64_MAX ? UINT64_MAX : (uint64_t)product;
}

static int find_ratio(spk_feed *f, spk_error *err)
{
    spk_rational tick = spk_reader_header(f->in)->tick, dt = f->net->dt;
    unsigned __int128 num = (unsigned __int128)tick.num * dt.den;
    unsigned __int128 den = (unsigned __int128)tick.den * dt.num;
    if (num > UINT64_MAX || den > UINT64_MAX)
        return spk_fail(err, SPK_DATA, "%s: the tick is too odd for dt_ms %g",
                        spk_reader_name(f->in), f->net->dt_ms);
    f->ratio = spk_rational_of((uint64_t)num, (uint64_t)den);
    if (f->ratio.den == 1 || f->retick != SPK_RETICK_NEVER) return 0;
    return spk_fail(
        err, SPK_DATA,
        "%s: its tick of %g ms is not a whole number of the network's steps (dt_ms %g); "
        "--retick nearest or floor rounds",
        spk_reader_name(f->in), 1000 * spk_rational_value(tick), f->net->dt_ms);
}

/* ---- opening --------------------------------------------------------------------------------- */

/* The stream's channel that feeds. Where others stand beside it, samples may come in another order
 * than its items, so that it must have been chosen. */
static const spk_channel *choose_channel(const spk_feed *f, const char *population, spk_error *err)
{
    const spk_header *header = spk_reader_header(f->in);
    const char *name = spk_reader_name(f->in);
    bool frames = f->input->model->source == SPK_SOURCE_FRAMES;
    spk_channel_type wanted = frames ? SPK_CHANNEL_FRAMES : SPK_CHANNEL_SPIKES;
    spk_channel_type other = frames ? SPK_CHANNEL_SPIKES : SPK_CHANNEL_FRAMES;
    size_t fitting = 0, others = 0;
    for (size_t i = 0; i < header->channels; i++) {
        fitting += header->channel[i].type == wanted;
        others += header->channel[i].type == other;
    }
    if (fitting == 0 && others > 0) {
        spk_fail(err, SPK_DATA, "%s: holds %s, but population %s is a %s, which takes %s", name,
                 frames ? "spikes" : "frames", f->input->name, f->input->model->name,
                 frames ? "frames (spk-encode frames)" : "spikes");
        return NULL;
    }
    if (fitting == 1 && header->channels > 1 && !population) {
        spk_fail(err, SPK_USAGE, "%s: holds several populations; choose one with --population",
                 name);
        return NULL;
    }
    return spk_header_choose(header, wanted, population, name, err);
}

static int check_channel(spk_feed *f, spk_error *err)
{
    const spk_channel *c = f->channel;
    const char *name = spk_reader_name(f->in);
    if (c->size != f->input->size)
        return spk_fail(err, SPK_DATA, "%s: \"%s\" has %u units, but population %s of %s has %u",
                        name, c->name, c->size, f->input->name, f->net->name, f->input->size);
    if (c->type == SPK_CHANNEL_FRAMES && (!c->unit || strcmp(c->unit, "Hz") != 0))
        return spk_fail(err, SPK_DATA, "%s: \"%s\" is in %s, but a poisson_input takes Hz", name,
                        c->name, c->unit && c->unit[0] ? c->unit : "no unit");
    return find_ratio(f, err);
}

static void case_init(spk_case *c, const spk_feed *f)
{
    *c = (spk_case){
        .net = f->net, .units = f->channel ? f->channel->size : 0, .pieces = f->own.pieces};
}

static void case_free(spk_case *c)
{
    for (size_t i = 0; i < c->frame_capacity; i++)
        free(c->frame[i].hertz);
    free(c->frame);
    free(c->step);
    free(c->unit);
    free(c->json);
}

spk_case *spk_case_new(const spk_feed *f, spk_error *err)
{
    spk_case *c = spk_alloc(1, sizeof *c, "a sample", err);
    if (c) case_init(c, f);
    return c;
}

void spk_case_free(spk_case *c)
{
    if (c) case_free(c);
    free(c);
}

spk_feed *spk_feed_open(const spk_network *net, spk_reader *in, const char *population,
                        spk_retick retick, uint64_t steps, spk_error *err)
{
    spk_feed *f = spk_alloc(1, sizeof *f, "the input", err);
    if (!f) return NULL;
    int input = spk_network_input(net);
    f->net = net;
    f->in = in;
    f->retick = retick;
    f->free_steps = steps;
    f->own.net = net;
    f->own.pieces = spk_pieces_of(net, 0);
    if (!in) return f;
    f->input = &net->population[input];
    f->channel = choose_channel(f, population, err);
    if (f->channel && check_channel(f, err) == 0) {
        case_init(&f->own, f);
        return f;
    }
    spk_feed_close(f);
    return NULL;
}

void spk_feed_close(spk_feed *f)
{
    if (!f) return;
    case_free(&f->own);
    free(f->json);
    free(f);
}

void spk_feed_hurry(spk_feed *f, uint64_t latency_ns)
{
    f->own.pieces = spk_pieces_of(f->net, latency_ns);
}

uint64_t spk_feed_collisions(const spk_feed *f)
{
    return f->collisions;
}

bool spk_feed_has_samples(const spk_feed *f)
{
    return f->samples;
}

bool spk_feed_broken(const spk_feed *f)
{
    return f->broken;
}

void spk_feed_resume(spk_feed *f, uint64_t steps)
{
    f->own.before = steps;
}

uint64_t spk_feed_duration(const spk_feed *f)
{
    return f->duration;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* Look at the next item without taking it: 1, 0 at the end, -1. */
static int peek(spk_feed *f, spk_error *err)
{
    if (f->waiting) return 1;
    if (f->ended) return 0;
    int more = spk_reader_next(f->in, &f->item, err);
    f->waiting = more > 0;
    f->ended = more == 0;
    f->broken = more < 0;
    if (f->ended) f->duration = to_steps(f, spk_reader_duration(f->in));
    return more;
}

static bool is_fed(const spk_feed *f)
{
    return f->item.id == f->channel->id &&
           (f->item.kind == SPK_KIND_SPIKES || f->item.kind == SPK_KIND_FRAME);
}

/* The next item of the present sample that feeds it: 1; 0: the sample is over. */
static int next_of_sample(spk_feed *f, spk_error *err)
{
    for (;;) {
        int more = peek(f, err);
        if (more <= 0) return more;
        if (f->item.kind == SPK_KIND_SAMPLE) return 0;
        f->waiting = false;
        if (!is_fed(f)) continue;
        const spk_sample *s =
            f->item.kind == SPK_KIND_FRAME ? f->item.frame.sample : f->item.spikes.sample;
        if (s && s->number != f->sample.number)
            return spk_fail(err, SPK_DATA, "%s: sample %" PRIu64 " goes on after sample %" PRIu64,
                            spk_reader_name(f->in), s->number, f->sample.number);
        return 1;
    }
}

/* Let the sample's JSON be a copy in *text. */
static int keep_json(char **text, size_t *capacity, spk_sample *sample, spk_error *err)
{
    size_t bytes = strlen(sample->json) + 1;
    if (spk_grow(text, capacity, bytes, 1, "a sample", err)) return -1;
    memcpy(*text, sample->json, bytes);
    sample->json = *text;
    return 0;
}

/* Begin the sample that `s` describes (in ticks). */
static int take_sample(spk_feed *f, const spk_sample *s, spk_error *err)
{
    f->sample = *s;
    if (s->json && keep_json(&f->json, &f->json_capacity, &f->sample, err)) return -1;
    f->begin = to_steps(f, s->begin);
    return 0;
}

static void describe(const spk_feed *f, spk_sample *out)
{
    *out = f->sample;
    out->begin = f->begin;
    out->duration = to_steps(f, f->sample.begin + f->sample.duration) - f->begin;
}

int spk_feed_next(spk_feed *f, spk_sample *sample, spk_error *err)
{
    if (!f->in) {
        if (f->given) return 0;
        f->given = true;
        f->duration = f->free_steps;
        *sample = (spk_sample){.duration = f->free_steps, .label = -1, .attempts = 1};
        return 1;
    }
    spk_sample implicit = {.label = -1, .attempts = 1};
    for (;;) {
        int more = peek(f, err);
        bool silent = more == 0 && !f->given && f->duration > 0;
        if (more < 0 || (more == 0 && !silent)) return more;
        if (silent) {
            if (take_sample(f, &implicit, err)) return -1;
        } else if (f->item.kind == SPK_KIND_SAMPLE) {
            f->waiting = false;
            f->samples = true;
            if (take_sample(f, f->item.sample, err)) return -1;
        } else if (is_fed(f) && !f->given) { /* no SAMPLE record came before it */
            if (take_sample(f, &implicit, err)) return -1;
        } else {
            f->waiting = false;
            continue;
        }
        f->given = true;
        describe(f, sample);
        return 1;
    }
}

int spk_feed_skip(spk_feed *f, spk_error *err)
{
    int more = f->in ? 1 : 0;
    while (more > 0)
        more = next_of_sample(f, err);
    return more;
}

/* ---- a sample's content -------------------------------------------------------------------- */

/* Copy the frame in hand: behind the others, or over the one before. */
static frame *take_frame(const spk_feed *f, spk_case *c, bool keep, spk_error *err)
{
    const spk_frame *in = &f->item.frame;
    size_t place = keep ? c->frames : 0, before = c->frame_capacity;
    if (spk_grow(&c->frame, &c->frame_capacity, place + 1, sizeof *c->frame, "frames", err))
        return NULL;
    for (size_t i = before; i < c->frame_capacity; i++)
        c->frame[i].hertz = NULL;
    frame *to = &c->frame[place];
    if (!to->hertz && !(to->hertz = spk_alloc(c->units, sizeof *to->hertz, "frames", err)))
        return NULL;
    memcpy(to->hertz, in->value, c->units * sizeof *to->hertz);
    to->begin = to_steps(f, in->begin) - f->begin;
    to->end = to_steps(f, in->begin + in->duration) - f->begin;
    c->frames = place + 1;
    return to;
}

/* Put a spike in its place among those of the same step; false: the unit has one there already. */
static bool insert(spk_case *c, uint64_t step, uint32_t unit)
{
    size_t i = c->spikes;
    while (i > 0 && c->step[i - 1] == step && c->unit[i - 1] > unit)
        i--;
    if (i > 0 && c->step[i - 1] == step && c->unit[i - 1] == unit) return false;
    memmove(c->unit + i + 1, c->unit + i, (c->spikes - i) * sizeof *c->unit);
    c->unit[i] = unit;
    c->step[c->spikes++] = step;
    return true;
}

/* The spikes in hand as steps, one a unit and step. */
static int take_spikes(spk_feed *f, spk_case *c, uint64_t steps, spk_error *err)
{
    const spk_spikes *in = &f->item.spikes;
    size_t most = c->spikes + in->n;
    if (spk_grow(&c->step, &c->step_capacity, most, sizeof *c->step, "spikes", err) ||
        spk_grow(&c->unit, &c->unit_capacity, most, sizeof *c->unit, "spikes", err))
        return -1;
    for (size_t i = 0; i < in->n; i++) {
        uint64_t step = to_steps(f, in->tick[i]) - f->begin;
        if (steps > 0 && step >= steps) step = steps - 1; /* rounded beyond the end */
        f->collisions += !insert(c, step, in->unit[i]);
    }
    return 0;
}

/* Where nobody said how long the sample is, it ends with the input. */
static void find_end(const spk_feed *f, spk_sample *sample)
{
    if (f->in && f->ended && f->sample.duration == 0)
        sample->duration = f->duration > f->begin ? f->duration - f->begin : 0;
}

int spk_feed_load(spk_feed *f, spk_case *c, spk_sample *sample, spk_error *err)
{
    int more;
    c->frames = c->spikes = 0;
    if (sample->json && keep_json(&c->json, &c->json_capacity, sample, err)) return -1;
    while (f->in && (more = next_of_sample(f, err)) != 0) {
        if (more < 0) return -1;
        if (f->item.kind == SPK_KIND_FRAME ? !take_frame(f, c, true, err)
                                           : take_spikes(f, c, sample->duration, err))
            return -1;
    }
    find_end(f, sample);
    return 0;
}

/* ---- presenting ------------------------------------------------------------------------------ */

typedef struct presentation {
    spk_case *sample;
    spk_engine *engine;
    spk_feed_keep *keep; /* NULL: what is recorded stays in the engine */
    void *context;
} presentation;

static bool is_fed_frames(const spk_network *net)
{
    int input = spk_network_input(net);
    return input >= 0 && net->population[input].model->source == SPK_SOURCE_FRAMES;
}

/* Hand on what was recorded. */
static int keep(const presentation *p, spk_error *err)
{
    if (!p->keep) return 0;
    if (p->keep(p->context, p->engine, p->sample->at, err)) return -1;
    spk_engine_forget(p->engine);
    return 0;
}

static size_t spikes_before(const spk_case *c, uint64_t end)
{
    size_t n = 0;
    while (n < c->spikes && c->step[n] < end)
        n++;
    return n;
}

/* The sample is done up to `end`, with its first n spikes. */
static void pass(spk_case *c, uint64_t end, size_t n)
{
    c->at = end;
    c->spikes -= n;
    if (n == 0) return;
    memmove(c->step, c->step + n, c->spikes * sizeof *c->step);
    memmove(c->unit, c->unit + n, c->spikes * sizeof *c->unit);
}

/* Run to `end` (steps in the sample) with the spikes that lie before it. */
static int run_piece(const presentation *p, uint64_t end, spk_error *err)
{
    spk_case *c = p->sample;
    const size_t n = spikes_before(c, end);
    if (spk_engine_run(p->engine, end - c->at, n, c->step, c->unit, err)) return -1;
    pass(c, end, n);
    return c->net->on_sample.repeat ? 0 : keep(p, err); /* it may be presented again: not yet */
}

/* Ranks go on with equal pieces: by the time that the first took. */
static int note_time(const presentation *p, uint64_t steps, uint64_t ns, spk_error *err)
{
    uint64_t *all = NULL;
    int status = 0;
    if (spk_comm_ranks() > 1) {
        all = spk_alloc((size_t)spk_comm_ranks(), sizeof *all, "ranks", err);
        status = !all || spk_comm_words(ns, all, err) ? -1 : 0;
    }
    if (status == 0) spk_pieces_note(&p->sample->pieces, steps, all ? all[0] : ns);
    free(all);
    return status;
}

/* A piece is whole blocks where ranks exchange spikes after each. */
static uint64_t piece_steps(const spk_case *c)
{
    const uint64_t block = spk_comm_ranks() > 1 ? spk_network_interval(c->net) : 1;
    return (c->pieces.steps + block - 1) / block * block;
}

/* Advance to `end`, in pieces, so that what is recorded of a long sample need not be held. */
static int advance(const presentation *p, uint64_t end, spk_error *err)
{
    spk_case *c = p->sample;
    if (c->at < c->before) { /* the engine has been there */
        const uint64_t to = end < c->before ? end : c->before;
        pass(c, to, spikes_before(c, to));
    }
    while (c->at < end) {
        uint64_t begun = spk_now(), steps = end - c->at;
        if (steps > piece_steps(c)) steps = piece_steps(c);
        if (run_piece(p, c->at + steps, err)) return -1;
        if (note_time(p, steps, spk_now() - begun, err)) return -1;
    }
    return 0;
}

/* Rates change only where steps are run after it: --retick may leave a frame without time. Those of a
 * frame that the resumed run had begun with hold in the engine. */
static int play_frame(const presentation *p, const frame *fr, spk_error *err)
{
    if (fr->end == fr->begin) return 0;
    if (fr->begin < p->sample->before) return advance(p, fr->end, err);
    if (spk_engine_rates(p->engine, NULL, err) || advance(p, fr->begin, err) ||
        spk_engine_rates(p->engine, fr->hertz, err))
        return -1;
    return advance(p, fr->end, err);
}

static int begin(const presentation *p, const spk_sample *sample, spk_error *err)
{
    p->sample->at = 0;
    if (p->sample->before > 0) return 0;
    return spk_engine_begin(p->engine, sample->number, err) ||
                   spk_engine_label(p->engine, sample->label, err)
               ? -1
               : 0;
}

/* Silence to the end of the sample, and rest. */
static int end(const presentation *p, const spk_sample *sample, bool *again, spk_error *err)
{
    if (is_fed_frames(p->sample->net) && spk_engine_rates(p->engine, NULL, err)) return -1;
    return advance(p, sample->duration, err) ? -1 : spk_engine_end(p->engine, again, err);
}

/* Present what the case holds until it need not be presented again. */
static int present(const presentation *p, bool again, spk_sample *sample, spk_error *err)
{
    while (again) {
        if (begin(p, sample, err)) return -1;
        for (size_t i = 0; i < p->sample->frames; i++)
            if (play_frame(p, &p->sample->frame[i], err)) return -1;
        if (end(p, sample, &again, err)) return -1;
    }
    sample->attempts = spk_engine_attempts(p->engine);
    return p->sample->net->on_sample.repeat ? keep(p, err) : 0;
}

/* Read the sample in hand and present it on the way. Spikes of the last step that was read may get
 * company from the next item, so that only what lies before it is run. */
static int stream(spk_feed *f, const presentation *p, const spk_sample *sample, spk_error *err)
{
    spk_case *c = p->sample;
    int more;
    c->frames = c->spikes = 0;
    while (f->in && (more = next_of_sample(f, err)) != 0) {
        if (more < 0) return -1;
        if (f->item.kind == SPK_KIND_FRAME) {
            const frame *fr = take_frame(f, c, f->net->on_sample.repeat, err);
            if (!fr || play_frame(p, fr, err)) return -1;
        } else {
            if (take_spikes(f, c, sample->duration, err)) return -1;
            if (c->spikes > 0 && advance(p, c->step[c->spikes - 1], err)) return -1;
        }
    }
    return 0;
}

int spk_feed_present(spk_feed *f, spk_engine *e, spk_feed_keep *keep_it, void *context,
                     spk_sample *sample, spk_error *err)
{
    presentation p = {&f->own, e, keep_it, context};
    bool again = false;
    if (begin(&p, sample, err) || stream(f, &p, sample, err)) return -1;
    find_end(f, sample);
    if (f->own.before > sample->duration)
        return spk_fail(err, SPK_DATA,
                        "%s: sample %" PRIu64 " ends before the place where it is to be resumed",
                        f->in ? spk_reader_name(f->in) : f->net->name, sample->number);
    if (end(&p, sample, &again, err)) return -1;
    f->own.before = 0;
    return present(&p, again, sample, err);
}

int spk_case_present(spk_case *c, spk_engine *e, spk_feed_keep *keep_it, void *context,
                     spk_sample *sample, spk_error *err)
{
    presentation p = {c, e, keep_it, context};
    return present(&p, true, sample, err);
}
