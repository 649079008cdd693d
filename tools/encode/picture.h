/* picture.h: what may be done to images before they become intensities: another size, and each
 * pixel's contrast with its neighbourhood in place of its brightness. */
#ifndef ENCODE_PICTURE_H
#define ENCODE_PICTURE_H

#include "input.h"

typedef struct picture {
    uint32_t rows, cols;       /* as read */
    uint32_t to_rows, to_cols; /* as they become */
    uint32_t window;           /* of the patch normalisation, odd; 0: none */
    bool round;                /* values stay whole numbers */
    double *read;              /* [rows * cols] where a sample is to be read, NULL: nothing to do */
    double *resized;           /* [to_rows * to_cols] */
} picture;

enum { PICTURE_MOST_WINDOW = 1023 };

/* `resize` is "HxW" or NULL, `window` 0 or odd. *format, as the file `name` has it, becomes that of
 * the result. SPK_USAGE when it is no image of one value a pixel. */
int picture_open(picture *p, const char *resize, uint64_t window, const char *name,
                 input_format *format, spk_error *err) SPK_NODISCARD;
bool picture_is_wanted(const picture *p);
/* From p->read into `value` [to_rows * to_cols]. */
void picture_make(const picture *p, double *value);
void picture_close(picture *p); /* of an all-zero struct, too */

#endif
