/* ranks.h: several processes at one network, as mpirun starts them: what programs do about them. */
#ifndef SPK_RUN_RANKS_H
#define SPK_RUN_RANKS_H

#include "cli/program.h"
#include "stream/reader.h"

/* Every rank reads the input, which is the second operand (NULL: none is read), and `weights` (NULL: not
 * given): over several ranks these must be files, else SPK_USAGE. */
int spk_run_check_ranks(const spk_cli *cli, const spk_reader *input, const char *weights,
                        spk_error *err) SPK_NODISCARD;

/* With --verbose: memory of a rank, and what ranks have exchanged. All ranks come here together. */
int spk_run_tell_ranks(const spk_cli *cli, spk_error *err) SPK_NODISCARD;

#endif
