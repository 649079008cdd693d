/* provenance.c: the set of steps, and the hashes that link them.
 *
 * A step's id is XXH3-128 of its canonical JSON without "id": whoever changes a word of a step, or
 * of any step before it, changes every id that follows. Ids are found through a hash table whose
 * slots are the ids' own first bits. */
#include "stream/provenance.h"

#include "base/memory.h"
#include "stream/digest.h"
#include "stream/format.h"
#include "json/json.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void spk_provenance_init(spk_provenance *p)
{
    memset(p, 0, sizeof *p);
}

void spk_provenance_free(spk_provenance *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->json[i]);
    free(p->json);
    free(p->id);
    free(p->head);
    free(p->slot);
    free(p->named);
    spk_provenance_init(p);
}

/* ---- look-up -------------------------------------------------------------------------------- */

static size_t first_slot(const spk_provenance *p, const char *id)
{
    size_t hash = 0;
    for (int i = 0; i < 8; i++)
        hash = hash * 31 + (unsigned char)id[i];
    return hash & (p->slots - 1);
}

/* The slot that holds `id`, or the free one where it belongs. A slot is 1 + the step's index. */
static uint32_t *slot_of(const spk_provenance *p, const char *id)
{
    size_t at = first_slot(p, id);
    while (p->slot[at] && strcmp(p->id[p->slot[at] - 1], id) != 0)
        at = (at + 1) & (p->slots - 1);
    return &p->slot[at];
}

static bool knows(const spk_provenance *p, const char *id)
{
    return p->slots && *slot_of(p, id);
}

/* At most half full. */
static int grow_slots(spk_provenance *p, spk_error *err)
{
    if (2 * (p->n + 1) <= p->slots) return 0;
    size_t slots = p->slots ? 2 * p->slots : 64;
    uint32_t *slot = spk_alloc(slots, sizeof *slot, "provenance", err);
    if (!slot) return -1;
    free(p->slot);
    p->slot = slot;
    p->slots = slots;
    for (size_t i = 0; i < p->n; i++)
        *slot_of(p, p->id[i]) = (uint32_t)i + 1;
    return 0;
}

/* ---- adding --------------------------------------------------------------------------------- */

/* `id` is now a parent, and no head any more. Each step loses its headship once. */
static void drop_head(spk_provenance *p, const char *id)
{
    if (!knows(p, id)) return;
    uint32_t step = *slot_of(p, id) - 1;
    if (p->named[step]) return;
    p->named[step] = true;
    size_t kept = 0;
    for (size_t i = 0; i < p->heads; i++)
        if (strcmp(p->head[i], id) != 0) {
            if (kept != i) memcpy(p->head[kept], p->head[i], sizeof p->head[0]);
            kept++;
        }
    p->heads = kept;
}

static int grow_steps(spk_provenance *p, spk_error *err)
{
    size_t capacity = p->capacity, ids = capacity, heads = capacity, named = capacity;
    if (spk_grow(&p->json, &capacity, p->n + 1, sizeof *p->json, "provenance", err) ||
        spk_grow(&p->id, &ids, p->n + 1, sizeof *p->id, "provenance", err) ||
        spk_grow(&p->head, &heads, p->n + 1, sizeof *p->head, "provenance", err) ||
        spk_grow(&p->named, &named, p->n + 1, sizeof *p->named, "provenance", err))
        return -1;
    p->capacity = capacity;
    return grow_slots(p, err);
}

/* Take in a step that is known to be right; its JSON (with id) is copied. */
static int add(spk_provenance *p, const char *id, const char *json, const cJSON *parents,
               spk_error *err)
{
    size_t bytes = strlen(json);
    if (p->n >= SPK_PROVENANCE_MAX_STEPS || bytes > SPK_PROVENANCE_MAX_BYTES - p->bytes)
        return spk_fail(err, SPK_LIMIT, "more than %d steps or %d bytes of provenance",
                        SPK_PROVENANCE_MAX_STEPS, SPK_PROVENANCE_MAX_BYTES);
    if (grow_steps(p, err)) return -1;
    char *copy = spk_strdup(json, err);
    if (!copy) return -1;
    const cJSON *parent;
    cJSON_ArrayForEach(parent, parents) drop_head(p, parent->valuestring);
    memcpy(p->id[p->n], id, sizeof p->id[0]);
    memcpy(p->head[p->heads++], id, sizeof p->head[0]);
    *slot_of(p, id) = (uint32_t)p->n + 1;
    p->named[p->n] = false;
    p->json[p->n++] = copy;
    p->bytes += bytes;
    return 0;
}

/* The id that `step` (without "id") deserves. */
static int id_of(const cJSON *step, char id[33], spk_error *err)
{
    char *text = spk_json_canonical(step, err);
    if (!text) return -1;
    spk_digest_bytes(text, strlen(text), id);
    free(text);
    return 0;
}

/* The parent that stands for a stream without history. */
static const char no_history[33] = "00000000000000000000000000000000";

static int check_parents(const spk_provenance *p, const spk_json *doc, const cJSON *parents,
                         spk_error *err)
{
    const cJSON *parent;
    if (!cJSON_IsArray(parents))
        return spk_json_fail(doc, parents, err, "\"parents\" is a list of ids");
    cJSON_ArrayForEach(parent, parents)
    {
        if (!cJSON_IsString(parent) || strlen(parent->valuestring) != 32)
            return spk_json_fail(doc, parent, err, "\"parents\" is a list of ids");
        if (!knows(p, parent->valuestring) && strcmp(parent->valuestring, no_history) != 0)
            return spk_json_fail(doc, parent, err, "no earlier step has the id %s",
                                 parent->valuestring);
    }
    return 0;
}

