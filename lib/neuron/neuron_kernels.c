/* neuron_kernels.c: the step kernels of all models for one instruction set (SPK_ISA). */
#include "math/math.h"
#include "math/vector.h"
#include "neuron/coefficients.h"
#include "neuron/kernel.h"

#include <immintrin.h>
#include <math.h>

/* The two forms that the table offers: coefficients one for all, and one a unit. */
#define SPK_DEFINE_STEP(body)                                                                      \
    static size_t SPK_REAL(body##_same)(const spk_neuron_slice *s, size_t begin, size_t end,       \
                                        uint32_t *spikes)                                          \
    {                                                                                              \
        return SPK_REAL(body)(s, begin, end, spikes, true);                                        \
    }                                                                                              \
    static size_t SPK_REAL(body##_each)(const spk_neuron_slice *s, size_t begin, size_t end,       \
                                        uint32_t *spikes)                                          \
    {                                                                                              \
        return SPK_REAL(body)(s, begin, end, spikes, false);                                       \
    }

#define SPK_REAL_SINGLE
#include "base/real.h"
#include "math/exp_kernel.h"
#include "neuron/fired_kernel.h"
/* which these use */
#include "neuron/crossing_kernel.h"
#include "neuron/iaf_cond_exp_kernel.h"
#include "neuron/iaf_psc_alpha_kernel.h"
#include "neuron/iaf_psc_delta_kernel.h"
#include "neuron/iaf_psc_exp_kernel.h"
#include "neuron/if_curr_exp_spinnaker_kernel.h"
#include "neuron/izhikevich_kernel.h"
#include "neuron/lif_discrete_kernel.h"
#include "neuron/mat2_psc_exp_kernel.h"
#include "neuron/modulator_kernel.h"
#include "neuron/parrot_kernel.h"
#undef SPK_REAL_SINGLE
#include "base/real.h"
#include "math/exp_kernel.h"
#include "neuron/fired_kernel.h"
/* which these use */
#include "neuron/crossing_kernel.h"
#include "neuron/iaf_cond_exp_kernel.h"
#include "neuron/iaf_psc_alpha_kernel.h"
#include "neuron/iaf_psc_delta_kernel.h"
#include "neuron/iaf_psc_exp_kernel.h"
#include "neuron/if_curr_exp_spinnaker_kernel.h"
#include "neuron/izhikevich_kernel.h"
#include "neuron/mat2_psc_exp_kernel.h"
#include "neuron/rkf45_kernel.h"
/* which these use */
#include "neuron/aeif_kernel.h"
#include "neuron/cond_rkf45_kernel.h"
#include "neuron/hh_kernel.h"
#include "neuron/lif_discrete_kernel.h"
#include "neuron/modulator_kernel.h"
#include "neuron/parrot_kernel.h"

#define NAMED(body, suffix) SPK_KERNEL(body##_##suffix)
#define FORMS(body)                                                                                \
    {                                                                                              \
        {NAMED(body##_same, f32), NAMED(body##_each, f32)},                                        \
        {                                                                                          \
            NAMED(body##_same, f64), NAMED(body##_each, f64)                                       \
        }                                                                                          \
    }
#define DOUBLE_ONLY(body)                                                                          \
    {                                                                                              \
        {NULL, NULL},                                                                              \
        {                                                                                          \
            NAMED(body##_same, f64), NAMED(body##_each, f64)                                       \
        }                                                                                          \
    }

const spk_neuron_steps SPK_KERNEL(spk_neuron_steps) = {
    .iaf_cond_exp_euler = FORMS(cond_euler),
    .iaf_cond_exp_exp_euler = FORMS(cond_exp_euler),
    .iaf_cond_exp_crank_nicolson = FORMS(cond_crank_nicolson),
    .iaf_cond_exp_rkf45 = DOUBLE_ONLY(cond_exp_rkf45),
    .iaf_cond_beta = DOUBLE_ONLY(cond_beta_rkf45),
    .iaf_psc_delta = FORMS(delta),
    .iaf_psc_exp = FORMS(psc_exp),
    .if_curr_exp_spinnaker = FORMS(curr_exp_spinnaker),
    .iaf_psc_alpha = FORMS(psc_alpha),
    .mat2_psc_exp = FORMS(mat2),
    .izhikevich_euler = FORMS(izhikevich_euler),
    .izhikevich_published = FORMS(izhikevich_published),
    .aeif_cond_exp = DOUBLE_ONLY(aeif_cond_exp),
    .aeif_cond_alpha = DOUBLE_ONLY(aeif_cond_alpha),
    .aeif_psc_exp = DOUBLE_ONLY(aeif_psc_exp),
    .hh_psc_alpha = DOUBLE_ONLY(hh_psc_alpha),
    .hh_psc_alpha_gap = DOUBLE_ONLY(hh_psc_alpha_gap),
    .hh_cond_exp_traub = DOUBLE_ONLY(hh_cond_exp_traub),
    .parrot = FORMS(parrot),
    .lif_discrete = FORMS(discrete),
    .modulator = FORMS(modulator),
};
