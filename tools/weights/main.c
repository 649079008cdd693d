/* spk-weights: weight streams added up, scaled, and rounded to what a fixed-point machine can hold.
 *
 * Numbers are added in double precision in the order of the operands, multiplied once, rounded once
 * more to the type in which they are stored; so nothing depends on how the streams were written. */
#include "base/memory.h"
#include "base/path.h"
#include "filter/filter.h"
#include "gather.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    spk_common common;
    double scale, quantum;
    const char *array;
} settings;

#define AT(member) .offset = offsetof(settings, member)

static const spk_option options[] = {
    {.name = "scale",
     AT(scale),
     .kind = SPK_REAL,
     .metavar = "X",
     .preset = "1",
     .min = -1e300,
     .max = 1e300,
     .help = "multiply the sum by X"},
    {.name = "quantum",
     AT(quantum),
     .kind = SPK_REAL,
     .metavar = "X",
     .max = 1e300,
     .flags = SPK_POSITIVE,
     .help = "round what results to the nearest whole multiple of X, a tie to the even one"},
    {.name = "array",
     AT(array),
     .kind = SPK_TEXT,
     .metavar = "NAME",
     .help = "scale and round this array, or the arrays of this projection or population, only"},
    {0}};

/* ---- in -------------------------------------------------------------------------------------- */

/* The streams are read one after another; the first becomes the sum. */
typedef struct inputs {
    size_t n;
    spk_origin *origin;
    spk_provenance *history; /* [n] */
    gathered sum;
} inputs;

static int read_one(const spk_cli *cli, const char *path, gathered *to, spk_error *err)
{
    *to = (gathered){.name = path};
    spk_reader *in = spk_filter_input(cli, path, NULL, err);
    if (!in) return -1;
    const int failed = gather(in, cli->common->max_memory, to, err);
    to->name = spk_path_title(path); /* the reader's goes with it */
    spk_reader_close(in);
    return failed;
}

static int add_one(inputs *all, size_t k, gathered *one, spk_error *err)
{
    all->origin[k] = (spk_origin){one->name, &all->history[k]};
    if (spk_provenance_merge(&all->history[k], &one->history, err)) return -1;
    if (k > 0) return gathered_add(&all->sum, one, err);
    all->sum = *one;
    *one = (gathered){0};
    return 0;
}

static int read_all(const spk_cli *cli, inputs *all, spk_error *err)
{
    all->n = cli->operands ? cli->operands : 1;
    all->origin = spk_alloc(all->n, sizeof *all->origin, "inputs", err);
    all->history = spk_alloc(all->n, sizeof *all->history, "inputs", err);
    if (!all->origin || !all->history) return -1;
    for (size_t k = 0; k < all->n; k++)
        spk_provenance_init(&all->history[k]);
    for (size_t k = 0; k < all->n; k++) {
        gathered one;
        const int failed = read_one(cli, cli->operands ? cli->operand[k] : "-", &one, err) ||
                           add_one(all, k, &one, err);
        gathered_free(&one);
        if (failed) return -1;
    }
    return 0;
}

