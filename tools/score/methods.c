/* methods.c: the scores, in the order --help lists them. */
#include "method.h"

const spk_method *const score_methods[] = {&accuracy_method.base, &confusion_method.base,
                                           &recall_method.base, &pr_method.base, NULL};
