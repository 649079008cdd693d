/* fuzz_evt3.c: any bytes as an EVT 3.0 recording. */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_foreign("evt3", NULL, data, size);
}
