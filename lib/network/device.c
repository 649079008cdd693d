/* device.c: what is particular to devices: times in steps, and how they may be connected. */
#include "base/memory.h"
#include "network/draw.h"
#include "network/load.h"
#include "random/poisson.h"

#include <string.h>

enum { NOISE_STEPS = 10 }; /* between changes, where the file says nothing */

bool spk_population_is_current(const spk_population *pop)
{
    const spk_device_kind kind = pop->model->device;
    return kind != SPK_NOT_A_DEVICE && kind != SPK_DEVICE_POISSON;
}

/* ---- times ----------------------------------------------------------------------------------- */

/* Member `key` in steps; absent: *out stays. */
static int read_time(const spk_json *doc, const cJSON *params, const char *key,
                     const spk_network *net, uint64_t *out, spk_error *err)
{
    const cJSON *node = spk_json_member(params, key);
    return node ? spk_node_steps(doc, node, net, out, err) : 0;
}

static int read_activity(const spk_json *doc, const cJSON *params, const spk_network *net,
                         spk_device *device, spk_error *err)
{
    const cJSON *stop = spk_json_member(params, "stop_ms");
    device->stop = UINT64_MAX;
    if (read_time(doc, params, "start_ms", net, &device->start, err)) return -1;
    if (!stop || (stop->valuedouble <= -1 && stop->valuedouble >= -1)) return 0;
    if (stop->valuedouble < 0)
        return spk_json_fail(doc, stop, err, "a time is 0 or more (-1: it never stops)");
    if (spk_node_steps(doc, stop, net, &device->stop, err)) return -1;
    if (device->stop < device->start)
        return spk_json_fail(doc, stop, err, "it would stop before it starts");
    return 0;
}

static int read_changes(const spk_json *doc, const cJSON *params, const spk_network *net,
                        const spk_population *pop, spk_device *device, spk_error *err)
{
    const cJSON *times = spk_json_member(params, "amplitude_times_ms");
    const spk_reals *time = &pop->list[0], *value = &pop->list[1];
    if (time->n != value->n)
        return spk_json_fail(doc, times, err, "%zu times, but %zu amplitude_values_pA", time->n,
                             value->n);
    device->amplitude = value->value;
    device->change = spk_alloc(time->n, sizeof *device->change, "a list", err);
    if (!device->change) return -1;
    for (const cJSON *m = times->child; m; m = m->next) {
        const uint64_t before = device->changes ? device->change[device->changes - 1] : 0;
        uint64_t *at = &device->change[device->changes++];
        if (spk_node_steps(doc, m, net, at, err)) return -1;
        if (*at <= before) return spk_json_fail(doc, m, err, "times must ascend, from above 0");
    }
    return 0;
}

static int check_rate(const spk_json *doc, const cJSON *params, const spk_network *net,
                      const spk_population *pop, spk_error *err)
{
    double least, most;
    spk_value_bounds(&pop->param[0], &least, &most);
    if (most * net->dt_ms / 1000 <= SPK_POISSON_MOST) return 0;
    return spk_json_fail(doc, spk_json_member(params, "rate_Hz"), err,
                         "more than %g spikes in a step of %g ms", SPK_POISSON_MOST, net->dt_ms);
}

int spk_load_device(const spk_json *doc, const cJSON *params, const spk_network *net,
                    spk_population *pop, spk_error *err)
{
    spk_device *device = &pop->device;
    if (read_activity(doc, params, net, device, err)) return -1;
    switch (pop->model->device) {
    case SPK_DEVICE_POISSON:
        return check_rate(doc, params, net, pop, err);
    case SPK_DEVICE_STEP:
        return read_changes(doc, params, net, pop, device, err);
    case SPK_DEVICE_NOISE:
        if (read_time(doc, params, "dt_ms", net, &device->interval, err)) return -1;
        if (device->interval == 0) device->interval = NOISE_STEPS;
        return 0;
    default:
        return 0;
    }
}

/* ---- projections ----------------------------------------------------------------------------- */

int spk_check_device_projection(const spk_json *doc, const cJSON *object, const spk_network *net,
                                const spk_projection *p, spk_error *err)
{
    const spk_population *source = &net->population[p->source];
    const spk_population *target = &net->population[p->target];
    const char *model = source->model->name;
    if (source->model->source != SPK_SOURCE_DEVICE) return 0;
    if (spk_population_is_current(source) && target->model->no_current)
        return spk_json_fail(doc, object, err, "%s is a %s, which takes no current", target->name,
                             target->model->name);
    if (p->connect != SPK_ONE_TO_ONE && !(p->connect == SPK_ALL_TO_ALL && source->size == 1))
        return spk_json_fail(doc, spk_json_member(object, "connect"), err,
                             "a %s is connected by one_to_one, or one unit of it by all_to_all",
                             model);
    if (p->rule)
        return spk_json_fail(doc, spk_json_member(object, "plasticity"), err,
                             "weights of a %s do not learn", model);
    return 0;
}
