/* network.c: the network file as a whole: read, apply --set, check part by part, expand. */
#include "network/network.h"

#include "base/memory.h"
#include "base/path.h"
#include "network/load.h"
#include "stream/digest.h"

#include <stdlib.h>
#include <string.h>

enum { NETWORK_VERSION = 1 };

int spk_network_population(const spk_network *net, const char *name)
{
    for (size_t i = 0; i < net->populations; i++)
        if (net->population[i].name && strcmp(net->population[i].name, name) == 0) return (int)i;
    return -1;
}

int spk_network_input(const spk_network *net)
{
    for (size_t i = 0; i < net->populations; i++)
        if (net->population[i].stream_fed) return (int)i;
    return -1;
}

static void free_values(spk_population *pop)
{
    for (size_t k = 0; pop->param && pop->model->parameters[k].key; k++)
        spk_list_free(pop->param[k].list);
    for (size_t k = 0; k < SPK_THETA_PARAMETERS; k++)
        spk_list_free(pop->theta[k].list);
    for (size_t k = 0; pop->list && pop->model->parameters[k].key; k++)
        free(pop->list[k].value);
    free(pop->list);
}

void spk_network_free(spk_network *net)
{
    if (!net) return;
    for (size_t i = 0; i < net->populations; i++) {
        free_values(&net->population[i]);
        free(net->population[i].name);
        free(net->population[i].param);
        free(net->population[i].device.change);
        spk_trains_free(net->population[i].trains);
        spk_position_free(&net->population[i].position);
        free(net->population[i].record.variable);
    }
    for (size_t i = 0; i < net->projections; i++) {
        free(net->projection[i].name);
        free(net->projection[i].rule_param);
        free(net->projection[i].rule_modulator);
        free(net->projection[i].short_term_param);
        spk_edges_free(net->projection[i].edges);
        free(net->projection[i].near_count);
    }
    free(net->population);
    free(net->projection);
    free(net->name);
    free(net->folder);
    for (size_t i = 0; i < net->files; i++)
        free(net->file[i]);
    free(net->file);
    free(net->expanded);
    free(net);
}

/* The version is looked at first: a newer file may hold anything else. */
static int check_version(const spk_json *doc, const cJSON *root, spk_error *err)
{
    static const char *const formats[] = {"spikepipe-network", NULL};
    int format = 0;
    uint64_t version = 0;
    if (!cJSON_IsObject(root)) return spk_json_fail(doc, root, err, "an object is expected");
    if (spk_json_choice(doc, root, "format", true, formats, &format, err) ||
        spk_json_u64(doc, root, "version", true, 1, UINT64_MAX, &version, err))
        return -1;
    if (version > NETWORK_VERSION)
        return spk_json_fail(doc, spk_json_member(root, "version"), err,
                             "the file is of version %llu, but this program knows version %d only",
                             (unsigned long long)version, NETWORK_VERSION);
    return 0;
}

/* dt exactly as it is written, in seconds. */
static int read_dt(const spk_json *doc, const cJSON *root, spk_network *net, spk_error *err)
{
    char text[64];
    const char *rest = NULL;
    if (spk_read_number(doc, root, "dt_ms", true, 1e-6, 1e6, &net->dt_ms, err)) return -1;
    const cJSON *node = spk_json_member(root, "dt_ms");
    if (!spk_json_number_text(doc, node, text, sizeof text) ||
        spk_rational_parse(text, spk_rational_of(1, 1000), &net->dt, &rest) || *rest != 0)
        return spk_json_fail(doc, node, err, "too many digits for an exact time (15 are enough)");
    return 0;
}

static int load(const spk_json *doc, spk_network *net, spk_error *err)
{
    static const char *const known[] = {"format",    "version",     "dt_ms",
                                        "precision", "populations", "projections",
                                        "on_sample", "record",      NULL};
    static const char *const precisions[] = {"double", "float", NULL};
    const cJSON *root = spk_json_root(doc);
    int precision = 0;
    if (check_version(doc, root, err) || spk_check_members(doc, root, known, err) ||
        read_dt(doc, root, net, err) ||
        spk_json_choice(doc, root, "precision", false, precisions, &precision, err))
        return -1;
    net->single = precision == 1;
    if (spk_load_populations(doc, net, err) || spk_load_projections(doc, net, err) ||
        spk_load_on_sample(doc, net, err) || spk_load_record(doc, net, err))
        return -1;
    net->expanded = spk_network_expand(net, err);
    return net->expanded ? spk_network_list_files(net, err) : -1;
}

static int apply_sets(spk_json *doc, size_t sets, const char *const *set, spk_error *err)
{
    for (size_t i = 0; i < sets; i++)
        if (spk_json_set(doc, set[i], err)) return -1;
    return 0;
}

/* Takes `doc` over. Without a `folder` no other files may be named. */
static spk_network *from_document(spk_json *doc, const char *name, const char *folder, size_t sets,
                                  const char *const *set, const spk_network_limit *limit,
                                  spk_error *err)
{
    if (!doc) return NULL;
    spk_network *net = spk_alloc(1, sizeof *net, "a network", err);
    if (net) net->name = spk_strdup(name, err);
    if (net && limit) net->limit = *limit;
    if (net && folder) net->folder = spk_strdup(folder, err);
    if (!net || !net->name || (folder && !net->folder) || apply_sets(doc, sets, set, err) ||
        load(doc, net, err)) {
        spk_network_free(net);
        net = NULL;
    }
    if (net) spk_digest_bytes(net->expanded, strlen(net->expanded), net->digest);
    spk_json_free(doc);
    return net;
}

spk_network *spk_network_load(const char *path, size_t sets, const char *const *set, spk_error *err)
{
    return spk_network_load_within(path, sets, set, NULL, err);
}

spk_network *spk_network_load_within(const char *path, size_t sets, const char *const *set,
                                     const spk_network_limit *limit, spk_error *err)
{
    size_t length = spk_path_folder(path);
    char *folder = spk_alloc(length + 1, 1, "a file name", err);
    if (!folder) return NULL;
    memcpy(folder, path, length);
    spk_network *net =
        from_document(spk_json_load(path, SPK_USAGE, err), path, folder, sets, set, limit, err);
    free(folder);
    return net;
}

spk_network *spk_network_parse(const char *text, size_t bytes, const char *name, size_t sets,
                               const char *const *set, spk_error *err)
{
    return from_document(spk_json_parse(text, bytes, name, SPK_USAGE, err), name, NULL, sets, set,
                         NULL, err);
}
