/* words.c: edit distance (Levenshtein), bounded by the short words it is used on. */
#include "base/words.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LONGEST = 64 };

static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), row[LONGEST + 1];
    if (n > LONGEST || m > LONGEST) return SIZE_MAX;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[m];
}

const char *spk_nearest(const char *word, const char *const *words)
{
    size_t limit = strlen(word) / 3 > 2 ? strlen(word) / 3 : 2;
    size_t least = limit + 1;
    const char *best = NULL;
    for (; *words; words++) {
        size_t d = distance(word, *words);
        if (d < least) {
            least = d;
            best = *words;
        }
    }
    return best;
}
