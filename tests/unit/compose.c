/* compose: a stream from a short text, so that a test can have exactly the samples, spikes,
 * predictions and weights it speaks about. Reads standard input, writes an uncompressed stream to
 * standard output.
 *
 *     tick 1/1000                       seconds; classes N; shape H W
 *     spikes NAME UNITS                 a channel; predictions NAME CLASSES
 *     trace NAME UNITS VARIABLE UNIT PERIOD
 *     weights OWNER ROWS COLS DTYPE [sparse]
 *     step TOOL VERSION WORD ...        a step of the history; % is a newline
 *     begin                             everything above is the header
 *     sample NUMBER BEGIN DURATION LABEL
 *     at CHANNEL TICK UNIT UNIT ...     spikes of one tick
 *     predict CHANNEL SAMPLE CLASS SCORE SCORE ...
 *     values CHANNEL TICK VALUE ...     rows of a trace from that tick
 *     snapshot SAMPLES
 *     row ARRAY ROW VALUE ...           a dense row; a sparse one is COLUMN VALUE COLUMN VALUE ...
 *     end DURATION                      without it the stream is incomplete
 *
 * Channels and arrays are numbered from 1 in the order they are declared. */
#include "base/memory.h"
#include "stream/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_WORDS = 1024 };

typedef struct composer {
    spk_header header;
    spk_provenance history;
    spk_writer *writer;
    char *word[MAX_WORDS];
    size_t words;
    spk_error err;
} composer;

static uint64_t number(const composer *c, size_t i)
{
    return i < c->words ? strtoull(c->word[i], NULL, 10) : 0;
}

static int put_step(composer *c)
{
    c->word[c->words < MAX_WORDS ? c->words : MAX_WORDS - 1] = NULL;
    for (size_t i = 1; c->word[i]; i++)
        for (char *at = c->word[i]; (at = strchr(at, '%'));)
            *at = '\n';
    const spk_step step = {
        .tool = c->word[1], .version = c->word[2], .argv = (const char *const *)&c->word[3]};
    return spk_provenance_append(&c->history, &step, &c->err);
}

static int declare_trace(composer *c)
{
    spk_channel *channel = spk_header_add_channel(&c->header, SPK_CHANNEL_TRACE, c->word[1],
                                                  (uint32_t)number(c, 2), &c->err);
    if (!channel) return -1;
    channel->variable = spk_strdup(c->word[3], &c->err);
    channel->unit = spk_strdup(c->word[4], &c->err);
    channel->dtype = SPK_F64;
    channel->period = number(c, 5);
    return channel->variable && channel->unit ? 0 : -1;
}

static int declare(composer *c)
{
    const char *kind = c->word[0], *name = c->words > 1 ? c->word[1] : "";
    if (!strcmp(kind, "tick")) {
        const char *slash = strchr(name, '/');
        c->header.tick = spk_rational_of(number(c, 1), slash ? strtoull(slash + 1, NULL, 10) : 1);
        return 0;
    }
    if (!strcmp(kind, "classes")) {
        c->header.classes = (uint32_t)number(c, 1);
        return 0;
    }
    if (!strcmp(kind, "shape")) {
        c->header.shape_dims = 2;
        c->header.shape[0] = (uint32_t)number(c, 1);
        c->header.shape[1] = (uint32_t)number(c, 2);
        return 0;
    }
    if (!strcmp(kind, "spikes") || !strcmp(kind, "predictions")) {
        const spk_channel_type type = *kind == 's' ? SPK_CHANNEL_SPIKES : SPK_CHANNEL_PREDICTIONS;
        return spk_header_add_channel(&c->header, type, name, (uint32_t)number(c, 2), &c->err) ? 0
                                                                                               : -1;
    }
    if (!strcmp(kind, "trace") && c->words == 6) return declare_trace(c);
    if (!strcmp(kind, "weights") && c->words >= 5) {
        spk_dtype dtype = SPK_F32;
        while (dtype <= SPK_U8 && strcmp(spk_dtype_name(dtype), c->word[4]) != 0)
            dtype++;
        spk_array *array = spk_header_add_array(&c->header, SPK_ARRAY_WEIGHTS, name, "weight", "nS",
                                                dtype, number(c, 2), number(c, 3), &c->err);
        if (array) array->sparse = c->words > 5;
        return array ? 0 : -1;
    }
    if (!strcmp(kind, "step") && c->words >= 4) return put_step(c);
    return spk_fail(&c->err, SPK_USAGE, "unknown line %s", kind);
}

static int put_spikes(composer *c)
{
    uint64_t tick[MAX_WORDS];
    uint32_t unit[MAX_WORDS];
    size_t n = 0;
    for (size_t i = 3; i < c->words; i++) {
        tick[n] = number(c, 2);
        unit[n++] = (uint32_t)number(c, i);
    }
    return spk_writer_spikes(c->writer, (uint32_t)number(c, 1), n, tick, unit, &c->err);
}

