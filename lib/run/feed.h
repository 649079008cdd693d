/* feed.h: samples from a stream into an engine, presented one after another.
 *
 *     spk_feed *feed = spk_feed_open(net, in, SPK_RETICK_NEVER, &err);
 *     while ((more = spk_feed_next(feed, &sample, &err)) > 0)
 *         if (spk_feed_present(feed, engine, keep, context, &err)) fail;
 *
 * The stream's ticks become steps of dt: a whole number of steps each, or rounded with --retick.
 * What lies between samples is not simulated. A stream without samples is one, number 0. Spikes go
 * through piece by piece; frames too, unless a sample may have to be presented again. */
#ifndef SPK_RUN_FEED_H
#define SPK_RUN_FEED_H

#include "engine/engine.h"
#include "stream/reader.h"

typedef struct spk_feed spk_feed;

/* What to do with ticks that are not a whole number of steps. */
typedef enum spk_retick { SPK_RETICK_NEVER, SPK_RETICK_NEAREST, SPK_RETICK_FLOOR } spk_retick;

/* Samples of `in` (borrowed) for the stream-fed population of `net`: of channel `population`, with
 * which `in` was opened; NULL: the stream has only one. Without a stream-fed population, `in` is
 * NULL and there is one sample, number 0, of `steps` steps. */
spk_feed *spk_feed_open(const spk_network *net, spk_reader *in, const char *population,
                        spk_retick retick, uint64_t steps, spk_error *err) SPK_NODISCARD;
void spk_feed_close(spk_feed *feed);

/* What is recorded should be passed on after `latency_ns` (0: nobody said): before the first sample. */
void spk_feed_hurry(spk_feed *feed, uint64_t latency_ns);

/* The next sample: 1, 0 at the end, -1. `sample` counts in steps; its duration is 0 while it is not
 * known (no SAMPLE record), its attempts are those of the input. */
int spk_feed_next(spk_feed *feed, spk_sample *sample, spk_error *err) SPK_NODISCARD;

/* Called when recorded output is final (a piece of a presentation that will not be repeated);
 * the engine forgets it afterwards. `end`: steps done in this sample. */
typedef int spk_feed_keep(void *context, const spk_engine *e, uint64_t end, spk_error *err);

/* Whether the stream has samples; without, there is one, number 0. */
bool spk_feed_has_samples(const spk_feed *feed);

/* Present it, again if on_sample says so; then sample's `duration` and `attempts` are known. */
int spk_feed_present(spk_feed *feed, spk_engine *e, spk_feed_keep *keep, void *context,
                     spk_sample *sample, spk_error *err) SPK_NODISCARD;

/* The next sample to be presented has been run for so many steps by the run that this one resumes;
 * there the engine stands. Not where samples may be presented again (on_sample.repeat). */
void spk_feed_resume(spk_feed *feed, uint64_t steps);

/* Whether the last failure was one of reading the input: the engine stands where the last piece that
 * was kept ended. */
bool spk_feed_broken(const spk_feed *feed);

/* ---- samples that are read before they are presented ---- */

/* A whole sample in memory: what spk_feed_next announced is loaded, and then presented by whichever
 * engine is free, or not at all when its end is missing. Such a sample has a duration. */
typedef struct spk_case spk_case;
spk_case *spk_case_new(const spk_feed *feed, spk_error *err) SPK_NODISCARD;
void spk_case_free(spk_case *c);
int spk_feed_load(spk_feed *feed, spk_case *c, spk_sample *sample, spk_error *err) SPK_NODISCARD;
/* keep NULL: what was recorded stays in the engine. */
int spk_case_present(spk_case *c, spk_engine *e, spk_feed_keep *keep, void *context,
                     spk_sample *sample, spk_error *err) SPK_NODISCARD;

/* Leave it out (--shard, --resume). */
int spk_feed_skip(spk_feed *feed, spk_error *err) SPK_NODISCARD;

/* Spikes dropped because their unit had one in the same step already. */
uint64_t spk_feed_collisions(const spk_feed *feed);
/* After the last sample: ticks of the input's whole duration, in steps. */
uint64_t spk_feed_duration(const spk_feed *feed);

#endif
