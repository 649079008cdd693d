/* fuzz_nmnist.c: any bytes as an N-MNIST recording. */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_foreign("nmnist", NULL, data, size);
}
