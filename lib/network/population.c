/* population.c: "populations": names, sizes, shapes, models and their parameters. */
#include "base/memory.h"
#include "base/words.h"
#include "math/math.h"
#include "network/draw.h"
#include "network/load.h"
#include "neuron/kernel.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MODELS = 64 };

/* ---- names ----------------------------------------------------------------------------------- */

bool spk_is_tag(const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || length > SPK_NAME_MAX) return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '_' && text[i] != '-') return false;
    return true;
}

static bool is_name(const char *text)
{
    return spk_is_tag(text) && isalpha((unsigned char)text[0]);
}

int spk_find_population(const spk_json *doc, const cJSON *node, const char *name,
                        const spk_network *net, spk_error *err)
{
    int found = spk_network_population(net, name);
    if (found >= 0) return found;
    const char **names = spk_alloc(net->populations + 1, sizeof *names, "names", err);
    if (!names) return -1;
    for (size_t i = 0; i < net->populations; i++)
        names[i] = net->population[i].name;
    char instead[300];
    spk_suggest(name, names, instead, sizeof instead);
    free(names);
    return spk_json_fail(doc, node, err, "there is no population \"%.80s\"%s", name, instead);
}

/* ---- size and shape -------------------------------------------------------------------------- */

int spk_read_dims(const spk_json *doc, const cJSON *node, spk_population *pop, spk_error *err)
{
    int n = cJSON_IsArray(node) ? cJSON_GetArraySize(node) : 0;
    if (n < 1 || n > 4)
        return spk_json_fail(doc, node, err, "1 to 4 whole numbers are expected, rows first");
    uint64_t units = 1;
    for (int i = 0; i < n; i++) {
        double value = cJSON_GetArrayItem(node, i)->valuedouble;
        if (!cJSON_IsNumber(cJSON_GetArrayItem(node, i)) ||
            !(value >= 1 && value <= SPK_SIZE_MAX) || value > floor(value))
            return spk_json_fail(doc, cJSON_GetArrayItem(node, i), err,
                                 "a whole number of 1 or more is expected");
        pop->shape[i] = (uint32_t)value;
        units *= pop->shape[i];
        if (units > SPK_SIZE_MAX)
            return spk_json_fail(doc, node, err, "more than %u units", SPK_SIZE_MAX);
    }
    pop->dims = (uint32_t)n;
    if (pop->size && pop->size != units)
        return spk_json_fail(doc, node, err, "this makes %llu units, but \"size\" says %u",
                             (unsigned long long)units, pop->size);
    pop->size = (uint32_t)units;
    return 0;
}

/* A device or a spike_generator is one unit unless the file says more. */
static int read_size(const spk_json *doc, const cJSON *object, const spk_network *net,
                     spk_population *pop, spk_error *err)
{
    const cJSON *shape = spk_json_member(object, "shape"), *position = NULL;
    const bool one =
        pop->model->source == SPK_SOURCE_DEVICE || pop->model->source == SPK_SOURCE_TRAINS;
    uint64_t size = one && !shape ? 1 : 0;
    if (spk_json_object(doc, object, "position", false, &position, err)) return -1;
    if (shape && position)
        return spk_json_fail(doc, position, err, "give \"shape\" or \"position\", not both");
    if (position) size = 0;
    if (spk_json_u64(doc, object, "size", !shape && !position && !one, 1, SPK_SIZE_MAX, &size, err))
        return -1;
    pop->size = (uint32_t)size;
    if (shape) {
        if (spk_read_dims(doc, shape, pop, err)) return -1;
        spk_position_of_shape(pop);
        return 0;
    }
    return position ? spk_load_position(doc, position, net, pop, err) : 0;
}

/* ---- model ----------------------------------------------------------------------------------- */

static int read_model(const spk_json *doc, const cJSON *object, spk_population *pop, spk_error *err)
{
    const char *names[MAX_MODELS + 1] = {NULL};
    int model = 0;
    for (size_t i = 0; i < MAX_MODELS && spk_neuron_models[i]; i++)
        names[i] = spk_neuron_models[i]->name;
    if (spk_json_choice(doc, object, "model", true, names, &model, err)) return -1;
    pop->model = spk_neuron_models[model];
    return 0;
}

