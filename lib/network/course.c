/* course.c: for how long a spike acts on its target ("kernel"), and what a learning rule's rates are
 * multiplied by ("modulator"). Both are of synapses that are listed by source and by target. */
#include "base/memory.h"
#include "network/load.h"
#include "neuron/models.h"
#include "plasticity/kernel.h"

bool spk_population_is_modulator(const spk_population *pop)
{
    return pop->model == &modulator_model;
}

static bool acts_together(const spk_projection *p)
{
    spk_rule_constants c;
    if (!p->rule || p->rule->kernel->archive) return false;
    p->rule->kernel->prepare(p->rule_param, 1, &c);
    return c.together;
}

bool spk_projection_indexed(const spk_projection *p)
{
    return p->course != SPK_COURSE_PULSE || acts_together(p);
}

/* {"modulator": POPULATION, "times": NUMBER} */
static int read_modulation(const spk_json *doc, const cJSON *node, const spk_parameter *row,
                           const spk_network *net, double *times, int *modulator, spk_error *err)
{
    static const char *const known[] = {"modulator", "times", NULL};
    const char *name = NULL;
    *times = 1;
    if (spk_check_members(doc, node, known, err) ||
        spk_json_string(doc, node, "modulator", true, &name, err) ||
        spk_read_number(doc, node, "times", false, row->min, row->max, times, err))
        return -1;
    const cJSON *at = spk_json_member(node, "modulator");
    *modulator = spk_find_population(doc, at, name, net, err);
    if (*modulator < 0) return -1;
    const spk_population *pop = &net->population[*modulator];
    if (!spk_population_is_modulator(pop))
        return spk_json_fail(doc, at, err,
                             "%s is a %s; a population of the model modulator is "
                             "expected",
                             name, pop->model->name);
    if (pop->size != 1)
        return spk_json_fail(doc, at, err, "%s has %u units; one is expected", name, pop->size);
    return 0;
}

int spk_read_modulations(const spk_json *doc, const cJSON *plasticity, const spk_network *net,
                         spk_projection *p, spk_error *err)
{
    const spk_parameter *table = p->rule->parameters;
    const size_t n = spk_parameter_count(table);
    spk_rule_constants c;
    const cJSON *found = NULL;
    p->rule_modulator = spk_alloc(n, sizeof *p->rule_modulator, "parameters", err);
    if (!p->rule_modulator) return -1;
    for (size_t i = 0; i < n; i++) {
        const cJSON *node = spk_json_member(plasticity, table[i].key);
        p->rule_modulator[i] = -1;
        if (!table[i].modulated || !cJSON_IsObject(node)) continue;
        found = node;
        if (read_modulation(doc, node, &table[i], net, &p->rule_param[i], &p->rule_modulator[i],
                            err))
            return -1;
    }
    if (!found || p->rule->kernel->prepare(p->rule_param, net->dt_ms, &c) || c.together) return 0;
    return spk_json_fail(doc, found, err, "a modulator needs \"timing\": \"together\"");
}

static int read_kernel(const spk_json *doc, const cJSON *object, spk_projection *p, spk_error *err)
{
    static const char *const known[] = {"tau_ms", "spikes", NULL};
    static const char *const words[] = {"nearest", "all", NULL};
    const cJSON *node = NULL;
    int spikes = 1;
    if (spk_json_object(doc, object, "kernel", false, &node, err)) return -1;
    if (!node) return 0;
    if (spk_check_members(doc, node, known, err) ||
        spk_read_number(doc, node, "tau_ms", true, 1e-6, 1e9, &p->course_tau_ms, err) ||
        spk_json_choice(doc, node, "spikes", false, words, &spikes, err))
        return -1;
    p->course = spikes == 0 ? SPK_COURSE_NEAREST : SPK_COURSE_ALL;
    return 0;
}

int spk_load_course(const spk_json *doc, const cJSON *object, const spk_network *net,
                    spk_projection *p, spk_error *err)
{
    if (read_kernel(doc, object, p, err)) return -1;
    if (!spk_projection_indexed(p)) return 0;
    const cJSON *at =
        spk_json_member(object, p->course != SPK_COURSE_PULSE ? "kernel" : "plasticity");
    if (p->rule && !acts_together(p))
        return spk_json_fail(
            doc, at, err, "with a kernel learning is by stdp_trace with \"timing\": \"together\"");
    if (p->short_term)
        return spk_json_fail(doc, at, err, "a projection has a kernel or \"short_term\", not both");
    if (p->procedural) return spk_json_fail(doc, at, err, "a kernel cannot be procedural");
    if (net->population[p->source].model->source == SPK_SOURCE_DEVICE)
        return spk_json_fail(doc, at, err, "what a device gives has no kernel");
    if (p->min_delay != p->max_delay || (p->max_delay > 0 && !p->axonal))
        return spk_json_fail(doc, at, err,
                             "a kernel, and \"timing\": \"together\", need one delay for all, of 0 "
                             "or with \"delay_kind\": \"axonal\"");
    return 0;
}
