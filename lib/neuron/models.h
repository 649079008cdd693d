/* models.h: the models' descriptors, for models.c alone. */
#ifndef SPK_NEURON_MODELS_H
#define SPK_NEURON_MODELS_H

#include "neuron/model.h"

extern const spk_neuron_model iaf_cond_exp_model;
extern const spk_neuron_model iaf_psc_delta_model;
extern const spk_neuron_model spike_input_model;
extern const spk_neuron_model poisson_input_model;
extern const spk_neuron_model poisson_generator_model;
extern const spk_neuron_model dc_generator_model;
extern const spk_neuron_model step_current_generator_model;
extern const spk_neuron_model noise_generator_model;
extern const spk_neuron_model parrot_model;
extern const spk_neuron_model lif_discrete_model;

#endif
