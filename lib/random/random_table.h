/* random_table.h: the array functions of one instruction set; private to lib/random. */
#ifndef SPK_RANDOM_RANDOM_TABLE_H
#define SPK_RANDOM_RANDOM_TABLE_H

#include "random/poisson.h"
#include "random/random.h"

typedef struct spk_random_table {
    void (*units)(spk_key key, size_t n, const uint32_t *c0, uint32_t c1, uint32_t c2, uint32_t c3,
                  uint32_t *out);
    void (*places)(spk_key key, size_t n, uint32_t c0, uint32_t c1, uint32_t c2, const uint32_t *c3,
                   uint32_t *out);
    void (*draws)(spk_key key, uint32_t c0, uint32_t c1, uint32_t c2, uint32_t first, size_t n,
                  uint32_t *out);
    void (*exponentials)(spk_key key, size_t n, const uint32_t *c0, uint32_t c1, uint32_t c2,
                         const uint32_t *c3, double *out);
    /* draw r of spk_poisson_block, added to what is there, but for r 0 */
    void (*poisson)(const spk_poisson *law, const spk_poisson_stream *from, uint32_t r,
                    uint64_t block, uint32_t first, size_t n, uint32_t *pair);
} spk_random_table;

extern const spk_random_table spk_random_sse2, spk_random_avx2, spk_random_avx512;

const spk_random_table *spk_random_table_choose(void); /* for the running processor */

#endif
