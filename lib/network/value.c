/* value.c: reading single values: numbers, distributions, times in steps, rows of a table. */
#include "base/memory.h"
#include "network/draw.h"
#include "network/load.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- keys ------------------------------------------------------------------------------------ */

static const char *const units[] = {"ms", "s",  "us", "mV", "V",  "uV", "pF", "nF",  "uF", "nS",
                                    "uS", "mS", "pS", "S",  "pA", "nA", "uA", "kHz", "Hz", NULL};

static bool is_unit(const char *text)
{
    for (const char *const *u = units; *u; u++)
        if (strcmp(*u, text) == 0) return true;
    return false;
}

/* The unit that `key` ends in ("C_m_pF": "pF"), or NULL. */
static const char *unit_of(const char *key)
{
    const char *last = strrchr(key, '_');
    return last && is_unit(last + 1) ? last + 1 : NULL;
}

bool spk_is_comment(const char *key)
{
    return strncmp(key, "x-", 2) == 0 || key[0] == '_';
}

static bool is_known(const char *key, const char *const *known)
{
    while (*known && strcmp(*known, key) != 0)
        known++;
    return *known != NULL;
}

/* Is `key` the `known` one without its unit, or with another? */
static bool lacks_unit(const char *key, const char *known)
{
    const char *unit = unit_of(known);
    if (!unit) return false;
    size_t stem = (size_t)(unit - known) - 1;
    if (strncmp(key, known, stem) != 0) return false;
    return key[stem] == 0 || (key[stem] == '_' && is_unit(key + stem + 1));
}

int spk_check_members(const spk_json *doc, const cJSON *object, const char *const *known,
                      spk_error *err)
{
    for (const cJSON *m = object->child; m; m = m->next) {
        if (spk_is_comment(m->string) || is_known(m->string, known)) continue;
        for (const char *const *k = known; *k; k++)
            if (lacks_unit(m->string, *k))
                return spk_json_fail(doc, m, err, "%s unit: this key is \"%s\"",
                                     unit_of(m->string) ? "wrong" : "missing", *k);
    }
    return spk_json_check_keys(doc, object, known, err);
}

void spk_words_split(spk_words *words, const char *joined)
{
    size_t n = 0, most = sizeof words->word / sizeof *words->word - 1;
    snprintf(words->text, sizeof words->text, "%s", joined);
    for (char *at = words->text; at && n < most;) {
        words->word[n++] = at;
        at = strchr(at, '|');
        if (at) *at++ = 0;
    }
    words->word[n] = NULL;
}

/* ---- numbers and distributions --------------------------------------------------------------- */

int spk_check_finite(const spk_json *doc, const cJSON *node, spk_error *err)
{
    if (cJSON_IsNumber(node) && isfinite(node->valuedouble)) return 0;
    return spk_json_fail_type(
        doc, node, cJSON_IsNumber(node) ? "a number of at most 1.797e308 in size" : "a number",
        err);
}

void spk_describe_range(double min, double max, char *text, size_t size)
{
    if (min < -DBL_MAX && max > DBL_MAX)
        snprintf(text, size, "any that is finite");
    else if (min > -DBL_MAX && max < DBL_MAX)
        snprintf(text, size, "%.10g to %.10g", min, max);
    else if (min > -DBL_MAX)
        snprintf(text, size, "at least %.10g", min);
    else
        snprintf(text, size, "at most %.10g", max);
}

int spk_read_number(const spk_json *doc, const cJSON *object, const char *key, bool required,
                    double min, double max, double *out, spk_error *err)
{
    const cJSON *node = spk_json_member(object, key);
    if (!node) return required ? spk_json_fail(doc, object, err, "\"%s\" is missing", key) : 0;
    char range[80], wanted[100], text[64];
    spk_describe_range(min, max, range, sizeof range);
    snprintf(wanted, sizeof wanted, "a number (%s)", range);
    if (!cJSON_IsNumber(node)) return spk_json_fail_type(doc, node, wanted, err);
    const double value = node->valuedouble;
    if (!isfinite(value))
        return spk_json_fail(doc, node, err, "%s is out of range (%s)",
                             spk_json_number_text(doc, node, text, sizeof text), range);
    if (value < min || value > max)
        return spk_json_fail(doc, node, err, "%.10g is out of range (%s)", value, range);
    *out = value;
    return 0;
}

/* Exactly two finite numbers, or with `open` null in place of one. */
static int read_pair(const spk_json *doc, const cJSON *node, bool open, const char *what, double *a,
                     double *b, spk_error *err)
{
    if (!cJSON_IsArray(node) || cJSON_GetArraySize(node) != 2)
        return spk_json_fail(doc, node, err, "two numbers are expected: [%s]", what);
    double *to[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        const cJSON *item = cJSON_GetArrayItem(node, i);
        if (open && cJSON_IsNull(item)) continue;
        if (spk_check_finite(doc, item, err)) return -1;
        *to[i] = item->valuedouble;
    }
    return 0;
}

