/* The few things a server-rendered page needs. Pages carry no script at all; style comes from
 * /login.css, so the content security policy can forbid everything else. Form tokens are
 * HMAC(key, purpose, cookie): nothing to store, nothing to guess, and of no use with another
 * cookie. The key lives as long as the process: after a restart an open form asks to be sent again.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/oauth/oauth_priv.h"
#include "base/random.h"
#include "base/text.h"

enum { PASSWORD_THREADS = 2 };

enum err oauth_new(const struct oauth_options *options, struct oauth **out)
{
    struct oauth *o = calloc(1, sizeof *o);
    if (!o)
        return ERR_OUT_OF_MEMORY;
    o->cost = options->cost.passes ? options->cost : PASSWORD_COST;
    o->guard = guard_new();
    enum err e = o->guard ? random_secret(o->csrf_key, sizeof o->csrf_key) : ERR_OUT_OF_MEMORY;
    if (e == ERR_OK)
        e = workers_start(options->password_threads ? options->password_threads : PASSWORD_THREADS,
                          LIMIT_password_jobs_max, &o->pool);
    if (e == ERR_OK)
        *out = o;
    else
        oauth_free(o);
    return e;
}

void oauth_free(struct oauth *o)
{
    if (!o)
        return;
    workers_stop(o->pool);
    guard_free(o->guard);
    OPENSSL_cleanse(o->csrf_key, sizeof o->csrf_key);
    free(o);
}

/* ---- cookies ---- */

static bool is_secure(const struct rest_call *call)
{
    return call->http->secure || slice_starts(call->services->public_url, SLICE("https://"));
}

/* With TLS the prefix makes the browser refuse the cookie from any other host or path. */
static const char *cookie_name(const struct rest_call *call, enum cookie which)
{
    if (is_secure(call))
        return which == COOKIE_SESSION ? "__Host-cordboard-session" : "__Host-cordboard-form";
    return which == COOKIE_SESSION ? "cordboard-session" : "cordboard-form";
}

bool cookie_is_shaped(struct slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return value.len == COOKIE_LEN;
}

struct slice cookie_get(struct rest_call *call, enum cookie which)
{
    struct slice rest = http_header(call->http, "cookie"), pair, name;
    while (slice_cut(&rest, ';', &pair)) {
        pair = slice_trim(pair);
        if (slice_cut(&pair, '=', &name) && slice_is(name, cookie_name(call, which)))
            return cookie_is_shaped(pair) ? pair : SLICE("");
    }
    return SLICE("");
}

struct slice cookie_make(struct rest_call *call, enum cookie which, struct slice value)
{
    return arena_printf(call->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%s",
                        cookie_name(call, which), SLICE_ARG(value),
                        is_secure(call) ? "; Secure" : "", value.len ? "" : "; Max-Age=0");
}

enum err oauth_secret_text(struct arena *a, struct slice *out)
{
    uint8_t bytes[COOKIE_LEN / 2];
    enum err e = random_secret(bytes, sizeof bytes);
    char *text = arena_alloc(a, COOKIE_LEN + 1);
    if (e != ERR_OK || !text)
        return e != ERR_OK ? e : ERR_OUT_OF_MEMORY;
    hex_encode(bytes, sizeof bytes, text);
    *out = (struct slice){ text, COOKIE_LEN };
    return ERR_OK;
}

/* ---- form tokens ---- */

struct slice csrf_make(struct oauth *o, struct arena *a, struct slice purpose, struct slice cookie)
{
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    struct slice text = arena_printf(a, "%.*s:%.*s", SLICE_ARG(purpose), SLICE_ARG(cookie));
    char *out = arena_alloc(a, CSRF_TEXT_LEN + 1);
    if (!out || !text.at ||
        !HMAC(EVP_sha256(), o->csrf_key, CSRF_KEY_LEN, (const uint8_t *)text.at, text.len, mac,
              &len))
        return (struct slice){ NULL, 0 };
    hex_encode(mac, CSRF_TEXT_LEN / 2, out);
    return (struct slice){ out, CSRF_TEXT_LEN };
}

enum { FORM_TOKEN_BYTES = 64 << 10 }; /* what making one takes, with the longest purpose */

