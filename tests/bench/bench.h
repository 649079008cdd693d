/* bench.h: what benchmarks share: clocks, medians, and the one form of a line.
 *
 * A line is a name, a figure with its unit, and the figure's goal, where there is one, with the ratio to
 * it. A goal is met by a ratio that is printed as 1.00 or more; tests/bench/run counts these words. */
#ifndef SPK_TEST_BENCH_H
#define SPK_TEST_BENCH_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Processor time is not disturbed by other programs; threads need wall time (CLOCK_MONOTONIC). */
static inline double bench_seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline double bench_now(void)
{
    return bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static inline int bench_by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double bench_median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, bench_by_size);
    return x[n / 2];
}

static inline void bench_figure(const char *name, double figure, const char *unit)
{
    int digits = fabs(figure) < 10 ? 3 : fabs(figure) < 100 ? 2 : 0;
    printf("%-56s %7.*f %-13s", name, digits, figure, unit);
}

static inline void bench_ratio(double goal, double ratio)
{
    printf(" goal %4.*f  ratio %6.2f  %s\n",
           goal < 2    ? 2
           : goal < 10 ? 1
                       : 0,
           goal, ratio, lround(100 * ratio) >= 100 ? "met" : "MISSED");
}

/* At least `goal`; 0: there is none. */
static inline void bench_line(const char *name, double figure, const char *unit, double goal)
{
    bench_figure(name, figure, unit);
    if (goal > 0)
        bench_ratio(goal, figure / goal);
    else
        printf(" goal    -  ratio      -\n");
    fflush(stdout); /* a child must not print it again */
}

/* At most `goal`. */
static inline void bench_at_most(const char *name, double figure, const char *unit, double goal)
{
    bench_figure(name, figure, unit);
    bench_ratio(goal, goal / figure);
    fflush(stdout);
}

#endif