static int parameter_index(const spk_neuron_model *model, const char *key)
{
    for (int i = 0; model->parameters[i].key; i++)
        if (strcmp(model->parameters[i].key, key) == 0) return i;
    return -1;
}

/* The distribution of `factor` times a value of `v`. */
static spk_value scaled(spk_value v, double factor)
{
    for (size_t i = 0; v.list && i < v.list->n; i++)
        v.list->value[i] *= factor;
    v.a = v.kind == SPK_VALUE_LOGNORMAL ? v.a + spk_log(factor) : v.a * factor;
    if (v.kind != SPK_VALUE_LOGNORMAL) v.b *= factor;
    for (uint32_t i = 0; i < v.choices; i++)
        v.choice[i] *= factor;
    v.min *= factor;
    v.max *= factor;
    return v;
}

/* "tau_m_ms" in place of "C_m_pF": C_m = tau_m g_L (ms x nS = pF). */
static int read_tau_m(const spk_json *doc, const cJSON *params, const spk_network *net,
                      spk_population *pop, spk_error *err)
{
    const cJSON *tau = spk_json_member(params, "tau_m_ms");
    int c_m = parameter_index(pop->model, "C_m_pF"), g_l = parameter_index(pop->model, "g_L_nS");
    const spk_parameter *row = &pop->model->parameters[c_m];
    if (spk_json_member(params, "C_m_pF"))
        return spk_json_fail(doc, tau, err, "give \"C_m_pF\" or \"tau_m_ms\", not both");
    if (pop->param[g_l].kind != SPK_VALUE_CONSTANT)
        return spk_json_fail(doc, tau, err,
                             "\"tau_m_ms\" needs one number as g_L_nS; give \"C_m_pF\"");
    double g = pop->param[g_l].a;
    spk_value value = {0};
    if (spk_read_unit_value(doc, params, "tau_m_ms", true, row->min / g, row->max / g, &value,
                            err) ||
        spk_look_up_list(doc, params, "tau_m_ms", net, pop, row->min / g, row->max / g, &value,
                         err)) {
        spk_list_free(value.list);
        return -1;
    }
    pop->param[c_m] = scaled(value, g);
    if (value.list && value.list->file) value.list->key = "tau_m_ms";
    return 0;
}

/* Lists among values that were read by `table`. */
static int look_up_lists(const spk_json *doc, const cJSON *object, const spk_parameter *table,
                         const spk_network *net, const spk_population *pop, spk_value *values,
                         spk_error *err)
{
    for (size_t i = 0; table[i].key; i++)
        if (spk_look_up_list(doc, object, table[i].key, net, pop, table[i].min, table[i].max,
                             &values[i], err))
            return -1;
    return 0;
}

/* A reset at the threshold or above it would be a spike in every step, unless the threshold adapts. */
static int check_reset(const spk_json *doc, const cJSON *object, const spk_population *pop,
                       spk_error *err)
{
    const int reset = parameter_index(pop->model, "V_reset_mV");
    const int peak = parameter_index(pop->model, "V_peak_mV");
    const int top = peak >= 0 ? peak : parameter_index(pop->model, "V_th_mV");
    if (reset < 0 || top < 0 || spk_json_member(object, "adaptive_threshold")) return 0;
    const spk_value *low = &pop->param[reset], *high = &pop->param[top];
    if (low->kind != SPK_VALUE_CONSTANT || high->kind != SPK_VALUE_CONSTANT || low->a < high->a)
        return 0;
    return spk_json_fail(doc, spk_json_member(object, "params"), err,
                         "V_reset_mV (%.10g) must be below %s (%.10g)", low->a,
                         pop->model->parameters[top].key, high->a);
}

