/* Clients as others see them: copies for readers, JSON, the check of a secret. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "domain/identity/identity_priv.h"

const struct client *identity_client_published(struct identity *id, struct slice text)
{
    struct uuid client;
    uint8_t key[ITEM_KEY_LEN];
    if (!client_id_parse(text, &client))
        return NULL;
    identity_key_of_ids(client, (struct uuid){ { 0 } }, key);
    return identity_published(id, ITEM_CLIENT, key);
}

/* ---- copies ---- */

static void words_clear(struct client *c)
{
    for (size_t i = 0; i < c->redirect_count; i++)
        free(c->redirects[i]);
    free(c->redirects);
    free(c->name);
    c->redirects = NULL;
    c->redirect_count = 0;
    c->name = NULL;
}

bool identity_client_set_words(struct client *c, struct slice name, const struct slice *redirects,
                               size_t redirect_count)
{
    words_clear(c);
    c->name = identity_text_copy(name);
    c->redirects = calloc(redirect_count + 1, sizeof *c->redirects);
    for (size_t i = 0; c->redirects && i < redirect_count; i++) {
        c->redirects[i] = identity_text_copy(redirects[i]);
        if (!c->redirects[i])
            return false;
        c->redirect_count++;
    }
    return c->name && c->redirects;
}

static bool copy_words(struct client *to, const struct client *from)
{
    to->name = identity_text_copy(slice_of(from->name));
    to->redirects = calloc(from->redirect_count + 1, sizeof *to->redirects);
    for (size_t i = 0; to->redirects && i < from->redirect_count; i++) {
        to->redirects[i] = identity_text_copy(slice_of(from->redirects[i]));
        if (!to->redirects[i])
            return false;
        to->redirect_count++;
    }
    return to->name && to->redirects;
}

struct client *identity_client_copy(const struct client *c)
{
    struct client *copy = identity_item_new(ITEM_CLIENT, sizeof *copy);
    if (!copy)
        return NULL;
    *copy = *c;
    memset(&copy->item.core, 0, sizeof copy->item.core);
    copy->name = NULL;
    copy->redirects = NULL;
    copy->redirect_count = 0;
    if (copy_words(copy, c))
        return copy;
    identity_item_free(copy);
    return NULL;
}

enum err identity_client_view_fill(const struct client *c, struct arena *a, struct client_view *out)
{
    char text[CLIENT_ID_LEN + 1];
    struct slice *redirects = arena_alloc(a, (c->redirect_count + 1) * sizeof *redirects);
    if (!redirects)
        return ERR_OUT_OF_MEMORY;
    client_id_format(c->id, text);
    struct client_view v = {
        .id = arena_copy(a, slice_of(text)),
        .name = arena_copy(a, slice_of(c->name)),
        .org = c->item.org,
        .owner = c->owner,
        .kind = c->kind,
        .redirects = redirects,
        .redirect_count = (uint32_t)c->redirect_count,
        .scopes = c->scopes,
        .authorized = c->authorized,
        .per_minute = c->per_minute,
        .confidential = c->confidential,
        .device = c->device,
    };
    bool complete = v.id.at && v.name.at;
    for (size_t i = 0; i < c->redirect_count; i++) {
        redirects[i] = arena_copy(a, slice_of(c->redirects[i]));
        complete = complete && redirects[i].at;
    }
    if (complete)
        *out = v;
    return complete ? ERR_OK : ERR_OUT_OF_MEMORY;
}

enum err identity_client(struct identity *id, struct slice client, struct arena *a,
                         struct client_view *out)
{
    epoch_enter();
    const struct client *c = identity_client_published(id, client);
    enum err e = c ? identity_client_view_fill(c, a, out) : ERR_NOT_FOUND;
    epoch_leave();
    return e;
}

struct client_list {
    struct uuid org;
    struct arena *arena;
    struct client_view *views;
    size_t count, cap;
    enum err err;
};

static bool is_of(const struct client_list *l, const struct client *c)
{
    return uuid_is_nil(l->org) || uuid_eq(l->org, c->item.org);
}

static bool count_client(void *ctx, struct slice key, void *value)
{
    struct client_list *l = ctx;
    (void)key;
    l->cap += is_of(l, value);
    return true;
}

