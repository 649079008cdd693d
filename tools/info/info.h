/* info.h: what the answers of spk-info share; each is one question about one stream. */
#ifndef SPK_INFO_INFO_H
#define SPK_INFO_INFO_H

#include "base/error.h"
#include "cli/program.h"
#include "stream/reader.h"
#include "table/table.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct info {
    const spk_cli *cli;
    const char *path; /* as given; "-" is stdin */
    FILE *out;
    bool json;
    const char *checksum; /* of --checksum */
    spk_table *table;     /* of the answers that are rows, for all streams one */
} info;

/* Answers for the stream at i->path. */
typedef int info_answer(const info *i, spk_error *err);

info_answer info_summary, info_verify, info_digest, info_replay, info_index, info_checksum;

extern const char *const info_index_columns[];

#endif
