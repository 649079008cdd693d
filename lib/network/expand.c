/* expand.c: a loaded network as JSON again, nothing left to a default.
 *
 * The text is written from the resolved values, not from the file, so that loading it gives the
 * identical network, and two files that mean the same network give the same bytes. Numbers are in
 * their shortest form that reads back the same; times are exact decimals. */
#include "network/load.h"
#include "table/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- writing JSON ---------------------------------------------------------------------------- */

typedef struct writer {
    FILE *out;
    int depth;
    bool begun; /* the innermost object has a member */
} writer;

static void put_key(writer *w, const char *key)
{
    fprintf(w->out, "%s\n%*s\"%s\": ", w->begun ? "," : "", 2 * w->depth, "", key);
    w->begun = true;
}

static void open_object(writer *w, const char *key)
{
    if (key) put_key(w, key);
    fputc('{', w->out);
    w->depth++;
    w->begun = false;
}

static void close_object(writer *w)
{
    w->depth--;
    if (w->begun)
        fprintf(w->out, "\n%*s}", 2 * w->depth, "");
    else
        fputc('}', w->out);
    w->begun = true;
}

static void put_text(writer *w, const char *key, const char *text)
{
    put_key(w, key);
    fprintf(w->out, "\"%s\"", text); /* names and words: nothing to escape */
}

static void put_bool(writer *w, const char *key, bool value)
{
    put_key(w, key);
    fputs(value ? "true" : "false", w->out);
}

static void put_u64(writer *w, const char *key, uint64_t value)
{
    put_key(w, key);
    fprintf(w->out, "%" PRIu64, value);
}

static void number(writer *w, double value)
{
    char text[32];
    fputs(isfinite(value) ? spk_format_real(value, text) : "null", w->out);
}

static void put_real(writer *w, const char *key, double value)
{
    put_key(w, key);
    number(w, value);
}

/* `steps` of dt in milliseconds, all digits: dt was read from a decimal, so they come to an end. */
static void ms(writer *w, uint64_t steps, spk_rational dt)
{
    unsigned __int128 rest = (unsigned __int128)steps * dt.num * 1000;
    fprintf(w->out, "%" PRIu64, (uint64_t)(rest / dt.den));
    rest %= dt.den;
    if (rest) fputc('.', w->out);
    for (; rest; rest = rest * 10 % dt.den)
        fputc('0' + (int)(rest * 10 / dt.den), w->out);
}

static void put_ms(writer *w, const char *key, uint64_t steps, spk_rational dt)
{
    put_key(w, key);
    ms(w, steps, dt);
}

/* n numbers as [a, b]; without blanks where there may be many, so that a file that was not too large
 * is not. */
static void put_numbers(writer *w, size_t n, const double *value, const char *between)
{
    fputc('[', w->out);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) fputs(between, w->out);
        number(w, value[i]);
    }
    fputc(']', w->out);
}

/* The text of a file's or a column's name. */
static void put_string(writer *w, const char *text)
{
    fputc('"', w->out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', w->out);
        if ((unsigned char)*text < 0x20)
            fprintf(w->out, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, w->out);
    }
    fputc('"', w->out);
}

static void put_clip(writer *w, const spk_value *v)
{
    const double bounds[] = {v->min, v->max};
    if (!isfinite(v->min) && !isfinite(v->max)) return;
    fputs(", \"clip\": ", w->out);
    put_numbers(w, 2, bounds, ", ");
}

static void put_list(writer *w, const spk_unit_list *list)
{
    if (!list->file) {
        fputs("{\"list\": ", w->out);
        put_numbers(w, list->n, list->value, ",");
        fputc('}', w->out);
        return;
    }
    fputs("{\"file\": ", w->out);
    put_string(w, list->file);
    fputs(", \"column\": ", w->out);
    put_string(w, list->column);
    fprintf(w->out, ", \"digest\": \"%s\"}", list->digest);
}

