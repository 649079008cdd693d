/* view.h: what the kinds of spk-view share: the stream, what of it is wanted, and how it is shown.
 */
#ifndef SPK_VIEW_VIEW_H
#define SPK_VIEW_VIEW_H

#include "lines.h"
#include "stream/reader.h"

typedef struct view {
    spk_reader *in;
    const spk_header *header;
    FILE *out;
    bool json;
    uint64_t limit;                     /* rows */
    uint64_t first_sample, last_sample; /* of --samples, both shown */
    const char *population, *array;     /* NULL: all */
    uint64_t snapshot;                  /* from 1; 0: all, UINT64_MAX: the last */
    spk_clock clock;
    const char *time_column, *duration_column; /* "time_ms", "duration_ms" */
} view;

/* One way to show a stream. */
typedef int view_show(const view *v, spk_error *err);

view_show view_head, view_samples, view_spikes, view_frames, view_traces, view_predictions,
    view_weights;

/* The rows of this view; at most v->limit of them. */
lines *view_lines(const view *v, const char *const *columns, spk_error *err);

/* The next item of `kind` that lies in a wanted sample and population: 1, 0 at the end or when no
 * wanted one can follow, -1 on failure. */
int view_next(const view *v, spk_kind kind, spk_item *item, spk_error *err);

/* Is that a sample to show? */
static inline bool view_wants_sample(const view *v, uint64_t number)
{
    return number >= v->first_sample && number <= v->last_sample;
}

/* Close `l`; `status` is the loop's, whose failure goes first. */
int view_end(lines *l, int status, spk_error *err);

#endif
