/* shortest.h: the fast way to the shortest text of usual numbers. Internal to lib/table. */
#ifndef SPK_TABLE_SHORTEST_H
#define SPK_TABLE_SHORTEST_H

#include <stdbool.h>

/* Writes what spk_format_real and spk_format_real32 have to write, with a terminating 0. False, with
 * anything in the buffer (of 32), when the number is too large or too small for that. */
bool spk_shortest_real(double value, char *buffer);
bool spk_shortest_real32(float value, char *buffer);

#endif
