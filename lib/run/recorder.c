/* recorder.c: recorded steps to ticks, channel by channel. */
#include "run/recorder.h"

#include "base/memory.h"
#include "base/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a channel's content comes from. */
typedef struct origin {
    size_t population;
    int variable;  /* place in the population's request; -1: spikes */
    uint64_t rows; /* of a trace, written in this sample */
    uint64_t period;
} origin;

struct spk_recorder {
    const spk_network *net;
    spk_writer *writer;
    size_t channels;
    origin *origin;
    uint32_t *id;
    const spk_sample *sample; /* NULL: none */
    bool written;             /* its record */
    uint64_t begin;
    uint64_t *tick; /* scratch */
    size_t tick_capacity;
    spk_recorder_tap *tap;
    void *tap_context;
};

/* ---- the header ------------------------------------------------------------------------------ */

static int add_channel(const spk_population *pop, spk_channel_type type, spk_header *out,
                       spk_channel **channel, spk_error *err)
{
    *channel = spk_header_add_channel(out, type, pop->name, pop->size, err);
    if (!*channel) return -1;
    (*channel)->dims = pop->dims;
    memcpy((*channel)->shape, pop->shape, sizeof pop->shape);
    return 0;
}

static int add_trace(const spk_network *net, const spk_population *pop, int variable,
                     spk_header *out, spk_error *err)
{
    const spk_state_variable *state = &pop->model->states[variable];
    spk_channel *channel;
    if (add_channel(pop, SPK_CHANNEL_TRACE, out, &channel, err)) return -1;
    channel->variable = spk_strdup(state->name, err);
    channel->unit = spk_strdup(state->unit, err);
    channel->dtype = net->single ? SPK_F32 : SPK_F64;
    channel->period = pop->record.interval_steps;
    return channel->variable && channel->unit ? 0 : -1;
}

int spk_recorder_header(const spk_network *net, const spk_header *input, spk_header *out,
                        spk_error *err)
{
    out->tick = net->dt;
    if (input) {
        out->classes = input->classes;
        out->shard_i = input->shard_i;
        out->shard_n = input->shard_n;
    }
    for (size_t i = 0; i < net->populations; i++) {
        const spk_population *pop = &net->population[i];
        spk_channel *channel;
        if (pop->record.spikes && add_channel(pop, SPK_CHANNEL_SPIKES, out, &channel, err))
            return -1;
        for (size_t v = 0; v < pop->record.variables; v++)
            if (add_trace(net, pop, pop->record.variable[v], out, err)) return -1;
    }
    if (out->channels > 0) return 0;
    return spk_fail(err, SPK_USAGE,
                    "%s: \"record\" asks for nothing; name populations there, or with --record",
                    net->name);
}

/* ---- --record -------------------------------------------------------------------------------- */

static int unknown_population(const spk_network *net, const char *name, spk_error *err)
{
    const char **names = spk_alloc(net->populations + 1, sizeof *names, "names", err);
    if (!names) return -1;
    for (size_t i = 0; i < net->populations; i++)
        names[i] = net->population[i].name;
    char instead[300];
    spk_suggest(name, names, instead, sizeof instead);
    free(names);
    return spk_fail(err, SPK_USAGE, "--record: %s has no population \"%s\"%s", net->name, name,
                    instead);
}

static int unknown_variable(const spk_network *net, const spk_population *pop, const char *name,
                            spk_error *err)
{
    const spk_state_variable *states = pop->model->states;
    size_t known = 0;
    while (states[known].name)
        known++;
    const char **names = spk_alloc(known + 1, sizeof *names, "names", err);
    if (!names) return -1;
    for (size_t i = 0; i < known; i++)
        names[i] = states[i].name;
    char instead[300];
    spk_suggest(name, names, instead, sizeof instead);
    free(names);
    return spk_fail(err, SPK_USAGE, "--record: %s of %s has no variable \"%.80s\"%s", pop->name,
                    net->name, name, instead);
}

static int ask_spikes(spk_population *pop, spk_error *err)
{
    if (pop->model->source == SPK_SOURCE_DEVICE)
        return spk_fail(err, SPK_USAGE,
                        "--record: %s has no spikes: a %s gives them to its targets", pop->name,
                        pop->model->name);
    pop->record.spikes = true;
    return 0;
}

static int ask_variable(const spk_network *net, spk_population *pop, const char *variable,
                        spk_error *err)
{
    const spk_state_variable *states = pop->model->states;
    spk_record_request *r = &pop->record;
    size_t n = 0, known = 0;
    while (states[known].name)
        known++;
    while (n < known && strcmp(states[n].name, variable) != 0)
        n++;
    if (n == known) return unknown_variable(net, pop, variable, err);
    for (size_t v = 0; v < r->variables; v++)
        if (r->variable[v] == (int)n) return 0;
    if (r->variables == 0) {
        free(r->variable);
        r->variable = spk_alloc(known, sizeof *r->variable, "variables", err);
        if (!r->variable) return -1;
    }
    r->variable[r->variables++] = (int)n;
    return 0;
}

void spk_recorder_ask_nothing(spk_network *net)
{
    for (size_t i = 0; i < net->populations; i++) {
        net->population[i].record.spikes = false;
        net->population[i].record.variables = 0;
    }
}

