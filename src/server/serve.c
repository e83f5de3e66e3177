/* cordboard serve: opens house and front, says that it is ready, waits for a signal, takes all down
 * again in order. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/commands.h"
#include "server/front.h"
#include "server/house.h"
#include "server/settings.h"

static bool set_log_level(const char *name)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0) {
            log_set_level((enum log_level)i);
            return true;
        }
    fprintf(stderr, "cordboard: --log-level: debug, info, warn or error\n");
    return false;
}

static bool is_life(int64_t seconds)
{
    return seconds >= 0 && seconds <= LIMIT_token_life_s_max;
}

static bool settings_fit(const struct settings *s)
{
    if (strcmp(s->clock, "real") != 0 && strcmp(s->clock, "virtual") != 0) {
        fprintf(stderr, "cordboard: --clock: real or virtual\n");
        return false;
    }
    if (strcmp(s->lifetimes, "short") != 0 && strcmp(s->lifetimes, "parity") != 0) {
        fprintf(stderr, "cordboard: --lifetimes: short or parity\n");
        return false;
    }
    if (!is_life(s->access_token_s) || !is_life(s->refresh_token_s) ||
        !is_life(s->authorization_max_s)) {
        fprintf(stderr,
                "cordboard: --access-token-s, --refresh-token-s, --authorization-max-s: 0 to %d\n",
                LIMIT_token_life_s_max);
        return false;
    }
    return set_log_level(s->log_level);
}

static enum err write_ready_file(const struct settings *s, const struct front *f)
{
    if (!*s->ready_file)
        return ERR_OK;
    struct arena *a = arena_new(LIMIT_request_arena_bytes_max);
    if (!a)
        return ERR_OUT_OF_MEMORY;
    struct slice url = front_url(f), org = front_org(f);
    struct slice line = arena_printf(a, "{\"url\":\"%.*s\",\"orgId\":\"%.*s\",\"pid\":%ld}\n",
                                     SLICE_ARG(url), SLICE_ARG(org), (long)getpid());
    enum err err = line.at ? file_write(s->ready_file, line) : ERR_OUT_OF_MEMORY;
    arena_free(a);
    return err;
}

/* For people: the log goes to stderr, this to stdout. */
static void say_where_to_go(const struct settings *s, const struct front *f)
{
    struct slice url = front_url(f), org = front_org(f);
    printf("\nCordboard is ready at %.*s\n\n", SLICE_ARG(url));
    printf("  organisation  %.*s\n", SLICE_ARG(org));
    printf("  reference     %.*s/openapi.json\n", SLICE_ARG(url));
    if (strcmp(s->rate_limit, "off") != 0)
        printf("  rate limit    %s requests a minute and client id; none: --rate-limit off\n",
               s->rate_limit);
    if (s->demo) {
        printf("  sign in       %.*s/login as admin@demo.example, password cordboard-demo\n",
               SLICE_ARG(url));
        printf("  a token       cordboard token --data %s --user admin@demo.example\n", s->data);
    }
    printf("  first contact README.md, five minutes\n\n");
    fflush(stdout);
}

static int run_until_signal(const struct settings *s, const sigset_t *signals, int64_t started_ns)
{
    struct house house;
    struct front *front = NULL;
    enum err err = house_open(s, &house);
    if (err == ERR_OK)
        err = front_open(&house, &front);
    if (err == ERR_OK)
        err = write_ready_file(s, front);
    if (err == ERR_OK) {
        int signal_number;
        if (geteuid() == 0)
            log_write(LOG_WARN, "runs_as_root", LOG_NUM("pid", getpid()));
        log_write(LOG_INFO, "ready", LOG_TEXT("url", front_url(front)),
                  LOG_NUM("ms", (clock_mono_ns() - started_ns) / 1000000));
        say_where_to_go(s, front);
        while (sigwait(signals, &signal_number) == 0 && signal_number == SIGHUP)
            front_reload(front);
        log_write(LOG_INFO, "stopping", LOG_NUM("signal", signal_number));
    }
    front_close(front);
    house_close(&house);
    return err == ERR_OK ? 0 : 1;
}

int command_serve(int argc, char **argv)
{
    struct settings settings;
    int64_t started_ns = clock_mono_ns();
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0) {
            printf("usage: cordboard serve [options]\n\n");
            settings_help(stdout);
            return 0;
        }
    if (!settings_read(&settings, argc, argv) || !settings_fit(&settings))
        return 2;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals,
                    NULL); /* before any thread: all inherit it, sigwait takes them */
    signal(SIGPIPE, SIG_IGN);
    return run_until_signal(&settings, &signals, started_ns);
}
