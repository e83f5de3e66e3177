/* What the files of this room share. */
#ifndef API_OAUTH_OAUTH_PRIV_H
#define API_OAUTH_OAUTH_PRIV_H
#include "api/oauth/form.h"
#include "api/oauth/guard.h"
#include "api/oauth/oauth.h"
#include "api/oauth/pool.h"
#include "api/rest/rest.h"
#include "api/services.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "domain/identity/commands.h"
#include "domain/identity/identity.h"
#include "domain/identity/password.h"

enum { CSRF_KEY_LEN = 32, CSRF_TEXT_LEN = 64, COOKIE_LEN = 64 };
struct oauth {
    uint8_t csrf_key[CSRF_KEY_LEN];
    struct guard *guard;
    struct pool *pool;
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
struct slice csrf_make(struct oauth *o, struct arena *a, const char *purpose, struct slice cookie);
bool csrf_fits(struct oauth *o, const char *purpose, struct slice cookie, struct slice token);
/* Signed in? ERR_UNAUTHORIZED otherwise. */
enum err web_session(struct rest_call *call, struct identity_user *out);
/* The posted form with a fitting token; has answered when it returns false. `cookie`: the one that
 * the token is bound to. */
bool web_form(struct rest_call *call, const char *purpose, enum cookie which, struct form *form);
void oauth_html_text(struct buf *out,
                     struct slice text); /* escaped, for text and quoted attributes */
struct oauth_page {
    const char *title;
    struct slice form_target; /* more that forms may lead to (CSP source); may be empty */
    struct slice set_cookie;  /* may be empty */
    int status;               /* 0: 200 */
    int64_t retry_after_s;    /* 0: no header */
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

/* ---- client_limit.c ---- */

struct json_writer;
/* A client's own rate limit (principal.h); NULL reads as the server's. False: not one. */
bool client_limit_read(const struct json *value, uint32_t *out);
void client_limit_write(struct json_writer *w, uint32_t per_minute); /* key and value */

/* ---- login.c ---- */

/* The form, with `message` above it (may be NULL). */
enum err oauth_login_page(struct rest_call *call, struct slice query, int64_t wait_ms,
                          const char *message);
#endif
