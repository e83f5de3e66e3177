#include "api/rest/rest_priv.h"
#include "base/arena.h"

/* "application/json; charset=utf-8": the type before the semicolon, and no other character set. */
static struct slice media_type(struct slice header, bool *utf8)
{
    struct slice type = SLICE(""), parameter, name;
    *utf8 = true;
    slice_cut(&header, ';', &type);
    while (slice_cut(&header, ';', &parameter)) {
        slice_cut(&parameter, '=', &name);
        if (!slice_eq_nocase(slice_trim(name), SLICE("charset")))
            continue;
        struct slice value = slice_trim(parameter);
        if (value.len > 1 && value.at[0] == '"')
            value = slice_sub(value, 1, value.len - 1);
        *utf8 = slice_eq_nocase(value, SLICE("utf-8")) || slice_eq_nocase(value, SLICE("utf8"));
    }
    return slice_trim(type);
}

static bool is_json(struct slice type)
{
    const struct slice application = SLICE("application/"), suffix = SLICE("+json");
    if (slice_eq_nocase(type, SLICE("application/json")))
        return true;
    return type.len > application.len + suffix.len &&
           slice_eq_nocase(slice_sub(type, 0, application.len), application) &&
           slice_eq_nocase(slice_sub(type, type.len - suffix.len, type.len), suffix);
}

static enum err read_json(struct rest_call *call, struct slice *detail)
{
    struct json_error error = { 0, "" };
    struct json *root;
    enum err e = json_parse(call->arena, call->http->body, &root, &error);
    if (e == ERR_OK && root->type != JSON_OBJECT) {
        *detail = SLICE("The body should be a JSON object");
        e = ERR_BAD_REQUEST;
    } else if (e == ERR_OK)
        call->body = root;
    else if (e != ERR_OUT_OF_MEMORY)
        *detail =
            arena_printf(call->arena, "%s: %s at byte %zu", err_title(e), error.what, error.offset);
    return e;
}

static enum err check_type(struct rest_call *call, struct slice *detail)
{
    bool utf8;
    struct slice type = media_type(http_header(call->http, "Content-Type"), &utf8);
    bool form = call->operation->body == BODY_FORM;
    if (utf8 && form && slice_eq_nocase(type, SLICE("application/x-www-form-urlencoded")))
        return ERR_OK;
    if (utf8 && !form && is_json(type))
        return ERR_OK;
    *detail = form ? SLICE("The content type must be application/x-www-form-urlencoded")
                   : SLICE("The content type must be application/json in UTF-8");
    return ERR_BAD_MEDIA_TYPE;
}

enum err rest_body_read(struct rest_call *call, struct slice *detail)
{
    enum rest_body kind = call->operation->body;
    if (kind == BODY_NONE || kind == BODY_RAW || kind == BODY_UPLOAD)
        return ERR_OK;
    if (!call->http->body.len) {
        if (kind != BODY_JSON)
            return ERR_OK;
        *detail = SLICE("A JSON body is required");
        return ERR_BAD_REQUEST;
    }
    enum err e = check_type(call, detail);
    if (e || kind == BODY_FORM)
        return e;
    e = read_json(call, detail);
    if (e == ERR_OK)
        e = rest_access_body(call);
    return e ? e : rest_body_check(call, detail);
}
