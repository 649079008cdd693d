/* stats.h: what a statistic is, and what it is told.
 *
 * A statistic is a state and a few functions, one state for each population. walk.c reads the stream
 * once and tells every state, in the order of time: a sample begins, here are its spikes, it ends.
 * So statistics know nothing of streams, and a method (`rates`) is one statistic with a table, or
 * several of them (`summary`). All states are counted with whole numbers, or with doubles that are
 * added in the order of time by one owner, so the table is the same everywhere. */
#ifndef SPK_STATS_STATS_H
#define SPK_STATS_STATS_H

#include "cli/program.h"
#include "stream/reader.h"

#include <stdio.h>

typedef struct stats_settings {
    spk_common common;
    const char *population; /* NULL: all */
    spk_time from, until;   /* of each sample */
} stats_settings;

/* The observed part of a sample: [begin, end) in ticks. A stream without SAMPLE records is one
 * sample, which is `open` until its end: `end` is then no more than a limit. */
typedef struct stats_span {
    uint64_t begin, end;
    bool open;
    int32_t label; /* -1: none */
} stats_span;

typedef struct stats_place {
    const spk_cli *cli;
    const char *name; /* of the population */
    uint32_t units;
    spk_rational tick; /* seconds */
    double tick_s;     /* the nearest double */
    uint32_t classes;  /* of the stream; 0: it does not say */
} stats_place;

/* Functions that are NULL are not called. `state` is zeroed before open; close follows always. */
typedef struct statistic {
    size_t size; /* bytes of a state */
    int (*open)(void *state, const stats_place *place, const void *settings, spk_error *err);
    int (*begin)(void *state, const stats_span *span, spk_error *err);
    /* Ascending ticks within the span; of one sample there may be several calls. */
    int (*spikes)(void *state, size_t n, const uint64_t *tick, const uint32_t *unit,
                  spk_error *err);
    int (*end)(void *state, const stats_span *span, spk_error *err); /* its end is known now */
    void (*close)(void *state);
} statistic;

/* A statistic of a method, and where in the method's settings its own are. */
typedef struct stats_part {
    const statistic *statistic;
    size_t settings;
} stats_part;

enum { STATS_MOST_PARTS = 4 };

typedef struct stats_method {
    spk_method base;
    stats_part part[STATS_MOST_PARTS]; /* for walk.c; unused ones have no statistic */
    /* Read the stream to its END; NULL on failure. */
    void *(*read)(const spk_cli *cli, spk_reader *in, spk_error *err);
    int (*print)(const spk_cli *cli, const void *result, FILE *out, spk_error *err);
    void (*release)(void *result); /* NULL is ignored */
} stats_method;

extern const stats_method summary_method, rates_method, isi_method, fano_method, correlation_method,
    branching_method, kernel_method, psth_method, weights_method;
extern const spk_method *const stats_methods[];

/* Ticks of the time that --NAME gives, which must be a whole number of them. */
int stats_ticks(const spk_time *time, const char *name, spk_rational tick, uint64_t *ticks,
                spk_error *err) SPK_NODISCARD;

#endif
