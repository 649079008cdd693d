/* space.c: points, ways between them, and a grid of cells in which targets are found.
 *
 * A cell holds a few targets, ascending. A box as seen from a source covers a range of cells along
 * each axis, periodic ones modulo their number. Boxes are taken a hair larger than asked for, so
 * that no rounding loses a target. */
#include "network/space.h"

#include "base/memory.h"
#include "math/math.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PER_CELL = 4, MAX_CELLS = 1 << 10 /* along an axis */ };
static const double hair = 1e-9;

struct spk_space {
    uint32_t dims, targets;
    bool periodic;
    const spk_position *position; /* of the targets */
    double *source, *target;      /* [size][dims]; one array where both are one population */
    uint32_t cells[3];            /* 1 along an axis that is not there */
    double origin[3], side[3];
    uint32_t *begin; /* [cells + 1] */
    uint32_t *unit;  /* by cell */
};

/* ---- points ---------------------------------------------------------------------------------- */

/* Unit i of a grid: the last number of its shape counts fastest and lies along x; y begins at the
 * top. */
static void grid_point(const spk_population *pop, uint32_t i, double *out)
{
    const spk_position *p = &pop->position;
    for (uint32_t k = 0; k < p->dims; k++) {
        uint32_t cells = pop->shape[p->dims - 1 - k], at = i % cells;
        i /= cells;
        if (k == 1) at = cells - 1 - at;
        out[k] = p->center[k] - p->extent[k] / 2 + (at + 0.5) * (p->extent[k] / cells);
    }
}

spk_places spk_places_of(const spk_population *population, uint64_t seed)
{
    spk_places places = {.population = population};
    for (uint32_t k = 0; k < population->position.dims; k++) {
        char purpose[SPK_NAME_MAX + 32];
        snprintf(purpose, sizeof purpose, "population/%s/position/%c", population->name, "xyz"[k]);
        places.key[k] = spk_random_key(seed, purpose);
    }
    return places;
}

void spk_place(const spk_places *places, uint32_t i, double out[3])
{
    const spk_population *pop = places->population;
    const spk_position *p = &pop->position;
    if (p->kind == SPK_POSITION_GRID) grid_point(pop, i, out);
    if (p->kind == SPK_POSITION_LIST)
        memcpy(out, p->at + (size_t)i * p->dims, p->dims * sizeof *out);
    if (p->kind != SPK_POSITION_UNIFORM) return;
    for (uint32_t k = 0; k < p->dims; k++) {
        const uint32_t counter[4] = {i, 0, 0, 0};
        uint32_t words[4];
        spk_philox(places->key[k], counter, words);
        out[k] = p->center[k] - p->extent[k] / 2 + p->extent[k] * spk_uniform53(words[0], words[1]);
    }
}

double spk_way(const spk_position *position, const double *from, const double *to, double way[3])
{
    double sum = 0;
    for (uint32_t k = 0; k < position->dims; k++) {
        way[k] = to[k] - from[k];
        if (position->periodic)
            way[k] -= position->extent[k] * floor(way[k] / position->extent[k] + 0.5);
        sum += way[k] * way[k];
    }
    return sqrt(sum);
}

static double *points(const spk_population *pop, uint64_t seed, spk_error *err)
{
    uint32_t dims = pop->position.dims;
    spk_places places = spk_places_of(pop, seed);
    double *out = spk_alloc((size_t)pop->size * dims, sizeof *out, "positions", err), point[3];
    for (uint32_t i = 0; out && i < pop->size; i++) {
        spk_place(&places, i, point);
        memcpy(out + (size_t)i * dims, point, dims * sizeof *out);
    }
    return out;
}

uint32_t spk_space_dims(const spk_space *space)
{
    return space->dims;
}

