/* checkpoint.c: options, the state between two pieces of a run as a file, and back.
 *
 * Where ranks share the network, all read the file and rank 0 writes it; when, they decide together. */
#include "run/checkpoint.h"

#include "base/memory.h"
#include "base/now.h"
#include "base/path.h"
#include "cli/message.h"
#include "cli/output.h"
#include "engine/comm.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORD_BYTES = 16 << 20, NUMBERS = 5 };

static const char every_option[] = "--checkpoint-every";
static const double MAX_SECONDS = 1e9;

static const char *const number_name[NUMBERS] = {"samples", "last_sample", "end", "inside",
                                                 "journal_bytes"};

struct spk_checkpoint {
    const spk_cli *cli;
    const spk_checkpoint_options *options;
    const char *other; /* option of the second output */
    spk_checkpoint_run run;
    spk_journal *journal;   /* NULL: nothing to keep */
    uint64_t every_samples; /* after so many, or (0) */
    uint64_t every_ns;      /* after so long */
    uint64_t due;           /* ns */
    uint64_t written_at;    /* samples at the last one */
};

/* ---- options --------------------------------------------------------------------------------- */

/* "500" or "10min". */
static int parse_every(spk_checkpoint *c, spk_error *err)
{
    const char *text = c->options->every;
    const size_t length = strlen(text);
    spk_rational seconds;
    if (length > 0 && isdigit((unsigned char)text[length - 1])) {
        if (spk_parse_count(text, every_option, &c->every_samples, err)) return -1;
        return c->every_samples > 0
                   ? 0
                   : spk_fail(err, SPK_USAGE, "%s: at least 1 sample", every_option);
    }
    if (spk_parse_time(text, every_option, &seconds, err)) return -1;
    const double value = spk_rational_value(seconds);
    if (value > MAX_SECONDS)
        return spk_fail(err, SPK_USAGE, "%s: %s is too long", every_option, text);
    c->every_ns = (uint64_t)(value * 1e9);
    return 0;
}

/* What is written must not overwrite each other. */
static int check_outputs(const spk_cli *cli, const char *checkpoint, const char *other,
                         const char *second, spk_error *err)
{
    char *beside = checkpoint ? spk_journal_name(checkpoint, err) : NULL;
    if (checkpoint && !beside) return -1;
    const char *option[] = {"--output", other, "--checkpoint", "the journal of --checkpoint"};
    const char *file[] = {cli->common->output, second, checkpoint, beside};
    int status = 0;
    if (checkpoint && strcmp(checkpoint, "-") == 0)
        status = spk_fail(err, SPK_USAGE, "--checkpoint: needs the name of a file");
    for (size_t i = 0; i < 4 && status == 0; i++)
        for (size_t j = 0; j < i && status == 0; j++)
            if (file[i] && file[j] && spk_path_same(file[i], file[j]))
                status = spk_fail(err, SPK_USAGE, "%s and %s are both written to %s", option[j],
                                  option[i], strcmp(file[i], "-") == 0 ? "stdout" : file[i]);
    free(beside);
    return status;
}

/* Whether one could be written. */
static int try_file(const char *path, spk_error *err)
{
    spk_output *output = spk_output_open(path, true, true, err);
    if (!output) return -1;
    const bool in_place = spk_output_in_place(output);
    spk_output_discard(output);
    return in_place ? spk_fail(err, SPK_USAGE, "%s: a checkpoint is a file", path) : 0;
}

static int check_options(spk_checkpoint *c, spk_error *err)
{
    const char *file = c->options->file;
    if (spk_comm_rank() > 0) return parse_every(c, err);
    if (!c->options->resume && !c->cli->common->force && access(file, F_OK) == 0)
        return spk_fail(err, SPK_USAGE,
                        "%s: is there already; --resume goes on from it, --force begins anew",
                        file);
    return parse_every(c, err) || try_file(file, err) ? -1 : 0;
}

int spk_checkpoint_open(const spk_cli *cli, const spk_checkpoint_options *options,
                        const char *other, const char *file, spk_checkpoint **out, spk_error *err)
{
    *out = NULL;
    if (!options->file && options->resume)
        return spk_fail(err, SPK_USAGE, "--resume: --checkpoint says from where");
    if (!options->file && spk_given(cli, every_option + 2))
        return spk_fail(err, SPK_USAGE, "%s: --checkpoint says where to", every_option);
    if (check_outputs(cli, options->file, other, file, err)) return -1;
    if (!options->file) return 0;
    spk_checkpoint *c = spk_alloc(1, sizeof *c, "a checkpoint", err);
    if (!c) return -1;
    c->cli = cli;
    c->options = options;
    c->other = other;
    if (check_options(c, err) == 0) {
        *out = c;
        return 0;
    }
    free(c);
    return -1;
}

