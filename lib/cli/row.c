/* row.c: from a word of the command line to a typed, checked value in a settings struct. */
#include "cli/row.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *spk_pool_keep(spk_pool *pool, void *memory, spk_error *err)
{
    if (!memory) {
        spk_fail(err, SPK_LIMIT, "out of memory for the command line");
        return NULL;
    }
    if (spk_grow(&pool->item, &pool->capacity, pool->n + 1, sizeof *pool->item, "the command line",
                 err)) {
        free(memory);
        return NULL;
    }
    return pool->item[pool->n++] = memory;
}

void *spk_pool_alloc(spk_pool *pool, size_t count, size_t size, spk_error *err)
{
    return spk_pool_keep(pool, spk_alloc(count, size, "the command line", err), err);
}

char *spk_pool_print(spk_pool *pool, spk_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = spk_pool_alloc(pool, (size_t)length + 1, 1, err);
    if (!text) return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}

void spk_pool_free(spk_pool *pool)
{
    for (size_t i = 0; i < pool->n; i++)
        free(pool->item[i]);
    free(pool->item);
    *pool = (spk_pool){0};
}

bool spk_option_bare(const spk_option *option)
{
    return option->kind == SPK_FLAG || option->flags & SPK_ROW_OPTIONAL;
}

bool spk_option_negatable(const spk_option *option)
{
    return option->kind == SPK_FLAG && !(option->flags & SPK_ROW_ONE_WAY);
}

const char *spk_option_metavar(const spk_option *option)
{
    if (option->kind == SPK_CHOICE && !option->metavar) return option->choices;
    return option->metavar ? option->metavar : "VALUE";
}

const char **spk_option_words(const spk_option *option, spk_pool *pool, spk_error *err)
{
    size_t n = 1;
    for (const char *c = option->choices; *c; c++)
        n += *c == '|';
    const char **words = spk_pool_alloc(pool, n + 1, sizeof *words, err);
    const char *from = option->choices;
    for (size_t i = 0; words && i < n; i++) {
        size_t length = strcspn(from, "|");
        words[i] = spk_pool_print(pool, err, "%.*s", (int)length, from);
        if (!words[i]) return NULL;
        from += length + 1;
    }
    return words;
}

/* The member of the settings struct. */
static void put(const spk_row *row, const void *value, size_t size)
{
    memcpy((char *)row->base + row->option->offset, value, size);
}

/* Is `value` what the row allows? `unit` follows the numbers in the message. */
static int check_range(const spk_option *option, const char *what, const char *text, double value,
                       const char *unit, spk_error *err)
{
    if (option->flags & SPK_POSITIVE && !(value > 0))
        return spk_fail(err, SPK_USAGE, "%s: %s is not more than 0", what, text);
    if (!(option->min < option->max) || (value >= option->min && value <= option->max)) return 0;
    if (option->max >= 1e15)
        return spk_fail(err, SPK_USAGE, "%s: %s is less than %.15g%s", what, text, option->min,
                        unit);
    if (option->min <= -1e15)
        return spk_fail(err, SPK_USAGE, "%s: %s is more than %.15g%s", what, text, option->max,
                        unit);
    return spk_fail(err, SPK_USAGE, "%s: %s is not in the range %.15g%s to %.15g%s", what, text,
                    option->min, unit, option->max, unit);
}

static int store_number(const spk_row *row, const char *what, const char *text, spk_error *err)
{
    double real;
    uint64_t whole;
    switch (row->option->kind) {
    case SPK_COUNT:
    case SPK_SIZE:
        if (row->option->kind == SPK_COUNT ? spk_parse_count(text, what, &whole, err)
                                           : spk_parse_size(text, what, &whole, err))
            return -1;
        put(row, &whole, sizeof whole);
        return check_range(row->option, what, text, (double)whole,
                           row->option->kind == SPK_SIZE ? "B" : "", err);
    case SPK_RATE:
        if (spk_parse_rate(text, what, &real, err)) return -1;
        put(row, &real, sizeof real);
        return check_range(row->option, what, text, real, "Hz", err);
    default:
        if (spk_parse_real(text, what, &real, err)) return -1;
        put(row, &real, sizeof real);
        return check_range(row->option, what, text, real, "", err);
    }
}

