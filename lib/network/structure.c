/* structure.c: the digest by which a weight stream knows the projection that it belongs to. */
#include "network/connect.h"
#include "network/load.h"
#include "stream/digest.h"
#include "table/table.h"

#include <inttypes.h>
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

static bool add_end(cJSON *root, const char *key, const spk_population *pop)
{
    cJSON *end = cJSON_AddObjectToObject(root, key);
    return end && cJSON_AddStringToObject(end, "model", pop->model->name) &&
           add_u64(end, "size", pop->size);
}

static bool add_connect(cJSON *root, const spk_projection *p, uint64_t seed)
{
    const spk_rule_keys *keys = spk_connect_keys(p->connect);
    cJSON *connect = cJSON_AddObjectToObject(root, "connect");
    char real[32];
    if (!connect || !cJSON_AddStringToObject(connect, "rule", spk_connection_rules[p->connect]))
        return false;
    if (keys->count && !add_u64(connect, keys->count, p->count)) return false;
    if (keys->probability &&
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
    if (root && add_connect(root, p, seed) &&
        add_end(root, "source", &net->population[p->source]) &&
        add_end(root, "target", &net->population[p->target]))
        text = spk_json_canonical(root, err);
    else
        spk_fail(err, SPK_LIMIT, "out of memory for a digest");
    cJSON_Delete(root);
    if (!text) return -1;
    spk_digest_bytes(text, strlen(text), digest);
    free(text);
    return 0;
}
