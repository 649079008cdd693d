/* near.c: pairwise_bernoulli with a probability that depends on the distance, or with a mask.
 *
 * Uniforms are never below 2^-53, so that a probability below it is none: beyond the distance where
 * that begins nobody needs to be looked at. */
#include "base/memory.h"
#include "math/math.h"
#include "network/draw.h"
#include "network/load.h"
#include "network/space.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading --------------------------------------------------------------------------------- */

static int read_radius(const spk_json *doc, const cJSON *object, spk_mask *mask, spk_error *err)
{
    static const char *const known[] = {"radius", NULL};
    if (!cJSON_IsObject(object)) return spk_json_fail(doc, object, err, "an object is expected");
    mask->round = true;
    if (spk_json_check_keys(doc, object, known, err)) return -1;
    return spk_read_number(doc, object, "radius", true, 0, SPK_POSITION_MAX, &mask->radius, err);
}

static int read_box(const spk_json *doc, const cJSON *object, uint32_t dims, spk_mask *mask,
                    spk_error *err)
{
    static const char *const known[] = {"lower_left", "upper_right", NULL};
    if (!cJSON_IsObject(object)) return spk_json_fail(doc, object, err, "an object is expected");
    mask->box = true;
    if (spk_json_check_keys(doc, object, known, err)) return -1;
    const cJSON *lower = spk_json_member(object, "lower_left");
    const cJSON *upper = spk_json_member(object, "upper_right");
    if (!lower || !upper)
        return spk_json_fail(doc, object, err, "\"%s\" is missing",
                             lower ? "upper_right" : "lower_left");
    if (spk_read_point(doc, lower, dims, mask->lower, err) ||
        spk_read_point(doc, upper, dims, mask->upper, err))
        return -1;
    for (uint32_t k = 0; k < dims; k++)
        if (mask->lower[k] > mask->upper[k])
            return spk_json_fail(doc, cJSON_GetArrayItem(upper, (int)k), err,
                                 "\"upper_right\" must not be below \"lower_left\"");
    return 0;
}

/* NEST's names; the flat and the solid ones mean the same. */
static int read_mask(const spk_json *doc, const cJSON *object, uint32_t dims, spk_mask *mask,
                     spk_error *err)
{
    const char *const round = dims == 2 ? "circular" : "spherical";
    const char *const box = dims == 2 ? "rectangular" : "box";
    const char *const known[] = {round, box, NULL};
    if (!cJSON_IsObject(object)) return spk_json_fail(doc, object, err, "an object is expected");
    if (spk_json_check_keys(doc, object, known, err)) return -1;
    const cJSON *a = spk_json_member(object, round), *b = spk_json_member(object, box);
    if ((a != NULL) == (b != NULL))
        return spk_json_fail(doc, object, err, "one mask is expected: %s or %s", round, box);
    return a ? read_radius(doc, a, mask, err) : read_box(doc, b, dims, mask, err);
}

int spk_load_near(const spk_json *doc, const cJSON *connect, const spk_network *net,
                  spk_projection *p, spk_error *err)
{
    const spk_population *source = &net->population[p->source];
    const spk_population *target = &net->population[p->target];
    const cJSON *mask = spk_json_member(connect, "mask"), *chance = spk_json_member(connect, "p");
    const char *why;
    double reach = spk_position_reach(source, target, &why);
    if (mask && reach < 0) return spk_json_fail(doc, mask, err, "%s", why);
    if (mask && read_mask(doc, mask, target->position.dims, &p->mask, err)) return -1;
    if (spk_json_member(chance, "distance")) {
        if (spk_read_synapse_value(doc, connect, "p", true, -INFINITY, INFINITY, reach, why,
                                   &p->chance, err))
            return -1;
    } else {
        if (spk_read_number(doc, connect, "p", true, 0, 1, &p->probability, err)) return -1;
        p->chance = spk_constant(p->probability);
    }
    p->spatial = mask || spk_value_of_distance(&p->chance);
    p->near_count = p->spatial ? spk_alloc(1, sizeof *p->near_count, "a projection", err) : NULL;
    if (p->spatial && !p->near_count) return -1;
    if (p->near_count) *p->near_count = -1;
    return 0;
}

/* ---- who may be connected -------------------------------------------------------------------- */

/* Where the function falls below 2^-53 for good. */
static double reach_of(const spk_value *v)
{
    if (v->min > 0 || v->kind == SPK_VALUE_CONSTANT) return INFINITY;
    if (v->kind == SPK_VALUE_DISTANCE_LINEAR) {
        if (v->a <= 0 && v->b <= 0) return 0;
        return v->b < 0 ? -v->a / v->b : INFINITY;
    }
    if (v->a <= 0) return 0;
    double halvings = spk_log(v->a) + 53 * 0.6931471805599454; /* ln 2, rounded up */
    if (halvings <= 0) return 0;
    if (v->kind == SPK_VALUE_DISTANCE_EXPONENTIAL) return v->b * halvings;
    return fmax(v->c + v->b * sqrt(2 * halvings), 0);
}

