/* interval.c: ratios of counts and their 95 % intervals, Wilson's score interval (Wilson 1927). */
#include "method.h"

#include "table/table.h"

#include <math.h>

double ratio_of(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : (double)NAN;
}

/* For whole > 0. */
static void wilson(uint64_t part, uint64_t whole, double *low, double *high)
{
    const double z = 1.959963984540054; /* the 97.5 % point of the normal distribution */
    const double m = (double)whole, p = (double)part / m;
    const double middle = p + z * z / (2 * m);
    const double half = z * sqrt(p * (1 - p) / m + z * z / (4 * m * m));
    *low = part ? (middle - half) / (1 + z * z / m) : 0;
    *high = part < whole ? (middle + half) / (1 + z * z / m) : 1;
}

void put_interval(spk_table *table, uint64_t part, uint64_t whole)
{
    double low = (double)NAN, high = (double)NAN;
    if (whole) wilson(part, whole, &low, &high);
    spk_table_derived(table, low);
    spk_table_derived(table, high);
}
