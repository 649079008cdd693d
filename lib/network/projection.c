/* projection.c: "projections": ends, connection rule, weights, delays, learning. */
#include "base/memory.h"
#include "network/draw.h"
#include "network/load.h"
#include "plasticity/kernel.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RULES = 64 };

const char *const spk_connection_rules[] = {
    [SPK_ALL_TO_ALL] = "all_to_all",
    [SPK_ONE_TO_ONE] = "one_to_one",
    [SPK_ALL_BUT_SELF] = "all_but_self",
    [SPK_FIXED_INDEGREE] = "fixed_indegree",
    [SPK_FIXED_OUTDEGREE] = "fixed_outdegree",
    [SPK_FIXED_TOTAL_NUMBER] = "fixed_total_number",
    [SPK_PAIRWISE_BERNOULLI] = "pairwise_bernoulli",
    [SPK_EDGES] = "edges",
    NULL,
};

/* ---- name ------------------------------------------------------------------------------------ */

/* "source->target" or "source->target#tag". */
static int read_ends(const spk_json *doc, const cJSON *object, const spk_network *net,
                     spk_projection *p, spk_error *err)
{
    const char *name = object->string, *arrow = strstr(name, "->"), *hash = strchr(name, '#');
    size_t length = strlen(name);
    size_t target_length = arrow ? (size_t)((hash ? hash : name + length) - arrow) - 2 : 0;
    if (!arrow || (hash && hash < arrow) || (hash && !spk_is_tag(hash + 1)) ||
        (size_t)(arrow - name) > SPK_NAME_MAX || target_length > SPK_NAME_MAX)
        return spk_json_fail(doc, object, err,
                             "a projection is called \"source->target\", a further one "
                             "\"source->target#tag\"");
    char source[SPK_NAME_MAX + 1], target[SPK_NAME_MAX + 1];
    snprintf(source, sizeof source, "%.*s", (int)(arrow - name), name);
    snprintf(target, sizeof target, "%.*s", (int)target_length, arrow + 2);
    int from = spk_find_population(doc, object, source, net, err);
    int to = from < 0 ? -1 : spk_find_population(doc, object, target, net, err);
    if (from < 0 || to < 0) return -1;
    p->source = (uint32_t)from;
    p->target = (uint32_t)to;
    p->name = spk_strdup(name, err);
    return p->name ? 0 : -1;
}

/* ---- connect --------------------------------------------------------------------------------- */

static const spk_rule_keys keys_of[] = {
    [SPK_ALL_TO_ALL] = {NULL, false, true, false, false},
    [SPK_ONE_TO_ONE] = {NULL, false, false, false, false},
    [SPK_ALL_BUT_SELF] = {NULL, false, false, false, false},
    [SPK_FIXED_INDEGREE] = {"indegree", false, true, true, true},
    [SPK_FIXED_OUTDEGREE] = {"outdegree", false, true, true, true},
    [SPK_FIXED_TOTAL_NUMBER] = {"N", false, true, true, true},
    [SPK_PAIRWISE_BERNOULLI] = {NULL, true, true, false, true},
    [SPK_EDGES] = {NULL, false, false, false, false},
};

const spk_rule_keys *spk_connect_keys(spk_connection_rule rule)
{
    return &keys_of[rule];
}

static int check_rule_keys(const spk_json *doc, const cJSON *connect, const spk_projection *p,
                           spk_error *err)
{
    const spk_rule_keys *keys = &keys_of[p->connect];
    const char *known[16];
    size_t n = 0;
    known[n++] = "rule";
    if (keys->count) known[n++] = keys->count;
    if (keys->probability) known[n++] = "p";
    if (keys->probability) known[n++] = "mask";
    if (p->connect == SPK_EDGES) {
        known[n++] = "file";
        known[n++] = "array";
        known[n++] = "digest";
    }
    if (keys->autapses) known[n++] = "allow_autapses";
    if (keys->multapses) known[n++] = "allow_multapses";
    if (p->gap) known[n++] = "make_symmetric";
    known[n++] = "seed";
    known[n] = NULL;
    return spk_json_check_keys(doc, connect, known, err);
}

