/* optimizer.c: see optimizer.h. Threads share the parameters. */
#include "readout/optimizer.h"

#include "base/memory.h"
#include "base/simd.h"
#include "readout/readout_table.h"

#include <stdlib.h>

enum { PART = 4096 };

int spk_optimizer_init(spk_optimizer *o, spk_optimizer_kind kind, size_t n, double rate,
                       double epsilon, spk_error *err)
{
    *o = (spk_optimizer){.kind = kind, .rate = rate, .epsilon = epsilon, .n = n};
    o->power1 = o->power2 = 1;
    o->first = spk_alloc(n, sizeof *o->first, "the optimizer", err);
    o->second = spk_alloc(n, sizeof *o->second, "the optimizer", err);
    return o->first && o->second ? 0 : -1;
}

void spk_optimizer_free(spk_optimizer *o)
{
    free(o->first);
    free(o->second);
    o->first = o->second = NULL;
}

void spk_optimizer_step(spk_optimizer *o, const double *gradient, double *parameter, int threads)
{
    static const spk_readout_table *const tables[] = {&spk_readout_sse2, &spk_readout_avx2,
                                                      &spk_readout_avx512};
    const spk_readout_table *table = tables[spk_simd_level()];
    o->power1 *= SPK_ADAM_BETA1;
    o->power2 *= SPK_ADAM_BETA2;
    const double rate1 = o->rate / (1 - o->power1), scale2 = 1 / (1 - o->power2);
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1 && o->n > 8 * PART)
    for (size_t i = 0; i < o->n; i += PART) {
        const size_t n = o->n - i < PART ? o->n - i : PART;
        if (o->kind == SPK_ADAM)
            table->adam(n, rate1, scale2, o->epsilon, gradient + i, o->first + i, o->second + i,
                        parameter + i);
        else
            table->adadelta(n, o->rate, o->epsilon, gradient + i, o->first + i, o->second + i,
                            parameter + i);
    }
}
