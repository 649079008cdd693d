/* line.h: whole lines on stderr. Internal to lib/cli. */
#ifndef SPK_CLI_LINE_H
#define SPK_CLI_LINE_H

#include "base/error.h"

#include <stdarg.h>
#include <stddef.h>

/* "NAME: ..." and a newline in one write; control characters become '?'. */
void spk_line(const char *name, const char *format, va_list args)
    __attribute__((__format__(__printf__, 2, 0)));
void spk_say(const char *name, const char *format, ...) SPK_PRINTF(2, 3);

void spk_write_stderr(const char *text, size_t n);

#endif
