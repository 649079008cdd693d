/* engine.h: a network in motion: time, delivery, delays, learning, recording, threads.
 *
 *     spk_engine *e = spk_engine_open(net, &options, &err);
 *     spk_engine_begin(e, number, &err); // one presentation of sample `number`
 *     spk_engine_label(e, label, &err);  // what teachers teach
 *     spk_engine_rates(e, hertz, &err);  // what a poisson_input fed by frames draws
 *     spk_engine_run(e, steps, spikes, step, unit, &err); // any number of times
 *     spk_engine_end(e, &again, &err);   // rest; again: present it once more
 *     if (!again) ... spk_engine_spikes(e, population, &n, &step, &unit) ...
 *
 * What happens in one step of dt:
 *   1. every population advances: propagate, threshold, reset, in the order of its model's kernel,
 *      which is given what arrives in this step (delays of one step and more); while learning, the
 *      spikes of a population with a teacher are the teacher's instead of its own;
 *   2. of a population with "winner": "random" one of those that fired is chosen;
 *   3. projections, in the file's order, hand the spikes on and learn. A spike with delay 0 is added
 *      to its target now, after the threshold test; so is what arrives at models whose input acts on
 *      the next propagation;
 *   4. the step is recorded.
 * Steps are done in blocks as long as the smallest delay allows, at most 16, between which threads meet
 * once; a block of one step gives the same bytes.
 * Where learning looks at axonal delays, a spike is handed on when it arrives, as with delay 0.
 * A spike found in the step from k dt to (k+1) dt is given as tick k; NEST calls the same spike's
 * time (k+1) dt. Sums are made by one owner in a fixed order: per target, projections in file
 * order, spikes by step of emission, then by source, then in the order in which its synapses were
 * drawn. Where a static projection has one weight for all, the spikes of one step that reach a target
 * with one delay are counted, and number x weight is added at once. So results depend neither on
 * threads nor on how synapses are stored. */
#ifndef SPK_ENGINE_ENGINE_H
#define SPK_ENGINE_ENGINE_H

#include "base/error.h"
#include "network/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct spk_engine spk_engine;

typedef struct spk_engine_options {
    uint64_t network_seed; /* draws weights, delays and parameters */
    uint64_t input_seed;   /* draws Poisson input, winners and teachers' spikes */
    int threads;           /* at most; fewer are used where the work of a step is too small */
    int parts; /* 0: populations are cut for as many threads as pay; else for so many (tests) */
    int interval; /* at most so many steps between exchanges of spikes; 0: as the delays allow (tests) */
    uint64_t max_memory; /* bytes; is looked at before populations are cut anew. 0: no limit */
    bool learning; /* plasticity, adaptation of thresholds, normalisation and teachers are on */
} spk_engine_options;

/* Build `net` (borrowed until close). SPK_USAGE when it asks for what the engine cannot do. */
spk_engine *spk_engine_open(const spk_network *net, const spk_engine_options *options,
                            spk_error *err) SPK_NODISCARD;
void spk_engine_close(spk_engine *e); /* NULL is ignored */

/* ---- one presentation of one sample ---- */

/* Begin to present sample `number`: resets what on_sample says, normalises weights (learning), and
 * addresses the random draws. After an end() that asked for it, `number` must be the same: this is
 * its next attempt, with rates raised. Forgets what was recorded. */
int spk_engine_begin(spk_engine *e, uint64_t number, spk_error *err) SPK_NODISCARD;

/* The label of this presentation, -1 for none, by which teachers let units fire (learning). begin()
 * forgets the one before. SPK_DATA where a population that is taught has no unit for it. */
int spk_engine_label(spk_engine *e, int32_t label, spk_error *err) SPK_NODISCARD;

/* Rates of the stream-fed poisson_input from now on, in Hz, one a unit; NULL: silence. */
int spk_engine_rates(spk_engine *e, const float *hertz, spk_error *err) SPK_NODISCARD;

/* Advance `steps`. The stream-fed spike_input fires unit[i] at step[i], counted from the begin of
 * the presentation, sorted by (step, unit), without doubles, within these steps. */
int spk_engine_run(spk_engine *e, uint64_t steps, size_t spikes, const uint64_t *step,
                   const uint32_t *unit, spk_error *err) SPK_NODISCARD;

