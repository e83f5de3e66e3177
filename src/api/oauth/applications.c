/* Integrations by API (ours: the contract registers them on its portal). */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "domain/catalog/access.h"
#include "domain/catalog/catalog.h"

bool oauth_is_whole(struct rest_call *call, struct uuid org, struct uuid user)
{
    const struct catalog_view view = { call->services->catalog, org, catalog_published };
    epoch_enter();
    bool whole = access_is_whole(&view, user);
    epoch_leave();
    return whole;
}

bool oauth_need_whole(struct rest_call *call)
{
    if (oauth_is_whole(call, call->principal.org, call->principal.user))
        return true;
    rest_failf(call, ERR_FORBIDDEN, "The user profile lets you do a part only, and this is more");
    return false;
}

struct application {
    struct slice name;
    struct slice *redirects;
    size_t redirect_count;
    uint64_t scopes;
    uint32_t per_minute; /* only heeded when registering: it has an operation of its own */
    bool confidential, device;
};

static bool is_bool(const struct json *v)
{
    return !v || v->type == JSON_BOOL;
}

static const char *read_redirects(struct rest_call *call, struct application *out)
{
    const struct json *redirects = json_get(call->body, "redirectUris");
    if (!redirects)
        return NULL;
    if (redirects->type != JSON_ARRAY || redirects->count > LIMIT_client_redirects_max)
        return "redirectUris: must be a list of at most 20 addresses";
    out->redirects = arena_alloc(call->arena, (redirects->count + 1) * sizeof *out->redirects);
    if (!out->redirects)
        return "out of memory";
    JSON_EACH(uri, redirects)
    out->redirects[out->redirect_count++] = json_text(uri, SLICE(""));
    return NULL;
}

/* NULL: fine; the command looks at the rest. */
static const char *read_application(struct rest_call *call, struct application *out)
{
    const struct json *confidential = json_get(call->body, "confidential");
    const struct json *device = json_get(call->body, "deviceGrant");
    if (!is_bool(confidential))
        return "confidential: must be true or false";
    if (!is_bool(device))
        return "deviceGrant: must be true or false";
    if (identity_scopes_parse(json_text(json_get(call->body, "scope"), SLICE("")), &out->scopes) !=
        ERR_OK)
        return "scope: names one that does not exist";
    if (!client_limit_read(json_get(call->body, "requestsPerMinute"), &out->per_minute))
        return "requestsPerMinute: must be null, 0 for no limit, or a whole number within the "
               "largest";
    out->name = json_text(json_get(call->body, "name"), SLICE(""));
    out->confidential = json_bool(confidential, true);
    out->device = json_bool(device, false);
    return read_redirects(call, out);
}

static enum err refuse(struct rest_call *call, const char *flaw)
{
    return rest_failf(call, ERR_INVALID_FIELD, "%s", flaw);
}

enum err rest_application_create(struct rest_call *call)
{
    struct identity_register_client_args *args = arena_alloc(call->arena, sizeof *args);
    struct application app = { 0 };
    if (!args)
        return ERR_OUT_OF_MEMORY;
    if (!oauth_need_whole(call))
        return ERR_OK;
    const char *flaw = read_application(call, &app);
    if (flaw)
        return refuse(call, flaw);
    args->org = call->principal.org;
    args->owner = call->principal.user;
    args->name = app.name;
    args->redirects = app.redirects;
    args->redirect_count = app.redirect_count;
    args->scopes = app.scopes;
    args->per_minute = app.per_minute;
    args->confidential = app.confidential;
    args->device = app.device;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_register_client, args, NULL) : e;
}

/* ---- what both kinds of application have ---- */

bool oauth_may_manage(const struct identity_user *who, const struct client_view *c)
{
    if (!uuid_eq(c->org, who->org))
        return false;
    return who->role == ROLE_ADMIN ||
           (c->kind == CLIENT_SERVICE && !uuid_is_nil(who->id) && uuid_eq(c->owner, who->id));
}

enum err oauth_managed_client(struct rest_call *call, enum client_kind kind,
                              struct client_view *out)
{
    const struct principal *p = &call->principal;
    struct identity_user who = { .org = p->org, .id = p->user, .role = p->role };
    struct client_view found;
    if (who.role == ROLE_ADMIN && !oauth_is_whole(call, p->org, p->user))
        who.role = ROLE_NONE; /* what was requested by oneself is left */
    enum err e = identity_client(call->services->identity, call->params[0], call->arena, &found);
    if (e != ERR_OK)
        return e;
    bool reader = p->role == ROLE_ADMIN_READ_ONLY && slice_is(call->http->method, "GET") &&
                  uuid_eq(found.org, p->org);
    if (found.kind != kind || !(reader || oauth_may_manage(&who, &found)))
        return ERR_NOT_FOUND;
    *out = found;
    return ERR_OK;
}