static int store_time(const spk_row *row, const char *what, const char *text, spk_error *err)
{
    spk_time time = {.given = true};
    if (spk_parse_time(text, what, &time.seconds, err)) return -1;
    put(row, &time, sizeof time);
    return check_range(row->option, what, text, spk_rational_value(time.seconds), "s", err);
}

static int store_choice(const spk_row *row, const char *what, const char *text, spk_pool *pool,
                        spk_error *err)
{
    const char **words = spk_option_words(row->option, pool, err);
    if (!words) return -1;
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0) {
            put(row, &i, sizeof i);
            return 0;
        }
    const char *near = spk_nearest(text, words);
    if (near)
        return spk_fail(err, SPK_USAGE, "%s: \"%s\" is not one of %s (did you mean \"%s\"?)", what,
                        text, row->option->choices, near);
    return spk_fail(err, SPK_USAGE, "%s: \"%s\" is not one of %s", what, text,
                    row->option->choices);
}

/* "i/n" without any other character. */
static int store_shard(const spk_row *row, const char *what, const char *text, spk_error *err)
{
    uint64_t part[2];
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : 0;
    char first[32];
    bool ok = slash && length < sizeof first;
    if (ok) {
        memcpy(first, text, length);
        first[length] = '\0';
        ok = !spk_parse_count(first, what, &part[0], NULL) &&
             !spk_parse_count(slash + 1, what, &part[1], NULL);
    }
    if (!ok)
        return spk_fail(err, SPK_USAGE, "%s: \"%s\" is not a part such as 0/4 (part 0 of 4)", what,
                        text);
    if (part[0] >= part[1] || part[1] > UINT32_MAX)
        return spk_fail(err, SPK_USAGE, "%s: there is no part %s (n parts are 0/n to (n-1)/n)",
                        what, text);
    spk_shard shard = {(uint32_t)part[0], (uint32_t)part[1]};
    put(row, &shard, sizeof shard);
    return 0;
}

/* Lists are short: each append makes the array anew, so that no capacity needs to be kept. */
static int append(const spk_row *row, const char *text, spk_pool *pool, spk_error *err)
{
    spk_list list;
    memcpy(&list, (char *)row->base + row->option->offset, sizeof list);
    const char **item = spk_pool_alloc(pool, list.n + 1, sizeof *item, err);
    if (!item) return -1;
    if (list.n) memcpy(item, list.item, list.n * sizeof *item);
    item[list.n] = text;
    list = (spk_list){list.n + 1, item};
    put(row, &list, sizeof list);
    return 0;
}

static int store_flag(const spk_row *row, const char *what, const char *text, spk_error *err)
{
    bool on = strcmp(text, "yes") == 0;
    if (!on && strcmp(text, "no") != 0)
        return spk_fail(err, SPK_USAGE, "%s: \"%s\" is not yes or no", what, text);
    put(row, &on, sizeof on);
    return 0;
}

static int store_text(const spk_row *row, const char *what, const char *text, spk_error *err)
{
    if (row->option->kind == SPK_FILE && !*text)
        return spk_fail(err, SPK_USAGE, "%s: the file name is empty", what);
    put(row, &text, sizeof text);
    return 0;
}

int spk_row_store(const spk_row *row, const char *what, const char *text, spk_pool *pool,
                  spk_error *err)
{
    switch (row->option->kind) {
    case SPK_FLAG:
        return store_flag(row, what, text, err);
    case SPK_COUNT:
    case SPK_REAL:
    case SPK_RATE:
    case SPK_SIZE:
        return store_number(row, what, text, err);
    case SPK_TIME:
        return store_time(row, what, text, err);
    case SPK_TEXT:
    case SPK_FILE:
        return store_text(row, what, text, err);
    case SPK_CHOICE:
        return store_choice(row, what, text, pool, err);
    case SPK_SHARD:
        return store_shard(row, what, text, err);
    case SPK_LIST:
        return append(row, text, pool, err);
    }
    return spk_fail(err, SPK_BUG, "%s: option kind %d", what, (int)row->option->kind);
}
