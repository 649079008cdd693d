/* target.c: what is looked at before an output is opened. What cannot be looked at is left to
 * spk_output_open to complain about. */
#include "filter/target.h"

#include "base/path.h"
#include "stream/format.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SNIFF = 4096 };

static bool begins(const char *start, size_t n, const char *magic, size_t length)
{
    return n >= length && memcmp(start, magic, length) == 0;
}

static bool holds(const char *start, size_t n, const char *word)
{
    for (size_t length = strlen(word); n >= length; start++, n--)
        if (memcmp(start, word, length) == 0) return true;
    return false;
}

/* No control characters but white space and what colours and underlining need. */
static bool is_text(const char *start, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)start[i];
        if ((c < 0x20 && !(c >= '\b' && c <= '\r') && c != 0x1b) || c == 0x7f) return false;
    }
    return true;
}

static spk_file_kind kind_of(const char *start, size_t n)
{
    if (begins(start, n, "\x28\xb5\x2f\xfd", 4) || begins(start, n, SPK_MAGIC, 8))
        return SPK_FILE_STREAM;
    if (begins(start, n, "\x89PNG\r\n\x1a\n", 8)) return SPK_FILE_PNG;
    if (begins(start, n, "%PDF-", 5)) return SPK_FILE_PDF;
    if (!is_text(start, n)) return SPK_FILE_OTHER;
    size_t blank = 0;
    while (blank < n && isspace((unsigned char)start[blank]))
        blank++;
    if (blank < n && start[blank] == '{' && holds(start, n, "\"spikepipe-network\""))
        return SPK_FILE_NETWORK;
    if (blank < n && start[blank] == '<' && holds(start, n, "<svg")) return SPK_FILE_SVG;
    return SPK_FILE_TEXT;
}

static int spare_other_kinds(const char *path, spk_file_kind kind, spk_error *err)
{
    static const char *const nouns[] = {[SPK_FILE_EVENTS] = "a recording of events",
                                        [SPK_FILE_STREAM] = "a spike stream",
                                        [SPK_FILE_TEXT] = "text",
                                        [SPK_FILE_NETWORK] = "a network file",
                                        [SPK_FILE_PNG] = "a PNG picture",
                                        [SPK_FILE_SVG] = "an SVG picture",
                                        [SPK_FILE_PDF] = "a PDF"};
    char start[SNIFF];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    const ssize_t n = read(fd, start, sizeof start);
    close(fd);
    if (n <= 0) return 0;
    const spk_file_kind old = kind_of(start, (size_t)n);
    if (old == kind || (old == SPK_FILE_OTHER && kind == SPK_FILE_EVENTS)) return 0;
    if (old == SPK_FILE_OTHER || old == SPK_FILE_TEXT)
        return spk_fail(err, SPK_USAGE, "%s: exists and is not %s (--force overwrites it)", path,
                        nouns[kind]);
    return spk_fail(err, SPK_USAGE, "%s: exists and is %s, not %s (--force overwrites it)", path,
                    nouns[old], nouns[kind]);
}

static bool is_among(const char *target, size_t n, const char **input)
{
    for (size_t i = 0; i < n; i++)
        if (input[i] && strcmp(input[i], "-") != 0 && spk_path_same(input[i], target)) return true;
    return false;
}

static int spare_inputs(const spk_cli *cli, spk_error *err)
{
    const char *target = cli->common->output;
    if (!is_among(target, cli->operands, cli->operand) &&
        !is_among(target, cli->side_inputs, cli->side_input))
        return 0;
    return spk_fail(err, SPK_USAGE, "%s: is an input of this command (--force overwrites it)",
                    target);
}

spk_output *spk_target_open(const spk_cli *cli, spk_file_kind kind, spk_error *err)
{
    const spk_common *common = cli->common;
    const bool binary = kind == SPK_FILE_EVENTS || kind == SPK_FILE_STREAM ||
                        kind == SPK_FILE_PNG || kind == SPK_FILE_PDF;
    struct stat target;
    if (!common->force && common->output && strcmp(common->output, "-") != 0 &&
        stat(common->output, &target) == 0 && S_ISREG(target.st_mode) &&
        (spare_inputs(cli, err) || spare_other_kinds(common->output, kind, err)))
        return NULL;
    return spk_output_open(common->output, binary, common->force, err);
}
