/* spk-decode: what a network answered in; samples with their labels and a PREDICTION each out.
 *
 * The method says what is read: response spikes and a readout (spikes.c), or predictions (sum.c). */
#include "method.h"

struct settings {
    spk_common common;
};

static int run(spk_cli *cli, spk_error *err)
{
    return ((const decoding_method *)cli->method)->run(cli, err);
}

static const spk_program program = {
    .name = "spk-decode",
    .summary = "predict the class of each sample from its response spikes",
    .operands = "[FILE ...]",
    .methods = decoding_methods,
    .groups = SPK_READS_STREAM | SPK_WRITES_STREAM | SPK_SHOWS_PROGRESS,
    .settings_size = sizeof(struct settings),
    .run = run,
};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
