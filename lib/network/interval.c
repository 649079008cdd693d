/* interval.c: for how many steps a network can go on before its units must know of each other's
 * spikes: as many as the smallest delay. */
#include "network/network.h"
#include "neuron/kernel.h"
#include "plasticity/kernel.h"

enum { MOST = 16 }; /* lists of spikes are kept for two blocks, and to meet costs little by then */

bool spk_projection_at_arrival(const spk_projection *p)
{
    spk_rule_constants c;
    if (!p->axonal) return false;
    if (!p->rule) return p->course != SPK_COURSE_PULSE;
    p->rule->kernel->prepare(p->rule_param, 1, &c);
    return !c.at_emission;
}

/* Currents are not sent; a device's spikes are known without its targets, and are there in time where
 * all have one delay. */
static bool is_device(const spk_network *net, const spk_projection *p)
{
    const spk_population *source = &net->population[p->source];
    return spk_population_is_current(source) ||
           (source->model->source == SPK_SOURCE_DEVICE && p->min_delay == p->max_delay);
}

bool spk_projection_straight(const spk_network *net, const spk_projection *p)
{
    const spk_neuron_kernel *kernel = net->population[p->target].model->kernel;
    bool constant = p->weight.kind == SPK_VALUE_CONSTANT && !p->rule && !p->short_term &&
                    p->course == SPK_COURSE_PULSE;
    bool short_delay = p->min_delay == p->max_delay && p->min_delay > 0 && p->max_delay <= MOST;
    return constant && short_delay && !is_device(net, p) && kernel && !kernel->before_threshold;
}

bool spk_projection_looked_up(const spk_network *net, const spk_projection *p)
{
    return spk_projection_at_arrival(p) || spk_projection_straight(net, p);
}

bool spk_network_immediate(const spk_network *net)
{
    for (size_t k = 0; k < net->projections; k++) {
        const spk_projection *p = &net->projection[k];
        if (is_device(net, p) || p->gap) continue;
        if (p->min_delay == 0 || spk_projection_at_arrival(p)) return true;
    }
    return false;
}

uint32_t spk_network_interval(const spk_network *net)
{
    uint32_t steps = spk_network_immediate(net) ? 1 : MOST;
    for (size_t i = 0; i < net->populations; i++)
        if (net->population[i].winner_random) steps = 1; /* one is chosen among all */
    for (size_t k = 0; k < net->projections; k++) {
        const spk_projection *p = &net->projection[k];
        if (p->gap) steps = 1; /* all act on all, all the time */
        if (!is_device(net, p) && p->min_delay > 0 && p->min_delay < steps) steps = p->min_delay;
    }
    return steps;
}
