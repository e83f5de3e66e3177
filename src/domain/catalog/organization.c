/* A new organisation and the entities it has from its first second (spec/defaults.yaml). */
#include <stdio.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "domain/catalog/catalog.h"
#include "domain/catalog/commands.h"
#include "domain/catalog/schema.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

static enum err create_itself(struct world *w, const struct catalog_organization *o, struct uuid id,
                              struct effects *fx)
{
    char text[UUID_TEXT_LEN + 1];
    struct buf body;
    struct json_writer j;
    uuid_format(id, text);
    buf_init_arena(&body, fx->arena);
    json_writer_init(&j, &body);
    json_object_begin(&j);
    json_member_text(&j, "name", o->name);
    if (o->timezone.len)
        json_member_text(&j, "timezone", o->timezone);
    json_member_cstr(&j, "tenantId", text);
    json_object_end(&j);
    if (buf_failed(&body))
        return ERR_OUT_OF_MEMORY;
    return catalog_create(w,
                          &(struct catalog_change){ .org = id,
                                                    .resource = RESOURCE_ORGANIZATION,
                                                    .id = id,
                                                    .body = buf_slice(&body),
                                                    .system = true },
                          fx);
}

static struct slice id_of_key(struct slice key, const struct uuid *ids, unsigned before,
                              char text[UUID_TEXT_LEN + 1])
{
    for (unsigned i = 0; i < before; i++) {
        if (slice_is(key, catalog_default_rows[i].key)) {
            uuid_format(ids[i], text);
            return slice_of(text);
        }
    }
    return key;
}

/* The row's body with "$key" replaced, as a system default. */
static struct slice body_of(unsigned row, const struct uuid *ids, struct arena *a)
{
    char text[UUID_TEXT_LEN + 1];
    struct json *body;
    struct buf out;
    struct json_writer j;
    buf_init_arena(&out, a);
    if (json_parse(a, slice_of(catalog_default_rows[row].body), &body, NULL) != ERR_OK)
        return (struct slice){ NULL, 0 };
    json_writer_init(&j, &out);
    json_object_begin(&j);
    json_member_bool(&j, "systemDefault", true);
    JSON_EACH(v, body)
    {
        json_key_slice(&j, v->key);
        if (v->type == JSON_STRING && slice_starts(v->text, SLICE("$")))
            json_put_text(&j, id_of_key(slice_sub(v->text, 1, v->text.len), ids, row, text));
        else
            json_put_node(&j, v);
    }
    json_object_end(&j);
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}

static enum err create_defaults(struct world *w, struct uuid org, struct effects *fx)
{
    struct uuid *ids = arena_alloc(fx->arena, catalog_default_row_count * sizeof *ids);
    for (unsigned i = 0; ids && i < catalog_default_row_count; i++) {
        ids[i] = world_new_id(w);
        struct catalog_change change = { .org = org,
                                         .resource = catalog_default_rows[i].resource,
                                         .id = ids[i],
                                         .body = body_of(i, ids, fx->arena),
                                         .system = true };
        enum err e = change.body.at ? catalog_create(w, &change, fx) : ERR_OUT_OF_MEMORY;
        if (e != ERR_OK)
            return e;
    }
    return ids ? ERR_OK : ERR_OUT_OF_MEMORY;
}

enum err catalog_create_organization(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_organization *o = args;
    struct uuid id = uuid_is_nil(o->id) ? world_new_id(w) : o->id;
    enum err e = create_itself(w, o, id, fx);
    if (e != ERR_OK)
        return e;
    struct slice result = fx->result;
    e = create_defaults(w, id, fx);
    fx->result = result;
    if (e != ERR_OK)
        fx->failed = true; /* half an organisation: the engine starts again from the store */
    return e;
}
