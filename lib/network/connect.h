/* connect.h: the synapses of a projection, drawn by address: any row, in any order, on any thread.
 *
 * Purposes are "projection/NAME/connect", ".../weight", ".../delay"; connections are addressed by
 * their rule's owner and a running number k; weights and delays by the same (owner, k): number k of
 * an owner is the k-th pair of 32-bit words of the blocks {owner, 0, 0, 0}, {owner, 0, 0, 1} ...
 * For all_to_all, one_to_one, all_but_self and pairwise_bernoulli the owner is the source and k the
 * target; for fixed_indegree the owner is the target, for fixed_outdegree, fixed_total_number and
 * edges the source, and k the place in the row. Where the chance of a pair depends on its distance or
 * a mask, its number is compared with the chance, so that a row costs what lies near. A projection with a "seed" of its own uses that instead
 * of the `seed` given here. */
#ifndef SPK_NETWORK_CONNECT_H
#define SPK_NETWORK_CONNECT_H

#include "network/network.h"

/* One source's or one target's synapses; arrays grow, reuse between calls; zero-initialise. Free
 * before the network that it was drawn from: it keeps where that one's units are. */
typedef struct spk_synapses {
    size_t n;
    uint32_t *other; /* targets of a source (or sources of a target), ascending */
    double *weight;  /* in the projection's unit, rounded to its weight_type */
    uint32_t *delay; /* steps */
    struct spk_synapses_scratch *scratch; /* connect.c's own */
} spk_synapses;

void spk_synapses_free(spk_synapses *row);

/* True when the rule is drawn by source (everything but fixed_indegree). */
bool spk_connect_by_source(const spk_projection *p);

/* A row of a source may have one target more than once. */
bool spk_connect_repeats(const spk_projection *p);

/* The synapses of source `i` (rules drawn by source) or onto target `i` (fixed_indegree). */
int spk_connect_row(const spk_network *net, uint32_t projection, uint64_t seed, uint32_t i,
                    spk_synapses *row, spk_error *err) SPK_NODISCARD;

/* The same, of which only the other ends are sure to be there, and what is asked for. */
int spk_connect_some(const spk_network *net, uint32_t projection, uint64_t seed, uint32_t i,
                     bool weights, bool delays, spk_synapses *row, spk_error *err) SPK_NODISCARD;

/* Number of synapses (exact where the rule fixes it, else the expectation): for --estimate. */
double spk_connect_count(const spk_network *net, uint32_t projection);

/* XXH3-128 of the projection's structure: the canonical JSON of source and target (size, model) and
 * the connect block with the seed that draws it. What a weight stream must agree with. */
int spk_connect_structure(const spk_network *net, uint32_t projection, uint64_t seed,
                          char digest[33], spk_error *err) SPK_NODISCARD;

/* n values of a population's parameter or state value, unit by unit; purpose
 * "population/NAME/KEY". */
int spk_draw_units(const spk_value *value, uint64_t seed, const char *population, const char *key,
                   uint32_t first, size_t n, double *out, spk_error *err);

#endif
