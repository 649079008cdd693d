/* synapse_shape.h: synapses that rise and fall: dy/dt = -y / decay, dg/dt = peak y - g / rise. */
#ifndef SPK_NEURON_SYNAPSE_SHAPE_H
#define SPK_NEURON_SYNAPSE_SHAPE_H

/* The `peak` (1/ms) with which a jump of y by 1 makes g reach 1, at rise decay ln(decay / rise) /
 * (decay - rise). Equal times make the alpha function, whose peak is e / tau. */
double spk_synapse_peak(double rise_ms, double decay_ms);

#endif
