/* checkpoint.c: a run's state between two samples: a .spk stream of STATE records.
 *
 * The header's meta says where the run stood and with which options it ran; the records hold what
 * the engine saves. The file is replaced as a whole, so that there is always a good one. */
#include "cli/output.h"
#include "journal.h"
#include "train.h"

#include "base/memory.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORD_BYTES = 16 << 20, NUMBERS = 4 };

static const char *const number_name[NUMBERS] = {"samples", "last_sample", "end", "journal_bytes"};

static void numbers_of(position *at, uint64_t *number[NUMBERS])
{
    number[0] = &at->samples;
    number[1] = &at->last_sample;
    number[2] = &at->end;
    number[3] = &at->journal_bytes;
}

/* To take what is intact of an input does not change what was learned from it before. */
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

/* The last steps of the input's history, as one line: another input has others. */
static char *input_of(const run *r, spk_error *err)
{
    const spk_provenance *history = r->input ? spk_reader_provenance(r->input) : NULL;
    size_t heads = history ? history->heads : 0, used = 0, size = heads * sizeof *history->head + 1;
    char *line = spk_alloc(size, 1, "the input's history", err);
    for (size_t i = 0; line && i < heads; i++)
        used +=
            (size_t)snprintf(line + used, size - used, "%s%s", used ? " " : "", history->head[i]);
    return line;
}

/* ---- out ------------------------------------------------------------------------------------- */

static int make_header(const run *r, spk_header *header, spk_error *err)
{
    position at = r->at;
    uint64_t *number[NUMBERS];
    char *options = options_of(r->cli, err), *input = input_of(r, err);
    numbers_of(&at, number);
    header->tick = r->net->dt;
    header->meta = cJSON_CreateObject();
    cJSON *meta = header->meta ? cJSON_AddObjectToObject(header->meta, "checkpoint") : NULL;
    bool made = options && input && meta &&
                cJSON_AddStringToObject(meta, "program", r->cli->program->name) &&
                cJSON_AddStringToObject(meta, "options", options) &&
                cJSON_AddStringToObject(meta, "input", input) &&
                cJSON_AddBoolToObject(meta, "spikes", r->recorder != NULL);
    for (size_t i = 0; made && i < NUMBERS; i++) {
        char text[24];
        snprintf(text, sizeof text, "%" PRIu64, *number[i]);
        made = cJSON_AddStringToObject(meta, number_name[i], text) != NULL;
    }
    free(options);
    free(input);
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

static int write_file(const run *r, const void *bytes, size_t size, spk_error *err)
{
    spk_header header;
    spk_provenance none;
    spk_writer_options options = {.level = 1};
    spk_output *output = NULL;
    spk_writer *w = NULL;
    spk_header_init(&header);
    spk_provenance_init(&none);
    int status = make_header(r, &header, err);
    if (status == 0) output = spk_output_open(r->set->checkpoint, true, true, err);
    if (output)
        w = spk_writer_open(spk_output_fd(output), r->set->checkpoint, &header, &none, &options,
                            err);
    status = w ? write_state(w, bytes, size, err) : -1;
    spk_writer_close(w);
    if (status == 0)
        status = spk_output_commit(output, err);
    else
        spk_output_discard(output);
    spk_header_free(&header);
    return status;
}

int checkpoint_write(run *r, spk_error *err)
{
    void *bytes = NULL;
    size_t size = 0;
    r->at.journal_bytes = 0;
    if (r->journal && journal_sync(r->journal, &r->at.journal_bytes, err)) return -1;
    if (spk_engine_save(r->engine, &bytes, &size, err)) return -1;
    int status = write_file(r, bytes, size, err);
    free(bytes);
    return status;
}

int checkpoint_try(const run *r, spk_error *err)
{
    spk_output *output = spk_output_open(r->set->checkpoint, true, true, err);
    if (!output) return -1;
    const bool in_place = spk_output_in_place(output);
    spk_output_discard(output);
    return in_place ? spk_fail(err, SPK_USAGE, "%s: a checkpoint is a file", r->set->checkpoint)
                    : 0;
}

void checkpoint_remove(const run *r)
{
    unlink(r->set->checkpoint);
    journal_remove(r->set->checkpoint);
}

/* ---- in -------------------------------------------------------------------------------------- */

static int read_meta(run *r, const spk_reader *in, spk_error *err)
{
    const cJSON *root = spk_reader_header(in)->meta;
    const cJSON *meta = cJSON_GetObjectItemCaseSensitive(root, "checkpoint");
    const cJSON *program = cJSON_GetObjectItemCaseSensitive(meta, "program");
    const cJSON *options = cJSON_GetObjectItemCaseSensitive(meta, "options");
    const cJSON *input = cJSON_GetObjectItemCaseSensitive(meta, "input");
    uint64_t *number[NUMBERS];
    numbers_of(&r->at, number);
    if (!cJSON_IsString(program) || !cJSON_IsString(options) || !cJSON_IsString(input) ||
        strcmp(program->valuestring, r->cli->program->name) != 0)
        return spk_fail(err, SPK_DATA, "%s: is not a checkpoint of %s", r->set->checkpoint,
                        r->cli->program->name);
    char *ours = options_of(r->cli, err);
    if (!ours) return -1;
    bool same = strcmp(ours, options->valuestring) == 0;
    if (!same)
        spk_fail(err, SPK_USAGE, "%s: was made with other options (%s) than these (%s)",
                 r->set->checkpoint, options->valuestring[0] ? options->valuestring : "none",
                 ours[0] ? ours : "none");
    free(ours);
    if (!same) return -1;
    ours = input_of(r, err);
    same = ours && strcmp(ours, input->valuestring) == 0;
    free(ours);
    if (!same)
        return spk_fail(err, SPK_DATA,
                        "%s: was made from another input than %s (its history differs)",
                        r->set->checkpoint, r->input ? spk_reader_name(r->input) : "none");
    bool spikes = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(meta, "spikes"));
    if (r->recorder && !spikes)
        return spk_fail(err, SPK_USAGE, "%s: was made without --spikes, so that they are lost",
                        r->set->checkpoint);
    if (!r->recorder && spikes)
        return spk_fail(err, SPK_USAGE, "%s: was made with --spikes, which would be lost without",
                        r->set->checkpoint);
    for (size_t i = 0; i < NUMBERS; i++) {
        const cJSON *text = cJSON_GetObjectItemCaseSensitive(meta, number_name[i]);
        if (!cJSON_IsString(text) ||
            spk_parse_count(text->valuestring, number_name[i], number[i], err))
            return spk_fail(err, SPK_DATA, "%s: lacks \"%s\"", r->set->checkpoint, number_name[i]);
    }
    return 0;
}

static int read_state(run *r, spk_reader *in, spk_error *err)
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
    if (status == 0) status = spk_engine_restore(r->engine, bytes, n, r->set->checkpoint, err);
    free(bytes);
    return status;
}

int checkpoint_read(run *r, spk_error *err)
{
    const char *path = r->set->checkpoint;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return 0;
    if (fd < 0) return spk_fail_errno(err, errno, "%s: cannot open", path);
    spk_reader *in = spk_reader_open(fd, path, NULL, err);
    int status = !in || read_meta(r, in, err) || read_state(r, in, err) ? -1 : 1;
    spk_reader_close(in);
    return status;
}
