/* structure.c: the digest by which a weight stream knows the projection that it belongs to. */
#include "network/connect.h"
#include "network/load.h"
#include "stream/digest.h"
#include "table/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cJSON counts in doubles; 64-bit numbers are put in as text. */
static bool add_u64(cJSON *object, const char *key, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return cJSON_AddRawToObject(object, key, text) != NULL;
}

/* An infinite number is null, as in a clip. */
static bool add_numbers(cJSON *object, const char *key, size_t n, const double *value)
{
    cJSON *array = cJSON_AddArrayToObject(object, key);
    bool good = array != NULL;
    for (size_t i = 0; good && i < n; i++) {
        cJSON *item = isfinite(value[i]) ? cJSON_CreateNumber(value[i]) : cJSON_CreateNull();
        good = item && cJSON_AddItemToArray(array, item);
    }
    return good;
}

static bool add_extent(cJSON *object, const spk_position *p)
{
    return object && add_numbers(object, "extent", p->dims, p->extent) &&
           add_numbers(object, "center", p->dims, p->center);
}

/* Where the units of an end are: of rules that look at it. Listed places are their digest. */
static bool add_position(cJSON *end, const spk_population *pop, uint64_t seed)
{
    const spk_position *p = &pop->position;
    cJSON *position = cJSON_AddObjectToObject(end, "position");
    double grid[4];
    for (uint32_t k = 0; k < pop->dims; k++)
        grid[k] = pop->shape[k];
    if (!position || !cJSON_AddBoolToObject(position, "periodic", p->periodic)) return false;
    if (p->kind == SPK_POSITION_GRID)
        return add_numbers(position, "grid", pop->dims, grid) && add_extent(position, p);
    if (p->kind == SPK_POSITION_UNIFORM)
        return add_extent(cJSON_AddObjectToObject(position, "uniform"), p) &&
               add_u64(position, "seed", seed);
    return cJSON_AddStringToObject(position, "digest", p->digest) &&
           (!p->periodic || add_numbers(position, "extent", p->dims, p->extent));
}

static bool add_end(cJSON *root, const char *key, const spk_population *pop, bool spatial,
                    uint64_t seed)
{
    cJSON *end = cJSON_AddObjectToObject(root, key);
    return end && cJSON_AddStringToObject(end, "model", pop->model->name) &&
           add_u64(end, "size", pop->size) && (!spatial || add_position(end, pop, seed));
}

static bool add_chance(cJSON *connect, const spk_projection *projection)
{
    const spk_value *v = &projection->chance;
    char real[32];
    if (!spk_value_of_distance(v)) {
        spk_format_real(projection->probability, real);
        return cJSON_AddRawToObject(connect, "p", real) != NULL;
    }
    const double two[] = {v->a, v->b}, three[] = {v->a, v->c, v->b}, clip[] = {v->min, v->max};
    cJSON *p = cJSON_AddObjectToObject(connect, "p");
    cJSON *distance = p ? cJSON_AddObjectToObject(p, "distance") : NULL;
    if (!distance) return false;
    bool clipped = isfinite(v->min) || isfinite(v->max);
    if (clipped && !add_numbers(p, "clip", 2, clip)) return false;
    if (v->kind == SPK_VALUE_DISTANCE_GAUSSIAN) return add_numbers(distance, "gaussian", 3, three);
    bool linear = v->kind == SPK_VALUE_DISTANCE_LINEAR;
    return add_numbers(distance, linear ? "linear" : "exponential", 2, two);
}

static bool add_mask(cJSON *connect, const spk_mask *mask, uint32_t dims)
{
    if (!mask->round && !mask->box) return true;
    const char *round = dims == 2 ? "circular" : "spherical";
    const char *box = dims == 2 ? "rectangular" : "box";
    cJSON *outer = cJSON_AddObjectToObject(connect, "mask");
    cJSON *inner = outer ? cJSON_AddObjectToObject(outer, mask->round ? round : box) : NULL;
    if (!inner) return false;
    if (mask->round) return cJSON_AddNumberToObject(inner, "radius", mask->radius) != NULL;
    return add_numbers(inner, "lower_left", dims, mask->lower) &&
           add_numbers(inner, "upper_right", dims, mask->upper);
}

static bool add_connect(cJSON *root, const spk_projection *p, uint32_t dims, uint64_t seed)
{
    const spk_rule_keys *keys = spk_connect_keys(p->connect);
    cJSON *connect = cJSON_AddObjectToObject(root, "connect");
    if (!connect || !cJSON_AddStringToObject(connect, "rule", spk_connection_rules[p->connect]))
        return false;
    if (keys->count && !add_u64(connect, keys->count, p->count)) return false;
    if (p->edges && !cJSON_AddStringToObject(connect, "edges", p->edges->pairs)) return false;
    if (keys->probability && !add_chance(connect, p)) return false;
    if (!add_mask(connect, &p->mask, dims)) return false;
    if (keys->autapses && !cJSON_AddBoolToObject(connect, "allow_autapses", p->autapses))
        return false;
    /* of a total number it was not offered at first */
    const bool multapses =
        keys->multapses && (p->connect != SPK_FIXED_TOTAL_NUMBER || !p->multapses);
    if (multapses && !cJSON_AddBoolToObject(connect, "allow_multapses", p->multapses)) return false;
    return !keys->drawn || add_u64(connect, "seed", p->seeded ? p->seed : seed);
}

int spk_connect_structure(const spk_network *net, uint32_t projection, uint64_t seed,
                          char digest[33], spk_error *err)
{
    const spk_projection *p = &net->projection[projection];
    cJSON *root = cJSON_CreateObject();
    char *text = NULL;
    const spk_population *source = &net->population[p->source];
    const spk_population *target = &net->population[p->target];
    if (root && add_connect(root, p, target->position.dims, seed) &&
        add_end(root, "source", source, p->spatial, seed) &&
        add_end(root, "target", target, p->spatial, seed))
        text = spk_json_canonical(root, err);
    else
        spk_fail(err, SPK_LIMIT, "out of memory for a digest");
    cJSON_Delete(root);
    if (!text) return -1;
    spk_digest_bytes(text, strlen(text), digest);
    free(text);
    return 0;
}
