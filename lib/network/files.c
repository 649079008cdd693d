/* files.c: which files a network was read from: its own, and those that it names. */
#include "base/memory.h"
#include "network/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `name` as it was opened, once. */
static int add_file(spk_network *net, size_t *capacity, const char *name, spk_error *err)
{
    if (!name) return 0;
    size_t size = strlen(net->folder) + strlen(name) + 1;
    char *path = spk_alloc(size, 1, "a file name", err);
    if (!path) return -1;
    snprintf(path, size, "%s%s", name[0] == '/' ? "" : net->folder, name);
    bool known = false;
    for (size_t i = 0; i < net->files; i++)
        known = known || strcmp(net->file[i], path) == 0;
    int status = known ? 0
                       : spk_grow(&net->file, capacity, net->files + 1, sizeof *net->file,
                                  "file names", err);
    if (known || status)
        free(path);
    else
        net->file[net->files++] = path;
    return status;
}

static int add_list(spk_network *net, size_t *capacity, const spk_value *value, spk_error *err)
{
    return value->list ? add_file(net, capacity, value->list->file, err) : 0;
}

int spk_network_list_files(spk_network *net, spk_error *err)
{
    size_t capacity = 0;
    if (!net->folder) return 0;
    net->file = spk_alloc(1, sizeof *net->file, "file names", err);
    if (!net->file || !(net->file[0] = spk_strdup(net->name, err))) return -1;
    net->files = capacity = 1;
    for (size_t i = 0; i < net->populations; i++) {
        const spk_population *pop = &net->population[i];
        for (size_t k = 0; pop->model->parameters[k].key; k++)
            if (add_list(net, &capacity, &pop->param[k], err)) return -1;
        for (size_t k = 0; k < SPK_THETA_PARAMETERS; k++)
            if (add_list(net, &capacity, &pop->theta[k], err)) return -1;
        if (add_file(net, &capacity, pop->position.file, err)) return -1;
        if (pop->trains && add_file(net, &capacity, pop->trains->file, err)) return -1;
    }
    for (size_t i = 0; i < net->projections; i++) {
        const spk_edges *edges = net->projection[i].edges;
        if (edges && add_file(net, &capacity, edges->file, err)) return -1;
    }
    return 0;
}