/* The numbers must be possible: equal sizes, enough partners. */
static int check_possible(const spk_json *doc, const cJSON *connect, const spk_network *net,
                          const spk_projection *p, spk_error *err)
{
    const spk_population *source = &net->population[p->source];
    const spk_population *target = &net->population[p->target];
    if ((p->connect == SPK_ONE_TO_ONE || p->connect == SPK_ALL_BUT_SELF) &&
        source->size != target->size)
        return spk_json_fail(doc, connect, err,
                             "%s needs populations of one size, but %s has %u and %s %u",
                             spk_connection_rules[p->connect], source->name, source->size,
                             target->name, target->size);
    const char *key = keys_of[p->connect].count;
    if (!key || p->count == 0) return 0;
    const spk_population *others = p->connect == SPK_FIXED_INDEGREE ? source : target;
    uint32_t partners = others->size - (!p->autapses && p->source == p->target);
    const cJSON *node = spk_json_member(connect, key);
    if (partners == 0) return spk_json_fail(doc, node, err, "no unit has a partner");
    if (p->connect == SPK_FIXED_TOTAL_NUMBER) {
        const uint64_t pairs = (uint64_t)source->size * partners;
        if (p->multapses || p->count <= pairs) return 0;
        return spk_json_fail(
            doc, node, err,
            "N without multapses can be at most %" PRIu64 ", the pairs that there are", pairs);
    }
    if (!p->multapses && p->count > partners)
        return spk_json_fail(doc, node, err,
                             "%s without multapses can be at most %u, the partners that a unit has",
                             key, partners);
    return 0;
}

static int read_connect(const spk_json *doc, const cJSON *object, const spk_network *net,
                        spk_projection *p, spk_error *err)
{
    const cJSON *connect = NULL;
    int rule = 0;
    if (spk_json_object(doc, object, "connect", true, &connect, err) ||
        spk_json_choice(doc, connect, "rule", true, spk_connection_rules, &rule, err))
        return -1;
    p->connect = (spk_connection_rule)rule;
    if (check_rule_keys(doc, connect, p, err)) return -1;
    const spk_rule_keys *keys = &keys_of[rule];
    uint64_t most = p->connect == SPK_FIXED_TOTAL_NUMBER ? UINT64_C(1) << 53 : UINT32_MAX - 1;
    p->autapses = p->multapses = true;
    p->seeded = spk_json_member(connect, "seed") != NULL;
    if ((keys->count && spk_json_u64(doc, connect, keys->count, true, 0, most, &p->count, err)) ||
        (keys->probability && spk_load_near(doc, connect, net, p, err)) ||
        (p->connect == SPK_EDGES && spk_load_edges(doc, connect, net, p, err)) ||
        spk_json_bool(doc, connect, "allow_autapses", false, &p->autapses, err) ||
        spk_json_bool(doc, connect, "allow_multapses", false, &p->multapses, err) ||
        spk_json_u64(doc, connect, "seed", false, 0, UINT64_MAX, &p->seed, err))
        return -1;
    return check_possible(doc, connect, net, p, err);
}

/* ---- weight ---------------------------------------------------------------------------------- */

static const char *const weight_units[] = {
    [SPK_WEIGHT_NONE] = "",      [SPK_WEIGHT_CURRENT] = "pA", [SPK_WEIGHT_CONDUCTANCE] = "nS",
    [SPK_WEIGHT_VOLTAGE] = "mV", [SPK_WEIGHT_NUMBER] = "",
};

/* What its weights are: those of gap junctions, a factor of a current, or what the target takes. */
static spk_weight_kind weight_kind(const spk_network *net, const spk_projection *p)
{
    if (p->gap) return SPK_WEIGHT_CONDUCTANCE;
    return spk_population_is_current(&net->population[p->source])
               ? SPK_WEIGHT_NUMBER
               : net->population[p->target].model->weight;
}

/* "weight_nS" for such weights: `stem` and the unit. */
static void key_with_unit(const char *stem, spk_weight_kind kind, char *key, size_t size)
{
    const char *unit = weight_units[kind];
    snprintf(key, size, "%s%s%s", stem, unit[0] ? "_" : "", unit);
}

/* A member called `stem`, with whatever unit, must be called `key`. */
static int check_weight_unit(const spk_json *doc, const cJSON *object, const char *stem,
                             const char *key, const char *taker, spk_error *err)
{
    static const char *const endings[] = {"", "_pA", "_nA", "_nS", "_uS", "_mV", "_V", NULL};
    for (const char *const *ending = endings; *ending; ending++) {
        char other[32];
        snprintf(other, sizeof other, "%s%s", stem, *ending);
        const cJSON *node = spk_json_member(object, other);
        if (node && strcmp(other, key) != 0)
            return spk_json_fail(doc, node, err, "%s takes %s", taker, key);
    }
    return 0;
}

