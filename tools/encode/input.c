/* input.c: which reader a file gets. */
#include "input.h"

#include <sys/stat.h>

extern const input_kind input_idx, input_pnm, input_csv;

/* Any text may be CSV, so it comes last. */
static const input_kind *const kinds[] = {&input_idx, &input_pnm, &input_csv};
enum { KINDS = sizeof kinds / sizeof *kinds, SNIFF = 4 /* what the longest magic takes */ };

static int unknown_format(const char *name, const unsigned char *bytes, size_t n, spk_error *err)
{
    if (n == 0) return spk_fail(err, SPK_DATA, "%s: empty", name);
    return spk_fail(err, SPK_DATA,
                    "%s: begins with byte 0x%02x: not IDX, CSV, TSV, PGM or PPM, plain or gzip",
                    name, bytes[0]);
}

static int choose_kind(input *in, spk_error *err)
{
    const unsigned char *bytes;
    size_t n;
    if (spk_source_peek(in->source, SNIFF, &bytes, &n, err)) return -1;
    for (size_t k = 0; k < KINDS && !in->kind; k++)
        if (kinds[k]->recognise(bytes, n)) in->kind = kinds[k];
    return in->kind ? 0 : unknown_format(input_name(in), bytes, n, err);
}

int input_open(input *in, int fd, const char *name, const input_options *options, spk_error *err)
{
    *in = (input){.fd = fd, .options = *options};
    in->source = spk_source_open(fd, name, err);
    if (in->source && choose_kind(in, err) == 0 && in->kind->open(in, err) == 0) return 0;
    input_close(in);
    return -1;
}

const char *input_name(const input *in)
{
    return spk_source_name(in->source);
}

int input_next(input *in, double *value, int32_t *label, spk_error *err)
{
    *label = INPUT_NO_LABEL;
    return in->kind->next(in, value, label, err);
}

bool input_has_places(const input *in)
{
    struct stat status;
    return in->kind->at && !spk_source_compressed(in->source) && fstat(in->fd, &status) == 0 &&
           S_ISREG(status.st_mode);
}

int input_at(input *in, uint64_t index, double *value, spk_error *err)
{
    return in->kind->at(in, index, value, err);
}

void input_close(input *in)
{
    if (in->kind) in->kind->close(in);
    spk_source_close(in->source);
    *in = (input){0};
}
