#include "base/json_read.h"
#include "domain/catalog/commands.h"
#include "domain/core/effects.h"

static struct uuid id_in(struct slice result, struct arena *a)
{
    struct json *made;
    struct uuid id = { { 0 } };
    if (result.len && json_parse(a, result, &made, NULL) == ERR_OK)
        uuid_parse(json_text(json_get(made, "id"), SLICE("")), &id);
    return id;
}

static void run(struct world *w, struct catalog_bulk_item *item, struct effects *fx)
{
    static command_fn *const verbs[] = { catalog_create, catalog_update, catalog_delete,
                                         catalog_reskill };
    if (item->err)
        return;
    fx->detail = fx->result = (struct slice){ NULL, 0 };
    item->err = verbs[item->verb](w, &item->change, fx);
    item->detail = fx->detail;
    item->id = item->verb == CATALOG_CREATE ? id_in(fx->result, fx->arena) : item->change.id;
}

enum err catalog_bulk(struct world *w, const void *args, struct effects *fx)
{
    const struct catalog_bulk *bulk = args;
    for (size_t i = 0; i < bulk->count; i++)
        run(w, &bulk->items[i], fx);
    fx->detail = fx->result = (struct slice){ NULL, 0 };
    return ERR_OK;
}