bool csrf_fits(struct oauth *o, struct slice purpose, struct slice cookie, struct slice token)
{
    struct arena *a = arena_new(FORM_TOKEN_BYTES);
    struct slice right = a ? csrf_make(o, a, purpose, cookie) : SLICE("");
    bool fits = cookie.len == COOKIE_LEN && right.len == CSRF_TEXT_LEN &&
                token.len == CSRF_TEXT_LEN && CRYPTO_memcmp(right.at, token.at, CSRF_TEXT_LEN) == 0;
    arena_free(a);
    return fits;
}

bool web_form(struct rest_call *call, const char *purpose, enum cookie which, struct form *form)
{
    return web_form_about(call, purpose, NULL, which, form);
}

static struct slice about_purpose(struct arena *a, const char *purpose, struct slice about)
{
    return about.len ? arena_printf(a, "%s %.*s", purpose, SLICE_ARG(about)) : slice_of(purpose);
}

bool web_form_about(struct rest_call *call, const char *purpose, const char *field,
                    enum cookie which, struct form *form)
{
    struct slice type = http_header(call->http, "content-type"), kind;
    struct slice site = http_header(call->http, "sec-fetch-site");
    slice_cut(&type, ';', &kind);
    if (!slice_eq_nocase(slice_trim(kind), SLICE("application/x-www-form-urlencoded")) ||
        form_parse(call->arena, call->http->body, form) != ERR_OK) {
        oauth_page_fail(call, 400, "The form could not be read.");
        return false;
    }
    struct slice about = field ? form_get(form, field) : SLICE("");
    struct slice whole = about_purpose(call->arena, purpose, about);
    if (slice_is(site, "cross-site") || !whole.at ||
        !csrf_fits(call->services->oauth, whole, cookie_get(call, which),
                   form_get(form, "form_token"))) {
        oauth_page_fail(call, 403,
                        "This form is no longer valid. Go back, load the page again and retry.");
        return false;
    }
    return true;
}

void web_form_token(struct rest_call *call, struct buf *out, const char *purpose,
                    struct slice about)
{
    buf_add(out, SLICE("<input type=\"hidden\" name=\"form_token\" value=\""));
    buf_add(out, csrf_make(call->services->oauth, call->arena,
                           about_purpose(call->arena, purpose, about),
                           cookie_get(call, COOKIE_SESSION)));
    buf_add(out, SLICE("\">\n"));
}

enum err web_session(struct rest_call *call, struct identity_user *out)
{
    struct identity_user user;
    enum err e = web_session_any(call, &user);
    if (e != ERR_OK || user.must_change)
        return e != ERR_OK ? e : ERR_UNAUTHORIZED;
    *out = user;
    return ERR_OK;
}

enum err web_session_any(struct rest_call *call, struct identity_user *out)
{
    return identity_session(call->services->identity, cookie_get(call, COOKIE_SESSION),
                            clock_now_ms(call->services->clock), out);
}

/* ---- pages ---- */

void oauth_html_text(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.at[i]) {
        case '&':
            buf_add(out, SLICE("&amp;"));
            break;
        case '<':
            buf_add(out, SLICE("&lt;"));
            break;
        case '>':
            buf_add(out, SLICE("&gt;"));
            break;
        case '"':
            buf_add(out, SLICE("&quot;"));
            break;
        case '\'':
            buf_add(out, SLICE("&#39;"));
            break;
        default:
            buf_add_char(out, text.at[i]);
        }
    }
}

static struct http_header header(const char *name, struct slice value)
{
    return (struct http_header){ slice_of(name), value };
}

/* Given to every page and redirect of this room. */
static size_t common_headers(struct rest_call *call, struct slice form_target,
                             struct http_header *out)
{
    size_t n = 0;
    out[n++] =
        header("Content-Security-Policy",
               arena_printf(call->arena,
                            "default-src 'none'; style-src 'self'; form-action 'self'%s%.*s; "
                            "frame-ancestors 'none'; base-uri 'none'",
                            form_target.len ? " " : "", SLICE_ARG(form_target)));
    out[n++] = header("X-Frame-Options", SLICE("DENY"));
    out[n++] = header("Referrer-Policy", SLICE("no-referrer"));
    out[n++] = header("Cache-Control", SLICE("no-store"));
    return n;
}

