/* sample.c: "on_sample", what happens at a sample's start and end, and "record", what is kept. */
#include "base/memory.h"
#include "network/load.h"

#include <stdio.h>
#include <string.h>

enum { PRESET_ATTEMPTS = 40, MAX_ATTEMPTS = 65535 /* the engine numbers attempts in 16 bits */ };
#define PRESET_RATE_STEP 0.5 /* Diehl & Cook: intensity 2, then 3, 4 ... */

/* ---- reset ----------------------------------------------------------------------------------- */

static int read_reset(const spk_json *doc, const cJSON *object, spk_on_sample *s, spk_error *err)
{
    static const char *const words[] = {"membranes", "synapses", "traces", "spikes", "weights"};
    bool *const flag[] = {&s->reset_membranes, &s->reset_synapses, &s->reset_traces,
                          &s->reset_spikes, &s->reset_weights};
    enum { WORDS = sizeof words / sizeof *words };
    const cJSON *reset = spk_json_member(object, "reset");
    if (!reset) return 0;
    if (cJSON_IsString(reset) && strcmp(reset->valuestring, "all") == 0) {
        for (size_t i = 0; i < WORDS; i++)
            *flag[i] = true;
        return 0;
    }
    if (!cJSON_IsArray(reset))
        return spk_json_fail(doc, reset, err,
                             "\"all\" is expected, or a list of membranes, synapses, traces, "
                             "spikes, weights");
    for (const cJSON *m = reset->child; m; m = m->next) {
        size_t i = 0;
        while (i < WORDS && !(cJSON_IsString(m) && strcmp(m->valuestring, words[i]) == 0))
            i++;
        if (i == WORDS)
            return spk_json_fail(doc, m, err,
                                 "one of membranes, synapses, traces, spikes, weights is expected");
        *flag[i] = true;
    }
    return 0;
}

static int check_spikes(const spk_json *doc, const cJSON *node, const spk_population *pop,
                        spk_error *err)
{
    if (pop->model->source != SPK_SOURCE_DEVICE) return 0;
    return spk_json_fail(doc, node, err, "%s has no spikes: a %s gives them to its targets",
                         pop->name, pop->model->name);
}

/* ---- repeat ---------------------------------------------------------------------------------- */

static int read_repeat(const spk_json *doc, const cJSON *object, spk_network *net, spk_error *err)
{
    static const char *const known[] = {"population", "min_spikes", "rate_step", "max_attempts",
                                        NULL};
    spk_on_sample *s = &net->on_sample;
    const cJSON *repeat = NULL;
    const char *population = NULL;
    uint64_t attempts = PRESET_ATTEMPTS;
    if (spk_json_object(doc, object, "repeat", false, &repeat, err)) return -1;
    if (!repeat) return 0;
    int input = spk_network_input(net);
    if (input < 0 || net->population[input].model->source != SPK_SOURCE_FRAMES)
        return spk_json_fail(doc, repeat, err,
                             "only a poisson_input fed by the input stream can be repeated with a "
                             "stronger input");
    s->repeat = true;
    s->repeat_rate_step = PRESET_RATE_STEP;
    if (spk_json_check_keys(doc, repeat, known, err) ||
        spk_json_string(doc, repeat, "population", true, &population, err))
        return -1;
    int found =
        spk_find_population(doc, spk_json_member(repeat, "population"), population, net, err);
    if (found < 0) return -1;
    if (check_spikes(doc, spk_json_member(repeat, "population"), &net->population[found], err))
        return -1;
    s->repeat_population = (uint32_t)found;
    if (spk_json_u64(doc, repeat, "min_spikes", true, 1, UINT32_MAX, &s->repeat_min_spikes, err) ||
        spk_read_number(doc, repeat, "rate_step", false, 0, 1e6, &s->repeat_rate_step, err) ||
        spk_json_u64(doc, repeat, "max_attempts", false, 1, MAX_ATTEMPTS, &attempts, err))
        return -1;
    s->repeat_max_attempts = (uint32_t)attempts;
    return 0;
}

