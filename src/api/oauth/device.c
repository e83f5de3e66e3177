/* The device grant (RFC 8628): where a device begins, and the page where its user types in the code
 * and decides. The asking is in token.c. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/routes.h"
#include "base/json_write.h"

/* ---- the device ---- */

static void write_begun(struct rest_call *call, const struct json *made, struct buf *out)
{
    struct json_writer w;
    struct slice url = call->services->public_url;
    struct slice code = json_text(json_get(made, "user_code"), SLICE(""));
    json_writer_init(&w, out);
    json_object_begin(&w);
    json_member_text(&w, "device_code", json_text(json_get(made, "device_code"), SLICE("")));
    json_member_text(&w, "user_code", code);
    json_member_text(&w, "verification_uri",
                     arena_printf(call->arena, "%.*s/device", SLICE_ARG(url)));
    json_member_text(
        &w, "verification_uri_complete",
        arena_printf(call->arena, "%.*s/device?user_code=%.*s", SLICE_ARG(url), SLICE_ARG(code)));
    json_member_i64(&w, "expires_in", json_i64(json_get(made, "expires_in"), 0));
    json_member_i64(&w, "interval", json_i64(json_get(made, "interval"), 0));
    json_object_end(&w);
}

static void begun(struct rest_call *call, const struct core_answer *answer)
{
    struct json *made = NULL;
    struct buf out;
    if (answer->err != ERR_OK) {
        oauth_token_made(call, answer);
        return;
    }
    struct slice copy = arena_copy(call->arena, answer->result);
    buf_init_arena(&out, call->arena);
    if (copy.at && json_parse(call->arena, copy, &made, NULL) == ERR_OK)
        write_begun(call, made, &out);
    if (made && !buf_failed(&out))
        oauth_reply_private(call, buf_slice(&out));
    else
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
}

enum err rest_device_authorize(struct rest_call *call)
{
    struct form f;
    struct client_proof proof = { 0 };
    struct identity_start_device_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    if (!oauth_read_form(call, &f) || !oauth_client_proven(call, &f, &proof))
        return ERR_OK;
    struct slice scope = form_get(&f, "scope");
    if (identity_scopes_parse(scope, &args->scopes) != ERR_OK || (scope.len && !args->scopes))
        return oauth_fail(call, ERR_INVALID_SCOPE, SLICE("A scope is unknown"));
    args->client = proof.id;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, identity_start_device, args, begun) : e;
}

/* ---- its user ---- */

static enum err code_page(struct rest_call *call, struct slice code, int64_t wait_ms,
                          const char *message)
{
    struct buf body;
    struct oauth_page page = { .title = "Connect a device",
                               .status = wait_ms   ? 429
                                         : message ? 404
                                                   : 200,
                               .retry_after_s = (wait_ms + 999) / 1000 };
    buf_init_arena(&body, call->arena);
    if (message)
        buf_printf(&body, "<p role=\"alert\" class=\"alert\" id=\"problem\">%s</p>\n", message);
    buf_add(&body, SLICE("<form method=\"post\" action=\"/device\">\n"));
    web_form_token(call, &body, "device", SLICE(""));
    buf_add(&body, SLICE("<label for=\"user_code\">Code that the device shows</label>\n"
                         "<input id=\"user_code\" name=\"user_code\" autocomplete=\"off\" required "
                         "maxlength=\"20\" value=\""));
    oauth_html_text(&body, code);
    buf_add(&body, SLICE("\">\n<button id=\"continue\">Continue</button>\n</form>\n"));
    oauth_page_reply(call, &page, &body);
    return ERR_OK;
}

static enum err sign_in_first(struct rest_call *call, struct slice query)
{
    struct login_way way = { .goal = GOAL_DEVICE, .query = query };
    return oauth_login_page(call, &way);
}

enum err rest_device_page(struct rest_call *call)
{
    struct form f;
    struct identity_user user;
    if (form_parse(call->arena, call->http->query, &f) != ERR_OK)
        return oauth_page_fail(call, 400, "The request cannot be read.");
    if (web_session(call, &user) != ERR_OK)
        return sign_in_first(call, call->http->query);
    return code_page(call, form_get(&f, "user_code"), 0, NULL);
}

struct deciding {
    struct identity_user user;
    struct slice user_code, account;
    bool allow;
};