enum { HEADER_MAX = 8 };

/* Whoever is signed in finds the way out on every page. A link, for a second form would be in the
 * way of programs that fill in the page's own. */
static void way_out(struct rest_call *call, const struct oauth_page *page, struct buf *out)
{
    struct identity_user user;
    if (page->has_sign_out || web_session_any(call, &user) != ERR_OK)
        return;
    buf_add(out, SLICE("<p>Signed in as "));
    oauth_html_text(out, slice_of(user.email));
    buf_add(out, SLICE(": <a id=\"way-out\" href=\"/account\">your account, sign out</a></p>\n"));
}

void oauth_page_reply(struct rest_call *call, const struct oauth_page *page, const struct buf *body)
{
    struct buf out;
    struct http_header headers[HEADER_MAX];
    size_t n = common_headers(call, page->form_target, headers);
    buf_init_arena(&out, call->arena);
    buf_printf(&out,
               "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<title>%s - Cordboard</title>\n<link rel=\"stylesheet\" href=\"/login.css\">\n"
               "</head>\n<body>\n<main>\n<h1>%s</h1>\n",
               page->title, page->title);
    buf_add(&out, buf_slice(body));
    way_out(call, page, &out);
    buf_add(&out, SLICE("</main>\n</body>\n</html>\n"));
    if (page->set_cookie.len)
        headers[n++] = header("Set-Cookie", page->set_cookie);
    if (page->retry_after_s)
        headers[n++] = header("Retry-After",
                              arena_printf(call->arena, "%lld", (long long)page->retry_after_s));
    if (buf_failed(&out) || buf_failed(body))
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
    else
        rest_reply_text(call, page->status ? page->status : 200, SLICE("text/html; charset=utf-8"),
                        buf_slice(&out), headers, n);
}

enum err oauth_page_fail(struct rest_call *call, int status, const char *sentence)
{
    struct buf body;
    struct oauth_page page = { .title = "That did not work", .status = status };
    buf_init_arena(&body, call->arena);
    buf_add(&body, SLICE("<p role=\"alert\" class=\"alert\">"));
    oauth_html_text(&body, slice_of(sentence));
    buf_add(&body, SLICE("</p>\n<p><a href=\"/\">Start page</a></p>\n"));
    oauth_page_reply(call, &page, &body);
    return ERR_OK;
}

enum err web_redirect(struct rest_call *call, struct slice target, struct slice set_cookie)
{
    struct http_header headers[HEADER_MAX];
    size_t n = common_headers(call, SLICE(""), headers);
    if (!target.at)
        return ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < target.len; i++)
        if ((unsigned char)target.at[i] <= ' ' || (unsigned char)target.at[i] >= 127)
            return oauth_page_fail(call, 400, "The address to return to is not valid.");
    headers[n++] = header("Location", target);
    if (set_cookie.len)
        headers[n++] = header("Set-Cookie", set_cookie);
    rest_reply_text(call, slice_is(call->http->method, "GET") ? 302 : 303, SLICE(""), SLICE(""),
                    headers, n);
    return ERR_OK;
}

enum err oauth_identity_args_fill(struct rest_call *call, struct identity_args *out)
{
    out->identity = call->services->identity;
    out->now_ms = clock_now_ms(call->services->clock);
    out->address = call->http->peer;
    out->by = call->principal.user;
    struct identity_user user;
    if (uuid_is_nil(out->by) && web_session_any(call, &user) == ERR_OK)
        out->by = user.id;
    return identity_draw(&out->draw);
}

struct slice oauth_result_text(struct rest_call *call, const struct core_answer *answer,
                               const char *member)
{
    struct json *json = NULL;
    struct slice copy = arena_copy(call->arena, answer->result);
    if (!copy.at || json_parse(call->arena, copy, &json, NULL) != ERR_OK)
        return (struct slice){ NULL, 0 };
    return json_text(json_get(json, member), (struct slice){ NULL, 0 });
}
