/* estimate.c: sizes of the arrays that lib/engine will make, and times of a step's parts, added up. */
#include "network/estimate.h"

#include "base/ring.h"

#include "math/math.h"
#include "network/connect.h"
#include "network/draw.h"
#include "neuron/kernel.h"
#include "plasticity/kernel.h"
#include "table/table.h"

#include <math.h>
#include <string.h>

enum {
    LANES = 16,        /* arrays of units are padded to as many */
    SOURCE_BYTES = 24, /* of a drawn source: hazard, next spike, draws, list */
    FIXED_BYTES =
        8 + 8 + 4,     /* of a neuron: threshold, refractory time, time left, place in a list */
    JOINED_BYTES = 32, /* of a neuron with gap junctions: potentials, what flows */
    LONG_ROW = 512,    /* units; rows of input as long name those for which there is some: */
    LISTS_BYTES = 256
};

static double padded(uint32_t units)
{
    return ceil(units / (double)LANES) * LANES;
}

static double real_bytes(const spk_network *net)
{
    return net->single ? 4 : 8;
}

static double weight_bytes(const spk_projection *p)
{
    return p->weight_type == SPK_F64 ? 8 : 4;
}

/* Learning at presynaptic spikes, with an archive of the targets' spikes. */
static bool has_archive(const spk_projection *p)
{
    return p->rule && p->rule->kernel->archive;
}

/* Learning with axonal delays looks spikes up when they arrive; others are sent ahead. */
static bool at_arrival(const spk_projection *p)
{
    return (p->rule || p->course != SPK_COURSE_PULSE) && p->axonal;
}

/* ---- time -------------------------------------------------------------------------------------- */

/* ns, fitted to Diehl & Cook's network with and without delays and BindsNET's, 100 to 3200 neurons,
 * and to networks of 2000 and 50000 neurons with static synapses. */
static const double step_overhead = 100, population_overhead = 50;
static const double single_share = 0.5; /* of a neuron's time in double precision */
static const double spike_ns = 20;      /* to draw one */
static const double run_ns = 17;        /* of synapses with one delay, where delays differ */
/* to find a source's listed synapses in each part, of at most so many units, where they are too many
 * for the caches */
static const double miss_ns = 100, part_units = 65520, cache_bytes = 2e6;
/* of a spike at a synapse, by the form that is kept in */
static const double dense_arrival_ns = 0.06, delayed_arrival_ns = 0.4, archive_arrival_ns = 3.5;
static const double indexed_arrival_ns = 3;
static const double counted_arrival_ns = 1, listed_arrival_ns = 1.5; /* one weight, or one each */
/* of a unit with gap junctions in a step, and of each of the two ends of a junction */
static const double joined_ns = 6, junction_ns = 1;
/* of a synapse that is drawn: which, and each number */
static const double drawn_ns = 7, value_ns = 9;

/* About: the mean without the clip, clipped. */
static double mean(const spk_value *value)
{
    double m = value->a;
    if (value->kind == SPK_VALUE_LIST) {
        m = 0;
        for (size_t i = 0; i < value->list->n; i++)
            m += value->list->value[i] / (double)value->list->n;
    }
    for (uint32_t i = 0; i < value->choices; i++)
        m += value->choice[i] / value->choices;
    if (value->kind == SPK_VALUE_UNIFORM) m = (value->a + value->b) / 2;
    if (value->kind == SPK_VALUE_LOGNORMAL) m = spk_exp(value->a + value->b * value->b / 2);
    return fmin(fmax(m, value->min), value->max);
}

/* Spikes of all units in one step. */
static double count_spikes(const spk_network *net, size_t population)
{
    static const double usual_hz = 10;
    const spk_population *pop = &net->population[population];
    const spk_trains *trains = pop->trains;
    if (trains)
        return trains->n ? (double)trains->n / ((double)trains->step[trains->n - 1] + 1) : 0;
    double hertz = usual_hz;
    for (size_t k = 0; !pop->stream_fed && pop->model->parameters[k].key; k++)
        if (strcmp(pop->model->parameters[k].key, "rate_Hz") == 0) hertz = mean(&pop->param[k]);
    return pop->size * fmin(hertz * net->dt_ms / 1000, 1);
}

