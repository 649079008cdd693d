/* idle.c: poll() for input, for the next moment at which something is due, and for outputs that
 * lost their reader. */
#include "cli/idle.h"

#include "base/now.h"
#include "cli/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

enum { MOST_OUTPUTS = 8 };

static _Thread_local spk_idler *idlers;

void spk_idle_join(spk_idler *idler)
{
    idler->next = idlers;
    idlers = idler;
}

void spk_idle_leave(spk_idler *idler)
{
    for (spk_idler **at = &idlers; *at; at = &(*at)->next)
        if (*at == idler) {
            *at = idler->next;
            return;
        }
}

/* Milliseconds until something is due, -1: never. */
static int time_left(void)
{
    uint64_t due = UINT64_MAX;
    for (const spk_idler *i = idlers; i; i = i->next) {
        const uint64_t own = i->due(i->context);
        if (own < due) due = own;
    }
    if (due == UINT64_MAX) return -1;
    const uint64_t now = spk_now(), ms = due > now ? (due - now + 999999) / 1000000 : 0;
    return ms < INT_MAX ? (int)ms : INT_MAX;
}

static int pass_on_what_is_due(spk_error *err)
{
    const uint64_t now = spk_now();
    for (const spk_idler *i = idlers; i; i = i->next)
        if (i->due(i->context) <= now && i->pass_on(i->context, err)) return -1;
    return 0;
}

/* Until `fd` has bytes or its end. */
static int wait_for(int fd, const char *name, spk_error *err)
{
    for (;;) {
        if (spk_stop_requested()) return spk_fail_errno(err, EINTR, "%s: cannot read", name);
        struct pollfd at[1 + MOST_OUTPUTS] = {{.fd = fd, .events = POLLIN}};
        nfds_t n = 1;
        for (const spk_idler *i = idlers; i && n <= MOST_OUTPUTS; i = i->next)
            at[n++] = (struct pollfd){.fd = i->fd}; /* errors are reported unasked */
        if (poll(at, n, time_left()) < 0) {
            if (errno == EINTR) continue;
            return spk_fail_errno(err, errno, "%s: cannot read", name);
        }
        if (at[0].revents) return 0;
        bool lost = false;
        for (nfds_t k = 1; k < n; k++)
            lost = lost || at[k].revents;
        if (lost && !spk_stop_requested()) {
            raise(SIGPIPE); /* as a write would */
            return spk_fail_errno(err, EPIPE, "nobody reads the output");
        }
        if (pass_on_what_is_due(err)) return -1;
    }
}

int spk_read(int fd, const char *name, void *to, size_t room, size_t *got, spk_error *err)
{
    for (;;) {
        if (idlers && wait_for(fd, name, err)) return -1;
        const ssize_t n = read(fd, to, room);
        if (n >= 0) {
            *got = (size_t)n;
            return 0;
        }
        if (errno != EINTR || spk_stop_requested())
            return spk_fail_errno(err, errno, "%s: cannot read", name);
    }
}
