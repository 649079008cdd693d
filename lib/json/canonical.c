/* canonical.c: JSON with sorted keys and without spaces: equal text for equal values. */
#include "json/json.h"

#include <stdlib.h>

static cJSON *canonical_copy(const cJSON *node, spk_error *err)
{
    if (!cJSON_IsObject(node) && !cJSON_IsArray(node)) return cJSON_Duplicate(node, 0);
    cJSON *copy = cJSON_IsObject(node) ? cJSON_CreateObject() : cJSON_CreateArray();
    size_t n = 0;
    const cJSON **members = cJSON_IsObject(node) ? spk_json_sorted(node, &n, err) : NULL;
    const cJSON *next = node->child;
    bool ok = copy && (members || cJSON_IsArray(node));
    for (size_t i = 0; ok && (members ? i < n : next != NULL); i++) {
        const cJSON *m = members ? members[i] : next;
        cJSON *inner = canonical_copy(m, err);
        ok = inner && (members ? cJSON_AddItemToObject(copy, m->string, inner)
                               : cJSON_AddItemToArray(copy, inner));
        if (!ok) cJSON_Delete(inner);
        if (!members) next = next->next;
    }
    free(members);
    if (ok) return copy;
    cJSON_Delete(copy);
    return NULL;
}

char *spk_json_canonical(const cJSON *node, spk_error *err)
{
    cJSON *copy = canonical_copy(node, err);
    char *text = copy ? cJSON_PrintUnformatted(copy) : NULL;
    cJSON_Delete(copy);
    if (!text) spk_fail(err, SPK_LIMIT, "out of memory for JSON");
    return text;
}
