/* coefficients.h: what each model's unit() leaves for its step kernel, by place. */
#ifndef SPK_NEURON_COEFFICIENTS_H
#define SPK_NEURON_COEFFICIENTS_H

/* iaf_cond_exp by exp_euler and euler */
enum { COND_V, COND_G_EX, COND_G_IN, COND_SOLVER_STEP }; /* states */
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
    COND_MEAN_EX, /* of a conductance over a step, of what it is at its begin (crank_nicolson) */
    COND_MEAN_IN,
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

/* iaf_psc_exp */
enum { PSC_EXP_V, PSC_EXP_I_EX, PSC_EXP_I_IN }; /* states */
enum {
    PSC_EXP_DECAY,   /* factor of V in one step */
    PSC_EXP_DRIVE,   /* what E_L and I_e add to it */
    PSC_EXP_CURRENT, /* mV a pA that is injected */
    PSC_EXP_BY_EX,   /* of I_syn_ex */
    PSC_EXP_BY_IN,
    PSC_EXP_DECAY_EX,
    PSC_EXP_DECAY_IN,
    PSC_EXP_RESET,
    PSC_EXP_COEFFICIENTS
};

/* if_curr_exp_spinnaker */
enum { SPINNAKER_V, SPINNAKER_I_EX, SPINNAKER_I_IN }; /* states */
enum {
    SPINNAKER_DECAY,   /* factor of V in one step */
    SPINNAKER_REST,    /* where V goes without input */
    SPINNAKER_CURRENT, /* mV a pA that is injected */
    SPINNAKER_BY_EX,   /* of I_syn_ex */
    SPINNAKER_BY_IN,
    SPINNAKER_DECAY_EX,
    SPINNAKER_DECAY_IN,
    SPINNAKER_RESET,
    SPINNAKER_COEFFICIENTS
};

/* iaf_psc_alpha */
enum { PSC_ALPHA_V, PSC_ALPHA_Y_EX, PSC_ALPHA_I_EX, PSC_ALPHA_Y_IN, PSC_ALPHA_I_IN }; /* states */
enum {                      /* of a synapse */
       PSC_ALPHA_DECAY_SYN, /* factor of y and I in one step */
       PSC_ALPHA_RISE,      /* what y adds to I */
       PSC_ALPHA_BY_Y,      /* to V */
       PSC_ALPHA_BY_I,
       PSC_ALPHA_SYNAPSE
};
enum {
    PSC_ALPHA_DECAY,
    PSC_ALPHA_DRIVE,
    PSC_ALPHA_CURRENT,
    PSC_ALPHA_MIN,
    PSC_ALPHA_RESET,
    PSC_ALPHA_EX,
    PSC_ALPHA_IN = PSC_ALPHA_EX + PSC_ALPHA_SYNAPSE,
    PSC_ALPHA_COEFFICIENTS = PSC_ALPHA_IN + PSC_ALPHA_SYNAPSE
};

/* mat2_psc_exp */
enum { MAT2_V, MAT2_I_EX, MAT2_I_IN, MAT2_V_TH_1, MAT2_V_TH_2, MAT2_V_TH }; /* states */
enum {
    MAT2_DECAY,
    MAT2_DRIVE,
    MAT2_CURRENT,
    MAT2_BY_EX,
    MAT2_BY_IN,
    MAT2_DECAY_EX,
    MAT2_DECAY_IN,
    MAT2_DECAY_1, /* of the threshold */
    MAT2_DECAY_2,
    MAT2_ALPHA_1,
    MAT2_ALPHA_2,
    MAT2_COEFFICIENTS
};

/* izhikevich */
enum { IZHIKEVICH_V, IZHIKEVICH_U }; /* states */
enum {
    IZHIKEVICH_DT,
    IZHIKEVICH_A,
    IZHIKEVICH_B,
    IZHIKEVICH_C,
    IZHIKEVICH_D,
    IZHIKEVICH_I_E,
    IZHIKEVICH_MIN,
    IZHIKEVICH_COEFFICIENTS
};

/* What is solved by rkf45 begins with dt and, where there is one, the reset. */
enum { RKF_DT, RKF_RESET, RKF_COMMON };

