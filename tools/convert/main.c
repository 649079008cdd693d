/* spk-convert: recordings of cameras and of other programs become spike streams, and back.
 *
 * The formats are lib/foreign's; import.c makes a stream of files, export.c a file of a stream. */
#include "convert.h"

#include "foreign/foreign.h"

#include <string.h>

const char *choice_word(const char *choices, int chosen, char room[16])
{
    while (chosen-- > 0)
        choices = strchr(choices, '|') + 1;
    const size_t n = strcspn(choices, "|");
    memcpy(room, choices, n);
    room[n] = '\0';
    return room;
}

#define AT(member) .offset = offsetof(settings, member)

static const spk_option options[] = {
    {.name = "from",
     .kind = SPK_CHOICE,
     AT(from),
     .metavar = "FORMAT",
     .choices = "auto|" SPK_FOREIGN_READ,
     .preset = "auto",
     .help = "format of the files (auto: told by their content)"},
    {.name = "to",
     .kind = SPK_CHOICE,
     AT(to),
     .metavar = "FORMAT",
     .choices = "spk|" SPK_FOREIGN_WRITE,
     .preset = "spk",
     .help = "format to write; all but spk read a stream"},
    {.name = "files-from",
     .kind = SPK_FILE,
     AT(files_from),
     .metavar = "LIST",
     .flags = SPK_SIDE_INPUT,
     .help = "take the files that LIST names, one a row, each with its label behind a tab if it "
             "has one"},
    {.name = "label-from",
     .kind = SPK_CHOICE,
     AT(label_from),
     .choices = "none|directory",
     .preset = "none",
     .help = "take the name of the directory that a file lies in as its label"},
    {.name = "classes",
     .kind = SPK_COUNT,
     AT(classes),
     .metavar = "N",
     .min = 1,
     .max = 1 << 20,
     .help = "labels are 0 to N-1 (default: up to the highest there is)"},
    {.name = "tick",
     .kind = SPK_TIME,
     AT(tick),
     .metavar = "TIME",
     .preset = "1us",
     .flags = SPK_POSITIVE,
     .help = "unit of time of the stream; times are rounded down to it"},
    {.name = "merge",
     .kind = SPK_FLAG,
     AT(merge),
     .help = "make one spike of several events of a unit in one tick"},
    {.name = "duration",
     .kind = SPK_TIME,
     AT(duration),
     .metavar = "TIME",
     .flags = SPK_POSITIVE,
     .help = "how long each file is: later events are left out (default: up to its last event)"},
    {.name = "origin",
     .kind = SPK_CHOICE,
     AT(origin),
     .choices = "file|first",
     .preset = "file",
     .help = "where time begins: as the file says, or at its first event"},
    {.name = "reorder",
     .kind = SPK_TIME,
     AT(reorder),
     .metavar = "TIME",
     .help = "put events in order that come up to TIME late (default: they are errors)"},
    {.name = "shape",
     .kind = SPK_TEXT,
     AT(shape),
     .metavar = "2xHxW",
     .help =
         "polarities, rows and columns of the camera, or N units (default: what the file says)"},
    {.name = "sensor",
     .kind = SPK_CHOICE,
     AT(sensor),
     .choices = "auto|" SPK_FOREIGN_SENSORS,
     .preset = "auto",
     .help = "sensor of AEDAT 2.0 files (auto: what the file says)"},
    {.name = "first-unit",
     .kind = SPK_COUNT,
     AT(first_unit),
     .metavar = "N",
     .preset = "0",
     .max = 1e9,
     .help = "tables: the number that the first unit has in the file"},
    {.name = "name",
     .kind = SPK_TEXT,
     AT(name),
     .metavar = "NAME",
     .preset = "input",
     .help = "name of the population in the stream that is written"},
    {.name = "population",
     .kind = SPK_TEXT,
     AT(population),
     .metavar = "NAME",
     .help = "with --to: write the spikes of this population"},
    {.name = "sample",
     .kind = SPK_COUNT,
     AT(sample),
     .metavar = "N",
     .help = "with --to: write the sample of this number (default: the only one)"},
    {0}};

/* An option that would silently do nothing is an error. */
static int check_options(const spk_cli *cli, bool out, spk_error *err)
{
    static const char *const in_only[] = {
        "from",   "files-from", "label-from", "classes",    "tick",  "merge", "duration",
        "origin", "reorder",    "sensor",     "first-unit", "shape", "name"};
    static const char *const out_only[] = {"population", "sample"};
    const char *const *names = out ? in_only : out_only;
    const size_t n = out ? sizeof in_only / sizeof *in_only : sizeof out_only / sizeof *out_only;
    for (size_t i = 0; i < n; i++)
        if (spk_given(cli, names[i]))
            return spk_fail(err, SPK_USAGE, "--%s has no meaning %s --to FORMAT", names[i],
                            out ? "with" : "without");
    return 0;
}

static int run(spk_cli *cli, spk_error *err)
{
    const settings *s = cli->settings;
    if (check_options(cli, s->to != 0, err)) return -1;
    return s->to ? convert_out(cli, err) : convert_in(cli, err);
}

static const spk_program program = {.name = "spk-convert",
                                    .summary = "turn recordings of events into streams, and back",
                                    .operands = "[FILE ...]",
                                    .options = options,
                                    .groups = SPK_READS_STREAM | SPK_WRITES_STREAM |
                                              SPK_SHOWS_PROGRESS | SPK_BOUNDS_MEMORY,
                                    .settings_size = sizeof(settings),
                                    .run = run};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
