/* random.c: keys, single blocks, and the way to this processor's array functions. */
#include "random/random.h"

#include "base/bytes.h"
#include "base/simd.h"
#include "random/philox.h"
#include "random/random_table.h"

#include <sleef.h>
#include <string.h>

#define XXH_INLINE_ALL /* a state on the stack, whatever version of the library is installed */
#include <xxhash.h>

spk_key spk_random_key(uint64_t seed, const char *purpose)
{
    unsigned char seed_bytes[8];
    spk_put64(seed_bytes, seed);
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    XXH3_64bits_update(&state, seed_bytes, sizeof seed_bytes);
    XXH3_64bits_update(&state, purpose, strlen(purpose));
    uint64_t hash = XXH3_64bits_digest(&state);
    return (spk_key){{(uint32_t)hash, (uint32_t)(hash >> 32)}};
}

void spk_philox(spk_key key, const uint32_t counter[4], uint32_t out[4])
{
    philox_block(key, counter[0], counter[1], counter[2], counter[3], out);
}

double spk_exponential(uint32_t high, uint32_t low)
{
    return -Sleef_cinz_logd1_u35purec(spk_uniform53(high, low));
}

const spk_random_table *spk_random_table_choose(void)
{
    static const spk_random_table *const tables[] = {&spk_random_sse2, &spk_random_avx2,
                                                     &spk_random_avx512};
    return tables[spk_simd_level()];
}

void spk_philox_units(spk_key key, size_t n, const uint32_t *c0, uint32_t c1, uint32_t c2,
                      uint32_t c3, uint32_t *out)
{
    spk_random_table_choose()->units(key, n, c0, c1, c2, c3, out);
}

void spk_philox_places(spk_key key, size_t n, uint32_t c0, uint32_t c1, uint32_t c2,
                       const uint32_t *c3, uint32_t *out)
{
    spk_random_table_choose()->places(key, n, c0, c1, c2, c3, out);
}

void spk_philox_draws(spk_key key, uint32_t c0, uint32_t c1, uint32_t c2, uint32_t first, size_t n,
                      uint32_t *out)
{
    spk_random_table_choose()->draws(key, c0, c1, c2, first, n, out);
}

void spk_random_exponentials(spk_key key, size_t n, const uint32_t *c0, uint32_t c1, uint32_t c2,
                             const uint32_t *c3, double *out)
{
    spk_random_table_choose()->exponentials(key, n, c0, c1, c2, c3, out);
}
