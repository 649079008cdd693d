/* pieces.h: how many steps are run before what they recorded is handed on.
 *
 * Pieces of any size give the same bytes. Long ones cost least; they are short enough that what is
 * recorded of one fits in little memory, and that a reader at the other end of a pipe does not wait
 * long, however slow the network is. */
#ifndef SPK_RUN_PIECES_H
#define SPK_RUN_PIECES_H

#include "network/network.h"

#include <stdint.h>

typedef struct spk_pieces {
    uint64_t steps; /* of the next piece */
    uint64_t most;
    double goal_ns; /* that it should take at most */
} spk_pieces;

/* For what `net` records. `latency_ns`: after which everything should have been passed on; 0: nobody
 * said. */
spk_pieces spk_pieces_of(const spk_network *net, uint64_t latency_ns);

/* A piece of `steps` took `ns`. */
void spk_pieces_note(spk_pieces *p, uint64_t steps, uint64_t ns);

#endif