void spk_checkpoint_free(spk_checkpoint *c)
{
    if (c) spk_journal_close(c->journal);
    free(c);
}

void spk_checkpoint_remove(const spk_checkpoint *c)
{
    if (!c || spk_comm_rank() > 0) return;
    unlink(c->options->file);
    spk_journal_remove(c->options->file);
}

static bool has_journal(const spk_checkpoint *c)
{
    return c && (c->run.records || c->run.snapshots);
}

int spk_checkpoint_snapshot(const spk_checkpoint *c, const spk_snapshot *snapshot, spk_error *err)
{
    return has_journal(c) ? spk_journal_snapshot(c->journal, c->run.engine, snapshot, err) : 0;
}

/* ---- what it belongs to ---------------------------------------------------------------------- */

/* A position and the length of the journal, by the names above. */
static void numbers_of(spk_run_position *at, uint64_t *journal_bytes, uint64_t *number[NUMBERS])
{
    number[0] = &at->samples;
    number[1] = &at->last_sample;
    number[2] = &at->end;
    number[3] = &at->inside;
    number[4] = journal_bytes;
}

/* To take what is intact of an input does not change what was made of it before. */
static bool counts(const char *word)
{
    return word[0] == '-' && word[1] && strcmp(word, "--allow-truncated") != 0 &&
           strcmp(word, "--no-allow-truncated") != 0;
}

/* The options that the state depends on, as one line. */
static char *options_of(const spk_cli *cli, spk_error *err)
{
    size_t size = 1;
    for (size_t i = 0; i < cli->argc; i++)
        size += strlen(cli->argv[i]) + 1;
    char *line = spk_alloc(size, 1, "options", err);
    size_t used = 0;
    for (size_t i = 0; line && i < cli->argc; i++)
        if (counts(cli->argv[i]))
            used +=
                (size_t)snprintf(line + used, size - used, "%s%s", used ? " " : "", cli->argv[i]);
    return line;
}

/* The last steps of a stream's history, as one line: another stream has others. */
static char *history_of(const spk_reader *in, spk_error *err)
{
    const spk_provenance *history = in ? spk_reader_provenance(in) : NULL;
    size_t heads = history ? history->heads : 0, used = 0, size = heads * sizeof *history->head + 1;
    char *line = spk_alloc(size, 1, "the input's history", err);
    for (size_t i = 0; line && i < heads; i++)
        used +=
            (size_t)snprintf(line + used, size - used, "%s%s", used ? " " : "", history->head[i]);
    return line;
}

/* ---- out ------------------------------------------------------------------------------------- */

static bool add_text(cJSON *meta, const char *name, char *text)
{
    const bool added = text && cJSON_AddStringToObject(meta, name, text);
    free(text);
    return added;
}

static int make_header(const spk_checkpoint *c, spk_run_position at, uint64_t journal_bytes,
                       spk_header *header, spk_error *err)
{
    uint64_t *number[NUMBERS];
    numbers_of(&at, &journal_bytes, number);
    header->tick = c->run.net->dt;
    header->meta = cJSON_CreateObject();
    cJSON *meta = header->meta ? cJSON_AddObjectToObject(header->meta, "checkpoint") : NULL;
    bool made = meta && cJSON_AddStringToObject(meta, "program", c->cli->program->name) &&
                add_text(meta, "options", options_of(c->cli, err)) &&
                add_text(meta, "input", history_of(c->run.input, err)) &&
                add_text(meta, "weights", history_of(c->run.weights, err)) &&
                cJSON_AddBoolToObject(meta, "recorded", c->run.records);
    for (size_t i = 0; made && i < NUMBERS; i++) {
        char text[24];
        snprintf(text, sizeof text, "%" PRIu64, *number[i]);
        made = cJSON_AddStringToObject(meta, number_name[i], text) != NULL;
    }
    return made ? 0 : spk_fail(err, SPK_LIMIT, "out of memory for a checkpoint");
}

