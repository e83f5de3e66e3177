#include "api/rest/error_body.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json_write.h"

static struct slice detail_of(const struct error_body *b)
{
    return b->detail.len ? b->detail : slice_of(err_title(b->err));
}

/* The status as text: this contract's "key". */
static void put_key(struct json_writer *w, enum err e)
{
    char status[12];
    snprintf(status, sizeof status, "%d", err_status(e));
    json_member_cstr(w, "key", status);
}

/* "message":[{"description":..}], one element a line of the detail. */
static void put_messages(struct json_writer *w, const char *name, struct slice detail)
{
    struct slice line;
    json_key(w, name);
    json_array_begin(w);
    while (slice_cut(&detail, '\n', &line)) {
        json_object_begin(w);
        json_member_text(w, "description", line);
        json_object_end(w);
    }
    json_array_end(w);
}

/* The lines between `before` and `after`, `between` any two. */
static struct slice joined(struct arena *a, const char *before, struct slice lines,
                           const char *between, const char *after)
{
    struct slice line;
    struct buf text;
    buf_init_arena(&text, a);
    buf_add(&text, slice_of(before));
    for (const char *sep = ""; slice_cut(&lines, '\n', &line); sep = between)
        buf_printf(&text, "%s%.*s", sep, SLICE_ARG(line));
    buf_add(&text, slice_of(after));
    return buf_failed(&text) ? slice_of(err_title(ERR_OUT_OF_MEMORY)) : buf_slice(&text);
}

/* Others point at the entity: one problem, and the kinds of those others (the detail's lines) both
 * in its text and as a list. */
static void put_referenced(struct json_writer *w, const struct error_body *b)
{
    struct slice lines = b->detail, kind;
    struct slice text =
        joined(w->out->arena, "Resource referred in other entity(s). referencedEntities: [\"",
               lines, "\", \"", "\"]");
    json_member_text(w, "reason", text);
    json_key(w, "message");
    json_array_begin(w);
    json_object_begin(w);
    json_member_text(w, "description", text);
    json_key(w, "referencedEntities");
    json_array_begin(w);
    while (slice_cut(&lines, '\n', &kind))
        json_put_text(w, kind);
    json_array_end(w);
    json_object_end(w);
    json_array_end(w);
}

/* The reason names every offending field, each message one of them. */
static void put_config(struct json_writer *w, const struct error_body *b)
{
    json_member_text(w, "trackingId", b->tracking_id);
    json_key(w, "error");
    json_object_begin(w);
    put_key(w, b->err);
    if (b->err == ERR_REFERENCED && b->detail.len) {
        put_referenced(w, b);
    } else {
        json_member_text(w, "reason", joined(w->out->arena, "", detail_of(b), "; ", ""));
        put_messages(w, "message", detail_of(b));
    }
    json_object_end(w);
}

static void put_desktop(struct json_writer *w, const struct error_body *b)
{
    json_member_cstr(w, "errorType", err_code(b->err));
    json_member_text(w, "errorMessage", detail_of(b));
    json_member_cstr(w, "errorData", "");
    json_member_i64(w, "reasonCode", err_status(b->err));
    json_member_text(w, "trackingId", b->tracking_id);
}

static void put_search(struct json_writer *w, const struct error_body *b)
{
    json_member_text(w, "trackingId", b->tracking_id);
    json_key(w, "error");
    json_object_begin(w);
    put_key(w, b->err);
    put_messages(w, "message", detail_of(b));
    json_object_end(w);
}

/* As of the search family, but the key is a number. */
static void put_subscription(struct json_writer *w, const struct error_body *b)
{
    json_member_text(w, "trackingId", b->tracking_id);
    json_key(w, "error");
    json_object_begin(w);
    json_member_i64(w, "key", err_status(b->err));
    put_messages(w, "message", detail_of(b));
    json_object_end(w);
}

/* RFC 6749 section 5.2 and RFC 6750 section 3.1 know these words. */
static const char *oauth_word(enum err e)
{
    if (err_code(e)[0] >= 'a') /* the row is OAuth's own */
        return err_code(e);
    if (e == ERR_UNAVAILABLE || e == ERR_OUT_OF_MEMORY)
        return "temporarily_unavailable";
    if (err_status(e) >= 500)
        return "server_error";
    if (err_status(e) == 401)
        return "invalid_token";
    return err_status(e) == 403 ? "access_denied" : "invalid_request";
}

/* RFC 6749's two members, and the three that Webex answers with. */
static void put_oauth(struct json_writer *w, const struct error_body *b)
{
    json_member_cstr(w, "error", oauth_word(b->err));
    json_member_text(w, "error_description", detail_of(b));
    json_member_text(w, "message", detail_of(b));
    put_messages(w, "errors", detail_of(b));
    json_member_text(w, "trackingId", b->tracking_id);
}

/* Ours, so a standard: RFC 9457. */
static void put_problem(struct json_writer *w, const struct error_body *b)
{
    json_member_cstr(w, "type", "about:blank");
    json_member_cstr(w, "title", err_title(b->err));
    json_member_i64(w, "status", err_status(b->err));
    json_member_text(w, "detail", detail_of(b));
    json_member_cstr(w, "code", err_code(b->err));
    json_member_text(w, "trackingId", b->tracking_id);
}

static const struct {
    void (*put)(struct json_writer *w, const struct error_body *b);
    struct slice tracking_prefix;
} families[] = {
    [FAMILY_CONFIG] = { put_config, SLICE_INIT("ccconfig_") },
    [FAMILY_DESKTOP] = { put_desktop, SLICE_INIT("") },
    [FAMILY_SEARCH] = { put_search, SLICE_INIT("") },
    [FAMILY_SUBSCRIPTION] = { put_subscription, SLICE_INIT("NOTIFS_") },
    [FAMILY_OAUTH] = { put_oauth, SLICE_INIT("ROUTER_") },
    [FAMILY_SANDBOX] = { put_problem, SLICE_INIT("") },
};

static struct slice finish(struct json_writer *w)
{
    json_object_end(w);
    return buf_failed(w->out) ? (struct slice){ NULL, 0 } : buf_slice(w->out);
}

struct slice error_body_write(struct arena *a, enum rest_family family,
                              const struct error_body *body)
{
    struct json_writer w;
    struct buf out;
    buf_init_arena(&out, a);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    families[family].put(&w, body);
    return finish(&w);
}

static const char *reason_phrase(enum err e)
{
    switch (err_status(e)) {
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 413:
        return "Payload Too Large";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return err_title(e);
    }
}

struct slice error_body_unrouted(struct arena *a, const struct error_body *body)
{
    char time[TIME_TEXT_LEN + 1];
    struct json_writer w;
    struct buf out;
    time_format(body->now_ms, time);
    buf_init_arena(&out, a);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_cstr(&w, "timestamp", time);
    json_member_i64(&w, "status", err_status(body->err));
    json_member_cstr(&w, "error", reason_phrase(body->err));
    json_member_text(&w, "path", body->path);
    return finish(&w);
}

struct slice error_content_type(enum rest_family family)
{
    return family == FAMILY_SANDBOX ? SLICE("application/problem+json") : SLICE("application/json");
}

struct slice error_tracking_prefix(enum rest_family family)
{
    return families[family].tracking_prefix;
}
