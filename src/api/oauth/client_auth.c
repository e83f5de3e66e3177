/* What the endpoints for clients have in common: the strict form, who asks (RFC 6749 2.3), answers
 * that no cache keeps and errors that both an OAuth library and a client written for the contract
 * can read: the body (api/rest/error_body.c) has RFC 6749's members beside the gateway's. */
#include "api/oauth/oauth_priv.h"
#include "api/rest/error_body.h"

static const struct http_header no_store[] = {
    { { "Cache-Control", 13 }, { "no-store", 8 } },
    { { "Pragma", 6 }, { "no-cache", 8 } },
    { { "WWW-Authenticate", 16 }, { "Basic realm=\"cordboard\"", 23 } }, /* 401 only */
};

/* rest_fail with the headers that RFC 6749 5.2 asks for. */
enum err oauth_fail(struct rest_call *call, enum err why, struct slice description)
{
    struct error_body body = { .err = why,
                               .detail = description,
                               .tracking_id = call->tracking_id };
    struct slice json = error_body_write(call->arena, FAMILY_OAUTH, &body);
    if (!json.at)
        return ERR_OUT_OF_MEMORY;
    rest_reply_text(call, err_status(why), error_content_type(FAMILY_OAUTH), json, no_store,
                    err_status(why) == 401 ? 3 : 2);
    return ERR_OK;
}

enum err oauth_bad_request(struct rest_call *call, const char *why)
{
    return oauth_fail(call, ERR_BAD_REQUEST, slice_of(why));
}

/* ---- who asks ---- */

/* From the header or the body, never both (RFC 6749 2.3). NULL: fine, else what is wrong. */
static const char *find_proof(struct rest_call *call, const struct form *f, struct client_proof *p)
{
    struct slice header = http_header(call->http, "authorization");
    p->id = form_get(f, "client_id");
    p->secret = form_get(f, "client_secret");
    if (header.len == 0)
        return NULL;
    struct slice id, secret;
    if (form_basic(call->arena, header, &id, &secret) != ERR_OK)
        return "the Authorization header is not HTTP Basic";
    if (p->secret.len || (p->id.len && !slice_eq(p->id, id)))
        return "client authentication stands in the header and in the body";
    p->id = id;
    p->secret = secret;
    return NULL;
}

/* False: it has answered. */
bool oauth_client_proven(struct rest_call *call, const struct form *f, struct client_proof *p)
{
    struct client_view client;
    struct identity *id = call->services->identity;
    const char *flaw = find_proof(call, f, p);
    if (flaw) {
        oauth_bad_request(call, flaw);
        return false;
    }
    bool known = identity_client(id, p->id, call->arena, &client) == ERR_OK;
    p->authenticated =
        identity_client_secret_is(id, p->id, p->secret, clock_now_ms(call->services->clock));
    p->confidential = known && client.confidential;
    if (known && (client.confidential ? p->authenticated : p->secret.len == 0))
        return true;
    oauth_note_client_failure(call, EVENT_SECURITY_CLIENT_REFUSED, p->id, "client authentication");
    oauth_fail(call, ERR_INVALID_CLIENT, SLICE("Client authentication failed"));
    return false;
}

/* The form of a call to these endpoints; false: it has answered. */
bool oauth_read_form(struct rest_call *call, struct form *f)
{
    struct slice type = http_header(call->http, "content-type"), kind = type;
    if (call->http->query.len) { /* addresses are logged: RFC 6749 2.3.1 */
        oauth_bad_request(call, "Parameters belong in the body, not in the query");
        return false;
    }
    slice_cut(&type, ';', &kind);
    if (!slice_eq_nocase(slice_trim(kind), SLICE("application/x-www-form-urlencoded"))) {
        oauth_bad_request(call, "The body must be application/x-www-form-urlencoded");
        return false;
    }
    enum err e = form_parse(call->arena, call->http->body, f);
    if (e == ERR_OK)
        return true;
    oauth_bad_request(call, f->twice.len         ? "A parameter stands there twice"
                            : e == ERR_TOO_LARGE ? "A parameter is too long, or there are too many"
                                                 : "The body cannot be decoded");
    return false;
}

void oauth_reply_private(struct rest_call *call, struct slice json)
{
    rest_reply_text(call, 200, SLICE("application/json"), json, no_store, 2);
}
