/* frame.c: a program that does nothing but have options: tests/cli.bats runs it to see the frame at
 * work. It prints what it was told, one "name=value" a line. */
#include "cli/message.h"
#include "cli/output.h"
#include "cli/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct settings {
    spk_common common;
    uint64_t limit;
    spk_time duration;
    bool labels, noise;
    int order;
    spk_shard shard;
    spk_list set;
    const char *model;
    const char *die;
    uint64_t wait;
    bool binary;
};

struct poisson {
    double rate;
    double factor;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const spk_option options[] = {
    {.name = "limit",
     .letter = 'n',
     .kind = SPK_COUNT,
     AT(limit),
     .metavar = "N",
     .max = 1000,
     .help = "at most N samples",
     .preset = "10"},
    {.name = "duration",
     .kind = SPK_TIME,
     AT(duration),
     .metavar = "TIME",
     .preset = "350ms",
     .flags = SPK_POSITIVE,
     .help = "how long each sample is presented"},
    {.name = "labels", .kind = SPK_FLAG, AT(labels), .help = "show the labels"},
    {.name = "noise", .kind = SPK_FLAG, AT(noise), .help = "add noise", .preset = "yes"},
    {.name = "order",
     .kind = SPK_CHOICE,
     AT(order),
     .choices = "file|shuffled",
     .help = "order of the samples"},
    {.name = "shard", .kind = SPK_SHARD, AT(shard), .metavar = "I/N", .help = "part I of N"},
    {.name = "set",
     .letter = 'S',
     .kind = SPK_LIST,
     AT(set),
     .metavar = "KEY=VALUE",
     .help = "override"},
    {.name = "model",
     .kind = SPK_FILE,
     AT(model),
     .metavar = "FILE",
     .flags = SPK_SIDE_INPUT,
     .help = "a file that is read"},
    {.name = "die",
     .kind = SPK_TEXT,
     AT(die),
     .flags = SPK_NEUTRAL | SPK_ADVANCED,
     .metavar = "HOW",
     .help = "end in this way"},
    {.name = "wait",
     .kind = SPK_COUNT,
     AT(wait),
     .metavar = "N",
     .flags = SPK_NEUTRAL,
     .help = "wait N times 10 ms before the end"},
    {.name = "binary",
     .kind = SPK_FLAG,
     AT(binary),
     .flags = SPK_NEUTRAL,
     .help = "pretend that the output is binary"},
    {0}};

static const spk_option poisson_options[] = {{.name = "max-rate",
                                              .kind = SPK_RATE,
                                              .offset = offsetof(struct poisson, rate),
                                              .metavar = "RATE",
                                              .flags = SPK_REQUIRED | SPK_POSITIVE,
                                              .help = "rate of the brightest pixel"},
                                             {.name = "factor",
                                              .kind = SPK_REAL,
                                              .offset = offsetof(struct poisson, factor),
                                              .metavar = "X",
                                              .min = -1,
                                              .max = 1,
                                              .preset = "0.5",
                                              .help = "a factor"},
                                             {0}};

static const spk_method poisson = {.name = "poisson",
                                   .help = "independent Poisson trains",
                                   .options = poisson_options,
                                   .settings_size = sizeof(struct poisson)};
static const spk_method latency = {.name = "latency", .help = "the brighter the earlier"};
static const spk_method *const methods[] = {&poisson, &latency, NULL};

static void print_words(FILE *out, const char *name, const char *const *word)
{
    fprintf(out, "%s=", name);
    for (; *word; word++)
        fprintf(out, "[%s]", *word);
    fputc('\n', out);
}

static void print_settings(const spk_cli *cli, FILE *out)
{
    const struct settings *s = cli->settings;
    fprintf(out, "method=%s\n", cli->method->name);
    fprintf(out, "limit=%" PRIu64 "%s\n", s->limit, spk_given(cli, "limit") ? " given" : "");
    fprintf(out, "duration=%" PRIu64 "/%" PRIu64 "\n", s->duration.seconds.num,
            s->duration.seconds.den);
    fprintf(out, "labels=%d noise=%d order=%d\n", s->labels, s->noise, s->order);
    fprintf(out, "shard=%u/%u\n", s->shard.i, s->shard.n);
    for (size_t i = 0; i < s->set.n; i++)
        fprintf(out, "set=%s\n", s->set.item[i]);
    if (cli->method == &poisson) {
        const struct poisson *p = cli->method_settings;
        fprintf(out, "rate=%g factor=%g\n", p->rate, p->factor);
    }
    fprintf(out, "seed=%" PRIu64 " threads=%d level=%d verbose=%d format=%d\n", s->common.seed,
            s->common.threads, s->common.level, s->common.verbose, s->common.format);
    print_words(out, "argv", cli->argv);
    for (size_t i = 0; i < cli->side_inputs; i++)
        fprintf(out, "side=%s\n", cli->side_input[i]);
}

/* Wait, showing progress, until a stop is asked for. */
static void wait_for(const spk_cli *cli, uint64_t steps)
{
    const struct timespec step = {.tv_nsec = 10000000};
    spk_progress *progress = spk_progress_start(cli, "naps", steps);
    uint64_t done = 0;
    while (done < steps && !spk_stop_requested()) {
        nanosleep(&step, NULL);
        spk_progress_update(progress, ++done, "resting");
    }
    spk_progress_end(progress, done);
}

static int run(spk_cli *cli, spk_error *err)
{
    const struct settings *s = cli->settings;
    const char *die = s->die ? s->die : "";
    if (spk_check_operands(cli, 0, 2, err)) return -1;
    if (strcmp(die, "stoppable") == 0) spk_catch_stop();
    spk_output *output = spk_output_open(s->common.output, s->binary, s->common.force, err);
    FILE *out = output ? spk_output_file(output, err) : NULL;
    if (!out) {
        spk_output_discard(output);
        return -1;
    }
    print_settings(cli, out);
    wait_for(cli, s->wait);
    if (spk_stop_requested()) fprintf(out, "stopped\n");
    if (strcmp(die, "data") == 0) {
        spk_output_discard(output);
        return spk_fail(err, SPK_DATA, "the data\nare bad");
    }
    if (strcmp(die, "silent") == 0) {
        spk_output_discard(output);
        return -1;
    }
    spk_warn(cli, "a warning");
    spk_note(cli, 2, "a note");
    if (spk_output_commit(output, err)) return -1;
    return strcmp(die, "negative") == 0 ? SPK_NEGATIVE : 0;
}

static const spk_program program = {
    .name = "spk-frame",
    .summary = "Show what the command line said",
    .operands = "[FILE [FILE]]",
    .options = options,
    .methods = methods,
    .groups = SPK_READS_STREAM | SPK_WRITES_STREAM | SPK_WRITES_TABLE | SPK_USES_THREADS |
              SPK_USES_SEED | SPK_SHOWS_PROGRESS | SPK_BOUNDS_MEMORY,
    .settings_size = sizeof(struct settings),
    .run = run,
};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
