/* propagators.c: with a = 1 / tau_syn - 1 / tau_m, each is exp(-dt / tau_m) / C_m times the integral
 * over the step of exp(-a s), or of s exp(-a s). Where a dt is large, both exponentials are taken on
 * their own, as one may be beyond all numbers. */
#include "neuron/propagators.h"

#include "math/math.h"

#include <math.h>

double spk_propagate_constant(double dt, double tau_m, double c_m)
{
    return -spk_expm1(-dt / tau_m) * tau_m / c_m;
}

static double difference(double tau_m, double tau_syn)
{
    return (tau_m - tau_syn) / (tau_m * tau_syn);
}

double spk_propagate_exp(double dt, double tau_m, double c_m, double tau_syn)
{
    const double a = difference(tau_m, tau_syn), x = a * dt;
    if (fabs(x) > 1) return (spk_exp(-dt / tau_m) - spk_exp(-dt / tau_syn)) / a / c_m;
    const double integral = fabs(x) < 1e-300 ? dt : -spk_expm1(-x) / a;
    return spk_exp(-dt / tau_m) / c_m * integral;
}

/* (1 - (1 + x) exp(-x)) / x^2 = sum over k of (-x)^k / (k! (k + 2)), for x that are not large. */
static double alpha_integral(double x)
{
    double sum = 0, term = 1;
    for (int k = 0; k < 24; k++) {
        sum += term / (k + 2);
        term *= -x / (k + 1);
    }
    return sum;
}

double spk_propagate_alpha(double dt, double tau_m, double c_m, double tau_syn)
{
    const double x = difference(tau_m, tau_syn) * dt, membrane = spk_exp(-dt / tau_m);
    if (fabs(x) > 1) return (membrane - (1 + x) * spk_exp(-dt / tau_syn)) / (x * x) * dt * dt / c_m;
    return membrane / c_m * dt * dt * alpha_integral(x);
}
