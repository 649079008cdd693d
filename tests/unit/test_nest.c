/* test_nest.c: every neuron model against the trains and traces that NEST recorded of it, where the
 * reference data are: one neuron under constant current, under input spikes, and below threshold.
 *
 *   test_nest          the test
 *   test_nest --table  prints the table: case, spikes compared, of them missing or moved, and the
 *                      largest differences of V_m and of all other variables that NEST recorded */
#include "unit.h"

#include "engines.h"
#include "json/json.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>

enum { MOST_ROWS = 60000, MOST_COLUMNS = 8, TEXT = 8192, MOST_CASES = 256 };

/* ---- reference data -------------------------------------------------------------------------- */

static char *path_of(const char *folder, const char *file, char path[1024])
{
    const char *data = getenv("SPK_DATA");
    snprintf(path, 1024, "%s/../reference/simulate/%s/%s", data ? data : "../shared/data", folder,
             file);
    return path;
}

/* The file's text, to free(); NULL when it is not there. */
static char *read_text(const char *folder, const char *file)
{
    char path[1024];
    FILE *f = fopen(path_of(folder, file, path), "r");
    if (!f) return NULL;
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, f) < (1 << 20) - 1);
    fclose(f);
    return text;
}

typedef struct table {
    size_t rows, columns;
    char name[MOST_COLUMNS][32];
    double *value; /* [row][MOST_COLUMNS] */
} table;

/* A CSV file with a header; no columns when it is not there. */
static table read_table(const char *folder, const char *file)
{
    char path[1024], line[1024];
    table t = {.value = calloc(MOST_ROWS, MOST_COLUMNS * sizeof(double))};
    FILE *f = fopen(path_of(folder, file, path), "r");
    if (!f) return t;
    assert_non_null(fgets(line, sizeof line, f));
    for (char *name = strtok(line, ",\n"); name; name = strtok(NULL, ",\n"))
        snprintf(t.name[t.columns++], sizeof *t.name, "%s", name);
    while (fgets(line, sizeof line, f)) {
        char *at = line;
        assert_true(t.rows < MOST_ROWS);
        for (size_t c = 0; c < t.columns; c++, at++)
            t.value[t.rows * MOST_COLUMNS + c] = strtod(at, &at);
        t.rows++;
    }
    fclose(f);
    return t;
}

/* ---- the network of a case ------------------------------------------------------------------- */

/* NEST's name and ours; NULL: not a parameter here. */
static const char *const keys[][2] = {
    {"C_m", "C_m_pF"},
    {"tau_m", "tau_m_ms"},
    {"t_ref", "t_ref_ms"},
    {"E_L", "E_L_mV"},
    {"I_e", "I_e_pA"},
    {"V_th", "V_th_mV"},
    {"V_reset", "V_reset_mV"},
    {"V_m", "V_m_mV"},
    {"tau_syn_ex", "tau_syn_ex_ms"},
    {"tau_syn_in", "tau_syn_in_ms"},
    {"tau_rise_ex", "tau_rise_ex_ms"},
    {"tau_rise_in", "tau_rise_in_ms"},
    {"tau_decay_ex", "tau_decay_ex_ms"},
    {"tau_decay_in", "tau_decay_in_ms"},
    {"g_L", "g_L_nS"},
    {"E_ex", "E_ex_mV"},
    {"E_in", "E_in_mV"},
    {"V_peak", "V_peak_mV"},
    {"Delta_T", "Delta_T_mV"},
    {"tau_w", "tau_w_ms"},
    {"w", "w_pA"},
    {"g_Na", "g_Na_nS"},
    {"g_K", "g_K_nS"},
    {"E_Na", "E_Na_mV"},
    {"E_K", "E_K_mV"},
    {"V_T", "V_T_mV"},
    {"Act_m", "Act_m"},
    {"Inact_h", "Inact_h"},
    {"Act_n", "Act_n"},
    {"tau_1", "tau_1_ms"},
    {"tau_2", "tau_2_ms"},
    {"alpha_1", "alpha_1_mV"},
    {"alpha_2", "alpha_2_mV"},
    {"omega", "omega_mV"},
    {"c", "c_mV"},
    {"d", "d_mV"},
    {"U_m", "U_m_mV"},
};

static const char *key_of(const char *model, const char *name)
{
    bool izhikevich = strcmp(model, "izhikevich") == 0, mat2 = strcmp(model, "mat2_psc_exp") == 0;
    if (strcmp(name, "a") == 0) return izhikevich ? "a" : "a_nS";
    if (strcmp(name, "b") == 0) return izhikevich ? "b" : "b_pA";
    if (mat2 && strcmp(name, "V_th") == 0) return NULL; /* what omega makes it at first */
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i][0], name) == 0) return keys[i][1];
    return NULL;
}

static void print_params(const char *model, const cJSON *neuron, char *out, size_t size)
{
    size_t at = 0;
    for (const cJSON *p = neuron->child; p; p = p->next) {
        const char *key = key_of(model, p->string);
        double value = cJSON_IsNumber(p) ? p->valuedouble : 1e6; /* "no threshold" */
        if (key)
            at += (size_t)snprintf(out + at, size - at, "%s\"%s\": %.17g", at ? ", " : "", key,
                                   value);
        assert_true(at < size);
    }
}

