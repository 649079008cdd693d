/* test_together.c: the kernels of synapses that are listed by both sides, on each instruction set, against
 * loops that say the same plainly: every bit. */
#include "unit.h"

#include "base/simd.h"
#include "plasticity/kernel.h"

#include <string.h>

enum { MOST = 150, SOURCES = 2000, TARGETS = 400 };

static const spk_plasticity_functions *const sets[] = {&spk_plasticity_functions_sse2,
                                                       &spk_plasticity_functions_avx2,
                                                       &spk_plasticity_functions_avx512};

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static float fraction(uint32_t *state)
{
    return (float)next(state) / 0x1p24f;
}

/* ---- which synapses a postsynaptic spike changes ---------------------------------------------- */

typedef struct column {
    size_t n;
    spk_together_synapse synapse[MOST];
    spk_together_short brief[MOST];
    uint8_t has_trace[SOURCES];
    uint64_t bits[SPK_TOGETHER_FEW / 64];
} column;

/* n synapses of so many sources, of which one in `every` has a trace. */
static void draw_column(column *c, size_t n, uint32_t sources, uint32_t every, uint32_t *state)
{
    memset(c, 0, sizeof *c);
    c->n = n;
    for (uint32_t i = 0; i < sources; i++) {
        c->has_trace[i] = next(state) % every == 0;
        if (c->has_trace[i] && sources <= SPK_TOGETHER_FEW)
            c->bits[i / 64] |= UINT64_C(1) << i % 64;
    }
    for (size_t k = 0; k < n; k++) {
        c->synapse[k].source = (uint32_t)(k * sources / n);
        c->synapse[k].place = next(state) % 65536;
        c->brief[k].source = (uint16_t)c->synapse[k].source;
        c->brief[k].place = (uint16_t)c->synapse[k].place;
    }
}

static void assert_found(const spk_plasticity_functions *f, const column *c, bool few)
{
    spk_together_synapse want[MOST], got[MOST + SPK_TOGETHER_ROOM];
    size_t n = 0;
    for (size_t k = 0; k < c->n; k++)
        if (c->has_trace[c->synapse[k].source]) want[n++] = c->synapse[k];
    for (int wide = 0; wide < 2; wide++) {
        const void *list = wide ? (const void *)c->synapse : c->brief;
        const uint64_t *bits = few ? c->bits : NULL;
        assert_int_equal(f->together_find[wide](c->n, list, c->has_trace, bits, got), n);
        if (n > 0) assert_memory_equal(got, want, n * sizeof *want);
    }
}

static void test_finds_those_with_a_trace(void **unused)
{
    (void)unused;
    uint32_t state = 1;
    column c;
    for (size_t s = 0; s <= (size_t)spk_simd_level(); s++)
        for (size_t n = 1; n <= MOST; n += n < 40 ? 1 : 13)
            for (uint32_t every = 1; every <= 10; every += 3) {
                draw_column(&c, n, SOURCES, every, &state);
                assert_found(sets[s], &c, false);
                const uint32_t few = n % 2 ? SPK_TOGETHER_FEW : 784;
                draw_column(&c, n, few, every, &state);
                assert_found(sets[s], &c, true);
                uint64_t bits[SPK_TOGETHER_FEW / 64] = {0};
                sets[s]->together_bits(few, c.has_trace, bits);
                assert_memory_equal(bits, c.bits, sizeof bits);
            }
}

/* ---- a presynaptic spike ---------------------------------------------------------------------- */

typedef struct row {
    uint16_t target[MOST];
    float weight[MOST], down[2 * TARGETS], current[2 * TARGETS];
} row;

/* Ascending targets, `common` ones twice. */
static void draw_row(row *r, size_t n, bool common, uint32_t *state)
{
    for (size_t k = 0; k < n; k++) {
        r->target[k] = (uint16_t)(common ? k / 2 * 2 : k * 2 + next(state) % 2);
        r->weight[k] = 6 * fraction(state) - 3;
    }
    for (size_t i = 0; i < TARGETS; i++) {
        r->down[2 * i] = 0.2f * fraction(state) - 0.1f;
        r->down[2 * i + 1] = next(state) % 8 == 0;
        r->current[2 * i] = 10 * fraction(state) - 5;
        r->current[2 * i + 1] = fraction(state);
    }
}

static void plain_pre(const spk_rule_constants *c, const spk_together_spike *spike, size_t n,
                      row *r)
{
    for (size_t k = 0; k < n; k++) {
        float *in = r->current + 2 * r->target[k];
        const float *down = r->down + 2 * r->target[k], old = r->weight[k];
        float now = old + (down[0] + (float)spike->up * down[1]);
        if (now < (float)c->w_min) now = (float)c->w_min;
        if (now > (float)c->w_max) now = (float)c->w_max;
        r->weight[k] = now;
        in[0] += old * (float)spike->sent;
        in[1] += (now - old) * (float)spike->g;
    }
}

static void test_a_presynaptic_spike_is_the_same_everywhere(void **unused)
{
    (void)unused;
    const spk_rule_constants c = {.w_min = -2.9, .w_max = 2.9};
    const spk_together_spike spike = {.up = 0.07, .sent = 0.63, .g = 1.2};
    uint32_t state = 7;
    for (size_t s = 0; s <= (size_t)spk_simd_level(); s++)
        for (size_t n = 0; n <= MOST; n++)
            for (int common = 0; common < 2; common++) {
                row got, want;
                memset(&got, 0, sizeof got);
                draw_row(&got, n, common, &state);
                want = got;
                plain_pre(&c, &spike, n, &want);
                sets[s]->together_pre[SPK_SINGLE](&c, &spike, n, common, got.target, got.weight,
                                                  got.down, got.current);
                assert_memory_equal(&got, &want, sizeof got);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_those_with_a_trace),
        cmocka_unit_test(test_a_presynaptic_spike_is_the_same_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