static void put_of_distance(writer *w, const spk_value *v)
{
    const double two[] = {v->a, v->b}, three[] = {v->a, v->c, v->b};
    bool gaussian = v->kind == SPK_VALUE_DISTANCE_GAUSSIAN;
    fprintf(w->out, "{\"distance\": {\"%s\": ",
            gaussian                               ? "gaussian"
            : v->kind == SPK_VALUE_DISTANCE_LINEAR ? "linear"
                                                   : "exponential");
    put_numbers(w, gaussian ? 3 : 2, gaussian ? three : two, ", ");
    fputc('}', w->out);
    put_clip(w, v);
    fputc('}', w->out);
}

static void put_value(writer *w, const char *key, const spk_value *v)
{
    static const char *const kinds[] = {[SPK_VALUE_UNIFORM] = "uniform",
                                        [SPK_VALUE_NORMAL] = "normal",
                                        [SPK_VALUE_LOGNORMAL] = "lognormal",
                                        [SPK_VALUE_EXPONENTIAL] = "exponential"};
    if (v->kind == SPK_VALUE_EDGES) return; /* the edges say it */
    put_key(w, v->list && v->list->key ? v->list->key : key);
    if (v->kind == SPK_VALUE_CONSTANT) {
        number(w, v->a);
        return;
    }
    if (v->kind == SPK_VALUE_LIST) {
        put_list(w, v->list);
        return;
    }
    if (spk_value_of_distance(v)) {
        put_of_distance(w, v);
        return;
    }
    if (v->kind == SPK_VALUE_CHOICE) {
        fputs("{\"choice\": ", w->out);
        put_numbers(w, v->choices, v->choice, ", ");
        put_clip(w, v);
        fputc('}', w->out);
        return;
    }
    bool pair = v->kind != SPK_VALUE_EXPONENTIAL;
    fprintf(w->out, "{\"%s\": %s", kinds[v->kind], pair ? "[" : "");
    number(w, v->a);
    if (pair) {
        fputs(", ", w->out);
        number(w, v->b);
        fputc(']', w->out);
    }
    put_clip(w, v);
    fputc('}', w->out);
}

static void put_parameter(writer *w, const spk_parameter *row, const spk_value *v)
{
    if (!row->choices) {
        put_value(w, row->key, v);
        return;
    }
    spk_words words;
    spk_words_split(&words, row->choices);
    put_text(w, row->key, words.word[(int)v->a]);
}

/* One unit's spikes as a list, those of several as a list of lists. */
static void put_trains(writer *w, const char *key, const spk_population *pop, spk_rational dt)
{
    const spk_trains *trains = pop->trains;
    put_key(w, key);
    if (trains->file) {
        fputs("{\"file\": ", w->out);
        put_string(w, trains->file);
        fprintf(w->out, ", \"digest\": \"%s\"}", trains->digest);
        return;
    }
    size_t k = 0;
    for (uint32_t unit = 0; unit < pop->size; unit++) {
        const char *between = "";
        if (pop->size > 1) fputc(unit ? ',' : '[', w->out);
        fputc('[', w->out);
        for (; k < trains->n && trains->unit[trains->listed[k]] == unit; k++, between = ",") {
            fputs(between, w->out);
            ms(w, trains->step[trains->listed[k]] + 1, dt);
        }
        fputc(']', w->out);
    }
    if (pop->size > 1) fputc(']', w->out);
}

static void put_reals(writer *w, const char *key, const spk_reals *reals)
{
    put_key(w, key);
    put_numbers(w, reals->n, reals->value, ", ");
}

/* ---- the network ----------------------------------------------------------------------------- */

static void put_shape(writer *w, const char *key, const spk_population *pop)
{
    put_key(w, key);
    for (uint32_t i = 0; i < pop->dims; i++)
        fprintf(w->out, "%s%" PRIu32, i ? ", " : "[", pop->shape[i]);
    fputc(']', w->out);
}

static void put_point(writer *w, const char *key, uint32_t dims, const double *at)
{
    put_key(w, key);
    put_numbers(w, dims, at, ", ");
}