static int read_uniform(const spk_json *doc, const cJSON *node, spk_value *v, spk_error *err)
{
    v->kind = SPK_VALUE_UNIFORM;
    if (read_pair(doc, node, false, "least, most", &v->a, &v->b, err)) return -1;
    if (v->a > v->b || !isfinite(v->b - v->a))
        return spk_json_fail(doc, node, err, "the first number must not be above the second");
    return 0;
}

static int read_normal(const spk_json *doc, const cJSON *node, spk_value *v, spk_error *err)
{
    if (read_pair(doc, node, false, "mean, standard deviation", &v->a, &v->b, err)) return -1;
    if (v->b < 0)
        return spk_json_fail(doc, node, err, "the standard deviation must not be below 0");
    return 0;
}

static int read_exponential(const spk_json *doc, const cJSON *node, spk_value *v, spk_error *err)
{
    v->kind = SPK_VALUE_EXPONENTIAL;
    if (spk_check_finite(doc, node, err)) return -1;
    v->a = node->valuedouble;
    if (v->a < 0) return spk_json_fail(doc, node, err, "the mean must not be below 0");
    return 0;
}

static int read_choice(const spk_json *doc, const cJSON *node, spk_value *v, spk_error *err)
{
    const int n = cJSON_IsArray(node) ? cJSON_GetArraySize(node) : 0;
    if (n < 1 || n > SPK_CHOICES_MAX)
        return spk_json_fail(doc, node, err, "a list of 1 to %d numbers is expected",
                             SPK_CHOICES_MAX);
    v->kind = SPK_VALUE_CHOICE;
    v->choices = (uint32_t)n;
    for (int i = 0; i < n; i++) {
        const cJSON *item = cJSON_GetArrayItem(node, i);
        if (spk_check_finite(doc, item, err)) return -1;
        v->choice[i] = item->valuedouble;
    }
    return 0;
}

static int read_clip(const spk_json *doc, const cJSON *node, spk_value *v, spk_error *err)
{
    if (read_pair(doc, node, true, "least, most", &v->min, &v->max, err)) return -1;
    if (v->min > v->max)
        return spk_json_fail(doc, node, err, "the first number must not be above the second");
    return 0;
}

/* {"uniform": [a, b], "clip": [c, d]} and its like. */
static int read_distribution(const spk_json *doc, const cJSON *object, spk_value *v, spk_error *err)
{
    static const char *const known[] = {"uniform", "normal", "lognormal", "exponential",
                                        "choice",  "clip",   NULL};
    if (spk_json_check_keys(doc, object, known, err)) return -1;
    int kinds = 0;
    for (const cJSON *m = object->child; m; m = m->next) {
        int status = 0;
        if (strcmp(m->string, "clip") == 0) {
            if (read_clip(doc, m, v, err)) return -1;
            continue;
        }
        if (spk_is_comment(m->string)) continue;
        kinds++;
        if (strcmp(m->string, "uniform") == 0) {
            status = read_uniform(doc, m, v, err);
        } else if (strcmp(m->string, "exponential") == 0) {
            status = read_exponential(doc, m, v, err);
        } else if (strcmp(m->string, "choice") == 0) {
            status = read_choice(doc, m, v, err);
        } else {
            v->kind = m->string[0] == 'n' ? SPK_VALUE_NORMAL : SPK_VALUE_LOGNORMAL;
            status = read_normal(doc, m, v, err);
        }
        if (status) return -1;
    }
    if (kinds == 1) return 0;
    return spk_json_fail(doc, object, err,
                         "one distribution is expected: uniform, normal, lognormal, exponential or "
                         "choice");
}

/* ---- functions of the distance --------------------------------------------------------------- */

static int read_numbers(const spk_json *doc, const cJSON *node, int n, const char *what,
                        double *const *to, spk_error *err)
{
    if (!cJSON_IsArray(node) || cJSON_GetArraySize(node) != n)
        return spk_json_fail(doc, node, err, "%d numbers are expected: [%s]", n, what);
    for (int i = 0; i < n; i++) {
        const cJSON *item = cJSON_GetArrayItem(node, i);
        if (spk_check_finite(doc, item, err)) return -1;
        *to[i] = item->valuedouble;
    }
    return 0;
}

