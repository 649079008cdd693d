/* unshard.c: a step's command line loses one word, so its id changes, so do the ids that the steps
 * behind it name: their parents, and streams that options named ("--model=ID"). */
#include "stream/unshard.h"

#include "base/memory.h"
#include "stream/digest.h"
#include "json/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Is it "--shard=i/n", however the numbers were written? */
static bool is_shard_word(const char *word, uint32_t i, uint32_t n)
{
    static const char option[] = "--shard=";
    const size_t length = sizeof option - 1;
    char *end;
    if (strncmp(word, option, length) != 0) return false;
    const unsigned long first = strtoul(word + length, &end, 10);
    if (end == word + length || *end != '/') return false;
    const char *second = end + 1;
    const unsigned long last = strtoul(second, &end, 10);
    return end > second && !*end && first == i && last == n;
}

/* What the ids of the steps so far have become. Two steps may become one: the whole data set may
 * have been encoded too, to train on. */
typedef struct renaming {
    const spk_provenance *from;
    size_t n;
    char (*id)[33];
} renaming;

static const char *new_id(const renaming *r, const char *old)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->from->id[i], old) == 0) return r->id[i];
    return old;
}

/* Replace the id at the end of a text, if one stands there. */
static bool renew(cJSON *text, const renaming *r)
{
    const char *value = text->valuestring;
    const char *id = strchr(value, '=');
    id = id ? id + 1 : value;
    const char *now = new_id(r, id);
    if (now == id) return true;
    const size_t before = (size_t)(id - value), room = before + strlen(now) + 1;
    char *copy = malloc(room);
    if (!copy) return false;
    snprintf(copy, room, "%.*s%s", (int)before, value, now);
    const bool ok = cJSON_SetValuestring(text, copy) != NULL;
    free(copy);
    return ok;
}

static bool renew_all(cJSON *list, const renaming *r)
{
    cJSON *text;
    cJSON_ArrayForEach(text, list) if (cJSON_IsString(text) && !renew(text, r)) return false;
    return true;
}

static void drop_shard_words(cJSON *argv, uint32_t i, uint32_t n)
{
    for (int k = cJSON_GetArraySize(argv); k-- > 0;) {
        const cJSON *word = cJSON_GetArrayItem(argv, k);
        if (cJSON_IsString(word) && is_shard_word(word->valuestring, i, n))
            cJSON_DeleteItemFromArray(argv, k);
    }
}

/* Take the id out, and put in the one that the rest gives. */
static int stamp(cJSON *step, char id[33], spk_error *err)
{
    cJSON_DeleteItemFromObjectCaseSensitive(step, "id");
    char *text = spk_json_canonical(step, err);
    if (!text) return -1;
    spk_digest_bytes(text, strlen(text), id);
    free(text);
    if (cJSON_AddStringToObject(step, "id", id)) return 0;
    return spk_fail(err, SPK_LIMIT, "out of memory for provenance");
}

static int add_step(spk_provenance *to, renaming *r, cJSON *step, uint32_t i, uint32_t n,
                    spk_error *err)
{
    cJSON *argv = cJSON_GetObjectItemCaseSensitive(step, "argv");
    drop_shard_words(argv, i, n);
    if (!renew_all(argv, r) || !renew_all(cJSON_GetObjectItemCaseSensitive(step, "parents"), r))
        return spk_fail(err, SPK_LIMIT, "out of memory for provenance");
    if (stamp(step, r->id[r->n], err)) return -1;
    r->n++;
    char *text = spk_json_canonical(step, err);
    if (!text) return -1;
    const int failed = spk_provenance_add_json(to, text, strlen(text), "provenance", err);
    free(text);
    return failed;
}

int spk_provenance_unshard(spk_provenance *to, const spk_provenance *from, uint32_t i, uint32_t n,
                           spk_error *err)
{
    renaming r = {.from = from};
    r.id = spk_alloc(from->n, sizeof *r.id, "provenance", err);
    int failed = r.id ? 0 : -1;
    for (size_t k = 0; !failed && k < from->n; k++) {
        cJSON *step = cJSON_Parse(from->json[k]);
        failed = step ? add_step(to, &r, step, i, n, err)
                      : spk_fail(err, SPK_LIMIT, "out of memory for provenance");
        cJSON_Delete(step);
    }
    free(r.id);
    return failed;
}
