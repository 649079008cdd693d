/* words.h: the known word nearest to a mistyped one, for "did you mean". */
#ifndef SPK_BASE_WORDS_H
#define SPK_BASE_WORDS_H

/* Of the NULL-terminated `words`, the only one that `word` (3 letters or more) begins, else the
 * first nearest (edit distance at most 2, or a third of its length), or NULL. */
const char *spk_nearest(const char *word, const char *const *words);

#endif
