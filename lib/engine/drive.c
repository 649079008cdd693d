/* drive.c: projections of a poisson_generator: in each step each target gets a number of spikes of
 * its own, drawn by address (random/poisson.h); purpose "projection/NAME/poisson", units are the
 * targets, c1 and c2 say attempt and sample, steps count from the begin of the presentation.
 *
 * Drawn delays: a target's number of a step is sent with its own delay. As that may be longer than a
 * block or shorter, such projections count as others do for the length of blocks (network/interval.c).
 *
 * Numbers are made ready for eight steps, in the first of them and where a window begins; nothing
 * is carried from before. */
#include "base/memory.h"
#include "engine/internal.h"
#include "network/connect.h"
#include "random/poisson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct drive {
    spk_poisson_stream from;
    size_t laws; /* 1: of all; else one a target */
    spk_poisson *law;
    bool silent;      /* all rates are 0 */
    bool single;      /* numbers are drawn step by step: some are too large for pairs */
    uint32_t *number; /* [4][targets of the part], at 4 * begin: pairs; or of a step */
    double same;      /* weight, where all are alike */
    int receptor;     /* that it goes to */
    void *weight[SPK_MAX_RECEPTORS]; /* real [padded targets], where they are not; or NULL */
    engine_shifts shifts;
    void *given; /* scratch, with drawn delays: real [padded targets] of a step */
} drive;

/* ---- building -------------------------------------------------------------------------------- */

static int build_laws(spk_engine *e, engine_projection *p, drive *d, spk_error *err)
{
    const spk_population *spec = p->source->spec;
    const bool same = spec->param[0].kind == SPK_VALUE_CONSTANT;
    d->laws = same ? 1 : p->source->size;
    d->silent = true;
    double *hertz = spk_alloc(d->laws, sizeof *hertz, "rates", err);
    d->law = hertz ? spk_alloc(d->laws, sizeof *d->law, "rates", err) : NULL;
    int status = d->law ? spk_draw_units(&spec->param[0], e->options.network_seed, spec->name,
                                         spec->model->parameters[0].key, 0, d->laws, hertz, err)
                        : -1;
    for (size_t i = 0; status == 0 && i < d->laws; i++) {
        status = spk_poisson_open(&d->law[i], hertz[i] * (e->net->dt_ms / 1000), err);
        d->silent = d->silent && !(hertz[i] > 0);
        d->single = d->single || d->law[i].parts == 0;
    }
    free(hertz);
    return status;
}

static void put_weight(const spk_engine *e, void *array, size_t i, double weight)
{
    if (e->net->single)
        ((float *)array)[i] = (float)weight;
    else
        ((double *)array)[i] = weight;
}

/* Each target's weight, in the array of the receptor that takes it. */
static int build_weights(spk_engine *e, engine_projection *p, drive *d, spk_error *err)
{
    const spk_neuron_kernel *kernel = p->target->kernel;
    spk_synapses row = {0};
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < p->source->size; i++) {
        status = spk_connect_row(e->net, (uint32_t)p->index, e->options.network_seed, i, &row, err);
        for (size_t k = 0; status == 0 && k < row.n; k++) {
            const int receptor = kernel->receptors > 1 && row.weight[k] < 0;
            void **to = &d->weight[receptor];
            if (!*to) *to = spk_alloc(p->target->padded, e->real_bytes, "weights", err);
            if (!*to)
                status = -1;
            else
                put_weight(e, *to, row.other[k],
                           receptor && kernel->size_of_negative ? -row.weight[k] : row.weight[k]);
        }
    }
    spk_synapses_free(&row);
    return status;
}

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    drive *d = p->data = spk_alloc(1, sizeof *d, "a projection", err);
    if (!d) return -1;
    char purpose[3 * SPK_NAME_MAX + 32];
    snprintf(purpose, sizeof purpose, "projection/%s/poisson", p->spec->name);
    d->from.coarse = spk_random_key(e->options.input_seed, purpose);
    snprintf(purpose, sizeof purpose, "projection/%s/poisson/fine", p->spec->name);
    d->from.fine = spk_random_key(e->options.input_seed, purpose);
    d->number = spk_alloc((size_t)4 * p->target->padded, sizeof *d->number, "spikes", err);
    if (!d->number || build_laws(e, p, d, err) || engine_shifts_build(e, p, &d->shifts, err))
        return -1;
    if (d->shifts.unit && !(d->given = spk_alloc(p->target->padded, e->real_bytes, "spikes", err)))
        return -1;
    if (p->spec->weight.kind != SPK_VALUE_CONSTANT) return build_weights(e, p, d, err);
    d->same = engine_constant_weight(p, &d->receptor);
    return 0;
}

