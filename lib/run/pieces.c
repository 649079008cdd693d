/* pieces.c: the next piece is as long as the last one's time per step allows, but grows by a few
 * times only, as a network's first steps say little about the others. */
#include "run/pieces.h"

enum { MOST = 4096, FIRST = 64, GROWTH = 4 };

static const double traces_bytes = 16 << 20; /* recorded values of a piece */
static const double usual_ns = 50e6;
static const double share = 8; /* of a latency that a piece takes of it: one part in so many */

/* Recorded values of one step. */
static double step_bytes(const spk_network *net)
{
    double bytes = 0;
    for (size_t i = 0; i < net->populations; i++) {
        const spk_population *pop = &net->population[i];
        const spk_record_request *r = &pop->record;
        if (r->variables > 0)
            bytes += (double)r->variables * pop->size * sizeof(double) / (double)r->interval_steps;
    }
    return bytes;
}

static uint64_t clamp(double steps, uint64_t most)
{
    return !(steps > 1) ? 1 : steps < (double)most ? (uint64_t)steps : most;
}

spk_pieces spk_pieces_of(const spk_network *net, uint64_t latency_ns)
{
    double bytes = step_bytes(net);
    spk_pieces p = {.goal_ns = latency_ns > 0 ? (double)latency_ns / share : usual_ns};
    p.most = bytes > 0 ? clamp(traces_bytes / bytes, MOST) : MOST;
    p.steps = p.most < FIRST ? p.most : FIRST;
    return p;
}

void spk_pieces_note(spk_pieces *p, uint64_t steps, uint64_t ns)
{
    double fit = ns > 0 ? p->goal_ns * (double)steps / (double)ns : MOST;
    p->steps = clamp(fit, p->steps < p->most / GROWTH ? p->steps * GROWTH : p->most);
}