static int write_state(spk_writer *w, const unsigned char *bytes, size_t size, spk_error *err)
{
    for (size_t at = 0; at < size; at += RECORD_BYTES) {
        size_t n = size - at < RECORD_BYTES ? size - at : RECORD_BYTES;
        uint16_t flags = SPK_FLAG_CRITICAL | (at + n < size ? SPK_FLAG_MORE : 0);
        if (spk_writer_record(w, SPK_KIND_STATE, flags, 0, bytes + at, n, err)) return -1;
    }
    return spk_writer_end(w, 0, false, err);
}

static int write_file(const spk_checkpoint *c, const spk_header *header, const void *bytes,
                      size_t size, spk_error *err)
{
    const char *path = c->options->file;
    spk_provenance none;
    spk_writer_options options = {.level = 1};
    spk_writer *w = NULL;
    spk_provenance_init(&none);
    spk_output *output = spk_output_open(path, true, true, err);
    if (output) w = spk_writer_open(spk_output_fd(output), path, header, &none, &options, err);
    const int status = w ? write_state(w, bytes, size, err) : -1;
    spk_writer_close(w);
    if (status == 0) return spk_output_commit(output, err);
    spk_output_discard(output);
    return -1;
}

/* The journal first: what it has beyond the last checkpoint does not matter. */
static int write_one(spk_checkpoint *c, const spk_run_position *at, spk_error *err)
{
    void *bytes = NULL;
    size_t size = 0;
    uint64_t journal_bytes = 0;
    spk_header header;
    if (c->journal && spk_journal_sync(c->journal, &journal_bytes, err)) return -1;
    if (spk_engine_save(c->run.engine, &bytes, &size, err)) return -1;
    spk_header_init(&header);
    int status = 0;
    if (spk_comm_rank() == 0) status = make_header(c, *at, journal_bytes, &header, err);
    if (status == 0 && bytes) status = write_file(c, &header, bytes, size, err);
    spk_header_free(&header);
    free(bytes);
    c->due = spk_now() + c->every_ns;
    c->written_at = at->samples;
    return status;
}

/* ---- in -------------------------------------------------------------------------------------- */

static const char *text_of(const cJSON *meta, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(meta, name));
}

static int check_options_of(const spk_checkpoint *c, const cJSON *meta, spk_error *err)
{
    const char *theirs = text_of(meta, "options"), *program = text_of(meta, "program");
    if (!theirs || !program || strcmp(program, c->cli->program->name) != 0)
        return spk_fail(err, SPK_DATA, "%s: is not a checkpoint of %s", c->options->file,
                        c->cli->program->name);
    char *ours = options_of(c->cli, err);
    if (!ours) return -1;
    const bool same = strcmp(ours, theirs) == 0;
    if (!same)
        spk_fail(err, SPK_USAGE, "%s: was made with other options (%s) than these (%s)",
                 c->options->file, theirs[0] ? theirs : "none", ours[0] ? ours : "none");
    free(ours);
    return same ? 0 : -1;
}

static int check_history(const spk_checkpoint *c, const cJSON *meta, const char *name,
                         const spk_reader *in, spk_error *err)
{
    const char *theirs = text_of(meta, name);
    char *ours = history_of(in, err);
    if (!ours) return -1;
    const bool same = theirs && strcmp(ours, theirs) == 0;
    free(ours);
    if (same) return 0;
    return spk_fail(err, SPK_DATA, "%s: was made from another input than %s (its history differs)",
                    c->options->file, in ? spk_reader_name(in) : "none");
}

static int check_recorded(const spk_checkpoint *c, const cJSON *meta, spk_error *err)
{
    const bool recorded = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(meta, "recorded"));
    const char *path = c->options->file, *other = c->other ? c->other : "recording";
    if (c->run.records && !recorded)
        return spk_fail(err, SPK_USAGE, "%s: was made without %s, so that they are lost", path,
                        other);
    if (!c->run.records && recorded)
        return spk_fail(err, SPK_USAGE, "%s: was made with %s, which would be lost without", path,
                        other);
    return 0;
}

