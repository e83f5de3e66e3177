/* Making, loading and reading. Readers stay between epoch_enter and epoch_leave and take copies
 * out; nothing here locks or blocks. */
#include "domain/identity/identity.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/epoch.h"
#include "base/log.h"
#include "domain/identity/identity_priv.h"
#include "store/store.h"

#define HOUR_MS INT64_C(3600000)
enum { LOAD_ROW_BYTES_MAX = 1 << 20 };

static bool cluster_is_valid(struct slice cluster)
{
    for (size_t i = 0; i < cluster.len; i++) {
        char c = cluster.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            return false;
    }
    return cluster.len > 0 && cluster.len < sizeof((struct identity *)0)->cluster;
}

static int64_t or_default(int64_t ms, int64_t fallback)
{
    return ms > 0 ? ms : fallback;
}

enum err identity_new(const struct identity_options *options, struct identity **out)
{
    struct slice cluster = options->cluster.len ? options->cluster : SLICE("CB01");
    if (!cluster_is_valid(cluster))
        return ERR_INVALID_FIELD;
    struct identity *id = calloc(1, sizeof *id);
    if (!id)
        return ERR_OUT_OF_MEMORY;
    id->directory = options->directory;
    memcpy(id->cluster, cluster.at, cluster.len);
    id->access_ms = or_default(options->access_ms, 12 * HOUR_MS);
    id->refresh_ms = or_default(options->refresh_ms, 60 * 24 * HOUR_MS);
    id->authorization_ms = options->authorization_ms;
    id->session_ms = or_default(options->session_ms, 12 * HOUR_MS);
    id->idle_ms = or_default(options->idle_ms, HOUR_MS);
    id->personal_ms = or_default(options->personal_ms, 12 * HOUR_MS);
    map_init(&id->shelves);
    map_init(&id->user_codes);
    heap_init(&id->due);
    id->failures = identity_failures_new();
    bool complete = id->failures != NULL;
    for (size_t k = 0; k < ITEM_KIND_COUNT; k++) {
        map_init(&id->items[k]);
        id->published[k] = cmap_new();
        complete = complete && id->published[k];
    }
    if (!complete) {
        identity_free(id);
        return ERR_OUT_OF_MEMORY;
    }
    *out = id;
    return ERR_OK;
}

/* What is still published although the core has let go of it: commands that never became durable.
 */
static bool free_stray(void *ctx, struct slice key, void *value)
{
    struct identity *id = ctx;
    struct item *it = value;
    if (map_get(&id->items[it->kind], key) != it)
        identity_item_free(it);
    return true;
}

void identity_free(struct identity *id)
{
    if (!id)
        return;
    struct slice key;
    void *value;
    for (size_t k = 0; k < ITEM_KIND_COUNT; k++) {
        if (id->published[k]) {
            cmap_each(id->published[k], free_stray, id);
            cmap_free(id->published[k], NULL);
        }
        for (size_t at = 0; map_next(&id->items[k], &at, &key, &value);)
            identity_item_free(value);
        map_release(&id->items[k]);
    }
    for (size_t at = 0; map_next(&id->shelves, &at, &key, &value);)
        free(value);
    map_release(&id->shelves);
    map_release(&id->user_codes);
    heap_release(&id->due);
    free(id->changed);
    free(id->failures);
    free(id);
}

/* ---- loading ---- */

struct loading {
    struct identity *id;
    struct arena *arena;
    enum item_kind kind;
};

static enum err load_item(struct loading *l, struct slice org, struct slice row, struct slice body)
{
    struct json *json = NULL;
    struct item *it = NULL;
    void *old = NULL;
    if (json_parse(l->arena, body, &json, NULL) != ERR_OK)
        return ERR_CORRUPT;
    enum err e = identity_row_read(l->kind, org, row, json, &it);
    if (e != ERR_OK)
        return e;
    e = identity_item_adopt(l->id, it);
    if (e != ERR_OK) {
        identity_item_free(it);
        return e;
    }
    return cmap_put(l->id->published[l->kind], item_key(it), it, &old);
}

