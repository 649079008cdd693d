/* bench_deliver.c: static synapses: events a second, bytes and building time of each form.
 *
 * Usage: bench_deliver [PART [THREADS [FORM]]]   (pin it: taskset -c 1)
 *   PART: brunel, forms, procedural; or microcircuit, which takes minutes (default: the first three)
 *
 * Brunel's network is that of NEST's brunel_delta: 10000 + 2500 iaf_psc_delta, each with 1000 + 250
 * inputs drawn with repetition, J = 0.1 mV, g = 5, delay 1.5 ms, dt 0.1 ms; a current stands for the
 * mean of its Poisson drive. An event is a spike at one synapse; its time is a share of the whole
 * run's. CPU seconds with one thread; wall seconds, and no goals of speed but the microcircuit's, with
 * several. Bytes are those that the process takes at its peak beyond what it takes without synapses. */
#include "bench.h"

#include "engine/engine.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAD                                                                                       \
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1, \"populations\": {"
#define DELTA                                                                                      \
    "\"model\": \"iaf_psc_delta\", \"params\": {\"tau_m_ms\": 20, \"t_ref_ms\": 2, \"E_L_mV\": 0," \
    "\"V_th_mV\": 20, \"V_reset_mV\": 0, \"I_e_pA\": 500, \"V_m_mV\": {\"uniform\": [0, 20]}}"

#define TWO_POPULATIONS                                                                            \
    HEAD "\"e\": {\"size\": 10000, " DELTA "}, \"i\": {\"size\": 2500, " DELTA "}},"               \
         "\"projections\": {%s}, \"record\": {\"e\": \"spikes\", \"i\": \"spikes\"}}"

#define RULE_E "\"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 1000}, "
#define RULE_I "\"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 250}, "

/* A form of Brunel's network: how its synapses are drawn and kept. */
typedef struct form {
    const char *name;
    const char *rule[4]; /* e->e, e->i, i->e, i->i */
    const char *weight[2], *delay;
    const char *more;
    double most_bytes; /* a synapse; 0: no goal */
} form;

#define BY_TARGET                                                                                  \
    {                                                                                              \
        RULE_E, RULE_E, RULE_I, RULE_I                                                             \
    }
#define TOTAL(n) "\"connect\": {\"rule\": \"fixed_total_number\", \"N\": " #n "}, "
#define BY_SOURCE                                                                                  \
    {                                                                                              \
        TOTAL(10000000), TOTAL(2500000), TOTAL(2500000), TOTAL(625000)                             \
    }
#define SAME                                                                                       \
    {                                                                                              \
        "0.1", "-0.5"                                                                              \
    }
#define NORMAL                                                                                     \
    {                                                                                              \
        "{\"normal\": [0.1, 0.01], \"clip\": [0, null]}",                                          \
            "{\"normal\": [-0.5, 0.05], \"clip\": [null, 0]}"                                      \
    }
#define DELAYS "{\"normal\": [1.5, 0.75], \"clip\": [0.1, null]}"

static const form forms[] = {
    {"fixed_indegree, one weight, one delay", BY_TARGET, SAME, "1.5", "", 2.6},
    {"fixed_indegree, f32 weights, one delay", BY_TARGET, NORMAL, "1.5", "", 7},
    {"fixed_indegree, f32 weights, drawn delays", BY_TARGET, NORMAL, DELAYS, "", 7},
    {"fixed_total_number, one weight, one delay", BY_SOURCE, SAME, "1.5", "", 2.6},
    {"fixed_total_number, one weight, drawn delays", BY_SOURCE, SAME, DELAYS, "", 0},
    {"fixed_total_number, f32 weights, one delay", BY_SOURCE, NORMAL, "1.5", "", 7},
    {"fixed_total_number, f32 weights, drawn delays", BY_SOURCE, NORMAL, DELAYS, "", 7},
    {"procedural, one weight, one delay", BY_SOURCE, SAME, "1.5", "\"storage\": \"procedural\", ",
     0},
    {"procedural, f32 weights, drawn delays", BY_SOURCE, NORMAL, DELAYS,
     "\"storage\": \"procedural\", ", 0},
};
enum { FORMS = sizeof forms / sizeof *forms, STORED = 7 };
static const double SYNAPSES = 15.625e6, PER_SPIKE = 1250;

typedef struct result {
    double build_s, run_s, spikes, bytes, biological_s, synapses;
} result;

