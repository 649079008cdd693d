/* comm_mpi.c: ranks that MPI has started; the only file that knows MPI.
 *
 * Every meeting begins with one number from each rank: how much it has to give, or that it has failed.
 * Then the lowest rank that failed tells all others why, and there are no more meetings. */
#include "engine/comm.h"

#include "base/memory.h"

#include <fcntl.h>
#include <limits.h>
#include <mpi.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint64_t FAILED = UINT64_MAX;

static int rank, ranks = 1;
static bool over; /* all know that one has failed */
static spk_comm_stats stats;

/* Of the last lists: room that grows. */
static struct {
    uint64_t *word;     /* [ranks] */
    int *count, *begin; /* [ranks] */
    void *all;
    size_t capacity;
} room;

/* One rank prints and writes; what others have to say goes through it. */
static void fall_silent(void)
{
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return;
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
}

void spk_comm_begin(int *argc, char ***argv)
{
    int given;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &given);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    room.word = spk_alloc((size_t)ranks, sizeof *room.word, "ranks", NULL);
    room.count = spk_alloc((size_t)ranks, sizeof *room.count, "ranks", NULL);
    room.begin = spk_alloc((size_t)ranks, sizeof *room.begin, "ranks", NULL);
    if (!room.word || !room.count || !room.begin) MPI_Abort(MPI_COMM_WORLD, SPK_LIMIT);
    if (rank > 0) fall_silent();
}

int spk_comm_end(int status)
{
    free(room.word);
    free(room.count);
    free(room.begin);
    free(room.all);
    MPI_Finalize();
    return status;
}

int spk_comm_rank(void)
{
    return rank;
}

int spk_comm_ranks(void)
{
    return ranks;
}

/* ---- meetings -------------------------------------------------------------------------------- */

/* Some rank has failed: everybody learns why. */
static int spread_failure(spk_error *err)
{
    int first = 0;
    spk_error why = {.code = SPK_BUG};
    over = true;
    while (room.word[first] != FAILED)
        first++;
    if (first == rank && err) why = *err;
    MPI_Bcast(&why, sizeof why, MPI_BYTE, first, MPI_COMM_WORLD);
    if (!err) return -1;
    *err = why;
    return first > 0 ? spk_error_prefix(err, "rank %d of %d", first, ranks) : -1;
}

/* Where `word` is FAILED, *err says why. */
static int meet(uint64_t word, spk_error *err)
{
    if (over) return spk_fail(err, SPK_BUG, "a meeting of ranks after they have parted");
    MPI_Allgather(&word, 1, MPI_UINT64_T, room.word, 1, MPI_UINT64_T, MPI_COMM_WORLD);
    for (int r = 0; r < ranks; r++)
        if (room.word[r] == FAILED) return spread_failure(err);
    return 0;
}

int spk_comm_words(uint64_t mine, uint64_t *all, spk_error *err)
{
    if (meet(mine, err)) return -1;
    memcpy(all, room.word, (size_t)ranks * sizeof *all);
    return 0;
}

int spk_comm_agree(int status, spk_error *err)
{
    return over ? -1 : meet(status ? FAILED : 0, err);
}

/* The lengths of all lists are in room.word: where each begins, and room for them. That they are too
 * long all ranks find alike; one that has no memory cannot tell the others, who wait for its list. */
static int make_room(size_t size, bool needed, size_t *start, spk_error *err)
{
    start[0] = 0;
    for (int r = 0; r < ranks; r++) {
        start[r + 1] = start[r] + (size_t)room.word[r];
        if (start[r + 1] > INT_MAX)
            return spk_fail(err, SPK_LIMIT, "more than %d numbers from all ranks at once", INT_MAX);
        room.count[r] = (int)room.word[r];
        room.begin[r] = (int)start[r];
    }
    const size_t bytes = start[ranks] * size;
    if (needed && bytes > room.capacity &&
        spk_grow(&room.all, &room.capacity, bytes, 1, "what ranks exchange", NULL))
        MPI_Abort(MPI_COMM_WORLD, SPK_LIMIT);
    return 0;
}

int spk_comm_lists(size_t n, const uint32_t *mine, const uint32_t **all, size_t *start,
                   spk_error *err)
{
    if (meet(mine ? n : FAILED, err) || make_room(sizeof *mine, true, start, err)) return -1;
    MPI_Allgatherv(mine, (int)n, MPI_UINT32_T, room.all, room.count, room.begin, MPI_UINT32_T,
                   MPI_COMM_WORLD);
    stats.exchanges++;
    stats.sent += n * sizeof *mine;
    stats.received += (start[ranks] - n) * sizeof *mine;
    *all = room.all;
    return 0;
}

int spk_comm_collect(size_t bytes, const void *mine, const void **all, size_t *start,
                     spk_error *err)
{
    if (meet(bytes, err) || make_room(1, rank == 0, start, err)) return -1;
    MPI_Gatherv(mine, (int)bytes, MPI_BYTE, room.all, room.count, room.begin, MPI_BYTE, 0,
                MPI_COMM_WORLD);
    *all = rank == 0 ? room.all : NULL;
    return 0;
}

void spk_comm_stats_get(spk_comm_stats *out)
{
    *out = stats;
}
