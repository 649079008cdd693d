/* signals.c: the only mutable globals of the library (but for idle.c's list of a thread): what a
 * signal handler must know. All are lock free atomics, since the handler may run in any thread at
 * any time. */
#include "cli/signals.h"

#include "cli/output.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

enum { SLOTS = 32 };

static _Atomic(const char *) temporary[SLOTS];
static atomic_bool bar_shown;
static volatile sig_atomic_t stop_signal;

/* write() to a terminal that may be gone: nothing can be done about a failure. */
static void write_terminal(const char *text, size_t n)
{
    ssize_t ignored = write(STDERR_FILENO, text, n);
    (void)ignored;
}

void spk_signals_bar(bool shown)
{
    atomic_store(&bar_shown, shown);
}

bool spk_signals_wipe_bar(void)
{
    bool shown = atomic_exchange(&bar_shown, false);
    if (shown) write_terminal("\r\033[K", 4);
    return shown;
}

static void die(int number)
{
    spk_signals_wipe_bar();
    for (int i = 0; i < SLOTS; i++) {
        const char *path = atomic_exchange(&temporary[i], NULL);
        if (path) unlink(path);
    }
    signal(number, SIG_DFL);
    raise(number); /* delivered when this handler returns */
}

static void note_stop(int number)
{
    if (stop_signal)
        die(number); /* the second one means it */
    else
        stop_signal = number;
}

static void handle(int number, void (*handler)(int), bool even_ignored, int flags)
{
    struct sigaction now, action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    if (!even_ignored && sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN) return;
    sigaction(number, &action, NULL);
}

void spk_signals_install(void)
{
    handle(SIGINT, die, false, SA_RESTART);
    handle(SIGTERM, die, false, SA_RESTART);
    handle(SIGHUP, die, false, SA_RESTART);
    handle(SIGPIPE, die, true, SA_RESTART);
    signal(SIGXFSZ, SIG_IGN); /* over the size limit of files: write() says so */
}

void spk_signals_hold(sigset_t *before)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, before);
}

void spk_signals_release(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* Whoever waits for input is interrupted: no SA_RESTART. */
void spk_catch_stop(void)
{
    handle(SIGINT, note_stop, false, 0);
    handle(SIGTERM, note_stop, false, 0);
}

void spk_signals_ignore_pipe(void)
{
    signal(SIGPIPE, SIG_IGN);
}

int spk_stop_requested(void)
{
    return stop_signal;
}

int spk_signals_remember(const char *path, spk_error *err)
{
    for (int i = 0; i < SLOTS; i++) {
        const char *empty = NULL;
        if (atomic_compare_exchange_strong(&temporary[i], &empty, path)) return i;
    }
    return spk_fail(err, SPK_LIMIT, "more than %d output files at once", SLOTS);
}

void spk_signals_forget(int slot)
{
    if (slot >= 0) atomic_store(&temporary[slot], NULL);
}
