/* ranks.c: several processes at one network, as mpirun starts them. */
#include "run/ranks.h"

#include "base/memory.h"
#include "cli/message.h"
#include "engine/comm.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static bool is_file(const char *path)
{
    struct stat info;
    return path && strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

int spk_run_check_ranks(const spk_cli *cli, const spk_reader *input, const char *weights,
                        spk_error *err)
{
    const int ranks = spk_comm_ranks();
    if (ranks == 1) return 0;
    if (input && !is_file(spk_operand(cli, 1)))
        return spk_fail(err, SPK_USAGE, "%s: over %d ranks the input is a file, which each reads",
                        spk_reader_name(input), ranks);
    if (weights && !is_file(weights))
        return spk_fail(err, SPK_USAGE, "%s: over %d ranks weights are a file, which each reads",
                        weights, ranks);
    return 0;
}

/* Bytes that this process has had at most. */
static uint64_t memory_peak(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage)) return 0;
#ifdef __APPLE__
    return (uint64_t)usage.ru_maxrss;
#else
    return (uint64_t)usage.ru_maxrss * 1024;
#endif
}

int spk_run_tell_ranks(const spk_cli *cli, spk_error *err)
{
    const int ranks = spk_comm_ranks();
    if (ranks == 1) return 0;
    uint64_t *bytes = spk_alloc((size_t)ranks, sizeof *bytes, "ranks", err), least, most;
    const int status = bytes ? spk_comm_words(memory_peak(), bytes, err) : -1;
    if (status == 0) {
        least = most = bytes[0];
        for (int k = 1; k < ranks; k++) {
            least = bytes[k] < least ? bytes[k] : least;
            most = bytes[k] > most ? bytes[k] : most;
        }
        spk_comm_stats stats;
        spk_comm_stats_get(&stats);
        const double n = stats.exchanges > 0 ? (double)stats.exchanges : 1;
        spk_note(cli, 1,
                 "%d ranks: %.1f to %.1f MB each; %.0f exchanges, in each rank 0 sent %.1f bytes "
                 "and received %.1f",
                 ranks, (double)least / 1e6, (double)most / 1e6, (double)stats.exchanges,
                 (double)stats.sent / n, (double)stats.received / n);
    }
    free(bytes);
    return status;
}
