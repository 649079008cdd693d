/* count_kernel.h: where all synapses have one weight: how many spikes reach each target in a step, and
 * what that adds to its input, number x weight in one addition. */

/* input += number x weight for n neighbours, whose counts are zero again. */
static void SPK_REAL(add_counts)(size_t n, uint16_t *restrict count, void *input, double weight)
{
    real *restrict in = input;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        in[i] += (real)(weight * (double)count[i]);
        count[i] = 0;
    }
}

/* The same for the targets in a list only; who stands there again adds nothing more. */
static void SPK_REAL(add_counted)(size_t n, const uint16_t *restrict target,
                                  uint16_t *restrict count, void *input, double weight,
                                  const double times[ENGINE_TIMES])
{
    real *restrict in = input;
    for (size_t i = 0; i < n; i++) {
        const uint16_t number = count[target[i]];
        count[target[i]] = 0;
        in[target[i]] += (real)(number < ENGINE_TIMES ? times[number] : weight * (double)number);
    }
}

/* One after the other, without counting: each target comes once. */
static void SPK_REAL(add_each)(size_t n, const uint16_t *restrict target, void *input,
                               double weight)
{
    real *restrict in = input;
    const real w = (real)weight;
    for (size_t i = 0; i < n; i++)
        in[target[i]] += w;
}

/* The same for one list alone, in which equal targets are neighbours. */
static void SPK_REAL(add_list)(size_t n, const uint16_t *restrict target, void *input,
                               double weight)
{
    real *restrict in = input;
    for (size_t i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n && target[next] == target[i];)
            next++;
        in[target[i]] += (real)(weight * (double)(next - i));
    }
}
