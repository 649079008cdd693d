/* output.c: results appear whole or not at all. A regular file is written under a temporary name
 * beside its final one and renamed at the end; stdout, devices and pipes are written in place. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "cli/output.h"

#include "base/memory.h"
#include "base/path.h"
#include "cli/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct spk_output {
    int fd;
    char *name;      /* as given, or "<stdout>" */
    char *target;    /* `name` with symbolic links followed; NULL when written in place */
    char *temporary; /* beside it; NULL when written in place */
    int slot;        /* of spk_signals_remember, or -1 */
    FILE *file;      /* made on demand */
};

static bool is_stdout(const struct spk_output *output)
{
    return output->fd == STDOUT_FILENO;
}

/* Frees; closes what is still open (but never stdout, which spk_main closes). */
static void release(spk_output *output)
{
    if (output->file && !is_stdout(output))
        fclose(output->file);
    else if (output->fd >= 0 && !is_stdout(output))
        close(output->fd);
    spk_signals_forget(output->slot);
    free(output->name);
    free(output->target);
    free(output->temporary);
    free(output);
}

static int refuse_terminal(const struct spk_output *output, spk_error *err)
{
    if (!isatty(output->fd)) return 0;
    return spk_fail(err, SPK_USAGE,
                    "%s: this is binary data and a terminal (pipe it into a program such as "
                    "spk-view, write it to a file with -o FILE, or insist with --force)",
                    output->name);
}

static int open_in_place(spk_output *output, spk_error *err)
{
    output->fd = open(output->name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (output->fd < 0)
        return spk_fail_errno(err, errno, "%s: cannot open for writing", output->name);
    return 0;
}

/* Beside `target` and after it; a name too long for that loses its end. */
static char *print_temporary(const char *target, spk_error *err)
{
    char ending[32];
    const size_t folder = spk_path_folder(target);
    const size_t more = (size_t)snprintf(ending, sizeof ending, ".tmp.%ld", (long)getpid());
    size_t name = strlen(target + folder);
    if (name <= NAME_MAX && name + more > NAME_MAX) name = NAME_MAX - more;
    const size_t size = folder + name + more + 1;
    char *text = spk_alloc(size, 1, "a file name", err);
    if (text) snprintf(text, size, "%.*s%s", (int)(folder + name), target, ending);
    return text;
}

/* Create the temporary file and have it removed by signals, without a moment between. Only now, so
 * that nothing that others made is ever removed. */
static int create_temporary(spk_output *output, spk_error *err)
{
    unlink(output->temporary); /* a crashed process of the same number may have left one */
    sigset_t before;
    spk_signals_hold(&before);
    output->fd = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int reason = errno;
    if (output->fd >= 0) output->slot = spk_signals_remember(output->temporary, err);
    spk_signals_release(&before);
    if (output->fd >= 0) return output->slot < 0 ? -1 : 0;
    free(output->temporary);
    output->temporary = NULL;
    return spk_fail_errno(err, reason, "%s: cannot create", output->name);
}

/* `old`: what is there now, or NULL; its permissions are kept. */
static int open_temporary(spk_output *output, const struct stat *old, spk_error *err)
{
    char *real = old ? realpath(output->name, NULL) : NULL;
    output->target = real ? real : spk_path_follow(output->name, err);
    if (!output->target) return -1;
    output->temporary = print_temporary(output->target, err);
    if (!output->temporary || create_temporary(output, err)) return -1;
    if (old && fchmod(output->fd, old->st_mode & 07777))
        return spk_fail_errno(err, errno, "%s: cannot keep its permissions", output->name);
    return 0;
}

static int open_path(spk_output *output, spk_error *err)
{
    struct stat old;
    if (stat(output->name, &old)) {
        if (errno == ENOENT) return open_temporary(output, NULL, err);
        return spk_fail_errno(err, errno, "%s: cannot create", output->name);
    }
    return S_ISREG(old.st_mode) ? open_temporary(output, &old, err) : open_in_place(output, err);
}

spk_output *spk_output_open(const char *path, bool binary, bool force, spk_error *err)
{
    bool to_stdout = !path || strcmp(path, "-") == 0;
    spk_output *output = spk_alloc(1, sizeof *output, "the output", err);
    if (!output) return NULL;
    output->fd = to_stdout ? STDOUT_FILENO : -1;
    output->slot = -1;
    output->name = spk_strdup(to_stdout ? "<stdout>" : path, err);
    int failed = !output->name || (!to_stdout && open_path(output, err));
    if (!failed && binary && !force) failed = refuse_terminal(output, err);
    if (!failed) return output;
    spk_output_discard(output);
    return NULL;
}

int spk_output_fd(const spk_output *output)
{
    return output->fd;
}

bool spk_output_in_place(const spk_output *output)
{
    return !output->temporary;
}

const char *spk_output_name(const spk_output *output)
{
    return output->name;
}

FILE *spk_output_file(spk_output *output, spk_error *err)
{
    if (output->file) return output->file;
    output->file = is_stdout(output) ? stdout : fdopen(output->fd, "w");
    if (!output->file) spk_fail_errno(err, errno, "%s: cannot write", output->name);
    return output->file;
}

static int flush(spk_output *output, spk_error *err)
{
    if (output->file && (fflush(output->file) || ferror(output->file)))
        return spk_fail_errno(err, errno, "%s: write error", output->name);
    /* pipes and devices have nothing to sync */
    if (output->temporary && fsync(output->fd))
        return spk_fail_errno(err, errno, "%s: write error", output->name);
    return 0;
}

/* Some file systems report a full disk only here. stdout is closed by spk_main. */
static int close_checked(spk_output *output, spk_error *err)
{
    if (is_stdout(output)) return 0;
    int failed = output->file ? fclose(output->file) : close(output->fd);
    output->file = NULL;
    output->fd = -1;
    return failed ? spk_fail_errno(err, errno, "%s: write error", output->name) : 0;
}

int spk_output_commit(spk_output *output, spk_error *err)
{
    int failed = flush(output, err) || close_checked(output, err);
    if (!failed && output->temporary && rename(output->temporary, output->target))
        failed = spk_fail_errno(err, errno, "%s: cannot rename %s to it", output->name,
                                output->temporary);
    if (failed) {
        spk_output_discard(output);
        return -1;
    }
    release(output);
    return 0;
}

int spk_output_give_up(spk_output *output, spk_error *err)
{
    if (output && err && err->code == SPK_IO && output->file && ferror(output->file))
        spk_error_prefix(err, "%s", output->name);
    spk_output_discard(output);
    return -1;
}

void spk_output_discard(spk_output *output)
{
    if (!output) return;
    if (output->temporary) unlink(output->temporary);
    release(output);
}