static void close_inputs(inputs *all)
{
    for (size_t k = 0; all->history && k < all->n; k++)
        spk_provenance_free(&all->history[k]);
    free(all->history);
    free(all->origin);
    gathered_free(&all->sum);
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

/* Is it what --array names: "exc->exc", or "exc->exc.weight"? */
static bool is_chosen(const spk_array *array, const char *name)
{
    if (!name) return true;
    const size_t n = strlen(array->owner);
    if (strncmp(name, array->owner, n) != 0) return false;
    return !name[n] || (name[n] == '.' && strcmp(name + n + 1, array->variable) == 0);
}

static int check_choice(const settings *s, const gathered *sum, spk_error *err)
{
    for (size_t a = 0; a < sum->header.arrays; a++)
        if (is_chosen(&sum->header.array[a], s->array)) return 0;
    return spk_fail(err, SPK_USAGE, "--array %s: %s has no such array, but %s.%s%s", s->array,
                    sum->name, sum->header.array[0].owner, sum->header.array[0].variable,
                    sum->header.arrays > 1 ? " ..." : "");
}

static double changed(const settings *s, double x)
{
    x *= s->scale;
    return s->quantum > 0 ? rint(x / s->quantum) * s->quantum : x;
}

static int compute(const settings *s, gathered *sum, spk_error *err)
{
    for (size_t a = 0; a < sum->header.arrays; a++) {
        const spk_array *array = &sum->header.array[a];
        const bool chosen = is_chosen(array, s->array);
        gathered_array *to = &sum->array[a];
        for (size_t i = 0; i < to->n; i++) {
            const double x = chosen ? changed(s, to->value[i]) : to->value[i];
            if (!isfinite(array->dtype == SPK_F32 ? (double)(float)x : x))
                return spk_fail(err, SPK_NUMERIC, "%s.%s: value %zu is beyond the range of %s",
                                array->owner, array->variable, i, spk_dtype_name(array->dtype));
            to->value[i] = x;
        }
    }
    return 0;
}

/* ---- out ------------------------------------------------------------------------------------- */

/* From double to the array's type, in the same memory. */
static void store(spk_dtype dtype, gathered_array *a)
{
    for (size_t i = 0; dtype == SPK_F32 && i < a->n; i++) {
        const float x = (float)a->value[i];
        memcpy((char *)a->value + i * sizeof x, &x, sizeof x);
    }
}

static int write_array(spk_writer *out, const spk_array *array, gathered_array *a, spk_error *err)
{
    store(array->dtype, a);
    if (!array->sparse) return spk_writer_dense(out, array->id, 0, a->rows, a->value, err);
    uint64_t *row_ptr = spk_alloc(a->rows + 1, sizeof *row_ptr, "weights", err);
    if (!row_ptr) return -1;
    memcpy(row_ptr + 1, a->end, a->rows * sizeof *row_ptr);
    int failed = spk_writer_sparse(out, array->id, 0, a->rows, row_ptr, a->col, a->value, err);
    free(row_ptr);
    return failed;
}

static int write_all(const spk_cli *cli, inputs *all, spk_error *err)
{
    gathered *sum = &all->sum;
    const spk_writer_options packed = spk_filter_options(cli);
    spk_provenance history;
    spk_provenance_init(&history);
    spk_sink *out = NULL;
    if (!spk_filter_history(cli, all->n, all->origin, 0, NULL, &history, err))
        out = spk_filter_open(cli, &sum->header, &history, &packed, err);
    spk_provenance_free(&history);
    if (!out) return -1;
    int failed = spk_writer_snapshot(spk_sink_writer(out), &sum->snapshot, err);
    for (size_t a = 0; !failed && a < sum->header.arrays; a++)
        failed = write_array(spk_sink_writer(out), &sum->header.array[a], &sum->array[a], err);
    if (!failed) return spk_filter_finish(out, sum->duration, err);
    spk_filter_abandon(out);
    return -1;
}

/* ---- the program ----------------------------------------------------------------------------- */

static int run(spk_cli *cli, spk_error *err)
{
    const settings *s = cli->settings;
    inputs all = {0};
    int failed = read_all(cli, &all, err) || check_choice(s, &all.sum, err) ||
                 compute(s, &all.sum, err) || write_all(cli, &all, err);
    close_inputs(&all);
    return failed ? -1 : 0;
}

static const spk_program program = {.name = "spk-weights",
                                    .summary = "add weight streams, scale and round them",
                                    .operands = "[FILE...]",
                                    .options = options,
                                    .groups =
                                        SPK_READS_STREAM | SPK_WRITES_STREAM | SPK_BOUNDS_MEMORY,
                                    .settings_size = sizeof(settings),
                                    .run = run};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
