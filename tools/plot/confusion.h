/* confusion.h: labels against predictions, as both forms of the confusion plot see them. */
#ifndef SPK_PLOT_CONFUSION_H
#define SPK_PLOT_CONFUSION_H

#include "plot.h"
#include "readout/outcomes.h"

typedef struct confusion {
    char *title;
    spk_outcomes seen;
    bool has_none; /* some sample has no prediction: there is a column for them */
} confusion;

/* Columns of the matrix. */
static inline uint32_t confusion_columns(const confusion *c)
{
    return c->seen.classes + c->has_none;
}

/* Samples of that label; the share of them in a column, 0 when there are none. */
uint64_t confusion_samples(const confusion *c, uint32_t label);
double confusion_share(const confusion *c, uint32_t label, uint32_t column);

#ifdef SPK_CAIRO
page_size confusion_size(const void *figure, double width);
void confusion_draw(const void *figure, page *page);
#endif

#endif