static void put_listed(writer *w, const spk_population *pop)
{
    const spk_position *p = &pop->position;
    if (p->file) {
        put_key(w, "file");
        put_string(w, p->file);
        put_key(w, "columns");
        for (uint32_t k = 0; k < p->dims; k++) {
            fputs(k ? ", " : "[", w->out);
            put_string(w, p->column[k]);
        }
        fputc(']', w->out);
        put_text(w, "digest", p->digest);
    } else {
        put_key(w, "list");
        for (size_t i = 0; i < pop->size; i++) {
            fputc(i ? ',' : '[', w->out);
            put_numbers(w, p->dims, p->at + i * p->dims, ",");
        }
        fputc(']', w->out);
    }
    if (p->extent[0] > 0) put_point(w, "extent", p->dims, p->extent);
}

static void put_position(writer *w, const spk_population *pop)
{
    const spk_position *p = &pop->position;
    open_object(w, "position");
    if (p->kind == SPK_POSITION_GRID) put_shape(w, "grid", pop);
    if (p->kind == SPK_POSITION_UNIFORM) open_object(w, "uniform");
    if (p->kind != SPK_POSITION_LIST) {
        put_point(w, "extent", p->dims, p->extent);
        put_point(w, "center", p->dims, p->center);
    }
    if (p->kind == SPK_POSITION_UNIFORM) close_object(w);
    if (p->kind == SPK_POSITION_LIST) put_listed(w, pop);
    put_bool(w, "periodic", p->periodic);
    close_object(w);
}

static void put_values(writer *w, const spk_parameter *table, const spk_value *value)
{
    for (size_t i = 0; table[i].key; i++)
        put_parameter(w, &table[i], &value[i]);
}

static void put_threshold(writer *w, const spk_population *pop)
{
    if (!pop->adaptive) return;
    open_object(w, "adaptive_threshold");
    put_values(w, spk_threshold_parameters, pop->theta);
    if (pop->theta_scaled) {
        open_object(w, "theta_plus_scale");
        put_values(w, spk_theta_scale_parameters, pop->theta_scale);
        close_object(w);
    }
    close_object(w);
}

static void put_teacher(writer *w, const spk_population *pop)
{
    if (!pop->taught) return;
    open_object(w, "teacher");
    put_values(w, spk_teacher_parameters, pop->teacher);
    close_object(w);
}

static void put_population(writer *w, const spk_population *pop, spk_rational dt)
{
    spk_words solvers;
    spk_words_split(&solvers, pop->model->solvers);
    open_object(w, pop->name);
    put_u64(w, "size", pop->size);
    if (pop->dims > 0 && spk_position_is_shape(pop)) put_shape(w, "shape", pop);
    if (!spk_position_is_shape(pop)) put_position(w, pop);
    put_text(w, "model", pop->model->name);
    open_object(w, "params");
    for (size_t i = 0; pop->model->parameters[i].key; i++)
        if (pop->model->parameters[i].list)
            put_reals(w, pop->model->parameters[i].key, &pop->list[i]);
        else if (pop->model->parameters[i].trains)
            put_trains(w, pop->model->parameters[i].key, pop, dt);
        else
            put_parameter(w, &pop->model->parameters[i], &pop->param[i]);
    close_object(w);
    put_text(w, "solver", solvers.word[pop->solver]);
    put_threshold(w, pop);
    put_teacher(w, pop);
    put_text(w, "winner", pop->winner_random ? "random" : "all");
    close_object(w);
}

static void put_mask(writer *w, const spk_projection *p, uint32_t dims)
{
    const spk_mask *mask = &p->mask;
    if (!mask->round && !mask->box) return;
    open_object(w, "mask");
    if (mask->round) {
        open_object(w, dims == 2 ? "circular" : "spherical");
        put_real(w, "radius", mask->radius);
    } else {
        open_object(w, dims == 2 ? "rectangular" : "box");
        put_point(w, "lower_left", dims, mask->lower);
        put_point(w, "upper_right", dims, mask->upper);
    }
    close_object(w);
    close_object(w);
}