static int read_meta(const spk_checkpoint *c, const spk_reader *in, spk_run_position *at,
                     uint64_t *journal_bytes, spk_error *err)
{
    const cJSON *root = spk_reader_header(in)->meta;
    const cJSON *meta = cJSON_GetObjectItemCaseSensitive(root, "checkpoint");
    uint64_t *number[NUMBERS];
    numbers_of(at, journal_bytes, number);
    if (check_options_of(c, meta, err) || check_history(c, meta, "input", c->run.input, err) ||
        check_history(c, meta, "weights", c->run.weights, err) || check_recorded(c, meta, err))
        return -1;
    for (size_t i = 0; i < NUMBERS; i++) {
        const char *text = text_of(meta, number_name[i]);
        if (!text || spk_parse_count(text, number_name[i], number[i], err))
            return spk_fail(err, SPK_DATA, "%s: lacks \"%s\"", c->options->file, number_name[i]);
    }
    return 0;
}

static int read_state(const spk_checkpoint *c, spk_reader *in, spk_error *err)
{
    unsigned char *bytes = NULL;
    size_t n = 0, capacity = 0;
    spk_item item;
    int more, status = 0;
    while (status == 0 && (more = spk_reader_next(in, &item, err)) != 0) {
        if (more < 0) status = -1;
        if (status || item.kind != SPK_KIND_STATE) continue;
        status = spk_grow(&bytes, &capacity, n + item.raw.bytes, 1, "a checkpoint", err);
        if (status == 0) memcpy(bytes + n, item.raw.payload, item.raw.bytes);
        n += item.raw.bytes;
    }
    if (status == 0) status = spk_engine_restore(c->run.engine, bytes, n, c->options->file, err);
    free(bytes);
    return status;
}

/* 1: *at and the engine stand where it was made; 0: there is none; -1. */
static int read_one(const spk_checkpoint *c, spk_run_position *at, uint64_t *journal_bytes,
                    spk_error *err)
{
    const char *path = c->options->file;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return 0;
    if (fd < 0) return spk_fail_errno(err, errno, "%s: cannot open", path);
    spk_reader *in = spk_reader_open(fd, path, NULL, err);
    const int status =
        !in || read_meta(c, in, at, journal_bytes, err) || read_state(c, in, err) ? -1 : 1;
    spk_reader_close(in);
    return status;
}

/* ---- going on -------------------------------------------------------------------------------- */

/* "12 samples", "12 samples and 3.5 ms of the next one", "3.5 ms". */
static void describe(const spk_checkpoint *c, const spk_run_position *at, char *text, size_t size)
{
    const bool over = !c->run.input && at->samples > 0; /* all of it was run */
    const double ms = (double)(over ? at->end : at->inside) * c->run.net->dt_ms;
    if (!c->run.input)
        snprintf(text, size, "%.15g ms", ms);
    else if (at->inside > 0)
        snprintf(text, size, "%" PRIu64 " samples and %.15g ms of the next one", at->samples, ms);
    else
        snprintf(text, size, "%" PRIu64 " samples", at->samples);
}

static int stopped(const spk_checkpoint *c, const spk_run_position *at, spk_error *err)
{
    char where[96];
    describe(c, at, where, sizeof where);
    return spk_fail(err, SPK_STOPPED, "stopped after %s; --resume goes on", where);
}

/* Pass over the samples that were done. */
static int skip(const spk_checkpoint *c, const spk_run_position *at, spk_error *err)
{
    const char *path = c->options->file;
    spk_sample sample = {0};
    for (uint64_t i = 0; i < at->samples; i++) {
        int more = spk_feed_next(c->run.feed, &sample, err);
        if (more > 0) more = spk_feed_skip(c->run.feed, err) ? -1 : 1;
        if (more < 0) return -1;
        if (more == 0)
            return spk_fail(err, SPK_DATA,
                            "%s: ends after %" PRIu64 " samples, but %s was made after %" PRIu64,
                            spk_reader_name(c->run.input), i, path, at->samples);
    }
    spk_feed_resume(c->run.feed, at->inside);
    if (sample.number == at->last_sample) return 0;
    return spk_fail(err, SPK_DATA,
                    "%s: is not the input of %s: sample %" PRIu64 " stands where %" PRIu64 " was",
                    spk_reader_name(c->run.input), path, sample.number, at->last_sample);
}

/* Continue where the checkpoint was made: input, outputs. */
static int resume(const spk_checkpoint *c, const spk_run_position *at, spk_error *err)
{
    char where[96];
    if (skip(c, at, err)) return -1;
    describe(c, at, where, sizeof where);
    spk_note(c->cli, 1, "resumed after %s", where);
    if (!c->journal) return 0;
    return spk_journal_replay(c->journal, c->run.engine, c->run.header, c->run.writer,
                              c->run.recorder, err);
}

