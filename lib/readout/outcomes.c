/* outcomes.c: see outcomes.h. */
#include "readout/outcomes.h"

#include "base/memory.h"
#include "readout/predictions.h"

#include <stdlib.h>

static void count(spk_outcomes *seen, int32_t label, int32_t class_)
{
    if (label < 0) {
        seen->unlabelled++;
        return;
    }
    const uint32_t column = class_ < 0 ? seen->classes : (uint32_t)class_;
    seen->count[(size_t)label * (seen->classes + 1) + column]++;
    seen->labelled++;
}

static int count_all(spk_outcomes *seen, spk_predictions *predictions, spk_outcomes_visit visit,
                     void *data, spk_error *err)
{
    const spk_sample *sample;
    spk_prediction prediction;
    int more;
    while ((more = spk_predictions_next(predictions, &sample, &prediction, err)) > 0) {
        count(seen, sample->label, prediction.class_);
        if (!visit || sample->label < 0) continue;
        if (spk_predictions_check_scores(predictions, &prediction, err) ||
            visit(data, sample->label, &prediction, err))
            return -1;
    }
    return more;
}

int spk_outcomes_read(spk_outcomes *outcomes, spk_reader *in, const char *population,
                      spk_outcomes_visit visit, void *data, spk_error *err)
{
    const char *name = spk_reader_name(in);
    spk_predictions predictions = {0};
    if (spk_predictions_open(&predictions, in, population, err)) return -1;
    const uint32_t classes = predictions.classes;
    if (classes == 0 || classes > SPK_OUTCOMES_MAX_CLASSES)
        return spk_fail(err, SPK_LIMIT, "%s: %u classes; 1 to %d can be counted", name, classes,
                        SPK_OUTCOMES_MAX_CLASSES);
    outcomes->classes = classes;
    outcomes->count = spk_alloc((size_t)classes * (classes + 1), sizeof *outcomes->count,
                                "the confusion matrix", err);
    if (!outcomes->count) return -1;
    const int status = count_all(outcomes, &predictions, visit, data, err);
    spk_predictions_free(&predictions);
    if (status) return -1;
    if (outcomes->labelled == 0)
        return spk_fail(err, SPK_DATA, "%s: no labelled predictions", name);
    return 0;
}

void spk_outcomes_free(spk_outcomes *outcomes)
{
    free(outcomes->count);
    outcomes->count = NULL;
}
