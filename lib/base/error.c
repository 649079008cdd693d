/* error.c: formatting of spk_error; the message is cut at the buffer's end, never overrun. */
#include "base/error.h"

#include "base/control.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A message is one line: whatever came from a file name or from input cannot break it. */
static void mask_control_characters(char *text)
{
    for (; *text; text++)
        if (spk_is_control(*text)) *text = '?';
}

static void fill(spk_error *err, spk_code code, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void fill(spk_error *err, spk_code code, const char *format, va_list args)
{
    err->code = code;
    vsnprintf(err->text, sizeof err->text, format, args);
    mask_control_characters(err->text);
}

int spk_fail(spk_error *err, spk_code code, const char *format, ...)
{
    if (!err) return -1;
    va_list args;
    va_start(args, format);
    fill(err, code, format, args);
    va_end(args);
    return -1;
}

int spk_fail_errno(spk_error *err, int errnum, const char *format, ...)
{
    if (!err) return -1;
    va_list args;
    va_start(args, format);
    fill(err, SPK_IO, format, args);
    va_end(args);
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(errnum));
    return -1;
}

int spk_error_prefix(spk_error *err, const char *format, ...)
{
    if (!err) return -1;
    char rest[sizeof err->text];
    memcpy(rest, err->text, sizeof rest);
    va_list args;
    va_start(args, format);
    fill(err, err->code, format, args);
    va_end(args);
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", rest);
    return -1;
}

int spk_error_suffix(spk_error *err, const char *format, ...)
{
    if (!err) return -1;
    const size_t used = strlen(err->text);
    va_list args;
    va_start(args, format);
    vsnprintf(err->text + used, sizeof err->text - used, format, args);
    va_end(args);
    return -1;
}
