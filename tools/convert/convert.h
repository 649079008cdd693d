/* convert.h: what main.c and the two directions share. */
#ifndef CONVERT_CONVERT_H
#define CONVERT_CONVERT_H

#include "cli/program.h"

typedef struct settings {
    spk_common common;
    int from, to; /* 0: told by content; a stream */
    const char *files_from, *shape, *name, *population;
    int label_from, origin, sensor;
    spk_time tick, duration, reorder;
    bool merge;
    uint64_t classes, sample, first_unit;
} settings;

/* The word of a choice "a|b|c" that was chosen. */
const char *choice_word(const char *choices, int chosen, char room[16]);

/* Recordings into a stream; a stream into a recording. */
int convert_in(const spk_cli *cli, spk_error *err);
int convert_out(const spk_cli *cli, spk_error *err);

#endif