static bool has_gap_junctions(const spk_network *net, size_t population)
{
    for (size_t k = 0; k < net->projections; k++) {
        const spk_projection *p = &net->projection[k];
        if (p->gap && (p->source == population || p->target == population)) return true;
    }
    return false;
}

static double population_ns(const spk_network *net, size_t population)
{
    const spk_population *pop = &net->population[population];
    if (pop->model->source == SPK_SOURCE_DEVICE) return 0; /* its projections take it */
    if (pop->model->source != SPK_NOT_A_SOURCE) return spike_ns * count_spikes(net, population);
    return population_overhead +
           pop->size * pop->model->step_ns[pop->solver] * (net->single ? single_share : 1) +
           (has_gap_junctions(net, population) ? pop->size * joined_ns : 0);
}

/* ---- populations ----------------------------------------------------------------------------- */

/* Steps for which a population's input is kept in advance, and its spikes are remembered. */
static void lengths(const spk_network *net, size_t population, double *ahead, double *back)
{
    *ahead = 1;
    *back = 2;
    for (size_t i = 0; i < net->projections; i++) {
        const spk_projection *p = &net->projection[i];
        bool looked_up = at_arrival(p) || spk_projection_straight(net, p);
        bool remembers = looked_up ? p->source == population
                                   : p->rule && !has_archive(p) && p->target == population;
        if (remembers) *back = fmax(*back, p->max_delay + 2.0);
        if (spk_population_is_current(&net->population[p->source])) continue;
        if (p->target == population && !looked_up) *ahead = fmax(*ahead, p->max_delay + 1.0);
    }
    *back += 2.0 * spk_network_interval(net) - 2; /* threads are apart by two blocks at most */
    *back = spk_ring_length((uint32_t)fmin(*back, UINT32_MAX));
}

static bool parameters_differ(const spk_population *pop)
{
    for (size_t i = 0; pop->model->parameters[i].key; i++)
        if (pop->param[i].kind != SPK_VALUE_CONSTANT) return true;
    return false;
}

/* Of a unit: what the network file lists of it. */
static double listed_unit_bytes(const spk_population *pop)
{
    double n = pop->position.kind == SPK_POSITION_LIST ? pop->position.dims : 0;
    for (size_t i = 0; pop->model->parameters[i].key; i++)
        n += pop->param[i].kind == SPK_VALUE_LIST;
    for (size_t i = 0; i < SPK_THETA_PARAMETERS; i++)
        n += pop->theta[i].kind == SPK_VALUE_LIST;
    return 8 * n;
}

/* Of spikes that the network file lists, and where they stood there. */
static double train_bytes(const spk_population *pop)
{
    if (!pop->trains) return 0;
    return (double)pop->trains->n * (8 + 4 + (pop->trains->listed ? 8 : 0));
}

static double count_states(const spk_population *pop)
{
    double n = 0;
    for (const spk_state_variable *s = pop->model->states; s->name; s++)
        n += strcmp(s->name, "theta") != 0;
    return n;
}

