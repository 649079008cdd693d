/* network_tables.c: the tables of neuron models, learning rules and short-term plasticity as mdoc, for
 * man/spk-network.5: scripts/man-network puts each between its comments. */
#include "network/network.h"
#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* As people write it: 1e6, 1e-6, 0.05; mdoc reads a leading hyphen as a dash. */
static void put_number(double value)
{
    char text[32];
    spk_format_real(value, text);
    double power = round(log10(fabs(value)));
    if (fabs(power) >= 5 && fabs(fabs(value) / pow(10, power) - 1) < 1e-12)
        snprintf(text, sizeof text, "%s1e%.0f", value < 0 ? "-" : "", power);
    printf("%s%s", text[0] == '-' ? "\\" : "", text);
}

/* "a|b" as ".Cm a or .Cm b", the preset marked. */
static void put_choices(const char *choices, int preset)
{
    int index = 0;
    for (const char *at = choices, *bar; at; at = bar ? bar + 1 : NULL, index++) {
        bar = strchr(at, '|');
        printf(".Cm %.*s%s%s\n", bar ? (int)(bar - at) : (int)strlen(at), at,
               index == preset ? " Pq default" : "", bar ? " ," : " .");
    }
}

static void put_parameter(const spk_parameter *row, bool some_are_drawn)
{
    printf(".It Cm %s\n%s", row->key, row->help);
    if (row->choices) {
        puts(":");
        put_choices(row->choices, (int)row->preset);
        return;
    }
    if (row->trains) {
        puts("; a list, a list for each unit, or a file; must be given");
        return;
    }
    printf("; %s", row->list ? "a list; " : "");
    if (isnan(row->preset)) {
        printf("must be given");
    } else {
        printf("default ");
        put_number(row->preset);
    }
    printf("; ");
    put_number(row->min);
    printf(" to ");
    put_number(row->max);
    puts(some_are_drawn && !row->per_unit && !row->list ? "; one number" : "");
}

static void put_parameters(const spk_parameter *table)
{
    int width = 0;
    bool some_are_drawn = false;
    for (const spk_parameter *row = table; row->key; row++) {
        if ((int)strlen(row->key) > width) width = (int)strlen(row->key);
        some_are_drawn = some_are_drawn || row->per_unit;
    }
    if (!table->key) return;
    printf(".Bl -tag -width %.*s -compact\n", width, "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm");
    for (const spk_parameter *row = table; row->key; row++)
        put_parameter(row, some_are_drawn);
    puts(".El");
}

static void put_takes(const spk_neuron_model *model)
{
    static const char *const keys[] = {[SPK_WEIGHT_CURRENT] = "weight_pA",
                                       [SPK_WEIGHT_CONDUCTANCE] = "weight_nS",
                                       [SPK_WEIGHT_VOLTAGE] = "weight_mV",
                                       [SPK_WEIGHT_NUMBER] = "weight"};
    puts(".Pp");
    if (model->weight == SPK_WEIGHT_NONE)
        puts("Takes no input.");
    else
        printf("Takes\n.Cm %s .\n", keys[model->weight]);
    puts("Solvers:");
    put_choices(model->solvers, 0);
    if (model->adaptive_threshold) puts("Its threshold can be adaptive.");
    if (!model->states->name) return;
    puts("Variables:");
    for (const spk_state_variable *s = model->states; s->name; s++)
        printf(".Va %s Pq %s%s\n", s->name, s->unit[0] ? s->unit : "no unit",
               s[1].name ? " ," : " .");
}

int main(void)
{
    for (size_t i = 0; spk_neuron_models[i]; i++) {
        const spk_neuron_model *model = spk_neuron_models[i];
        printf("@model %s\n", model->name);
        put_takes(model);
        put_parameters(model->parameters);
    }
    puts("@threshold adaptive_threshold");
    put_parameters(spk_threshold_parameters);
    puts("@theta_plus_scale theta_plus_scale");
    put_parameters(spk_theta_scale_parameters);
    puts("@teacher teacher");
    put_parameters(spk_teacher_parameters);
    for (size_t i = 0; spk_plasticity_rules[i]; i++) {
        const spk_plasticity_rule *rule = spk_plasticity_rules[i];
        printf("@rule %s\n", rule->name);
        put_parameters(rule->parameters);
    }
    for (size_t i = 0; spk_short_term_models[i]; i++) {
        const spk_short_term_model *model = spk_short_term_models[i];
        printf("@short_term %s\n", model->name);
        put_parameters(model->parameters);
    }
    return fflush(stdout) || ferror(stdout);
}
