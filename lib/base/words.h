/* words.h: the known word nearest to a mistyped one, for "did you mean". */
#ifndef SPK_BASE_WORDS_H
#define SPK_BASE_WORDS_H

#include <stddef.h>

/* Of the NULL-terminated `words`, the only one that `word` (3 letters or more) begins, else the
 * first nearest (edit distance at most 2, or a third of its length), or NULL. */
const char *spk_nearest(const char *word, const char *const *words);

/* What to write instead of `word`, to stand behind a complaint: " (did you mean \"exc\"?)", or if none
 * is near " (known: exc, inh)", which is cut where `text` ends. Returns `text`. */
const char *spk_suggest(const char *word, const char *const *words, char *text, size_t size);

#endif
