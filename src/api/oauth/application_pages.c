/* /account/applications: integrations and service apps by page, for people without a program. The
 * same commands as the API's; administrators see all of their organisation, others the service apps
 * they requested. A secret or a token is shown in the answer to the form that made it, and never
 * again. */
#include "api/oauth/application_forms.h"
#include "api/rest/routes.h"

/* What a form's command leaves to show. */
struct shown {
    struct identity_user user;
    const struct form_action *action;
    struct slice client;
};
struct form_action {
    const char *name;   /* value of the button */
    const char *member; /* of the answer, to be shown; NULL: nothing */
    const char *title;  /* of the page that follows */
    const char *label;  /* of what is shown */
    bool admin;         /* only for administrators */
    enum err (*run)(struct rest_call *call, const struct client_view *c, const struct form *f,
                    rest_then *then);
};

static enum err sign_in_first(struct rest_call *call)
{
    struct login_way way = { .goal = GOAL_APPLICATIONS };
    return oauth_login_page(call, &way);
}

/* Whom a profile narrows is no administrator here. */
static enum err session(struct rest_call *call, struct identity_user *out)
{
    enum err e = web_session(call, out);
    if (e == ERR_OK && out->role == ROLE_ADMIN && !oauth_is_whole(call, out->org, out->id))
        out->role = ROLE_NONE;
    return e;
}

/* ---- pages ---- */

static void list_item(struct buf *out, const struct client_view *c)
{
    buf_printf(out, "<li><a href=\"/account/applications/%.*s\">", SLICE_ARG(c->id));
    oauth_html_text(out, c->name);
    buf_printf(out, "</a> %s</li>\n",
               c->kind == CLIENT_INTEGRATION ? "integration"
               : c->authorized               ? "service app, authorized"
                                             : "service app, requested");
}

static enum err list_page(struct rest_call *call, const struct identity_user *user)
{
    struct buf body;
    struct oauth_page page = { .title = "Applications" };
    struct client_view *clients = NULL;
    size_t count = 0;
    enum err e =
        identity_clients(call->services->identity, user->org, call->arena, &clients, &count);
    if (e != ERR_OK)
        return e;
    buf_init_arena(&body, call->arena);
    buf_add(&body, SLICE("<ul id=\"applications\">\n"));
    for (size_t i = 0; i < count; i++)
        if (oauth_may_manage(user, &clients[i]))
            list_item(&body, &clients[i]);
    buf_add(&body, SLICE("</ul>\n"));
    if (user->role == ROLE_ADMIN)
        application_form_new(call, &body, CLIENT_INTEGRATION);
    application_form_new(call, &body, CLIENT_SERVICE);
    oauth_page_reply(call, &page, &body);
    return ERR_OK;
}

enum err rest_account_applications(struct rest_call *call)
{
    struct identity_user user;
    return session(call, &user) == ERR_OK ? list_page(call, &user) : sign_in_first(call);
}

static void put_secret(struct buf *out, const char *label, struct slice secret)
{
    buf_printf(out,
               "<label for=\"secret\">%s (shown this once)</label>\n"
               "<textarea id=\"secret\" rows=\"3\" readonly>",
               label);
    oauth_html_text(out, secret);
    buf_add(out, SLICE("</textarea>\n"));
}

static enum err detail_page(struct rest_call *call, const struct identity_user *user,
                            const struct client_view *c, const struct form_action *done,
                            struct slice secret)
{
    struct buf body;
    struct oauth_page page = { .title = done ? done->title : "Application" };
    buf_init_arena(&body, call->arena);
    if (secret.len)
        put_secret(&body, done->label, secret);
    application_forms_write(call, &body, c, user->role == ROLE_ADMIN);
    oauth_page_reply(call, &page, &body);
    return ERR_OK;
}

/* False: not there, or nobody's business. */
static bool find(struct rest_call *call, const struct identity_user *user, struct slice id,
                 struct client_view *out)
{
    return identity_client(call->services->identity, id, call->arena, out) == ERR_OK &&
           oauth_may_manage(user, out);
}

enum err rest_account_application(struct rest_call *call)
{
    struct identity_user user;
    struct client_view c;
    if (session(call, &user) != ERR_OK)
        return sign_in_first(call);
    if (!find(call, &user, call->params[0], &c))
        return oauth_page_fail(call, 404, "There is no such application.");
    return detail_page(call, &user, &c, NULL, SLICE(""));
}

/* ---- forms ---- */