static char *brunel(const form *f)
{
    static char text[8192];
    static const char *const name[] = {"e->e", "e->i", "i->e", "i->i"};
    char projections[4096] = "";
    size_t used = 0;
    for (size_t k = 0; f && k < 4; k++)
        used += (size_t)snprintf(projections + used, sizeof projections - used,
                                 "%s\"%s\": {%s%s\"weight_mV\": %s, \"delay_ms\": %s}",
                                 k > 0 ? "," : "", name[k], f->more, f->rule[k], f->weight[k / 2],
                                 f->delay);
    snprintf(text, sizeof text, TWO_POPULATIONS, projections);
    return text;
}

/* Build a network and run it for so many steps. */
static int run(const char *text, uint64_t steps, int threads, result *r)
{
    spk_error err = {0};
    spk_network *net = spk_network_parse(text, strlen(text), "net.json", 0, NULL, &err);
    const spk_engine_options options = {.network_seed = 1, .threads = threads};
    const clockid_t clock = threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
    double begin = bench_seconds(clock);
    spk_engine *e = net ? spk_engine_open(net, &options, &err) : NULL;
    int status = e ? 0 : -1;
    double built = bench_seconds(clock);
    if (status == 0) status = spk_engine_begin(e, 0, &err);
    if (status == 0) status = spk_engine_run(e, steps, 0, NULL, NULL, &err);
    if (status) {
        fprintf(stderr, "bench_deliver: %s\n", err.text);
        return (int)err.code;
    }
    struct rusage usage;
    r->run_s = bench_seconds(clock) - built;
    if (getrusage(RUSAGE_SELF, &usage) == 0) r->bytes = (double)usage.ru_maxrss * 1024;
    r->build_s = built - begin;
    r->biological_s = (double)steps * net->dt_ms / 1000;
    for (size_t i = 0; i < net->populations; i++) {
        size_t n;
        const uint64_t *step;
        const uint32_t *unit;
        spk_engine_spikes(e, i, &n, &step, &unit);
        r->spikes += (double)n;
    }
    spk_engine_close(e);
    spk_network_free(net);
    return 0;
}

/* The same in a process of its own, which tells its greatest size. */
static int measure(const char *text, uint64_t steps, int threads, result *r)
{
    int ends[2], status = 0;
    *r = (result){0};
    if (pipe(ends)) return 3;
    pid_t child = fork();
    if (child < 0) return 3;
    if (child == 0) {
        status = run(text, steps, threads, r);
        if (status == 0 && write(ends[1], r, sizeof *r) != sizeof *r) status = 3;
        _exit(status);
    }
    close(ends[1]);
    bool told = read(ends[0], r, sizeof *r) == sizeof *r;
    close(ends[0]);
    return waitpid(child, &status, 0) == child && told && status == 0 ? 0 : 3;
}

/* ---- parts ----------------------------------------------------------------------------------- */

static int bench_brunel(int threads)
{
    enum { REPETITIONS = 5, STEPS = 10000 };
    double speed[REPETITIONS];
    result r;
    for (size_t k = 0; k < REPETITIONS; k++) {
        int status = measure(brunel(&forms[0]), STEPS, threads, &r);
        if (status) return status;
        speed[k] = r.spikes * PER_SPIKE / r.run_s / 1e6;
    }
    printf("  Brunel: %.1f Hz, %.0f million events, %.2f s\n", r.spikes / 12500 / r.biological_s,
           r.spikes * PER_SPIKE / 1e6, r.run_s);
    bench_line("Brunel, 12500 neurons, 1 s", bench_median(speed, REPETITIONS), "M events/s",
               threads == 1 ? 600 : 0);
    return 0;
}

static int bench_form(const form *f, const result *empty, int threads, bool kept)
{
    enum { STEPS = 1000 };
    char name[128];
    result r;
    int status = measure(brunel(f), STEPS, threads, &r);
    if (status) return status;
    double build = r.build_s - empty->build_s, run = r.run_s - empty->run_s;
    double each = (r.bytes - empty->bytes) / SYNAPSES;
    snprintf(name, sizeof name, "%s: delivered", f->name);
    bench_line(name, r.spikes * PER_SPIKE / run / 1e6, "M events/s", 0);
    if (!kept) {
        snprintf(name, sizeof name, "%s: memory", f->name);
        bench_line(name, (r.bytes - empty->bytes) / 1e6, "MB", 0);
        return 0;
    }
    snprintf(name, sizeof name, "%s: built", f->name);
    bench_line(name, SYNAPSES / build / 1e6, "M synapses/s", threads == 1 ? 20 : 0);
    snprintf(name, sizeof name, "%s: memory", f->name);
    if (f->most_bytes > 0)
        bench_at_most(name, each, "B/synapse", f->most_bytes);
    else
        bench_line(name, each, "B/synapse", 0);
    return 0;
}

