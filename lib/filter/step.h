/* step.h: this program's step in the history of its output. Internal to lib/filter. */
#ifndef SPK_FILTER_STEP_H
#define SPK_FILTER_STEP_H

#include "filter/filter.h"

/* The union of the inputs' histories, and behind it this program's own step, into an initialised
 * `history`; see spk_filter_history. */
int spk_step_append(spk_provenance *history, const spk_cli *cli, size_t inputs,
                    const spk_origin *input, size_t files, const char *const *file,
                    spk_error *err) SPK_NODISCARD;

#endif