static int check_weight(const spk_json *doc, const cJSON *node, const spk_projection *p,
                        bool positive, spk_error *err)
{
    static const double most[] = {[SPK_F32] = FLT_MAX, [SPK_F64] = DBL_MAX, [SPK_F16] = 65504};
    double least, highest;
    spk_value_bounds(&p->weight, &least, &highest);
    if (positive && least < 0)
        return spk_json_fail(doc, node, err, "weights %s are 0 or more",
                             p->gap ? "of gap junctions" : "onto this model");
    if (highest > most[p->weight_type] || least < -most[p->weight_type])
        return spk_json_fail(doc, node, err, "weight_type %s holds numbers up to %g",
                             spk_dtype_name(p->weight_type), most[p->weight_type]);
    return 0;
}

static int read_weight(const spk_json *doc, const cJSON *object, const spk_network *net,
                       const char *key, spk_projection *p, spk_error *err)
{
    static const char *const types[] = {"f32", "f64", "f16", NULL};
    static const spk_dtype dtypes[] = {SPK_F32, SPK_F64, SPK_F16};
    const spk_population *target = &net->population[p->target];
    int type = 0;
    const bool positive = p->gap || target->model->positive_weights;
    const cJSON *node = spk_json_member(object, key);
    const char *why;
    if (spk_json_choice(doc, object, "weight_type", false, types, &type, err)) return -1;
    p->weight_type = dtypes[type];
    if (p->edges && p->edges->weight) {
        if (node) return spk_json_fail(doc, node, err, "%s has the weights", p->edges->file);
        return check_weight(doc, spk_json_member(object, "connect"), p, positive, err);
    }
    double reach = spk_position_reach(&net->population[p->source], target, &why);
    if (spk_read_synapse_value(doc, object, key, true, -INFINITY, INFINITY, reach, why, &p->weight,
                               err))
        return -1;
    return check_weight(doc, node, p, positive, err);
}

/* ---- delay ----------------------------------------------------------------------------------- */

static uint32_t nearest_step(double ms, double dt_ms)
{
    return (uint32_t)floor(ms / dt_ms + 0.5);
}

static int read_delay(const spk_json *doc, const cJSON *object, const spk_network *net,
                      spk_projection *p, spk_error *err)
{
    static const char *const kinds[] = {"dendritic", "axonal", NULL};
    double most = SPK_DELAY_MAX_STEPS * net->dt_ms, least_ms, most_ms;
    int kind = 0;
    const char *why;
    const cJSON *node = spk_json_member(object, "delay_ms");
    if (spk_json_choice(doc, object, "delay_kind", false, kinds, &kind, err)) return -1;
    p->axonal = kind == 1;
    if (p->edges && p->edges->delay) /* min_delay, max_delay are those of the file */
        return node ? spk_json_fail(doc, node, err, "%s has the delays", p->edges->file) : 0;
    double reach =
        spk_position_reach(&net->population[p->source], &net->population[p->target], &why);
    if (spk_read_synapse_value(doc, object, "delay_ms", true, 0, most, reach, why, &p->delay_ms,
                               err))
        return -1;
    spk_value_bounds(&p->delay_ms, &least_ms, &most_ms);
    p->min_delay = nearest_step(least_ms, net->dt_ms);
    p->max_delay = nearest_step(most_ms, net->dt_ms);
    if (p->delay_ms.kind != SPK_VALUE_CONSTANT) return 0;
    uint64_t steps = 0;
    if (spk_read_steps(doc, object, "delay_ms", true, net, 0, &steps, err)) return -1;
    p->delay_steps = p->min_delay = p->max_delay = (uint32_t)steps;
    return 0;
}

static int read_storage(const spk_json *doc, const cJSON *object, spk_projection *p, spk_error *err)
{
    static const char *const words[] = {"stored", "procedural", NULL};
    int storage = 0;
    if (spk_json_choice(doc, object, "storage", false, words, &storage, err)) return -1;
    p->procedural = storage == 1;
    const cJSON *node = spk_json_member(object, "storage");
    if (p->procedural && p->connect == SPK_FIXED_INDEGREE)
        return spk_json_fail(doc, node, err,
                             "fixed_indegree cannot be procedural; all_to_all, one_to_one, "
                             "all_but_self, fixed_outdegree, fixed_total_number and "
                             "pairwise_bernoulli can");
    if (p->procedural && p->edges)
        return spk_json_fail(doc, node, err, "edges are stored, never procedural");
    if (p->procedural && p->rule)
        return spk_json_fail(doc, node, err, "plastic weights cannot be procedural");
    return 0;
}

/* ---- learning -------------------------------------------------------------------------------- */

