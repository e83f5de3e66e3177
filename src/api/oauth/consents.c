/* /account/consents: what a person has let integrations do, with a button to take it back. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"

static enum err submit(struct rest_call *call, const struct identity_user *user,
                       struct slice client, command_fn *run, rest_then *then)
{
    struct identity_consent_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->org = user->org;
    args->user = user->id;
    args->client = client;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, run, args, then) : e;
}

static void write_item(struct rest_call *call, struct buf *out, const struct json *item)
{
    char since[TIME_TEXT_LEN + 1];
    struct slice client = json_text(json_get(item, "client"), SLICE(""));
    time_format(json_i64(json_get(item, "since"), 0), since);
    buf_add(out, SLICE("<li><strong>"));
    oauth_html_text(out, json_text(json_get(item, "name"), SLICE("")));
    buf_printf(out, "</strong> since %.10s: <code>%.*s</code>\n", since,
               SLICE_ARG(json_text(json_get(item, "scope"), SLICE(""))));
    buf_add(out, SLICE("<form method=\"post\" action=\"/account/consents\">\n"));
    web_form_token(call, out, "consents", SLICE(""));
    buf_printf(out,
               "<input type=\"hidden\" name=\"client\" value=\"%.*s\">\n"
               "<button class=\"quiet\">Withdraw</button>\n</form></li>\n",
               SLICE_ARG(client));
}

static void listed(struct rest_call *call, const struct core_answer *answer)
{
    struct json *json = NULL;
    struct buf body;
    struct oauth_page page = { .title = "Connected applications" };
    struct slice copy = arena_copy(call->arena, answer->result);
    if (answer->err != ERR_OK || !copy.at || json_parse(call->arena, copy, &json, NULL) != ERR_OK) {
        rest_fail(call, answer->err == ERR_OK ? ERR_INTERNAL : answer->err, SLICE(""));
        return;
    }
    buf_init_arena(&body, call->arena);
    buf_add(&body,
            SLICE("<p>These may act for you. Withdrawing ends all their tokens at once.</p>\n"
                  "<ul id=\"consents\">\n"));
    JSON_EACH(item, json_get(json, "items"))
    write_item(call, &body, item);
    buf_add(&body, SLICE("</ul>\n<p><a href=\"/account\">Your account</a></p>\n"));
    oauth_page_reply(call, &page, &body);
}

enum err rest_account_consents(struct rest_call *call)
{
    struct identity_user user;
    if (web_session(call, &user) != ERR_OK)
        return web_redirect(call, SLICE("/login"), SLICE(""));
    return submit(call, &user, SLICE(""), identity_list_consents, listed);
}

static void withdrawn(struct rest_call *call, const struct core_answer *answer)
{
    enum err e = answer->err;
    if (e == ERR_OK)
        e = web_redirect(call, SLICE("/account/consents"), SLICE(""));
    else if (e == ERR_NOT_FOUND)
        e = oauth_page_fail(call, 404, "There is no such application.");
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

enum err rest_account_consent_withdraw(struct rest_call *call)
{
    struct form form;
    struct identity_user user;
    if (!web_form(call, "consents", COOKIE_SESSION, &form))
        return ERR_OK;
    if (web_session(call, &user) != ERR_OK)
        return web_redirect(call, SLICE("/login"), SLICE(""));
    return submit(call, &user, form_get(&form, "client"), identity_withdraw_consent, withdrawn);
}