double spk_near_reach(const spk_projection *p)
{
    double reach = reach_of(&p->chance) * (1 + 1e-9);
    return p->mask.round ? fmin(reach, p->mask.radius) : reach;
}

void spk_near_box(const spk_projection *p, double lower[3], double upper[3])
{
    double reach = spk_near_reach(p);
    for (int k = 0; k < 3; k++) {
        lower[k] = p->mask.box ? fmax(p->mask.lower[k], -reach) : -reach;
        upper[k] = p->mask.box ? fmin(p->mask.upper[k], reach) : reach;
    }
}

static bool is_in_mask(const spk_mask *mask, uint32_t dims, const double way[3], double distance)
{
    if (mask->round && distance > mask->radius) return false;
    for (uint32_t k = 0; mask->box && k < dims; k++)
        if (way[k] < mask->lower[k] || way[k] > mask->upper[k]) return false;
    return true;
}

/* In [0, 1]. */
static double bounded(double chance)
{
    chance = chance > 0 ? chance : 0;
    return chance < 1 ? chance : 1;
}

void spk_near_chances(const spk_space *space, const spk_projection *p, uint32_t source, size_t n,
                      const uint32_t *target, double *chance)
{
    enum { CHUNK = 256 };
    bool in[CHUNK];
    for (size_t i = 0; i < n; i += CHUNK) {
        size_t m = n - i < CHUNK ? n - i : CHUNK;
        for (size_t k = 0; k < m; k++) {
            double way[3];
            chance[i + k] = spk_space_way(space, source, target[i + k], way);
            in[k] = is_in_mask(&p->mask, spk_space_dims(space), way, chance[i + k]);
        }
        spk_value_at_distances(&p->chance, m, chance + i, chance + i);
        for (size_t k = 0; k < m; k++)
            chance[i + k] = in[k] ? bounded(chance[i + k]) : 0;
    }
}

/* ---- how many -------------------------------------------------------------------------------- */

/* Chances of pairs, added up a chunk at a time. */
typedef struct counting {
    const spk_projection *projection;
    const spk_position *position;
    spk_places source, target;
    bool skip_self;
} counting;

/* The chance of one pair, but for the function of the distance: the distance, or -1 for none. */
static double measure(const counting *c, uint32_t i, uint32_t j)
{
    double from[3], to[3], way[3];
    spk_place(&c->source, i, from);
    spk_place(&c->target, j, to);
    double distance = spk_way(c->position, from, to, way);
    bool in = is_in_mask(&c->projection->mask, c->position->dims, way, distance);
    return in && !(c->skip_self && i == j) ? distance : -1;
}

/* The k-th of so many pairs: of all in turn, or as evenly as two irrational steps spread them
 * (Roberts's R2 sequence). */
static double measure_next(const counting *c, uint64_t k, bool all)
{
    uint32_t sources = c->source.population->size, targets = c->target.population->size;
    if (all) return measure(c, (uint32_t)(k / targets), (uint32_t)(k % targets));
    double x = (double)k * 0.7548776662466927, y = (double)k * 0.5698402909980532;
    return measure(c, (uint32_t)((x - floor(x)) * sources), (uint32_t)((y - floor(y)) * targets));
}

static double count_near(const spk_network *net, uint32_t projection)
{
    enum { CHUNK = 256, SAMPLE = 1 << 20 };
    const spk_projection *p = &net->projection[projection];
    const spk_population *source = &net->population[p->source];
    const spk_population *target = &net->population[p->target];
    const counting c = {p, &target->position, spk_places_of(source, 0), spk_places_of(target, 0),
                        !p->autapses && p->source == p->target};
    uint64_t pairs = (uint64_t)source->size * target->size, some = pairs < SAMPLE ? pairs : SAMPLE;
    double sum = 0, distance[CHUNK], chance[CHUNK];
    for (uint64_t first = 0; first < some; first += CHUNK) {
        size_t n = some - first < CHUNK ? (size_t)(some - first) : CHUNK;
        for (size_t k = 0; k < n; k++)
            distance[k] = measure_next(&c, first + k, some == pairs);
        spk_value_at_distances(&p->chance, n, distance, chance);
        for (size_t k = 0; k < n; k++)
            sum += distance[k] < 0 ? 0 : bounded(chance[k]);
    }
    return sum / (double)some * (double)pairs;
}

/* Counted once: many ask. */
double spk_near_count(const spk_network *net, uint32_t projection)
{
    _Atomic double *known = net->projection[projection].near_count;
    if (*known < 0) *known = count_near(net, projection);
    return *known;
}
