/* filter.c: a filter's input and output, from the common options to files and back. */
#include "filter/filter.h"

#include "base/memory.h"
#include "base/path.h"
#include "filter/step.h"
#include "filter/target.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct spk_sink {
    spk_output *output;
    spk_writer *writer;
};

/* An input of this program had no end and was taken all the same. */
static bool cut_short;

spk_reader_options spk_filter_reading(const spk_cli *cli)
{
    return (spk_reader_options){.allow_truncated = cli->common->allow_truncated,
                                .cut_short = &cut_short};
}

spk_reader *spk_filter_input(const spk_cli *cli, const char *path, const char *channel,
                             spk_error *err)
{
    const int fd = spk_path_open(path, err);
    if (fd < 0) return NULL;
    spk_reader_options options = spk_filter_reading(cli);
    options.channel = channel;
    return spk_reader_open(fd, spk_path_title(path), &options, err);
}

static uint64_t latency_ns(const spk_common *common)
{
    if (!common->latency.given) return 0;
    uint64_t ns =
        spk_rational_divide_round(common->latency.seconds, spk_rational_of(1, 1000000000));
    return ns > 0 ? ns : 1;
}

spk_writer_options spk_filter_options(const spk_cli *cli)
{
    return (spk_writer_options){.level = cli->common->level, .latency_ns = latency_ns(cli->common)};
}

spk_sink *spk_filter_open(const spk_cli *cli, const spk_header *header,
                          const spk_provenance *history, const spk_writer_options *options,
                          spk_error *err)
{
    spk_sink *sink = spk_alloc(1, sizeof *sink, "the output", err);
    if (!sink) return NULL;
    sink->output = spk_target_open(cli, SPK_FILE_STREAM, err);
    if (sink->output)
        sink->writer = spk_writer_open(spk_output_fd(sink->output), spk_output_name(sink->output),
                                       header, history, options, err);
    if (sink->writer) return sink;
    spk_filter_abandon(sink);
    return NULL;
}

int spk_filter_history(const spk_cli *cli, size_t inputs, const spk_origin *input, size_t files,
                       const char *const *file, spk_provenance *history, spk_error *err)
{
    if (cli->common->no_provenance) return 0;
    return spk_step_append(history, cli, inputs, input, files, file, err);
}

spk_sink *spk_filter_output(const spk_cli *cli, const spk_header *header, size_t inputs,
                            spk_reader *const *input, size_t files, const char *const *file,
                            spk_error *err)
{
    spk_writer_options options = spk_filter_options(cli);
    spk_sink *sink = NULL;
    spk_provenance history;
    spk_origin *origin = spk_alloc(inputs, sizeof *origin, "the provenance", err);
    if (!origin) return NULL;
    for (size_t i = 0; i < inputs; i++)
        origin[i] = (spk_origin){spk_reader_name(input[i]), spk_reader_provenance(input[i])};
    spk_provenance_init(&history);
    if (!spk_filter_history(cli, inputs, origin, files, file, &history, err))
        sink = spk_filter_open(cli, header, &history, &options, err);
    spk_provenance_free(&history);
    free(origin);
    return sink;
}

spk_writer *spk_sink_writer(spk_sink *sink)
{
    return sink->writer;
}

static int finish(spk_sink *sink, uint64_t duration, bool salvaged, spk_error *err)
{
    int failed = spk_writer_end(sink->writer, duration, salvaged, err);
    spk_writer_close(sink->writer);
    sink->writer = NULL;
    if (!failed) {
        failed = spk_output_commit(sink->output, err);
        sink->output = NULL;
    }
    spk_filter_abandon(sink);
    return failed ? -1 : 0;
}

int spk_filter_finish(spk_sink *sink, uint64_t duration, spk_error *err)
{
    return finish(sink, duration, cut_short, err);
}

int spk_filter_finish_salvaged(spk_sink *sink, uint64_t duration, spk_error *err)
{
    return finish(sink, duration, true, err);
}

void spk_filter_abandon(spk_sink *sink)
{
    if (!sink) return;
    if (sink->output && spk_output_in_place(sink->output) && !spk_stop_requested()) {
        /* a reader that is gone must not end the program before it says what is wrong */
        spk_signals_ignore_pipe();
        spk_writer_break_off(sink->writer);
    }
    spk_writer_close(sink->writer);
    spk_output_discard(sink->output);
    free(sink);
}