spk_estimate spk_estimate_population(const spk_network *net, size_t population)
{
    const spk_population *pop = &net->population[population];
    double real = real_bytes(net), ahead, back;
    lengths(net, population, &ahead, &back);
    double unit = 4 * back; /* the list of those that fired, for each step */
    double lists = 0;
    if (pop->model->source == SPK_NOT_A_SOURCE) {
        double receptors = pop->model->kernel->receptors;
        double late = pop->model->kernel->before_threshold ? receptors : 0;
        double coefficients = 0; /* about as many as there are parameters, where units differ */
        for (size_t i = 0; parameters_differ(pop) && pop->model->parameters[i].key; i++)
            coefficients++;
        unit += count_states(pop) * (real + 8) + coefficients * real + FIXED_BYTES + real;
        unit += (receptors * ahead + late) * real + (pop->adaptive ? 8 : 0);
        if (has_gap_junctions(net, population)) unit += JOINED_BYTES + real;
        if (padded(pop->size) >= LONG_ROW) lists = receptors * ahead * LISTS_BYTES;
    } else if (pop->model->source == SPK_SOURCE_FRAMES) {
        unit += SOURCE_BYTES + (pop->stream_fed ? 0 : 8);
    }
    double neurons = pop->model->source == SPK_NOT_A_SOURCE ? pop->size : 0;
    double listed = pop->size * listed_unit_bytes(pop) + train_bytes(pop);
    return (spk_estimate){.neurons = neurons,
                          .bytes = padded(pop->size) * unit + lists + listed,
                          .step_ns = population_ns(net, population)};
}

/* ---- projections ----------------------------------------------------------------------------- */

/* Runs of synapses with one delay that a source of `n` synapses has, of `delays` equally likely. */
static double count_runs(double n, double delays)
{
    return delays * -spk_expm1(n * spk_log1p(-1 / delays));
}

/* Receptors and delays that a source's synapses are told apart by. */
static double count_keys(const spk_network *net, const spk_projection *p)
{
    bool signs = net->population[p->target].model->kernel->receptors > 1;
    double least, most;
    spk_value_bounds(&p->weight, &least, &most);
    return (p->max_delay - p->min_delay + 1.0) * (signs && least < 0 && most > 0 ? 2 : 1);
}

/* A row for each source: its place and its head, and runs of synapses with one key. */
static double sparse_bytes(const spk_network *net, const spk_projection *p, double sources,
                           double synapses)
{
    static const double row_bytes = 8 + 8 + 4, run_bytes = 2, run_most = 255;
    double keys = count_keys(net, p), each = synapses / sources;
    double weight = p->weight.kind == SPK_VALUE_CONSTANT ? 0 : weight_bytes(p);
    double runs = keys > 1 ? count_runs(each, keys) + each / run_most : 0;
    double slack = spk_connect_by_source(p) ? 1 + 1 / 32.0 : 1; /* of the last block */
    return (synapses * (2 + weight) + sources * (run_bytes * runs + row_bytes)) * slack;
}

/* Rules drawn by target are counted by source and key, some sources at a time. */
static double sparse_building(const spk_network *net, const spk_projection *p, double sources,
                              double synapses)
{
    if (spk_connect_by_source(p)) return 0;
    return fmin(4 * sources * count_keys(net, p), 64e6 + 4 * synapses) + 8 * sources;
}

/* The same lists, with two places and a state for each source. While they are built: where the next
 * synapse goes, and its delay. */
static double short_term_bytes(const spk_projection *p, double sources, double synapses,
                               double *building)
{
    double delays = p->max_delay - p->min_delay + 1.0;
    double weight = p->weight.kind == SPK_VALUE_CONSTANT ? 0 : weight_bytes(p);
    double runs = delays > 1 ? count_runs(synapses / sources, delays) : 1;
    *building = sources * 8 + (delays > 1 ? synapses * 4 : 0);
    return synapses * (2 + weight) + sources * (8 * runs + 16 + sizeof(spk_short_term_state));
}

/* Traces of both sides, of the sources for each step that a spike may be on its way, and room to
 * gather one target's weights. */
static double trace_bytes(const spk_network *net, const spk_projection *p, double steps)
{
    double real = real_bytes(net), sources = padded(net->population[p->source].size);
    double targets = padded(net->population[p->target].size);
    return sources * (steps * real + 2 * real + 16) + targets * (2 * real + 8 + real);
}

/* Of gap junctions, of which each that acts on both ends is listed twice. */
static spk_estimate gap_estimate(const spk_network *net, const spk_projection *p, double synapses)
{
    const double sources = net->population[p->source].size;
    const double targets = net->population[p->target].size;
    const double ends = p->symmetric ? 2 : 1, each = p->weight.kind == SPK_VALUE_CONSTANT ? 4 : 12;
    const double units = targets + (p->symmetric ? sources : 0);
    return (spk_estimate){.form = "gap",
                          .synapses = synapses,
                          .bytes = ends * synapses * each + 8 * units,
                          .step_ns = ends * synapses * junction_ns};
}