double spk_space_way(const spk_space *space, uint32_t source, uint32_t target, double way[3])
{
    return spk_way(space->position, space->source + (size_t)source * space->dims,
                   space->target + (size_t)target * space->dims, way);
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* About PER_CELL targets to a cell, were they spread evenly. */
static void choose_cells(spk_space *space)
{
    double along = spk_pow((double)space->targets / PER_CELL, 1.0 / space->dims);
    uint32_t cells = along < 1 ? 1 : along > MAX_CELLS ? MAX_CELLS : (uint32_t)along;
    for (uint32_t k = 0; k < 3; k++) {
        space->cells[k] = k < space->dims ? cells : 1;
        if (k >= space->dims) continue;
        double least = space->target[k], most = least;
        for (size_t i = 1; i < space->targets; i++) {
            least = fmin(least, space->target[i * space->dims + k]);
            most = fmax(most, space->target[i * space->dims + k]);
        }
        space->origin[k] = space->periodic ? 0 : least;
        space->side[k] = (space->periodic ? space->position->extent[k] : most - least) / cells;
        if (!(space->side[k] > 0)) space->side[k] = 1;
    }
}

/* Where a point lies along an axis: a cell's number, which may be none of the grid's. */
static double cell_along(const spk_space *space, uint32_t k, double x)
{
    return floor((x - space->origin[k]) / space->side[k]);
}

static size_t cell_of(const spk_space *space, uint32_t target)
{
    size_t cell = 0;
    for (uint32_t k = space->dims; k-- > 0;) {
        double x = space->target[(size_t)target * space->dims + k];
        if (space->periodic)
            x -= space->position->extent[k] * floor(x / space->position->extent[k]);
        double along = cell_along(space, k, x), last = space->cells[k] - 1;
        cell = cell * space->cells[k] + (size_t)fmin(fmax(along, 0), last);
    }
    return cell;
}

static int sort_into_cells(spk_space *space, spk_error *err)
{
    choose_cells(space);
    size_t cells = (size_t)space->cells[0] * space->cells[1] * space->cells[2];
    space->begin = spk_alloc(cells + 2, sizeof *space->begin, "positions", err);
    space->unit = spk_alloc(space->targets, sizeof *space->unit, "positions", err);
    if (!space->begin || !space->unit) return -1;
    for (uint32_t i = 0; i < space->targets; i++)
        space->begin[cell_of(space, i) + 2]++;
    for (size_t c = 2; c < cells + 2; c++)
        space->begin[c] += space->begin[c - 1];
    for (uint32_t i = 0; i < space->targets; i++)
        space->unit[space->begin[cell_of(space, i) + 1]++] = i;
    return 0;
}

spk_space *spk_space_build(const spk_network *net, uint32_t projection, uint64_t seed,
                           spk_error *err)
{
    const spk_projection *p = &net->projection[projection];
    const spk_population *source = &net->population[p->source];
    const spk_population *target = &net->population[p->target];
    spk_space *space = spk_alloc(1, sizeof *space, "positions", err);
    if (!space) return NULL;
    space->dims = target->position.dims;
    space->targets = target->size;
    space->periodic = target->position.periodic;
    space->position = &target->position;
    space->target = points(target, seed, err);
    space->source = p->source == p->target ? space->target : points(source, seed, err);
    if (space->target && space->source && sort_into_cells(space, err) == 0) return space;
    spk_space_free(space);
    return NULL;
}

void spk_space_free(spk_space *space)
{
    if (!space) return;
    if (space->source != space->target) free(space->source);
    free(space->target);
    free(space->begin);
    free(space->unit);
    free(space);
}

/* ---- finding --------------------------------------------------------------------------------- */

/* The cells along axis k that the box covers: `count` from `first`, modulo their number. */
static void covered(const spk_space *space, uint32_t k, double lower, double upper, uint32_t *first,
                    uint32_t *count)
{
    uint32_t cells = space->cells[k];
    double slack = hair * (fabs(lower) + fabs(upper) + space->side[k] * cells);
    double from = cell_along(space, k, lower - slack), to = cell_along(space, k, upper + slack);
    *first = 0;
    *count = to < from ? 0 : cells;
    if (to < from) return;
    if (space->periodic) {
        if (!(to - from < cells - 1.0)) return; /* infinite ones, too */
        *first = (uint32_t)(from - cells * floor(from / cells)) % cells;
        *count = (uint32_t)(to - from) + 1;
        return;
    }
    if (to < 0 || from > cells - 1.0) {
        *count = 0;
        return;
    }
    *first = (uint32_t)fmax(from, 0);
    *count = (uint32_t)fmin(to, cells - 1.0) - *first + 1;
}

int spk_space_near(const spk_space *space, uint32_t source, const double lower[3],
                   const double upper[3], uint32_t **unit, size_t *capacity, size_t *n,
                   spk_error *err)
{
    const double *from = space->source + (size_t)source * space->dims;
    uint32_t first[3] = {0}, count[3] = {1, 1, 1};
    for (uint32_t k = 0; k < space->dims; k++)
        covered(space, k, from[k] + lower[k], from[k] + upper[k], &first[k], &count[k]);
    *n = 0;
    for (uint32_t z = 0; z < count[2]; z++) {
        for (uint32_t y = 0; y < count[1]; y++) {
            size_t row = (first[2] + z) % space->cells[2];
            row = row * space->cells[1] + (first[1] + y) % space->cells[1];
            for (uint32_t x = 0; x < count[0]; x++) {
                size_t cell = row * space->cells[0] + (first[0] + x) % space->cells[0];
                size_t m = space->begin[cell + 1] - space->begin[cell];
                if (spk_grow(unit, capacity, *n + m, sizeof **unit, "a row of synapses", err))
                    return -1;
                if (m > 0) memcpy(*unit + *n, space->unit + space->begin[cell], m * sizeof **unit);
                *n += m;
            }
        }
    }
    return 0;
}