/* `dims` of the positions of its ends. */
static void put_connect(writer *w, const spk_projection *p, uint32_t dims)
{
    const spk_rule_keys *keys = spk_connect_keys(p->connect);
    open_object(w, "connect");
    put_text(w, "rule", spk_connection_rules[p->connect]);
    if (keys->count) put_u64(w, keys->count, p->count);
    if (keys->probability) put_value(w, "p", &p->chance);
    if (p->spatial) put_mask(w, p, dims);
    if (p->edges) {
        put_key(w, "file");
        put_string(w, p->edges->file);
        if (p->edges->array) {
            put_key(w, "array");
            put_string(w, p->edges->array);
        }
        put_text(w, "digest", p->edges->digest);
    }
    if (keys->autapses) put_bool(w, "allow_autapses", p->autapses);
    if (keys->multapses) put_bool(w, "allow_multapses", p->multapses);
    if (p->gap) put_bool(w, "make_symmetric", p->symmetric);
    if (p->seeded) put_u64(w, "seed", p->seed);
    close_object(w);
}

/* `stem` with the unit of the projection's weight. */
static void with_unit(const char *stem, const spk_projection *p, char key[32])
{
    snprintf(key, 32, "%s%s%s", stem, p->weight_unit[0] ? "_" : "", p->weight_unit);
}

static void put_constants(writer *w, const spk_parameter *table, const double *param)
{
    for (size_t i = 0; table[i].key; i++) {
        const spk_value v = spk_constant(param[i]);
        put_parameter(w, &table[i], &v);
    }
}

/* A rule's parameters, of which some are multiplied by a modulator. */
static void put_rates(writer *w, const spk_network *net, const spk_projection *p)
{
    for (size_t i = 0; p->rule->parameters[i].key; i++) {
        const spk_value v = spk_constant(p->rule_param[i]);
        if (p->rule_modulator[i] < 0) {
            put_parameter(w, &p->rule->parameters[i], &v);
            continue;
        }
        open_object(w, p->rule->parameters[i].key);
        put_text(w, "modulator", net->population[p->rule_modulator[i]].name);
        put_real(w, "times", v.a);
        close_object(w);
    }
}

static void put_course(writer *w, const spk_projection *p)
{
    if (p->course == SPK_COURSE_PULSE) return;
    open_object(w, "kernel");
    put_real(w, "tau_ms", p->course_tau_ms);
    put_text(w, "spikes", p->course == SPK_COURSE_NEAREST ? "nearest" : "all");
    close_object(w);
}

static void put_short_term(writer *w, const spk_projection *p)
{
    if (!p->short_term) return;
    open_object(w, "short_term");
    put_text(w, "model", p->short_term->name);
    put_constants(w, p->short_term->parameters, p->short_term_param);
    close_object(w);
}

static void put_scaling(writer *w, const spk_projection *p)
{
    const spk_scaling *s = &p->scaling;
    if (!(s->target_rate_Hz > 0)) return;
    char sum[32];
    with_unit("max_sum", p, sum);
    open_object(w, "scaling");
    put_real(w, "target_rate_Hz", s->target_rate_Hz);
    put_real(w, "tau_ms", s->tau_ms);
    put_real(w, "gain", s->gain);
    put_real(w, sum, s->max_sum);
    close_object(w);
}

static void put_learning(writer *w, const spk_network *net, const spk_projection *p)
{
    if (!p->rule) return;
    open_object(w, "plasticity");
    put_text(w, "rule", p->rule->name);
    put_rates(w, net, p);
    close_object(w);
    put_scaling(w, p);
    if (!p->normalize) return;
    char sum[32];
    with_unit("sum", p, sum);
    open_object(w, "normalize");
    put_text(w, "per", "target");
    put_real(w, sum, p->normalize_sum);
    put_text(w, "when", "sample");
    close_object(w);
}

