/* What the files of this room share. */
#ifndef API_OAUTH_OAUTH_PRIV_H
#define API_OAUTH_OAUTH_PRIV_H
#include "api/oauth/form.h"
#include "api/oauth/guard.h"
#include "api/oauth/oauth.h"
#include "api/rest/rest.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/workers.h"
#include "domain/identity/commands.h"
#include "domain/identity/identity.h"
#include "domain/identity/password.h"

enum { CSRF_KEY_LEN = 32, CSRF_TEXT_LEN = 64, COOKIE_LEN = 64 };
struct oauth {
    uint8_t csrf_key[CSRF_KEY_LEN];
    struct guard *guard;
    struct workers *pool; /* passwords are hashed and compared on its threads */
    struct password_cost cost;
};

/* ---- web.c: cookies, form tokens, pages ---- */

enum cookie { COOKIE_SESSION, COOKIE_BEFORE_LOGIN };
/* Empty: not there, or not of our shape. */
struct slice cookie_get(struct rest_call *call, enum cookie which);
/* A whole Set-Cookie value; empty `value` deletes. {NULL, 0}: no memory. */
struct slice cookie_make(struct rest_call *call, enum cookie which, struct slice value);
bool cookie_is_shaped(struct slice value);
/* Random hex of COOKIE_LEN. */
enum err oauth_secret_text(struct arena *a, struct slice *out);
/* A form token bound to a cookie's value and one purpose. */
struct slice csrf_make(struct oauth *o, struct arena *a, struct slice purpose, struct slice cookie);
bool csrf_fits(struct oauth *o, struct slice purpose, struct slice cookie, struct slice token);
/* Signed in? ERR_UNAUTHORIZED otherwise, also while a temporary password is still to be changed. */
enum err web_session(struct rest_call *call, struct identity_user *out);
/* Signed in, perhaps only to change the password. */
enum err web_session_any(struct rest_call *call, struct identity_user *out);
/* The posted form with a fitting token; has answered when it returns false. `cookie`: the one that
 * the token is bound to. */
bool web_form(struct rest_call *call, const char *purpose, enum cookie which, struct form *form);
/* The same for a token that is good for one value of a field only. */
bool web_form_about(struct rest_call *call, const char *purpose, const char *field,
                    enum cookie which, struct form *form);
/* The hidden field with a token of that kind; `about` may be empty. */
void web_form_token(struct rest_call *call, struct buf *out, const char *purpose,
                    struct slice about);
void oauth_html_text(struct buf *out,
                     struct slice text); /* escaped, for text and quoted attributes */
struct oauth_page {
    const char *title;
    struct slice form_target; /* more that forms may lead to (CSP source); may be empty */
    struct slice set_cookie;  /* may be empty */
    int status;               /* 0: 200 */
    int64_t retry_after_s;    /* 0: no header */
    bool has_sign_out;        /* its body has it; else who is signed in gets a link to it */
};
void oauth_page_reply(struct rest_call *call, const struct oauth_page *page,
                      const struct buf *body);
/* A page with one sentence, for what cannot be told to the client by a redirect. */
enum err oauth_page_fail(struct rest_call *call, int status, const char *sentence);
/* 302 after a GET, 303 otherwise (RFC 9700 4.12: the form is not sent on). `target` must be free of
 * control characters (checked). */
enum err web_redirect(struct rest_call *call, struct slice target, struct slice set_cookie);
/* Time, secrets and whose: what every command's arguments begin with. */
enum err oauth_identity_args_fill(struct rest_call *call, struct identity_args *out);
struct slice oauth_result_text(struct rest_call *call, const struct core_answer *answer,
                               const char *member);

/* ---- client_auth.c ---- */

#define OAUTH_DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"
struct client_proof {
    struct slice id, secret;
    bool confidential;
    bool authenticated; /* has proven its secret; a public client never has */
};
/* The form of a call to these endpoints; false: it has answered. */
bool oauth_read_form(struct rest_call *call, struct form *f);
/* False: it has answered. */
bool oauth_client_proven(struct rest_call *call, const struct form *f, struct client_proof *p);
/* rest_fail with the headers that RFC 6749 5.2 asks for. */
enum err oauth_fail(struct rest_call *call, enum err why, struct slice description);
enum err oauth_bad_request(struct rest_call *call, const char *why);
void oauth_reply_private(struct rest_call *call, struct slice json); /* 200, not to be cached */
/* token.c: the answer of every command that gives tokens. */
void oauth_token_made(struct rest_call *call, const struct core_answer *answer);

