/* space.h: where the units of a projection's two ends are, and who is near whom.
 *
 * Points are laid out once; targets are sorted into the cells of a grid, so that those near a point
 * are found without a look at the others. Which cells there are changes nothing in what is found
 * near enough. Drawn positions have the purpose "population/NAME/position/x" (y, z). */
#ifndef SPK_NETWORK_SPACE_H
#define SPK_NETWORK_SPACE_H

#include "network/network.h"
#include "random/random.h"

/* ---- single units ---- */

typedef struct spk_places {
    const spk_population *population; /* borrowed */
    spk_key key[3];
} spk_places;

/* Where the units of a population that has positions are; `seed` draws those that are drawn. */
spk_places spk_places_of(const spk_population *population, uint64_t seed);
void spk_place(const spk_places *places, uint32_t unit, double out[3]);
/* The way between two points, the shortest one where `position`, of either end, is periodic; returns
 * its length. */
double spk_way(const spk_position *position, const double *from, const double *to, double way[3]);

/* ---- all of a projection's ---- */

typedef struct spk_space spk_space;

/* Of a projection whose ends both have positions. `seed` draws positions that are drawn. */
spk_space *spk_space_build(const spk_network *net, uint32_t projection, uint64_t seed,
                           spk_error *err) SPK_NODISCARD;
void spk_space_free(spk_space *space); /* NULL is ignored */

uint32_t spk_space_dims(const spk_space *space);
/* The way from source to target; returns its length. */
double spk_space_way(const spk_space *space, uint32_t source, uint32_t target, double way[3]);

/* All targets in the box [lower, upper] as seen from `source`, bounds included, and some others, in
 * no order: *n of *unit, which grows. Infinite bounds: all. */
int spk_space_near(const spk_space *space, uint32_t source, const double lower[3],
                   const double upper[3], uint32_t **unit, size_t *capacity, size_t *n,
                   spk_error *err) SPK_NODISCARD;

/* ---- chance ---- */

/* Beyond this distance nobody is connected by `p`. */
double spk_near_reach(const spk_projection *p);
/* How likely is source connected with each of n targets? 0 where the mask excludes it, else what the
 * distance says, from 0 to 1. */
void spk_near_chances(const spk_space *space, const spk_projection *p, uint32_t source, size_t n,
                      const uint32_t *target, double *chance);
/* The box that mask and reach leave, for spk_space_near. */
void spk_near_box(const spk_projection *p, double lower[3], double upper[3]);

/* Synapses that are to be expected, from a sample of the pairs: of all if there are few. */
double spk_near_count(const spk_network *net, uint32_t projection);

#endif