/* The values of a table of numbers and words, none of them drawn; to free(). */
static int read_constants(const spk_json *doc, const cJSON *object, const spk_parameter *table,
                          const char *const *extra, double **out, spk_error *err)
{
    size_t n = spk_parameter_count(table);
    spk_value *values = spk_alloc(n, sizeof *values, "parameters", err);
    *out = values ? spk_alloc(n, sizeof **out, "parameters", err) : NULL;
    int status = *out ? spk_read_parameters(doc, object, table, extra, values, err) : -1;
    for (size_t i = 0; status == 0 && i < n; i++)
        (*out)[i] = values[i].a;
    free(values);
    return status;
}

/* The kernels of a rule with an archive see the sizes of weights, which keep their sign. */
static int check_sign(const spk_json *doc, const cJSON *object, const char *key,
                      const spk_projection *p, const spk_archive_constants *archive, spk_error *err)
{
    double least, most;
    spk_value_bounds(&p->weight, &least, &most);
    if (archive->negative ? most <= 0 : least >= 0) return 0;
    return spk_json_fail(doc, spk_json_member(object, key), err,
                         "with %s and this bound the weights must be %s (clip the distribution)",
                         p->rule->name, archive->negative ? "0 or less" : "0 or more");
}

static int read_plasticity(const spk_json *doc, const cJSON *object, const spk_network *net,
                           const char *weight, spk_projection *p, spk_error *err)
{
    static const char *const rule_key[] = {"rule", NULL};
    const char *names[MAX_RULES + 1] = {NULL};
    const cJSON *plasticity = NULL;
    int rule = 0;
    if (spk_json_object(doc, object, "plasticity", false, &plasticity, err)) return -1;
    if (!plasticity) return 0;
    for (size_t i = 0; i < MAX_RULES && spk_plasticity_rules[i]; i++)
        names[i] = spk_plasticity_rules[i]->name;
    if (spk_json_choice(doc, plasticity, "rule", true, names, &rule, err)) return -1;
    p->rule = spk_plasticity_rules[rule];
    if (read_constants(doc, plasticity, p->rule->parameters, rule_key, &p->rule_param, err))
        return -1;
    if (spk_read_modulations(doc, plasticity, net, p, err)) return -1;
    spk_rule_constants constants;
    const char *wrong = p->rule->kernel->prepare(p->rule_param, net->dt_ms, &constants);
    if (wrong) return spk_json_fail(doc, plasticity, err, "%s", wrong);
    return p->rule->kernel->archive ? check_sign(doc, object, weight, p, &constants.archive, err)
                                    : 0;
}

static int read_short_term(const spk_json *doc, const cJSON *object, spk_projection *p,
                           spk_error *err)
{
    static const char *const model_key[] = {"model", NULL};
    const char *names[MAX_RULES + 1] = {NULL};
    const cJSON *node = NULL;
    int model = 0;
    if (spk_json_object(doc, object, "short_term", false, &node, err)) return -1;
    if (!node) return 0;
    if (p->rule)
        return spk_json_fail(doc, node, err,
                             "a projection has \"plasticity\" or \"short_term\", not both");
    if (p->procedural)
        return spk_json_fail(doc, node, err,
                             "short-term plasticity is not offered with \"storage\": "
                             "\"procedural\" yet");
    for (size_t i = 0; i < MAX_RULES && spk_short_term_models[i]; i++)
        names[i] = spk_short_term_models[i]->name;
    if (spk_json_choice(doc, node, "model", true, names, &model, err)) return -1;
    p->short_term = spk_short_term_models[model];
    if (read_constants(doc, node, p->short_term->parameters, model_key, &p->short_term_param, err))
        return -1;
    const char *wrong = p->short_term->resolve(p->short_term_param);
    return wrong ? spk_json_fail(doc, node, err, "%s", wrong) : 0;
}

static int read_normalize(const spk_json *doc, const cJSON *object, const spk_population *target,
                          spk_projection *p, spk_error *err)
{
    static const char *const per[] = {"target", NULL}, *const when[] = {"sample", NULL};
    const cJSON *normalize = NULL;
    int ignored = 0;
    char sum[32];
    if (spk_json_object(doc, object, "normalize", false, &normalize, err)) return -1;
    p->normalize = normalize != NULL;
    if (!normalize) return 0;
    key_with_unit("sum", target->model->weight, sum, sizeof sum);
    const char *const known[] = {"per", sum, "when", NULL};
    if (check_weight_unit(doc, normalize, "sum", sum, target->name, err) ||
        spk_json_check_keys(doc, normalize, known, err) ||
        spk_json_choice(doc, normalize, "per", false, per, &ignored, err) ||
        spk_json_choice(doc, normalize, "when", false, when, &ignored, err) ||
        spk_read_number(doc, normalize, sum, true, DBL_MIN, DBL_MAX, &p->normalize_sum, err))
        return -1;
    if (!p->rule)
        return spk_json_fail(doc, normalize, err, "only weights that learn are normalized");
    return 0;
}

