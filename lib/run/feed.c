/* feed.c: a sample's frames or spikes, from ticks to steps, into the engine. */
#include "run/feed.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct frame {
    uint64_t begin, end; /* steps in the sample */
    float *hertz;
} frame;

struct spk_feed {
    const spk_network *net;
    spk_reader *in; /* NULL: nothing is fed */
    const spk_population *input;
    const spk_channel *channel;
    spk_rational tick;
    spk_retick retick;
    uint64_t free_steps; /* of the one sample when nothing is fed */
    bool given;          /* it was given */

    bool samples; /* SAMPLE records were seen */
    bool ended;   /* END was read */
    bool waiting; /* item is one that next() or present() has to look at first */
    spk_item item;
    spk_sample sample; /* present one, in the stream's ticks */
    char *json;
    size_t json_capacity;
    uint64_t begin, at; /* of the sample, and done in it: steps */

    size_t frames, frame_capacity; /* kept for repetitions */
    frame *frame;
    size_t spikes, step_capacity, unit_capacity; /* not yet run */
    uint64_t *step;
    uint32_t *unit;
    uint64_t collisions;
    uint64_t duration;
};

/* ---- time ------------------------------------------------------------------------------------ */

/* `ticks` of the stream as steps. */
static uint64_t to_steps(const spk_feed *f, uint64_t ticks)
{
    /* tick / dt = a / b */
    unsigned __int128 a = (unsigned __int128)f->tick.num * f->net->dt.den;
    unsigned __int128 b = (unsigned __int128)f->tick.den * f->net->dt.num;
    spk_rational ratio = spk_rational_of((uint64_t)a, (uint64_t)b);
    unsigned __int128 product = (unsigned __int128)ticks * ratio.num;
    if (f->retick == SPK_RETICK_NEAREST) product += ratio.den / 2;
    product /= ratio.den;
    return product > UINT64_MAX ? UINT64_MAX : (uint64_t)product;
}

