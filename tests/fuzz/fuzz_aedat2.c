/* fuzz_aedat2.c: any bytes as an AEDAT 2.0 recording. */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_foreign("aedat2", "davis240", data, size);
}