/* {"linear": [c, a]} and its like, under "distance". */
static int read_function(const spk_json *doc, const cJSON *object, spk_value *v, spk_error *err)
{
    static const char *const known[] = {"linear", "exponential", "gaussian", NULL};
    if (!cJSON_IsObject(object)) return spk_json_fail(doc, object, err, "an object is expected");
    if (spk_json_check_keys(doc, object, known, err)) return -1;
    const cJSON *linear = spk_json_member(object, "linear");
    const cJSON *exponential = spk_json_member(object, "exponential");
    const cJSON *gaussian = spk_json_member(object, "gaussian");
    if ((linear != NULL) + (exponential != NULL) + (gaussian != NULL) != 1)
        return spk_json_fail(doc, object, err,
                             "one function is expected: linear, exponential or gaussian");
    double *const pair[] = {&v->a, &v->b}, *const three[] = {&v->a, &v->c, &v->b};
    if (linear) {
        v->kind = SPK_VALUE_DISTANCE_LINEAR;
        return read_numbers(doc, linear, 2, "value at 0, slope", pair, err);
    }
    v->kind = exponential ? SPK_VALUE_DISTANCE_EXPONENTIAL : SPK_VALUE_DISTANCE_GAUSSIAN;
    const cJSON *node = exponential ? exponential : gaussian;
    if (exponential ? read_numbers(doc, node, 2, "height, length", pair, err)
                    : read_numbers(doc, node, 3, "height, mean, standard deviation", three, err))
        return -1;
    if (v->b < SPK_EXTENT_MIN)
        return spk_json_fail(doc, node, err, "the %s must be at least %g",
                             exponential ? "length" : "standard deviation", SPK_EXTENT_MIN);
    return 0;
}

