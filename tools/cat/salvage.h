/* salvage.h: what is intact of a damaged stream. */
#ifndef SPK_CAT_SALVAGE_H
#define SPK_CAT_SALVAGE_H

#include "cli/program.h"

/* Copy what is intact of the one input; every loss is a warning. Fails with SPK_DATA, after all was
 * written, when anything was lost. */
int salvage(const spk_cli *cli, const char *path, spk_error *err);

#endif
