/* picture.c: bilinear interpolation between pixel centres, without smoothing (as OpenCV's
 * INTER_LINEAR, whole numbers rounded to the nearest), and patch normalisation (Milford & Wyeth,
 * SeqSLAM, 2012): of a pixel x, with mean m and standard deviation s of the window around it,
 *
 *     255 * (1 + (x - m) / s) / 2, (x - m) / s held within -1..1, rounded down
 *
 * where the window leaves out what is beyond the border, and s = 0 counts as x = m. */
#include "picture.h"

#include "base/memory.h"
#include "cli/option.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* "HxW", each 1 or more. */
static int parse_size(const char *text, picture *p, spk_error *err)
{
    uint32_t size[2];
    if (spk_parse_sizes(text, INPUT_MOST_VALUES, 2, size) != 2 ||
        size[1] > INPUT_MOST_VALUES / size[0])
        return spk_fail(err, SPK_USAGE,
                        "--resize \"%s\": must be rows x columns like 28x28, at most %d pixels",
                        text, INPUT_MOST_VALUES);
    p->to_rows = size[0];
    p->to_cols = size[1];
    return 0;
}

static void describe(const picture *p, input_format *format)
{
    format->shape[0] = p->to_rows;
    format->shape[1] = p->to_cols;
    format->size = p->to_rows * p->to_cols;
    if (!p->window) return;
    format->bytes = true;
    format->full_scale = 255;
}

int picture_open(picture *p, const char *resize, uint64_t window, const char *name,
                 input_format *format, spk_error *err)
{
    const char *option = resize ? "--resize" : "--patch-normalize";
    if (!resize && !window) return 0;
    if (window && window % 2 == 0)
        return spk_fail(err, SPK_USAGE, "--patch-normalize %" PRIu64 ": must be odd", window);
    if (format->dims != 2)
        return spk_fail(err, SPK_USAGE, "%s: %s is for images of rows and columns%s", name, option,
                        format->dims ? "" : "; --shape HxW says what they are");
    *p = (picture){.rows = format->shape[0],
                   .cols = format->shape[1],
                   .to_rows = format->shape[0],
                   .to_cols = format->shape[1],
                   .window = (uint32_t)window,
                   .round = format->bytes};
    if (resize && parse_size(resize, p, err)) return -1;
    p->read = spk_alloc(format->size, sizeof *p->read, "an image", err);
    describe(p, format);
    p->resized = spk_alloc(format->size, sizeof *p->resized, "an image", err);
    return p->read && p->resized ? 0 : -1;
}

bool picture_is_wanted(const picture *p)
{
    return p->read;
}

/* Where the centre of pixel `i` of `to` lies among the centres of `from`: between *low and *low + 1,
 * with this weight of the latter; at a border on the outermost. */
static double between(uint32_t i, uint32_t from, uint32_t to, uint32_t *low)
{
    const double at = (i + 0.5) * ((double)from / to) - 0.5;
    if (!(at > 0) || from == 1) {
        *low = 0;
        return 0;
    }
    *low = (uint32_t)at;
    if (*low < from - 1) return at - *low;
    *low = from - 2;
    return 1;
}

static void resize(const picture *p)
{
    for (uint32_t r = 0; r < p->to_rows; r++) {
        uint32_t top, left;
        const double down = between(r, p->rows, p->to_rows, &top);
        const double *upper = p->read + (size_t)top * p->cols;
        const double *lower = p->rows > 1 ? upper + p->cols : upper;
        for (uint32_t c = 0; c < p->to_cols; c++) {
            const double right = between(c, p->cols, p->to_cols, &left);
            const uint32_t next = p->cols > 1 ? left + 1 : left;
            const double value = (1 - down) * ((1 - right) * upper[left] + right * upper[next]) +
                                 down * ((1 - right) * lower[left] + right * lower[next]);
            p->resized[(size_t)r * p->to_cols + c] = p->round ? floor(value + 0.5) : value;
        }
    }
}

static uint32_t above(uint32_t i, uint32_t half)
{
    return i > half ? i - half : 0;
}

static uint32_t below(uint32_t i, uint32_t half, uint32_t n)
{
    return i + half < n ? i + half + 1 : n;
}

/* Differences from the pixel itself, so that a window of equal values has none, and whole numbers
 * have exact sums. */
static double contrast(const picture *p, uint32_t row, uint32_t col)
{
    const uint32_t half = p->window / 2;
    const uint32_t left = above(col, half), right = below(col, half, p->to_cols);
    const uint32_t top = above(row, half), bottom = below(row, half, p->to_rows);
    const double self = p->resized[(size_t)row * p->to_cols + col];
    const double n = (double)(bottom - top) * (right - left);
    double sum = 0, squares = 0;
    for (uint32_t r = top; r < bottom; r++)
        for (uint32_t c = left; c < right; c++) {
            const double d = p->resized[(size_t)r * p->to_cols + c] - self;
            sum += d;
            squares += d * d;
        }
    const double spread = n * squares - sum * sum;
    return spread > 0 ? -sum / sqrt(spread) : 0;
}

void picture_make(const picture *p, double *value)
{
    const size_t size = (size_t)p->to_rows * p->to_cols;
    resize(p);
    for (size_t i = 0; i < size; i++) {
        if (!p->window) {
            value[i] = p->resized[i];
            continue;
        }
        const double x = contrast(p, (uint32_t)(i / p->to_cols), (uint32_t)(i % p->to_cols));
        value[i] = floor(255 * (1 + fmin(fmax(x, -1), 1)) / 2);
    }
}

void picture_close(picture *p)
{
    free(p->read);
    free(p->resized);
}
