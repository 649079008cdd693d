/* engines.h: what tests of the engine share: a network from text, an engine, samples, weights. */
#ifndef SPK_TESTS_ENGINES_H
#define SPK_TESTS_ENGINES_H

#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

typedef struct machine {
    spk_network *net;
    spk_engine *engine;
} machine;

#define GOOD(call)                                                                                 \
    do {                                                                                           \
        spk_error good_err = {0};                                                                  \
        spk_error *err = &good_err;                                                                \
        if (call) fail_msg("%s", good_err.text);                                                   \
    } while (0)

/* `sets` assignments; NULL-ended. */
static inline machine start(const char *text, const char *const *set, spk_engine_options options)
{
    spk_error err = {0};
    size_t sets = 0;
    while (set && set[sets])
        sets++;
    machine m = {.net = spk_network_parse(text, strlen(text), "net.json", sets, set, &err)};
    if (m.net) m.engine = spk_engine_open(m.net, &options, &err);
    if (!m.engine) fail_msg("%s", err.text);
    return m;
}

static inline void stop(machine *m)
{
    spk_engine_close(m->engine);
    spk_network_free(m->net);
}

/* One presentation with these input spikes; the recorded ones stay in the engine. */
static inline void present(machine *m, uint64_t number, uint64_t steps, size_t n,
                           const uint64_t *step, const uint32_t *unit)
{
    bool again;
    GOOD(spk_engine_begin(m->engine, number, err));
    GOOD(spk_engine_run(m->engine, steps, n, step, unit, err));
    GOOD(spk_engine_end(m->engine, &again, err));
}

static inline void present_rates(machine *m, uint64_t number, uint64_t steps, const float *hertz)
{
    bool again = true;
    while (again) {
        GOOD(spk_engine_begin(m->engine, number, err));
        GOOD(spk_engine_rates(m->engine, hertz, err));
        GOOD(spk_engine_run(m->engine, steps, 0, NULL, NULL, err));
        GOOD(spk_engine_end(m->engine, &again, err));
    }
}

/* Weight [i][j] of array `a` (f64). */
static inline double weight(const machine *m, size_t a, uint64_t i, uint64_t j)
{
    const spk_engine_array *array = spk_engine_array_at(m->engine, a);
    double *row = malloc(array->cols * sizeof *row);
    spk_engine_array_get(m->engine, a, i, 1, row);
    double value = row[j];
    free(row);
    return value;
}

#endif
