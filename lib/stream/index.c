/* index.c: writing and finding the trailer.
 *
 *     u32 0x184D2A53, u32 bytes | entries of 48 bytes | u64 compressed size before the trailer,
 *     u64 logical size, u64 end magic
 *     u32 0x184D2A5E, u32 bytes | entries {u32 compressed, u32 logical, u32 sum} | u32 entries,
 *     u8 0x80 (with sums), u32 0x8F92EAB1
 */
#include "stream/index.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FRAME_HEAD = 8, SEEK_ENTRY = 12, SEEK_TAIL = 9, WITH_SUMS = 0x80 };

void spk_index_free(spk_index *index)
{
    free(index->entry);
    *index = (spk_index){0};
}

static void put_entry(unsigned char at[SPK_INDEX_ENTRY_BYTES], const spk_index_entry *e)
{
    spk_put64(at, e->compressed);
    spk_put64(at + 8, e->logical);
    spk_put64(at + 16, e->first_tick);
    spk_put64(at + 24, e->last_tick);
    spk_put64(at + 32, e->spikes);
    spk_put32(at + 40, e->kinds);
    spk_put32(at + 44, e->sum);
}

static void get_entry(const unsigned char at[SPK_INDEX_ENTRY_BYTES], spk_index_entry *e)
{
    *e = (spk_index_entry){spk_get64(at),      spk_get64(at + 8),  spk_get64(at + 16),
                           spk_get64(at + 24), spk_get64(at + 32), spk_get32(at + 40),
                           spk_get32(at + 44)};
}

static int put_frame_head(spk_packer *out, uint32_t magic, size_t bytes, spk_error *err)
{
    unsigned char head[FRAME_HEAD];
    spk_put32(head, magic);
    spk_put32(head + 4, (uint32_t)bytes);
    return spk_packer_raw(out, head, sizeof head, err);
}

static size_t time_index_bytes(const spk_index *index)
{
    return index->n * SPK_INDEX_ENTRY_BYTES + SPK_INDEX_TAIL_BYTES;
}

static int put_time_index(const spk_index *index, spk_packer *out, spk_error *err)
{
    if (put_frame_head(out, SPK_INDEX_MAGIC, time_index_bytes(index), err)) return -1;
    for (size_t i = 0; i < index->n; i++) {
        unsigned char bytes[SPK_INDEX_ENTRY_BYTES];
        put_entry(bytes, &index->entry[i]);
        if (spk_packer_raw(out, bytes, sizeof bytes, err)) return -1;
    }
    unsigned char tail[SPK_INDEX_TAIL_BYTES];
    spk_put64(tail, index->compressed);
    spk_put64(tail + 8, index->logical);
    spk_put64(tail + 16, SPK_INDEX_END_MAGIC);
    return spk_packer_raw(out, tail, sizeof tail, err);
}

static int put_seek_entry(spk_packer *out, uint64_t compressed, uint64_t logical, uint32_t sum,
                          spk_error *err)
{
    unsigned char bytes[SEEK_ENTRY];
    spk_put32(bytes, (uint32_t)compressed);
    spk_put32(bytes + 4, (uint32_t)logical);
    spk_put32(bytes + 8, sum);
    return spk_packer_raw(out, bytes, sizeof bytes, err);
}

/* The time index is a frame of this table too, with no content. */
static int put_seek_table(const spk_index *index, spk_packer *out, spk_error *err)
{
    size_t entries = index->n + 1;
    if (put_frame_head(out, SPK_SEEK_MAGIC, entries * SEEK_ENTRY + SEEK_TAIL, err)) return -1;
    for (size_t i = 0; i < index->n; i++) {
        const spk_index_entry *e = &index->entry[i];
        int last = i + 1 == index->n;
        uint64_t compressed_end = last ? index->compressed : e[1].compressed;
        uint64_t logical_end = last ? index->logical : e[1].logical;
        if (put_seek_entry(out, compressed_end - e->compressed, logical_end - e->logical, e->sum,
                           err))
            return -1;
    }
    if (put_seek_entry(out, FRAME_HEAD + time_index_bytes(index), 0, 0, err)) return -1;
    unsigned char tail[SEEK_TAIL];
    spk_put32(tail, (uint32_t)entries);
    tail[4] = WITH_SUMS;
    spk_put32(tail + 5, SPK_SEEK_END_MAGIC);
    return spk_packer_raw(out, tail, sizeof tail, err);
}

