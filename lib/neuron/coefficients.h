/* coefficients.h: what each model's unit() leaves for its step kernel, by place. */
#ifndef SPK_NEURON_COEFFICIENTS_H
#define SPK_NEURON_COEFFICIENTS_H

/* iaf_cond_exp */
enum { COND_V, COND_G_EX, COND_G_IN }; /* states */
enum {
    COND_STEP, /* dt / C_m */
    COND_G_L,
    COND_E_L,
    COND_E_EX,
    COND_E_IN,
    COND_I_E,
    COND_DECAY_EX, /* factor in one step */
    COND_DECAY_IN,
    COND_RESET,
    COND_COEFFICIENTS
};

/* iaf_psc_delta: V is kept as it is, not relative to E_L */
enum { DELTA_V }; /* states */
enum {
    DELTA_DECAY,   /* factor of V in one step */
    DELTA_DRIVE,   /* what E_L and I_e add to it */
    DELTA_CURRENT, /* mV a pA that is injected */
    DELTA_MIN,
    DELTA_RESET,
    DELTA_LEAKS, /* 1: also while refractory */
    DELTA_COEFFICIENTS
};

/* parrot */
enum { PARROT_ARRIVED }; /* states */

/* lif_discrete; of the last five, 1: yes */
enum { DISCRETE_V, DISCRETE_I }; /* states */
enum {
    DISCRETE_DECAY,
    DISCRETE_INPUT_DECAY,
    DISCRETE_BIAS,
    DISCRETE_RESET,
    DISCRETE_HARD,
    DISCRETE_SOFT,
    DISCRETE_NEXT,   /* reset in the step after the spike */
    DISCRETE_CLAMPS, /* while refractory */
    DISCRETE_ABOVE,  /* at the threshold there is no spike */
    DISCRETE_COEFFICIENTS
};

#endif