static int read_scaling(const spk_json *doc, const cJSON *object, const spk_population *target,
                        spk_projection *p, spk_error *err)
{
    const cJSON *scaling = NULL;
    spk_scaling *s = &p->scaling;
    char sum[32];
    if (spk_json_object(doc, object, "scaling", false, &scaling, err)) return -1;
    if (!scaling) return 0;
    if (p->normalize)
        return spk_json_fail(doc, scaling, err,
                             "a projection has \"normalize\" or \"scaling\", not both");
    *s = (spk_scaling){.tau_ms = 10000, .gain = 0.1};
    key_with_unit("max_sum", target->model->weight, sum, sizeof sum);
    const char *const known[] = {"target_rate_Hz", "tau_ms", "gain", sum, NULL};
    if (check_weight_unit(doc, scaling, "max_sum", sum, target->name, err) ||
        spk_json_check_keys(doc, scaling, known, err) ||
        spk_read_number(doc, scaling, "target_rate_Hz", true, 1e-9, 1e9, &s->target_rate_Hz, err) ||
        spk_read_number(doc, scaling, "tau_ms", false, 1e-6, 1e15, &s->tau_ms, err) ||
        spk_read_number(doc, scaling, "gain", false, 0, 1, &s->gain, err) ||
        spk_read_number(doc, scaling, sum, true, DBL_MIN, DBL_MAX, &s->max_sum, err))
        return -1;
    if (!p->rule) return spk_json_fail(doc, scaling, err, "only weights that learn are scaled");
    return 0;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static int read_projection(const spk_json *doc, const cJSON *object, const spk_network *net,
                           spk_projection *p, spk_error *err)
{
    if (!cJSON_IsObject(object)) return spk_json_fail(doc, object, err, "an object is expected");
    if (read_ends(doc, object, net, p, err)) return -1;
    const spk_population *target = &net->population[p->target];
    if (spk_read_synapse_kind(doc, object, p, err)) return -1;
    if (target->model->weight == SPK_WEIGHT_NONE && !p->gap)
        return spk_json_fail(doc, object, err, "%s is a %s, which takes no input", target->name,
                             target->model->name);
    char weight[32];
    p->weight_unit = weight_units[weight_kind(net, p)];
    key_with_unit("weight", weight_kind(net, p), weight, sizeof weight);
    const spk_population *source = &net->population[p->source];
    const char *taker = p->gap                              ? "a gap junction"
                        : spk_population_is_current(source) ? source->name
                                                            : target->name;
    const char *const known[] = {"connect", weight,       "weight_type", "delay_ms",   "delay_kind",
                                 "storage", "plasticity", "normalize",   "short_term", "synapse",
                                 "kernel",  "scaling",    NULL};
    if (check_weight_unit(doc, object, "weight", weight, taker, err) ||
        spk_check_members(doc, object, known, err) || read_connect(doc, object, net, p, err) ||
        read_weight(doc, object, net, weight, p, err))
        return -1;
    if (p->gap) return spk_check_gap(doc, object, net, p, err);
    if (read_delay(doc, object, net, p, err) || read_plasticity(doc, object, net, weight, p, err) ||
        read_storage(doc, object, p, err) || read_short_term(doc, object, p, err) ||
        spk_load_course(doc, object, net, p, err) ||
        spk_check_device_projection(doc, object, net, p, err))
        return -1;
    return read_normalize(doc, object, target, p, err) || read_scaling(doc, object, target, p, err)
               ? -1
               : 0;
}

int spk_load_projections(const spk_json *doc, spk_network *net, spk_error *err)
{
    const cJSON *all = NULL;
    if (spk_json_object(doc, spk_json_root(doc), "projections", false, &all, err)) return -1;
    if (!all) return 0;
    net->projection =
        spk_alloc((size_t)cJSON_GetArraySize(all), sizeof *net->projection, "projections", err);
    if (!net->projection) return -1;
    for (const cJSON *m = all->child; m; m = m->next) {
        if (spk_is_comment(m->string)) continue;
        if (read_projection(doc, m, net, &net->projection[net->projections++], err)) return -1;
    }
    return 0;
}
