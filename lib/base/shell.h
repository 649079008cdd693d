/* shell.h: words as a POSIX shell would have to be told them. */
#ifndef SPK_BASE_SHELL_H
#define SPK_BASE_SHELL_H

#include <stdio.h>

/* Write `word` so that sh reads it back as one word: as it is when nothing in it is special,
 * otherwise in single quotes. */
void spk_shell_word(FILE *out, const char *word);

#endif
