/* readout_kernels.c: the optimizers' loops, compiled once per instruction set. */
#include "readout/readout_table.h"

#include "base/real.h"
#include "readout/optimizer_kernel.h"

const spk_readout_table SPK_KERNEL(spk_readout) = {
    .adam = SPK_KERNEL(adam),
    .adadelta = SPK_KERNEL(adadelta),
};
