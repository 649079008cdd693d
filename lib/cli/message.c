/* message.c: lines on stderr. Each is put together first and written at once, so that the lines of
 * a pipe's programs do not mix; a progress bar is wiped off before it. */
#include "cli/message.h"

#include "base/control.h"
#include "cli/line.h"
#include "cli/signals.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void spk_line(const char *name, const char *format, va_list args)
{
    char line[2048];
    int used = snprintf(line, sizeof line, "%s: ", name);
    size_t room = sizeof line - (size_t)used - 1;
    int length = vsnprintf(line + used, room, format, args);
    size_t n = (size_t)used + (length < 0 ? 0 : (size_t)length < room ? (size_t)length : room - 1);
    for (size_t i = 0; i < n; i++)
        if (spk_is_control(line[i])) line[i] = '?';
    line[n++] = '\n';
    spk_signals_wipe_bar();
    spk_write_stderr(line, n);
}

void spk_write_stderr(const char *text, size_t n)
{
    while (n > 0) {
        ssize_t written = write(STDERR_FILENO, text, n);
        if (written <= 0) return; /* there is nowhere left to complain */
        text += written;
        n -= (size_t)written;
    }
}

void spk_say(const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    spk_line(name, format, args);
    va_end(args);
}

void spk_warn(const spk_cli *cli, const char *format, ...)
{
    if (cli->common->quiet) return;
    char prefix[128];
    snprintf(prefix, sizeof prefix, "%s: warning", cli->program->name);
    va_list args;
    va_start(args, format);
    spk_line(prefix, format, args);
    va_end(args);
}

void spk_note(const spk_cli *cli, int level, const char *format, ...)
{
    if (cli->common->verbose < level) return;
    va_list args;
    va_start(args, format);
    spk_line(cli->program->name, format, args);
    va_end(args);
}