enum err oauth_reply_client(struct rest_call *call, const struct client_view *c)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    identity_client_write(&w, c, SLICE(""), call->arena);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 200, buf_slice(&out));
    return ERR_OK;
}

enum err oauth_reply_clients(struct rest_call *call, enum client_kind kind, bool only_own)
{
    struct buf out;
    struct json_writer w;
    struct client_view *clients = NULL;
    size_t count = 0;
    enum err e = identity_clients(call->services->identity, call->principal.org, call->arena,
                                  &clients, &count);
    if (e != ERR_OK)
        return e;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++)
        if (clients[i].kind == kind &&
            (!only_own || uuid_eq(clients[i].owner, call->principal.user)))
            identity_client_write(&w, &clients[i], SLICE(""), call->arena);
    json_array_end(&w);
    json_object_end(&w);
    if (buf_failed(&out))
        return ERR_OUT_OF_MEMORY;
    rest_reply(call, 200, buf_slice(&out));
    return ERR_OK;
}

enum err oauth_remove_client(struct rest_call *call, struct uuid org, struct slice client,
                             rest_then *then)
{
    struct identity_remove_client_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->org = org;
    args->client = client;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_remove_client, args, then) : e;
}

enum err oauth_rotate_secret(struct rest_call *call, struct uuid org, struct slice client,
                             int64_t overlap_s, rest_then *then)
{
    struct identity_rotate_secret_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    bool sane = overlap_s >= 0 && overlap_s <= LIMIT_secret_overlap_ms_max / 1000;
    args->org = org;
    args->client = client;
    args->overlap_ms = sane ? overlap_s * 1000 : -1; /* the command refuses */
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_rotate_secret, args, then) : e;
}

/* ---- integrations ---- */

static enum err integration(struct rest_call *call, struct client_view *out)
{
    return oauth_managed_client(call, CLIENT_INTEGRATION, out);
}

/* People have let the integration do what it is registered for, and are not asked again. So a token
 * with less must not turn its redirect URIs or its secret to its own ends. */
static bool covers(struct rest_call *call, const struct client_view *c, uint64_t more)
{
    if (identity_scopes_cover(call->principal.scopes, c->scopes | more))
        return true;
    rest_failf(call, ERR_FORBIDDEN, "The access token has less than the integration");
    return false;
}

enum err rest_application_update(struct rest_call *call)
{
    struct identity_update_client_args *args = arena_alloc(call->arena, sizeof *args);
    struct application app = { 0 };
    if (!args)
        return ERR_OUT_OF_MEMORY;
    const char *flaw = read_application(call, &app);
    if (flaw)
        return refuse(call, flaw);
    struct client_view c;
    enum err e = integration(call, &c);
    if (e != ERR_OK || !covers(call, &c, app.scopes))
        return e;
    args->org = call->principal.org;
    args->client = call->params[0];
    args->name = app.name;
    args->redirects = app.redirects;
    args->redirect_count = app.redirect_count;
    args->scopes = app.scopes;
    args->device = app.device;
    e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_update_client, args, NULL) : e;
}

enum err rest_application_list(struct rest_call *call)
{
    return oauth_reply_clients(call, CLIENT_INTEGRATION, false);
}

enum err rest_application_get(struct rest_call *call)
{
    struct client_view c;
    enum err e = integration(call, &c);
    return e == ERR_OK ? oauth_reply_client(call, &c) : e;
}

enum err rest_application_delete(struct rest_call *call)
{
    struct client_view c;
    enum err e = integration(call, &c);
    return e == ERR_OK ? oauth_remove_client(call, c.org, c.id, oauth_done) : e;
}

void oauth_done(struct rest_call *call, const struct core_answer *answer)
{
    if (answer->err == ERR_OK)
        rest_reply(call, 204, SLICE(""));
    else
        rest_fail(call, answer->err, answer->detail);
}

/* Seconds; -1: nonsense, which the command refuses. */
static int64_t overlap_of(const struct rest_call *call)
{
    const struct json *v = json_get(call->body, "overlapSeconds");
    return v ? json_i64(v, -1) : 0;
}

enum err rest_application_secret(struct rest_call *call)
{
    struct client_view c;
    enum err e = integration(call, &c);
    return e == ERR_OK && covers(call, &c, 0)
               ? oauth_rotate_secret(call, c.org, c.id, overlap_of(call), NULL)
               : e;
}

/* For a service app the secret is worth all that the app may do, so a token with less must not get
 * at it. */
enum err rest_service_app_secret(struct rest_call *call)
{
    struct client_view c;
    enum err e = oauth_managed_client(call, CLIENT_SERVICE, &c);
    if (e != ERR_OK)
        return e;
    if (!identity_scopes_cover(call->principal.scopes, c.authorized))
        return rest_failf(call, ERR_FORBIDDEN, "The access token has less than the app");
    return oauth_rotate_secret(call, c.org, c.id, overlap_of(call), NULL);
}
