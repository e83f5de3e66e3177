/* What a user has let integrations do: to be looked at, and to be taken back. */
#include "base/arena.h"
#include "base/json_write.h"
#include "domain/identity/identity_priv.h"

static struct item *oldest(struct identity *id, const struct identity_consent_args *a,
                           enum item_kind kind)
{
    struct shelf_list *list = identity_shelf_list(id, a->org, a->user, kind);
    return list ? list->oldest : NULL;
}

/* NULL: an item that belongs to no client. */
static const struct uuid *client_of(const struct item *it)
{
    if (it->kind == ITEM_CONSENT)
        return &((const struct consent *)it)->client;
    if (it->kind == ITEM_TOKEN)
        return &((const struct token *)it)->client;
    if (it->kind == ITEM_CODE)
        return &((const struct code *)it)->client;
    return it->kind == ITEM_DEVICE ? &((const struct device *)it)->client : NULL;
}

/* ---- looking ---- */

struct found {
    struct uuid client;
    uint64_t scopes;
    int64_t since_ms;
};
struct list {
    struct found *rows;
    size_t count;
};

/* A device remembers no consent, so live refresh tokens count as well. */
static bool counts(const struct item *it, int64_t now_ms)
{
    if (it->kind == ITEM_TOKEN)
        return ((const struct token *)it)->use == TOKEN_REFRESH && it->expires_ms > now_ms;
    return true;
}

static void add(struct list *l, const struct item *it, uint64_t scopes)
{
    const struct uuid *client = client_of(it);
    size_t i = 0;
    while (i < l->count && !uuid_eq(l->rows[i].client, *client))
        i++;
    if (i == l->count)
        l->rows[l->count++] = (struct found){ *client, 0, it->created_ms };
    l->rows[i].scopes |= scopes;
    if (it->created_ms < l->rows[i].since_ms)
        l->rows[i].since_ms = it->created_ms;
}

static bool collect(struct identity *id, const struct identity_consent_args *a, struct arena *arena,
                    struct list *l)
{
    struct shelf_list *consents = identity_shelf_list(id, a->org, a->user, ITEM_CONSENT);
    struct shelf_list *tokens = identity_shelf_list(id, a->org, a->user, ITEM_TOKEN);
    size_t most = (consents ? consents->count : 0) + (tokens ? tokens->count : 0);
    l->rows = arena_alloc(arena, (most + 1) * sizeof *l->rows);
    if (!l->rows)
        return false;
    for (struct item *it = oldest(id, a, ITEM_CONSENT); it; it = it->core.newer)
        add(l, it, ((struct consent *)it)->scopes);
    for (struct item *it = oldest(id, a, ITEM_TOKEN); it; it = it->core.newer)
        if (counts(it, a->base.now_ms))
            add(l, it, ((struct token *)it)->scopes);
    return true;
}

static void write_row(struct json_writer *w, struct identity *id, const struct found *row,
                      struct arena *a)
{
    uint8_t key[ITEM_KEY_LEN];
    identity_key_of_ids(row->client, (struct uuid){ { 0 } }, key);
    const struct client *c = (struct client *)identity_item_find(id, ITEM_CLIENT, key);
    if (!c)
        return; /* deleted: it can do nothing any more */
    json_object_begin(w);
    json_member_text(w, "client", identity_client_text(a, row->client));
    json_member_cstr(w, "name", c->name);
    json_member_text(w, "scope", identity_scopes_print(a, row->scopes));
    json_member_i64(w, "since", row->since_ms);
    json_object_end(w);
}

enum err identity_list_consents(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_consent_args *a = args;
    struct list l = { 0 };
    struct buf out;
    struct json_writer json;
    (void)w;
    if (!collect(a->base.identity, a, fx->arena, &l)) {
        fx->failed = true;
        return ERR_OK;
    }
    buf_init_arena(&out, fx->arena);
    json_writer_init(&json, &out);
    json_object_begin(&json);
    json_key(&json, "items");
    json_array_begin(&json);
    for (size_t i = 0; i < l.count; i++)
        write_row(&json, a->base.identity, &l.rows[i], fx->arena);
    json_array_end(&json);
    json_object_end(&json);
    fx->failed = fx->failed || buf_failed(&out);
    fx->result = buf_slice(&out);
    return ERR_OK;
}

/* ---- taking back ---- */

/* True: there was something. */
static bool remove_all(struct identity *id, const struct identity_consent_args *a,
                       struct uuid client, struct effects *fx)
{
    static const enum item_kind kinds[] = { ITEM_CONSENT, ITEM_TOKEN, ITEM_CODE, ITEM_DEVICE };
    bool any = false;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (struct item *it = oldest(id, a, kinds[k]), *next; it; it = next) {
            next = it->core.newer; /* the shelf may go with its last item */
            if (!uuid_eq(*client_of(it), client))
                continue;
            identity_item_remove(id, it, fx);
            any = true;
        }
    }
    return any;
}

enum err identity_withdraw_consent(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_consent_args *a = args;
    struct uuid client;
    if (!client_id_parse(a->client, &client))
        return ERR_NOT_FOUND;
    struct identity_news n = { .type = EVENT_SECURITY_TOKEN_REVOKED,
                               .org = a->org,
                               .user = a->user,
                               .client = client,
                               .detail = SLICE("consent withdrawn") };
    if (remove_all(a->base.identity, a, client, fx))
        identity_note(w, &a->base, &n, fx);
    return ERR_OK;
}
