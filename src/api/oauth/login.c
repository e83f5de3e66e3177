/* Signing in. The password is checked on the pool's threads; from there the session is submitted
 * and the reply given. All failures look the same, and an account that does not exist costs the
 * same hash. */
#include <openssl/crypto.h>
#include <stdlib.h>

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
enum login_goal oauth_goal_of(struct slice name)
{
    for (int i = 0; i < GOAL_COUNT; i++)
        if (slice_is(name, goals[i].name))
            return (enum login_goal)i;
    return GOAL_ACCOUNT;
}

const char *oauth_goal_name(enum login_goal goal)
{
    return goals[goal].name;
}

static enum login_goal goal_of(const struct form *f)
{
    bool named = form_get(f, "goal").len > 0;
    return named || !form_get(f, "query").len ? oauth_goal_of(form_get(f, "goal")) : GOAL_AUTHORIZE;
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
    struct worker_job job; /* first member */
    struct rest_call *call;
    struct slice email, password, hash;
    struct login_way way;
    struct identity_user user;
    bool known;
};

struct arrival {
    enum login_goal goal;
    struct slice query;
    bool must_change;
};

static struct slice target_of(struct rest_call *call, const struct arrival *a)
{
    struct slice query = a->query;
    if (a->must_change)
        return arena_printf(call->arena, "/account/password?goal=%s%s%.*s", goals[a->goal].name,
                            query.len ? "&" : "", SLICE_ARG(query));
    return arena_printf(call->arena, "%s%s%.*s", goals[a->goal].path, query.len ? "?" : "",
                        SLICE_ARG(query));
}

static const char not_right[] = "The email or the password is not right.";

static void session_made(struct rest_call *call, const struct core_answer *answer)
{
    struct arrival *a = call->state;
    if (answer->err == ERR_FORBIDDEN || answer->err == ERR_NOT_FOUND) {
        /* Since it was looked at the password was changed, or its user is gone. */
        struct login_way way = { .goal = a->goal, .query = a->query, .message = not_right };
        enum err e = oauth_login_page(call, &way);
        if (e != ERR_OK)
            rest_fail(call, e, SLICE(""));
        return;
    }
    struct slice session =
        answer->err == ERR_OK ? oauth_result_text(call, answer, "session") : SLICE("");
    if (!cookie_is_shaped(session)) {
        rest_fail(call, answer->err == ERR_OK ? ERR_INTERNAL : answer->err, SLICE(""));
        return;
    }
    struct identity_user user;
    a->must_change = identity_session(call->services->identity, session,
                                      clock_now_ms(call->services->clock), &user) == ERR_OK &&
                     user.must_change;
    enum err e = web_redirect(call, target_of(call, a), cookie_make(call, COOKIE_SESSION, session));
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

enum err oauth_open_session(struct rest_call *call, const struct identity_user *user,
                            struct slice proven, const struct login_way *way)
{
    struct identity_session_args *args = arena_alloc(call->arena, sizeof *args);
    struct arrival *a = arena_alloc(call->arena, sizeof *a);
    if (!args || !a)
        return ERR_OUT_OF_MEMORY;
    *a = (struct arrival){ .goal = way->goal, .query = way->query };
    call->state = a;
    args->org = user->org;
    args->user = user->id;
    args->session = cookie_get(call, COOKIE_SESSION);
    args->proven = proven;
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

struct rehash {
    struct identity_rehash_args args;
    char was[PASSWORD_HASH_MAX], hash[PASSWORD_HASH_MAX];
};

static void rehashed(void *ctx, const struct core_answer *answer)
{
    (void)answer;
    free(ctx);
}

/* The settings have risen since the password was set: now is when its text is there. Nobody waits
 * for it, and what fails is tried again at the next login. */
static void raise_cost(const struct login *l)
{
    const struct services *s = l->call->services;
    if (!password_is_weak(l->hash, s->oauth->cost) || l->hash.len >= PASSWORD_HASH_MAX)
        return;
    struct rehash *r = calloc(1, sizeof *r);
    if (!r)
        return;
    memcpy(r->was, l->hash.at, l->hash.len);
    bool done = password_hash(l->password, s->oauth->cost, r->hash) == ERR_OK;
    r->args = (struct identity_rehash_args){ .base = { .identity = s->identity,
                                                       .now_ms = clock_now_ms(s->clock) },
                                             .org = l->user.org,
                                             .user = l->user.id,
                                             .was = slice_of(r->was),
                                             .hash = slice_of(r->hash) };
    struct core_command c = {
        .run = identity_rehash_password, .args = &r->args, .done = rehashed, .ctx = r
    };
    if (!done || s->core->submit(s->core, &c) != ERR_OK)
        free(r);
}

static void check_password(struct worker_job *job)
{
    struct login *l = (struct login *)job;
    struct rest_call *call = l->call;
    struct oauth *o = call->services->oauth;
    bool same = password_verify(l->hash, l->password, o->cost) && l->known;
    bool right = same && l->user.active;
    enum err e;
    if (right) {
        guard_passed(o->guard, l->email, call->http->peer);
        raise_cost(l);
        e = oauth_open_session(call, &l->user, l->hash, &l->way);
    } else if (same && l->user.suspended) {
        note(l, EVENT_SECURITY_LOGIN_FAILED);
        l->way.message = "Your organisation is suspended.";
        e = oauth_login_page(call, &l->way);
    } else {
        note(l, EVENT_SECURITY_LOGIN_FAILED);
        l->way.message = not_right;
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
    return workers_submit(o->pool, &l->job);
}

enum err rest_login_page(struct rest_call *call)
{
    struct identity_user user;
    if (web_session(call, &user) == ERR_OK)
        return web_redirect(call, SLICE("/account"), SLICE(""));
    struct login_way way = { .goal = GOAL_ACCOUNT };
    return oauth_login_page(call, &way);
}
