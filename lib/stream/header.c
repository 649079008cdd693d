/* header.c: the header as a structure: ownership, look-up by id and by name.
 *
 * Channels and arrays stand in ascending order of their ids, which share one sequence. */
#include "stream/header.h"

#include "base/memory.h"
#include "base/words.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

size_t spk_dtype_bytes(spk_dtype dtype)
{
    static const unsigned char bytes[] = {0, 4, 8, 2, 1};
    return bytes[dtype];
}

const char *spk_dtype_name(spk_dtype dtype)
{
    static const char *const names[] = {"", "f32", "f64", "f16", "u8"};
    return names[dtype];
}

void spk_header_init(spk_header *header)
{
    memset(header, 0, sizeof *header);
    header->tick.den = 1;
}

static void free_channel(spk_channel *channel)
{
    free(channel->name);
    free(channel->unit);
    free(channel->variable);
}

static void free_array(spk_array *array)
{
    free(array->owner);
    free(array->variable);
    free(array->unit);
}

void spk_header_free(spk_header *header)
{
    for (size_t i = 0; i < header->channels; i++)
        free_channel(&header->channel[i]);
    for (size_t i = 0; i < header->arrays; i++)
        free_array(&header->array[i]);
    free(header->channel);
    free(header->array);
    cJSON_Delete(header->meta);
    spk_header_init(header);
}

/* *copy = a copy of `text`, or NULL for NULL. */
static int copy_text(char **copy, const char *text, spk_error *err)
{
    *copy = NULL;
    if (!text) return 0;
    *copy = spk_strdup(text, err);
    return *copy ? 0 : -1;
}

/* The arrays have room for `n` exactly when n is a power of two: capacity needs no field. */
static void *room_for_one(void *items, size_t n, size_t size, spk_error *err)
{
    if (n & (n - 1)) return items;
    size_t capacity = n;
    void *grown = items;
    if (spk_grow(&grown, &capacity, n ? 2 * n : 1, size, "the stream's header", err)) return NULL;
    return grown;
}

static uint32_t next_id(const spk_header *header)
{
    uint32_t last = 0;
    if (header->channels) last = header->channel[header->channels - 1].id;
    if (header->arrays && header->array[header->arrays - 1].id > last)
        last = header->array[header->arrays - 1].id;
    return last + 1;
}

spk_channel *spk_header_add_channel(spk_header *header, spk_channel_type type, const char *name,
                                    uint32_t size, spk_error *err)
{
    spk_channel *all = room_for_one(header->channel, header->channels, sizeof *all, err);
    if (!all) return NULL;
    header->channel = all;
    spk_channel *channel = &all[header->channels];
    *channel = (spk_channel){.type = type, .size = size, .dtype = SPK_F32, .scale = 1};
    channel->id = next_id(header);
    if (copy_text(&channel->name, name, err)) return NULL;
    header->channels++;
    return channel;
}

spk_array *spk_header_add_array(spk_header *header, spk_array_type type, const char *owner,
                                const char *variable, const char *unit, spk_dtype dtype,
                                uint64_t rows, uint64_t cols, spk_error *err)
{
    spk_array *all = room_for_one(header->array, header->arrays, sizeof *all, err);
    if (!all) return NULL;
    header->array = all;
    spk_array *array = &all[header->arrays];
    *array = (spk_array){.type = type, .dtype = dtype, .rows = rows, .cols = cols};
    array->id = next_id(header);
    if (copy_text(&array->owner, owner, err) || copy_text(&array->variable, variable, err) ||
        copy_text(&array->unit, unit, err)) {
        free_array(array);
        return NULL;
    }
    header->arrays++;
    return array;
}

static int copy_channel(spk_header *to, const spk_channel *from, spk_error *err)
{
    spk_channel *channel = spk_header_add_channel(to, from->type, from->name, from->size, err);
    if (!channel) return -1;
    char *name = channel->name;
    *channel = *from;
    channel->name = name;
    channel->unit = channel->variable = NULL;
    if (copy_text(&channel->unit, from->unit, err)) return -1;
    return copy_text(&channel->variable, from->variable, err);
}

