/* progress.c: how far a long run is. spk_progress_update is called for every sample, so it looks at
 * the clock and returns unless a report is due. */
#include "cli/message.h"

#include "base/memory.h"
#include "base/now.h"
#include "cli/line.h"
#include "cli/signals.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct spk_progress {
    const spk_cli *cli;
    char unit[32];
    uint64_t total;      /* 0: unknown */
    bool estimated;      /* it may be wrong */
    uint64_t before;     /* done by the run that this one resumes */
    uint64_t start, due; /* monotonic ns; due: when the next report is */
    bool unicode;
};

enum { WIDE = 512, BAR_CELLS = 20 };

static const uint64_t second = 1000000000;

static volatile sig_atomic_t status_asked, state_asked; /* by SIGUSR1 */

static void ask_status(int number)
{
    (void)number;
    status_asked = state_asked = 1;
}

bool spk_state_requested(void)
{
    const bool asked = state_asked;
    state_asked = 0;
    return asked;
}

static double seconds_of(const struct timeval *t)
{
    return (double)t->tv_sec + 1e-6 * (double)t->tv_usec;
}

static uint64_t interval(spk_progress_mode mode)
{
    switch (mode) {
    case SPK_PROGRESS_BAR:
        return second / 6;
    case SPK_PROGRESS_LINE:
        return 10 * second;
    case SPK_PROGRESS_JSON:
        return second;
    default:
        return UINT64_MAX / 2;
    }
}

/* Whether block characters can be drawn: a UTF-8 locale and a terminal that is not dumb. */
static bool can_draw_blocks(void)
{
    const char *locale = getenv("LC_ALL"), *terminal = getenv("TERM");
    if (!locale || !*locale) locale = getenv("LC_CTYPE");
    if (!locale || !*locale) locale = getenv("LANG");
    if (!locale || !terminal || strcmp(terminal, "dumb") == 0) return false;
    return strstr(locale, "UTF-8") || strstr(locale, "utf8");
}

spk_progress *spk_progress_start(const spk_cli *cli, const char *unit, uint64_t total)
{
    spk_progress *p = spk_alloc(1, sizeof *p, "progress", NULL);
    if (!p) return NULL; /* a run does not fail for want of a progress bar */
    *p = (spk_progress){
        .cli = cli, .total = total, .start = spk_now(), .unicode = can_draw_blocks()};
    snprintf(p->unit, sizeof p->unit, "%s", unit);
    p->due = p->start + interval(cli->common->progress);
    struct sigaction action = {.sa_handler = ask_status, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    return p;
}

void spk_progress_begin_at(spk_progress *p, uint64_t done)
{
    if (p) p->before = done;
}

void spk_progress_expect(spk_progress *p, uint64_t total)
{
    if (!p) return;
    p->total = total;
    p->estimated = true;
}

/* What every form of report tells. */
typedef struct status {
    uint64_t done, total;
    double elapsed, rate; /* s, units a second */
    double left;          /* s; -1: unknown */
} status;

static status status_of(const spk_progress *p, uint64_t done, uint64_t now)
{
    status s = {.done = done, .total = p->total, .left = -1};
    s.elapsed = (double)(now - p->start) / (double)second;
    s.rate = s.elapsed > 0 ? (double)(done - p->before) / s.elapsed : 0;
    if (p->total > done && s.rate > 0) s.left = (double)(p->total - done) / s.rate;
    if (p->total && done >= p->total) s.left = 0;
    return s;
}

/* "0:41", "2:03:10"; "?" when unknown. */
static const char *clock_text(double seconds, char *buffer, size_t size)
{
    if (seconds < 0 || seconds > 1e7) return "?";
    unsigned s = (unsigned)(seconds + 0.5);
    if (s >= 3600)
        snprintf(buffer, size, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(buffer, size, "%u:%02u", s / 60, s % 60);
    return buffer;
}

static const char *rate_text(double rate, char *buffer, size_t size)
{
    snprintf(buffer, size, rate < 10 ? "%.2f" : rate < 100 ? "%.1f" : "%.0f", rate);
    return buffer;
}

/* "12345 of 60000 samples (20%), 812/s, ETA 0:58, DETAIL" */
static void describe(const spk_progress *p, const status *s, const char *detail, char *text,
                     size_t size)
{
    char of[64] = "", eta[48] = "", rate[32], clock[32];
    if (s->total) {
        double percent = 100 * (double)s->done / (double)s->total;
        snprintf(eta, sizeof eta, " (%d%%)", (int)percent);
        snprintf(of, sizeof of, " of %s%" PRIu64, p->estimated ? "about " : "", s->total);
    }
    int used = snprintf(text, size, "%" PRIu64 "%s %s%s, %s/s", s->done, of, p->unit, eta,
                        rate_text(s->rate, rate, sizeof rate));
    if (used > 0 && (size_t)used < size && s->total)
        used += snprintf(text + used, size - (size_t)used, ", ETA %s",
                         clock_text(s->left, clock, sizeof clock));
    if (used > 0 && (size_t)used < size && detail)
        snprintf(text + used, size - (size_t)used, ", %s", detail);
}

static void draw_cells(const spk_progress *p, const status *s, char *cells, size_t size)
{
    size_t full =
        s->done >= s->total ? BAR_CELLS : (size_t)((double)s->done / (double)s->total * BAR_CELLS);
    size_t used = 0;
    for (size_t i = 0; i < BAR_CELLS && used < size; i++) {
        const char *cell = i >= full ? " " : p->unicode ? "\u2588" : "#";
        used += (size_t)snprintf(cells + used, size - used, "%s", cell);
    }
}

/* One line of the terminal, cut at its width: drawn over itself without a newline. */
static void draw_bar(const spk_progress *p, const status *s, const char *detail)
{
    struct winsize window;
    size_t width = 80;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0) width = window.ws_col;
    char text[WIDE], cells[3 * BAR_CELLS + 1] = "", line[2 * WIDE];
    describe(p, s, detail, text, sizeof text);
    if (s->total) draw_cells(p, s, cells, sizeof cells);
    const char *name = p->cli->program->name;
    size_t beside = strlen(name) + (s->total ? BAR_CELLS + 4 : 1);
    size_t room = width > beside + 1 ? width - beside - 1 : 0;
    const char *edge = s->total ? "|" : "";
    int n = snprintf(line, sizeof line, "\r%s%s%s%s%s %.*s\033[K", name, s->total ? " " : "", edge,
                     cells, edge, (int)(room < WIDE ? room : WIDE), text);
    spk_signals_bar(true);
    spk_write_stderr(line, (size_t)n);
}

static void add_rounded(cJSON *json, const char *key, int digits, double value)
{
    char text[400];
    snprintf(text, sizeof text, "%.*f", digits, value);
    cJSON_AddRawToObject(json, key, text);
}

static void print_json(const spk_progress *p, const status *s, const char *detail, bool end)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "v", 1);
    cJSON_AddStringToObject(json, "tool", p->cli->program->name);
    cJSON_AddStringToObject(json, "unit", p->unit);
    cJSON_AddNumberToObject(json, "done", (double)s->done);
    if (s->total) cJSON_AddNumberToObject(json, "total", (double)s->total);
    if (s->total && p->estimated) cJSON_AddBoolToObject(json, "total_is_estimated", true);
    add_rounded(json, "elapsed_s", 3, s->elapsed);
    add_rounded(json, "rate", s->rate < 1 ? 6 : s->rate < 1000 ? 2 : 0, s->rate);
    if (s->left >= 0) add_rounded(json, "eta_s", 1, s->left);
    cJSON_AddNumberToObject(json, "rss_kib", (double)usage.ru_maxrss);
    if (detail) cJSON_AddStringToObject(json, "detail", detail);
    cJSON_AddBoolToObject(json, "end", end);
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    if (!text) return;
    size_t n = strlen(text);
    text[n] = '\n'; /* where the terminator was: one write for the whole line */
    spk_write_stderr(text, n + 1);
    free(text);
}

