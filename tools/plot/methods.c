/* methods.c: the kinds of plot, in the order --help lists them. */
#include "plot.h"

const spk_method *const plot_methods[] = {&raster_method.base,  &trace_method.base,
                                          &weights_method.base, &confusion_method.base,
                                          &curve_method.base,   NULL};
