/* needs: domain/identity store/memory */
/* The check of an access token by itself, with 100,000 tokens in memory: nanoseconds and, where the
 * processor says them, cycles; and how often it took a lock (never). */
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#if defined(__x86_64__)
#    include <x86intrin.h>
#endif

#include "base/arena.h"
#include "base/clock.h"
#include "base/random.h"
#include "domain/core/effects.h"
#include "domain/identity/commands.h"

enum { TOKENS = 100000, PER_USER = 100, CHECKS = 2000000, TEXT_MAX = IDENTITY_TOKEN_MAX };
static const int64_t NOW = 1800000000000;
static char texts[TOKENS][TEXT_MAX + 1];
static _Atomic size_t locks;

/* The program's own comes before the library's. */
int pthread_mutex_lock(pthread_mutex_t *m)
{
    static int (*real)(pthread_mutex_t *);
    union {
        void *in;
        int (*out)(pthread_mutex_t *);
    } found;
    if (!real) {
        found.in = dlsym(RTLD_NEXT, "pthread_mutex_lock");
        real = found.out;
    }
    atomic_fetch_add(&locks, 1);
    return real(m);
}

static bool by_id(void *ctx, struct uuid org, struct uuid id, struct identity_user *out)
{
    (void)ctx;
    *out = (struct identity_user){ .org = org, .id = id, .role = ROLE_ADMIN, .active = true };
    return true;
}

static bool by_email(void *ctx, struct slice email, struct identity_user *out)
{
    (void)ctx, (void)email, (void)out;
    return false;
}

static void issue(struct identity *id, struct random *r, size_t i)
{
    struct effects fx;
    struct arena *a = arena_new(1 << 20);
    struct identity_issue_token_args args = { .base = { .identity = id, .now_ms = NOW } };
    args.org.bytes[0] = 1;
    uint64_t user = i / PER_USER + 1;
    memcpy(args.user.bytes, &user, sizeof user);
    if (!a || identity_draw(&args.base.draw) != ERR_OK)
        exit(1);
    (void)r;
    effects_init(&fx, a);
    if (identity_issue_token(NULL, &args, &fx) != ERR_OK)
        exit(1);
    for (size_t k = 0; k < fx.after_count; k++)
        fx.after[k].fn(fx.after[k].arg, true);
    const char prefix[] = "{\"access_token\":\"";
    struct slice text = slice_sub(fx.result, sizeof prefix - 1, fx.result.len);
    struct slice token = slice_sub(text, 0, (size_t)slice_find(text, '"'));
    if (token.len > TEXT_MAX)
        exit(1);
    memcpy(texts[i], token.at, token.len);
    arena_free(a);
}

static uint64_t cycles(void)
{
#if defined(__x86_64__)
    return __rdtsc();
#else
    return 0;
#endif
}

int main(void)
{
    struct identity *id;
    struct random r;
    struct principal who;
    struct identity_options options = {
        .directory = { .by_id = by_id, .describe = by_id, .by_email = by_email }
    };
    random_seed(&r, 1);
    if (identity_new(&options, &id) != ERR_OK)
        return 1;
    for (size_t i = 0; i < TOKENS; i++)
        issue(id, &r, i);
    if (identity_check(id, slice_of(texts[0]), NOW + 1, &who) !=
        ERR_OK) /* the thread's own things */
        return 1;
    size_t locks_before = atomic_load(&locks), bad = 0;
    int64_t began = clock_mono_ns();
    uint64_t began_cycles = cycles();
    for (size_t i = 0; i < CHECKS; i++)
        bad +=
            identity_check(id, slice_of(texts[random_below(&r, TOKENS)]), NOW + 1, &who) != ERR_OK;
    uint64_t took_cycles = cycles() - began_cycles;
    int64_t took = clock_mono_ns() - began;
    printf("token_check_%d_tokens %.0f ns/check\n", TOKENS, (double)took / CHECKS);
    if (took_cycles)
        printf("token_check_%d_tokens %.0f cycles/check\n", TOKENS, (double)took_cycles / CHECKS);
    size_t taken = atomic_load(&locks) - locks_before;
    printf("token_check_locks %zu locks\n", taken);
    return bad || taken ? 1 : 0;
}
