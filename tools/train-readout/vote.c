/* vote.c: each unit votes for the class it responded to most (Diehl & Cook 2015, section 2.5;
 * BindsNET's assign_labels): the class with the highest mean spike count per sample of that class.
 */
#include "method.h"

double mean_response(const responses *seen, uint32_t class_, uint32_t unit)
{
    const uint64_t n = seen->samples[class_];
    return n ? (double)seen->spikes[(size_t)class_ * seen->units + unit] / (double)n : 0;
}

void assign_classes(const responses *seen, spk_readout *readout)
{
    for (uint32_t unit = 0; unit < seen->units; unit++) {
        double best = 0;
        readout->assignment[unit] = -1;
        for (uint32_t c = 0; c < seen->classes; c++) {
            const double mean = mean_response(seen, c, unit);
            if (mean > best) {
                best = mean;
                readout->assignment[unit] = (float)c;
            }
        }
    }
}

const training_method vote_method = {
    .base = {.name = "vote",
             .help = "each unit votes for the class with its highest mean response"},
    .fit = assign_classes,
};
