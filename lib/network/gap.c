/* gap.c: gap junctions in a network file: conductances between membranes, which pass no spikes and
 * have no delay.
 *
 * A junction acts on both of its ends. A projection says so once ("make_symmetric", as in NEST), or
 * its rule makes each pair both ways; what is neither must say that it is meant so. */
#include "network/load.h"

#include <string.h>

int spk_neuron_model_potential(const spk_neuron_model *model)
{
    if (!model->kernel || model->no_current) return -1;
    for (int k = 0; model->states[k].name; k++)
        if (strcmp(model->states[k].name, "V_m") == 0)
            return strcmp(model->states[k].unit, "mV") == 0 ? k : -1;
    return -1;
}

int spk_read_synapse_kind(const spk_json *doc, const cJSON *object, spk_projection *p,
                          spk_error *err)
{
    static const char *const kinds[] = {"chemical", "gap_junction", NULL};
    int kind = 0;
    if (spk_json_choice(doc, object, "synapse", false, kinds, &kind, err)) return -1;
    p->gap = kind == 1;
    return 0;
}

/* Each pair is there both ways, with one conductance. */
static bool is_symmetric(const spk_projection *p)
{
    const bool rule = p->connect == SPK_ALL_TO_ALL || p->connect == SPK_ALL_BUT_SELF ||
                      p->connect == SPK_ONE_TO_ONE;
    return rule && p->source == p->target && p->weight.kind == SPK_VALUE_CONSTANT;
}

static int read_symmetric(const spk_json *doc, const cJSON *object, spk_projection *p,
                          spk_error *err)
{
    const cJSON *connect = spk_json_member(object, "connect");
    if (spk_json_bool(doc, connect, "make_symmetric", false, &p->symmetric, err)) return -1;
    if (is_symmetric(p))
        p->symmetric = false; /* it is without */
    else if (!spk_json_member(connect, "make_symmetric"))
        return spk_json_fail(doc, connect, err,
                             "\"make_symmetric\" is missing: true, gap junctions act on both of "
                             "their ends, or false, on the target alone");
    return 0;
}

static int check_end(const spk_json *doc, const cJSON *object, const spk_population *end,
                     spk_error *err)
{
    if (spk_neuron_model_potential(end->model) >= 0) return 0;
    return spk_json_fail(doc, object, err,
                         "%s is a %s; gap junctions need neurons with a V_m in mV that take a "
                         "current in pA",
                         end->name, end->model->name);
}

int spk_check_gap(const spk_json *doc, const cJSON *object, const spk_network *net,
                  spk_projection *p, spk_error *err)
{
    static const char *const others[] = {"delay_ms",   "delay_kind", "storage",
                                         "plasticity", "kernel",     "short_term",
                                         "normalize",  "scaling",    NULL};
    for (const char *const *key = others; *key; key++) {
        const cJSON *node = spk_json_member(object, *key);
        if (node) return spk_json_fail(doc, node, err, "gap junctions take no %s", *key);
    }
    if (p->edges && p->edges->delay)
        return spk_json_fail(doc, spk_json_member(object, "connect"), err,
                             "%s has delays, gap junctions have none", p->edges->file);
    p->delay_ms = spk_constant(0);
    if (check_end(doc, object, &net->population[p->source], err) ||
        check_end(doc, object, &net->population[p->target], err))
        return -1;
    return read_symmetric(doc, object, p, err);
}
