/* Signing in. The password is checked on the pool's threads; from there the session is submitted
 * and the reply given. All failures look the same, and an account that does not exist costs the
 * same hash. */
#include <openssl/crypto.h>

#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"

static const struct {
    const char *name, *path;
} goals[GOAL_COUNT] = {
    [GOAL_ACCOUNT] = { "account", "/account" },
    [GOAL_AUTHORIZE] = { "authorize", "/v1/authorize" },
    [GOAL_DEVICE] = { "device", "/device" },
    [GOAL_APPLICATIONS] = { "applications", "/account/applications" },
};

/* Only the name of a page of ours comes with the form, so nobody is sent anywhere else. */
static enum login_goal goal_of(const struct form *f)
{
    struct slice name = form_get(f, "goal");
    for (int i = 0; i < GOAL_COUNT; i++)
        if (slice_is(name, goals[i].name))
            return (enum login_goal)i;
    return form_get(f, "query").len ? GOAL_AUTHORIZE : GOAL_ACCOUNT;
}

static void login_form(struct rest_call *call, const struct login_way *way, struct slice cookie,
                       struct buf *body)
{
    buf_add(body, SLICE("<form method=\"post\" action=\"/v1/authorize/login\">\n"
                        "<input type=\"hidden\" name=\"form_token\" value=\""));
    buf_add(body, csrf_make(call->services->oauth, call->arena, SLICE("login"), cookie));
    buf_printf(body, "\">\n<input type=\"hidden\" name=\"goal\" value=\"%s\">\n",
               goals[way->goal].name);
    buf_add(body, SLICE("<input type=\"hidden\" name=\"query\" value=\""));
    oauth_html_text(body, way->query);
    buf_add(body,
            SLICE("\">\n<label for=\"email\">Email</label>\n"
                  "<input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"username\" "
                  "required autofocus maxlength=\"254\">\n"
                  "<label for=\"password\">Password</label>\n"
                  "<input id=\"password\" name=\"password\" type=\"password\" "
                  "autocomplete=\"current-password\" required>\n"
                  "<button id=\"sign-in\" type=\"submit\">Sign in</button>\n</form>\n"));
}

enum err oauth_login_page(struct rest_call *call, const struct login_way *way)
{
    struct buf body;
    struct slice cookie = cookie_get(call, COOKIE_BEFORE_LOGIN);
    struct oauth_page page = { .title = "Sign in",
                               .status = way->wait_ms   ? 429
                                         : way->message ? 403
                                                        : 200 };
    page.retry_after_s = (way->wait_ms + 999) / 1000;
    enum err e = cookie.len ? ERR_OK : oauth_secret_text(call->arena, &cookie);
    if (e != ERR_OK)
        return e;
    page.set_cookie = cookie_make(call, COOKIE_BEFORE_LOGIN, cookie);
    struct authorization auth;
    if (way->goal == GOAL_AUTHORIZE) {
        if (!authorization_read(call, way->query, &auth))
            return ERR_OK;
        page.form_target = oauth_redirect_source(call->arena, auth.redirect);
    }
    buf_init_arena(&body, call->arena);
    if (way->message)
        buf_printf(&body, "<p role=\"alert\" class=\"alert\" id=\"problem\">%s</p>\n",
                   way->message);
    if (way->wait_ms)
        buf_printf(&body, "<p>Try again in %lld s.</p>\n", (long long)page.retry_after_s);
    login_form(call, way, cookie, &body);
    oauth_page_reply(call, &page, &body);
    return ERR_OK;
}

struct login {
    struct pool_job job; /* first member */
    struct rest_call *call;
    struct slice email, password, hash;
    struct login_way way;
    struct identity_user user;
    bool known;
};

static void session_made(struct rest_call *call, const struct core_answer *answer)
{
    const struct login *l = call->state;
    struct slice session =
        answer->err == ERR_OK ? oauth_result_text(call, answer, "session") : SLICE("");
    if (!cookie_is_shaped(session)) {
        rest_fail(call, answer->err == ERR_OK ? ERR_INTERNAL : answer->err, SLICE(""));
        return;
    }
    struct slice query = l->way.query;
    struct slice target = arena_printf(call->arena, "%s%s%.*s", goals[l->way.goal].path,
                                       query.len ? "?" : "", SLICE_ARG(query));
    enum err e = web_redirect(call, target, cookie_make(call, COOKIE_SESSION, session));
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

static enum err open_session(struct login *l)
{
    struct rest_call *call = l->call;
    struct identity_session_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->org = l->user.org;
    args->user = l->user.id;
    args->session = cookie_get(call, COOKIE_SESSION);
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_open_session, args, session_made) : e;
}

