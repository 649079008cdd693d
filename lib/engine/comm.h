/* comm.h: the processes that share a network: ranks.
 *
 * comm.c is for one process; comm_mpi.c, which takes its place in spk-simulate-mpi, is for as many as
 * mpirun or srun start. Every rank runs the whole program with the same arguments, and all must come
 * here together, in the same order. A rank that fails says so where the others wait for it, and then
 * all fail alike; so every rank ends in order, and rank 0, which alone prints and writes, says which
 * rank it was. Only the first thread of a rank may call. */
#ifndef SPK_ENGINE_COMM_H
#define SPK_ENGINE_COMM_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct spk_comm_stats {
    uint64_t exchanges;
    uint64_t sent, received; /* bytes of lists, by this rank */
} spk_comm_stats;

/* First and last in main(). What ranks but the first print is lost from begin() on; end() returns
 * `status`. */
void spk_comm_begin(int *argc, char ***argv);
int spk_comm_end(int status);

int spk_comm_rank(void);  /* from 0 */
int spk_comm_ranks(void); /* 1 or more */

/* all[rank]: what each rank gives. */
int spk_comm_words(uint64_t mine, uint64_t *all, spk_error *err) SPK_NODISCARD;

/* Every rank gives a list of numbers; *all has one behind the other, that of rank r at start[r] up to
 * start[r + 1]. It is valid until the next call. `mine` NULL: this rank has failed, *err says why. */
int spk_comm_lists(size_t n, const uint32_t *mine, const uint32_t **all, size_t *start,
                   spk_error *err) SPK_NODISCARD;

/* Every rank gives bytes, which rank 0 gets in *all, as above; the others get NULL. */
int spk_comm_collect(size_t bytes, const void *mine, const void **all, size_t *start,
                     spk_error *err) SPK_NODISCARD;

/* How this rank did: `status` is 0, or -1 with *err. -1: some rank has failed, *err says which. */
int spk_comm_agree(int status, spk_error *err) SPK_NODISCARD;

void spk_comm_stats_get(spk_comm_stats *stats);

#endif
