/* Passwords: set by an administrator (a temporary one, unless it is said to be meant to stay),
 * changed by their owner on a page or by API. The owner shows the old one; wrong ones count as
 * failed logins. Each change ends all sessions and tokens of the user. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/fields.h"
#include "api/rest/routes.h"
#include "base/limits.h"
#include "domain/identity/password_policy.h"

struct password_job {
    struct worker_job job; /* first member */
    struct rest_call *call;
    struct identity_set_password_args args;
    struct slice password;
    char hash[PASSWORD_HASH_MAX];
    /* of the owner's change */
    struct slice old, old_hash;
    struct identity_user user;
    struct slice query; /* page: where to go on, and whether it came with a form */
    enum login_goal goal;
    void (*refused)(struct password_job *p, enum err why, const char *sentence, int64_t wait_ms);
    rest_then *done;
};

static struct password_job *job_new(struct rest_call *call)
{
    struct password_job *p = arena_alloc(call->arena, sizeof *p);
    if (p)
        *p = (struct password_job){ .call = call };
    return p;
}

/* On a thread of the pool: the new password is fine, hash it and keep it. */
static enum err keep(struct password_job *p)
{
    struct rest_call *call = p->call;
    enum err e = password_hash(p->password, call->services->oauth->cost, p->hash);
    p->args.hash = slice_of(p->hash);
    if (e == ERR_OK)
        e = oauth_identity_args_fill(call, &p->args.base);
    return e == ERR_OK ? rest_submit(call, identity_set_password, &p->args, p->done) : e;
}

/* ---- an administrator ---- */

static void set_by_administrator(struct worker_job *job)
{
    struct password_job *p = (struct password_job *)job;
    enum err e = keep(p);
    if (e != ERR_OK)
        rest_fail(p->call, e, SLICE(""));
}

/* A password is worth all that its user may do, or may come to do when the profile is changed. So a
 * token that was given less, and an app, must not make itself one. */
static bool may_set(struct rest_call *call)
{
    if (!oauth_is_person(call) || !oauth_need_whole(call))
        return false;
    if (identity_scopes_cover(call->principal.scopes, identity_client_scopes()))
        return true;
    rest_failf(call, ERR_FORBIDDEN, "The access token has less than a password gives");
    return false;
}

enum err rest_user_password(struct rest_call *call)
{
    struct password_job *p = job_new(call);
    if (!p)
        return ERR_OUT_OF_MEMORY;
    if (!may_set(call))
        return ERR_OK;
    if (!uuid_parse(call->org, &p->args.org) || !uuid_parse(call->params[1], &p->args.user) ||
        !identity_user_by_id(call->services->identity, p->args.org, p->args.user, &p->user))
        return ERR_NOT_FOUND;
    p->password = json_text(json_get(call->body, "password"), SLICE(""));
    const char *flaw = password_flaw(p->password, slice_of(p->user.email));
    if (flaw)
        return rest_failf(call, ERR_INVALID_FIELD, "password: %s", flaw);
    p->args.temporary = json_bool(json_get(call->body, "temporary"), true);
    p->done = oauth_done;
    p->job.run = set_by_administrator;
    return workers_submit(call->services->oauth->pool, &p->job);
}

/* ---- its owner ---- */

static const char old_is_wrong[] = "The old password is not right.";

static void change(struct worker_job *job)
{
    struct password_job *p = (struct password_job *)job;
    struct oauth *o = p->call->services->oauth;
    if (!password_verify(p->old_hash, p->old, o->cost)) {
        oauth_note_failure(p->call,
                           &(struct identity_failure_args){ .type = EVENT_SECURITY_LOGIN_FAILED,
                                                            .org = p->user.org,
                                                            .user = p->user.id,
                                                            .detail = "password to be changed" });
        p->refused(p, ERR_FORBIDDEN, old_is_wrong, 0);
        return;
    }
    guard_passed(o->guard, slice_of(p->user.email), p->call->http->peer);
    p->args.proven = p->old_hash;
    enum err e = keep(p);
    if (e != ERR_OK)
        rest_fail(p->call, e, SLICE(""));
}

static const char *sentence_of(struct rest_call *call, const char *flaw)
{
    return arena_printf(call->arena, "The new password %s.", flaw).at;
}

static enum err begin_change(struct password_job *p)
{
    struct rest_call *call = p->call;
    struct oauth *o = call->services->oauth;
    struct slice email = slice_of(p->user.email);
    const char *flaw = password_flaw(p->password, email);
    if (!flaw && slice_eq(p->password, p->old))
        flaw = "is the old one";
    if (flaw) {
        p->refused(p, ERR_INVALID_FIELD, sentence_of(call, flaw), 0);
        return ERR_OK;
    }
    int64_t wait =
        guard_try(o->guard, email, call->http->peer, clock_now_ms(call->services->clock));
    if (wait) {
        p->refused(p, ERR_LIMIT, "Too many failed attempts.", wait);
        return ERR_OK;
    }
    p->args.org = p->user.org;
    p->args.user = p->user.id;
    if (identity_password_hash(call->services->identity, p->user.org, p->user.id, call->arena,
                               &p->old_hash) != ERR_OK)
        p->old_hash = SLICE("");
    p->job.run = change;
    return workers_submit(o->pool, &p->job);
}

