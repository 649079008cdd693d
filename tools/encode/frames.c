/* frames.c: no spikes: one frame per sample that says each unit's rate, for a network that draws
 * its own (poisson_input). 8-bit input that is not normalised stays 8-bit, and the channel's scale
 * says what a step is; everything else becomes f32 in Hz. */
#include "base/memory.h"
#include "encode.h"

#include <stdlib.h>

typedef struct frames {
    encode_plan plan;
    double max_rate;
    float *value;
} frames;

static bool stays_bytes(const encode_plan *plan)
{
    return plan->bytes && !plan->normalized;
}

static int frames_describe(const encode_plan *plan, const void *settings, spk_channel *channel,
                           spk_error *err)
{
    const rate_settings *rate = settings;
    channel->type = SPK_CHANNEL_FRAMES;
    channel->unit = spk_strdup("Hz", err);
    if (!channel->unit) return -1;
    channel->dtype = stays_bytes(plan) ? SPK_U8 : SPK_F32;
    channel->scale = stays_bytes(plan) ? rate->max_rate / plan->full_scale : 1;
    return 0;
}

static void frames_close(void *state)
{
    frames *f = state;
    if (!f) return;
    free(f->value);
    free(f);
}

static int frames_open(const encode_plan *plan, const void *settings, void **state, spk_error *err)
{
    const rate_settings *rate = settings;
    frames *f = spk_alloc(1, sizeof *f, "the encoder", err);
    if (!f) return -1;
    *f = (frames){.plan = *plan, .max_rate = rate->max_rate};
    f->value = spk_alloc(plan->units, sizeof *f->value, "the encoder", err);
    if (!f->value) {
        free(f);
        return -1;
    }
    *state = f;
    return 0;
}

static int frames_encode(void *state, const encode_sample *sample, const encode_out *out,
                         spk_error *err)
{
    frames *f = state;
    bool bytes = stays_bytes(&f->plan);
    for (uint32_t u = 0; u < f->plan.units; u++)
        f->value[u] = (float)(bytes ? sample->value[u] : sample->intensity[u] * f->max_rate);
    return spk_writer_frame(out->writer, out->channel, sample->begin, f->plan.ticks, f->value, err);
}

static const spk_option options[] = {MAX_RATE_OPTION, {0}};

const encoder frames_method = {
    .method = {.name = "frames",
               .help = "no spikes: the rates themselves, one frame a sample",
               .options = options,
               .settings_size = sizeof(rate_settings)},
    .describe = frames_describe,
    .open = frames_open,
    .encode = frames_encode,
    .close = frames_close,
};
