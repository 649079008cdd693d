/* words.c: "did you mean": the word that fewest typing slips lead to. */
#include "base/words.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 64, FEW = 2 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap neighbours) from a to b; LONGEST when one is too long. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n >= LONGEST || m >= LONGEST) return LONGEST;
    size_t row[3][LONGEST + 1] = {{0}};
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = least(before[j] + 1, now[j - 1] + 1);
            now[j] = least(now[j], before[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], earlier[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

/* The only word that `start`, of at least three letters, begins; or NULL. */
static const char *completed(const char *start, const char *const *words)
{
    const char *found = NULL;
    size_t n = strlen(start);
    for (; n >= 3 && *words; words++)
        if (strncmp(*words, start, n) == 0) {
            if (found) return NULL;
            found = *words;
        }
    return found;
}

const char *spk_nearest(const char *word, const char *const *words)
{
    const char *nearest = completed(word, words);
    if (nearest) return nearest;
    size_t length = strlen(word), third = length / 3;
    size_t limit = third > FEW ? third : FEW;
    /* something of the word must be left: "ab" is not a misspelt "xy" */
    size_t best = length == 0 ? 0 : least(limit, length - 1) + 1;
    for (const char *const *w = words; *w; w++) {
        size_t d = distance(word, *w);
        if (d >= best || d == LONGEST) continue;
        best = d;
        nearest = *w;
    }
    return nearest;
}

const char *spk_suggest(const char *word, const char *const *words, char *text, size_t size)
{
    const char *near = spk_nearest(word, words);
    if (near) {
        snprintf(text, size, " (did you mean \"%s\"?)", near);
        return text;
    }
    snprintf(text, size, " (known: %s", *words ? "" : "none");
    const char *between = "";
    size_t used = strlen(text);
    for (; *words && used + 2 < size; used = strlen(text)) {
        snprintf(text + used, size - used - 1, "%s%s", between, *words++);
        between = ", ";
    }
    snprintf(text + used, size - used, ")");
    return text;
}
