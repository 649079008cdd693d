/* spk-view: any stream as text.
 *
 * main.c chooses what to show (--kind, or what the header promises) and from where to where; each
 * kind is a function in events.c, samples.c, weights.c or head.c. */
#include "cli/message.h"
#include "cli/program.h"
#include "filter/filter.h"
#include "filter/target.h"
#include "view.h"

#include <inttypes.h>
#include <string.h>

enum kind { AUTO, SPIKES, FRAMES, TRACES, PREDICTIONS, WEIGHTS, SAMPLES, HEAD };
#define KINDS "auto|spikes|frames|traces|predictions|weights|samples|head"

enum time_unit { MS, S, US, NS };
#define TIME_UNITS "ms|s|us|ns"

typedef struct settings {
    spk_common common;
    int kind, time_unit;
    bool head, labels;
    const char *population, *array, *samples, *snapshot;
    uint64_t limit;
} settings;

#define AT(member) .offset = offsetof(settings, member)

static const spk_option options[] = {
    {.name = "kind",
     AT(kind),
     .kind = SPK_CHOICE,
     .choices = KINDS,
     .preset = "auto",
     .metavar = "KIND",
     .help = "what to show"},
    {.name = "head", AT(head), .kind = SPK_FLAG, .help = "show header and history, nothing else"},
    {.name = "labels",
     AT(labels),
     .kind = SPK_FLAG,
     .help = "show the samples with their labels, as --kind samples does"},
    {.name = "population",
     AT(population),
     .kind = SPK_TEXT,
     .metavar = "NAME",
     .help = "show this population only"},
    {.name = "array",
     AT(array),
     .kind = SPK_TEXT,
     .metavar = "NAME",
     .help = "show this array, or the arrays of this projection or population, only"},
    {.name = "samples",
     AT(samples),
     .kind = SPK_TEXT,
     .metavar = "A-B",
     .help = "show the samples with these numbers only"},
    {.name = "snapshot",
     AT(snapshot),
     .kind = SPK_TEXT,
     .metavar = "N|last",
     .help = "show this snapshot of the weights only; the first is 1"},
    {.name = "limit",
     .letter = 'n',
     AT(limit),
     .kind = SPK_COUNT,
     .metavar = "N",
     .help = "stop after so many rows"},
    {.name = "time-unit",
     AT(time_unit),
     .kind = SPK_CHOICE,
     .choices = TIME_UNITS,
     .preset = "ms",
     .metavar = "UNIT",
     .help = "unit of the time columns"},
    {0}};

/* ---- what the options say -------------------------------------------------------------------- */

/* "A-B", "A-", "-B" or "A". */
static int parse_samples(const char *text, view *v, spk_error *err)
{
    char first[32] = "";
    const char *dash = strchr(text, '-'), *last = dash ? dash + 1 : text;
    size_t n = dash ? (size_t)(dash - text) : strlen(text);
    if (n >= sizeof first || (n == 0 && !*last))
        return spk_fail(err, SPK_USAGE, "--samples %s: must be A-B, A-, -B or A", text);
    memcpy(first, text, n);
    if (n && spk_parse_count(first, "--samples", &v->first_sample, err)) return -1;
    if (*last && spk_parse_count(last, "--samples", &v->last_sample, err)) return -1;
    if (v->first_sample > v->last_sample)
        return spk_fail(err, SPK_USAGE, "--samples %s: the first is behind the last", text);
    return 0;
}

static int parse_snapshot(const char *text, view *v, spk_error *err)
{
    if (strcmp(text, "last") == 0) {
        v->snapshot = UINT64_MAX;
        return 0;
    }
    if (spk_parse_count(text, "--snapshot", &v->snapshot, err)) return -1;
    if (v->snapshot == 0 || v->snapshot == UINT64_MAX)
        return spk_fail(err, SPK_USAGE, "--snapshot %s: must be a number from 1, or last", text);
    return 0;
}

static bool has_channel(const spk_header *header, spk_channel_type type)
{
    for (size_t i = 0; i < header->channels; i++)
        if (header->channel[i].type == type) return true;
    return false;
}

/* What the header promises first in this order; samples when it promises nothing. */
static enum kind default_kind(const spk_header *header)
{
    if (header->arrays) return WEIGHTS;
    if (has_channel(header, SPK_CHANNEL_PREDICTIONS)) return PREDICTIONS;
    if (has_channel(header, SPK_CHANNEL_SPIKES)) return SPIKES;
    if (has_channel(header, SPK_CHANNEL_FRAMES)) return FRAMES;
    if (has_channel(header, SPK_CHANNEL_TRACE)) return TRACES;
    return SAMPLES;
}

/* Spikes are shown where there are traces, too: say so. */
static void mention_traces(const spk_cli *cli, const settings *s, const spk_header *header)
{
    const bool chosen = s->head || s->labels || s->kind != AUTO;
    if (chosen || s->common.quiet || default_kind(header) == TRACES) return;
    for (size_t i = 0; i < header->channels; i++) {
        const spk_channel *channel = &header->channel[i];
        if (channel->type != SPK_CHANNEL_TRACE) continue;
        spk_note(cli, 0,
                 "--kind traces shows its traces (the first is %s.%s), spk-plot trace draws them",
                 channel->name, channel->variable);
        return;
    }
}

