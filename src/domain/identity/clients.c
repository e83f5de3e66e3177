/* Registering an integration: what may be registered, so that a redirect can never carry a code to
 * somewhere unexpected (RFC 9700 4.1: exact matching; RFC 8252: private schemes and loopback for
 * programs on a desk). */
#include <stdlib.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/identity/identity_priv.h"

static bool is_scheme(struct slice s)
{
    bool dot = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter = c >= 'a' && c <= 'z';
        bool later = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!letter && !(later && i > 0))
            return false;
        dot = dot || c == '.';
    }
    return dot || slice_is(s, "https") || slice_is(s, "http");
}

static bool is_loopback(struct slice host)
{
    return slice_is(host, "localhost") || slice_is(host, "127.0.0.1") || slice_is(host, "[::1]");
}

static struct slice host_of(struct slice authority)
{
    size_t end = 0;
    while (end < authority.len && !strchr("/?", authority.at[end]))
        end++;
    struct slice host = slice_sub(authority, 0, end);
    ptrdiff_t bracket = slice_find(host, ']');
    if (bracket >= 0)
        return slice_sub(host, 0, (size_t)bracket + 1);
    ptrdiff_t colon = slice_find(host, ':');
    return colon >= 0 ? slice_sub(host, 0, (size_t)colon) : host;
}

const char *identity_redirect_flaw(struct slice uri)
{
    if (uri.len == 0 || uri.len > LIMIT_redirect_uri_bytes_max)
        return "is empty or too long";
    for (size_t i = 0; i < uri.len; i++)
        if (uri.at[i] <= ' ' || uri.at[i] >= 127 || strchr("\"<>\\^`{|}#", uri.at[i]))
            return "holds a character that may not stand in a redirect URI, or a fragment";
    ptrdiff_t colon = slice_find(uri, ':');
    if (colon <= 0 || !is_scheme(slice_sub(uri, 0, (size_t)colon)))
        return "has no scheme that is allowed: https, http on the own machine, or one with a dot";
    struct slice scheme = slice_sub(uri, 0, (size_t)colon);
    if (slice_find(scheme, '.') >= 0)
        return NULL;
    struct slice rest = slice_sub(uri, (size_t)colon + 1, uri.len);
    struct slice host =
        slice_starts(rest, SLICE("//")) ? host_of(slice_sub(rest, 2, rest.len)) : SLICE("");
    if (host.len == 0 || slice_find(host, '@') >= 0)
        return "has no host, or names a user";
    if (slice_is(scheme, "http") && !is_loopback(host))
        return "must use https unless it points at the own machine";
    return NULL;
}

static bool name_is_fine(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.at[i] < ' ' || name.at[i] == 127)
            return false;
    return slice_trim(name).len > 0 && name.len <= LIMIT_client_name_bytes_max;
}

static enum err client_refused(const struct identity_register_client_args *a, struct effects *fx)
{
    if (!name_is_fine(a->name)) {
        effects_detail(fx, "name: must have 1 to %d bytes without control characters",
                       LIMIT_client_name_bytes_max);
        return ERR_INVALID_FIELD;
    }
    if (a->redirect_count == 0 || a->redirect_count > LIMIT_client_redirects_max) {
        effects_detail(fx, "redirectUris: must hold 1 to %d", LIMIT_client_redirects_max);
        return ERR_INVALID_FIELD;
    }
    for (size_t i = 0; i < a->redirect_count; i++) {
        const char *flaw = identity_redirect_flaw(a->redirects[i]);
        if (flaw) {
            effects_detail(fx, "redirectUris[%zu]: %s", i, flaw);
            return ERR_INVALID_FIELD;
        }
    }
    if (a->scopes == 0) {
        effects_detail(fx, "scope: must name at least one");
        return ERR_INVALID_FIELD;
    }
    return ERR_OK;
}

static bool copy_redirects(struct client *c, const struct identity_register_client_args *a)
{
    c->redirects = calloc(a->redirect_count, sizeof *c->redirects);
    for (size_t i = 0; c->redirects && i < a->redirect_count; i++) {
        c->redirects[i] = identity_text_copy(a->redirects[i]);
        if (!c->redirects[i])
            return false;
        c->redirect_count++;
    }
    return c->redirects != NULL;
}

static struct client *client_new(const struct identity_register_client_args *a, struct slice secret)
{
    struct client *c = identity_item_new(ITEM_CLIENT, sizeof *c);
    if (!c)
        return NULL;
    memcpy(c->id.bytes, a->base.draw.id, sizeof c->id.bytes);
    identity_key_of_ids(c->id, (struct uuid){ { 0 } }, c->item.key);
    c->item.org = a->org;
    c->item.created_ms = a->base.now_ms;
    c->confidential = a->confidential;
    c->scopes = a->scopes;
    c->per_minute = a->per_minute;
    c->name = identity_text_copy(a->name);
    if (a->confidential)
        secret_hash(secret, c->secret_hash);
    if (c->name && copy_redirects(c, a))
        return c;
    identity_item_free(c);
    return NULL;
}

static void client_answer(const struct identity_register_client_args *a, const struct client *c,
                          struct slice secret, struct effects *fx)
{
    struct buf out;
    struct json_writer w;
    char text[CLIENT_ID_LEN + 1];
    buf_init_arena(&out, fx->arena);
    json_writer_init(&w, &out);
    client_id_format(c->id, text);
    json_object_begin(&w);
    json_member_cstr(&w, "clientId", text);
    if (a->confidential)
        json_member_text(&w, "clientSecret", secret);
    json_member_text(&w, "name", a->name);
    json_key(&w, "redirectUris");
    json_array_begin(&w);
    for (size_t i = 0; i < a->redirect_count; i++)
        json_put_text(&w, a->redirects[i]);
    json_array_end(&w);
    json_member_text(&w, "scope", identity_scopes_print(fx->arena, a->scopes));
    json_member_bool(&w, "confidential", a->confidential);
    json_object_end(&w);
    fx->failed = fx->failed || buf_failed(&out);
    fx->result = buf_slice(&out);
}

enum err identity_register_client(struct world *w, const void *args, struct effects *fx)
{
    const struct identity_register_client_args *a = args;
    struct identity *id = a->base.identity;
    char secret[2 * IDENTITY_SECRET_LEN + 1];
    const int64_t most = world_org_limit(w, a->org, ORG_LIMIT_CLIENTS);
    enum err e = client_refused(a, fx);
    if (e != ERR_OK)
        return e;
    const struct shelf_list *list =
        identity_shelf_list(id, a->org, (struct uuid){ { 0 } }, ITEM_CLIENT);
    if ((list ? (int64_t)list->count : 0) >= most) {
        effects_detail(fx, "the organisation has %lld integrations already", (long long)most);
        return ERR_LIMIT;
    }
    hex_encode(a->base.draw.first, IDENTITY_SECRET_LEN, secret);
    struct client *c = client_new(a, slice_of(secret));
    if (c)
        client_answer(a, c, slice_of(secret), fx);
    identity_item_put(id, c, fx);
    return ERR_OK;
}
