/* bench_codec.c: how small and how fast spikes are, from memory to memory on one core.
 *
 *     bench_codec [MNIST-IMAGES.gz]
 *
 * The Poisson raster is 1000 channels at 20 Hz with a tick of 0.1 ms: its entropy is H(p)/p bits per
 * spike with p = 0.002. The rate-coded images are MNIST's (SPK_DATA/mnist, or the argument). Each
 * time is the median of several runs through the public reader and writer, checksums included;
 * memcpy and plain zstd -1 of the same spikes as {u64, u32} pairs stand beside it. */
#include "bench.h"

#include "stream/reader.h"
#include "stream/writer.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { RUNS = 5, IMAGES = 10000 };

static void stop_on(int failed, const spk_error *err)
{
    if (!failed) return;
    fprintf(stderr, "bench_codec: %s\n", err->text);
    exit(1);
}

static uint64_t random_state = 1;

static double uniform(void) /* (0, 1] */
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    uint64_t x = (random_state ^ random_state >> 33) * 0xff51afd7ed558ccdu;
    return (double)((x ^ x >> 33) >> 11) * 0x1p-53 + 0x1p-53;
}

/* ---- what is measured ----------------------------------------------------------------------- */

typedef struct raster {
    const char *name;
    size_t n, room;
    uint64_t *tick;
    uint32_t *unit;
    uint32_t units;
    size_t samples; /* 0: none */
    uint64_t duration;
    size_t *end; /* of sample s in the spikes */
} raster;

static void add(raster *r, uint64_t tick, uint32_t unit)
{
    if (r->n == r->room) {
        r->room = r->room ? 2 * r->room : 1 << 20;
        r->tick = realloc(r->tick, r->room * sizeof *r->tick);
        r->unit = realloc(r->unit, r->room * sizeof *r->unit);
    }
    r->tick[r->n] = tick;
    r->unit[r->n++] = unit;
}

static spk_header header_of(const raster *r)
{
    spk_error err;
    spk_header h;
    spk_header_init(&h);
    h.tick = spk_rational_of(1, 1000);
    stop_on(!spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "input", r->units, &err), &err);
    return h;
}

static void write_raster(const raster *r, int fd, int level)
{
    spk_error err;
    spk_header h = header_of(r);
    spk_writer_options options = {.level = level};
    spk_writer *w = spk_writer_open(fd, "bench", &h, NULL, &options, &err);
    stop_on(!w, &err);
    if (!r->samples) stop_on(spk_writer_spikes(w, 1, r->n, r->tick, r->unit, &err), &err);
    for (size_t s = 0, at = 0; s < r->samples; at = r->end[s++]) {
        spk_sample sample = {s, s * r->duration, r->duration, 0, 1, NULL};
        stop_on(spk_writer_sample(w, &sample, &err), &err);
        stop_on(spk_writer_spikes(w, 1, r->end[s] - at, r->tick + at, r->unit + at, &err), &err);
    }
    stop_on(spk_writer_end(w, r->samples * r->duration, false, &err), &err);
    spk_writer_close(w);
    spk_header_free(&h);
}

static uint64_t read_raster(const void *data, size_t n)
{
    spk_error err;
    spk_reader *in = spk_reader_open_memory(data, n, "bench", NULL, &err);
    stop_on(!in, &err);
    spk_item item;
    uint64_t spikes = 0;
    int more;
    while ((more = spk_reader_next(in, &item, &err)) > 0)
        if (item.kind == SPK_KIND_SPIKES) spikes += item.spikes.n;
    stop_on(more, &err);
    spk_reader_close(in);
    return spikes;
}

/* The stream in memory, to free(). */
static unsigned char *written(const raster *r, int level, size_t *n)
{
    FILE *file = tmpfile();
    if (!file) exit(3);
    write_raster(r, fileno(file), level);
    fseek(file, 0, SEEK_END);
    *n = (size_t)ftell(file);
    rewind(file);
    unsigned char *data = calloc(*n, 1);
    if (fread(data, 1, *n, file) != *n) exit(3);
    fclose(file);
    return data;
}

static void line(const char *what, const char *which, double figure, const char *unit, double goal)
{
    char name[160];
    snprintf(name, sizeof name, "%s: %s", what, which);
    bench_line(name, figure, unit, goal);
}

/* What is asked of a raster; 0: nothing. */
typedef struct goals {
    double write, read; /* million spikes/s, at least */
    double bits;        /* a spike, at most */
} goals;

static void measure(const raster *r, int level, goals goal)
{
    size_t n;
    unsigned char *data = written(r, level, &n);
    double write_time[RUNS], read_time[RUNS];
    int nowhere = open("/dev/null", O_WRONLY);
    for (int i = 0; i < RUNS; i++) {
        double begin = bench_now();
        write_raster(r, nowhere, level);
        write_time[i] = bench_now() - begin;
        begin = bench_now();
        if (read_raster(data, n) != r->n) exit(1);
        read_time[i] = bench_now() - begin;
    }
    double spikes = (double)r->n, bits = 8 * (double)n / spikes;
    char name[128];
    snprintf(name, sizeof name, level < 0 ? "%s, store" : "%s, level %d", r->name, level);
    line(name, "write", 1e-6 * spikes / bench_median(write_time, RUNS), "M spikes/s", goal.write);
    line(name, "read", 1e-6 * spikes / bench_median(read_time, RUNS), "M spikes/s", goal.read);
    strncat(name, ": size", sizeof name - strlen(name) - 1);
    if (goal.bits > 0)
        bench_at_most(name, bits, "bits/spike", goal.bits);
    else
        bench_line(name, bits, "bits/spike", 0);
    close(nowhere);
    free(data);
}

