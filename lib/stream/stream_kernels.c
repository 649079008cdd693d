/* stream_kernels.c: one table of kernels for the instruction set it is compiled for. */
#include "stream/stream_kernels.h"

#include "base/simd.h"
#include "stream/gap_kernel.h"
#include "stream/plane_kernel.h"

const spk_stream_kernels SPK_KERNEL(spk_stream_kernels) = {
    .split16 = split16,
    .add_planes32 = add_planes32,
    .pack2 = pack2,
    .pack4 = pack4,
    .unpack = unpack,
    .split32 = split32,
    .split64 = split64,
    .merge16 = merge16,
    .merge32 = merge32,
    .merge64 = merge64,
    .gaps32 = gaps32,
    .expand32 = expand32,
    .sorted = sorted,
};