static void note(struct login *l, enum event_type type)
{
    struct identity_failure_args what = { .type = type, .detail = "password" };
    if (l->known) {
        what.org = l->user.org;
        what.user = l->user.id;
    } /* else what was typed may be a password in the wrong field: it is told nowhere */
    oauth_note_failure(l->call, &what);
}

static void check_password(struct pool_job *job)
{
    struct login *l = (struct login *)job;
    struct rest_call *call = l->call;
    struct oauth *o = call->services->oauth;
    bool same = password_verify(l->hash, l->password, o->cost) && l->known;
    bool right = same && l->user.active;
    enum err e;
    if (right) {
        guard_passed(o->guard, l->email, call->http->peer);
        e = open_session(l);
    } else if (same && l->user.suspended) {
        note(l, EVENT_SECURITY_LOGIN_FAILED);
        l->way.message = "Your organisation is suspended.";
        e = oauth_login_page(call, &l->way);
    } else {
        note(l, EVENT_SECURITY_LOGIN_FAILED);
        l->way.message = "The email or the password is not right.";
        e = oauth_login_page(call, &l->way);
    }
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

static void find_user(struct login *l)
{
    struct identity *id = l->call->services->identity;
    l->known = identity_user_by_email(id, l->email, &l->user);
    if (!l->known ||
        identity_password_hash(id, l->user.org, l->user.id, l->call->arena, &l->hash) != ERR_OK)
        l->hash = SLICE("");
}

enum err rest_login(struct rest_call *call)
{
    struct oauth *o = call->services->oauth;
    struct form form;
    if (!web_form(call, "login", COOKIE_BEFORE_LOGIN, &form))
        return ERR_OK;
    struct login *l = arena_alloc(call->arena, sizeof *l);
    if (!l)
        return ERR_OUT_OF_MEMORY;
    l->call = call;
    l->job.run = check_password;
    l->email = slice_trim(form_get(&form, "email"));
    l->password = form_get(&form, "password");
    l->way = (struct login_way){ .goal = goal_of(&form), .query = form_get(&form, "query") };
    call->state = l;
    l->way.wait_ms =
        guard_try(o->guard, l->email, call->http->peer, clock_now_ms(call->services->clock));
    if (l->way.wait_ms) {
        l->known = identity_user_by_email(call->services->identity, l->email, &l->user);
        note(l, EVENT_SECURITY_LOCKED_OUT);
        l->way.message = "Too many failed attempts.";
        return oauth_login_page(call, &l->way);
    }
    find_user(l);
    return oauth_pool_push(o->pool, &l->job);
}

enum err rest_login_page(struct rest_call *call)
{
    struct identity_user user;
    if (web_session(call, &user) == ERR_OK)
        return web_redirect(call, SLICE("/account"), SLICE(""));
    struct login_way way = { .goal = GOAL_ACCOUNT };
    return oauth_login_page(call, &way);
}

/* ---- an administrator sets a password ---- */

struct password_job {
    struct pool_job job; /* first member */
    struct rest_call *call;
    struct identity_set_password_args args;
    struct slice password;
    char hash[PASSWORD_HASH_MAX];
};

static void password_set(struct rest_call *call, const struct core_answer *answer)
{
    if (answer->err == ERR_OK)
        rest_reply(call, 204, SLICE(""));
    else
        rest_fail(call, answer->err, answer->detail);
}

static void hash_password(struct pool_job *job)
{
    struct password_job *p = (struct password_job *)job;
    struct rest_call *call = p->call;
    enum err e = password_hash(p->password, call->services->oauth->cost, p->hash);
    p->args.hash = slice_of(p->hash);
    if (e == ERR_OK)
        e = oauth_identity_args_fill(call, &p->args.base);
    if (e == ERR_OK)
        e = rest_submit(call, identity_set_password, &p->args, password_set);
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

enum err rest_user_password(struct rest_call *call)
{
    const struct json *password = json_get(call->body, "password");
    struct password_job *p = arena_alloc(call->arena, sizeof *p);
    if (!p)
        return ERR_OUT_OF_MEMORY;
    p->password = json_text(password, SLICE(""));
    if (p->password.len < LIMIT_password_bytes_min || p->password.len > LIMIT_password_bytes_max)
        return rest_failf(call, ERR_INVALID_FIELD, "password: must have %d to %d bytes",
                          LIMIT_password_bytes_min, LIMIT_password_bytes_max);
    if (!uuid_parse(call->org, &p->args.org) || !uuid_parse(call->params[1], &p->args.user))
        return ERR_NOT_FOUND;
    p->call = call;
    p->job.run = hash_password;
    return oauth_pool_push(call->services->oauth->pool, &p->job);
}
