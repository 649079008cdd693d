/* payload.c: appending to a payload. */
#include "stream/payload.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void spk_payload_clear(spk_payload *payload)
{
    payload->bytes = payload->cuts = 0;
}

void spk_payload_free(spk_payload *payload)
{
    free(payload->data);
    memset(payload, 0, sizeof *payload);
}

unsigned char *spk_payload_add(spk_payload *payload, size_t bytes, spk_error *err)
{
    if (spk_grow(&payload->data, &payload->capacity, payload->bytes + bytes + 1, 1, "a record",
                 err))
        return NULL;
    unsigned char *at = payload->data + payload->bytes;
    payload->bytes += bytes;
    return at;
}

void spk_payload_cut(spk_payload *payload, size_t offset)
{
    if (payload->cuts && payload->cut[payload->cuts - 1] == offset) return;
    if (payload->cuts < SPK_PAYLOAD_MAX_CUTS) payload->cut[payload->cuts++] = offset;
}

unsigned char *spk_payload_add_planes(spk_payload *payload, size_t planes, size_t bytes,
                                      spk_error *err)
{
    size_t begin = payload->bytes;
    unsigned char *at = spk_payload_add(payload, planes * bytes, err);
    if (at && planes && bytes >= SPK_PLANE_MIN)
        for (size_t i = 0; i <= planes; i++)
            spk_payload_cut(payload, begin + i * bytes);
    return at;
}

int spk_payload_pad(spk_payload *payload, unsigned char fill, spk_error *err)
{
    size_t gap = -payload->bytes & 7;
    unsigned char *at = spk_payload_add(payload, gap, err);
    if (!at) return -1;
    memset(at, fill, gap);
    return 0;
}