int spk_index_write(const spk_index *index, spk_packer *out, spk_error *err)
{
    if (time_index_bytes(index) > UINT32_MAX) return 0; /* 180 TB: such a file has no index */
    return put_time_index(index, out, err) || put_seek_table(index, out, err) ? -1 : 0;
}

/* ---- reading -------------------------------------------------------------------------------- */

/* `n` bytes at `offset`, or false. */
static bool read_at(int fd, void *to, size_t n, uint64_t offset)
{
    unsigned char *bytes = to;
    while (n) {
        ssize_t got = pread(fd, bytes, n, (off_t)offset);
        if (got <= 0) return false;
        bytes += got;
        n -= (size_t)got;
        offset += (uint64_t)got;
    }
    return true;
}

/* Where the time index begins and how many bytes it has, from the file's end; 0: there is none. */
static uint64_t find(int fd, uint64_t size, size_t *entries)
{
    unsigned char seek[SEEK_TAIL], tail[SPK_INDEX_TAIL_BYTES], head[FRAME_HEAD];
    if (size < sizeof seek || !read_at(fd, seek, sizeof seek, size - sizeof seek)) return 0;
    if (spk_get32(seek + 5) != SPK_SEEK_END_MAGIC || seek[4] != WITH_SUMS) return 0;
    uint64_t count = spk_get32(seek);
    uint64_t table = FRAME_HEAD + count * SEEK_ENTRY + SEEK_TAIL;
    if (count == 0 || table + sizeof tail > size) return 0;
    uint64_t end = size - table; /* of the time index */
    if (!read_at(fd, tail, sizeof tail, end - sizeof tail)) return 0;
    if (spk_get64(tail + 16) != SPK_INDEX_END_MAGIC) return 0;
    *entries = (size_t)(count - 1);
    uint64_t bytes = *entries * (uint64_t)SPK_INDEX_ENTRY_BYTES + SPK_INDEX_TAIL_BYTES;
    if (bytes + FRAME_HEAD > end) return 0;
    uint64_t begin = end - bytes - FRAME_HEAD;
    if (spk_get64(tail) != begin || !read_at(fd, head, sizeof head, begin)) return 0;
    return spk_get32(head) == SPK_INDEX_MAGIC && spk_get32(head + 4) == bytes ? begin : 0;
}

int spk_index_read(int fd, const char *name, spk_index *index, spk_error *err)
{
    *index = (spk_index){0};
    struct stat file;
    if (fstat(fd, &file)) return spk_fail_errno(err, errno, "%s: cannot read", name);
    if (!S_ISREG(file.st_mode)) return 0;
    size_t entries;
    uint64_t begin = find(fd, (uint64_t)file.st_size, &entries);
    if (!begin) return 0;
    index->entry = spk_alloc(entries, sizeof *index->entry, "the index", err);
    if (!index->entry) return -1;
    index->n = index->capacity = entries;
    index->compressed = begin;
    for (size_t i = 0; i < entries; i++) {
        unsigned char bytes[SPK_INDEX_ENTRY_BYTES];
        if (!read_at(fd, bytes, sizeof bytes, begin + FRAME_HEAD + i * sizeof bytes)) {
            spk_index_free(index);
            return spk_fail(err, SPK_IO, "%s: cannot read the index", name);
        }
        get_entry(bytes, &index->entry[i]);
    }
    unsigned char logical[8];
    if (read_at(fd, logical, sizeof logical,
                begin + FRAME_HEAD + entries * SPK_INDEX_ENTRY_BYTES + 8))
        index->logical = spk_get64(logical);
    return 1;
}