static enum err decision_page(struct rest_call *call, const struct deciding *d,
                              const struct client_view *client, uint64_t scopes)
{
    struct buf body;
    struct oauth_page page = { .title = "Connect this device?" };
    buf_init_arena(&body, call->arena);
    buf_add(&body, SLICE("<p>A device with <strong id=\"client\">"));
    oauth_html_text(&body, client->name);
    buf_add(&body, SLICE("</strong> asks to act for you, "));
    oauth_html_text(&body, slice_of(d->user.email));
    buf_add(&body, SLICE(":</p>\n"));
    oauth_list_scopes(call, &body, identity_role_scopes(d->user.role, scopes));
    buf_add(&body, SLICE("<p>Go on only if the device is in front of you and shows <code>"));
    oauth_html_text(&body, d->user_code);
    buf_add(&body, SLICE("</code>. Whoever sent you a code or a link wants your access.</p>\n"
                         "<form method=\"post\" action=\"/device/decision\">\n"));
    web_form_token(call, &body, "device-decision", d->user_code);
    buf_add(&body, SLICE("<input type=\"hidden\" name=\"user_code\" value=\""));
    oauth_html_text(&body, d->user_code);
    oauth_decision_end(&body);
    oauth_page_reply(call, &page, &body);
    return ERR_OK;
}

static void found(struct rest_call *call, const struct core_answer *answer)
{
    const struct deciding *d = call->state;
    struct client_view client;
    uint64_t scopes = 0;
    enum err e = answer->err;
    if (e == ERR_OK) {
        guard_passed(call->services->oauth->guard, d->account, call->http->peer);
        e = identity_client(call->services->identity, oauth_result_text(call, answer, "client"),
                            call->arena, &client);
    }
    if (e == ERR_OK)
        e = identity_scopes_parse(oauth_result_text(call, answer, "scope"), &scopes);
    if (e == ERR_OK)
        e = decision_page(call, d, &client, scopes);
    else if (e == ERR_NOT_FOUND)
        e = code_page(call, d->user_code, 0, "No device waits with this code.");
    if (e != ERR_OK)
        rest_fail(call, e, SLICE(""));
}

static enum err submit(struct rest_call *call, const struct deciding *d, command_fn *run,
                       rest_then *then)
{
    struct identity_device_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->user_code = d->user_code;
    args->org = d->user.org;
    args->user = d->user.id;
    args->allow = d->allow;
    enum err e = oauth_identity_args_fill(call, &args->base);
    return e == ERR_OK ? rest_submit(call, run, args, then) : e;
}

/* False: it has answered. */
static bool begin(struct rest_call *call, const char *purpose, const char *about,
                  struct deciding **out)
{
    struct form form;
    struct deciding *d = arena_alloc(call->arena, sizeof *d);
    if (!d || !web_form_about(call, purpose, about, COOKIE_SESSION, &form)) {
        if (!d)
            rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
        return false;
    }
    if (web_session(call, &d->user) != ERR_OK) {
        sign_in_first(call, SLICE(""));
        return false;
    }
    d->user_code = slice_trim(form_get(&form, "user_code"));
    d->allow = slice_is(form_get(&form, "decision"), "allow");
    call->state = d;
    *out = d;
    return true;
}

/* Guessing codes costs the one who guesses, as guessing passwords does: RFC 8628 5.1. */
enum err rest_device_code(struct rest_call *call)
{
    struct deciding *d;
    char user[UUID_TEXT_LEN + 1];
    if (!begin(call, "device", NULL, &d))
        return ERR_OK;
    uuid_format(d->user.id, user);
    d->account = arena_printf(call->arena, "device:%s", user);
    if (!d->account.at)
        return ERR_OUT_OF_MEMORY;
    int64_t wait_ms = guard_try(call->services->oauth->guard, d->account, call->http->peer,
                                clock_now_ms(call->services->clock));
    if (wait_ms)
        return code_page(call, SLICE(""), wait_ms, "Too many codes that no device shows.");
    return submit(call, d, identity_find_device, found);
}

static void decided(struct rest_call *call, const struct core_answer *answer)
{
    const struct deciding *d = call->state;
    struct buf body;
    struct oauth_page page = { .title = d->allow ? "Connected" : "Denied" };
    if (answer->err != ERR_OK) {
        oauth_page_fail(call, answer->err == ERR_NOT_FOUND ? 404 : 403,
                        answer->err == ERR_NOT_FOUND ? "No device waits with this code any more."
                                                     : "You may not give this device access.");
        return;
    }
    buf_init_arena(&body, call->arena);
    buf_add(&body, SLICE("<p id=\"decided\">You can go back to the device now.</p>\n"));
    oauth_page_reply(call, &page, &body);
}

enum err rest_device_decision(struct rest_call *call)
{
    struct deciding *d;
    if (!begin(call, "device-decision", "user_code", &d))
        return ERR_OK;
    return submit(call, d, identity_decide_device, decided);
}
