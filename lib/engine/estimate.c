/* estimate.c: what can be said of a network before it is built. */
#include "engine/internal.h"
#include "network/connect.h"

/* Bytes for one synapse of a projection as its storage keeps it (see the storages' files). */
static double synapse_bytes(const spk_network *net, const spk_projection *p)
{
    double weight = p->weight_type == SPK_F64 && !net->single ? 8 : 4;
    bool drawn_delay = p->min_delay < p->max_delay;
    if (p->rule) return drawn_delay ? weight + 6 : weight;
    bool constant = p->weight.kind == SPK_VALUE_CONSTANT;
    if (constant && !drawn_delay && p->connect <= SPK_ALL_BUT_SELF) return 0;
    return (constant ? 2 : 2 + weight) + (drawn_delay ? 2 : 0.1);
}

void spk_engine_estimate(const spk_network *net, spk_engine_size *out)
{
    *out = (spk_engine_size){0};
    double real = net->single ? 4 : 8;
    for (size_t i = 0; i < net->populations; i++) {
        const spk_population *p = &net->population[i];
        bool neurons = p->model->source == SPK_NOT_A_SOURCE;
        if (neurons) out->neurons += p->size;
        out->bytes += p->size * (neurons ? 10 * real + 24 : 48);
    }
    for (size_t k = 0; k < net->projections; k++) {
        const spk_projection *p = &net->projection[k];
        double n = spk_connect_count(net, (uint32_t)k);
        double slots = p->max_delay + 2;
        out->synapses += n;
        out->bytes += n * synapse_bytes(net, p);
        /* spikes or input on their way */
        bool arrival = engine_projection_at_arrival(p);
        out->bytes += slots * (arrival ? net->population[p->source].size * (4 + real)
                                       : net->population[p->target].size * real);
    }
}

const char *spk_engine_carries(const spk_network *net, bool learning)
{
    const spk_on_sample *rule = &net->on_sample;
    bool conductances = false, learns = false, adapts = false, delays = false;
    for (size_t i = 0; i < net->populations; i++) {
        const spk_population *p = &net->population[i];
        adapts |= p->adaptive;
        conductances |= p->model->kernel && !p->model->kernel->before_threshold;
    }
    for (size_t k = 0; k < net->projections; k++) {
        learns |= net->projection[k].rule != NULL;
        delays |= net->projection[k].max_delay > 0;
    }
    if (!rule->reset_membranes) return "membranes";
    if (!rule->reset_synapses && conductances) return "synapses";
    if (!rule->reset_spikes && delays) return "spikes";
    if (!learning) return NULL;
    if (!rule->reset_traces && learns) return "traces";
    return !rule->reset_weights && (learns || adapts) ? "weights" : NULL;
}
