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

static bool add_numbers(cJSON *object, const char *key, size_t n, const double *value)
{
    cJSON *array = cJSON_CreateDoubleArray(value, (int)n);
    return array && cJSON_AddItemToObject(object, key, array);
}

/* Where the units of an end are: of rules that look at it. */
static bool add_position(cJSON *end, const spk_population *pop, uint64_t seed)
{
    const spk_position *p = &pop->position;
    double grid[4];
    for (uint32_t k = 0; k < pop->dims; k++)
        grid[k] = pop->shape[k];
    cJSON *position = cJSON_AddObjectToObject(end, "position");
    return position && cJSON_AddBoolToObject(position, "periodic", p->periodic) &&
           add_numbers(position, "extent", p->dims, p->extent) &&
           (p->kind == SPK_POSITION_LIST || add_numbers(position, "center", p->dims, p->center)) &&
           (p->kind != SPK_POSITION_GRID || add_numbers(position, "grid", pop->dims, grid)) &&
           (p->kind != SPK_POSITION_UNIFORM || add_u64(position, "seed", seed)) &&
           (p->kind != SPK_POSITION_LIST || cJSON_AddStringToObject(position, "digest", p->digest));
}

static bool add_end(cJSON *root, const char *key, const spk_population *pop, bool spatial,
                    uint64_t seed)
{
    cJSON *end = cJSON_AddObjectToObject(root, key);
    return end && cJSON_AddStringToObject(end, "model", pop->model->name) &&
           add_u64(end, "size", pop->size) && (!spatial || add_position(end, pop, seed));
}

/* "p" and "mask" of a rule that looks at positions. */
static bool add_near(cJSON *connect, const spk_projection *p, uint32_t dims)
{
    static const char *const kinds[] = {[SPK_VALUE_DISTANCE_LINEAR] = "linear",
                                        [SPK_VALUE_DISTANCE_EXPONENTIAL] = "exponential",
                                        [SPK_VALUE_DISTANCE_GAUSSIAN] = "gaussian",
                                        [SPK_VALUE_CONSTANT] = "constant"};
    const spk_value *v = &p->chance;
    const double numbers[] = {v->a, v->b, v->c}, clip[] = {fmax(v->min, 0), fmin(v->max, 1)};
    cJSON *chance = cJSON_AddObjectToObject(connect, "p");
    if (!chance || !add_numbers(chance, kinds[v->kind], 3, numbers) ||
        !add_numbers(chance, "clip", 2, clip))
        return false;
    if (p->mask.round && !add_numbers(connect, "radius", 1, &p->mask.radius)) return false;
    return !p->mask.box || (add_numbers(connect, "lower", dims, p->mask.lower) &&
                            add_numbers(connect, "upper", dims, p->mask.upper));
}

static bool add_connect(cJSON *root, const spk_projection *p, uint32_t dims, uint64_t seed)
{
    const spk_rule_keys *keys = spk_connect_keys(p->connect);
    cJSON *connect = cJSON_AddObjectToObject(root, "connect");
    char real[32];
    if (!connect || !cJSON_AddStringToObject(connect, "rule", spk_connection_rules[p->connect]))
        return false;
    if (keys->count && !add_u64(connect, keys->count, p->count)) return false;
    if (p->spatial && !add_near(connect, p, dims)) return false;
    if (p->edges && !cJSON_AddStringToObject(connect, "edges", p->edges->pairs)) return false;
    if (keys->probability && !p->spatial &&
        !cJSON_AddRawToObject(connect, "p", spk_format_real(p->probability, real)))
        return false;
    if (keys->autapses && !cJSON_AddBoolToObject(connect, "allow_autapses", p->autapses))
        return false;
    if (keys->multapses && !cJSON_AddBoolToObject(connect, "allow_multapses", p->multapses))
        return false;
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
