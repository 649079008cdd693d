/* export.c: a stream becomes a recording: its only sample, or the one that was chosen, whose begin is the
 * recording's time 0. */
#include "convert.h"
#include "filter/filter.h"
#include "filter/target.h"
#include "foreign/foreign.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

typedef struct run {
    const settings *set;
    const char *format;
    spk_reader *in;
    const spk_channel *channel;
    uint64_t scale;  /* units of the recording's time in a tick */
    bool chosen;     /* --sample was given */
    bool begun;      /* a sample was there that is written, */
    uint64_t number; /* and this is its number */
    spk_foreign_out out;
} run;

/* ---- what the stream has ------------------------------------------------------------------------ */

static int choose_time(run *r, spk_error *err)
{
    const spk_rational tick = spk_reader_header(r->in)->tick;
    if (spk_rational_divide_exact(tick, r->out.head.tick, &r->scale) == 0) return 0;
    return spk_fail(err, SPK_DATA,
                    "%s: its tick of %g s is no whole number of %g s, in which %s counts",
                    spk_reader_name(r->in), spk_rational_value(tick),
                    spk_rational_value(r->out.head.tick), r->format);
}

static int begin(run *r, FILE *file, const char *name, spk_error *err)
{
    const spk_channel *c = r->channel =
        spk_header_choose(spk_reader_header(r->in), SPK_CHANNEL_SPIKES, r->set->population,
                          spk_reader_name(r->in), err);
    if (!c) return -1;
    spk_foreign_head head = {.tick = {1, 1000000}, .dims = c->dims, .size = c->size};
    memcpy(head.shape, c->shape, sizeof head.shape);
    if (spk_foreign_create(&r->out, r->format, &head, file, name, err)) return -1;
    return choose_time(r, err);
}

/* ---- events ------------------------------------------------------------------------------------- */

/* Is this sample to be written? 1, 0, or -1 when it would be a second one. */
static int wants_sample(run *r, const spk_sample *sample, spk_error *err)
{
    const uint64_t number = sample ? sample->number : 0;
    if (r->chosen && number != r->set->sample) return 0;
    if (r->begun && number != r->number)
        return spk_fail(err, SPK_USAGE,
                        "%s: has several samples, and %s holds one: --sample N chooses",
                        spk_reader_name(r->in), r->format);
    r->begun = true;
    r->number = number;
    return 1;
}

static int put_spikes(run *r, const spk_spikes *spikes, spk_error *err)
{
    uint64_t time[SPK_FOREIGN_BATCH], begin = spikes->sample ? spikes->sample->begin : 0;
    for (size_t at = 0, n; at < spikes->n; at += n) {
        n = spikes->n - at < SPK_FOREIGN_BATCH ? spikes->n - at : SPK_FOREIGN_BATCH;
        for (size_t i = 0; i < n; i++)
            if (__builtin_mul_overflow(spikes->tick[at + i] - begin, r->scale, &time[i]))
                return spk_fail(err, SPK_LIMIT, "%s: tick %" PRIu64 " lies too late for %s",
                                spk_reader_name(r->in), spikes->tick[at + i], r->format);
        if (spk_foreign_put(&r->out, n, time, spikes->unit + at, err)) return -1;
        if (ferror(r->out.file)) return spk_fail_errno(err, errno, "%s: cannot write", r->out.name);
    }
    return 0;
}

static int put_all(run *r, spk_error *err)
{
    spk_item item;
    int more, wanted;
    while ((more = spk_reader_next(r->in, &item, err)) > 0) {
        if (item.kind != SPK_KIND_SAMPLE && item.kind != SPK_KIND_SPIKES) continue;
        const bool spikes = item.kind == SPK_KIND_SPIKES;
        wanted = wants_sample(r, spikes ? item.spikes.sample : item.sample, err);
        if (wanted < 0 || (wanted && spikes && put_spikes(r, &item.spikes, err))) return -1;
    }
    if (more == 0 && r->chosen && !r->begun)
        return spk_fail(err, SPK_DATA, "%s: has no sample %" PRIu64, spk_reader_name(r->in),
                        r->set->sample);
    return more;
}

int convert_out(const spk_cli *cli, spk_error *err)
{
    const settings *set = cli->settings;
    char word[16];
    run r = {.set = set, .chosen = spk_given(cli, "sample")};
    r.format = choice_word(SPK_FOREIGN_WRITE, set->to - 1, word);
    if (spk_check_operands(cli, 0, 1, err)) return -1;
    r.in = spk_filter_input(cli, spk_operand(cli, 0), set->population, err);
    if (!r.in) return -1;
    int status = -1;
    FILE *file = NULL;
    const bool text = strcmp(r.format, "csv") == 0;
    spk_output *out = spk_target_open(cli, text ? SPK_FILE_TEXT : SPK_FILE_EVENTS, err);
    if (out && (file = spk_output_file(out, err)) &&
        begin(&r, file, spk_output_name(out), err) == 0)
        status = put_all(&r, err);
    spk_reader_close(r.in);
    return status == 0 ? spk_output_commit(out, err) : spk_output_give_up(out, err);
}