static int read_of_distance(const spk_json *doc, const cJSON *object, spk_value *v, spk_error *err)
{
    static const char *const known[] = {"distance", "clip", NULL};
    if (spk_json_check_keys(doc, object, known, err)) return -1;
    const cJSON *clip = spk_json_member(object, "clip");
    if (clip && read_clip(doc, clip, v, err)) return -1;
    return read_function(doc, spk_json_member(object, "distance"), v, err);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* What a value may be beside a number and a distribution. */
typedef struct more_kinds {
    bool list;
    bool distance;
    double reach; /* of a distance */
    const char *why;
} more_kinds;

static int read_object(const spk_json *doc, const cJSON *node, const more_kinds *more, spk_value *v,
                       spk_error *err)
{
    if (!more->distance || !spk_json_member(node, "distance"))
        return read_distribution(doc, node, v, err);
    if (more->reach < 0)
        return spk_json_fail(doc, spk_json_member(node, "distance"), err, "%s", more->why);
    v->reach = more->reach;
    return read_of_distance(doc, node, v, err);
}

static int read_value(const spk_json *doc, const cJSON *object, const char *key, bool required,
                      double min, double max, const more_kinds *more, spk_value *out,
                      spk_error *err)
{
    const cJSON *node = spk_json_member(object, key);
    if (!cJSON_IsObject(node)) {
        double value = NAN;
        if (spk_read_number(doc, object, key, required, min, max, &value, err)) return -1;
        if (node) *out = spk_constant(value);
        return 0;
    }
    if (more->list && spk_is_list(node)) return spk_read_list(doc, node, out, err);
    spk_value v = {.min = -INFINITY, .max = INFINITY};
    if (read_object(doc, node, more, &v, err)) return -1;
    double least, most;
    char range[80];
    spk_value_bounds(&v, &least, &most);
    spk_describe_range(min, max, range, sizeof range);
    if (least < min || most > max)
        return spk_json_fail(doc, node, err,
                             "numbers from %.10g to %.10g can %s, allowed is %s (give a "
                             "\"clip\": [least, most])",
                             least, most, spk_value_of_distance(&v) ? "result" : "be drawn", range);
    *out = v;
    return 0;
}

int spk_read_value(const spk_json *doc, const cJSON *object, const char *key, bool required,
                   double min, double max, spk_value *out, spk_error *err)
{
    const more_kinds none = {0};
    return read_value(doc, object, key, required, min, max, &none, out, err);
}

int spk_read_unit_value(const spk_json *doc, const cJSON *object, const char *key, bool required,
                        double min, double max, spk_value *out, spk_error *err)
{
    const more_kinds lists = {.list = true};
    return read_value(doc, object, key, required, min, max, &lists, out, err);
}

int spk_read_synapse_value(const spk_json *doc, const cJSON *object, const char *key, bool required,
                           double min, double max, double reach, const char *why, spk_value *out,
                           spk_error *err)
{
    const more_kinds distances = {.distance = true, .reach = reach, .why = why};
    return read_value(doc, object, key, required, min, max, &distances, out, err);
}

/* ---- times ----------------------------------------------------------------------------------- */

int spk_read_steps(const spk_json *doc, const cJSON *object, const char *key, bool required,
                   const spk_network *net, uint64_t min, uint64_t *out, spk_error *err)
{
    double ms = NAN, least = (double)min * net->dt_ms;
    if (spk_read_number(doc, object, key, required, least, 1e15, &ms, err)) return -1;
    const cJSON *node = spk_json_member(object, key);
    return node ? spk_node_steps(doc, node, net, out, err) : 0;
}

int spk_node_steps(const spk_json *doc, const cJSON *node, const spk_network *net, uint64_t *out,
                   spk_error *err)
{
    const double most = 0x1p62; /* steps: what is added to them does not overflow */
    if (cJSON_IsNumber(node) && node->valuedouble >= most * net->dt_ms)
        return spk_json_fail(doc, node, err, "%.10g ms is out of range (at most %.4g; dt_ms: %g)",
                             node->valuedouble, most * net->dt_ms, net->dt_ms);
    char text[64];
    const char *rest = NULL;
    spk_rational time;
    if (!spk_json_number_text(doc, node, text, sizeof text) ||
        spk_rational_parse(text, spk_rational_of(1, 1000), &time, &rest) || *rest != 0 ||
        spk_rational_divide_exact(time, net->dt, out))
        return spk_json_fail(doc, node, err, "%.10g ms is not a whole number of steps (dt_ms: %g)",
                             node->valuedouble, net->dt_ms);
    return 0;
}

/* ---- tables ---------------------------------------------------------------------------------- */

size_t spk_parameter_count(const spk_parameter *table)
{
    size_t n = 0;
    while (table[n].key)
        n++;
    return n;
}

static int check_table_keys(const spk_json *doc, const cJSON *object, const spk_parameter *table,
                            const char *const *extra, spk_error *err)
{
    const char *known[64];
    size_t n = 0, most = sizeof known / sizeof *known - 1;
    for (; table[n].key; n++)
        if (n == most)
            return spk_fail(err, SPK_BUG, "a table of %zu parameters", n);
        else
            known[n] = table[n].key;
    for (; extra && *extra && n < most; extra++)
        known[n++] = *extra;
    known[n] = NULL;
    return spk_check_members(doc, object, known, err);
}

static int read_row(const spk_json *doc, const cJSON *object, const spk_parameter *row,
                    spk_value *out, spk_error *err)
{
    bool required = isnan(row->preset);
    *out = spk_constant(row->preset);
    if (row->choices) {
        spk_words words;
        int choice = (int)row->preset;
        spk_words_split(&words, row->choices);
        if (spk_json_choice(doc, object, row->key, required, words.word, &choice, err)) return -1;
        out->a = choice;
        return 0;
    }
    if (row->list || row->trains) return 0;
    const cJSON *node = spk_json_member(object, row->key);
    if (row->modulated && cJSON_IsObject(node)) return 0; /* the caller reads it */
    if (!row->per_unit && cJSON_IsObject(node))
        return spk_json_fail(doc, node, err, "one number is expected, not a distribution");
    return spk_read_unit_value(doc, object, row->key, required, row->min, row->max, out, err);
}

int spk_read_parameters(const spk_json *doc, const cJSON *object, const spk_parameter *table,
                        const char *const *extra, spk_value *out, spk_error *err)
{
    if (check_table_keys(doc, object, table, extra, err)) return -1;
    for (size_t i = 0; table[i].key; i++)
        if (read_row(doc, object, &table[i], &out[i], err)) return -1;
    return 0;
}

static int read_list(const spk_json *doc, const cJSON *object, const spk_parameter *row,
                     spk_reals *out, spk_error *err)
{
    const cJSON *node = spk_json_member(object, row->key);
    char range[80];
    if (!node) return spk_json_fail(doc, object, err, "\"%s\" is missing", row->key);
    if (!cJSON_IsArray(node)) return spk_json_fail(doc, node, err, "a list of numbers is expected");
    out->value = spk_alloc((size_t)cJSON_GetArraySize(node), sizeof *out->value, "a list", err);
    if (!out->value) return -1;
    spk_describe_range(row->min, row->max, range, sizeof range);
    for (const cJSON *m = node->child; m; m = m->next) {
        if (spk_check_finite(doc, m, err)) return -1;
        if (m->valuedouble < row->min || m->valuedouble > row->max)
            return spk_json_fail(doc, m, err, "%.10g is out of range (%s)", m->valuedouble, range);
        out->value[out->n++] = m->valuedouble;
    }
    return 0;
}

int spk_read_lists(const spk_json *doc, const cJSON *object, const spk_parameter *table,
                   spk_reals *out, spk_error *err)
{
    for (size_t i = 0; table[i].key; i++)
        if (table[i].list && read_list(doc, object, &table[i], &out[i], err)) return -1;
    return 0;
}
