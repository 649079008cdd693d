/* report.c: the facts are a cJSON tree; TSV is a walk over it. */
#include "report.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

report *report_group(report *r, const char *key)
{
    cJSON *group = cJSON_GetObjectItemCaseSensitive(r, key);
    return group ? group : cJSON_AddObjectToObject(r, key);
}

void report_text(report *r, const char *key, const char *value)
{
    cJSON_AddStringToObject(r, key, value);
}

void report_number(report *r, const char *key, const char *digits)
{
    cJSON_AddRawToObject(r, key, digits);
}

void report_u64(report *r, const char *key, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    report_number(r, key, text);
}

void report_real(report *r, const char *key, double value)
{
    char text[32];
    if (!isfinite(value)) {
        cJSON_AddNullToObject(r, key);
        return;
    }
    cJSON *item = cJSON_AddRawToObject(r, key, spk_format_real(value, text));
    if (item) item->valuedouble = value; /* for put_rows; JSON has the text */
}

/* One row for each leaf below `node`, whose keys begin with `path`. */
static void put_rows(spk_table *t, const cJSON *node, const char *path)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, node)
    {
        char key[1024];
        snprintf(key, sizeof key, "%s%s%s", path, *path ? "." : "", member->string);
        if (cJSON_IsObject(member)) {
            put_rows(t, member, key);
            continue;
        }
        spk_table_text(t, key);
        if (cJSON_IsNull(member))
            spk_table_missing(t);
        else if (member->valuedouble != 0)
            spk_table_derived(t, member->valuedouble);
        else
            spk_table_text(t, member->valuestring);
        spk_table_end_row(t);
    }
}

int report_print_rows(const report *r, spk_table *table, spk_error *err)
{
    if (!r) return spk_fail(err, SPK_LIMIT, "out of memory for a report");
    put_rows(table, r, "");
    return 0;
}

int report_print_json(const report *r, FILE *out, spk_error *err)
{
    char *text = r ? cJSON_PrintUnformatted(r) : NULL;
    if (!text) return spk_fail(err, SPK_LIMIT, "out of memory for a report");
    int written = fprintf(out, "%s\n", text);
    free(text);
    return written < 0 ? spk_fail_errno(err, errno, "cannot write") : 0;
}
