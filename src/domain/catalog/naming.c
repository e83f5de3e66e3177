#include "domain/catalog/naming.h"

#include "base/arena.h"
#include "domain/catalog/schema.h"

static struct slice of_id(const struct entity *e, struct arena *a)
{
    char id[UUID_TEXT_LEN + 1];
    uuid_format(entity_id(e), id);
    return arena_copy(a, slice_of(id));
}

struct slice entity_name(const struct entity *e, struct arena *a)
{
    enum resource r = entity_resource(e);
    enum field name = schema_field(r, SLICE("name"));
    if (name != FIELD_COUNT && entity_has(e, name))
        return entity_text_copy(e, name, a);
    if (r != RESOURCE_USER)
        return of_id(e, a);
    struct slice first = entity_text_copy(e, FIELD_USER_FIRST_NAME, a);
    struct slice last = entity_text_copy(e, FIELD_USER_LAST_NAME, a);
    return arena_printf(a, "%.*s %.*s", SLICE_ARG(first), SLICE_ARG(last));
}