/* Edges as they were read, which stay. */
static double edges_bytes(const spk_projection *p, double sources)
{
    double edge = 4 + (p->edges->weight ? 8 : 0) + (p->edges->delay ? 4 : 0);
    return (double)p->edges->n * edge + 8 * sources;
}

/* Where units are, laid out while rows are drawn that ask for it. */
static double space_bytes(const spk_network *net, const spk_projection *p)
{
    const spk_population *source = &net->population[p->source];
    const spk_population *target = &net->population[p->target];
    if (!p->spatial && !spk_value_of_distance(&p->weight) && !spk_value_of_distance(&p->delay_ms))
        return 0;
    double point = 8 * target->position.dims;
    return target->size * (point + 5) + (source == target ? 0 : source->size * point);
}

/* Of a spike at one of its static synapses. */
static double static_ns(const spk_projection *p)
{
    bool same = p->weight.kind == SPK_VALUE_CONSTANT;
    double ns = same ? counted_arrival_ns : listed_arrival_ns;
    if (p->procedural) ns += drawn_ns + value_ns * (!same + (p->min_delay != p->max_delay));
    return ns;
}

static double projection_ns(const spk_network *net, const spk_projection *p, double synapses)
{
    double sources = net->population[p->source].size, delays = p->max_delay - p->min_delay + 1.0;
    double arrival_ns = spk_projection_indexed(p) ? indexed_arrival_ns
                        : !p->rule                ? static_ns(p)
                        : has_archive(p)          ? archive_arrival_ns
                        : delays == 1             ? dense_arrival_ns
                                                  : delayed_arrival_ns;
    double ns = synapses / sources * arrival_ns;
    if (!p->rule && !p->procedural && sparse_bytes(net, p, sources, synapses) > cache_bytes)
        ns += miss_ns * ceil(net->population[p->target].size / part_units);
    if (p->short_term) ns += p->short_term->spike_ns;
    if (delays > 1) ns += count_runs(synapses / sources, delays) * run_ns;
    return ns * count_spikes(net, p->source);
}

/* ---- devices --------------------------------------------------------------------------------- */

/* ns of a number in a step by its mean, as tests/bench/bench_devices prints it: of a block of units
 * with one mean, or one by one. */
static double poisson_ns(double mean, bool alike)
{
    static const double rejected_ns = 75, single_ns = 12, add_ns = 0.3;
    if (!(mean > 0)) return 0;
    if (mean > 1024) return rejected_ns;
    double draws = ceil(mean / 32), each = alike ? 0.3 + 0.2 * sqrt(mean / draws) : single_ns;
    return draws * each + add_ns;
}

/* Of a law of that mean, about: its thresholds, and how they are allocated. */
static double law_bytes(double mean)
{
    const double each = mean > 1024 ? 0 : mean / fmax(ceil(mean / 32), 1);
    return 180 + (mean > 1024 ? 0 : 10 * (10 + 6 * sqrt(each) + 1.3 * each));
}

/* Numbers for eight steps, or a current; weights and laws where they differ. */
static spk_estimate device_estimate(const spk_network *net, const spk_projection *p)
{
    static const double normal_ns = 30, numbers_bytes = 16;
    const spk_population *pop = &net->population[p->source];
    const bool current = spk_population_is_current(pop);
    const bool alike = pop->size == 1 || pop->param[0].kind == SPK_VALUE_CONSTANT;
    double targets = net->population[p->target].size, all = padded((uint32_t)targets);
    spk_estimate e = {.form = "device"};
    e.bytes = all * (current ? real_bytes(net) : numbers_bytes);
    if (p->weight.kind != SPK_VALUE_CONSTANT) e.bytes += all * (current ? 8 : real_bytes(net));
    if (p->min_delay != p->max_delay) /* each target's delay and place, and what it is given */
        e.bytes += all * (8 + (current ? 8 : real_bytes(net)));
    if (current) e.bytes += 2.0 * 8 * pop->size;
    if (pop->model->device == SPK_DEVICE_POISSON) {
        const double number = mean(&pop->param[0]) * net->dt_ms / 1000;
        e.step_ns = targets * poisson_ns(number, alike);
        if (!alike) e.bytes += law_bytes(number) * pop->size;
    }
    if (pop->model->device == SPK_DEVICE_NOISE)
        e.step_ns = targets * normal_ns / (double)pop->device.interval;
    return e;
}

