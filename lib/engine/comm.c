/* comm.c: one process, which is alone. */
#include "engine/comm.h"

void spk_comm_begin(int *argc, char ***argv)
{
    (void)argc, (void)argv;
}

int spk_comm_end(int status)
{
    return status;
}

int spk_comm_rank(void)
{
    return 0;
}

int spk_comm_ranks(void)
{
    return 1;
}

int spk_comm_words(uint64_t mine, uint64_t *all, spk_error *err)
{
    (void)err;
    all[0] = mine;
    return 0;
}

int spk_comm_lists(size_t n, const uint32_t *mine, const uint32_t **all, size_t *start,
                   spk_error *err)
{
    (void)err;
    *all = mine;
    start[0] = 0;
    start[1] = n;
    return mine ? 0 : -1;
}

int spk_comm_collect(size_t bytes, const void *mine, const void **all, size_t *start,
                     spk_error *err)
{
    (void)err;
    *all = mine;
    start[0] = 0;
    start[1] = bytes;
    return 0;
}

int spk_comm_agree(int status, spk_error *err)
{
    (void)err;
    return status;
}

void spk_comm_stats_get(spk_comm_stats *stats)
{
    *stats = (spk_comm_stats){0};
}