static bool list_client(void *ctx, struct slice key, void *value)
{
    struct client_list *l = ctx;
    const struct client *c = value;
    (void)key;
    if (!is_of(l, c))
        return true;
    if (l->count == l->cap)
        return false; /* made since they were counted: the next call shows it */
    l->err = identity_client_view_fill(c, l->arena, &l->views[l->count]);
    l->count += l->err == ERR_OK;
    return l->err == ERR_OK;
}

enum err identity_clients(struct identity *id, struct uuid org, struct arena *a,
                          struct client_view **out, size_t *count)
{
    struct client_list l = { .org = org, .arena = a };
    epoch_enter();
    cmap_each(id->published[ITEM_CLIENT], count_client, &l); /* others' are no memory of ours */
    l.views = arena_alloc(a, (l.cap + 1) * sizeof *l.views);
    if (!l.views) {
        epoch_leave();
        return ERR_OUT_OF_MEMORY;
    }
    cmap_each(id->published[ITEM_CLIENT], list_client, &l);
    epoch_leave();
    if (l.err != ERR_OK)
        return l.err;
    *out = l.views;
    *count = l.count;
    return ERR_OK;
}

/* ---- the secret ---- */

/* Both are compared whatever the first says, so that the time tells nothing. */
bool identity_client_secret_is(struct identity *id, struct slice client, struct slice secret,
                               int64_t now_ms)
{
    uint8_t hash[SECRET_HASH_LEN];
    secret_hash(secret, hash);
    epoch_enter();
    const struct client *c = identity_client_published(id, client);
    bool now = c && secret_equal(c->secret_hash, hash, sizeof hash);
    bool before = c && secret_equal(c->previous_hash, hash, sizeof hash);
    bool is = c && c->confidential && (now || (before && c->previous_until_ms > now_ms));
    epoch_leave();
    return is;
}

int64_t identity_refresh_ms(const struct identity *id)
{
    return id->refresh_ms;
}

/* ---- JSON ---- */

/* Requests a minute: null is the server's limit, 0 is none. */
static void write_limit(struct json_writer *w, uint32_t per_minute)
{
    json_key(w, "requestsPerMinute");
    if (per_minute == RATE_AS_SERVER)
        json_put_null(w);
    else
        json_put_i64(w, per_minute == RATE_OFF ? 0 : per_minute);
}

static void write_integration(struct json_writer *w, const struct client_view *c)
{
    json_key(w, "redirectUris");
    json_array_begin(w);
    for (uint32_t i = 0; i < c->redirect_count; i++)
        json_put_text(w, c->redirects[i]);
    json_array_end(w);
    json_member_bool(w, "confidential", c->confidential);
    json_member_bool(w, "deviceGrant", c->device);
}

void identity_client_write(struct json_writer *w, const struct client_view *c, struct slice secret,
                           struct arena *a)
{
    json_object_begin(w);
    json_member_text(w, "clientId", c->id);
    if (secret.len)
        json_member_text(w, "clientSecret", secret);
    json_member_text(w, "name", c->name);
    json_member_text(w, "scope", identity_scopes_print(a, c->scopes));
    write_limit(w, c->per_minute);
    if (c->kind == CLIENT_INTEGRATION)
        write_integration(w, c);
    if (c->kind == CLIENT_SERVICE) {
        json_member_cstr(w, "state", c->authorized ? "authorized" : "requested");
        json_member_text(w, "authorizedScope", identity_scopes_print(a, c->authorized));
        json_member_uuid(w, "ownerId", c->owner);
    }
    json_object_end(w);
}

void identity_client_answer(const struct client *c, struct slice secret, struct effects *fx)
{
    struct client_view view;
    struct buf out;
    struct json_writer w;
    if (identity_client_view_fill(c, fx->arena, &view) != ERR_OK) {
        fx->failed = true;
        return;
    }
    buf_init_arena(&out, fx->arena);
    json_writer_init(&w, &out);
    identity_client_write(&w, &view, secret, fx->arena);
    fx->failed = fx->failed || buf_failed(&out);
    fx->result = buf_slice(&out);
}