/* Numbers of all ranks; *all to free(). */
static int ask_ranks(uint64_t mine, uint64_t **all, spk_error *err)
{
    *all = spk_alloc((size_t)spk_comm_ranks(), sizeof **all, "ranks", err);
    if (*all && spk_comm_words(mine, *all, err) == 0) return 0;
    free(*all);
    return -1;
}

/* Ranks on several machines may see other files: all must go on from the same one. */
static int check_all_found(const spk_checkpoint *c, int found, const spk_run_position *at,
                           spk_error *err)
{
    uint64_t *all;
    int status = 0;
    const uint64_t place = (at->samples << 32 ^ at->inside) & UINT64_MAX >> 2;
    if (ask_ranks(found ? 1 + place : 0, &all, err)) return -1;
    for (int rank = 1; status == 0 && rank < spk_comm_ranks(); rank++)
        if (all[rank] != all[0])
            status = spk_fail(err, SPK_DATA, "%s: rank %d of %d finds another one than rank 0",
                              c->options->file, rank, spk_comm_ranks());
    free(all);
    return status;
}

int spk_checkpoint_begin(spk_checkpoint *c, const spk_checkpoint_run *run, spk_run_position *at,
                         spk_error *err)
{
    uint64_t journal_bytes = 0;
    *at = (spk_run_position){0};
    if (!c) return 0;
    c->run = *run;
    if (c->every_samples > 0 && !run->input)
        return spk_fail(err, SPK_USAGE, "%s: %s has no samples to count; a time is expected",
                        every_option, run->net->name);
    spk_catch_stop();
    const int found = c->options->resume ? read_one(c, at, &journal_bytes, err) : 0;
    if (found < 0 && spk_stop_requested()) /* reading was interrupted */
        return spk_fail(err, SPK_STOPPED, "stopped; --resume goes on from %s", c->options->file);
    if (found < 0 || check_all_found(c, found, at, err)) return -1;
    if (has_journal(c) && spk_comm_rank() == 0) {
        c->journal = spk_journal_open(c->options->file, journal_bytes, err);
        if (!c->journal) return -1;
    }
    if (found && resume(c, at, err)) return spk_stop_requested() ? stopped(c, at, err) : -1;
    if (run->recorder) spk_recorder_set_tap(run->recorder, spk_journal_tap, c->journal);
    c->due = spk_now() + c->every_ns;
    c->written_at = at->samples;
    return found;
}

bool spk_checkpoint_stops(const spk_checkpoint *c)
{
    return c && spk_stop_requested();
}

int spk_checkpoint_stop(spk_checkpoint *c, const spk_run_position *at, spk_error *err)
{
    return write_one(c, at, err) ? -1 : stopped(c, at, err);
}

static bool is_due(const spk_checkpoint *c, const spk_run_position *at)
{
    if (c->every_samples > 0) return at->samples - c->written_at >= c->every_samples;
    return spk_comm_rank() == 0 && spk_now() >= c->due;
}

bool spk_checkpoint_due(const spk_checkpoint *c, const spk_run_position *at)
{
    return c && (spk_checkpoint_stops(c) || is_due(c, at));
}

/* What there is to do now, in bits; where several ranks share the network, what any was asked for, and
 * what rank 0's clock says. */
enum { STOP = 1, WRITE = 2 };

static int decide(const spk_checkpoint *c, const spk_run_position *at, uint64_t *what,
                  spk_error *err)
{
    uint64_t *all;
    *what = spk_checkpoint_stops(c) ? STOP : 0;
    if (spk_state_requested() || is_due(c, at)) *what |= WRITE;
    if (spk_comm_ranks() == 1) return 0;
    if (ask_ranks(*what, &all, err)) return -1;
    for (int rank = 0; rank < spk_comm_ranks(); rank++)
        *what |= all[rank];
    free(all);
    return 0;
}

int spk_checkpoint_rest(spk_checkpoint *c, const spk_run_position *at, spk_error *err)
{
    uint64_t what;
    if (!c) return 0;
    if (decide(c, at, &what, err)) return -1;
    if (what & STOP) return spk_checkpoint_stop(c, at, err);
    return what & WRITE ? write_one(c, at, err) : 0;
}