static enum kind chosen_kind(const settings *s, const spk_header *header)
{
    if (s->head) return HEAD;
    if (s->labels) return SAMPLES;
    return s->kind == AUTO ? default_kind(header) : (enum kind)s->kind;
}

static int refuse(bool given, const char *option, const char *what, spk_error *err)
{
    return given ? spk_fail(err, SPK_USAGE, "%s has no meaning for %s", option, what) : 0;
}

/* An option that would silently do nothing is an error. */
static int check_options(const settings *s, enum kind kind, spk_error *err)
{
    static const char *const words[] = {"",        "spikes",  "frames",  "traces", "predictions",
                                        "weights", "samples", "the head"};
    const char *what = words[kind];
    if (s->head + s->labels + (s->kind != AUTO) > 1)
        return spk_fail(err, SPK_USAGE, "give one of --head, --labels and --kind");
    const bool populations = kind <= PREDICTIONS, samples = populations || kind == SAMPLES;
    if (refuse(s->population && !populations, "--population", what, err)) return -1;
    if (refuse(s->samples && !samples, "--samples", what, err)) return -1;
    if (refuse(s->array && kind != WEIGHTS, "--array", what, err)) return -1;
    return refuse(s->snapshot && kind != WEIGHTS, "--snapshot", what, err);
}

/* ---- what the stream has --------------------------------------------------------------------- */

static int check_stream(const view *v, enum kind kind, spk_error *err)
{
    static const spk_channel_type types[] = {[SPIKES] = SPK_CHANNEL_SPIKES,
                                             [FRAMES] = SPK_CHANNEL_FRAMES,
                                             [TRACES] = SPK_CHANNEL_TRACE,
                                             [PREDICTIONS] = SPK_CHANNEL_PREDICTIONS};
    const char *name = spk_reader_name(v->in);
    if (kind == WEIGHTS && !v->header->arrays)
        return spk_fail(err, SPK_DATA, "%s: has no weights", name);
    if (kind > PREDICTIONS || (!v->population && has_channel(v->header, types[kind]))) return 0;
    return spk_header_choose(v->header, types[kind], v->population, name, err) ? 0 : -1;
}

static int prepare(view *v, const settings *s, spk_error *err)
{
    static const int powers[] = {[MS] = 3, [S] = 0, [US] = 6, [NS] = 9};
    static const char *const columns[][2] = {[MS] = {"time_ms", "duration_ms"},
                                             [S] = {"time_s", "duration_s"},
                                             [US] = {"time_us", "duration_us"},
                                             [NS] = {"time_ns", "duration_ns"}};
    v->time_column = columns[s->time_unit][0];
    v->duration_column = columns[s->time_unit][1];
    return spk_clock_init(&v->clock, v->header->tick, powers[s->time_unit], err);
}

static int show(view *v, const spk_cli *cli, const settings *s, spk_error *err)
{
    static view_show *const shows[] = {[SPIKES] = view_spikes,   [FRAMES] = view_frames,
                                       [TRACES] = view_traces,   [PREDICTIONS] = view_predictions,
                                       [WEIGHTS] = view_weights, [SAMPLES] = view_samples,
                                       [HEAD] = view_head};
    v->header = spk_reader_header(v->in);
    enum kind kind = chosen_kind(s, v->header);
    if (check_options(s, kind, err) || check_stream(v, kind, err) || prepare(v, s, err)) return -1;
    mention_traces(cli, s, v->header);
    return shows[kind](v, err);
}

static int run(spk_cli *cli, spk_error *err)
{
    const settings *s = cli->settings;
    view v = {.limit = spk_given(cli, "limit") ? s->limit : UINT64_MAX,
              .last_sample = UINT64_MAX,
              .population = s->population,
              .array = s->array,
              .json = s->common.format == SPK_JSON_LINES};
    if (spk_check_operands(cli, 0, 1, err)) return -1;
    if (s->samples && parse_samples(s->samples, &v, err)) return -1;
    if (s->snapshot && parse_snapshot(s->snapshot, &v, err)) return -1;
    v.in = spk_filter_input(cli, spk_operand(cli, 0), NULL, err);
    if (!v.in) return -1;
    int status = -1;
    spk_output *out = spk_target_open(cli, SPK_FILE_TEXT, err);
    if (out && (v.out = spk_output_file(out, err))) status = show(&v, cli, s, err);
    spk_reader_close(v.in);
    if (status == 0) return spk_output_commit(out, err);
    return spk_output_give_up(out, err);
}

static const spk_program program = {.name = "spk-view",
                                    .summary = "show a stream as text",
                                    .operands = "[FILE]",
                                    .options = options,
                                    .groups = SPK_READS_STREAM | SPK_WRITES_TABLE,
                                    .settings_size = sizeof(settings),
                                    .run = run};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