static int copy_array(spk_header *to, const spk_array *from, spk_error *err)
{
    spk_array *array = spk_header_add_array(to, from->type, from->owner, from->variable, from->unit,
                                            from->dtype, from->rows, from->cols, err);
    if (!array) return -1;
    array->id = from->id;
    array->sparse = from->sparse;
    memcpy(array->structure, from->structure, sizeof array->structure);
    return 0;
}

int spk_header_copy(spk_header *to, const spk_header *from, spk_error *err)
{
    *to = *from;
    to->channels = to->arrays = 0;
    to->channel = NULL;
    to->array = NULL;
    to->meta = NULL;
    int failed = 0;
    for (size_t i = 0; i < from->channels && !failed; i++)
        failed = copy_channel(to, &from->channel[i], err);
    for (size_t i = 0; i < from->arrays && !failed; i++)
        failed = copy_array(to, &from->array[i], err);
    if (!failed && from->meta) {
        to->meta = cJSON_Duplicate(from->meta, 1);
        if (!to->meta) failed = spk_fail(err, SPK_LIMIT, "out of memory for the stream's header");
    }
    if (failed) spk_header_free(to);
    return failed;
}

const spk_channel *spk_header_channel(const spk_header *header, uint32_t id)
{
    size_t low = 0, high = header->channels;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (header->channel[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < header->channels && header->channel[low].id == id ? &header->channel[low] : NULL;
}

const spk_array *spk_header_array(const spk_header *header, uint32_t id)
{
    size_t low = 0, high = header->arrays;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (header->array[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < header->arrays && header->array[low].id == id ? &header->array[low] : NULL;
}

/* The names of all channels of `type`, separated by commas, cut at the buffer's end. */
static void list_names(const spk_header *header, spk_channel_type type, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < header->channels; i++) {
        const spk_channel *channel = &header->channel[i];
        if (channel->type != type) continue;
        size_t length = strlen(channel->name);
        const char *separator = used ? ", " : "";
        const size_t between = strlen(separator);
        memcpy(text + used, separator, between);
        used += between;
        if (used + length + sizeof ", ..." > size) { /* what is left has room for dots */
            memcpy(text + used, "...", sizeof "...");
            return;
        }
        memcpy(text + used, channel->name, length + 1);
        used += length;
    }
}

/* The name of a channel of `type` that `name` may have been meant to be, or NULL. */
static const char *near_name(const spk_header *header, spk_channel_type type, const char *name)
{
    const char **list = calloc(header->channels + 1, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; list && i < header->channels; i++)
        if (header->channel[i].type == type) list[n++] = header->channel[i].name;
    const char *near = list ? spk_nearest(name, list) : NULL;
    free(list);
    return near;
}

static void fail_unknown(const spk_header *header, spk_channel_type type, const char *name,
                         const char *stream, const char *noun, const char *names, spk_error *err)
{
    const char *near = near_name(header, type, name);
    if (near)
        spk_fail(err, SPK_DATA,
                 "%s: no %s of a population \"%s\" (did you mean \"%s\"? there are: %s)", stream,
                 noun, name, near, names);
    else
        spk_fail(err, SPK_DATA, "%s: no %s of a population \"%s\" (there are: %s)", stream, noun,
                 name, names);
}

const spk_channel *spk_header_choose(const spk_header *header, spk_channel_type type,
                                     const char *name, const char *stream, spk_error *err)
{
    static const char *const nouns[] = {"", "spikes", "frames", "predictions", "traces"};
    char names[512];
    size_t found = 0;
    const spk_channel *choice = NULL;
    for (size_t i = 0; i < header->channels; i++) {
        const spk_channel *channel = &header->channel[i];
        if (channel->type != type || (name && strcmp(channel->name, name) != 0)) continue;
        if (!found++) choice = channel;
    }
    if (found == 1) return choice;
    list_names(header, type, names, sizeof names);
    if (!names[0])
        spk_fail(err, SPK_DATA, "%s: the stream has no %s", stream, nouns[type]);
    else if (!found)
        fail_unknown(header, type, name, stream, nouns[type], names, err);
    else if (!name)
        spk_fail(err, SPK_USAGE, "%s: %s of several populations; choose one with --population: %s",
                 stream, nouns[type], names);
    else
        spk_fail(err, SPK_DATA, "%s: %zu channels of %s are called \"%s\"", stream, found,
                 nouns[type], name);
    return NULL;
}
