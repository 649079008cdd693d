/* fuzz_evt2.c: any bytes as an EVT 2.0 recording. */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_foreign("evt2", NULL, data, size);
}