/* End the presentation: rest. *again: on_sample wants it once more. */
int spk_engine_end(spk_engine *e, bool *again, spk_error *err) SPK_NODISCARD;

/* Presentations that the present sample has taken so far. */
uint32_t spk_engine_attempts(const spk_engine *e);

/* ---- what was recorded since begin() (rest is not) ---- */

/* Spikes of a population that net->population[].record asks for, by (step, unit). */
void spk_engine_spikes(const spk_engine *e, size_t population, size_t *n, const uint64_t **step,
                       const uint32_t **unit);
/* Values of the v-th recorded variable of a population: rows x size, at steps 0, interval, ... from
 * the begin; the state at the end of each of these steps. */
void spk_engine_trace(const spk_engine *e, size_t population, size_t v, size_t *rows,
                      const double **value);
/* Forget it (long samples are taken piece by piece); trace rows go on from where they are. */
void spk_engine_forget(spk_engine *e);

/* ---- what learning changes: the arrays of a weight stream ---- */

typedef struct spk_engine_array {
    bool is_weights;   /* of a projection; otherwise state of a population */
    size_t index;      /* of the projection or population */
    const char *owner; /* its name */
    const char *variable, *unit;
    spk_dtype dtype;
    uint64_t rows, cols; /* sources x targets, or 1 x units */
    bool sparse;         /* rows list their connections, by target */
    uint64_t values;     /* connections, or rows x cols */
    char structure[33];  /* weights: digest of the connections; state: "" */
} spk_engine_array;

/* The arrays, in the order of the file: weights of plastic projections, then adaptive thresholds.
 */
size_t spk_engine_arrays(const spk_engine *e);
const spk_engine_array *spk_engine_array_at(const spk_engine *e, size_t a);
/* Where the connections of some rows are: row_ptr has rows + 1 numbers, from 0; NULL: not wanted.
 * `col` has the targets, ascending in each row; NULL: not wanted. Of sparse arrays. */
void spk_engine_array_columns(const spk_engine *e, size_t a, uint64_t row0, uint64_t rows,
                              uint64_t *row_ptr, uint32_t *col);
/* How many values some rows have. */
uint64_t spk_engine_array_values(const spk_engine *e, size_t a, uint64_t row0, uint64_t rows);
/* Copy rows out, or in (all values must be finite, and of the sign that they keep). Of a synapse that
 * learns by a rule with an archive it is the weight that was sent last. Where several ranks share the
 * network, get() fills in the places of this rank's units only; gather(), to which all ranks come
 * together, with as many rows, those of all at rank 0. */
void spk_engine_array_get(const spk_engine *e, size_t a, uint64_t row0, uint64_t rows, void *value);
int spk_engine_array_gather(const spk_engine *e, size_t a, uint64_t row0, uint64_t rows,
                            void *value, spk_error *err) SPK_NODISCARD;
int spk_engine_array_set(spk_engine *e, size_t a, uint64_t row0, uint64_t rows, const void *value,
                         spk_error *err) SPK_NODISCARD;
/* After arrays were set: what "reset": weights goes back to. open() has marked the drawn ones. */
int spk_engine_mark_weights(spk_engine *e, spk_error *err) SPK_NODISCARD;

/* ---- checkpoints, between samples or between two runs of one ---- */

/* Everything that what follows depends on, as bytes (to free()); the same for any number of threads.
 * In the middle of a presentation the engine that restores it goes on there, without begin(); what
 * was recorded is not part of it, so pass that on before. Up to 7 bytes behind them do not matter.
 * Ranks save together: rank 0 gets the bytes, the others NULL and 0; and each restores from all of
 * them, which may be those of another number of ranks. */
int spk_engine_save(const spk_engine *e, void **bytes, size_t *size, spk_error *err) SPK_NODISCARD;
int spk_engine_restore(spk_engine *e, const void *bytes, size_t size, const char *name,
                       spk_error *err) SPK_NODISCARD;

/* ---- for messages ---- */

int spk_engine_threads(const spk_engine *e); /* at work now; may change while it runs */

/* NULL when a sample's result does not depend on the samples before it; otherwise the name of what
 * is carried from one to the next ("membranes", "weights" ...). */
const char *spk_engine_carries(const spk_network *net, bool learning);

#endif
