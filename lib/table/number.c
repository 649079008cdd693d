/* number.c: shortest decimal text of a number; of the unusual ones, the others are shortest.c's.
 *
 * Every decimal of 15 digits survives the way to a double and back (6 for a float), so if some
 * shorter text reads back as the value, %.15g prints it, trailing zeros trimmed; otherwise 16 or 17
 * digits are needed. Subnormal numbers have fewer digits, so there the trial begins at one. No
 * locale is ever set, so the point is a point. */
#include "table/shortest.h"
#include "table/table.h"

#include <float.h>
#include <stdlib.h>

enum { NUMBER_BYTES = 32 };

const char *spk_format_real(double value, char *buffer)
{
    if (spk_shortest_real(value, buffer)) return buffer;
    int digits = value > -DBL_MIN && value < DBL_MIN ? 1 : DBL_DIG;
    for (; digits <= DBL_DECIMAL_DIG; digits++) {
        snprintf(buffer, NUMBER_BYTES, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value) break;
    }
    return buffer;
}

const char *spk_format_real32(float value, char *buffer)
{
    if (spk_shortest_real32(value, buffer)) return buffer;
    int digits = value > -FLT_MIN && value < FLT_MIN ? 1 : FLT_DIG;
    for (; digits <= FLT_DECIMAL_DIG; digits++) {
        snprintf(buffer, NUMBER_BYTES, "%.*g", digits, (double)value);
        if (strtof(buffer, NULL) == value) break;
    }
    return buffer;
}