int spk_recorder_ask(spk_network *net, size_t n, const char *const *what, uint64_t interval,
                     spk_error *err)
{
    if (n > 0) spk_recorder_ask_nothing(net);
    for (size_t i = 0; i < net->populations && n > 0; i++)
        net->population[i].record.interval_steps = interval;
    for (size_t k = 0; k < n; k++) {
        char name[SPK_NAME_MAX + 1];
        const char *dot = strchr(what[k], '.');
        size_t length = dot ? (size_t)(dot - what[k]) : strlen(what[k]);
        snprintf(name, sizeof name, "%.*s", (int)length, what[k]);
        int found = length < sizeof name ? spk_network_population(net, name) : -1;
        if (found < 0) return unknown_population(net, name, err);
        spk_population *pop = &net->population[found];
        if (dot ? ask_variable(net, pop, dot + 1, err) : ask_spikes(pop, err)) return -1;
    }
    return 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

spk_recorder *spk_recorder_new(const spk_network *net, const spk_header *header, spk_writer *writer,
                               spk_error *err)
{
    spk_recorder *r = spk_alloc(1, sizeof *r, "a recording", err);
    if (!r) return NULL;
    r->net = net;
    r->writer = writer;
    r->channels = header->channels;
    r->origin = spk_alloc(r->channels, sizeof *r->origin, "a recording", err);
    r->id = spk_alloc(r->channels, sizeof *r->id, "a recording", err);
    if (!r->origin || !r->id) {
        spk_recorder_free(r);
        return NULL;
    }
    size_t c = 0;
    for (size_t i = 0; i < net->populations; i++) {
        const spk_record_request *request = &net->population[i].record;
        for (int v = request->spikes ? -1 : 0; v < (int)request->variables; v++, c++) {
            r->origin[c] =
                (origin){.population = i, .variable = v, .period = request->interval_steps};
            r->id[c] = header->channel[c].id;
        }
    }
    return r;
}

void spk_recorder_free(spk_recorder *r)
{
    if (!r) return;
    free(r->origin);
    free(r->id);
    free(r->tick);
    free(r);
}

void spk_recorder_set_tap(spk_recorder *r, spk_recorder_tap *tap, void *context)
{
    r->tap = tap;
    r->tap_context = context;
}

void spk_recorder_begin(spk_recorder *r, const spk_sample *sample)
{
    r->sample = sample;
    r->written = false;
    r->begin = sample ? sample->begin : 0;
    for (size_t c = 0; c < r->channels; c++)
        r->origin[c].rows = 0;
}

void spk_recorder_resume(spk_recorder *r, const spk_sample *sample, uint64_t steps)
{
    spk_recorder_begin(r, sample);
    r->written = true;
    for (size_t c = 0; c < r->channels; c++) {
        origin *o = &r->origin[c];
        if (o->variable >= 0) o->rows = steps / o->period + (steps % o->period > 0);
    }
}

static int write_sample(spk_recorder *r, spk_error *err)
{
    if (!r->sample || r->written) return 0;
    r->written = true;
    if (r->tap && r->tap(r->tap_context, r->sample, NULL, err)) return -1;
    return spk_writer_sample(r->writer, r->sample, err);
}

int spk_recorder_write(spk_recorder *r, const spk_piece *piece, spk_error *err)
{
    const origin *o = &r->origin[piece->channel];
    if (write_sample(r, err) || (r->tap && r->tap(r->tap_context, r->sample, piece, err)))
        return -1;
    if (piece->n == 0) return spk_writer_progress(r->writer, r->begin + piece->step[0], err);
    if (o->variable >= 0)
        return spk_writer_trace(r->writer, r->id[piece->channel], r->begin + piece->step[0],
                                piece->n, piece->value, err);
    if (spk_grow(&r->tick, &r->tick_capacity, piece->n, sizeof *r->tick, "spikes", err)) return -1;
    for (size_t i = 0; i < piece->n; i++)
        r->tick[i] = r->begin + piece->step[i];
    return spk_writer_spikes(r->writer, r->id[piece->channel], piece->n, r->tick, piece->unit, err);
}

int spk_recorder_keep(void *context, const spk_engine *e, uint64_t end, spk_error *err)
{
    spk_recorder *r = context;
    for (size_t c = 0; c < r->channels; c++) {
        origin *o = &r->origin[c];
        spk_piece piece = {.channel = c};
        uint64_t first = o->rows * o->period;
        if (o->variable < 0) {
            spk_engine_spikes(e, o->population, &piece.n, &piece.step, &piece.unit);
        } else {
            spk_engine_trace(e, o->population, (size_t)o->variable, &piece.n, &piece.value);
            piece.step = &first;
            piece.values = piece.n * r->net->population[o->population].size;
            o->rows += piece.n;
        }
        if (piece.n > 0 && spk_recorder_write(r, &piece, err)) return -1;
    }
    return spk_recorder_write(r, &(spk_piece){.step = &end}, err);
}

int spk_recorder_end(spk_recorder *r, spk_error *err)
{
    return write_sample(r, err);
}
