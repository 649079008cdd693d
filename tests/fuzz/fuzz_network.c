/* fuzz_network.c: any text as a network file, and, behind a zero byte, a --set assignment.
 *
 * Text in memory may name no other files, so none is opened. A text that loads must expand to one that loads to the same; the first and last row of each
 * projection must keep their promises. */
#include "network/connect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(int kept, const char *what)
{
    if (kept) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check_row(const spk_network *net, uint32_t p, uint32_t i, spk_synapses *row)
{
    const spk_projection *projection = &net->projection[p];
    bool by_source = spk_connect_by_source(projection);
    uint32_t others = net->population[by_source ? projection->target : projection->source].size;
    spk_error err = {0};
    if (spk_connect_row(net, p, 1, i, row, &err)) {
        promise(err.code == SPK_LIMIT && err.text[0], "a row fails for lack of memory only");
        return;
    }
    for (size_t k = 0; k < row->n; k++) {
        promise(row->other[k] < others, "a partner exists");
        promise(k == 0 || row->other[k - 1] <= row->other[k], "a row is sorted");
        promise(row->delay[k] >= projection->min_delay && row->delay[k] <= projection->max_delay,
                "delays keep their bounds");
        promise(row->weight[k] - row->weight[k] == 0, "weights are finite");
    }
}

/* Laying out units takes memory and time as there are units. */
static int is_small(const spk_network *net, const spk_projection *p)
{
    return (net->population[p->source].size < 100000 && net->population[p->target].size < 100000) ||
           !(p->spatial || spk_value_of_distance(&p->weight) ||
             spk_value_of_distance(&p->delay_ms));
}

static void check_projection(const spk_network *net, uint32_t p)
{
    const spk_projection *projection = &net->projection[p];
    uint32_t from = projection->source, to = projection->target;
    uint32_t rows = net->population[spk_connect_by_source(projection) ? from : to].size;
    spk_error err = {0};
    char digest[33];
    spk_synapses row = {0};
    promise(spk_connect_structure(net, p, 1, digest, &err) == 0, "a structure has a digest");
    if (spk_connect_count(net, p) > 1e5 * rows || projection->count > 100000) return;
    if (!is_small(net, projection)) return;
    check_row(net, p, 0, &row);
    check_row(net, p, rows - 1, &row);
    spk_synapses_free(&row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *zero = size ? memchr(text, 0, size) : NULL;
    size_t bytes = zero ? (size_t)(zero - text) : size;
    char set[256] = "";
    const char *sets[] = {set};
    if (zero) snprintf(set, sizeof set, "%.*s", (int)(size - bytes - 1), zero + 1);
    spk_error err = {0};
    spk_network *net = spk_network_parse(text, bytes, "net.json", set[0] != 0, sets, &err);
    if (!net) {
        promise(err.code != SPK_OK && err.text[0], "a refusal has its reason");
        return 0;
    }
    spk_network *again =
        spk_network_parse(net->expanded, strlen(net->expanded), "expanded", 0, NULL, &err);
    if (!again) fprintf(stderr, "%s\n", err.text);
    promise(again && strcmp(net->expanded, again->expanded) == 0, "expanding is done once");
    for (uint32_t p = 0; p < net->projections; p++)
        check_projection(net, p);
    spk_network_free(again);
    spk_network_free(net);
    return 0;
}
