/* header.h: what a stream says about itself: its time, its populations, its arrays, its history. */
#ifndef SPK_STREAM_HEADER_H
#define SPK_STREAM_HEADER_H

#include "base/error.h"
#include "base/rational.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

typedef enum spk_channel_type {
    SPK_CHANNEL_SPIKES = 1, /* events of `size` units */
    SPK_CHANNEL_FRAMES,     /* `size` values per frame, `unit` says of what (Hz, intensity) */
    SPK_CHANNEL_PREDICTIONS,
    SPK_CHANNEL_TRACE /* analogue variable `variable` of `size` units, in `unit` */
} spk_channel_type;

typedef enum spk_dtype { SPK_F32 = 1, SPK_F64, SPK_F16, SPK_U8 } spk_dtype;
size_t spk_dtype_bytes(spk_dtype dtype);
const char *spk_dtype_name(spk_dtype dtype); /* "f32" ... */

/* One named thing that records of its id belong to. */
typedef struct spk_channel {
    uint32_t id; /* > 0, local to the stream */
    spk_channel_type type;
    char *name;        /* the population: "input", "exc" */
    uint32_t size;     /* units, values per frame, or classes */
    uint32_t dims;     /* 0..4: of shape */
    uint32_t shape[4]; /* product = size when dims > 0; rows first */
    char *unit;        /* NULL for spikes */
    char *variable;    /* TRACE: "V_m"; else NULL */
    spk_dtype dtype;   /* FRAMES: f32 or u8; TRACE: f32 or f64 */
    double scale;      /* u8 FRAMES: value = scale * byte; otherwise 1 */
    uint64_t period;   /* TRACE: ticks between values */
} spk_channel;

typedef enum spk_array_type {
    SPK_ARRAY_WEIGHTS = 1,
    SPK_ARRAY_DELAYS,
    SPK_ARRAY_STATE
} spk_array_type;

/* One array of a weight stream. Dense is [source][target]; sparse is sorted by (source, target, k).
 */
typedef struct spk_array {
    uint32_t id; /* > 0 */
    spk_array_type type;
    char *owner;    /* projection ("input->exc") or population ("exc") it belongs to */
    char *variable; /* "weight", "delay", "theta" */
    char *unit;     /* "nS", "ms", "mV", "" */
    spk_dtype dtype;
    bool sparse;
    uint64_t rows, cols; /* source x target; a population's state is 1 x size */
    char structure[33];  /* XXH3-128 of the canonical structure, hex; "" if it has none */
} spk_array;

typedef struct spk_header {
    spk_rational tick; /* seconds per tick */
    uint32_t classes;  /* number of label classes; 0 when there are none */
    size_t channels, arrays;
    spk_channel *channel;
    spk_array *array;
    uint32_t shard_i, shard_n; /* shard_n = 0: whole */
    uint32_t shape_dims; /* weights: shape of each row's source grid, for pictures (0: unknown) */
    uint32_t shape[4];
    struct cJSON *meta; /* object or NULL: further keys, namespaced by program */
} spk_header;

/* All zero, tick 0/1. Everything inside is owned by the header. */
void spk_header_init(spk_header *header);
void spk_header_free(spk_header *header);
int spk_header_copy(spk_header *to, const spk_header *from, spk_error *err) SPK_NODISCARD;

/* Append a channel or array with the next free id; strings are copied; returns it (valid until the
 * next append) or NULL. */
spk_channel *spk_header_add_channel(spk_header *header, spk_channel_type type, const char *name,
                                    uint32_t size, spk_error *err) SPK_NODISCARD;
spk_array *spk_header_add_array(spk_header *header, spk_array_type type, const char *owner,
                                const char *variable, const char *unit, spk_dtype dtype,
                                uint64_t rows, uint64_t cols, spk_error *err) SPK_NODISCARD;

const spk_channel *spk_header_channel(const spk_header *header, uint32_t id);
const spk_array *spk_header_array(const spk_header *header, uint32_t id);

/* The one channel of `type` called `name`; with name NULL the only one of that type. Fails
 * (SPK_DATA when there is none, SPK_USAGE when a name is needed) with the list of names; `stream`
 * is the stream's name for the message. */
const spk_channel *spk_header_choose(const spk_header *header, spk_channel_type type,
                                     const char *name, const char *stream, spk_error *err);

/* To and from the HEADER record's JSON. */
char *spk_header_to_json(const spk_header *header, spk_error *err); /* to free() */
int spk_header_from_json(spk_header *header, const char *json, size_t bytes, const char *name,
                         spk_error *err) SPK_NODISCARD;

#endif