static int bench_forms(int threads, bool kept, size_t only)
{
    result empty;
    int status = measure(brunel(NULL), 1000, threads, &empty);
    for (size_t k = 0; status == 0 && k < FORMS; k++)
        if (kept == (k < STORED) && (only == SIZE_MAX || only == k))
            status = bench_form(&forms[k], &empty, threads, kept);
    return status;
}

/* ---- the microcircuit ------------------------------------------------------------------------ */

/* Potjans and Diesmann, Cerebral Cortex 24 (2014): sizes, and the chance that a unit of the second
 * population reaches one of the first. Their neurons are those of Brunel's network here, which fire
 * faster. */
enum { LAYERS = 8 };
static const char *const layer[LAYERS] = {"L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"};
static const double layer_size[LAYERS] = {20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948};
static const double chance[LAYERS][LAYERS] = {
    {0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0},
    {0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0},
    {0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0},
    {0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0},
    {0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0},
    {0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0},
    {0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252},
    {0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443},
};

static double count_layer_synapses(size_t to, size_t from)
{
    return floor(log1p(-chance[to][from]) / log1p(-1 / (layer_size[to] * layer_size[from])));
}

static const char *microcircuit(bool drawn, bool procedural)
{
    enum { ROOM = 1 << 16 };
    static char text[ROOM];
    static const char *const delay[] = {"[1.5, 0.75]", "[0.75, 0.375]"};
    static const char *const weight[2][2] = {
        {"0.15", "-0.6"}, {"{\"normal\": [0.15, 0.015]}", "{\"normal\": [-0.6, 0.06]}"}};
    size_t used = (size_t)snprintf(text, ROOM, HEAD);
    for (size_t k = 0; k < LAYERS; k++)
        used += (size_t)snprintf(text + used, ROOM - used, "%s\"%s\": {\"size\": %.0f, " DELTA "}",
                                 k > 0 ? "," : "", layer[k], layer_size[k]);
    used += (size_t)snprintf(text + used, ROOM - used, "}, \"projections\": {\"x-none\": 0");
    for (size_t k = 0; k < LAYERS * LAYERS; k++) {
        size_t to = k / LAYERS, from = k % LAYERS;
        if (chance[to][from] > 0)
            used += (size_t)snprintf(
                text + used, ROOM - used,
                ", \"%s->%s\": {\"connect\": {\"rule\": \"fixed_total_number\", \"N\": %.0f}, "
                "\"weight_mV\": %s, \"delay_ms\": {\"normal\": %s, \"clip\": [0.1, null]}, "
                "\"storage\": \"%s\"}",
                layer[from], layer[to], count_layer_synapses(to, from), weight[drawn][from % 2],
                delay[from % 2], procedural ? "procedural" : "stored");
    }
    snprintf(text + used, ROOM - used, "}, \"record\": {\"L23E\": \"spikes\"}}");
    return text;
}

static int bench_microcircuit(int threads)
{
    static const struct {
        const char *name;
        bool drawn, procedural;
        double most_bytes;
    } kinds[] = {{"microcircuit, f32 weights", true, false, 2.1 * (1 << 30)},
                 {"microcircuit, constant weights", false, false, 1.1 * (1 << 30)},
                 {"microcircuit, procedural, f32 weights", true, true, 300.0 * (1 << 20)}};
    double synapses = 0;
    for (size_t k = 0; k < LAYERS * LAYERS; k++)
        synapses += count_layer_synapses(k / LAYERS, k % LAYERS);
    printf("  %.1f million synapses, drawn delays, %d threads\n", synapses / 1e6, threads);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        char name[128];
        result r;
        int status = measure(microcircuit(kinds[k].drawn, kinds[k].procedural), 100, threads, &r);
        if (status) return status;
        snprintf(name, sizeof name, "%s: built", kinds[k].name);
        bench_at_most(name, r.build_s, "s", 60.0 / threads);
        snprintf(name, sizeof name, "%s: memory", kinds[k].name);
        bench_at_most(name, r.bytes / (1 << 20), "MiB", kinds[k].most_bytes / (1 << 20));
        snprintf(name, sizeof name, "%s: 10 ms", kinds[k].name);
        bench_line(name, r.run_s, "s", 0);
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : NULL;
    int threads = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1, status = 0;
    size_t only_form = argc > 3 ? strtoul(argv[3], NULL, 10) : SIZE_MAX;
    if (!only || strcmp(only, "brunel") == 0) status = bench_brunel(threads);
    if (status == 0 && (!only || strcmp(only, "forms") == 0))
        status = bench_forms(threads, true, only_form);
    if (status == 0 && (!only || strcmp(only, "procedural") == 0))
        status = bench_forms(threads, false, only_form);
    if (status == 0 && only && strcmp(only, "microcircuit") == 0)
        status = bench_microcircuit(threads);
    return status;
}