static int add_document(spk_provenance *p, spk_json *doc, spk_error *err)
{
    const cJSON *root = spk_json_root(doc);
    const char *stated = NULL, *tool = NULL;
    char id[33];
    if (!cJSON_IsObject(root)) return spk_json_fail(doc, root, err, "a step is an object");
    const cJSON *parents = spk_json_member(root, "parents");
    if (!parents) return spk_json_fail(doc, root, err, "\"parents\" is missing");
    if (spk_json_string(doc, root, "id", true, &stated, err) ||
        spk_json_string(doc, root, "tool", true, &tool, err))
        return -1;
    cJSON *bare = cJSON_Duplicate(root, 1);
    if (!bare) return spk_fail(err, SPK_LIMIT, "out of memory for provenance");
    cJSON_DeleteItemFromObjectCaseSensitive(bare, "id");
    int failed = id_of(bare, id, err);
    cJSON_Delete(bare);
    if (failed) return -1;
    if (strcmp(id, stated) != 0)
        return spk_json_fail(doc, spk_json_member(root, "id"), err,
                             "the step says it is %s, but its content is %s", stated, id);
    if (knows(p, id)) return 0;
    if (check_parents(p, doc, parents, err)) return -1;
    char *text = spk_json_canonical(root, err);
    failed = text ? add(p, id, text, parents, err) : -1;
    free(text);
    return failed;
}

int spk_provenance_add_json(spk_provenance *p, const char *json, size_t bytes, const char *name,
                            spk_error *err)
{
    spk_json *doc = spk_json_parse(json, bytes, name, SPK_DATA, err);
    if (!doc) return -1;
    int failed = add_document(p, doc, err);
    spk_json_free(doc);
    return failed;
}

int spk_provenance_merge(spk_provenance *p, const spk_provenance *from, spk_error *err)
{
    for (size_t i = 0; i < from->n; i++) {
        if (knows(p, from->id[i])) continue;
        if (spk_provenance_add_json(p, from->json[i], strlen(from->json[i]), "provenance", err))
            return -1;
    }
    return 0;
}

/* ---- a new step ----------------------------------------------------------------------------- */

static bool put_argv(cJSON *object, const char *const *argv)
{
    cJSON *list = cJSON_AddArrayToObject(object, "argv");
    for (; list && *argv; argv++) {
        cJSON *word = cJSON_CreateString(*argv);
        if (!word || !cJSON_AddItemToArray(list, word)) return false;
    }
    return list != NULL;
}

static bool put_inputs(cJSON *object, const spk_step *step)
{
    if (!step->inputs) return true;
    cJSON *list = cJSON_AddArrayToObject(object, "inputs");
    for (size_t i = 0; list && i < step->inputs; i++) {
        cJSON *input = cJSON_CreateObject();
        if (!input || !cJSON_AddItemToArray(list, input)) {
            cJSON_Delete(input);
            return false;
        }
        if (!cJSON_AddStringToObject(input, "name", step->input_name[i]) ||
            !cJSON_AddStringToObject(input, "xxh128", step->input_digest[i]))
            return false;
    }
    return list != NULL;
}

static bool put_parents(cJSON *object, const spk_provenance *p, const spk_step *step)
{
    cJSON *parents = cJSON_AddArrayToObject(object, "parents");
    const size_t n = step->parents ? step->parents : p->heads;
    for (size_t i = 0; parents && i < n; i++) {
        cJSON *id = cJSON_CreateString(step->parents ? step->parent[i] : p->head[i]);
        if (!id || !cJSON_AddItemToArray(parents, id)) return false;
    }
    return parents != NULL;
}

static bool put_extra(cJSON *object, const char *members)
{
    size_t bytes = strlen(members) + 3;
    char *text = malloc(bytes);
    if (!text) return false;
    snprintf(text, bytes, "{%s}", members);
    cJSON *extra = cJSON_Parse(text);
    free(text);
    bool ok = cJSON_IsObject(extra);
    while (ok && extra->child) {
        cJSON *member = cJSON_DetachItemViaPointer(extra, extra->child);
        ok = cJSON_AddItemToObject(object, member->string, member);
    }
    cJSON_Delete(extra);
    return ok;
}

static bool put_step(cJSON *object, const spk_provenance *p, const spk_step *step)
{
    if (!put_parents(object, p, step) || !cJSON_AddStringToObject(object, "tool", step->tool) ||
        !cJSON_AddStringToObject(object, "version", step->version) ||
        !put_argv(object, step->argv) || !cJSON_AddStringToObject(object, "format", "1.0"))
        return false;
    if (step->seed) {
        char digits[24];
        snprintf(digits, sizeof digits, "%" PRIu64, *step->seed);
        if (!cJSON_AddStringToObject(object, "seed", digits)) return false;
    }
    return put_inputs(object, step) && (!step->extra_json || put_extra(object, step->extra_json));
}

int spk_provenance_append(spk_provenance *p, const spk_step *step, spk_error *err)
{
    char id[33];
    cJSON *object = cJSON_CreateObject();
    char *text = NULL;
    int failed = -1;
    if (!object || !put_step(object, p, step)) {
        spk_fail(err, SPK_LIMIT, "out of memory for provenance");
    } else if (!id_of(object, id, err)) {
        if (cJSON_AddStringToObject(object, "id", id)) text = spk_json_canonical(object, err);
    }
    if (text) failed = spk_provenance_add_json(p, text, strlen(text), "provenance", err);
    free(text);
    cJSON_Delete(object);
    return failed;
}

const char *spk_provenance_last(const spk_provenance *p)
{
    return p->n ? p->id[p->n - 1] : no_history;
}
