/* program.c: the frame around run(): what is the same in every main(). */
#include "cli/program.h"

#include "base/simd.h"
#include "cli/help.h"
#include "cli/line.h"
#include "cli/parse.h"
#include "cli/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include <cjson/cJSON.h>

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* A program started with stdout closed would give that number to the next file it opens, and then
 * write its results into it. Occupy 0, 1, 2 with something that fails in the right direction. */
static void occupy_standard_fds(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
}

static void print_version(const struct spk_parse *parse)
{
    printf("%s (Spikepipe) " SPK_VERSION "\n", parse->cli.program->name);
    if (!parse->values.verbose) return;
    printf("compiler: " COMPILER "\n");
    printf("simd: %s\n", spk_simd_name(spk_simd_level()));
    printf("zstd: %s\n", ZSTD_versionString());
    printf("cjson: %s\n", cJSON_Version());
    printf("popt: " SPK_POPT_VERSION "\n");
}

static int answer_request(const struct spk_parse *parse, spk_error *err)
{
    if (parse->values.completion_helper)
        spk_help_completion(parse, stdout);
    else if (parse->values.man_options)
        spk_help_man(parse, stdout);
    else if (parse->values.version)
        print_version(parse);
    else if (parse->values.help == SPK_HELP_JSON)
        return spk_help_json(parse, stdout, err);
    else
        spk_help_text(parse, parse->values.help == SPK_HELP_ALL, stdout);
    return 0;
}

/* A write error may show only now. */
static int close_stdout(spk_error *err)
{
    bool failed = ferror(stdout);
    errno = 0;
    failed |= fclose(stdout) != 0;
    if (!failed) return 0;
    if (errno) return spk_fail_errno(err, errno, "<stdout>: write error");
    return spk_fail(err, SPK_IO, "<stdout>: write error");
}

static int report(const struct spk_parse *parse, const spk_error *err)
{
    const char *name = parse->cli.program->name;
    if (err->code == SPK_OK) {
        spk_say(name, "internal error: a failure without a message; please report it");
        return SPK_BUG;
    }
    spk_say(name, "%s%s", err->code == SPK_BUG ? "internal error: " : "", err->text);
    if (err->code == SPK_USAGE && parse->usage_error) {
        char hint[128];
        int n = snprintf(hint, sizeof hint, "Try '%s --help'.\n", name);
        spk_write_stderr(hint, (size_t)n);
    }
    return (int)err->code;
}

int spk_main(const spk_program *program, int argc, char **argv)
{
    struct spk_parse parse;
    spk_error err = {.code = SPK_OK}, late;
    signal(SIGUSR1, SIG_IGN); /* until there is something to report */
    occupy_standard_fds();
    spk_signals_install();
    int result = spk_parse_command_line(&parse, program, argc, argv, &err);
    if (!result)
        result = spk_parse_request(&parse) ? answer_request(&parse, &err)
                                           : program->run(&parse.cli, &err);
    if (close_stdout(&late) && result >= 0) {
        err = late;
        result = -1;
    }
    if (result < 0) result = report(&parse, &err);
    spk_parse_free(&parse);
    return result;
}
