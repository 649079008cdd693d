/* estimate.h: what a network will take, before it is built: for --estimate.
 *
 * Neurons are exact (sources are none); synapses are exact where the rule fixes their number, else
 * expected; bytes follow the forms in which lib/engine keeps things on one thread (more threads
 * take a little more):
 *   none        a constant weight and delay of all_to_all, one_to_one, all_but_self
 *   sparse      static: a 16-bit target, the weight if it is drawn, 2 bytes for each run of synapses
 *               of one source with one delay, 20 bytes a source
 *   procedural  static: the synapses of one step's spikes
 *   short_term  static, with short-term plasticity: the same with 8 bytes a run, 56 a source
 *   dense       learning, one delay: the matrix [source][target]
 *   delayed     learning, drawn delays: the matrix, and 6 bytes a synapse for its places
 *   plastic     learning, listed by source: as sparse, 36 bytes more a source, 137 a target, and 24 for
 *               each spike of a target that is remembered (of 16)
 *   device      what a device has ready for each target
 *   gap         gap junctions: 4 bytes for each end on which one acts, 8 for its weight if it is drawn
 * Building takes more for a while where a projection is drawn by target (fixed_indegree): 4 bytes
 * for each source and delay, in which its synapses are counted; and where something depends on
 * distances: units are laid out. What the network file lists (values and places of units, edges) has
 * been read by then, and counts.
 * Time is that of one core on a machine of 2024 where all units fire at 10 Hz, without learning;
 * expect it within a factor of three (tests/bench/bench_stdp prints it beside what was measured);
 * run/calibrate.h measures.
 * Learning adds some 5 to 150 ns at each plastic synapse onto a unit that fires, by the rule and how
 * far the weights are from the caches. */
#ifndef SPK_NETWORK_ESTIMATE_H
#define SPK_NETWORK_ESTIMATE_H

#include "network/network.h"

#include <stdio.h>

typedef struct spk_estimate {
    const char *form; /* how it is kept; NULL: a population, or the whole */
    double neurons, synapses, bytes;
    double building; /* bytes that are needed beside, while it is built */
    double step_ns;  /* of one core for one step */
} spk_estimate;

/* What a program takes beside the network, about: its code, and what waits to be compressed. */
#define SPK_PROGRAM_BYTES 4.5e6

spk_estimate spk_estimate_population(const spk_network *net, size_t population);
spk_estimate spk_estimate_projection(const spk_network *net, size_t projection);
spk_estimate spk_estimate_network(const spk_network *net);

/* A table: part (population, projection, program, total), name, form, neurons, synapses, bytes, bytes
 * while it is built, and the seconds of one core that a second of the network's time takes. */
int spk_estimate_print(const spk_network *net, FILE *out, bool json, spk_error *err) SPK_NODISCARD;

#endif
