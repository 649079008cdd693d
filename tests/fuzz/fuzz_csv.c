/* fuzz_csv.c: the first byte chooses options, the others are a file of CSV or TSV (or PGM, PPM). */
#include "fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const column[] = {NULL, "2", "label", "1"};
    if (size == 0) return 0;
    input_options options = {.label_column = column[data[0] & 3],
                             .header = (input_header)((data[0] >> 2 & 3) % 3),
                             .rgb = data[0] >> 4 & 1 ? RGB_CHANNELS : RGB_LUMA};
    return fuzz_input(data + 1, size - 1, &options);
}
