/* neuron_kernels.c: the step kernels of all models for one instruction set (SPK_ISA). */
#include "math/math.h"
#include "neuron/coefficients.h"
#include "neuron/kernel.h"

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
#define SPK_REAL_EXP spk_expf_n
#include "base/real.h"
#include "neuron/fired_kernel.h"
#include "neuron/iaf_cond_exp_kernel.h"
#include "neuron/iaf_psc_delta_kernel.h"
#include "neuron/lif_discrete_kernel.h"
#include "neuron/parrot_kernel.h"
#undef SPK_REAL_SINGLE
#undef SPK_REAL_EXP
#define SPK_REAL_EXP spk_exp_n
#include "base/real.h"
#include "neuron/fired_kernel.h"
#include "neuron/iaf_cond_exp_kernel.h"
#include "neuron/iaf_psc_delta_kernel.h"
#include "neuron/lif_discrete_kernel.h"
#include "neuron/parrot_kernel.h"

#define NAMED(body, suffix) SPK_KERNEL(body##_##suffix)
#define FORMS(body)                                                                                \
    {                                                                                              \
        {NAMED(body##_same, f32), NAMED(body##_each, f32)},                                        \
        {                                                                                          \
            NAMED(body##_same, f64), NAMED(body##_each, f64)                                       \
        }                                                                                          \
    }

const spk_neuron_steps SPK_KERNEL(spk_neuron_steps) = {
    .iaf_cond_exp_euler = FORMS(cond_euler),
    .iaf_cond_exp_exp_euler = FORMS(cond_exp_euler),
    .iaf_psc_delta = FORMS(delta),
    .parrot = FORMS(parrot),
    .lif_discrete = FORMS(discrete),
};
