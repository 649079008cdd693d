/* bench_space.c: time of a row that is drawn by distance, with as many neighbours among ten thousand
 * units as among a million, and of laying the units out.
 *
 * Usage: bench_space [ROWS]   (pin it: taskset -c 1) */
#include "bench.h"

#include "network/connect.h"

#include <stdio.h>
#include <string.h>

enum { ROWS = 2000 };

/* `side` x `side` units, one to a square of side 1. */
#define GRID "\"position\": {\"grid\": [%u, %u], \"extent\": [%u, %u]}", side, side, side, side
#define DRAWN                                                                                      \
    "\"size\": %u, \"position\": {\"uniform\": {\"extent\": [%u, %u]}}", side *side, side, side
#define MASK  "\"p\": 0.5, \"mask\": {\"circular\": {\"radius\": 10}}"
#define GAUSS "\"p\": {\"distance\": {\"gaussian\": [1, 0, 5]}}"

static spk_network *load(bool grid, const char *connect, uint32_t side)
{
    char position[256], text[1024];
    spk_error err;
    if (grid)
        snprintf(position, sizeof position, GRID);
    else
        snprintf(position, sizeof position, DRAWN);
    snprintf(
        text, sizeof text,
        "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 1, \"populations\": "
        "{\"n\": {\"model\": \"iaf_psc_delta\", %s}}, \"projections\": {\"n->n\": {\"connect\": "
        "{\"rule\": \"pairwise_bernoulli\", %s}, \"weight_mV\": 1, \"delay_ms\": 1}}}",
        position, connect);
    spk_network *net = spk_network_parse(text, strlen(text), "net.json", 0, NULL, &err);
    if (!net) fprintf(stderr, "%s\n", err.text);
    return net;
}

/* The first row lays the units out. */
static int run(const char *name, bool grid, const char *connect, uint32_t side, uint32_t rows)
{
    spk_network *net = load(grid, connect, side);
    if (!net) return 1;
    spk_synapses row = {0};
    spk_error err;
    char what[80];
    double begin = bench_now(), synapses = 0;
    if (spk_connect_row(net, 0, 1, 0, &row, &err)) return 1;
    double ready = bench_now();
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t unit = (uint32_t)((uint64_t)i * 7919 % net->population[0].size);
        if (spk_connect_row(net, 0, 1, unit, &row, &err)) return 1;
        synapses += (double)row.n;
    }
    double time = bench_now() - ready;
    snprintf(what, sizeof what, "%s, %u units: layout", name, side * side);
    bench_line(what, (ready - begin) / net->population[0].size * 1e9, "ns/unit", 0);
    snprintf(what, sizeof what, "%s, %u units: rows", name, side * side);
    bench_line(what, time / synapses * 1e9, "ns/synapse", 0);
    spk_synapses_free(&row);
    spk_network_free(net);
    return 0;
}

int main(int argc, char **argv)
{
    uint32_t rows = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : ROWS;
    int failed = 0;
    for (uint32_t side = 100; side <= 1000; side *= 10)
        failed |= run("grid, mask", true, MASK, side, rows) ||
                  run("drawn, mask", false, MASK, side, rows) ||
                  run("grid, gaussian", true, GAUSS, side, rows);
    return failed;
}