static void put_projection(writer *w, const spk_network *net, const spk_projection *p)
{
    char weight[32];
    with_unit("weight", p, weight);
    open_object(w, p->name);
    put_connect(w, p, net->population[p->target].position.dims);
    put_value(w, weight, &p->weight);
    put_text(w, "weight_type", spk_dtype_name(p->weight_type));
    if (p->gap) {
        put_text(w, "synapse", "gap_junction");
        close_object(w);
        return;
    }
    if (p->delay_ms.kind == SPK_VALUE_CONSTANT)
        put_ms(w, "delay_ms", p->delay_steps, net->dt);
    else
        put_value(w, "delay_ms", &p->delay_ms);
    put_text(w, "delay_kind", p->axonal ? "axonal" : "dendritic");
    put_text(w, "storage", p->procedural ? "procedural" : "stored");
    put_course(w, p);
    put_short_term(w, p);
    put_learning(w, net, p);
    close_object(w);
}

static void put_on_sample(writer *w, const spk_network *net)
{
    const spk_on_sample *s = &net->on_sample;
    const struct {
        const char *word;
        bool reset;
    } parts[] = {{"membranes", s->reset_membranes},
                 {"synapses", s->reset_synapses},
                 {"traces", s->reset_traces},
                 {"spikes", s->reset_spikes},
                 {"weights", s->reset_weights}};
    bool begun = false;
    open_object(w, "on_sample");
    put_key(w, "reset");
    fputc('[', w->out);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].reset) fprintf(w->out, "%s\"%s\"", begun ? ", " : "", parts[i].word);
        begun = begun || parts[i].reset;
    }
    fputc(']', w->out);
    put_ms(w, "rest_ms", s->rest_steps, net->dt);
    if (s->repeat) {
        open_object(w, "repeat");
        put_text(w, "population", net->population[s->repeat_population].name);
        put_u64(w, "min_spikes", s->repeat_min_spikes);
        put_real(w, "rate_step", s->repeat_rate_step);
        put_u64(w, "max_attempts", s->repeat_max_attempts);
        close_object(w);
    }
    close_object(w);
}

static void put_record(writer *w, const spk_network *net)
{
    open_object(w, "record");
    for (size_t i = 0; i < net->populations; i++) {
        const spk_population *pop = &net->population[i];
        const spk_record_request *r = &pop->record;
        if (!r->spikes && r->variables == 0) continue;
        open_object(w, pop->name);
        put_bool(w, "spikes", r->spikes);
        put_key(w, "variables");
        fputc('[', w->out);
        for (size_t j = 0; j < r->variables; j++)
            fprintf(w->out, "%s\"%s\"", j ? ", " : "", pop->model->states[r->variable[j]].name);
        fputc(']', w->out);
        put_ms(w, "interval_ms", r->interval_steps, net->dt);
        close_object(w);
    }
    close_object(w);
}

static void put_network(writer *w, const spk_network *net)
{
    open_object(w, NULL);
    put_text(w, "format", "spikepipe-network");
    put_u64(w, "version", 1);
    put_ms(w, "dt_ms", 1, net->dt);
    put_text(w, "precision", net->single ? "float" : "double");
    open_object(w, "populations");
    for (size_t i = 0; i < net->populations; i++)
        put_population(w, &net->population[i], net->dt);
    close_object(w);
    open_object(w, "projections");
    for (size_t i = 0; i < net->projections; i++)
        put_projection(w, net, &net->projection[i]);
    close_object(w);
    put_on_sample(w, net);
    put_record(w, net);
    close_object(w);
    fputc('\n', w->out);
}

char *spk_network_expand(const spk_network *net, spk_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    writer w = {.out = open_memstream(&text, &bytes)};
    if (w.out) put_network(&w, net);
    bool failed = !w.out || ferror(w.out);
    if (w.out && fclose(w.out) != 0) failed = true;
    if (!failed) return text;
    free(text);
    spk_fail(err, SPK_LIMIT, "out of memory for the network's JSON");
    return NULL;
}