/* iaf_cond_exp by rkf45; behind that, iaf_cond_alpha and iaf_cond_beta */
enum { BETA_V, BETA_DG_EX, BETA_G_EX, BETA_DG_IN, BETA_G_IN, BETA_STEP }; /* states */
enum {
    RKF_COND_C_M = RKF_COMMON,
    RKF_COND_G_L,
    RKF_COND_E_L,
    RKF_COND_E_EX,
    RKF_COND_E_IN,
    RKF_COND_I_E,
    RKF_COND_TAU_EX, /* decay times */
    RKF_COND_TAU_IN,
    RKF_COND_COEFFICIENTS,
    RKF_BETA_RISE_EX = RKF_COND_COEFFICIENTS,
    RKF_BETA_RISE_IN,
    RKF_BETA_PEAK_EX, /* what dg adds to g, per ms, so that a weight is g's maximum */
    RKF_BETA_PEAK_IN,
    RKF_BETA_SCALES, /* of the states */
    RKF_BETA_COEFFICIENTS = RKF_BETA_SCALES + BETA_STEP
};

/* aeif_cond_exp, aeif_psc_exp: V, w, two synapses; aeif_cond_alpha: V, w, dg and g of each */
enum { AEIF_V, AEIF_W, AEIF_EX, AEIF_IN, AEIF_STEP_EXP }; /* states */
enum { AEIF_DG_EX = 2, AEIF_G_EX, AEIF_DG_IN, AEIF_G_IN, AEIF_STEP_ALPHA };
enum {
    AEIF_RESET = RKF_RESET,
    AEIF_C_M = RKF_COMMON,
    AEIF_G_L,
    AEIF_E_L,
    AEIF_E_EX,
    AEIF_E_IN,
    AEIF_I_E,
    AEIF_TAU_EX,
    AEIF_TAU_IN,
    AEIF_PEAK_EX,
    AEIF_PEAK_IN,
    AEIF_SLOPE, /* g_L Delta_T */
    AEIF_DELTA_T,
    AEIF_V_TH,
    AEIF_A,
    AEIF_B,
    AEIF_TAU_W,
    AEIF_RESTS, /* 1: has a refractory time */
    AEIF_SCALES,
    AEIF_COEFFICIENTS = AEIF_SCALES + AEIF_STEP_ALPHA
};

/* hh_psc_alpha, hh_psc_alpha_gap and hh_cond_exp_traub: V, the gates m, h, n, synapses */
enum { HH_V, HH_M, HH_H, HH_N, HH_SYNAPSES }; /* states */
enum { HH_Y_EX = HH_SYNAPSES, HH_I_EX, HH_Y_IN, HH_I_IN, HH_STEP };
enum { GAP_P = HH_SYNAPSES, GAP_Y_EX, GAP_I_EX, GAP_Y_IN, GAP_I_IN, GAP_STEP };
enum { TRAUB_G_EX = HH_SYNAPSES, TRAUB_G_IN, TRAUB_STEP };
enum {
    HH_C_M = 1, /* behind dt; there is no reset */
    HH_G_NA,
    HH_G_K,
    HH_G_L,
    HH_E_NA,
    HH_E_K,
    HH_E_L,
    HH_I_E,
    HH_TAU_EX,
    HH_TAU_IN,
    HH_COMMON,
    HH_PEAK_EX = HH_COMMON,
    HH_PEAK_IN,
    HH_SCALES,
    HH_COEFFICIENTS = HH_SCALES + HH_STEP,
    GAP_PEAK_EX = HH_COMMON,
    GAP_PEAK_IN,
    GAP_G_KV3,
    GAP_SCALES,
    GAP_COEFFICIENTS = GAP_SCALES + GAP_STEP,
    TRAUB_V_T = HH_COMMON,
    TRAUB_E_EX,
    TRAUB_E_IN,
    TRAUB_COEFFICIENTS
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

/* modulator */
enum { MODULATOR_VALUE, MODULATOR_LEVEL, MODULATOR_GAIN, MODULATOR_INPUT }; /* states */
enum { MODULATOR_STEPS, MODULATOR_BIAS, MODULATOR_DECAY, MODULATOR_COEFFICIENTS };

#endif
