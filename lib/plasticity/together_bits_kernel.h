/* together_bits_kernel.h: together_find_kernel.h for sources that are bits: a word tells at once which of
 * 64 sources are connected and have a trace; a synapse's number is that of the bits before its own. */

static size_t SPK_KERNEL(together_find_bits)(const spk_together_column *column,
                                             spk_together_synapse *restrict found)
{
    const uint64_t *restrict source = column->source, *restrict has_trace = column->has_trace;
    const uint16_t *restrict place = column->place;
    size_t count = 0, first = 0;
    for (size_t b = 0; b < column->n; b++) {
        const uint64_t all = source[b];
        for (uint64_t left = all & has_trace[b]; left > 0; left &= left - 1) {
            const uint64_t before = (left & -left) - 1;
            const uint32_t j = (uint32_t)(64 * b) + (uint32_t)__builtin_ctzll(left);
            const size_t k = first + (size_t)__builtin_popcountll(all & before);
            found[count++] = (spk_together_synapse){.source = j, .at = column->row[j] + place[k]};
        }
        first += (size_t)__builtin_popcountll(all);
    }
    return count;
}

/* Eight bytes at a time: the product has their lowest bits in its highest byte. */
static void SPK_KERNEL(together_bits)(size_t n, const uint8_t *restrict byte,
                                      uint64_t *restrict bits)
{
    for (size_t i = 0; i < n; i += 64) {
        uint64_t word = 0;
        for (size_t k = i; k < i + 64 && k < n; k += 8) {
            uint64_t eight = 0;
            memcpy(&eight, byte + k, n - k < 8 ? n - k : 8);
            word |= (eight * UINT64_C(0x0102040810204080) >> 56) << (k - i);
        }
        bits[i / 64] = word;
    }
}
