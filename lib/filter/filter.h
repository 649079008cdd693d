/* filter.h: what every filter does around its own work: open the input, open the output with the
 * input's history and this program's step in it, and finish only when everything went well.
 *
 *     spk_reader *in = spk_filter_input(cli, spk_operand(cli, 0), NULL, err);
 *     spk_sink *out = spk_filter_output(cli, &header, 1, &in, 0, NULL, err);
 *     ... spk_sink_writer(out) ...
 *     return spk_filter_finish(out, duration, err);
 */
#ifndef SPK_FILTER_FILTER_H
#define SPK_FILTER_FILTER_H

#include "cli/program.h"
#include "stream/reader.h"
#include "stream/writer.h"

/* What the common options ask of readers. A program that took an input without an end cannot make an
 * output with one: spk_filter_finish is then spk_filter_finish_salvaged. */
spk_reader_options spk_filter_reading(const spk_cli *cli);
/* Open `path` (NULL or "-": stdin) so, and, when not NULL, for population `channel`. */
spk_reader *spk_filter_input(const spk_cli *cli, const char *path, const char *channel,
                             spk_error *err) SPK_NODISCARD;

typedef struct spk_sink spk_sink; /* output file + writer */

/* Open the output that the common options ask for; its provenance is the union of the inputs' and
 * this program's step: argv less neutral options and less the operands that are streams, seed if it
 * has one, digests of side inputs and of `files` (operands that are not streams). Every stream that
 * was read belongs in `input`: operands in order, then side inputs, whose reader is told by its
 * name (stream/provenance.h says how each is recorded). */
spk_sink *spk_filter_output(const spk_cli *cli, const spk_header *header, size_t inputs,
                            spk_reader *const *input, size_t files, const char *const *file,
                            spk_error *err) SPK_NODISCARD;
spk_writer *spk_sink_writer(spk_sink *sink);

/* END, close, rename; frees the sink in every case. */
int spk_filter_finish(spk_sink *sink, uint64_t duration, spk_error *err) SPK_NODISCARD;
/* The same with END's status for what was made of an incomplete stream, which no reader takes as
 * whole. */
int spk_filter_finish_salvaged(spk_sink *sink, uint64_t duration, spk_error *err) SPK_NODISCARD;
/* Give up: no END, and no file; a pipe gets what was pushed so far. Frees; NULL is ignored. */
void spk_filter_abandon(spk_sink *sink);

/* ---- the parts of spk_filter_output, for programs that open their inputs one after another ----
 */

/* A stream that was read: its name as spk_reader_name has it, and its history. */
typedef struct spk_origin {
    const char *name;
    const spk_provenance *history;
} spk_origin;

/* The history of an output of this program: the union of the inputs' and this program's step, as
 * spk_filter_output has it, into an initialised `history`; nothing with --no-provenance. */
int spk_filter_history(const spk_cli *cli, size_t inputs, const spk_origin *input, size_t files,
                       const char *const *file, spk_provenance *history,
                       spk_error *err) SPK_NODISCARD;

/* What the common options ask of the writer. */
spk_writer_options spk_filter_options(const spk_cli *cli);

/* Open the output with this history as it is. */
spk_sink *spk_filter_open(const spk_cli *cli, const spk_header *header,
                          const spk_provenance *history, const spk_writer_options *options,
                          spk_error *err) SPK_NODISCARD;

#endif
