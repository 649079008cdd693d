/* fuzz_dat.c: any bytes as a DAT recording. */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_foreign("dat", NULL, data, size);
}
