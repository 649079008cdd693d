/* target.h: the file that -o names: an input is not overwritten, nor is a file of another kind.
 *
 * "-o net.json" for "-o new.json" is more likely a slip than a wish. What a file is, its beginning
 * tells; an empty one is of every kind. */
#ifndef SPK_FILTER_TARGET_H
#define SPK_FILTER_TARGET_H

#include "cli/output.h"
#include "cli/program.h"

typedef enum spk_file_kind {
    SPK_FILE_OTHER,  /* none of those below */
    SPK_FILE_EVENTS, /* a recording in the format of another program, which may be any bytes */
    SPK_FILE_STREAM,
    SPK_FILE_TEXT, /* tables, scripts, pictures made of characters */
    SPK_FILE_NETWORK,
    SPK_FILE_PNG,
    SPK_FILE_SVG,
    SPK_FILE_PDF
} spk_file_kind;

/* Open the output that the common options ask for, to be written as a file of this kind. Without
 * --force, SPK_USAGE when it is an operand or a side input of this program, by whatever name, or
 * exists and is of another kind. */
spk_output *spk_target_open(const spk_cli *cli, spk_file_kind kind, spk_error *err) SPK_NODISCARD;

#endif
