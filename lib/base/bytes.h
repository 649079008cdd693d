/* bytes.h: little-endian numbers at any address; what is on disk is never cast to a struct. */
#ifndef SPK_BASE_BYTES_H
#define SPK_BASE_BYTES_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SPK_SWAP16(x) __builtin_bswap16(x)
#define SPK_SWAP32(x) __builtin_bswap32(x)
#define SPK_SWAP64(x) __builtin_bswap64(x)
#else
#define SPK_SWAP16(x) (x)
#define SPK_SWAP32(x) (x)
#define SPK_SWAP64(x) (x)
#endif

#define SPK_DEFINE_LE(bits)                                                                        \
    static inline uint##bits##_t spk_get##bits(const void *from)                                   \
    {                                                                                              \
        uint##bits##_t value;                                                                      \
        memcpy(&value, from, sizeof value);                                                        \
        return (uint##bits##_t)SPK_SWAP##bits(value);                                              \
    }                                                                                              \
    static inline void spk_put##bits(void *to, uint##bits##_t value)                               \
    {                                                                                              \
        value = (uint##bits##_t)SPK_SWAP##bits(value);                                             \
        memcpy(to, &value, sizeof value);                                                          \
    }

SPK_DEFINE_LE(16)
SPK_DEFINE_LE(32)
SPK_DEFINE_LE(64)
#undef SPK_DEFINE_LE

#endif
