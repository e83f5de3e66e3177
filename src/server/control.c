/* See control.h: what the requests mean. The socket is control_socket.c. */
#include "server/control.h"

#include "api/rest/quota.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/epoch.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "domain/catalog/catalog.h"
#include "domain/identity/commands.h"
#include "server/control_config.h"
#include "server/control_orgs.h"
#include "server/engine.h"

struct request {
    const struct control *control;
    const struct json *json;
    struct arena *arena;
    struct core_answer answer;
};

static struct slice text_of(const struct request *r, const char *name)
{
    return json_text(json_get(r->json, name), SLICE(""));
}

static enum err refuse(struct request *r, enum err why, const char *detail)
{
    r->answer.detail = slice_of(detail);
    return why;
}

static enum err refuse_rate(struct request *r)
{
    r->answer.detail =
        arena_printf(r->arena, "rateLimit: must be 1 to %d, or off", LIMIT_rate_limit_max);
    return ERR_INVALID_FIELD;
}

static enum err fill_base(const struct request *r, struct identity_args *base)
{
    base->identity = r->control->identity;
    base->now_ms = clock_now_ms(r->control->clock);
    return identity_draw(&base->draw);
}

/* For an organisation that is open. */
static enum err run_in(struct request *r, struct uuid org, command_fn *run, const void *args)
{
    const struct core_org_call call = { org, run, args };
    return engine_run(r->control->engine, core_in_org, &call, r->arena, &r->answer);
}

static enum err run_token(struct request *r)
{
    struct identity_user user;
    struct identity_issue_token_args args = { .client = text_of(r, "client") };
    if (!identity_user_by_email(r->control->identity, text_of(r, "email"), &user))
        return refuse(r, ERR_NOT_FOUND, "no user has this address");
    if (user.suspended)
        return refuse(r, ERR_ORG_SUSPENDED, "the organisation is suspended");
    if (identity_scopes_parse(text_of(r, "scope"), &args.scopes) != ERR_OK)
        return refuse(r, ERR_INVALID_SCOPE, "scope: names one that does not exist");
    args.org = user.org;
    args.user = user.id;
    args.with_refresh = json_bool(json_get(r->json, "refresh"), false);
    enum err e = fill_base(r, &args.base);
    return e == ERR_OK ? run_in(r, args.org, identity_issue_token, &args) : e;
}

struct org_count {
    struct uuid org;
    unsigned count;
};

static bool count_org(void *ctx, struct uuid org)
{
    struct org_count *c = ctx;
    c->org = org;
    return ++c->count < 2;
}

static enum err find_org(struct request *r, struct uuid *out)
{
    struct org_count c = { .count = 0 };
    struct slice text = text_of(r, "org");
    if (text.len)
        return uuid_parse(text, out) ? ERR_OK : refuse(r, ERR_NOT_FOUND, "org: is not an id");
    epoch_enter();
    catalog_each_org(r->control->catalog, count_org, &c);
    epoch_leave();
    if (c.count != 1)
        return refuse(r, ERR_BAD_REQUEST, "org: is needed, for there is not exactly one");
    *out = c.org;
    return ERR_OK;
}

static bool is_known(const struct request *r, struct uuid org)
{
    epoch_enter();
    bool known = catalog_has_org(r->control->catalog, org);
    epoch_leave();
    return known;
}

static enum err run_client(struct request *r)
{
    const struct json *redirects = json_get(r->json, "redirectUris");
    struct slice uris[LIMIT_client_redirects_max];
    struct identity_register_client_args args = {
        .name = text_of(r, "name"),
        .redirects = uris,
        .confidential = !json_bool(json_get(r->json, "public"), false),
    };
    enum err e = find_org(r, &args.org);
    if (e != ERR_OK)
        return e;
    if (!is_known(r, args.org))
        return refuse(r, ERR_NOT_FOUND, "org: is not known");
    if (identity_scopes_parse(text_of(r, "scope"), &args.scopes) != ERR_OK)
        return refuse(r, ERR_INVALID_SCOPE, "scope: names one that does not exist");
    struct slice rate = text_of(r, "rateLimit");
    if (rate.len && !quota_parse(rate, &args.per_minute))
        return refuse_rate(r);
    JSON_EACH(uri, redirects)
    {
        if (args.redirect_count == LIMIT_client_redirects_max)
            return refuse(r, ERR_INVALID_FIELD, "redirectUris: are too many");
        uris[args.redirect_count++] = json_text(uri, SLICE(""));
    }
    e = fill_base(r, &args.base);
    return e == ERR_OK ? run_in(r, args.org, identity_register_client, &args) : e;
}

static enum err run_limit(struct request *r)
{
    struct client_view client;
    struct slice rate = text_of(r, "rateLimit");
    struct identity_limit_client_args args = { .client = text_of(r, "client"),
                                               .per_minute = RATE_AS_SERVER };
    if (identity_client(r->control->identity, args.client, r->arena, &client) != ERR_OK)
        return refuse(r, ERR_NOT_FOUND, "client: is not known");
    if (!slice_is(rate, "default") && !quota_parse(rate, &args.per_minute))
        return refuse_rate(r);
    args.org = client.org;
    enum err e = fill_base(r, &args.base);
    if (e == ERR_OK)
        e = run_in(r, args.org, identity_limit_client, &args);
    if (e == ERR_OK)
        r->answer.result = SLICE("{}");
    return e;
}

static enum err run_config(struct request *r)
{
    struct uuid org;
    enum err e = find_org(r, &org);
    return e ? e : control_config(r->control, r->json, org, r->arena, &r->answer);
}

static enum err run_org(struct request *r)
{
    return control_org(r->control, r->json, r->arena, &r->answer);
}

static enum err run(struct request *r)
{
    static const struct {
        const char *name;
        enum err (*run)(struct request *r);
    } rows[] = { { "token", run_token },
                 { "client", run_client },
                 { "limit", run_limit },
                 { "config", run_config },
                 { "org", run_org } };
    struct slice command = text_of(r, "command");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_is(command, rows[i].name))
            return rows[i].run(r);
    return refuse(r, ERR_NOT_FOUND, "command: is not known");
}

void control_handle(const struct control *c, struct slice request, struct arena *a, struct buf *out)
{
    struct json *json = NULL;
    struct json_writer w;
    struct request r = { .control = c, .arena = a };
    enum err e = json_parse(a, request, &json, NULL);
    r.json = json;
    e = e == ERR_OK ? run(&r) : e;
    if (e == ERR_OK) {
        buf_add(out, r.answer.result);
        return;
    }
    json_writer_init(&w, out);
    json_object_begin(&w);
    json_member_cstr(&w, "error", err_code(e));
    json_member_text(&w, "detail", r.answer.detail.len ? r.answer.detail : slice_of(err_title(e)));
    json_object_end(&w);
}