static enum err load_row(void *ctx, struct slice org, struct slice row, struct slice body)
{
    struct loading *l = ctx;
    enum err e = load_item(l, org, row, body);
    arena_reset(l->arena);
    if (e != ERR_OK) /* the row's id is a hash or an id: no secret */
        log_write(LOG_ERROR, "identity.load",
                  LOG_TEXT("kind", slice_of(identity_row_kind(l->kind))), LOG_TEXT("org", org),
                  LOG_TEXT("row", row), LOG_TEXT("error", slice_of(err_code(e))));
    return e;
}

enum err identity_load(struct identity *id, struct store *s)
{
    struct loading l = { .id = id, .arena = arena_new(LOAD_ROW_BYTES_MAX) };
    if (!l.arena)
        return ERR_OUT_OF_MEMORY;
    enum err e = ERR_OK;
    for (size_t k = 0; k < ITEM_KIND_COUNT && e == ERR_OK; k++) {
        l.kind = (enum item_kind)k;
        e = s->ops->scan(s, slice_of(identity_row_kind(l.kind)), SLICE(""), load_row, &l);
    }
    arena_free(l.arena);
    return e;
}

int64_t identity_next_due(const struct identity *id)
{
    const struct heap_node *first = heap_first(&id->due);
    return first ? first->key : INT64_MAX;
}

/* ---- reading ---- */

const void *identity_published(struct identity *id, enum item_kind kind, const uint8_t *key)
{
    return cmap_get(id->published[kind], (struct slice){ (const char *)key, ITEM_KEY_LEN });
}

/* Only as much of the shape as keeps garbage from being hashed; the look-up decides. */
bool identity_token_text_key(struct slice text, uint8_t key[ITEM_KEY_LEN])
{
    if (text.len > IDENTITY_TOKEN_MAX || text.len < 2 * IDENTITY_SECRET_LEN + 3 + UUID_TEXT_LEN)
        return false;
    if (text.at[2 * IDENTITY_SECRET_LEN] != '_' || text.at[text.len - UUID_TEXT_LEN - 1] != '_')
        return false;
    secret_hash(text, key);
    return true;
}

static enum org_state state_of(const struct identity *id, struct uuid org)
{
    return id->directory.org_state ? id->directory.org_state(id->directory.ctx, org) : ORG_ACTIVE;
}

/* Whom the token stands for: a person who is still there and active, or a machine, which acts as an
 * administrator within the scopes that one has authorised. */
static enum err bearer_of(struct identity *id, const struct token *t, struct identity_user *out)
{
    if (t->kind == TOKEN_OF_OPERATOR) {
        *out = (struct identity_user){ .role = ROLE_OPERATOR, .active = true };
    } else if (t->kind == TOKEN_OF_MACHINE) {
        enum org_state state = state_of(id, t->item.org);
        *out = (struct identity_user){ .org = t->item.org,
                                       .role = ROLE_ADMIN,
                                       .active = state == ORG_ACTIVE,
                                       .suspended = state == ORG_SUSPENDED };
    } else if (!id->directory.by_id(id->directory.ctx, t->item.org, t->item.user, out)) {
        return ERR_UNAUTHORIZED;
    }
    return out->active ? ERR_OK : out->suspended ? ERR_ORG_SUSPENDED : ERR_UNAUTHORIZED;
}

/* With its client everything that it was given goes. */
static bool client_is_gone(struct identity *id, struct uuid client, uint32_t *per_minute)
{
    uint8_t key[ITEM_KEY_LEN];
    *per_minute = RATE_AS_SERVER;
    if (uuid_is_nil(client))
        return false;
    identity_key_of_ids(client, (struct uuid){ { 0 } }, key);
    const struct client *c = identity_published(id, ITEM_CLIENT, key);
    if (c)
        *per_minute = c->per_minute;
    return !c;
}

enum err identity_token_check(struct identity *id, const struct token *t, int64_t now_ms,
                              struct principal *out)
{
    struct identity_user user = { .role = ROLE_NONE };
    uint32_t per_minute;
    if (!t || t->use != TOKEN_ACCESS)
        return ERR_UNAUTHORIZED;
    if (t->item.expires_ms <= now_ms)
        return ERR_TOKEN_EXPIRED;
    if (client_is_gone(id, t->client, &per_minute))
        return ERR_UNAUTHORIZED;
    enum err e = bearer_of(id, t, &user);
    if (e != ERR_OK)
        return e;
    *out = (struct principal){
        .org = t->item.org,
        .user = user.id,
        .client = t->client,
        .kind = t->kind,
        .role = user.role,
        .scopes = identity_role_scopes(user.role, t->scopes),
        .expires_ms = t->item.expires_ms,
        .per_minute = per_minute,
    };
    return ERR_OK;
}