static int put_prediction(composer *c)
{
    float score[MAX_WORDS];
    spk_prediction p = {
        .sample = number(c, 2), .class_ = (int32_t)strtol(c->word[3], NULL, 10), .score = score};
    for (size_t i = 4; i < c->words; i++)
        score[p.k++] = strtof(c->word[i], NULL);
    return spk_writer_prediction(c->writer, (uint32_t)number(c, 1), &p, &c->err);
}

static int put_values(composer *c)
{
    double value[MAX_WORDS];
    const uint32_t id = (uint32_t)number(c, 1);
    size_t n = 0;
    for (size_t i = 3; i < c->words; i++)
        value[n++] = strtod(c->word[i], NULL);
    return spk_writer_trace(c->writer, id, number(c, 2),
                            n / spk_header_channel(&c->header, id)->size, value, &c->err);
}

/* A value in the array's type, at cell i of `to`; f16 is given as its bits. */
static void put_value(void *to, size_t i, spk_dtype dtype, const char *text)
{
    if (dtype == SPK_F64)
        ((double *)to)[i] = strtod(text, NULL);
    else if (dtype == SPK_F32)
        ((float *)to)[i] = strtof(text, NULL);
    else if (dtype == SPK_F16)
        ((uint16_t *)to)[i] = (uint16_t)strtoul(text, NULL, 16);
    else
        ((uint8_t *)to)[i] = (uint8_t)strtoul(text, NULL, 10);
}

static int put_row(composer *c)
{
    double value[MAX_WORDS];
    uint32_t column[MAX_WORDS];
    const uint32_t id = (uint32_t)number(c, 1);
    const spk_array *array = spk_header_array(&c->header, id);
    const size_t step = array->sparse ? 2 : 1;
    uint64_t n = 0;
    for (size_t i = 3; i + step <= c->words; i += step) {
        column[n] = (uint32_t)number(c, i);
        put_value(value, n++, array->dtype, c->word[i + step - 1]);
    }
    const uint64_t row_ptr[] = {0, n};
    if (array->sparse)
        return spk_writer_sparse(c->writer, id, number(c, 2), 1, row_ptr, column, value, &c->err);
    return spk_writer_dense(c->writer, id, number(c, 2), 1, value, &c->err);
}

static int put_record(composer *c)
{
    const char *kind = c->word[0];
    if (!strcmp(kind, "sample") && c->words == 5) {
        const spk_sample sample = {.number = number(c, 1),
                                   .begin = number(c, 2),
                                   .duration = number(c, 3),
                                   .label = (int32_t)strtol(c->word[4], NULL, 10),
                                   .attempts = 1};
        return spk_writer_sample(c->writer, &sample, &c->err);
    }
    if (!strcmp(kind, "at")) return put_spikes(c);
    if (!strcmp(kind, "predict") && c->words > 3) return put_prediction(c);
    if (!strcmp(kind, "row")) return put_row(c);
    if (!strcmp(kind, "values")) return put_values(c);
    if (!strcmp(kind, "snapshot")) {
        const spk_snapshot snapshot = {.samples = number(c, 1)};
        return spk_writer_snapshot(c->writer, &snapshot, &c->err);
    }
    if (!strcmp(kind, "end")) return spk_writer_end(c->writer, number(c, 1), false, &c->err);
    return spk_fail(&c->err, SPK_USAGE, "unknown line %s", kind);
}

static int compose(composer *c, char *line)
{
    c->words = 0;
    for (char *word = strtok(line, " \n"); word && c->words < MAX_WORDS; word = strtok(NULL, " \n"))
        c->word[c->words++] = word;
    if (c->words == 0) return 0;
    if (c->writer) return put_record(c);
    if (strcmp(c->word[0], "begin") != 0) return declare(c);
    const spk_writer_options options = {.level = -1};
    c->writer =
        spk_writer_open(STDOUT_FILENO, "<stdout>", &c->header, &c->history, &options, &c->err);
    return c->writer ? 0 : -1;
}

int main(void)
{
    static char line[1 << 16];
    static composer c;
    int status = 0;
    spk_provenance_init(&c.history);
    spk_header_init(&c.header);
    c.header.tick = spk_rational_of(1, 1000);
    while (status == 0 && fgets(line, sizeof line, stdin))
        status = compose(&c, line);
    if (status) fprintf(stderr, "compose: %s\n", c.err.text);
    spk_writer_close(c.writer);
    spk_header_free(&c.header);
    spk_provenance_free(&c.history);
    return status ? 1 : 0;
}
