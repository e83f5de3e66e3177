#include "api/oauth/application_forms.h"

static const char *const scope_words[] = {
#define SCOPE(symbol, name, about) name,
#include "scopes.def"
};

/* ---- writing ---- */

static void put_scopes(struct buf *out, uint64_t offered, uint64_t chosen)
{
    buf_add(out, SLICE("<fieldset><legend>Scopes</legend>\n"));
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (offered >> i & 1)
            buf_printf(
                out,
                "<label><input type=\"checkbox\" name=\"scope:%s\"%s> <code>%s</code></label>\n",
                scope_words[i], chosen >> i & 1 ? " checked" : "", scope_words[i]);
    buf_add(out, SLICE("</fieldset>\n"));
}

static void put_words(struct buf *out, const char *prefix, const struct client_view *c)
{
    buf_printf(out,
               "<label for=\"%s-name\">Name</label>\n"
               "<input id=\"%s-name\" name=\"name\" required maxlength=\"100\" value=\"",
               prefix, prefix);
    oauth_html_text(out, c->name);
    buf_add(out, SLICE("\">\n"));
    if (c->kind == CLIENT_INTEGRATION) {
        buf_printf(out,
                   "<label for=\"%s-redirects\">Redirect URIs, one a line</label>\n"
                   "<textarea id=\"%s-redirects\" name=\"redirects\" rows=\"3\">",
                   prefix, prefix);
        for (uint32_t i = 0; i < c->redirect_count; i++) {
            oauth_html_text(out, c->redirects[i]);
            buf_add(out, SLICE("\n"));
        }
        buf_printf(out,
                   "</textarea>\n<label><input type=\"checkbox\" name=\"device\"%s> "
                   "May be used on devices without a browser</label>\n",
                   c->device ? " checked" : "");
    }
    put_scopes(out, identity_client_scopes(), c->scopes);
}

void application_form_new(struct rest_call *call, struct buf *out, enum client_kind kind)
{
    struct client_view empty = { .kind = kind };
    const char *word = kind == CLIENT_SERVICE ? "service" : "integration";
    buf_printf(
        out, "<h2>%s</h2>\n<form method=\"post\" action=\"/account/applications\" id=\"new-%s\">\n",
        kind == CLIENT_SERVICE ? "Request a service app" : "Register an integration", word);
    web_form_token(call, out, "applications", SLICE(""));
    buf_printf(out, "<input type=\"hidden\" name=\"kind\" value=\"%s\">\n", word);
    put_words(out, word, &empty);
    if (kind == CLIENT_INTEGRATION)
        buf_add(out, SLICE("<label><input type=\"checkbox\" name=\"public\"> Cannot keep a secret "
                           "(an app on a desk, a telephone or in a browser)</label>\n"));
    buf_printf(out, "<button id=\"make-%s\">%s</button>\n</form>\n", word,
               kind == CLIENT_SERVICE ? "Request" : "Register");
}

/* A form of one button. */
static void put_button(struct rest_call *call, struct buf *out, const struct client_view *c,
                       const char *action, const char *text, const char *more)
{
    buf_printf(out, "<form method=\"post\" action=\"/account/applications/%.*s\">\n",
               SLICE_ARG(c->id));
    web_form_token(call, out, "applications", SLICE(""));
    buf_printf(out,
               "%s<button id=\"%s\" name=\"action\" value=\"%s\" class=\"quiet\">%s</button>\n"
               "</form>\n",
               more, action, action, text);
}

static void put_facts(struct rest_call *call, struct buf *out, const struct client_view *c)
{
    buf_add(out, SLICE("<dl>\n<dt>Name</dt><dd id=\"name\">"));
    oauth_html_text(out, c->name);
    buf_printf(out, "</dd>\n<dt>Client id</dt><dd><code id=\"client-id\">%.*s</code></dd>\n",
               SLICE_ARG(c->id));
    buf_printf(out, "<dt>Scopes</dt><dd><code>%.*s</code></dd>\n",
               SLICE_ARG(identity_scopes_print(call->arena, c->scopes)));
    struct identity_user owner;
    if (c->kind == CLIENT_SERVICE &&
        identity_user_by_id(call->services->identity, c->org, c->owner, &owner)) {
        buf_add(out, SLICE("<dt>Requested by</dt><dd id=\"owner\">"));
        oauth_html_text(out, slice_of(owner.email));
        buf_add(out, SLICE("</dd>\n"));
    }
    if (c->kind == CLIENT_SERVICE)
        buf_printf(out, "<dt>State</dt><dd id=\"state\">%s</dd>\n",
                   c->authorized ? "authorized" : "requested");
    buf_add(out, SLICE("</dl>\n"));
}

