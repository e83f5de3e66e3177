/* Short answers about one field: all its values, and how many entities have it set. */
#include <stdio.h>

#include "api/config/gate.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "domain/catalog/schema.h"

/* Calls fn for every entity that the caller may see. */
static enum err each_seen(struct rest_call *call,
                          void (*fn)(void *ctx, const struct entity *e, enum field f), void *ctx)
{
    const struct catalog_view view = config_view(call);
    const enum resource r = config_resource(call);
    struct access access;
    epoch_enter();
    enum err e = gate_read(call, r, &access);
    struct catalog_set set = view.set(view.catalog, view.org, r);
    for (size_t i = 0; e == ERR_OK && i < set.count; i++) {
        if (access_shows(&access, set.items[i]))
            fn(ctx, set.items[i], (enum field)call->operation->field);
    }
    epoch_leave();
    return e;
}

static void put_value(void *ctx, const struct entity *e, enum field f)
{
    if (entity_has(e, f))
        json_put_raw(ctx, entity_raw(e, f));
}

/* The values as a bare array, as the contract has it. */
enum err rest_config_values(struct rest_call *call)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_array_begin(&w);
    enum err e = each_seen(call, put_value, &w);
    json_array_end(&w);
    return e == ERR_OK ? config_answer(call, &out) : e;
}

static void count_true(void *ctx, const struct entity *e, enum field f)
{
    *(int64_t *)ctx += entity_bool(e, f, false);
}

/* {"<field>Count": entities with the field true}. */
enum err rest_config_count(struct rest_call *call)
{
    struct buf out;
    struct json_writer w;
    char name[80];
    int64_t count = 0;
    enum err e = each_seen(call, count_true, &count);
    snprintf(name, sizeof name, "%sCount", field_rules[call->operation->field].name);
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_i64(&w, name, count);
    json_object_end(&w);
    return e == ERR_OK ? config_answer(call, &out) : e;
}
