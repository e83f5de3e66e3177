/* A set-associative table: a key may only stand in its row of WAYS entries. An attacker who wants
 * to push a row out has to fail logins for it, each of which costs an address its own waiting time.
 */
#include "api/oauth/guard.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

enum { WAYS = 8, ROWS = LIMIT_login_guard_entries_max / WAYS };
enum { ACCOUNT_FREE = 3, ADDRESS_FREE = 10 }; /* failures without a wait */
#define FIRST_WAIT_MS INT64_C(1000)
#define FORGET_MS     INT64_C(3600000)

struct entry {
    uint64_t key; /* 0: free */
    uint32_t failures;
    int64_t last_ms, until_ms;
};
struct guard {
    pthread_mutex_t lock;
    struct entry rows[ROWS][WAYS];
};

struct guard *guard_new(void)
{
    struct guard *g = calloc(1, sizeof *g);
    if (g)
        pthread_mutex_init(&g->lock, NULL);
    return g;
}

void guard_free(struct guard *g)
{
    if (!g)
        return;
    pthread_mutex_destroy(&g->lock);
    free(g);
}

/* Accounts by any case of letters; the two kinds of key must not meet. */
static uint64_t key_of(char kind, struct slice text)
{
    char copy[256];
    size_t n = 0;
    copy[n++] = kind;
    for (size_t i = 0; i < text.len && n < sizeof copy; i++) {
        char c = text.at[i];
        copy[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
    }
    uint64_t key = slice_hash((struct slice){ copy, n });
    return key ? key : 1;
}

/* Who has one IPv6 address has the 2^64 beside it as well: they count as one. */
static uint64_t address_key(struct slice address)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    char text[INET6_ADDRSTRLEN];
    uint8_t bytes[16];
    enum { NETWORK_BYTES = 8 };
    if (address.len >= sizeof text)
        return key_of('p', address);
    snprintf(text, sizeof text, "%.*s", SLICE_ARG(address));
    if (inet_pton(AF_INET6, text, bytes) != 1 || memcmp(bytes, mapped, sizeof mapped) == 0)
        return key_of('p', address);
    memset(bytes + NETWORK_BYTES, 0, sizeof bytes - NETWORK_BYTES);
    inet_ntop(AF_INET6, bytes, text, sizeof text);
    return key_of('p', slice_of(text));
}

static struct entry *find(struct guard *g, uint64_t key)
{
    struct entry *row = g->rows[key % ROWS];
    for (size_t i = 0; i < WAYS; i++)
        if (row[i].key == key)
            return &row[i];
    return NULL;
}

static struct entry *oldest(struct entry *row)
{
    struct entry *e = row;
    for (size_t i = 0; i < WAYS && e->key; i++)
        if (!row[i].key || row[i].last_ms < e->last_ms)
            e = &row[i];
    return e;
}

static struct entry *need(struct guard *g, uint64_t key, int64_t now_ms)
{
    struct entry *e = find(g, key);
    if (e && e->last_ms + FORGET_MS > now_ms)
        return e;
    if (!e)
        e = oldest(g->rows[key % ROWS]);
    *e = (struct entry){ .key = key, .last_ms = now_ms };
    return e;
}

static void count_failure(struct entry *e, uint32_t free_failures, int64_t longest_ms,
                          int64_t now_ms)
{
    e->failures++;
    e->last_ms = now_ms;
    if (e->failures <= free_failures)
        return;
    uint32_t doublings = e->failures - free_failures - 1;
    int64_t wait = doublings > 20 ? longest_ms : FIRST_WAIT_MS << doublings;
    e->until_ms = now_ms + (wait < longest_ms ? wait : longest_ms);
}

int64_t guard_try(struct guard *g, struct slice account, struct slice address, int64_t now_ms)
{
    pthread_mutex_lock(&g->lock);
    struct entry *a = need(g, key_of('a', account), now_ms);
    struct entry account_was = *a;
    struct entry *p = need(g, address_key(address), now_ms); /* may share the account's row */
    int64_t until = account_was.until_ms > p->until_ms ? account_was.until_ms : p->until_ms;
    if (until <= now_ms) {
        count_failure(p, ADDRESS_FREE, LIMIT_login_delay_ms_max, now_ms);
        if (a != p)
            count_failure(a, ACCOUNT_FREE, LIMIT_login_account_delay_ms_max, now_ms);
    }
    pthread_mutex_unlock(&g->lock);
    return until > now_ms ? until - now_ms : 0;
}

void guard_passed(struct guard *g, struct slice account, struct slice address)
{
    pthread_mutex_lock(&g->lock);
    struct entry *a = find(g, key_of('a', account));
    if (a)
        *a = (struct entry){ 0 };
    struct entry *p = find(g, address_key(address));
    if (p && p->failures) {
        p->failures--;
        p->until_ms = 0;
    }
    pthread_mutex_unlock(&g->lock);
}
