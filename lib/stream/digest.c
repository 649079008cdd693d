/* digest.c: XXH3-128 of bytes and of files. */
#include "stream/digest.h"

#include "base/memory.h"
#include "stream/provenance.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

void spk_digest_hex(uint64_t low, uint64_t high, char hex[33])
{
    snprintf(hex, 33, "%016" PRIx64 "%016" PRIx64, high, low);
}

void spk_digest_bytes(const void *bytes, size_t n, char hex[33])
{
    XXH128_hash_t hash = XXH3_128bits(bytes, n);
    spk_digest_hex(hash.low64, hash.high64, hex);
}

static int digest_fd(int fd, const char *path, XXH3_state_t *state, char *buffer, size_t size,
                     spk_error *err)
{
    for (;;) {
        ssize_t got = read(fd, buffer, size);
        if (got == 0) return 0;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return spk_fail_errno(err, errno, "%s: cannot read", path);
        XXH3_128bits_update(state, buffer, (size_t)got);
    }
}

int spk_digest_file(const char *path, char hex[33], spk_error *err)
{
    enum { BUFFER = 1 << 18 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return spk_fail_errno(err, errno, "%s: cannot open", path);
    int failed = -1;
    XXH3_state_t *state = XXH3_createState();
    char *buffer = spk_alloc(BUFFER, 1, "reading a file", err);
    if (!state) spk_fail(err, SPK_LIMIT, "out of memory for a digest");
    if (state && buffer) {
        XXH3_128bits_reset(state);
        failed = digest_fd(fd, path, state, buffer, BUFFER, err);
    }
    if (!failed) {
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        spk_digest_hex(hash.low64, hash.high64, hex);
    }
    free(buffer);
    XXH3_freeState(state);
    close(fd);
    return failed;
}