static void print_line(const spk_progress *p, const status *s, const char *detail)
{
    char text[WIDE];
    describe(p, s, detail, text, sizeof text);
    spk_say(p->cli->program->name, "%s", text);
}

void spk_progress_update(spk_progress *p, uint64_t done, const char *detail)
{
    if (!p) return;
    uint64_t now = spk_now();
    bool asked = status_asked;
    if (now < p->due && !asked) return;
    spk_progress_mode mode = p->cli->common->progress;
    status s = status_of(p, done, now);
    if (asked) {
        status_asked = 0;
        print_line(p, &s, detail);
    }
    if (now < p->due) return;
    p->due = now + interval(mode);
    if (mode == SPK_PROGRESS_BAR) draw_bar(p, &s, detail);
    if (mode == SPK_PROGRESS_LINE) print_line(p, &s, detail);
    if (mode == SPK_PROGRESS_JSON) print_json(p, &s, detail, false);
}

/* "60000 samples in 12.3 s (4878/s), 11.9 s of processor time, at most 120 MiB of memory" */
static void print_summary(const spk_progress *p, const status *s)
{
    struct rusage usage;
    char rate[32];
    getrusage(RUSAGE_SELF, &usage);
    spk_note(p->cli, 1,
             "%" PRIu64 " %s in %.1f s (%s/s), %.1f s of processor time, at most %ld MiB of memory",
             s->done - p->before, p->unit, s->elapsed, rate_text(s->rate, rate, sizeof rate),
             seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime), usage.ru_maxrss >> 10);
}

void spk_progress_end(spk_progress *p, uint64_t done)
{
    if (!p) return;
    if (p->estimated || p->total == 0) p->total = done;
    p->estimated = false; /* now it is known */
    status s = status_of(p, done, spk_now());
    spk_signals_wipe_bar();
    if (p->cli->common->progress == SPK_PROGRESS_JSON) print_json(p, &s, NULL, true);
    print_summary(p, &s);
    free(p);
}
