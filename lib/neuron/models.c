/* models.c: the list of neuron models. A new model is its own file and one line here. */
#include "neuron/models.h"

#include "neuron/kernel.h"

#include <math.h>
#include <string.h>

const spk_neuron_model *const spk_neuron_models[] = {
    &iaf_cond_exp_model,      &iaf_psc_delta_model,
    &iaf_psc_exp_model,       &iaf_psc_alpha_model,
    &iaf_cond_alpha_model,    &iaf_cond_beta_model,
    &aeif_cond_exp_model,     &aeif_cond_alpha_model,
    &aeif_psc_exp_model,      &izhikevich_model,
    &hh_psc_alpha_model,      &hh_psc_alpha_gap_model,
    &hh_cond_exp_traub_model, &mat2_psc_exp_model,
    &lif_discrete_model,      &if_curr_exp_spinnaker_model,
    &modulator_model,         &parrot_model,
    &spike_input_model,       &spike_generator_model,
    &poisson_input_model,     &poisson_generator_model,
    &dc_generator_model,      &step_current_generator_model,
    &noise_generator_model,   NULL,
};

const spk_neuron_model *spk_neuron_model_find(const char *name)
{
    for (size_t i = 0; spk_neuron_models[i]; i++)
        if (strcmp(spk_neuron_models[i]->name, name) == 0) return spk_neuron_models[i];
    return NULL;
}

spk_neuron_step *spk_neuron_step_choose(const spk_neuron_model *model, int solver, bool single,
                                        bool uniform)
{
    static const spk_neuron_steps *const tables[] = {&spk_neuron_steps_sse2, &spk_neuron_steps_avx2,
                                                     &spk_neuron_steps_avx512};
    const char *table = (const char *)tables[spk_simd_level()];
    spk_neuron_step *form[2][2];
    memcpy(form, table + model->kernel->step[solver], sizeof form);
    return form[!single][!uniform];
}

const spk_parameter spk_threshold_parameters[] = {
    [SPK_THETA_INITIAL] = {.key = "theta_mV",
                           .help = "what the threshold is raised by at first",
                           .preset = 0,
                           .min = -1e6,
                           .max = 1e6,
                           .per_unit = true},
    [SPK_THETA_PLUS] = {.key = "theta_plus_mV",
                        .help = "what each own spike adds",
                        .preset = 0.05,
                        .min = -1e6,
                        .max = 1e6},
    [SPK_THETA_TAU] = {.key = "tau_theta_ms",
                       .help = "time constant of its decay",
                       .preset = 1e7,
                       .min = 1e-6,
                       .max = 1e15},
    [SPK_THETA_PARAMETERS] = {.key = NULL},
};

const spk_parameter spk_theta_scale_parameters[] = {
    [SPK_SCALE_WIDTH] = {.key = "width_mV",
                         .help = "distance of theta from the pole at which a spike adds theta_plus",
                         .preset = (double)NAN,
                         .min = 1e-6,
                         .max = 1e6},
    [SPK_SCALE_POLE] = {.key = "pole_mV",
                        .help = "theta near which a spike adds most",
                        .preset = (double)NAN,
                        .min = -1e6,
                        .max = 1e6},
    [SPK_SCALE_MOST] = {.key = "max_factor",
                        .help = "bound of the factor",
                        .preset = 1000,
                        .min = 1e-6,
                        .max = 1e6},
    [SPK_SCALE_PARAMETERS] = {.key = NULL},
};

const spk_parameter spk_teacher_parameters[] = {
    [SPK_TEACHER_RATE] = {.key = "rate_Hz",
                          .help = "rate of the unit of the sample's label",
                          .preset = (double)NAN,
                          .min = 0,
                          .max = 1e9},
    [SPK_TEACHER_PARAMETERS] = {.key = NULL},
};
