/* fuzz_events.c: any bytes as a table of events, CSV or TSV. */
#include "fuzz_foreign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_foreign("csv", NULL, data, size);
}
