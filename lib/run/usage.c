/* usage.c: from /proc, as getrusage's peak is that of the program that started this one where that
 * was larger. */
#include "run/usage.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

double spk_usage_cpu(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

/* The line "key:  N kB" of /proc/self/status, in bytes. */
static double status(const char *key)
{
    char line[256];
    unsigned long long kilobytes;
    double bytes = NAN;
    FILE *f = fopen("/proc/self/status", "re");
    if (!f) return NAN;
    while (isnan(bytes) && fgets(line, sizeof line, f))
        if (strncmp(line, key, strlen(key)) == 0 &&
            sscanf(line + strlen(key), ": %20llu kB", &kilobytes) == 1)
            bytes = 1024.0 * (double)kilobytes;
    fclose(f);
    return bytes;
}

double spk_usage_bytes(void)
{
    return status("VmRSS");
}

double spk_usage_peak(void)
{
    return status("VmHWM");
}
