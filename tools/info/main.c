/* spk-info: what a stream is, without showing what is in it.
 *
 * One question at a time, asked of each file: main.c finds the question and keeps going when the
 * answer for one of several files is a failure, so that all are told. */
#include "cli/message.h"
#include "filter/target.h"
#include "info.h"

#include <string.h>

typedef struct settings {
    spk_common common;
    bool verify, digest, replay, index;
    const char *checksum;
} settings;

#define AT(member) .offset = offsetof(settings, member)

static const spk_option options[] = {
    {.name = "verify",
     AT(verify),
     .kind = SPK_FLAG,
     .help = "read everything and check every checksum"},
    {.name = "digest",
     AT(digest),
     .kind = SPK_FLAG,
     .help = "print digests of the content, which storage and history do not change"},
    {.name = "replay",
     AT(replay),
     .kind = SPK_FLAG,
     .help = "print the shell script that makes the stream again"},
    {.name = "index",
     AT(index),
     .kind = SPK_FLAG,
     .help = "list the compressed frames with their places and times"},
    {.name = "checksum",
     AT(checksum),
     .kind = SPK_TEXT,
     .metavar = "HEX",
     .help = "check that the bytes of FILE, of any format, have this XXH3-128"},
    {0}};

typedef struct question {
    info_answer *answer;
    const char *const *columns; /* of its rows; NULL: it prints for itself */
} question;

/* ---- which question -------------------------------------------------------------------------- */

static int choose(const settings *s, question *q, spk_error *err)
{
    static const char *const summary[] = {"key", "value", NULL};
    static const char *const verify[] = {"file", "status", "records", "spikes", NULL};
    static const char *const digest[] = {"digest", "part", "name", "file", NULL};
    const bool json = s->common.format == SPK_JSON_LINES;
    if (s->verify + s->digest + s->replay + s->index + (s->checksum != NULL) > 1)
        return spk_fail(err, SPK_USAGE,
                        "give one of --verify, --digest, --replay, --index and --checksum");
    if (json && (s->replay || s->checksum))
        return spk_fail(err, SPK_USAGE, "--format json has no meaning for %s",
                        s->replay ? "--replay" : "--checksum");
    *q = (question){info_summary, json ? NULL : summary};
    if (s->verify) *q = (question){info_verify, json ? verify : NULL};
    if (s->digest) *q = (question){info_digest, digest};
    if (s->replay) *q = (question){info_replay, NULL};
    if (s->index) *q = (question){info_index, info_index_columns};
    if (s->checksum) *q = (question){info_checksum, NULL};
    return 0;
}

/* ---- every file ------------------------------------------------------------------------------ */

/* Of several files all are asked; what failed is warned of, and the first failure is the result. */
static int ask_all(const spk_cli *cli, const question *q, info *i, spk_error *err)
{
    size_t failures = 0;
    spk_code code = SPK_OK;
    if (cli->operands <= 1) {
        i->path = spk_operand(cli, 0);
        return q->answer(i, err);
    }
    for (size_t k = 0; k < cli->operands; k++) {
        i->path = cli->operand[k];
        if (q->answer(i, err)) {
            if (failures++ == 0) code = err->code;
            spk_warn(cli, "%s", err->text);
        }
    }
    if (failures == 0) return 0;
    return spk_fail(err, code, "%zu of %zu files failed", failures, cli->operands);
}

static int ask(const spk_cli *cli, const question *q, info *i, spk_error *err)
{
    if (q->columns) {
        i->table = spk_table_open(i->out, i->json, q->columns, err);
        if (!i->table) return -1;
    }
    int status = ask_all(cli, q, i, err);
    spk_error ignored;
    if (i->table && spk_table_close(i->table, status ? &ignored : err)) status = -1;
    return status;
}

static int run(spk_cli *cli, spk_error *err)
{
    const settings *s = cli->settings;
    question q;
    info i = {.cli = cli, .json = s->common.format == SPK_JSON_LINES, .checksum = s->checksum};
    if (choose(s, &q, err)) return -1;
    if ((s->replay || s->checksum) && spk_check_operands(cli, s->checksum ? 1 : 0, 1, err))
        return -1;
    spk_output *out = spk_target_open(cli, SPK_FILE_TEXT, err);
    if (!out) return -1;
    i.out = spk_output_file(out, err);
    if (i.out && ask(cli, &q, &i, err) == 0) return spk_output_commit(out, err);
    return spk_output_give_up(out, err);
}

static const spk_program program = {.name = "spk-info",
                                    .summary =
                                        "describe streams, check them, and tell their history",
                                    .operands = "[FILE...]",
                                    .options = options,
                                    .groups = SPK_READS_STREAM | SPK_WRITES_TABLE,
                                    .settings_size = sizeof(settings),
                                    .run = run};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
