/* What was tried and refused changes nothing, yet it is told: the first of a kind (who, where,
 * what) at once, and how many more there were when the window is over. Different ones are told up
 * to LIMIT_security_failures_max in a window, the rest are one number. So whoever floods the
 * sign-in page writes no more than twice that many events in LIMIT_security_window_ms. The numbers
 * of an open window are lost with the process. */
#include <stdlib.h>

#include "base/limits.h"
#include "domain/core/world.h"
#include "domain/identity/identity_priv.h"

struct failure {
    enum event_type type;
    struct uuid org, user;
    char client[CLIENT_ID_LEN + 1], address[48];
    const char *detail;
    uint32_t more; /* after the first */
    int64_t since_ms;
};
enum { REST = LIMIT_security_failures_max };
struct failures {
    struct failure rows[REST + 1]; /* the last: all that found no room */
    size_t count;
    bool rest_used;
};

struct failures *identity_failures_new(void)
{
    return calloc(1, sizeof(struct failures));
}

static void copy_text(char *to, size_t size, struct slice text)
{
    size_t len = text.len < size ? text.len : size - 1;
    if (len)
        memcpy(to, text.at, len);
    to[len] = 0;
}

static bool is_same(const struct failure *f, const struct failure *g)
{
    return f->type == g->type && uuid_eq(f->org, g->org) && uuid_eq(f->user, g->user) &&
           strcmp(f->client, g->client) == 0 && strcmp(f->address, g->address) == 0 &&
           strcmp(f->detail, g->detail) == 0;
}

static void tell(struct world *w, const struct failure *f, uint32_t count, struct effects *fx)
{
    security_note(w,
                  &(struct security_note){ .type = f->type,
                                           .org = f->org,
                                           .user = f->user,
                                           .client = slice_of(f->client),
                                           .address = slice_of(f->address),
                                           .detail = slice_of(f->detail),
                                           .count = count,
                                           .since_ms = f->since_ms },
                  fx);
}

static void window_over(struct world *w, struct timer *t, struct effects *fx)
{
    struct identity *id = (struct identity *)((char *)t - offsetof(struct identity, window));
    struct failures *all = id->failures;
    for (size_t i = 0; i < all->count; i++)
        if (all->rows[i].more)
            tell(w, &all->rows[i], all->rows[i].more, fx);
    if (all->rest_used)
        tell(w, &all->rows[REST], all->rows[REST].more, fx);
    all->count = 0;
    all->rest_used = false;
}

static struct failure *find(struct failures *all, const struct failure *f)
{
    for (size_t i = 0; i < all->count; i++)
        if (is_same(&all->rows[i], f))
            return &all->rows[i];
    return NULL;
}

static void count_rest(struct failures *all, int64_t now_ms)
{
    if (!all->rest_used)
        all->rows[REST] = (struct failure){ .type = EVENT_SECURITY_LOGIN_FAILED,
                                            .detail = "failures of many kinds",
                                            .since_ms = now_ms };
    all->rest_used = true;
    all->rows[REST].more++;
}

enum err identity_note_failure(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_failure_args *a = args;
    struct identity *id = a->base.identity;
    struct failure f = { .type = a->type,
                         .org = a->org,
                         .user = a->user,
                         .detail = a->detail,
                         .since_ms = a->base.now_ms };
    if (!w)
        return ERR_OK;
    copy_text(f.client, sizeof f.client, a->client);
    copy_text(f.address, sizeof f.address, a->base.address);
    struct failure *known = find(id->failures, &f);
    if (!timer_is_set(&id->window) &&
        timer_set(w, &id->window, world_now_ms(w) + LIMIT_security_window_ms, window_over) !=
            ERR_OK)
        return ERR_OUT_OF_MEMORY;
    if (known) {
        known->more++;
    } else if (id->failures->count < REST) {
        id->failures->rows[id->failures->count++] = f;
        tell(w, &f, 0, fx);
    } else {
        count_rest(id->failures, a->base.now_ms);
    }
    return ERR_OK;
}
