/* trains.c: when the units of a spike_generator fire, as the network file or a table says it.
 *
 * A list of times is one unit's, a list of such lists has one for each unit; a table has the columns
 * time_ms and unit, in any order of its rows. As NEST stamps it, the spike of time t ends the step
 * that ends at t: it is that of step t / dt - 1. */
#include "base/memory.h"
#include "network/columns.h"
#include "stream/digest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char key[] = "spike_times_ms";

typedef struct event {
    uint64_t step, line; /* line: of the table, or the place in the lists */
    uint32_t unit;
} event;

typedef struct reading {
    const spk_json *doc;
    const spk_network *net;
    const spk_population *population;
    event *event;
    size_t n, capacity;
    spk_error *err;
} reading;

void spk_trains_free(spk_trains *trains)
{
    if (!trains) return;
    free(trains->file);
    free(trains->step);
    free(trains->unit);
    free(trains->listed);
    free(trains);
}

/* Of what the spikes stand in. */
static const char *name_of(const reading *r)
{
    const char *file = r->population->trains->file;
    return file ? file : r->net->name;
}

static int add(reading *r, event e)
{
    if (spk_network_grow(r->net, &r->event, &r->capacity, r->n, sizeof *r->event, name_of(r),
                         "spikes", r->err))
        return -1;
    r->event[r->n++] = e;
    return 0;
}

/* ---- in the network file --------------------------------------------------------------------- */

static int read_times(reading *r, const cJSON *list, uint32_t unit)
{
    uint64_t before = 0, end;
    if (!cJSON_IsArray(list))
        return spk_json_fail(r->doc, list, r->err, "a list of times is expected");
    for (const cJSON *m = list->child; m; m = m->next) {
        if (spk_check_finite(r->doc, m, r->err)) return -1;
        if (m->valuedouble <= 0)
            return spk_json_fail(r->doc, m, r->err, "times must ascend, from above 0");
        if (spk_node_steps(r->doc, m, r->net, &end, r->err)) return -1;
        if (end <= before)
            return spk_json_fail(r->doc, m, r->err, "times must ascend, from above 0");
        if (add(r, (event){.step = end - 1, .line = r->n, .unit = unit})) return -1;
        before = end;
    }
    return 0;
}

static int read_lists(reading *r, const cJSON *node)
{
    const uint32_t size = r->population->size;
    const bool nested = cJSON_IsArray(node->child);
    if (!nested && size == 1) return read_times(r, node, 0);
    if (!nested || (uint32_t)cJSON_GetArraySize(node) != size)
        return spk_json_fail(r->doc, node, r->err,
                             "%s has %u unit%s: a list of times for each is expected",
                             r->population->name, size, size == 1 ? "" : "s");
    uint32_t unit = 0;
    for (const cJSON *m = node->child; m; m = m->next)
        if (read_times(r, m, unit++)) return -1;
    return 0;
}

/* ---- in a table ------------------------------------------------------------------------------ */

static int read_row(reading *r, const spk_columns *table, int time_at, int unit_at)
{
    event e = {.line = spk_rows_line(table->rows)};
    if (unit_at != SPK_COLUMN_ABSENT &&
        spk_columns_unit(table, unit_at, r->population, &e.unit, r->err))
        return -1;
    if (spk_columns_steps(table, time_at, r->net, "time", UINT64_C(1) << 52, &e.step, r->err))
        return -1;
    if (e.step-- == 0) return spk_columns_fail(table, r->err, "a spike's time is above 0");
    return add(r, e);
}

static int read_table(reading *r, const cJSON *node, const char *file)
{
    spk_columns table = {.fd = -1};
    int time_at, unit_at, more = -1;
    const bool many = r->population->size > 1;
    if (spk_columns_open(&table, r->doc, node, r->net, file, r->err) == 0 &&
        spk_columns_find(&table, "time_ms", true, &time_at, r->err) == 0 &&
        spk_columns_find(&table, "unit", many, &unit_at, r->err) == 0) {
        while ((more = spk_columns_next(&table, r->err)) > 0)
            if (read_row(r, &table, time_at, unit_at)) {
                more = -1;
                break;
            }
    }
    spk_columns_close(&table);
    return more;
}

static int read_file(reading *r, const cJSON *node, spk_trains *trains, char expected[33])
{
    static const char *const known[] = {"file", "digest", NULL};
    const char *file = NULL;
    if (spk_json_check_keys(r->doc, node, known, r->err) ||
        spk_json_string(r->doc, node, "file", true, &file, r->err) ||
        spk_read_digest(r->doc, node, expected, r->err) ||
        !(trains->file = spk_strdup(file, r->err)))
        return -1;
    return read_table(r, spk_json_member(node, "file"), file);
}

/* ---- keeping --------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    const event *x = a, *y = b;
    if (x->step != y->step) return x->step < y->step ? -1 : 1;
    if (x->unit != y->unit) return x->unit < y->unit ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

static int keep(reading *r, spk_trains *to)
{
    const size_t most = 2 * sizeof *r->event; /* qsort() takes as much again; later it is less */
    if (spk_network_room(r->net, (double)r->n * (double)most, name_of(r), false, r->n, "spikes",
                         r->err))
        return -1;
    if (r->n > 0) qsort(r->event, r->n, sizeof *r->event, by_time);
    to->step = spk_alloc(r->n, sizeof *to->step, "spikes", r->err);
    to->unit = spk_alloc(r->n, sizeof *to->unit, "spikes", r->err);
    if (!to->file) to->listed = spk_alloc(r->n, sizeof *to->listed, "spikes", r->err);
    if (!to->step || !to->unit || (!to->file && !to->listed)) return -1;
    for (; to->n < r->n; to->n++) {
        const event *e = &r->event[to->n];
        if (to->n > 0 && e->step == e[-1].step && e->unit == e[-1].unit)
            return spk_fail(
                r->err, SPK_USAGE,
                "%s%s:%" PRIu64 ": unit %u fires at this time on line %" PRIu64 " already",
                to->file[0] == '/' ? "" : r->net->folder, to->file, e->line, e->unit, e[-1].line);
        to->step[to->n] = e->step;
        to->unit[to->n] = e->unit;
        if (to->listed) to->listed[e->line] = to->n;
    }
    return 0;
}

static void digest(spk_trains *trains)
{
    char parts[2 * 32 + 1];
    spk_digest_bytes(trains->step, trains->n * sizeof *trains->step, parts);
    spk_digest_bytes(trains->unit, trains->n * sizeof *trains->unit, parts + 32);
    spk_digest_bytes(parts, strlen(parts), trains->digest);
}

int spk_load_trains(const spk_json *doc, const cJSON *params, const spk_network *net,
                    spk_population *pop, spk_error *err)
{
    const cJSON *node = spk_json_member(params, key);
    char expected[33] = "";
    reading r = {.doc = doc, .net = net, .population = pop, .err = err};
    if (!node) return spk_json_fail(doc, params, err, "\"%s\" is missing", key);
    spk_trains *trains = pop->trains = spk_alloc(1, sizeof *trains, "spikes", err);
    if (!trains) return -1;
    int status = -1;
    if (cJSON_IsObject(node))
        status = read_file(&r, node, trains, expected);
    else if (cJSON_IsArray(node))
        status = read_lists(&r, node);
    else
        spk_json_fail(doc, node, err, "a list of times or {\"file\": ...} is expected");
    if (status == 0) status = keep(&r, trains);
    free(r.event);
    if (status) return -1;
    digest(trains);
    return spk_check_digest(doc, node, trains->file, expected, trains->digest, err);
}