/* Procedural: the rows of one step's spikes, or of one spike where each can go at once. */
static double procedural_bytes(const spk_network *net, const spk_projection *p, double synapses)
{
    static const double drawn_bytes = 16, scratch_bytes = 4;
    double sources = net->population[p->source].size, spikes = count_spikes(net, p->source);
    double rows = p->weight.kind == SPK_VALUE_CONSTANT ? ceil(spikes) : 1;
    return synapses / sources * (drawn_bytes + scratch_bytes) +
           sparse_bytes(net, p, sources, synapses) / sources * rows;
}

/* Of listed synapses that learn, with a target's spikes of the last second or two at 10 Hz. */
static double archive_bytes(const spk_network *net, const spk_projection *p, double synapses)
{
    static const double source_bytes = 36, target_bytes = 137, spike_bytes = 24, spikes = 16;
    static const double tables = 4 * 16384;
    double sources = net->population[p->source].size, targets = net->population[p->target].size;
    double delays = p->max_delay - p->min_delay + 1.0;
    double runs = delays > 1 ? count_runs(synapses / sources, delays) : 1;
    spk_rule_constants c;
    p->rule->kernel->prepare(p->rule_param, net->dt_ms, &c);
    double numbers = c.archive.pairing == SPK_NEAREST_PRE_CENTERED ? 2 : 1;
    return synapses * (2 + numbers * weight_bytes(p)) + sources * (8 * runs + source_bytes) +
           targets * (target_bytes + spikes * spike_bytes) + tables;
}

/* Of synapses that are listed by source and by target. */
static double indexed_bytes(const spk_network *net, const spk_projection *p, double synapses)
{
    double sources = net->population[p->source].size, targets = net->population[p->target].size;
    double numbers = 3 * real_bytes(net); /* the sum or what is left of spikes; two rates */
    double by_target = sources > UINT16_MAX ? 8 : 4;
    return synapses * (2 + by_target + weight_bytes(p)) + sources * (5 + numbers) +
           targets * (12 + numbers) + (p->rule ? trace_bytes(net, p, 1) : 0);
}

/* Of 64 bits, for a bit a source. */
static double words(double sources)
{
    return (double)(((uint64_t)sources + 63) / 64);
}

