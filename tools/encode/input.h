/* input.h: one file of samples, whatever its format: IDX, CSV or TSV, PGM or PPM.
 *
 * The format is told by content, and gzip undone, before its reader is chosen (input.c); each reader
 * is one file input_FORMAT.c that ends in one `const input_kind`. A sample is `size` numbers >= 0
 * and perhaps a label. */
#ifndef ENCODE_INPUT_H
#define ENCODE_INPUT_H

#include "base/error.h"
#include "table/source.h"

#include <stdbool.h>
#include <stdint.h>

enum { INPUT_MOST_VALUES = 1 << 24, /* per sample */ INPUT_NO_LABEL = -1 };

typedef enum input_header { HEADER_AUTO, HEADER_YES, HEADER_NO } input_header;
typedef enum input_rgb { RGB_LUMA, RGB_CHANNELS } input_rgb;

typedef struct input_options {
    const char *label_column; /* CSV: name, or number from 1; NULL: none */
    input_header header;      /* CSV: is the first row names? */
    input_rgb rgb;            /* PPM: one value a pixel, or three */
} input_options;

/* What all samples of a file have in common. */
typedef struct input_format {
    uint32_t dims, shape[4]; /* rows first; dims 0: the file says none */
    uint32_t size;           /* values per sample */
    bool bytes;              /* all values are whole numbers 0..255 */
    bool table;              /* CSV or TSV */
    bool list;               /* a one-dimensional IDX file: one number a sample, as for labels */
    bool labelled;           /* samples carry a label */
    char label_like[8];      /* CSV: a column of values whose name says labels; "": none */
    double full_scale;       /* what the format calls white; 0: it does not say */
    uint64_t count;          /* samples; UINT64_MAX: known only at the end */
} input_format;

typedef struct input input;

typedef struct input_kind {
    bool (*recognise)(const unsigned char *bytes, size_t n);
    int (*open)(input *in, spk_error *err); /* fill in->format and in->state */
    /* 1: a sample into `value` (NULL: pass over it) and *label; 0: the end; -1: error. */
    int (*next)(input *in, double *value, int32_t *label, spk_error *err);
    /* Sample `index` without reading those before it, or NULL. */
    int (*at)(input *in, uint64_t index, double *value, spk_error *err);
    void (*close)(input *in); /* also after open() failed */
} input_kind;

struct input {
    const input_kind *kind;
    spk_source *source;
    int fd;
    input_options options; /* strings borrowed */
    input_format format;
    void *state; /* of the kind */
};

/* Reads from `fd` (not closed); `name` is for messages and borrowed. Closed even on failure. */
int input_open(input *in, int fd, const char *name, const input_options *options,
               spk_error *err) SPK_NODISCARD;
const char *input_name(const input *in);
int input_next(input *in, double *value, int32_t *label, spk_error *err) SPK_NODISCARD;
/* Can input_at() be used? A regular file that is not compressed, of a format that knows where. */
bool input_has_places(const input *in);
int input_at(input *in, uint64_t index, double *value, spk_error *err) SPK_NODISCARD;
void input_close(input *in); /* of an all-zero struct, too */

#endif
