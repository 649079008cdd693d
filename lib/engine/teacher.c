/* teacher.c: the spikes of a population that is taught, while the network learns.
 *
 * The unit whose number is the sample's label fires in each step of the presentation with probability
 * rate x dt (at most 1), independently; no other unit does, nor any during rest or where there is no
 * label. Draw d of a presentation is that of its step d: word d % 4 of the Philox block {0, a << 16 |
 * s >> 32, low word of s, d / 4} in attempt a of sample s, purpose "population/NAME/teacher". So nothing
 * is kept from one step to the next. */
#include "base/memory.h"
#include "engine/internal.h"
#include "random/random.h"

#include <stdio.h>
#include <stdlib.h>

struct engine_teacher {
    spk_key key;
    double chance; /* of a spike in one step */
};

int engine_teacher_build(spk_engine *e, engine_population *p, spk_error *err)
{
    char purpose[SPK_NAME_MAX + 32];
    if (!p->spec->taught || !e->learning) return 0;
    engine_teacher *teacher = p->teacher = spk_alloc(1, sizeof *teacher, "a teacher", err);
    if (!teacher) return -1;
    snprintf(purpose, sizeof purpose, "population/%s/teacher", p->spec->name);
    teacher->key = spk_random_key(e->options.input_seed, purpose);
    teacher->chance = p->spec->teacher[SPK_TEACHER_RATE].a * e->net->dt_ms / 1000;
    return 0;
}

void engine_teacher_free(engine_teacher *teacher)
{
    free(teacher);
}

size_t engine_teacher_fires(const spk_engine *e, const engine_population *p, size_t part,
                            uint64_t t, uint32_t *spikes)
{
    const uint64_t draw = e->done + (t - e->now);
    const uint32_t unit = (uint32_t)e->label;
    uint32_t word[4];
    if (e->label < 0 || e->resting || unit < p->part[part].begin || unit >= p->part[part].end)
        return 0;
    const uint32_t counter[4] = {0, engine_address(e), (uint32_t)e->sample, (uint32_t)(draw / 4)};
    spk_philox(p->teacher->key, counter, word);
    spikes[0] = unit;
    return spk_uniform32(word[draw % 4]) < p->teacher->chance;
}