/* Unit 0 of n takes the first weight from unit 0 of the input, and the second from unit 1. */
static machine build(const cJSON *root, const double weight[2], double delay_ms, const table *trace)
{
    static const char *const units[] = {"", "_pA", "_nS", "_mV", ""};
    char text[TEXT], params[TEXT / 2], record[TEXT / 8] = "", weights[2][64] = {"", ""};
    const char *model = cJSON_GetObjectItem(root, "model")->valuestring;
    const cJSON *neuron = cJSON_GetObjectItem(root, "neuron");
    const spk_neuron_model *known = spk_neuron_model_find(model);
    if (!known) fail_msg("there is no model %s", model);
    print_params(model, neuron, params, sizeof params);
    for (size_t c = 1, at = 0; c < trace->columns; c++)
        at += (size_t)snprintf(record + at, sizeof record - at, "%s\"%s\"", c > 1 ? ", " : "",
                               trace->name[c]);
    for (int k = 0; k < 2; k++)
        snprintf(weights[k], sizeof weights[k], "\"weight%s\": %.17g", units[known->weight],
                 weight[k]);
    snprintf(text, sizeof text,
             "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": %g,\n"
             " \"populations\": {\"in\": {\"size\": 2, \"model\": \"spike_input\"},\n"
             "  \"n\": {\"size\": 2, \"model\": \"%s\"%s, \"params\": {%s}}},\n"
             " \"projections\": {\n"
             "  \"in->n\": {\"connect\": {\"rule\": \"one_to_one\"}, %s, \"weight_type\": \"f64\", "
             "\"delay_ms\": %g},\n"
             "  \"in->n#2\": {\"connect\": {\"rule\": \"all_but_self\"}, %s, \"weight_type\": "
             "\"f64\", \"delay_ms\": %g}},\n"
             " \"record\": {\"n\": {\"spikes\": true, \"variables\": [%s]}}}\n",
             cJSON_GetObjectItem(root, "dt_ms")->valuedouble, model,
             cJSON_IsFalse(cJSON_GetObjectItem(neuron, "consistent_integration"))
                 ? ", \"solver\": \"published\""
                 : "",
             params, weights[0], delay_ms, weights[1], delay_ms, record);
    return start(text, NULL, (spk_engine_options){.threads = 1});
}

/* ---- input ----------------------------------------------------------------------------------- */

typedef struct input {
    size_t n;
    uint64_t step[2 * MOST_ROWS];
    uint32_t unit[2 * MOST_ROWS];
} input;

/* NEST's time of a step is its end. */
static uint64_t step_of(double ms, double dt_ms)
{
    return (uint64_t)(ms / dt_ms + 0.5) - 1;
}

static void merge(const double *a, size_t na, const double *b, size_t nb, double dt_ms,
                  uint64_t steps, input *in)
{
    in->n = 0;
    for (size_t i = 0, j = 0; i < na || j < nb;) {
        bool second = i == na || (j < nb && b[j] < a[i]);
        uint64_t step = step_of(second ? b[j++] : a[i++], dt_ms);
        if (step >= steps) break;
        in->step[in->n] = step;
        in->unit[in->n++] = second;
    }
}

/* What drives the case: weights and delay, and the spikes. */
static void read_input(const cJSON *root, double dt_ms, uint64_t steps, double weight[2],
                       double *delay_ms, input *in)
{
    static double train[2][MOST_ROWS];
    const cJSON *trains = cJSON_GetObjectItem(root, "input");
    const cJSON *times = cJSON_GetObjectItem(root, "spike_times_ms");
    size_t n[2] = {0, 0};
    if (cJSON_IsObject(trains)) {
        static const char *const file[] = {"exc_train.csv", "inh_train.csv"};
        for (int k = 0; k < 2; k++) {
            table t = read_table("inputs", file[k]);
            for (; n[k] < t.rows; n[k]++)
                train[k][n[k]] = t.value[n[k] * MOST_COLUMNS];
            free(t.value);
        }
        weight[0] = cJSON_GetObjectItem(trains, "weight_exc")->valuedouble;
        weight[1] = cJSON_GetObjectItem(trains, "weight_inh")->valuedouble;
        *delay_ms = cJSON_GetObjectItem(trains, "delay_ms")->valuedouble;
    } else if (times) {
        for (const cJSON *time = times->child; time; time = time->next)
            train[0][n[0]++] = time->valuedouble;
        weight[0] = weight[1] = cJSON_GetObjectItem(root, "weight")->valuedouble;
        *delay_ms = cJSON_GetObjectItem(root, "delay_ms")->valuedouble;
    }
    merge(train[0], n[0], train[1], n[1], dt_ms, steps, in);
}

/* ---- comparing ------------------------------------------------------------------------------- */