spk_estimate spk_estimate_projection(const spk_network *net, size_t projection)
{
    const spk_projection *p = &net->projection[projection];
    double sources = net->population[p->source].size, targets = net->population[p->target].size;
    spk_estimate e = {.form = "none", .synapses = spk_connect_count(net, (uint32_t)projection)};
    if (net->population[p->source].model->source == SPK_SOURCE_DEVICE) {
        spk_estimate device = device_estimate(net, p);
        device.synapses = e.synapses;
        return device;
    }
    bool one_delay = p->min_delay == p->max_delay;
    bool simple = p->connect == SPK_ALL_TO_ALL || p->connect == SPK_ONE_TO_ONE ||
                  p->connect == SPK_ALL_BUT_SELF;
    if (p->gap) {
        e = gap_estimate(net, p, e.synapses);
    } else if (has_archive(p)) {
        e.form = "plastic";
        e.bytes = archive_bytes(net, p, e.synapses);
        if (!one_delay) e.building = 2 * e.synapses;
    } else if (spk_projection_indexed(p)) {
        e.form = "indexed";
        e.bytes = indexed_bytes(net, p, e.synapses);
    } else if (p->rule) {
        double row = padded(net->population[p->target].size) * weight_bytes(p);
        e.form = one_delay ? "dense" : "delayed";
        e.bytes = sources * row + trace_bytes(net, p, one_delay ? 1 : p->max_delay + 2.0);
        if (!one_delay) /* targets in order of delay, where runs begin, places and delays; bit sets */
            e.bytes += sources * (padded(net->population[p->target].size) * 2 + targets * 4 +
                                  2 * (p->max_delay - p->min_delay + 2.0)) +
                       targets * (p->max_delay + 1.0) * words(sources) * 8;
    } else if (p->short_term) {
        e.form = "short_term";
        e.bytes = short_term_bytes(p, sources, e.synapses, &e.building);
    } else if (simple && one_delay && p->weight.kind == SPK_VALUE_CONSTANT) {
        return e;
    } else if (p->procedural) {
        e.form = "procedural";
        e.bytes = procedural_bytes(net, p, e.synapses);
    } else {
        e.form = "sparse";
        e.bytes = sparse_bytes(net, p, sources, e.synapses);
        e.building = sparse_building(net, p, sources, e.synapses);
    }
    if (p->edges) e.bytes += edges_bytes(p, sources);
    e.building += space_bytes(net, p);
    if (!p->gap) e.step_ns = projection_ns(net, p, e.synapses);
    return e;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void add(spk_estimate *sum, spk_estimate part)
{
    sum->neurons += part.neurons;
    sum->synapses += part.synapses;
    sum->bytes += part.bytes;
    sum->building = fmax(sum->building, part.building); /* one after the other */
    sum->step_ns += part.step_ns;
}

spk_estimate spk_estimate_network(const spk_network *net)
{
    spk_estimate sum = {.step_ns = step_overhead};
    for (size_t i = 0; i < net->populations; i++)
        add(&sum, spk_estimate_population(net, i));
    for (size_t i = 0; i < net->projections; i++)
        add(&sum, spk_estimate_projection(net, i));
    return sum;
}

static void put_number(spk_table *table, double value)
{
    if (value >= 0 && value < 0x1p63)
        spk_table_u64(table, (uint64_t)value);
    else
        spk_table_real(table, value);
}

/* One row; what does not apply to the part is missing. */
static void print_row(spk_table *table, const spk_network *net, const char *part, const char *name,
                      bool neurons, bool synapses, spk_estimate e)
{
    spk_table_text(table, part);
    if (name)
        spk_table_text(table, name);
    else
        spk_table_missing(table);
    if (e.form)
        spk_table_text(table, e.form);
    else
        spk_table_missing(table);
    put_number(table, neurons ? e.neurons : NAN);
    put_number(table, synapses ? round(e.synapses) : NAN);
    put_number(table, round(e.bytes));
    put_number(table, round(e.building));
    spk_table_derived(table, e.step_ns * 1e-6 / net->dt_ms);
    spk_table_end_row(table);
}

int spk_estimate_print(const spk_network *net, FILE *out, bool json, spk_error *err)
{
    static const char *const columns[] = {"part",  "name",     "form",        "neurons", "synapses",
                                          "bytes", "building", "cpu_s_per_s", NULL};
    spk_table *table = spk_table_open(out, json, columns, err);
    if (!table) return -1;
    for (size_t i = 0; i < net->populations; i++)
        print_row(table, net, "population", net->population[i].name, true, false,
                  spk_estimate_population(net, i));
    for (size_t i = 0; i < net->projections; i++)
        print_row(table, net, "projection", net->projection[i].name, false, true,
                  spk_estimate_projection(net, i));
    spk_estimate all = {.bytes = SPK_PROGRAM_BYTES};
    print_row(table, net, "program", NULL, false, false, all);
    add(&all, spk_estimate_network(net));
    print_row(table, net, "total", NULL, true, true, all);
    return spk_table_close(table, err);
}
