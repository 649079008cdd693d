/* together_find_kernel.h: which synapses of a target a postsynaptic spike changes: those whose source has
 * a trace. They are few, as most sources are silent. Once for each width (`place_t`) of lists. */

static size_t SPK_FIND(together_find)(const spk_together_column *column,
                                      spk_together_synapse *restrict found)
{
    const place_t *restrict source = column->source, *restrict place = column->place;
    const uint8_t *restrict has_trace = column->has_trace;
    uint8_t which[SPK_BLOCK];
    size_t count = 0;
    for (size_t b = 0; b < column->n; b += SPK_BLOCK) {
        const size_t here = column->n - b < SPK_BLOCK ? column->n - b : SPK_BLOCK;
        size_t m = 0;
        for (size_t k = 0; k < here; k++) {
            which[m] = (uint8_t)k;
            m += has_trace[source[b + k]];
        }
        for (size_t i = 0; i < m; i++) {
            const uint32_t k = (uint32_t)b + which[i], j = source[k];
            found[count++] = (spk_together_synapse){.source = j, .at = column->row[j] + place[k]};
        }
    }
    return count;
}