static void free_data(engine_projection *p)
{
    drive *d = p->data;
    if (!d) return;
    for (size_t i = 0; d->law && i < d->laws; i++)
        spk_poisson_close(&d->law[i]);
    free(d->law);
    free(d->number);
    free(d->given);
    engine_shifts_free(&d->shifts);
    for (size_t r = 0; r < SPK_MAX_RECEPTORS; r++)
        free(d->weight[r]);
    free(d);
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* Each target with a law of its own; padding has none. */
static void draw_each(const drive *d, const spk_poisson_stream *from, engine_range range,
                      uint64_t block, uint32_t *pair)
{
    const size_t n = range.end - range.begin;
    for (uint32_t i = range.begin; i < range.end && i < d->laws; i++) {
        uint32_t own[4] = {0};
        if (d->law[i].mean > 0) spk_poisson_block(&d->law[i], from, block, i, 1, own);
        for (size_t k = 0; k < 4; k++)
            pair[k * n + i - range.begin] = own[k];
    }
}

static void draw_single(const drive *d, const spk_poisson_stream *from, engine_range range,
                        uint32_t units, uint64_t step, uint32_t *number)
{
    for (uint32_t i = range.begin; i < range.end && i < units; i++) {
        const spk_poisson *law = &d->law[d->laws > 1 ? i : 0];
        number[i - range.begin] = law->mean > 0 ? spk_poisson_count(law, from, i, step) : 0;
    }
}

/* The numbers of step `s` of the presentation, in what add_numbers() takes. */
static const uint32_t *numbers(const spk_engine *e, const engine_projection *p, size_t part,
                               uint64_t s, bool first, unsigned *shift, uint32_t *mask)
{
    const drive *d = p->data;
    const engine_range range = p->target->part[part];
    const size_t n = range.end - range.begin;
    const uint64_t block = s / SPK_POISSON_STEPS, k = s % SPK_POISSON_STEPS;
    uint32_t *number = d->number + (size_t)4 * range.begin;
    spk_poisson_stream from = d->from;
    from.c1 = engine_address(e);
    from.c2 = (uint32_t)e->sample;
    *shift = d->single ? 0 : 16 * (unsigned)(k % 2);
    *mask = d->single ? UINT32_MAX : UINT16_MAX;
    if (d->single)
        draw_single(d, &from, range, p->target->size, s, number);
    else if ((first || k == 0) && d->laws > 1)
        draw_each(d, &from, range, block, number);
    else if (first || k == 0)
        spk_poisson_block(d->law, &from, block, range.begin, n, number);
    return d->single ? number : number + k / 2 * n;
}

/* ---- a step ---------------------------------------------------------------------------------- */

/* The numbers of a part, with their weights, onto what stands at `to`. */
static void add(const spk_engine *e, const engine_projection *p, engine_range range, int receptor,
                const uint32_t *number, unsigned shift, uint32_t mask, void *to)
{
    const drive *d = p->data;
    const size_t n = range.end - range.begin;
    if (d->weight[receptor])
        e->vector->add_weighted(n, to, number, shift, mask,
                                engine_at(d->weight[receptor], range.begin, e->real_bytes));
    else
        e->vector->add_numbers(n, to, number, shift, mask, d->same);
}

/* What has been given to the part goes to each target with its own delay. */
static void send(spk_engine *e, engine_projection *p, size_t part, int receptor, uint64_t t)
{
    const drive *d = p->data;
    engine_shift s = engine_shift_at(&d->shifts, p, part, p->target->part[part].begin);
    for (; s.begin < s.end; s = engine_shift_at(&d->shifts, p, part, s.end)) {
        void *row = engine_input_row(e, p->target, receptor, part, t, s.delay);
        for (uint32_t i = s.begin; i < s.end; i++) {
            const uint32_t unit = d->shifts.unit[i];
            if (e->net->single)
                ((float *)row)[unit] += ((const float *)d->given)[unit];
            else
                ((double *)row)[unit] += ((const double *)d->given)[unit];
        }
    }
}

static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    const drive *d = p->data;
    const spk_device *device = &p->source->spec->device;
    const engine_range range = p->target->part[part];
    const size_t n = range.end - range.begin, bytes = e->real_bytes;
    const uint64_t s = t - e->began;
    unsigned shift;
    uint32_t mask;
    if (d->silent || n == 0 || s < device->start || s >= device->stop) return;
    const bool first = t == e->now || s == device->start;
    const uint32_t *number = numbers(e, p, part, s, first, &shift, &mask);
    const bool drawn = p->spec->weight.kind != SPK_VALUE_CONSTANT;
    for (int r = 0; r < p->target->kernel->receptors; r++) {
        if (drawn ? !d->weight[r] : r != d->receptor) continue;
        if (d->given) {
            void *given = engine_at(d->given, range.begin, bytes);
            memset(given, 0, n * bytes);
            add(e, p, range, r, number, shift, mask, given);
            send(e, p, part, r, t);
            continue;
        }
        void *row = engine_input_row(e, p->target, r, part, t, p->spec->min_delay);
        add(e, p, range, r, number, shift, mask, engine_at(row, range.begin, bytes));
    }
}

const engine_storage engine_drive = {.build = build, .free = free_data, .step = step};
