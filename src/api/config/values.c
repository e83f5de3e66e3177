/* Short answers about one field: all its values, and how many entities have it set. */
#include <stdio.h>

#include "api/config/config.h"
#include "api/rest/operation.h"
#include "api/rest/routes.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "domain/catalog/schema.h"

/* The values as a bare array, as the contract has it. */
enum err rest_config_values(struct rest_call *call)
{
    const struct catalog_view view = config_view(call);
    const enum field f = (enum field)call->operation->field;
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_array_begin(&w);
    epoch_enter();
    struct catalog_set set = view.set(view.catalog, view.org, config_resource(call));
    for (size_t i = 0; i < set.count; i++) {
        if (entity_has(set.items[i], f))
            json_put_raw(&w, entity_raw(set.items[i], f));
    }
    epoch_leave();
    json_array_end(&w);
    return config_answer(call, &out);
}

/* {"<field>Count": entities with the field true}. */
enum err rest_config_count(struct rest_call *call)
{
    const struct catalog_view view = config_view(call);
    const enum field f = (enum field)call->operation->field;
    struct buf out;
    struct json_writer w;
    char name[80];
    int64_t count = 0;
    epoch_enter();
    struct catalog_set set = view.set(view.catalog, view.org, config_resource(call));
    for (size_t i = 0; i < set.count; i++)
        count += entity_bool(set.items[i], f, false);
    epoch_leave();
    snprintf(name, sizeof name, "%sCount", field_rules[f].name);
    buf_init_arena(&out, call->arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    json_member_i64(&w, name, count);
    json_object_end(&w);
    return config_answer(call, &out);
}
