/* fuzz_aedat3.c: any bytes as an AEDAT 3.1 recording. */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_foreign("aedat3", NULL, data, size);
}
