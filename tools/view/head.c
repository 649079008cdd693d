/* head.c: what a stream says about itself before its first event: header and history. */
#include "base/shell.h"
#include "table/table.h"
#include "view.h"
#include "json/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SHAPE_TEXT = 64 };

/* "28x28", or "" without a shape. */
static const char *shape_text(uint32_t dims, const uint32_t *shape, char text[SHAPE_TEXT])
{
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < dims; i++)
        used +=
            (size_t)snprintf(text + used, SHAPE_TEXT - used, "%s%" PRIu32, i ? "x" : "", shape[i]);
    return text;
}

static void put_row(spk_table *t, const char *item, const char *name, const char *value)
{
    spk_table_text(t, item);
    spk_table_text(t, name);
    spk_table_text(t, value);
    spk_table_end_row(t);
}

static void put_channel(spk_table *t, const spk_channel *c)
{
    static const char *const kinds[] = {[SPK_CHANNEL_SPIKES] = "spikes",
                                        [SPK_CHANNEL_FRAMES] = "frames",
                                        [SPK_CHANNEL_PREDICTIONS] = "predictions",
                                        [SPK_CHANNEL_TRACE] = "trace"};
    char shape[SHAPE_TEXT], value[512];
    snprintf(value, sizeof value, "%s of %" PRIu32 "%s%s%s%s%s%s", kinds[c->type], c->size,
             c->dims ? " = " : "", shape_text(c->dims, c->shape, shape), c->variable ? ", " : "",
             c->variable ? c->variable : "", c->unit && *c->unit ? " in " : "",
             c->unit ? c->unit : "");
    put_row(t, "population", c->name, value);
}

static void put_array(spk_table *t, const spk_array *a)
{
    char value[512];
    snprintf(value, sizeof value, "%s, %s %s %" PRIu64 "x%" PRIu64 "%s%s", a->variable,
             a->sparse ? "sparse" : "dense", spk_dtype_name(a->dtype), a->rows, a->cols,
             *a->unit ? " in " : "", a->unit);
    put_row(t, "array", a->owner, value);
}

/* The command of one step as a shell would take it; to free(), NULL when memory is short. */
static char *command_of(const cJSON *step)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out) return NULL;
    const cJSON *word;
    bool first = true;
    cJSON_ArrayForEach(word, spk_json_member(step, "argv"))
    {
        if (!first) putc(' ', out);
        first = false;
        spk_shell_word(out, cJSON_IsString(word) ? word->valuestring : "");
    }
    if (fclose(out) == 0) return text;
    free(text);
    return NULL;
}

static int put_step(spk_table *t, const spk_provenance *p, size_t i, const char *name,
                    spk_error *err)
{
    spk_json *doc = spk_json_parse(p->json[i], strlen(p->json[i]), name, SPK_DATA, err);
    if (!doc) return -1;
    char *command = command_of(spk_json_root(doc));
    put_row(t, "step", p->id[i], command ? command : "");
    free(command);
    spk_json_free(doc);
    return 0;
}

static int put_text(const view *v, spk_table *t, spk_error *err)
{
    const spk_header *h = v->header;
    const spk_provenance *p = spk_reader_provenance(v->in);
    char value[128], *end = spk_clock_put(&v->clock, 1, value);
    snprintf(end, sizeof value - (size_t)(end - value), " %s", strchr(v->time_column, '_') + 1);
    put_row(t, "tick", "", value);
    if (h->classes) {
        snprintf(value, sizeof value, "%" PRIu32, h->classes);
        put_row(t, "classes", "", value);
    }
    if (h->shard_n) {
        snprintf(value, sizeof value, "%" PRIu32 "/%" PRIu32, h->shard_i, h->shard_n);
        put_row(t, "shard", "", value);
    }
    for (size_t i = 0; i < h->channels; i++)
        put_channel(t, &h->channel[i]);
    for (size_t i = 0; i < h->arrays; i++)
        put_array(t, &h->array[i]);
    for (size_t i = 0; i < p->n; i++)
        if (put_step(t, p, i, spk_reader_name(v->in), err)) return -1;
    return 0;
}

/* The records as they are stored, in one object on one line. */
static int put_json(const view *v, spk_error *err)
{
    const spk_provenance *p = spk_reader_provenance(v->in);
    char *header = spk_header_to_json(v->header, err);
    if (!header) return -1;
    fprintf(v->out, "{\"header\":%s,\"provenance\":[", header);
    for (size_t i = 0; i < p->n; i++)
        fprintf(v->out, "%s%s", i ? "," : "", p->json[i]);
    fputs("]}\n", v->out);
    free(header);
    return ferror(v->out) ? spk_fail_errno(err, errno, "cannot write") : 0;
}

int view_head(const view *v, spk_error *err)
{
    static const char *const columns[] = {"item", "name", "value", NULL};
    if (v->json) return put_json(v, err);
    spk_table *t = spk_table_open(v->out, false, columns, err);
    if (!t) return -1;
    int status = put_text(v, t, err);
    spk_error ignored;
    if (spk_table_close(t, status ? &ignored : err)) status = -1;
    return status;
}