static int read_params(const spk_json *doc, const cJSON *object, const spk_network *net,
                       spk_population *pop, spk_error *err)
{
    static const char *const tau_m[] = {"tau_m_ms", NULL};
    const spk_neuron_model *model = pop->model;
    const cJSON *params = NULL;
    const cJSON empty = {.type = cJSON_Object};
    size_t n = spk_parameter_count(model->parameters);
    if (spk_json_object(doc, object, "params", false, &params, err)) return -1;
    pop->param = spk_alloc(n, sizeof *pop->param, "parameters", err);
    pop->list = spk_alloc(n, sizeof *pop->list, "parameters", err);
    if (!pop->param || !pop->list) return -1;
    bool takes_tau = parameter_index(model, "C_m_pF") >= 0 &&
                     parameter_index(model, "g_L_nS") >= 0 &&
                     parameter_index(model, "tau_m_ms") < 0;
    for (size_t i = 0; !params && i < n; i++)
        if (isnan(model->parameters[i].preset))
            return spk_json_fail(doc, object, err, "\"params\" is missing (%s has no default)",
                                 model->parameters[i].key);
    if (!params) params = &empty;
    if (spk_read_parameters(doc, params, model->parameters, takes_tau ? tau_m : NULL, pop->param,
                            err) ||
        look_up_lists(doc, params, model->parameters, net, pop, pop->param, err))
        return -1;
    if (spk_read_lists(doc, params, model->parameters, pop->list, err)) return -1;
    if (model->source == SPK_SOURCE_DEVICE) return spk_load_device(doc, params, net, pop, err);
    if (model->source == SPK_SOURCE_TRAINS) return spk_load_trains(doc, params, net, pop, err);
    if (takes_tau && spk_json_member(params, "tau_m_ms") && read_tau_m(doc, params, net, pop, err))
        return -1;
    return check_reset(doc, object, pop, err);
}

static int read_solver(const spk_json *doc, const cJSON *object, bool single, spk_population *pop,
                       spk_error *err)
{
    spk_words solvers;
    spk_words_split(&solvers, pop->model->solvers);
    if (spk_json_choice(doc, object, "solver", false, solvers.word, &pop->solver, err)) return -1;
    if (!single || !pop->model->kernel ||
        spk_neuron_step_choose(pop->model, pop->solver, true, true))
        return 0;
    return spk_json_fail(doc, object, err, "%s by %s needs \"precision\": \"double\"",
                         pop->model->name, solvers.word[pop->solver]);
}

static int read_theta_scale(const spk_json *doc, const cJSON *threshold, spk_population *pop,
                            spk_error *err)
{
    const cJSON *scale = NULL;
    if (spk_json_object(doc, threshold, "theta_plus_scale", false, &scale, err)) return -1;
    pop->theta_scaled = scale != NULL;
    if (!scale) return 0;
    return spk_read_parameters(doc, scale, spk_theta_scale_parameters, NULL, pop->theta_scale, err);
}

static int read_threshold(const spk_json *doc, const cJSON *object, const spk_network *net,
                          spk_population *pop, spk_error *err)
{
    static const char *const scale[] = {"theta_plus_scale", NULL};
    const cJSON *threshold = NULL;
    if (spk_json_object(doc, object, "adaptive_threshold", false, &threshold, err)) return -1;
    pop->adaptive = threshold != NULL;
    if (!threshold) return 0;
    if (!pop->model->adaptive_threshold)
        return spk_json_fail(doc, threshold, err, "%s has no adaptive threshold", pop->model->name);
    if (spk_read_parameters(doc, threshold, spk_threshold_parameters, scale, pop->theta, err) ||
        read_theta_scale(doc, threshold, pop, err))
        return -1;
    return look_up_lists(doc, threshold, spk_threshold_parameters, net, pop, pop->theta, err);
}

