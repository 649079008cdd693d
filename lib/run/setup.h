/* setup.h: the options and the first steps that all programs share that run a network. */
#ifndef SPK_RUN_SETUP_H
#define SPK_RUN_SETUP_H

#include "cli/message.h"
#include "cli/program.h"
#include "engine/engine.h"
#include "run/feed.h"
#include "stream/reader.h"

/* Values of SPK_RUN_OPTIONS, a member of the program's settings. */
typedef struct spk_run_options {
    spk_list set;
    spk_time duration;
    const char *population;
    int retick;
    bool check, estimate;
    const char *calibrate;
} spk_run_options;

#define SPK_RUN_OPTIONS(settings, member)                                                          \
    {.name = "set",                                                                                \
     .letter = 'S',                                                                                \
     .kind = SPK_LIST,                                                                             \
     .offset = offsetof(settings, member.set),                                                     \
     .metavar = "PATH=VALUE",                                                                      \
     .help = "override a value of the network file, as populations.exc.size=100"},                 \
        {.name = "duration",                                                                       \
         .kind = SPK_TIME,                                                                         \
         .offset = offsetof(settings, member.duration),                                            \
         .metavar = "TIME",                                                                        \
         .help = "how long to run a network that takes no input stream"},                          \
        {.name = "population",                                                                     \
         .kind = SPK_TEXT,                                                                         \
         .offset = offsetof(settings, member.population),                                          \
         .metavar = "NAME",                                                                        \
         .help = "the input stream's population that feeds the network, if it has several"},       \
        {.name = "retick",                                                                         \
         .kind = SPK_CHOICE,                                                                       \
         .offset = offsetof(settings, member.retick),                                              \
         .choices = "never|nearest|floor",                                                         \
         .preset = "never",                                                                        \
         .help = "round ticks that are not a whole number of the network's steps"},                \
        {.name = "check",                                                                          \
         .kind = SPK_FLAG,                                                                         \
         .offset = offsetof(settings, member.check),                                               \
         .flags = SPK_NEUTRAL,                                                                     \
         .help = "check the network file and print it with every default filled in"},              \
        {.name = "estimate",                                                                       \
         .kind = SPK_FLAG,                                                                         \
         .offset = offsetof(settings, member.estimate),                                            \
         .flags = SPK_NEUTRAL,                                                                     \
         .help = "print neurons, synapses, memory and time instead of running"},                   \
    {                                                                                              \
        .name = "calibrate", .kind = SPK_TEXT, .offset = offsetof(settings, member.calibrate),     \
        .metavar = "TIME|none", .preset = "2s", .flags = SPK_NEUTRAL,                              \
        .help = "with --estimate and a duration or an input file, measure for TIME"                \
    }

/* Load operand 0 with --set. With --check or --estimate print what they ask for and set *done, unless
 * the estimate is to be calibrated. */
spk_network *spk_run_load(const spk_cli *cli, const spk_run_options *options, bool *done,
                          spk_error *err) SPK_NODISCARD;

/* Whether --estimate is to be calibrated by a run (run/calibrate.h): how long it is to be, or its input,
 * was given. */
bool spk_run_calibrates(const spk_cli *cli, const spk_run_options *options);

/* Open operand 1 (default stdin) when the network takes a stream; *in is NULL when it does not, and
 * then operand 1 is an SPK_USAGE failure. */
int spk_run_input(const spk_cli *cli, const spk_run_options *options, const spk_network *net,
                  spk_reader **in, spk_error *err) SPK_NODISCARD;

/* A time that an option gives, in steps of the network. */
int spk_run_steps(const spk_network *net, const char *option, const spk_time *time, uint64_t *steps,
                  spk_error *err) SPK_NODISCARD;

/* --duration in steps; 0 when there is an input, which has its own. SPK_USAGE where it is missing, or
 * given without need. */
int spk_run_duration(const spk_run_options *options, const spk_network *net, const spk_reader *in,
                     uint64_t *steps, spk_error *err) SPK_NODISCARD;

/* Before a network learns: where a population has a teacher, `in` (NULL: none) must have labels that it
 * has units for. */
int spk_run_labels(const spk_network *net, const spk_reader *in, spk_error *err) SPK_NODISCARD;

/* Report `done` samples. How many there will be is told by the share of the input file that has been
 * read; it is unknown for a pipe, or a file that is read all at once. */
void spk_run_progress(const spk_cli *cli, const spk_reader *in, spk_progress *progress,
                      uint64_t done);

/* An SPK_LIMIT failure when so many copies of the network, or this rank's share of one, need more than
 * --max-memory. */
int spk_run_fits(const spk_cli *cli, const spk_network *net, size_t networks,
                 spk_error *err) SPK_NODISCARD;

/* Build the network, after a look at --max-memory; in SPK_PARTS parts, where the environment has that. */
spk_engine *spk_run_engine(const spk_cli *cli, const spk_network *net, uint64_t network_seed,
                           int threads, bool learning, spk_error *err) SPK_NODISCARD;

#endif
