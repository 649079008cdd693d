/* draw.h: numbers from distributions, drawn by address.
 *
 * Number k of an owner is made from one uniform (53 bits): the k-th pair of 32-bit words of the
 * blocks with counters {owner, 0, 0, 0}, {owner, 0, 0, 1} ... Every distribution inverts its
 * distribution function, so that one uniform makes one number and neighbours share nothing. */
#ifndef SPK_NETWORK_DRAW_H
#define SPK_NETWORK_DRAW_H

#include "network/network.h"
#include "random/random.h"

/* Numbers first .. first + n of `owner`, clipped. */
void spk_draw_values(const spk_value *value, spk_key key, uint32_t owner, uint32_t first, size_t n,
                     double *out);

/* Numbers k[0], k[1] ... k[n - 1] of `owner`. */
void spk_draw_places(const spk_value *value, spk_key key, uint32_t owner, size_t n,
                     const uint32_t *k, double *out);

/* The n uniforms behind them, in (0, 1). */
void spk_draw_uniforms(spk_key key, uint32_t owner, uint32_t first, size_t n, double *out);

/* What a function of the distance is at n distances, clipped. In place or out of place. */
void spk_value_at_distances(const spk_value *value, size_t n, const double *distance, double *out);

/* x rounded to the nearest number that IEEE binary16 has (ties to even), as a double; infinite
 * beyond 65520. */
double spk_round_half(double x);

/* The least and the greatest number that can be drawn; a normal's are 8.21 standard deviations from
 * its mean, since uniforms are at least 2^-53. */
void spk_value_bounds(const spk_value *value, double *least, double *most);

/* A binomial number, Binomial(n, p), drawn from the blocks {c0, c1, 0, 0}, {c0, c1, 0, 1} ...;
 * n <= 2^53. Exact to the rounding of doubles: inversion below np = 10, else the transformed
 * rejection BTRS of Hörmann (1993), Journal of Statistical Computation and Simulation 46. */
uint64_t spk_draw_binomial(spk_key key, uint32_t c0, uint32_t c1, uint64_t n, double p);

/* How many good ones are among n drawn without replacement from good + bad <= 2^53; the same address.
 * Exact to the rounding of doubles: one by one for n <= 10, else the ratio of uniforms HRUA* of Stadlober
 * (1990), Journal of Computational and Applied Mathematics 31. */
uint64_t spk_draw_hypergeometric(spk_key key, uint32_t c0, uint32_t c1, uint64_t good, uint64_t bad,
                                 uint64_t n);

#endif