/* ---- beside it ------------------------------------------------------------------------------ */

static void measure_plain_zstd(const raster *r)
{
    size_t n = r->n * 12, room = ZSTD_compressBound(n), packed = 0;
    unsigned char *pairs = malloc(n), *copy = malloc(n), *out = malloc(room);
    for (size_t i = 0; i < r->n; i++) {
        memcpy(pairs + 12 * i, &r->tick[i], 8);
        memcpy(pairs + 12 * i + 8, &r->unit[i], 4);
    }
    double copied[RUNS], coded[RUNS], decoded[RUNS];
    for (int i = 0; i < RUNS; i++) {
        double a = bench_now();
        memcpy(copy, pairs, n);
        double b = bench_now();
        packed = ZSTD_compress(out, room, pairs, n, 1);
        double c = bench_now();
        ZSTD_decompress(copy, n, out, packed);
        copied[i] = b - a;
        coded[i] = c - b;
        decoded[i] = bench_now() - c;
    }
    double spikes = (double)r->n;
    line("  as pairs, zstd -1", "write", 1e-6 * spikes / bench_median(coded, RUNS), "M spikes/s",
         0);
    line("  as pairs, zstd -1", "read", 1e-6 * spikes / bench_median(decoded, RUNS), "M spikes/s",
         0);
    line("  as pairs, zstd -1", "size", 8 * (double)packed / spikes, "bits/spike", 0);
    line("  as pairs", "memcpy", 1e-6 * spikes / bench_median(copied, RUNS), "M spikes/s", 0);
    free(pairs);
    free(copy);
    free(out);
}

/* ---- rasters -------------------------------------------------------------------------------- */

static raster poisson(const char *name, uint32_t units, double p, size_t n)
{
    raster r = {.name = name, .units = units};
    uint64_t at = 0;
    double scale = 1 / log1p(-p);
    for (size_t i = 0; i < n; i++, at++) {
        at += (uint64_t)(log(uniform()) * scale);
        add(&r, at / units, (uint32_t)(at % units));
    }
    return r;
}

static double entropy_per_spike(double p)
{
    return (-p * log2(p) - (1 - p) * log2(1 - p)) / p;
}

static unsigned char *load_images(const char *path, size_t count)
{
    gzFile file = gzopen(path, "rb");
    if (!file) return NULL;
    unsigned char head[16], *images = calloc(count, 784);
    int ok = gzread(file, head, 16) == 16 &&
             gzread(file, images, (unsigned)(count * 784)) == (int)(count * 784);
    gzclose(file);
    if (ok) return images;
    free(images);
    return NULL;
}

/* Each pixel a Poisson train of rate pixel / 255 * max, in ticks of 1 ms. */
static raster rate_coded(const char *name, const unsigned char *images, size_t count, double max_hz,
                         uint64_t duration)
{
    raster r = {.name = name, .units = 784, .samples = count, .duration = duration};
    r.end = calloc(count, sizeof *r.end);
    unsigned char *spikes = calloc(duration, 784);
    for (size_t s = 0; s < count; s++) {
        memset(spikes, 0, duration * 784);
        for (uint32_t u = 0; u < 784; u++) {
            double rate = images[s * 784 + u] / 255. * max_hz / 1000;
            for (double t = -log(uniform()) / rate; t < (double)duration;
                 t -= log(uniform()) / rate)
                spikes[(size_t)t * 784 + u] = 1;
        }
        for (size_t i = 0; i < duration * 784; i++)
            if (spikes[i]) add(&r, s * duration + i / 784, (uint32_t)(i % 784));
        r.end[s] = r.n;
    }
    free(spikes);
    return r;
}

static void drop(raster *r)
{
    free(r->tick);
    free(r->unit);
    free(r->end);
}

int main(int argc, char **argv)
{
    raster r = poisson("Poisson 1000 ch, 20 Hz, 0.1 ms", 1000, 0.002, 10000000);
    measure(&r, 1, (goals){150, 400, 1.02 * entropy_per_spike(0.002)});
    measure(&r, -1, (goals){0});
    measure_plain_zstd(&r);
    drop(&r);
    char path[4096];
    const char *data = getenv("SPK_DATA");
    snprintf(path, sizeof path, "%s/mnist/train-images-idx3-ubyte.gz", data ? data : "");
    unsigned char *images = load_images(argc > 1 ? argv[1] : path, IMAGES);
    if (!images) {
        printf("no MNIST images: set SPK_DATA or name the file\n");
        return 0;
    }
    r = rate_coded("MNIST 63.75 Hz x 350 ms, 1 ms", images, IMAGES, 63.75, 350);
    measure(&r, 1, (goals){.bits = 6.5});
    measure(&r, -1, (goals){0});
    measure_plain_zstd(&r);
    drop(&r);
    r = rate_coded("MNIST 250 Hz x 100 ms, 1 ms", images, IMAGES, 250, 100);
    measure(&r, 1, (goals){.bits = 4.4});
    measure_plain_zstd(&r);
    drop(&r);
    free(images);
    return 0;
}
