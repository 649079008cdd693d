/* projection.c: which way a projection's synapses are kept, and what all ways share. */
#include "base/memory.h"
#include "engine/internal.h"
#include "network/connect.h"
#include "network/draw.h"

#include <stdlib.h>
#include <string.h>

static bool one_delay(const spk_projection *p)
{
    return p->min_delay == p->max_delay;
}

/* ---- when spikes are looked at --------------------------------------------------------------- */

static const spk_rule_constants *constants(const spk_projection *p, spk_rule_constants *out)
{
    p->rule->kernel->prepare(p->rule_param, 1, out);
    return out;
}

uint32_t engine_projection_source_history(const spk_engine *e, const spk_projection *p)
{
    return spk_projection_looked_up(e->net, p) ? p->max_delay : 0;
}

uint32_t engine_projection_target_history(const spk_projection *p)
{
    spk_rule_constants c;
    return p->rule && !p->axonal && !constants(p, &c)->at_emission ? p->max_delay : 0;
}

/* ---- what can be built ----------------------------------------------------------------------- */

static int refuse(const spk_engine *e, const engine_projection *p, spk_error *err, const char *why)
{
    return spk_fail(err, SPK_USAGE, "%s: projections.%s: %s", e->net->name, p->spec->name, why);
}

static bool has_archive(const spk_projection *p)
{
    return p->rule && p->rule->kernel->archive;
}

static int check_archive(const spk_engine *e, const engine_projection *p, spk_error *err)
{
    const spk_projection *spec = p->spec;
    if (spec->axonal)
        return spk_fail(err, SPK_USAGE,
                        "%s: projections.%s: \"delay_kind\": \"axonal\" is not offered yet with "
                        "the rule %s; use \"dendritic\"",
                        e->net->name, spec->name, spec->rule->name);
    return 0;
}

static int check_positive(const spk_engine *e, const engine_projection *p, spk_error *err)
{
    if (p->target->kernel->receptors > 1 && (p->rule.w_min < 0 || p->spec->weight.a < 0))
        return refuse(e, p, err,
                      "weights that learn must be positive here: w_min and the weight "
                      "must be 0 or more");
    return 0;
}

static int check_plastic(const spk_engine *e, const engine_projection *p, spk_error *err)
{
    const spk_projection *spec = p->spec;
    if (spec->weight_type == SPK_F16)
        return refuse(e, p, err, "weights that learn are f32 or f64, not f16");
    if (has_archive(spec)) return check_archive(e, p, err);
    if (spk_projection_indexed(spec)) return check_positive(e, p, err);
    if (spec->connect != SPK_ALL_TO_ALL || (!spec->autapses && spec->source == spec->target))
        return spk_fail(err, SPK_USAGE,
                        "%s: projections.%s: only all_to_all projections (with autapses) can learn "
                        "by %s, but with \"timing\": \"together\"; stdp, stdp_pl, stdp_triplet and "
                        "vogels_sprekeler take every connection rule",
                        e->net->name, spec->name, spec->rule->name);
    if (!one_delay(spec) && !spk_projection_at_arrival(spec))
        return refuse(e, p, err,
                      "learning with drawn delays needs \"delay_kind\": \"axonal\" and \"timing\": "
                      "\"synapse\"");
    return check_positive(e, p, err);
}

static const engine_storage *choose(const engine_projection *p)
{
    const spk_projection *spec = p->spec;
    if (spec->gap) return &engine_gap_junctions;
    if (spk_population_is_current(p->source->spec)) return &engine_current;
    if (p->source->spec->model->source == SPK_SOURCE_DEVICE) return &engine_drive;
    if (spec->short_term) return &engine_shortterm;
    if (has_archive(spec)) return &engine_plastic;
    if (spk_projection_indexed(spec)) return &engine_indexed;
    if (spec->rule) return one_delay(spec) ? &engine_dense : &engine_delayed;
    bool constant = spec->weight.kind == SPK_VALUE_CONSTANT && one_delay(spec);
    bool simple = spec->connect == SPK_ALL_TO_ALL || spec->connect == SPK_ONE_TO_ONE ||
                  spec->connect == SPK_ALL_BUT_SELF;
    if (constant && simple) return &engine_fixed;
    return spec->procedural ? &engine_procedural : &engine_sparse;
}

/* ---- building -------------------------------------------------------------------------------- */

static void set_row(engine_projection *p, uint32_t i, const spk_synapses *row, void *buffer)
{
    for (size_t k = 0; k < row->n; k++)
        if (p->numbers == SPK_DOUBLE)
            ((double *)buffer)[k] = row->weight[k];
        else
            ((float *)buffer)[k] = (float)row->weight[k];
    p->storage->set_row(p, i, buffer);
}

/* Draw the rows of a plastic projection. */
static int draw_rows(spk_engine *e, engine_projection *p, spk_error *err)
{
    spk_synapses row = {0};
    void *buffer = spk_alloc(p->target->size, sizeof(double), "weights", err);
    int status = buffer ? 0 : -1;
    for (uint32_t i = 0; status == 0 && i < p->source->size; i++) {
        status = spk_connect_row(e->net, (uint32_t)p->index, e->options.network_seed, i, &row, err);
        for (size_t k = 0; status == 0 && k < row.n; k++)
            if (row.weight[k] < 0 && p->target->kernel->receptors > 1)
                status = refuse(e, p, err,
                                "weights that learn must be 0 or more; one was drawn "
                                "below (clip the distribution)");
        if (status) break;
        if (p->storage->set_delays) p->storage->set_delays(e, p, i, row.delay);
        set_row(p, i, &row, buffer);
    }
    free(buffer);
    spk_synapses_free(&row);
    return status;
}

