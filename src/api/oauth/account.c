/* Start page, the signed-in person's page with a token to copy, signing out. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"

static const char css[] =
    ":root{color-scheme:light dark}\n"
    "body{margin:0;font:1rem/1.5 system-ui,sans-serif;background:#f3f4f6;color:#1b1f24}\n"
    "main{max-width:28rem;margin:8vh auto;padding:2rem;background:#fff;border-radius:.75rem;"
    "box-shadow:0 1px 4px #0003}\n"
    "h1{margin-top:0;font-size:1.5rem}\n"
    "label{display:block;margin-top:1rem;font-weight:600}\n"
    "input,textarea{box-sizing:border-box;width:100%;padding:.6rem;font:inherit;"
    "border:1px solid #6b7280;border-radius:.4rem;background:#fff;color:inherit}\n"
    "textarea{font:.85rem/1.4 monospace;word-break:break-all}\n"
    "button{margin:1.25rem .5rem 0 0;padding:.6rem 1.4rem;font:inherit;font-weight:600;"
    "border:1px solid #0b57a4;border-radius:.4rem;background:#0b57a4;color:#fff;cursor:pointer}\n"
    "button.quiet{background:transparent;color:#0b57a4}\n"
    "input[type=checkbox]{width:auto;margin:0 .4rem 0 0}\n"
    "fieldset{margin-top:1rem;border:1px solid #6b7280;border-radius:.4rem}\n"
    "fieldset label,label:has(input){margin-top:.5rem;font-weight:400}\n"
    "h2{margin-top:2rem;font-size:1.2rem}\n"
    ":focus-visible{outline:3px solid #f59e0b;outline-offset:2px}\n"
    ".alert{padding:.6rem .8rem;border-left:4px solid #b42318;background:#fef3f2;color:#7a1b12}\n"
    "code{word-break:break-all}dt{font-weight:600;margin-top:.5rem}dd{margin:0}\n"
    "a{color:#0b57a4}\n"
    "@media (prefers-color-scheme:dark){body{background:#14181d;color:#e6e8eb}"
    "main{background:#1f252c}input,textarea{background:#14181d;border-color:#8b949e}"
    "a,button.quiet{color:#7cb8f2}button.quiet{border-color:#7cb8f2}}\n";

enum err rest_login_css(struct rest_call *call)
{
    static const struct http_header headers[] = {
        { { "Cache-Control", 13 }, { "public, max-age=3600", 20 } },
    };
    rest_reply_text(call, 200, SLICE("text/css; charset=utf-8"), SLICE(css), headers, 1);
    return ERR_OK;
}

enum err rest_landing(struct rest_call *call)
{
    struct buf body;
    struct oauth_page page = { .title = "Cordboard" };
    buf_init_arena(&body, call->arena);
    buf_add(&body,
            SLICE("<p>A contact centre of your own that speaks the public contact centre API: "
                  "configuration, agents, contacts, notifications, webhooks and search.</p>\n<ul>\n"
                  "<li><a id=\"login\" href=\"/login\">Sign in</a> and get an access token</li>\n"
                  "<li><a href=\"/openapi.json\">Description of the API</a> (OpenAPI 3.1)</li>\n"
                  "<li><a href=\"/.well-known/oauth-authorization-server\">Description of the "
                  "authorization server</a></li>\n"
                  "<li><a href=\"/healthz\">Health</a>, <a href=\"/metrics\">metrics</a></li>\n"
                  "</ul>\n"));
    oauth_page_reply(call, &page, &body);
    return ERR_OK;
}

static void who(struct buf *out, const struct identity_user *user)
{
    char org[UUID_TEXT_LEN + 1];
    uuid_format(user->org, org);
    buf_add(out, SLICE("<dl>\n<dt>Name</dt><dd id=\"name\">"));
    oauth_html_text(out, slice_of(user->name));
    buf_add(out, SLICE("</dd>\n<dt>Email</dt><dd id=\"address\">"));
    oauth_html_text(out, slice_of(user->email));
    buf_printf(out,
               "</dd>\n<dt>Role</dt><dd id=\"role\">%s</dd>\n"
               "<dt>Organisation</dt><dd><code id=\"org\">%s</code></dd>\n</dl>\n",
               identity_role_title(user->role), org);
}

static enum err account_page(struct rest_call *call, const struct identity_user *user,
                             struct slice token)
{
    struct buf body;
    struct oauth_page page = { .title = "Your account", .has_sign_out = true };
    buf_init_arena(&body, call->arena);
    who(&body, user);
    if (token.len) {
        buf_add(&body, SLICE("<label for=\"token\">Access token (shown this once)</label>\n"
                             "<textarea id=\"token\" rows=\"4\" readonly>"));
        oauth_html_text(&body, token);
        buf_add(&body, SLICE("</textarea>\n"));
    }
    buf_add(&body, SLICE("<form method=\"post\" action=\"/account/token\">\n"));
    web_form_token(call, &body, "account", SLICE(""));
    buf_add(&body, SLICE("<button id=\"make-token\">Create a personal access token</button>\n"
                         "</form>\n<form method=\"post\" action=\"/account/sign-out\">\n"));
    web_form_token(call, &body, "account", SLICE(""));
    buf_add(&body, SLICE("<button id=\"sign-out\" class=\"quiet\">Sign out</button>\n</form>\n"
                         "<form method=\"post\" action=\"/account/sign-out-everywhere\">\n"));
    web_form_token(call, &body, "account", SLICE(""));
    buf_add(
        &body,
        SLICE("<button id=\"sign-out-everywhere\" class=\"quiet\">Sign out everywhere and end all "
              "tokens</button>\n</form>\n"
              "<p><a id=\"applications\" href=\"/account/applications\">Applications</a>, <a "
              "id=\"consents\" href=\"/account/consents\">what you have allowed</a>, "
              "<a href=\"/device\">connect a device</a>, <a id=\"password\" "
              "href=\"/account/password\">change the password</a></p>\n"));
    oauth_page_reply(call, &page, &body);
    return ERR_OK;
}

enum err rest_account(struct rest_call *call)
{
    struct identity_user user;
    if (web_session(call, &user) != ERR_OK)
        return web_redirect(call, SLICE("/login"), SLICE(""));
    return account_page(call, &user, SLICE(""));
}

static void personal_made(struct rest_call *call, const struct core_answer *answer)
{
    struct slice token =
        answer->err == ERR_OK ? oauth_result_text(call, answer, "access_token") : SLICE("");
    enum err e = token.len ? account_page(call, call->state, token)
                 : answer->err == ERR_OK
                     ? ERR_INTERNAL
                     : oauth_page_fail(call, 403, "No token can be made for you.");
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

enum err rest_account_token(struct rest_call *call)
{
    struct form form;
    if (!web_form(call, "account", COOKIE_SESSION, &form))
        return ERR_OK;
    struct identity_issue_token_args *args = arena_alloc(call->arena, sizeof *args);
    struct identity_user *user = arena_alloc(call->arena, sizeof *user);
    if (!args || !user)
        return ERR_OUT_OF_MEMORY;
    if (web_session(call, user) != ERR_OK)
        return web_redirect(call, SLICE("/login"), SLICE(""));
    call->state = user;
    args->org = user->org;
    args->user = user->id;
    args->kind = TOKEN_OF_PORTAL;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_issue_token, args, personal_made) : e;
}

static void signed_out(struct rest_call *call, const struct core_answer *answer)
{
    enum err e = answer->err;
    if (e == ERR_OK)
        e = web_redirect(call, SLICE("/"), cookie_make(call, COOKIE_SESSION, SLICE("")));
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

enum err rest_sign_out(struct rest_call *call)
{
    struct form form;
    if (!web_form(call, "account", COOKIE_SESSION, &form))
        return ERR_OK;
    struct identity_session_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->session = cookie_get(call, COOKIE_SESSION);
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_close_session, args, signed_out) : e;
}
