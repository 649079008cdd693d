/* control.h: characters that steer a terminal instead of being shown on it. */
#ifndef SPK_BASE_CONTROL_H
#define SPK_BASE_CONTROL_H

#include <stdbool.h>

static inline bool spk_is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

#endif