static int build_plastic(spk_engine *e, engine_projection *p, spk_error *err)
{
    const spk_rule_kernel *kernel = p->spec->rule->kernel;
    kernel->prepare(p->spec->rule_param, e->net->dt_ms, &p->rule); /* it was looked at on loading */
    p->rule.deliver_after = !spk_projection_at_arrival(p->spec);
    p->learn = engine_at(e->plasticity, kernel->functions, 1);
    p->changed = spk_alloc(p->target->padded, sizeof *p->changed, "weights", err);
    if (!p->changed || engine_scaling_build(e, p, err) || check_plastic(e, p, err)) return -1;
    return spk_connect_structure(e->net, (uint32_t)p->index, e->options.network_seed, p->structure,
                                 err);
}

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    const spk_projection *spec = p->spec;
    p->source = &e->population[spec->source];
    p->target = &e->population[spec->target];
    p->straight = spk_projection_straight(e->net, spec);
    bool wide = spec->weight_type == SPK_F64;
    p->numbers = e->net->single ? SPK_SINGLE : wide ? SPK_DOUBLE : SPK_MIXED;
    if (e->net->single && wide)
        return refuse(e, p, err, "\"weight_type\": \"f64\" needs \"precision\": \"double\"");
    if (spec->rule && build_plastic(e, p, err)) return -1;
    p->storage = choose(p);
    if (p->storage->build(e, p, err)) return -1;
    const bool matrix = spec->rule && !has_archive(spec) && !spk_projection_indexed(spec);
    return matrix ? draw_rows(e, p, err) : 0;
}

static int build_tallies(spk_engine *e, spk_error *err)
{
    size_t most = 0;
    for (size_t i = 0; i < e->net->populations; i++)
        for (size_t part = 0; part < e->parts; part++) {
            engine_range range = e->population[i].part[part];
            if (range.end - range.begin > most) most = range.end - range.begin;
        }
    e->tally = spk_alloc(e->parts, sizeof *e->tally, "parts", err);
    for (size_t part = 0; e->tally && part < e->parts; part++) {
        engine_tally *tally = &e->tally[part];
        tally->count = spk_alloc(most, sizeof *tally->count, "parts", err);
        tally->many = spk_alloc(most, sizeof *tally->many, "parts", err);
        if (!tally->count || !tally->many) return -1;
    }
    return e->tally ? 0 : -1;
}

static void free_tallies(spk_engine *e)
{
    for (size_t part = 0; e->tally && part < e->parts; part++) {
        free(e->tally[part].row);
        free(e->tally[part].cursor);
        free(e->tally[part].count);
        free(e->tally[part].many);
    }
    free(e->tally);
    e->tally = NULL;
}

int engine_projections_build(spk_engine *e, spk_error *err)
{
    size_t n = e->net->projections;
    e->projection = spk_alloc(n, sizeof *e->projection, "projections", err);
    if (!e->projection || build_tallies(e, err)) return -1;
    for (size_t k = 0; k < n; k++) {
        engine_projection *p = &e->projection[k];
        p->spec = &e->net->projection[k];
        p->index = k;
        if (build(e, p, err)) return -1;
    }
    return e->gaps ? engine_gap_check(e, err) : 0;
}

void engine_projections_free(spk_engine *e)
{
    for (size_t k = 0; e->projection && k < e->net->projections; k++) {
        engine_projection *p = &e->projection[k];
        if (p->storage) p->storage->free(p);
        free(p->changed);
        free(p->rate);
    }
    free(e->projection);
    e->projection = NULL;
    free_tallies(e);
}

double engine_rounded_weight(const spk_projection *p)
{
    if (p->weight_type == SPK_F32) return (double)(float)p->weight.a;
    return p->weight_type == SPK_F16 ? spk_round_half(p->weight.a) : p->weight.a;
}

double engine_constant_weight(const engine_projection *p, int *receptor)
{
    const spk_neuron_kernel *kernel = p->target->kernel;
    const double weight = engine_rounded_weight(p->spec);
    *receptor = weight < 0 && kernel->receptors > 1;
    return *receptor && kernel->size_of_negative ? -weight : weight;
}

double engine_projection_factor(const engine_projection *p, size_t target, double sum)
{
    if (p->rate) return engine_scaling_factor(p, target, sum);
    return sum > 0 ? p->spec->normalize_sum / sum : 1;
}

uint64_t engine_part_values(const engine_projection *p, uint32_t source, size_t part)
{
    if (p->storage->part_length) return p->storage->part_length(p, source, part);
    const engine_range units = engine_part_units(p->target, part);
    return units.end - units.begin;
}

uint64_t engine_row_values(const engine_projection *p, uint32_t source)
{
    if (p->storage->row_length) return p->storage->row_length(p, source);
    return p->target->size;
}

void engine_projection_normalized(const spk_engine *e, engine_projection *p, uint32_t target)
{
    p->changed[target] = engine_traces_post(e, p->storage->traces(p), target) > 0;
}
