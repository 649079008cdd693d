/* bench_connect.c: time per synapse of drawing rows, for each connection rule.
 *
 * Usage: bench_connect [ROWS]   (pin it: taskset -c 1) */
#include "bench.h"

#include "network/connect.h"

enum { SIZE = 10000, ROWS = 2000 };

static const struct {
    const char *name;
    spk_connection_rule rule;
    uint64_t count;
    double probability;
    bool multapses;
    spk_value_kind weight;
} settings[] = {
    {"all_to_all", SPK_ALL_TO_ALL, 0, 0, true, SPK_VALUE_CONSTANT},
    {"all_to_all, uniform weights", SPK_ALL_TO_ALL, 0, 0, true, SPK_VALUE_UNIFORM},
    {"all_to_all, normal weights", SPK_ALL_TO_ALL, 0, 0, true, SPK_VALUE_NORMAL},
    {"fixed_indegree 10", SPK_FIXED_INDEGREE, 10, 0, true, SPK_VALUE_CONSTANT},
    {"fixed_indegree 1000", SPK_FIXED_INDEGREE, 1000, 0, true, SPK_VALUE_CONSTANT},
    {"fixed_indegree 1000, no multapses", SPK_FIXED_INDEGREE, 1000, 0, false, SPK_VALUE_CONSTANT},
    {"fixed_indegree 1000, normal weights", SPK_FIXED_INDEGREE, 1000, 0, true, SPK_VALUE_NORMAL},
    {"fixed_total_number, 1000 a source", SPK_FIXED_TOTAL_NUMBER, 1000 * SIZE, 0, true,
     SPK_VALUE_CONSTANT},
    {"pairwise_bernoulli 0.1", SPK_PAIRWISE_BERNOULLI, 0, 0.1, true, SPK_VALUE_CONSTANT},
    {"pairwise_bernoulli 0.1, normal weights", SPK_PAIRWISE_BERNOULLI, 0, 0.1, true,
     SPK_VALUE_NORMAL},
};

int main(int argc, char **argv)
{
    uint32_t rows = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : ROWS;
    spk_population population[2] = {{.size = SIZE}, {.size = SIZE}};
    for (size_t k = 0; k < sizeof settings / sizeof *settings; k++) {
        spk_projection p = {.name = (char *)"a->b",
                            .target = 1,
                            .connect = settings[k].rule,
                            .count = settings[k].count,
                            .probability = settings[k].probability,
                            .autapses = true,
                            .multapses = settings[k].multapses,
                            .weight = {.kind = settings[k].weight,
                                       .a = 1,
                                       .b = 2,
                                       .min = -INFINITY,
                                       .max = INFINITY},
                            .weight_type = SPK_F32,
                            .delay_ms = spk_constant(1),
                            .delay_steps = 2};
        spk_network net = {.dt_ms = 0.5,
                           .populations = 2,
                           .projections = 1,
                           .population = population,
                           .projection = &p};
        spk_synapses row = {0};
        spk_error err;
        double begin = bench_now(), synapses = 0;
        for (uint32_t i = 0; i < rows; i++) {
            if (spk_connect_row(&net, 0, 1, i % SIZE, &row, &err)) return 1;
            synapses += (double)row.n;
        }
        double time = bench_now() - begin;
        bench_line(settings[k].name, time / synapses * 1e9, "ns/synapse", 0);
        spk_synapses_free(&row);
    }
    return 0;
}