static void put_change(struct rest_call *call, struct buf *out, const struct client_view *c)
{
    buf_printf(out, "<form method=\"post\" action=\"/account/applications/%.*s\">\n",
               SLICE_ARG(c->id));
    web_form_token(call, out, "applications", SLICE(""));
    put_words(out, "change", c);
    buf_add(
        out,
        SLICE("<button id=\"change\" name=\"action\" value=\"change\">Change</button>\n</form>\n"));
}

void application_forms_write(struct rest_call *call, struct buf *out, const struct client_view *c,
                             bool admin)
{
    put_facts(call, out, c);
    if (admin && c->kind == CLIENT_INTEGRATION)
        put_change(call, out, c);
    if (admin && c->kind == CLIENT_SERVICE)
        put_button(call, out, c, c->authorized ? "withdraw" : "authorize",
                   c->authorized ? "Withdraw the authorization and end its tokens"
                                 : "Authorize all these scopes",
                   "");
    if (c->authorized)
        put_button(call, out, c, "token", "Make a refresh token", "");
    if (c->confidential)
        put_button(
            call, out, c, "rotate", "Make a new secret",
            "<label><input type=\"checkbox\" name=\"overlap\" value=\"day\"> The old one stays "
            "good for a day</label>\n");
    put_button(call, out, c, "delete", "Delete", "");
    buf_add(out, SLICE("<p><a href=\"/account/applications\">All applications</a></p>\n"));
}

/* ---- reading ---- */

static uint64_t read_scopes(const struct form *f)
{
    uint64_t scopes = 0;
    char name[80];
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        snprintf(name, sizeof name, "scope:%s", scope_words[i]);
        if (form_get(f, name).len)
            scopes |= UINT64_C(1) << i;
    }
    return scopes;
}

/* One more than allowed is kept, so that the command refuses. NULL: out of memory. */
static struct slice *read_redirects(struct rest_call *call, const struct form *f, size_t *count)
{
    struct slice text = form_get(f, "redirects"), line;
    struct slice *uris = arena_alloc(call->arena, (LIMIT_client_redirects_max + 1) * sizeof *uris);
    *count = 0;
    while (uris && *count <= LIMIT_client_redirects_max && slice_cut(&text, '\n', &line)) {
        if (line.len && line.at[line.len - 1] == '\r')
            line.len--;
        line = slice_trim(line);
        if (line.len)
            uris[(*count)++] = line;
    }
    return uris;
}

enum err application_form_register(struct rest_call *call, const struct identity_user *user,
                                   enum client_kind kind, const struct form *f, rest_then *then)
{
    struct identity_register_client_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->org = user->org;
    args->owner = user->id;
    args->kind = kind;
    args->name = slice_trim(form_get(f, "name"));
    args->redirects = read_redirects(call, f, &args->redirect_count);
    args->scopes = read_scopes(f);
    args->confidential = form_get(f, "public").len == 0;
    args->device = form_get(f, "device").len > 0;
    enum err e = args->redirects ? oauth_identity_args_fill(call, &args->base) : ERR_OUT_OF_MEMORY;
    return e == ERR_OK ? rest_submit(call, identity_register_client, args, then) : e;
}

enum err application_form_change(struct rest_call *call, const struct client_view *c,
                                 const struct form *f, rest_then *then)
{
    struct identity_update_client_args *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    args->org = c->org;
    args->client = c->id;
    args->name = slice_trim(form_get(f, "name"));
    args->redirects = read_redirects(call, f, &args->redirect_count);
    args->scopes = read_scopes(f);
    args->device = form_get(f, "device").len > 0;
    enum err e = args->redirects ? oauth_identity_args_fill(call, &args->base) : ERR_OUT_OF_MEMORY;
    return e == ERR_OK ? rest_submit(call, identity_update_client, args, then) : e;
}
