"""Addressed random numbers as lib/random and lib/network describe them, written again from their
published definitions: Philox4x32-10 (Salmon et al. 2011) and XXH3-64 (the xxHash specification)."""

import math

M32 = 0xFFFFFFFF
M64 = 0xFFFFFFFFFFFFFFFF

# The first 128 bytes of XXH3's default secret.
SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
    "3c2852bb91c300cb88d0658b532ea371644897a20df94e3819ef46a9deacd8a8"
    "fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364ea"
)


def xxh3_64(data):
    """XXH3-64 of 17 to 128 bytes, seed 0."""
    n = len(data)
    assert 17 <= n <= 128

    def u64(b, at):
        return int.from_bytes(b[at:at + 8], "little")

    def mix(at, secret):
        product = (u64(data, at) ^ u64(SECRET, secret)) * (u64(data, at + 8) ^ u64(SECRET, secret + 8))
        return (product ^ product >> 64) & M64

    acc = n * 0x9E3779B185EBCA87 & M64
    pairs = (n - 1) // 32
    for k in range(pairs, -1, -1):
        acc += mix(16 * k, 32 * k) + mix(n - 16 * (k + 1), 32 * k + 16)
    acc &= M64
    acc ^= acc >> 37
    acc = acc * 0x165667919E3779F9 & M64
    return acc ^ acc >> 32


def key(seed, purpose):
    h = xxh3_64(seed.to_bytes(8, "little") + purpose.encode())
    return h & M32, h >> 32


def philox(k, c):
    k0, k1 = k
    c0, c1, c2, c3 = c
    for _ in range(10):
        p0, p1 = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = p1 >> 32 ^ c1 ^ k0, p1 & M32, p0 >> 32 ^ c3 ^ k1, p0 & M32
        k0, k1 = (k0 + 0x9E3779B9) & M32, (k1 + 0xBB67AE85) & M32
    return c0, c1, c2, c3


def uniform53(high, low):
    return (((high << 32 | low) >> 12) + 0.5) * 2.0 ** -52


def uniform(k, owner, number):
    """Number `number` of an owner's uniforms: weights, delays, parameters."""
    words = philox(k, (owner, 0, 0, number // 2))
    half = 2 * (number % 2)
    return uniform53(words[half], words[half + 1])


def exponential(k, unit, word1, word2, number):
    words = philox(k, (unit, word1, word2, number // 2))
    half = 2 * (number % 2)
    return -math.log(uniform53(words[half], words[half + 1]))
