/* together_find_kernel.h: which synapses of a target, listed as indexed.c in lib/engine has them, a
 * postsynaptic spike changes: those whose source has a trace. They are few, as most sources are silent.
 * Once for each width (`place_t`) of the lists. */

static size_t SPK_FIND(together_find)(size_t n, const void *sources, const void *places,
                                      const uint32_t *restrict row,
                                      const uint8_t *restrict has_trace, const void *weight,
                                      size_t bytes, spk_together_synapse *restrict found)
{
    const place_t *restrict source = sources, *restrict place = places;
    uint8_t which[SPK_BLOCK];
    size_t count = 0;
    for (size_t b = 0; b < n; b += SPK_BLOCK) {
        const size_t here = n - b < SPK_BLOCK ? n - b : SPK_BLOCK;
        size_t m = 0;
        for (size_t k = 0; k < here; k++) {
            which[m] = (uint8_t)k;
            m += has_trace[source[b + k]];
        }
        for (size_t i = 0; i < m; i++) {
            const uint32_t j = source[b + which[i]], at = row[j] + place[b + which[i]];
            found[count++] = (spk_together_synapse){.source = j, .at = at};
            __builtin_prefetch((const char *)weight + at * bytes, 1);
        }
    }
    return count;
}
