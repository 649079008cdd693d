/* kernel.h: what a neuron model's step kernel is given, for lib/engine and the models.
 *
 * A kernel advances units [begin, end) of one population by one step of dt: it propagates the
 * state, tests the threshold, resets, and lists the units that fired, ascending. It sees arrays
 * only. "real" is float or double, one choice for a network. begin and end are multiples of
 * SPK_LANES; units behind a population's size have NaN for a threshold, and never fire. */
#ifndef SPK_NEURON_KERNEL_H
#define SPK_NEURON_KERNEL_H

#include "base/simd.h"
#include "neuron/model.h"

enum {
    SPK_LANES = 16, /* units per 64 bytes of float: how arrays are padded and threads cut them */
    SPK_MAX_STATES = 12,
    SPK_MAX_COEFFICIENTS = 32,
    SPK_MAX_RECEPTORS = 2
};

typedef struct spk_neuron_slice {
    void *state[SPK_MAX_STATES]; /* real, in the order of model->states (theta is not among them) */
    const void *coefficient[SPK_MAX_COEFFICIENTS]; /* real: one a unit, or one for all */
    const void *threshold;                         /* real: V_th + theta */
    bool one_threshold;                            /* threshold[0] is that of all units */
    uint32_t units;                                /* those behind them are padding */
    const int32_t *t_ref;                          /* refractory steps after a spike */
    int32_t *refractory;                           /* steps left */
    const uint16_t *awake; /* of kernels that only read who is not refractory (`holds`): unit i's is
                              bit i % SPK_LANES of awake[i / SPK_LANES] */
    const void *input[SPK_MAX_RECEPTORS]; /* real: what arrives in this step, of models that place
                                           it before the threshold test; NULL: nothing */
    const void *current; /* real: pA injected in this step, beside I_e; NULL: none */
} spk_neuron_slice;

/* Returns the number of units that fired, listed in `spikes` (room for end - begin). */
typedef size_t spk_neuron_step(const spk_neuron_slice *slice, size_t begin, size_t end,
                               uint32_t *spikes);

/* The step kernels of one instruction set: [double][coefficients differ between units]. Those by rkf45
 * are for double only. */
typedef struct spk_neuron_steps {
    spk_neuron_step *iaf_cond_exp_exp_euler[2][2];
    spk_neuron_step *iaf_cond_exp_euler[2][2];
    spk_neuron_step *iaf_cond_exp_crank_nicolson[2][2];
    spk_neuron_step *iaf_cond_exp_rkf45[2][2];
    spk_neuron_step *iaf_cond_beta[2][2]; /* and iaf_cond_alpha */
    spk_neuron_step *iaf_psc_delta[2][2];
    spk_neuron_step *iaf_psc_exp[2][2];
    spk_neuron_step *if_curr_exp_spinnaker[2][2];
    spk_neuron_step *iaf_psc_alpha[2][2];
    spk_neuron_step *mat2_psc_exp[2][2];
    spk_neuron_step *izhikevich_euler[2][2];
    spk_neuron_step *izhikevich_published[2][2];
    spk_neuron_step *aeif_cond_exp[2][2];
    spk_neuron_step *aeif_cond_alpha[2][2];
    spk_neuron_step *aeif_psc_exp[2][2];
    spk_neuron_step *hh_psc_alpha[2][2];
    spk_neuron_step *hh_psc_alpha_gap[2][2];
    spk_neuron_step *hh_cond_exp_traub[2][2];
    spk_neuron_step *parrot[2][2];
    spk_neuron_step *lif_discrete[2][2];
    spk_neuron_step *modulator[2][2];
} spk_neuron_steps;

extern const spk_neuron_steps spk_neuron_steps_sse2, spk_neuron_steps_avx2, spk_neuron_steps_avx512;

/* One unit as its parameters describe it. */
typedef struct spk_neuron_unit {
    double coefficient[SPK_MAX_COEFFICIENTS];
    double state[SPK_MAX_STATES]; /* at the start */
    double threshold;
    double t_ref_ms;
} spk_neuron_unit;

struct spk_neuron_kernel {
    int receptors; /* 1: weights as they are; 2: positive ones to receptor 0, negative to 1 */
    bool size_of_negative; /* receptor 1 takes -weight (a conductance) */
    unsigned
        holds; /* bit by solver: the engine counts refractory steps, the kernel reads `awake` */
    bool before_threshold; /* input is placed before the threshold test. Delay 0: after it; to a
                            * membrane, not to a synapse, it is lost while the unit is refractory */
    int receptor_state[SPK_MAX_RECEPTORS]; /* the state variable that input adds to */
    size_t coefficients;
    void (*unit)(const double *param, int solver, double dt_ms, spk_neuron_unit *out);
    size_t step[4]; /* by solver: offset of its kernels in spk_neuron_steps */
};

/* The kernel of `model` with `solver` for the running processor; NULL: not in this precision. */
spk_neuron_step *spk_neuron_step_choose(const spk_neuron_model *model, int solver, bool single,
                                        bool uniform);

#endif