int spk_load_on_sample(const spk_json *doc, spk_network *net, spk_error *err)
{
    static const char *const known[] = {"reset", "rest_ms", "repeat", NULL};
    const cJSON *object = NULL;
    if (spk_json_object(doc, spk_json_root(doc), "on_sample", false, &object, err)) return -1;
    if (!object) return 0;
    if (spk_check_members(doc, object, known, err) ||
        read_reset(doc, object, &net->on_sample, err) ||
        spk_read_steps(doc, object, "rest_ms", false, net, 0, &net->on_sample.rest_steps, err))
        return -1;
    return read_repeat(doc, object, net, err);
}

/* ---- record ---------------------------------------------------------------------------------- */

static int fail_variable(const spk_json *doc, const cJSON *node, const spk_population *pop,
                         spk_error *err)
{
    char list[200] = "";
    size_t used = 0;
    for (const spk_state_variable *s = pop->model->states; s->name && used < sizeof list; s++)
        used +=
            (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", s->name);
    if (used == 0) return spk_json_fail(doc, node, err, "%s has no variables", pop->model->name);
    return spk_json_fail(doc, node, err, "the variables of %s are %s", pop->model->name, list);
}

static int read_variables(const spk_json *doc, const cJSON *node, spk_population *pop,
                          spk_error *err)
{
    const spk_state_variable *states = pop->model->states;
    spk_record_request *r = &pop->record;
    if (!cJSON_IsArray(node))
        return spk_json_fail(doc, node, err, "a list of names of variables is expected");
    r->variable =
        spk_alloc((size_t)cJSON_GetArraySize(node), sizeof *r->variable, "variables", err);
    if (!r->variable) return -1;
    for (const cJSON *m = node->child; m; m = m->next) {
        int i = 0;
        while (states[i].name &&
               !(cJSON_IsString(m) && strcmp(m->valuestring, states[i].name) == 0))
            i++;
        if (!states[i].name) return fail_variable(doc, m, pop, err);
        for (size_t j = 0; j < r->variables; j++)
            if (r->variable[j] == i)
                return spk_json_fail(doc, m, err, "this variable stands twice in the list");
        r->variable[r->variables++] = i;
    }
    return 0;
}

static int read_request(const spk_json *doc, const cJSON *node, const spk_network *net,
                        spk_population *pop, spk_error *err)
{
    static const char *const known[] = {"spikes", "variables", "interval_ms", NULL};
    spk_record_request *r = &pop->record;
    r->interval_steps = 1;
    if (cJSON_IsString(node) && strcmp(node->valuestring, "spikes") == 0) {
        r->spikes = true;
        return check_spikes(doc, node, pop, err);
    }
    if (!cJSON_IsObject(node))
        return spk_json_fail(doc, node, err,
                             "\"spikes\" is expected, or {\"spikes\": ..., \"variables\": [...]}");
    const cJSON *variables = spk_json_member(node, "variables");
    if (spk_check_members(doc, node, known, err) ||
        spk_json_bool(doc, node, "spikes", false, &r->spikes, err) ||
        spk_read_steps(doc, node, "interval_ms", false, net, 1, &r->interval_steps, err))
        return -1;
    if (r->spikes && check_spikes(doc, spk_json_member(node, "spikes"), pop, err)) return -1;
    return variables ? read_variables(doc, variables, pop, err) : 0;
}

int spk_load_record(const spk_json *doc, spk_network *net, spk_error *err)
{
    const cJSON *object = NULL;
    for (size_t i = 0; i < net->populations; i++)
        net->population[i].record.interval_steps = 1;
    if (spk_json_object(doc, spk_json_root(doc), "record", false, &object, err)) return -1;
    if (!object) return 0;
    for (const cJSON *m = object->child; m; m = m->next) {
        if (spk_is_comment(m->string)) continue;
        int found = spk_find_population(doc, m, m->string, net, err);
        if (found < 0 || read_request(doc, m, net, &net->population[found], err)) return -1;
    }
    return 0;
}
