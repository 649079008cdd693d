/* room.c: memory that is taken while a network is loaded, before anybody can estimate it: lists of edges
 * and spikes, columns of tables. It is looked at before it is taken. */
#include "base/memory.h"
#include "network/load.h"

#include <inttypes.h>

/* Of what has been read. */
static double held_bytes(const spk_network *net)
{
    double bytes = 0;
    for (size_t i = 0; i < net->populations; i++) {
        const spk_trains *trains = net->population[i].trains;
        if (trains) bytes += (double)trains->n * (sizeof *trains->step + sizeof *trains->unit);
    }
    for (size_t i = 0; i < net->projections; i++) {
        const spk_edges *edges = net->projection[i].edges;
        if (edges) bytes += spk_edges_bytes(edges, net->population[net->projection[i].source].size);
    }
    return bytes;
}

int spk_network_room(const spk_network *net, double bytes, const char *file, bool more, uint64_t n,
                     const char *what, spk_error *err)
{
    const double all = bytes + held_bytes(net);
    if (!(net->limit.bytes > 0) || all <= net->limit.bytes) return 0;
    return spk_fail(err, SPK_LIMIT,
                    "%s: to read %s%" PRIu64 " %s takes about %.1f MB, more than %s", file,
                    more ? "more than " : "", n, what, all / 1e6, net->limit.name);
}

int spk_network_grow(const spk_network *net, void *array, size_t *capacity, size_t n, size_t size,
                     const char *file, const char *what, spk_error *err)
{
    const size_t next = *capacity > 0 ? 2 * *capacity : 16;
    if (n < *capacity) return 0;
    if (spk_network_room(net, (double)next * (double)size, file, true, n, what, err)) return -1;
    return spk_grow(array, capacity, n + 1, size, what, err);
}