enum err identity_check(struct identity *id, struct slice token, int64_t now_ms,
                        struct principal *out)
{
    uint8_t key[ITEM_KEY_LEN];
    if (!identity_token_text_key(token, key))
        return ERR_UNAUTHORIZED;
    epoch_enter();
    enum err e = identity_token_check(id, identity_published(id, ITEM_TOKEN, key), now_ms, out);
    epoch_leave();
    return e;
}

enum err identity_password_hash(struct identity *id, struct uuid org, struct uuid user,
                                struct arena *a, struct slice *out)
{
    uint8_t key[ITEM_KEY_LEN];
    identity_key_of_ids(org, user, key);
    struct slice hash = { NULL, 0 };
    epoch_enter();
    const struct credential *c = identity_published(id, ITEM_CREDENTIAL, key);
    if (c)
        hash = arena_copy(a, slice_of(c->hash));
    epoch_leave();
    if (!c)
        return ERR_NOT_FOUND;
    if (!hash.at)
        return ERR_OUT_OF_MEMORY;
    *out = hash;
    return ERR_OK;
}

static bool has_temporary_password(struct identity *id, struct uuid org, struct uuid user)
{
    uint8_t key[ITEM_KEY_LEN];
    identity_key_of_ids(org, user, key);
    epoch_enter();
    const struct credential *c = identity_published(id, ITEM_CREDENTIAL, key);
    bool temporary = c && c->temporary;
    epoch_leave();
    return temporary;
}

/* Looking at it is using it. Times of a virtual clock may stand still, so equal ones are fine. */
static enum err use_session(const struct identity *id, struct session *s, int64_t now_ms)
{
    if (!s)
        return ERR_UNAUTHORIZED;
    int64_t seen_ms = atomic_load(&s->seen_ms);
    if (s->item.expires_ms <= now_ms || (seen_ms && now_ms - seen_ms >= id->idle_ms))
        return ERR_TOKEN_EXPIRED;
    if (seen_ms < now_ms)
        atomic_store(&s->seen_ms, now_ms);
    return ERR_OK;
}

enum err identity_session(struct identity *id, struct slice cookie, int64_t now_ms,
                          struct identity_user *out)
{
    uint8_t key[ITEM_KEY_LEN];
    struct uuid org, user;
    if (cookie.len != 2 * IDENTITY_SECRET_LEN)
        return ERR_UNAUTHORIZED;
    secret_hash(cookie, key);
    epoch_enter();
    struct session *s = (struct session *)(uintptr_t)identity_published(id, ITEM_SESSION, key);
    enum err e = use_session(id, s, now_ms);
    if (e == ERR_OK) {
        org = s->item.org;
        user = s->item.user;
    }
    epoch_leave();
    if (e != ERR_OK)
        return e;
    struct identity_user found;
    if (!identity_user_by_id(id, org, user, &found) || !found.active)
        return ERR_UNAUTHORIZED;
    found.must_change = has_temporary_password(id, org, user);
    *out = found;
    return ERR_OK;
}

uint64_t identity_consented(struct identity *id, struct uuid org, struct uuid user,
                            struct slice client)
{
    struct uuid client_id;
    uint8_t key[ITEM_KEY_LEN];
    if (!client_id_parse(client, &client_id))
        return 0;
    identity_key_of_ids(user, client_id, key);
    epoch_enter();
    const struct consent *c = identity_published(id, ITEM_CONSENT, key);
    uint64_t scopes = c && uuid_eq(c->item.org, org) ? c->scopes : 0;
    epoch_leave();
    return scopes;
}

bool identity_user_by_email(struct identity *id, struct slice email, struct identity_user *out)
{
    epoch_enter();
    bool found = id->directory.by_email(id->directory.ctx, email, out);
    epoch_leave();
    return found;
}

bool identity_user_by_id(struct identity *id, struct uuid org, struct uuid user,
                         struct identity_user *out)
{
    epoch_enter();
    bool found = id->directory.describe(id->directory.ctx, org, user, out);
    epoch_leave();
    return found;
}
