/* digest.h: XXH3-128 as 32 lower-case hexadecimal digits, most significant first (as `xxh128sum`
 * prints it). */
#ifndef SPK_STREAM_DIGEST_H
#define SPK_STREAM_DIGEST_H

#include <stddef.h>
#include <stdint.h>

void spk_digest_hex(uint64_t low, uint64_t high, char hex[33]);
void spk_digest_bytes(const void *bytes, size_t n, char hex[33]);

#endif