static int check_tick(const spk_feed *f, spk_error *err)
{
    uint64_t whole;
    unsigned __int128 a = (unsigned __int128)f->tick.num * f->net->dt.den;
    unsigned __int128 b = (unsigned __int128)f->tick.den * f->net->dt.num;
    if (a > UINT64_MAX || b > UINT64_MAX)
        return spk_fail(err, SPK_DATA, "%s: the tick is too odd for dt_ms %g",
                        spk_reader_name(f->in), f->net->dt_ms);
    if (f->retick != SPK_RETICK_NEVER ||
        spk_rational_divide_exact(f->tick, f->net->dt, &whole) == 0)
        return 0;
    return spk_fail(
        err, SPK_DATA,
        "%s: its tick of %g ms is not a whole number of the network's steps (dt_ms %g); "
        "--retick nearest or floor rounds",
        spk_reader_name(f->in), 1000 * spk_rational_value(f->tick), f->net->dt_ms);
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

static int check_channel(const spk_feed *f, spk_error *err)
{
    const spk_channel *c = f->channel;
    const char *name = spk_reader_name(f->in);
    if (c->size != f->input->size)
        return spk_fail(err, SPK_DATA, "%s: \"%s\" has %u units, but population %s of %s has %u",
                        name, c->name, c->size, f->input->name, f->net->name, f->input->size);
    if (c->type == SPK_CHANNEL_FRAMES && (!c->unit || strcmp(c->unit, "Hz") != 0))
        return spk_fail(err, SPK_DATA, "%s: \"%s\" is in %s, but a poisson_input takes Hz", name,
                        c->name, c->unit && c->unit[0] ? c->unit : "no unit");
    return check_tick(f, err);
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
    if (!in) return f;
    f->input = &net->population[input];
    f->tick = spk_reader_header(in)->tick;
    f->channel = choose_channel(f, population, err);
    if (f->channel && check_channel(f, err) == 0) return f;
    spk_feed_close(f);
    return NULL;
}

void spk_feed_close(spk_feed *f)
{
    if (!f) return;
    for (size_t i = 0; i < f->frame_capacity; i++)
        free(f->frame[i].hertz);
    free(f->frame);
    free(f->step);
    free(f->unit);
    free(f->json);
    free(f);
}

uint64_t spk_feed_collisions(const spk_feed *f)
{
    return f->collisions;
}

bool spk_feed_has_samples(const spk_feed *f)
{
    return f->samples;
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

/* Begin the sample that `s` describes (in ticks). */
static int take_sample(spk_feed *f, const spk_sample *s, spk_error *err)
{
    f->sample = *s;
    if (s->json) {
        size_t bytes = strlen(s->json) + 1;
        if (spk_grow(&f->json, &f->json_capacity, bytes, 1, "a sample", err)) return -1;
        memcpy(f->json, s->json, bytes);
        f->sample.json = f->json;
    }
    f->begin = to_steps(f, s->begin);
    f->at = 0;
    f->frames = f->spikes = 0;
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
    int more = 1;
    while (f->in && more > 0)
        more = next_of_sample(f, err);
    return more;
}

/* ---- presenting ------------------------------------------------------------------------------ */

typedef struct presentation {
    spk_feed *feed;
    spk_engine *engine;
    spk_feed_keep *keep;
    void *context;
    bool final; /* it will not be repeated: output can go */
} presentation;

/* Advance to `end` (steps in the sample), with the spikes that lie before it. */
static int advance(const presentation *p, uint64_t end, spk_error *err)
{
    spk_feed *f = p->feed;
    if (end <= f->at) return 0;
    size_t n = 0;
    while (n < f->spikes && f->step[n] < end)
        n++;
    if (spk_engine_run(p->engine, end - f->at, n, f->step, f->unit, err)) return -1;
    f->at = end;
    f->spikes -= n;
    if (n > 0) {
        memmove(f->step, f->step + n, f->spikes * sizeof *f->step);
        memmove(f->unit, f->unit + n, f->spikes * sizeof *f->unit);
    }
    if (!p->final) return 0;
    if (p->keep && p->keep(p->context, p->engine, end, err)) return -1;
    spk_engine_forget(p->engine);
    return 0;
}

static int play_frame(const presentation *p, const frame *fr, spk_error *err)
{
    if (spk_engine_rates(p->engine, NULL, err) || advance(p, fr->begin, err) ||
        spk_engine_rates(p->engine, fr->hertz, err))
        return -1;
    return advance(p, fr->end, err);
}

/* Copy the frame in hand; into the last place, or a new one if all must be kept. */
static frame *take_frame(spk_feed *f, bool keep_all, spk_error *err)
{
    const spk_frame *in = &f->item.frame;
    size_t place = keep_all ? f->frames : 0, before = f->frame_capacity;
    if (spk_grow(&f->frame, &f->frame_capacity, place + 1, sizeof *f->frame, "frames", err))
        return NULL;
    for (size_t i = before; i < f->frame_capacity; i++)
        f->frame[i].hertz = NULL;
    frame *to = &f->frame[place];
    if (!to->hertz && !(to->hertz = spk_alloc(f->channel->size, sizeof *to->hertz, "frames", err)))
        return NULL;
    memcpy(to->hertz, in->value, f->channel->size * sizeof *to->hertz);
    to->begin = to_steps(f, in->begin) - f->begin;
    to->end = to_steps(f, in->begin + in->duration) - f->begin;
    f->frames = place + 1;
    return to;
}

static bool same_step_again(const spk_feed *f, size_t from, uint64_t step, uint32_t unit)
{
    for (size_t i = f->spikes; i-- > from && f->step[i] == step;)
        if (f->unit[i] == unit) return true;
    return false;
}

static void insert(spk_feed *f, uint64_t step, uint32_t unit)
{
    size_t i = f->spikes++;
    for (; i > 0 && f->step[i - 1] == step && f->unit[i - 1] > unit; i--) {
        f->step[i] = f->step[i - 1];
        f->unit[i] = f->unit[i - 1];
    }
    f->step[i] = step;
    f->unit[i] = unit;
}

/* The spikes in hand as steps; one a unit and step. Those of the last step may get company from
 * the next item, so that only what lies before it can be run. */
static int take_spikes(spk_feed *f, uint64_t steps, spk_error *err)
{
    const spk_spikes *in = &f->item.spikes;
    if (spk_grow(&f->step, &f->step_capacity, f->spikes + in->n, sizeof *f->step, "spikes", err) ||
        spk_grow(&f->unit, &f->unit_capacity, f->spikes + in->n, sizeof *f->unit, "spikes", err))
        return -1;
    for (size_t i = 0; i < in->n; i++) {
        uint64_t step = to_steps(f, in->tick[i]) - f->begin;
        if (steps > 0 && step >= steps) step = steps - 1; /* rounded beyond the end */
        if (same_step_again(f, 0, step, in->unit[i]))
            f->collisions++;
        else
            insert(f, step, in->unit[i]);
    }
    return 0;
}

/* Read the sample from the stream and present it on the way. */
static int first_presentation(const presentation *p, uint64_t steps, spk_error *err)
{
    spk_feed *f = p->feed;
    bool keep_frames = !p->final;
    for (;;) {
        int more = next_of_sample(f, err);
        if (more < 0) return -1;
        if (more == 0) break;
        if (f->item.kind == SPK_KIND_FRAME) {
            const frame *fr = take_frame(f, keep_frames, err);
            if (!fr || play_frame(p, fr, err)) return -1;
        } else {
            if (take_spikes(f, steps, err)) return -1;
            if (f->spikes > 0 && advance(p, f->step[f->spikes - 1], err)) return -1;
        }
    }
    return 0;
}

/* To the end of the sample; where nobody said when that is, the input's end. */
static int finish(const presentation *p, spk_sample *sample, spk_error *err)
{
    spk_feed *f = p->feed;
    if (f->in && f->ended && f->sample.duration == 0)
        sample->duration = f->duration > f->begin ? f->duration - f->begin : 0;
    if (f->input && f->input->model->source == SPK_SOURCE_FRAMES &&
        spk_engine_rates(p->engine, NULL, err))
        return -1;
    return advance(p, sample->duration, err);
}

static int again(const presentation *p, const spk_sample *sample, spk_error *err)
{
    spk_feed *f = p->feed;
    f->at = 0;
    if (spk_engine_begin(p->engine, sample->number, err)) return -1;
    for (size_t i = 0; i < f->frames; i++)
        if (play_frame(p, &f->frame[i], err)) return -1;
    return 0;
}

int spk_feed_present(spk_feed *f, spk_engine *e, spk_feed_keep *keep, void *context,
                     spk_sample *sample, spk_error *err)
{
    presentation p = {f, e, keep, context, !f->net->on_sample.repeat};
    bool repeat = false;
    if (spk_engine_begin(e, sample->number, err)) return -1;
    if (f->in && first_presentation(&p, sample->duration, err)) return -1;
    if (finish(&p, sample, err) || spk_engine_end(e, &repeat, err)) return -1;
    while (repeat)
        if (again(&p, sample, err) || finish(&p, sample, err) || spk_engine_end(e, &repeat, err))
            return -1;
    sample->attempts = spk_engine_attempts(e);
    if (p.final) return 0;
    if (keep && keep(context, e, f->at, err)) return -1;
    spk_engine_forget(e);
    return 0;
}
