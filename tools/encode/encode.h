/* encode.h: what the encoders and main.c share.
 *
 * main.c reads samples (dataset.h), turns their values into intensities 0..1 and hands each to the
 * chosen method, which writes its spikes or its frame. A method is one file that ends in one
 * `const encoder NAME_method`, and one line in methods.c. */
#ifndef ENCODE_ENCODE_H
#define ENCODE_ENCODE_H

#include "cli/program.h"
#include "stream/header.h"
#include "stream/writer.h"

#include <stdbool.h>
#include <stdint.h>

/* What does not change from sample to sample. */
typedef struct encode_plan {
    uint32_t units;    /* values per sample */
    uint64_t ticks;    /* per sample, at most MOST_TICKS */
    spk_rational tick; /* seconds */
    uint64_t seed;
    double full_scale; /* the value whose intensity is 1 */
    bool bytes;        /* every value is a whole number 0..255 */
    bool normalized;   /* intensities are not value / full_scale; they may exceed 1 */
} encode_plan;

/* Draw numbers are 32-bit and two share a block, so this many spikes per unit can be drawn. */
#define MOST_TICKS (UINT64_C(1) << 32)

typedef struct encode_sample {
    uint64_t number;         /* addresses its random numbers */
    uint64_t begin;          /* tick */
    const double *value;     /* as read */
    const double *intensity; /* 0..1; 0 is silence */
} encode_sample;

/* Where a method writes to. */
typedef struct encode_out {
    spk_writer *writer;
    uint32_t channel;
} encode_out;

/* A method. `settings` is its own struct of options. open() makes its state (or leaves NULL). */
typedef struct encoder {
    spk_method method;
    /* Complete the output channel, which comes as spikes without a unit; NULL: leave it so. */
    int (*describe)(const encode_plan *plan, const void *settings, spk_channel *channel,
                    spk_error *err);
    int (*open)(const encode_plan *plan, const void *settings, void **state, spk_error *err);
    int (*encode)(void *state, const encode_sample *sample, const encode_out *out, spk_error *err);
    /* Warn of what the samples so far have shown, or NULL. */
    void (*remark)(const void *state, const spk_cli *cli);
    void (*close)(void *state); /* of NULL, too */
} encoder;

extern const spk_method *const encode_methods[]; /* NULL-ended */

/* Methods whose intensity is a rate begin their settings with this and their options with
 * MAX_RATE_OPTION. */
typedef struct rate_settings {
    double max_rate; /* Hz at intensity 1 */
} rate_settings;

#define MAX_RATE_OPTION                                                                            \
    {                                                                                              \
        .name = "max-rate", .kind = SPK_RATE, .offset = offsetof(rate_settings, max_rate),         \
        .metavar = "RATE", .preset = "63.75Hz", .flags = SPK_POSITIVE,                             \
        .help = "rate of a unit at full scale"                                                     \
    }

/* Spikes per tick at intensity 1; SPK_USAGE when a unit would have to spike more than once. */
int spikes_per_tick(const encode_plan *plan, const rate_settings *settings, double *per_tick,
                    spk_error *err);
/* SPK_DATA when --normalize has lifted a unit of this sample above one spike in a tick. */
int check_spikes_per_tick(const encode_sample *sample, uint32_t units, double per_tick,
                          spk_error *err);
/* SPK_DATA when --normalize has lifted an intensity of this sample above 1. */
int check_intensities(const encode_sample *sample, uint32_t units, spk_error *err);

#endif
