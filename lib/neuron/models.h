/* models.h: the models' descriptors, for models.c alone. */
#ifndef SPK_NEURON_MODELS_H
#define SPK_NEURON_MODELS_H

#include "neuron/model.h"

extern const spk_neuron_model iaf_cond_exp_model;
extern const spk_neuron_model iaf_psc_delta_model;
extern const spk_neuron_model iaf_psc_exp_model;
extern const spk_neuron_model iaf_psc_alpha_model;
extern const spk_neuron_model if_curr_exp_spinnaker_model;
extern const spk_neuron_model iaf_cond_alpha_model;
extern const spk_neuron_model iaf_cond_beta_model;
extern const spk_neuron_model aeif_cond_exp_model;
extern const spk_neuron_model aeif_cond_alpha_model;
extern const spk_neuron_model aeif_psc_exp_model;
extern const spk_neuron_model izhikevich_model;
extern const spk_neuron_model hh_psc_alpha_model;
extern const spk_neuron_model hh_psc_alpha_gap_model;
extern const spk_neuron_model hh_cond_exp_traub_model;
extern const spk_neuron_model mat2_psc_exp_model;
extern const spk_neuron_model spike_input_model;
extern const spk_neuron_model poisson_input_model;
extern const spk_neuron_model spike_generator_model;
extern const spk_neuron_model poisson_generator_model;
extern const spk_neuron_model dc_generator_model;
extern const spk_neuron_model step_current_generator_model;
extern const spk_neuron_model noise_generator_model;
extern const spk_neuron_model parrot_model;
extern const spk_neuron_model lif_discrete_model;
extern const spk_neuron_model modulator_model;

#endif
