/* An entity and its audio in one request: multipart/form-data with the entity as one part, of type
 * application/json, and the file as another. The contract's document also names a JSON body; there
 * the audio is taken in base64 (ours: the live service fails on it). */
#include "api/config/change.h"
#include "api/config/gate.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/catalog/schema.h"
#include "domain/media/wav.h"
#include "net/multipart.h"

struct upload {
    struct rest_call *call;
    const char *info_name;
    struct slice info, audio; /* JSON text and bytes; at NULL: missing */
};

/* Both answer the call: they end in `return false`. */
static bool refuse(struct upload *u, enum err e, const char *name, const char *why)
{
    rest_failf(u->call, e, "%s: %s", name, why);
    return false;
}

static bool fail(struct upload *u, enum err e)
{
    rest_fail(u->call, e, SLICE(""));
    return false;
}

/* ---- the two forms of a body ---- */

static bool is_json(struct slice content_type)
{
    struct slice type = SLICE("");
    slice_cut(&content_type, ';', &type);
    return slice_eq_nocase(slice_trim(type), SLICE("application/json"));
}

static bool read_multipart(struct upload *u, struct slice content_type)
{
    struct multipart form;
    const char *why = "";
    size_t infos, files;
    enum err e = multipart_parse(u->call->arena, content_type, u->call->http->body, &form, &why);
    if (e == ERR_OUT_OF_MEMORY)
        return fail(u, e);
    if (e != ERR_OK)
        return refuse(u, e, "body", why);
    const struct multipart_part *info = multipart_find(&form, u->info_name, &infos);
    const struct multipart_part *file = multipart_find(&form, "audioFile", &files);
    if (infos > 1)
        return refuse(u, ERR_INVALID_FIELD, u->info_name, "should be there once");
    if (files > 1)
        return refuse(u, ERR_INVALID_FIELD, "audioFile", "should be there once");
    if (info && !is_json(info->content_type))
        return refuse(u, ERR_BAD_MEDIA_TYPE, u->info_name,
                      "the content type of this part should be application/json");
    if (info)
        u->info = info->body;
    if (file)
        u->audio = file->body;
    return true;
}

static bool read_json(struct upload *u)
{
    struct json *body;
    struct json_error error = { 0, "" };
    enum err e = json_parse(u->call->arena, u->call->http->body, &body, &error);
    if (e == ERR_BAD_JSON)
        return refuse(u, e, "body", error.what);
    if (e != ERR_OK)
        return fail(u, e);
    const struct json *info = json_get(body, u->info_name), *file = json_get(body, "audioFile");
    if (info)
        u->info = info->raw;
    if (!file || file->type != JSON_STRING)
        return true;
    e = base64_decode(u->call->arena, file->text, &u->audio);
    if (e == ERR_BAD_REQUEST)
        return refuse(u, ERR_INVALID_FIELD, "audioFile", "should be base64");
    return e == ERR_OK ? true : fail(u, e);
}

static bool read_body(struct upload *u)
{
    struct slice type = http_header(u->call->http, "Content-Type");
    if (multipart_is(type))
        return read_multipart(u, type);
    if (is_json(type))
        return read_json(u);
    return refuse(u, ERR_BAD_MEDIA_TYPE, "body", "the content type should be multipart/form-data");
}

/* ---- what is in it ---- */

static bool check_audio(struct upload *u)
{
    struct wav wav;
    const char *why;
    if (!u->audio.at)
        return refuse(u, ERR_INVALID_FIELD, "audioFile", "should not be null");
    if (u->audio.len > LIMIT_audio_bytes_max) {
        rest_failf(u->call, ERR_TOO_LARGE, "audioFile: should not be more than %d bytes",
                   LIMIT_audio_bytes_max);
        return false;
    }
    return wav_read(u->audio, &wav, &why) ? true : refuse(u, ERR_INVALID_FIELD, "audioFile", why);
}

/* The second version of greetings cannot be without a purpose; live the answer is a conflict that
 * says nothing. */
static bool check_purpose(struct upload *u)
{
    struct json *info;
    if (config_resource(u->call) != RESOURCE_AGENT_PERSONAL_GREETING ||
        !strstr(u->call->operation->path, "/v2/") ||
        json_parse(u->call->arena, u->info, &info, NULL) != ERR_OK)
        return true;
    const struct json *purpose = json_get(info, "greetingPurposeId");
    bool none = !purpose || purpose->type == JSON_NULL ||
                (purpose->type == JSON_STRING && !slice_trim(purpose->text).len);
    return none ? refuse(u, ERR_CONFLICT, "greetingPurposeId", "should not be null or blank")
                : true;
}

static bool read_upload(struct upload *u)
{
    if (!read_body(u))
        return false;
    if (!u->info.at)
        return refuse(u, ERR_INVALID_FIELD, u->info_name, "should not be null");
    return check_audio(u) && check_purpose(u);
}

static enum err upload(struct rest_call *call, command_fn *run, bool with_id)
{
    struct catalog_change *args = arena_alloc(call->arena, sizeof *args);
    struct upload u = { .call = call,
                        .info_name = resource_rules[config_resource(call)].blob_info };
    if (!args)
        return ERR_OUT_OF_MEMORY;
    *args = config_change(call);
    enum err e = with_id ? config_id(call, &args->id) : ERR_OK;
    if (e == ERR_OK)
        e = gate_change(call, args->id);
    if (e != ERR_OK)
        return e;
    if (!read_upload(&u))
        return ERR_OK;
    args->body = u.info;
    args->blob = u.audio;
    return change_submit(call, run, args);
}

enum err rest_upload_create(struct rest_call *call)
{
    return upload(call, catalog_create, false);
}

enum err rest_upload_update(struct rest_call *call)
{
    return upload(call, catalog_update, true);
}