typedef struct outcome {
    size_t spikes, moved;  /* NEST's; those of either side that the other has not in that step */
    size_t values;         /* of traces */
    double worst_v, worst; /* of V_m, mV; of all variables, relative to the largest of each */
} outcome;

static void compare_spikes(const machine *m, const table *spikes, double dt_ms, outcome *o)
{
    size_t n, own = 0, at = 0, equal = 0;
    const uint64_t *step;
    const uint32_t *unit;
    spk_engine_spikes(m->engine, 1, &n, &step, &unit);
    for (size_t i = 0; i < n; i++)
        own += unit[i] == 0;
    for (size_t i = 0; i < n; i++) {
        if (unit[i] != 0) continue;
        while (at < spikes->rows && step_of(spikes->value[at * MOST_COLUMNS], dt_ms) < step[i])
            at++;
        equal += at < spikes->rows && step_of(spikes->value[at * MOST_COLUMNS], dt_ms) == step[i];
    }
    o->spikes = spikes->rows;
    o->moved = spikes->rows + own - 2 * equal;
}

static void compare_traces(const machine *m, const table *trace, double dt_ms, outcome *o)
{
    for (size_t c = 1; c < trace->columns; c++) {
        size_t rows;
        const double *value;
        double largest = 0, worst = 0;
        spk_engine_trace(m->engine, 1, c - 1, &rows, &value);
        for (size_t i = 0; i < trace->rows; i++) {
            uint64_t row = step_of(trace->value[i * MOST_COLUMNS], dt_ms);
            assert_true(row < rows);
            double nest = trace->value[i * MOST_COLUMNS + c];
            double difference = fabs(value[2 * row] - nest);
            if (!(difference <= worst)) worst = difference;
            if (fabs(nest) > largest) largest = fabs(nest);
        }
        if (strcmp(trace->name[c], "V_m") == 0) o->worst_v = worst;
        if (largest > 0) worst /= largest;
        if (!(worst <= o->worst)) o->worst = worst;
        o->values += trace->rows;
    }
}

static void run_case(const char *name, outcome *o)
{
    static input in;
    char *text = read_text(name, "params.json");
    *o = (outcome){0};
    assert_non_null(text);
    for (char *at; (at = strstr(text, "-Infinity"));) /* which is not JSON */
        memcpy(at, "-1e000009", 9);
    cJSON *root = cJSON_Parse(text);
    assert_non_null(root);
    double dt_ms = cJSON_GetObjectItem(root, "dt_ms")->valuedouble, weight[2] = {1, 1}, delay = 1;
    uint64_t steps = (uint64_t)(cJSON_GetObjectItem(root, "T_ms")->valuedouble / dt_ms + 0.5);
    table spikes = read_table(name, "spikes_nest.csv"), trace = read_table(name, "trace_nest.csv");
    read_input(root, dt_ms, steps, weight, &delay, &in);
    machine m = build(root, weight, delay, &trace);
    present(&m, 0, steps, in.n, in.step, in.unit);
    compare_spikes(&m, &spikes, dt_ms, o);
    compare_traces(&m, &trace, dt_ms, o);
    stop(&m);
    free(spikes.value);
    free(trace.value);
    cJSON_Delete(root);
    free(text);
}

/* The cases of one neuron: folders whose name begins with a model's and ends in the kind. */
static bool is_case(const char *name)
{
    return strstr(name, "_dc") || (strstr(name, "_in") && strncmp(name, "inputs", 6) != 0) ||
           strncmp(name, "static_psp_", 11) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t list_cases(char *name[MOST_CASES])
{
    char path[1024];
    DIR *folder = opendir(path_of("", "", path));
    size_t n = 0;
    if (!folder) return 0;
    for (struct dirent *entry; n < MOST_CASES && (entry = readdir(folder));)
        if (is_case(entry->d_name)) name[n++] = strdup(entry->d_name);
    closedir(folder);
    qsort(name, n, sizeof *name, by_name);
    return n;
}

static void test_models(void **state)
{
    (void)state;
    char *name[MOST_CASES];
    size_t n = list_cases(name);
    if (n == 0) skip();
    assert_true(n > 30);
    for (size_t i = 0; i < n; i++) {
        outcome o;
        run_case(name[i], &o);
        if (o.moved || !(o.worst <= 1e-9))
            fail_msg("%s: %zu of %zu spikes moved, values differ by %g", name[i], o.moved, o.spikes,
                     o.worst);
        assert_true(o.values >= 400);
        free(name[i]);
    }
}

static int print_table(void)
{
    char *name[MOST_CASES];
    size_t n = list_cases(name);
    printf("case\tspikes\tmoved\tvalues\tlargest difference\tof V_m, mV\n");
    for (size_t i = 0; i < n; i++) {
        outcome o;
        run_case(name[i], &o);
        printf("%s\t%zu\t%zu\t%zu\t%.0e\t%.0e\n", name[i], o.spikes, o.moved, o.values, o.worst,
               o.worst_v);
        free(name[i]);
    }
    return n == 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_models)};
    if (argc > 1 && strcmp(argv[1], "--table") == 0) return print_table();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
