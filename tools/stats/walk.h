/* walk.h: a spike stream, told to the statistics of its populations. */
#ifndef SPK_STATS_WALK_H
#define SPK_STATS_WALK_H

#include "stats.h"
#include "table/table.h"

typedef struct stats_population {
    stats_place place;
    uint32_t id;     /* of its channel */
    size_t at;       /* samples of the queue that have begun */
    bool inside;     /* the last of these has not ended */
    stats_span span; /* of it */
    void *state[STATS_MOST_PARTS];
} stats_population;

typedef struct stats_walk {
    const spk_cli *cli;
    const stats_method *method;
    size_t n;
    stats_population *population;
    uint64_t from, until; /* ticks; UINT64_MAX: to the end */
    size_t queued, room;  /* samples that not every population has left behind */
    struct queued_sample *queue;
    bool sampled;   /* there are SAMPLE records */
    uint64_t reach; /* one more than the last tick of a spike */
    uint64_t group; /* of records: what came in an earlier one is complete */
} stats_walk;

/* The read and the release of a method of spikes. The result is a stats_walk. */
void *walk_read(const spk_cli *cli, spk_reader *in, spk_error *err);
void walk_release(void *walk);

/* The rows of one population. */
typedef int walk_rows(const stats_walk *w, const stats_population *p, spk_table *table,
                      spk_error *err);
/* A table of the rows of all. */
int walk_print(const stats_walk *w, const char *const *columns, walk_rows *put, FILE *out,
               spk_error *err);

#endif
