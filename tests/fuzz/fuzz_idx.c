/* fuzz_idx.c: any bytes as an IDX file, plain or gzip. */
#include "fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_input(data, size, &(input_options){0});
}
