/* A new entity is put into a resource collection. The answer is a list of one, as the contract has
 * it: what went wrong with the entity is inside. */
#include "api/config/gate.h"
#include "api/config/once.h"
#include "api/rest/error_body.h"
#include "api/rest/routes.h"
#include "base/arena.h"
#include "base/json_write.h"
#include "domain/catalog/schema.h"

static void put_error(struct rest_call *call, const struct core_answer *answered,
                      struct json_writer *w)
{
    struct error_body error = { .err = answered->err,
                                .detail = answered->detail,
                                .tracking_id = call->tracking_id };
    struct slice json = error_body_write(call->arena, FAMILY_CONFIG, &error);
    if (json.at)
        json_member_raw(w, "apiError", json);
}

static void collected(struct rest_call *call, const struct core_answer *answered)
{
    struct buf out;
    struct json_writer w;
    if (answered->err == ERR_CONFLICT) { /* of the key, not of the entity */
        rest_fail(call, answered->err, answered->detail);
        return;
    }
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_key(&w, "response");
    json_array_begin(&w);
    json_object_begin(&w);
    json_member_text(&w, "id", json_text(json_get(call->body, "resourceId"), SLICE("")));
    json_member_text(&w, "resourceType",
                     json_text(json_get(call->body, "resourceType"), SLICE("")));
    json_member_i64(&w, "status", answered->err ? err_status(answered->err) : 200);
    if (answered->err)
        put_error(call, answered, &w);
    json_object_end(&w);
    json_array_end(&w);
    json_object_end(&w);
    if (config_answer(call, &out) != ERR_OK)
        rest_fail(call, ERR_OUT_OF_MEMORY, SLICE(""));
}

static bool is_text(const struct rest_call *call, const char *member)
{
    return slice_trim(json_text(json_get(call->body, member), SLICE(""))).len > 0;
}

enum err rest_config_collect(struct rest_call *call)
{
    const struct json *list = json_get(call->body, "resourceCollections");
    struct catalog_change *args = arena_alloc(call->arena, sizeof *args);
    if (!args)
        return ERR_OUT_OF_MEMORY;
    if (!is_text(call, "resourceType") || !is_text(call, "resourceId"))
        return rest_failf(call, ERR_INVALID_FIELD,
                          "resourceType, resourceId: should not be null or blank");
    if (!list || list->type != JSON_ARRAY || list->count != 1)
        return rest_failf(call, ERR_INVALID_FIELD,
                          "resourceCollections: should be a list of one collection");
    *args = config_change(call);
    args->body = call->body->raw;
    if (!uuid_parse(json_text(json_get(list->first, "id"), SLICE("")), &args->id))
        return rest_failf(call, ERR_INVALID_FIELD, "resourceCollections: id should be an id");
    enum err e = gate_change(call, args->id);
    return e == ERR_OK ? once_submit(call, catalog_collect, args, collected, args->body, SLICE(""))
                       : e;
}
