/* proportion.c: as vote, and for each unit how its mean responses are divided among the classes
 * (BindsNET's proportion weighting): p[u][c] = m[u][c] / sum over classes of m[u]. */
#include "method.h"

static void fit(const responses *seen, spk_readout *readout)
{
    assign_classes(seen, readout);
    for (uint32_t unit = 0; unit < seen->units; unit++) {
        float *row = readout->proportion + (size_t)unit * seen->classes;
        double sum = 0;
        for (uint32_t c = 0; c < seen->classes; c++)
            sum += mean_response(seen, c, unit);
        for (uint32_t c = 0; c < seen->classes; c++)
            row[c] = sum > 0 ? (float)(mean_response(seen, c, unit) / sum) : 0;
    }
}

const training_method proportion_method = {
    .base = {.name = "proportion", .help = "votes weighted by how a unit's responses are divided"},
    .fit = fit,
};