/* ---- by API ---- */

static void refused_by_api(struct password_job *p, enum err why, const char *sentence,
                           int64_t wait_ms)
{
    (void)wait_ms;
    rest_fail(p->call, why, slice_of(sentence));
}

enum err rest_people_me_password(struct rest_call *call)
{
    const struct principal *who = &call->principal;
    struct password_job *p = job_new(call);
    if (!p)
        return ERR_OUT_OF_MEMORY;
    if (who->kind == TOKEN_OF_MACHINE ||
        !identity_user_by_id(call->services->identity, who->org, who->user, &p->user))
        return rest_failf(call, ERR_FORBIDDEN, "A service app has no password");
    if (!field_text(call, "currentPassword", LIMIT_password_bytes_max, &p->old))
        return ERR_OK; /* no guess, so it does not count as one */
    p->password = json_text(json_get(call->body, "password"), SLICE(""));
    p->refused = refused_by_api;
    p->done = oauth_done;
    return begin_change(p);
}

/* ---- by page ---- */

static void field(struct buf *body, const char *name, const char *label, const char *complete)
{
    buf_printf(body,
               "<label for=\"%s\">%s</label>\n<input id=\"%s\" name=\"%s\" type=\"password\" "
               "autocomplete=\"%s\" required>\n",
               name, label, name, name, complete);
}

static enum err page(struct rest_call *call, const struct password_job *p, int status,
                     const char *sentence, int64_t wait_ms)
{
    struct buf body;
    struct oauth_page shown = { .title = "Choose a password", .status = status };
    shown.retry_after_s = (wait_ms + 999) / 1000;
    buf_init_arena(&body, call->arena);
    if (sentence)
        buf_printf(&body, "<p role=\"alert\" class=\"alert\" id=\"problem\">%s</p>\n", sentence);
    if (p->user.must_change)
        buf_add(&body, SLICE("<p id=\"reason\">Your password was set by somebody else. Choose one "
                             "that only you know.</p>\n"));
    buf_add(&body, SLICE("<form method=\"post\" action=\"/account/password\">\n"));
    web_form_token(call, &body, "password", SLICE(""));
    buf_printf(&body, "<input type=\"hidden\" name=\"goal\" value=\"%s\">\n",
               oauth_goal_name(p->goal));
    buf_add(&body, SLICE("<input type=\"hidden\" name=\"query\" value=\""));
    oauth_html_text(&body, p->query);
    buf_add(&body, SLICE("\">\n<input type=\"hidden\" autocomplete=\"username\" value=\""));
    oauth_html_text(&body, slice_of(p->user.email));
    buf_add(&body, SLICE("\">\n"));
    field(&body, "current", "Old password", "current-password");
    field(&body, "password", "New password, at least 8 characters", "new-password");
    buf_add(&body, SLICE("<p>All your sessions and tokens end with the change.</p>\n"
                         "<button id=\"change\">Change it</button>\n</form>\n"));
    oauth_page_reply(call, &shown, &body);
    return ERR_OK;
}

static void refused_on_page(struct password_job *p, enum err why, const char *sentence,
                            int64_t wait_ms)
{
    enum err e = page(p->call, p, err_status(why), sentence, wait_ms);
    if (e != ERR_OK)
        rest_fail(p->call, e, SLICE(""));
}

static void changed(struct rest_call *call, const struct core_answer *answer)
{
    struct password_job *p = call->state;
    const struct login_way way = { .goal = p->goal, .query = p->query };
    enum err e = answer->err;
    if (e == ERR_OK)
        e = oauth_open_session(call, &p->user, p->args.hash, &way);
    else if (e == ERR_FORBIDDEN)
        e = page(call, p, err_status(e), old_is_wrong, 0);
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

/* The address is that of the page to go on to, after "goal=NAME&". */
enum err rest_account_password_page(struct rest_call *call)
{
    struct password_job p = { .call = call, .query = call->http->query };
    struct slice name, first;
    if (web_session_any(call, &p.user) != ERR_OK)
        return web_redirect(call, SLICE("/login"), SLICE(""));
    if (http_query(call->http, "goal", &name) && slice_starts(p.query, SLICE("goal="))) {
        p.goal = oauth_goal_of(name);
        slice_cut(&p.query, '&', &first);
    } else {
        p.query = SLICE("");
    }
    return page(call, &p, 200, NULL, 0);
}

enum err rest_account_password(struct rest_call *call)
{
    struct form form;
    struct password_job *p = job_new(call);
    if (!p)
        return ERR_OUT_OF_MEMORY;
    if (!web_form(call, "password", COOKIE_SESSION, &form))
        return ERR_OK;
    if (web_session_any(call, &p->user) != ERR_OK)
        return web_redirect(call, SLICE("/login"), SLICE(""));
    call->state = p;
    p->old = form_get(&form, "current");
    p->password = form_get(&form, "password");
    p->goal = oauth_goal_of(form_get(&form, "goal"));
    p->query = form_get(&form, "query");
    p->refused = refused_on_page;
    p->done = changed;
    return begin_change(p);
}
