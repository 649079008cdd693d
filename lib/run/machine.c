/* machine.c: neurons that a constant current makes fire every 100 ms, as the model of
 * network/estimate.h has it, whatever they receive: the weights are too small to count. */
#include "run/machine.h"

#include "base/now.h"
#include "engine/engine.h"
#include "network/estimate.h"
#include "run/usage.h"

#include <string.h>

/* V rises to 32.02 mV with 98 ms, and so to 20 mV in 96 ms; with the 4 ms after a spike, 100. */
static const char text[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1, \"populations\": {\"n\": {"
    "\"size\": 20000, \"model\": \"iaf_psc_delta\", \"params\": {\"C_m_pF\": 250, \"tau_m_ms\": "
    "98, "
    "\"t_ref_ms\": 4, \"E_L_mV\": 0, \"V_th_mV\": 20, \"V_reset_mV\": 0, \"I_e_pA\": 81.7, "
    "\"V_m_mV\": {\"uniform\": [0, 20]}}}}, \"projections\": {\"n->n\": {\"connect\": {\"rule\": "
    "\"fixed_indegree\", \"indegree\": 500}, \"weight_mV\": 1e-9, \"delay_ms\": 1.5}}}";

/* In pieces of 10 ms. */
static int run(spk_engine *e, const spk_network *net, double seconds, spk_machine *m,
               spk_error *err)
{
    enum { PIECE = 100 };
    const double begin = (double)spk_now(), cpu = spk_usage_cpu();
    double wall = 0;
    uint64_t steps = 0;
    if (spk_engine_begin(e, 0, err)) return -1;
    while (wall < 1e9 * seconds || steps < 10 * PIECE) {
        if (spk_engine_run(e, PIECE, 0, NULL, NULL, err)) return -1;
        steps += PIECE;
        wall = (double)spk_now() - begin;
    }
    const double took = spk_usage_cpu() - cpu;
    m->factor = 1e9 * took / ((double)steps * spk_estimate_network(net).step_ns);
    m->wall = took > 0 ? 1e-9 * wall / took : 1;
    return 0;
}

int spk_machine_measure(spk_machine *m, double seconds, int threads, spk_error *err)
{
    const spk_engine_options options = {.network_seed = 1, .input_seed = 1, .threads = threads};
    spk_network *net = spk_network_parse(text, strlen(text), "the small network", 0, NULL, err);
    if (!net) return -1;
    const double begin = (double)spk_now();
    spk_engine *e = spk_engine_open(net, &options, err);
    m->synapse_ns = ((double)spk_now() - begin) / spk_estimate_network(net).synapses;
    int status = e ? run(e, net, seconds, m, err) : -1;
    spk_engine_close(e);
    spk_network_free(net);
    return status;
}
