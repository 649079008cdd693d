/* hyperactive.c: hyperactive units (Hussaini, Milford & Fischer 2023): how often a unit fires in a
 * sample does not matter, but in how many samples it does. */
#include "hyperactive.h"

#include "base/memory.h"

#include <stdlib.h>

typedef struct activity {
    uint64_t samples; /* in which the unit fired, */
    uint64_t last;    /* and the last of them, plus 1 */
} activity;

static void take_spikes(activity *unit, const spk_spikes *spikes)
{
    for (size_t i = 0; i < spikes->n; i++) {
        activity *a = &unit[spikes->unit[i]];
        a->samples += a->last != spikes->sample->number + 1;
        a->last = spikes->sample->number + 1;
    }
}

static int read_activity(spk_reader *in, const spk_channel *channel, activity *unit, spk_error *err)
{
    spk_item item;
    int more;
    while ((more = spk_reader_next(in, &item, err)) > 0)
        if (item.kind == SPK_KIND_SPIKES && item.id == channel->id) take_spikes(unit, &item.spikes);
    return more;
}

int find_hyperactive(spk_reader *in, const char *population, uint32_t units, uint64_t at,
                     bool *muted, uint32_t *n, spk_error *err)
{
    const spk_channel *channel = spk_header_choose(spk_reader_header(in), SPK_CHANNEL_SPIKES,
                                                   population, spk_reader_name(in), err);
    if (!channel) return -1;
    if (channel->size != units)
        return spk_fail(err, SPK_DATA, "%s: %u units of %s; the readout has %u",
                        spk_reader_name(in), channel->size, population, units);
    activity *unit = spk_alloc(units, sizeof *unit, "the units' activity", err);
    if (!unit) return -1;
    const int status = read_activity(in, channel, unit, err);
    for (uint32_t u = 0; u < units && status == 0; u++) {
        muted[u] = unit[u].samples >= at;
        *n += muted[u];
    }
    free(unit);
    return status;
}
