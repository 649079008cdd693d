/* processors.c: how many processors this process may use, which on a shared machine or in a batch
 * job is not how many the machine has. */
#define _GNU_SOURCE
#include "cli/common.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int affinity(void)
{
    cpu_set_t set;
    /* fails only on machines with more processors than the set has room for */
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

/* "200000 100000" in `file` (time per period) is 2 processors; "max" or no file is no limit. */
static int quota_in(const char *file, int limit)
{
    unsigned long long time, period;
    FILE *f = fopen(file, "re");
    if (!f) return limit;
    if (fscanf(f, "%20llu %20llu", &time, &period) == 2 && period > 0) {
        unsigned long long whole = time / period + (time % period != 0);
        if (whole > 0 && whole < (unsigned long long)limit) limit = (int)whole;
    }
    fclose(f);
    return limit;
}

/* The least quota of this process's control group (version 2) and those above it. */
static int control_group_quota(int limit)
{
    char line[1024], file[1100];
    FILE *f = fopen("/proc/self/cgroup", "re");
    if (!f) return limit;
    bool found = false;
    while (!found && fgets(line, sizeof line, f))
        found = strncmp(line, "0::/", 4) == 0;
    fclose(f);
    if (!found) return limit;
    char *path = line + 3;
    path[strcspn(path, "\n")] = '\0';
    for (;;) {
        snprintf(file, sizeof file, "/sys/fs/cgroup%s/cpu.max", path);
        limit = quota_in(file, limit);
        char *slash = strrchr(path, '/');
        if (!slash) return limit;
        *slash = '\0';
    }
}

int spk_usable_processors(void)
{
    int n = control_group_quota(affinity());
    const char *slurm = getenv("SLURM_CPUS_PER_TASK");
    uint64_t task;
    if (slurm && spk_parse_count(slurm, "SLURM_CPUS_PER_TASK", &task, NULL) == 0 && task > 0 &&
        task < 1 << 20)
        n = least(n, (int)task);
    return n > 0 ? n : 1;
}
