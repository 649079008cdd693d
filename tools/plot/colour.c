/* colour.c: see colour.h. A map is a few anchors with straight lines between them. */
#include "colour.h"

static rgb between(const rgb *anchor, size_t n, double t)
{
    if (!(t > 0)) return anchor[0];
    if (t >= 1) return anchor[n - 1];
    const double place = t * (double)(n - 1);
    const size_t i = (size_t)place;
    const double f = place - (double)i;
    const rgb a = anchor[i], b = anchor[i + 1];
    return (rgb){(uint8_t)(a.r + f * (b.r - a.r) + 0.5), (uint8_t)(a.g + f * (b.g - a.g) + 0.5),
                 (uint8_t)(a.b + f * (b.b - a.b) + 0.5)};
}

rgb colour_viridis(double t)
{
    static const rgb anchor[] = {{68, 1, 84},    {72, 40, 120},  {62, 73, 137},  {49, 104, 142},
                                 {38, 130, 142}, {31, 158, 137}, {53, 183, 121}, {109, 205, 89},
                                 {180, 222, 44}, {253, 231, 37}};
    return between(anchor, sizeof anchor / sizeof *anchor, t);
}

rgb colour_blues(double t)
{
    static const rgb anchor[] = {{255, 255, 255}, {222, 235, 247}, {158, 202, 225},
                                 {66, 146, 198},  {8, 81, 156},    {8, 48, 107}};
    return between(anchor, sizeof anchor / sizeof *anchor, t);
}

rgb colour_series(size_t i)
{
    static const rgb palette[] = {{0, 114, 178},   {213, 94, 0},  {0, 158, 115},
                                  {204, 121, 167}, {230, 159, 0}, {86, 180, 233}};
    return palette[i % (sizeof palette / sizeof *palette)];
}

double colour_luminance(rgb c)
{
    return (0.299 * c.r + 0.587 * c.g + 0.114 * c.b) / 255;
}
