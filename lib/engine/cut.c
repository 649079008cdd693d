/* cut.c: populations cut into another number of parts while the network is in motion.
 *
 * A checkpoint does not depend on parts. So the state is saved, what lies by parts is made anew,
 * and the state is put back. What a presentation has recorded, and its source's draws, are whole
 * populations' and stay where they are. */
#include "base/now.h"
#include "engine/internal.h"

#include <stdlib.h>

int engine_cut(spk_engine *e, size_t parts, spk_error *err)
{
    void *state;
    size_t size;
    if (spk_engine_save(e, &state, &size, err)) return -1;
    engine_projections_free(e);
    e->parts = parts;
    int status = 0;
    for (size_t i = 0; status == 0 && i < e->net->populations; i++)
        status = engine_population_cut(e, &e->population[i], err);
    if (status == 0) status = engine_projections_build(e, err);
    if (status == 0) status = spk_engine_restore(e, state, size, e->net->name, err);
    free(state);
    return status;
}

/* Keeping the state a second time must not matter. */
static bool is_light(const spk_engine *e)
{
    static const double most = 256e6; /* bytes */
    double bytes = 0;
    for (size_t a = 0; a < e->arrays; a++)
        bytes += (double)e->array[a].rows * (double)e->array[a].cols *
                 (double)spk_dtype_bytes(e->array[a].dtype);
    return bytes < most;
}

/* Lists of synapses name a part's units by 16 bits. */
static bool fits_one_part(const spk_engine *e)
{
    for (size_t i = 0; i < e->net->populations; i++)
        if (e->population[i].padded > UINT16_MAX) return false;
    return true;
}

void engine_cut_start(spk_engine *e, uint64_t since)
{
    const uint64_t now = spk_now();
    engine_pace_start(&e->pace, (double)(now - since), (double)now,
                      is_light(e) && fits_one_part(e));
}

int engine_cut_choose(spk_engine *e, uint64_t *steps, spk_error *err)
{
    size_t parts = engine_pace_choose(&e->pace, (double)spk_now(), steps);
    return parts == e->parts ? 0 : engine_cut(e, parts, err);
}
