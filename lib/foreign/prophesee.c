/* prophesee.c: heads of "% KEY VALUE" lines, from which the kind of file and the size of the camera are taken.
 *
 * A head ends with "% end", or, in older files, before the first bytes that are not "% ". */
#include "foreign/prophesee.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

typedef struct head {
    spk_prophesee_kind kind;
    uint32_t rows, columns;
} head;

/* Behind "% KEY " of a line with this key, or NULL. */
static const char *value_of(const char *line, const char *key)
{
    const size_t n = strlen(key);
    line += 1 + strspn(line + 1, " ");
    if (strncasecmp(line, key, n) != 0 || line[n] != ' ') return NULL;
    return line + n + strspn(line + n, " ");
}

/* "640" at the beginning of a text; 0 when it is no number of pixels. */
static uint32_t pixels(const char *text)
{
    uint32_t n = 0;
    for (; *text >= '0' && *text <= '9' && n < 1 << 16; text++)
        n = n * 10 + (uint32_t)(*text - '0');
    return n < 1 << 16 ? n : 0;
}

/* The number behind ";height=" in "EVT3;height=720;width=1280". */
static uint32_t field(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at ? pixels(at + strlen(name)) : 0;
}

static spk_prophesee_kind kind_of(const char *evt)
{
    if (strncasecmp(evt, "EVT", 3) == 0) evt += 3;
    if (strncmp(evt, "2.1", 3) == 0 || strncmp(evt, "21", 2) == 0) return SPK_PROPHESEE_EVT21;
    if (*evt == '2') return SPK_PROPHESEE_EVT2;
    return *evt == '3' ? SPK_PROPHESEE_EVT3 : SPK_PROPHESEE_NONE;
}

/* Sensors that heads without a size name by the camera's plugin. */
static void take_plugin(head *h, const char *plugin)
{
    static const struct {
        const char *name;
        uint32_t rows, columns;
    } sensors[] = {
        {"genx320", 320, 320}, {"gen3", 480, 640}, {"gen4", 720, 1280}, {"imx636", 720, 1280}};
    for (size_t i = 0; i < sizeof sensors / sizeof *sensors && !h->rows; i++)
        if (strstr(plugin, sensors[i].name)) {
            h->rows = sensors[i].rows;
            h->columns = sensors[i].columns;
        }
}

static void take_size(head *h, uint32_t rows, uint32_t columns)
{
    if (rows) h->rows = rows;
    if (columns) h->columns = columns;
}

static bool take_line(void *context, const char *line)
{
    head *h = context;
    const char *value;
    if (strcmp(line, "% end") == 0) return false;
    if ((value = value_of(line, "evt"))) h->kind = kind_of(value);
    if ((value = value_of(line, "format"))) {
        h->kind = kind_of(value);
        take_size(h, field(value, ";height="), field(value, ";width="));
    }
    if ((value = value_of(line, "geometry"))) take_size(h, field(value, "x"), pixels(value));
    if ((value = value_of(line, "height"))) take_size(h, pixels(value), 0);
    if ((value = value_of(line, "width"))) take_size(h, 0, pixels(value));
    if ((value = value_of(line, "plugin_name"))) take_plugin(h, value);
    return true;
}

spk_prophesee_kind spk_prophesee_tell(const unsigned char *bytes, size_t n)
{
    head h = {.kind = SPK_PROPHESEE_NONE};
    bool lines = false, more = true;
    while (more && n >= 2 && memcmp(bytes, "% ", 2) == 0) {
        const unsigned char *end = memchr(bytes, '\n', n);
        char text[SPK_FOREIGN_LINE];
        if (!end) return h.kind;
        spk_foreign_text(bytes, (size_t)(end - bytes), text);
        n -= (size_t)(end - bytes) + 1;
        more = take_line(&h, text);
        bytes = end + 1;
        lines = true;
    }
    if (h.kind == SPK_PROPHESEE_NONE && lines && n >= 2 && bytes[1] == 8) return SPK_PROPHESEE_DAT;
    return h.kind;
}

int spk_prophesee_open(spk_foreign *in, spk_prophesee_kind kind, spk_error *err)
{
    static const char *const names[] = {"", "dat", "evt2", "evt21", "evt3"};
    head h = {.kind = SPK_PROPHESEE_NONE};
    if (spk_foreign_lines(in, "% ", take_line, &h, err)) return -1;
    if (h.kind != SPK_PROPHESEE_NONE && h.kind != kind)
        return spk_fail(err, SPK_DATA, "%s: its head says that it is %s, not %s",
                        spk_source_name(in->source), names[h.kind], names[kind]);
    return spk_foreign_camera(in, h.rows, h.columns, err);
}

void spk_prophesee_head(spk_foreign_out *out, const char *lines)
{
    fputs(lines, out->file);
    fprintf(out->file, "%% Width %" PRIu32 "\n%% Height %" PRIu32 "\n", out->head.shape[2],
            out->head.shape[1]);
}