/* Sources: which of them take the input stream. poisson_input does unless it has a rate. */
static int read_source(const spk_json *doc, const cJSON *object, spk_population *pop,
                       spk_error *err)
{
    pop->stream_fed = pop->model->source == SPK_SOURCE_SPIKES;
    int rate = parameter_index(pop->model, "rate_Hz");
    if (pop->model->source != SPK_SOURCE_FRAMES || rate < 0) return 0;
    double least, most;
    spk_value_bounds(&pop->param[rate], &least, &most);
    pop->stream_fed = most <= -1;
    if (pop->stream_fed || least >= 0) return 0;
    const cJSON *node = spk_json_member(spk_json_member(object, "params"), "rate_Hz");
    return spk_json_fail(doc, node, err,
                         "a rate is 0 or more (-1: the frames of the input stream say it)");
}

static int read_winner(const spk_json *doc, const cJSON *object, spk_population *pop,
                       spk_error *err)
{
    static const char *const words[] = {"all", "random", NULL};
    int winner = 0;
    if (spk_json_choice(doc, object, "winner", false, words, &winner, err)) return -1;
    pop->winner_random = winner == 1;
    if (pop->winner_random && pop->model->source != SPK_NOT_A_SOURCE)
        return spk_json_fail(doc, spk_json_member(object, "winner"), err, "%s has no winner",
                             pop->model->name);
    return 0;
}

static int read_teacher(const spk_json *doc, const cJSON *object, spk_population *pop,
                        spk_error *err)
{
    const cJSON *teacher = NULL;
    if (spk_json_object(doc, object, "teacher", false, &teacher, err)) return -1;
    pop->taught = teacher != NULL;
    if (!teacher) return 0;
    if (pop->model->source != SPK_NOT_A_SOURCE)
        return spk_json_fail(doc, teacher, err, "%s has no teacher", pop->model->name);
    return spk_read_parameters(doc, teacher, spk_teacher_parameters, NULL, pop->teacher, err);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static int read_population(const spk_json *doc, const cJSON *object, const spk_network *net,
                           spk_population *pop, spk_error *err)
{
    static const char *const known[] = {"size",    "shape",  "position",           "model",
                                        "params",  "solver", "adaptive_threshold", "winner",
                                        "teacher", NULL};
    if (!cJSON_IsObject(object)) return spk_json_fail(doc, object, err, "an object is expected");
    if (!is_name(object->string))
        return spk_json_fail(doc, object, err,
                             "a population's name is a letter and at most %d letters, digits, _ "
                             "and -",
                             SPK_NAME_MAX - 1);
    if (spk_json_check_keys(doc, object, known, err)) return -1;
    pop->name = spk_strdup(object->string, err);
    if (!pop->name || read_model(doc, object, pop, err) || read_size(doc, object, net, pop, err) ||
        read_params(doc, object, net, pop, err) ||
        read_solver(doc, object, net->single, pop, err) ||
        read_threshold(doc, object, net, pop, err) || read_source(doc, object, pop, err) ||
        read_teacher(doc, object, pop, err))
        return -1;
    return read_winner(doc, object, pop, err);
}

/* The reader takes one stream, so one population may be fed by it. */
static int check_one_input(const spk_json *doc, const cJSON *all, const spk_network *net,
                           spk_error *err)
{
    int first = spk_network_input(net);
    for (size_t i = 0; i < net->populations; i++)
        if (net->population[i].stream_fed && (int)i != first)
            return spk_json_fail(doc, spk_json_member(all, net->population[i].name), err,
                                 "%s takes the input stream already; only one population may",
                                 net->population[first].name);
    return 0;
}

int spk_load_populations(const spk_json *doc, spk_network *net, spk_error *err)
{
    const cJSON *all = NULL;
    if (spk_json_object(doc, spk_json_root(doc), "populations", true, &all, err)) return -1;
    net->population =
        spk_alloc((size_t)cJSON_GetArraySize(all), sizeof *net->population, "populations", err);
    if (!net->population) return -1;
    for (const cJSON *m = all->child; m; m = m->next) {
        if (spk_is_comment(m->string)) continue;
        if (read_population(doc, m, net, &net->population[net->populations++], err)) return -1;
    }
    if (net->populations == 0) return spk_json_fail(doc, all, err, "a network has populations");
    return check_one_input(doc, all, net, err);
}