static void done(struct rest_call *call, const struct core_answer *answer)
{
    const struct shown *s = call->state;
    struct client_view c;
    enum err e = answer->err;
    if (e != ERR_OK && err_status(e) < 500) {
        struct slice why = arena_copy(call->arena, answer->detail);
        oauth_page_fail(call, err_status(e),
                        why.len ? arena_printf(call->arena, "%.*s", SLICE_ARG(why)).at
                                : err_title(e));
        return;
    }
    if (e != ERR_OK) {
        rest_fail(call, e, SLICE(""));
        return;
    }
    struct slice id = s->client.len ? s->client : oauth_result_text(call, answer, "clientId");
    struct slice secret =
        s->action->member ? oauth_result_text(call, answer, s->action->member) : SLICE("");
    if (find(call, &s->user, id, &c))
        e = detail_page(call, &s->user, &c, s->action, secret);
    else
        e = web_redirect(call, SLICE("/account/applications"), SLICE(""));
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

static enum err rotate(struct rest_call *call, const struct client_view *c, const struct form *f,
                       rest_then *then)
{
    int64_t overlap_s = slice_is(form_get(f, "overlap"), "day") ? INT64_C(86400) : 0;
    return oauth_rotate_secret(call, c->org, c->id, overlap_s, then);
}

static enum err erase(struct rest_call *call, const struct client_view *c, const struct form *f,
                      rest_then *then)
{
    (void)f;
    return oauth_remove_client(call, c->org, c->id, then);
}

static enum err authorize(struct rest_call *call, const struct client_view *c, const struct form *f,
                          rest_then *then)
{
    (void)f;
    return oauth_authorize_client(call, c, c->scopes, then);
}

static enum err withdraw(struct rest_call *call, const struct client_view *c, const struct form *f,
                         rest_then *then)
{
    (void)f;
    return oauth_authorize_client(call, c, 0, then);
}

/* The page's user manages the app, which is proof enough. */
static enum err make_token(struct rest_call *call, const struct client_view *c,
                           const struct form *f, rest_then *then)
{
    (void)f;
    return oauth_machine_token(call, c->org, c->id, true, then);
}

static const struct form_action actions[] = {
    { "change", NULL, "Changed", NULL, true, application_form_change },
    { "rotate", "clientSecret", "Rotated", "Client secret", false, rotate },
    { "delete", NULL, "Deleted", NULL, false, erase },
    { "authorize", NULL, "Authorized", NULL, true, authorize },
    { "withdraw", NULL, "Withdrawn", NULL, true, withdraw },
    { "token", "refresh_token", "Token made", "Refresh token of the app", false, make_token },
};

static const struct form_action *action_of(const struct form *f)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (slice_is(form_get(f, "action"), actions[i].name))
            return &actions[i];
    return NULL;
}

/* False: it has answered. */
static bool begin(struct rest_call *call, struct form *form, struct shown **out)
{
    struct shown *s = arena_alloc(call->arena, sizeof *s);
    if (!s) {
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
        return false;
    }
    if (!web_form(call, "applications", COOKIE_SESSION, form))
        return false;
    if (session(call, &s->user) != ERR_OK) {
        sign_in_first(call);
        return false;
    }
    call->state = s;
    *out = s;
    return true;
}

enum err rest_account_application_action(struct rest_call *call)
{
    struct form form;
    struct shown *s;
    struct client_view c;
    if (!begin(call, &form, &s))
        return ERR_OK;
    s->action = action_of(&form);
    s->client = call->params[0];
    if (!s->action || !find(call, &s->user, s->client, &c))
        return oauth_page_fail(call, 404, "There is no such application.");
    if (s->action->admin && s->user.role != ROLE_ADMIN)
        return oauth_page_fail(call, 403, "Only an administrator may do this.");
    return s->action->run(call, &c, &form, done);
}

enum err rest_account_application_create(struct rest_call *call)
{
    static const struct form_action created = { .member = "clientSecret",
                                                .title = "Registered",
                                                .label = "Client secret" };
    struct form form;
    struct shown *s;
    if (!begin(call, &form, &s))
        return ERR_OK;
    s->action = &created;
    bool service = slice_is(form_get(&form, "kind"), "service");
    if (!service && s->user.role != ROLE_ADMIN)
        return oauth_page_fail(call, 403, "Only an administrator may register an integration.");
    return application_form_register(call, &s->user, service ? CLIENT_SERVICE : CLIENT_INTEGRATION,
                                     &form, done);
}
