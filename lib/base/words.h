/* words.h: the known word nearest to a mistyped one, for "did you mean". */
#ifndef SPK_BASE_WORDS_H
#define SPK_BASE_WORDS_H

/* Of the NULL-terminated `words`, the first nearest to `word` (edit distance at most 2, or a third
 * of its length), or NULL. */
const char *spk_nearest(const char *word, const char *const *words);

#endif
