/* carries.c: what one sample hands on to the next, known before the network is built. */
#include "engine/internal.h"

/* Is some of the model's state that of synapses? */
static bool has_synapses(const spk_neuron_model *model)
{
    for (const spk_state_variable *s = model->states; s->name; s++)
        if (s->synaptic) return true;
    return false;
}

const char *spk_engine_carries(const spk_network *net, bool learning)
{
    const spk_on_sample *rule = &net->on_sample;
    bool synapses = false, learns = false, adapts = false, delays = false;
    for (size_t i = 0; i < net->populations; i++) {
        const spk_population *p = &net->population[i];
        adapts |= p->adaptive;
        synapses |= p->model->kernel && has_synapses(p->model);
    }
    for (size_t k = 0; k < net->projections; k++) {
        learns |= net->projection[k].rule != NULL;
        synapses |= net->projection[k].short_term || net->projection[k].course != SPK_COURSE_PULSE;
        delays |= net->projection[k].max_delay > 0 &&
                  !spk_population_is_current(&net->population[net->projection[k].source]);
    }
    if (!rule->reset_membranes) return "membranes";
    if (!rule->reset_synapses && synapses) return "synapses";
    if (!rule->reset_spikes && delays) return "spikes";
    if (!learning) return NULL;
    if (!rule->reset_traces && learns) return "traces";
    return !rule->reset_weights && (learns || adapts) ? "weights" : NULL;
}