/* ---- authorize.c ---- */

struct authorization {
    struct client_view client;
    struct slice query; /* as it came: forms carry it along */
    struct slice redirect, state, challenge;
    uint64_t scopes; /* asked */
};
/* Reads and checks `query`. False: it has answered (a page, or a redirect with the error). */
bool authorization_read(struct rest_call *call, struct slice query, struct authorization *out);
/* The client's address with `error` (or the code) and state, iss: RFC 9207. */
struct slice authorization_answer(struct rest_call *call, const struct authorization *auth,
                                  const char *name, struct slice value, const char *description);
/* CSP source of a redirect URI: its origin, or its scheme. */
struct slice oauth_redirect_source(struct arena *a, struct slice uri);

/* ---- note.c: security events ---- */

/* `what` without base; nothing in it is a secret. Before the answer. */
void oauth_note_failure(struct rest_call *call, const struct identity_failure_args *what);
/* About a client, by the id that came (told only when there is such a client). */
void oauth_note_client_failure(struct rest_call *call, enum event_type type, struct slice client,
                               const char *detail);

/* ---- client_limit.c ---- */

/* A client's own rate limit (principal.h); NULL reads as the server's. False: not one. */
bool client_limit_read(const struct json *value, uint32_t *out);

/* ---- applications.c, service_apps.c: what pages and API share ---- */

/* Administrators manage all clients of their organisation, others the service apps they requested.
 */
bool oauth_may_manage(const struct identity_user *who, const struct client_view *c);
/* The client of the first path parameter. ERR_NOT_FOUND: none of that kind that the caller may
 * manage (a read-only administrator: read). */
enum err oauth_managed_client(struct rest_call *call, enum client_kind kind,
                              struct client_view *out);
/* What an administrator may do about others' passwords and applications leads to all that the
 * organisation has. So it is for those alone whom their user profile narrows in nothing. */
bool oauth_is_whole(struct rest_call *call, struct uuid org, struct uuid user);
/* The same for who calls; false: has its answer. */
bool oauth_need_whole(struct rest_call *call);
/* False: a service app asks, and has its answer. */
bool oauth_is_person(struct rest_call *call);
enum err oauth_reply_client(struct rest_call *call, const struct client_view *c);
enum err oauth_reply_clients(struct rest_call *call, enum client_kind kind, bool only_own);
enum err oauth_remove_client(struct rest_call *call, struct uuid org, struct slice client,
                             rest_then *then);
enum err oauth_rotate_secret(struct rest_call *call, struct uuid org, struct slice client,
                             int64_t overlap_s, rest_then *then);
enum err oauth_authorize_client(struct rest_call *call, const struct client_view *c,
                                uint64_t scopes, rest_then *then);
enum err oauth_machine_token(struct rest_call *call, struct uuid org, struct slice client,
                             bool authenticated, rest_then *then);
void oauth_done(struct rest_call *call, const struct core_answer *answer); /* 204, or the error */

/* ---- login.c ---- */

/* Where a person goes on after signing in: one of our own pages, and its query. */
enum login_goal { GOAL_ACCOUNT, GOAL_AUTHORIZE, GOAL_DEVICE, GOAL_APPLICATIONS, GOAL_COUNT };
struct login_way {
    enum login_goal goal;
    struct slice query;  /* may be empty */
    int64_t wait_ms;     /* to be told; 0: none */
    const char *message; /* above the form; NULL: none */
};
enum err oauth_login_page(struct rest_call *call, const struct login_way *way);
enum login_goal oauth_goal_of(struct slice name); /* of a form; GOAL_ACCOUNT when it is none */
const char *oauth_goal_name(enum login_goal goal);
/* Begins a session for who has shown the password of the hash `proven`, and answers with the way on
 * to the goal, or to the page for a new password. Takes call->state. */
enum err oauth_open_session(struct rest_call *call, const struct identity_user *user,
                            struct slice proven, const struct login_way *way);

/* ---- authorize.c ---- */

/* A list of what the scopes allow, and for how long. */
void oauth_list_scopes(struct rest_call *call, struct buf *out, uint64_t scopes);
/* Ends the hidden field that was begun, and the form, with the buttons to allow and deny. */
void oauth_decision_end(struct buf *out);
#endif
