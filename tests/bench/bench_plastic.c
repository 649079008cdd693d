/* bench_plastic.c: time and memory of learning with an archive: 10,000 neurons with 1000 plastic
 * synapses each from Poisson sources of 10 Hz, which they fire with at different rates.
 *
 * Usage: bench_plastic   (pin it: taskset -c 1) */
#include "bench.h"

#include "engine/engine.h"

#include <string.h>
#include <sys/resource.h>

static const char network[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1,\n"
    " \"populations\": {\n"
    "  \"in\": {\"size\": 10000, \"model\": \"poisson_input\", \"params\": {\"rate_Hz\": 10}},\n"
    "  \"post\": {\"size\": 10000, \"model\": \"iaf_psc_delta\",\n"
    "   \"params\": {\"V_th_mV\": -50, \"tau_m_ms\": 20}}},\n"
    " \"projections\": {\"in->post\": {\n"
    "  \"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 1000}, \"delay_ms\": 1.5,\n"
    "  \"weight_mV\": %s,\n"
    "  \"plasticity\": {\"rule\": \"%s\", \"lambda\": 1e-6}}},\n"
    " \"record\": {\"post\": \"spikes\"}}\n";

enum { SYNAPSES = 10000000, STEPS = 5000 };

static int present(spk_engine *e, spk_error *err)
{
    bool again;
    return spk_engine_begin(e, 0, err) || spk_engine_run(e, STEPS, 0, NULL, NULL, err) ||
           spk_engine_end(e, &again, err);
}

/* ns for each presynaptic spike at each synapse; and the targets' rate. */
static int measure(const char *weight, const char *rule, bool learning)
{
    const spk_engine_options options = {
        .network_seed = 1, .input_seed = 1, .threads = 1, .parts = 1, .learning = learning};
    char text[2048], name[80];
    spk_error err = {0};
    snprintf(text, sizeof text, network, weight, rule);
    spk_network *net = spk_network_parse(text, strlen(text), "net.json", 0, NULL, &err);
    spk_engine *e = net ? spk_engine_open(net, &options, &err) : NULL;
    const double begin = bench_now();
    int status = e ? present(e, &err) : -1;
    const double seconds = bench_now() - begin, events = SYNAPSES * 10.0 * STEPS * 1e-4;
    if (status == 0) {
        size_t n;
        const uint64_t *step;
        const uint32_t *unit;
        spk_engine_spikes(e, 1, &n, &step, &unit);
        snprintf(name, sizeof name, "%s, targets at %.0f Hz", learning ? rule : "not learning",
                 (double)n / 10000 / (STEPS * 1e-4));
        bench_line(name, seconds / events * 1e9, "ns/spike", 0);
    } else {
        fprintf(stderr, "%s\n", err.text);
    }
    spk_engine_close(e);
    spk_network_free(net);
    return status;
}

int main(void)
{
    if (measure("0.08", "stdp", false) || measure("0.08", "stdp", true)) return 1;
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    bench_at_most("peak memory of all, f32 weights", (double)use.ru_maxrss * 1024 / SYNAPSES,
                  "B/synapse", 8);
    return measure("0.1", "stdp", true) || measure("0.16", "stdp", true) ||
                   measure("0.1", "stdp_pl", true)
               ? 1
               : 0;
}
