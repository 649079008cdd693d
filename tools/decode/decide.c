/* decide.c: from scores to a class. */
#include "method.h"

int32_t decide(uint32_t classes, const double *sum, double least, float *score)
{
    int32_t best = -1;
    double highest = least;
    for (uint32_t c = 0; c < classes; c++) {
        score[c] = (float)sum[c];
        if (sum[c] > highest) {
            highest = sum[c];
            best = (int32_t)c;
        }
    }
    return best;
}
