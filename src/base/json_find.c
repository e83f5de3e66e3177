/* Finding one's way in a parsed document. */
#include "base/json_read.h"

const struct json *json_get_slice(const struct json *object, struct slice name)
{
    if (!object || object->type != JSON_OBJECT)
        return NULL;
    JSON_EACH(member, object)
    if (slice_eq(member->key, name))
        return member;
    return NULL;
}

const struct json *json_get(const struct json *object, const char *name)
{
    return json_get_slice(object, slice_of(name));
}

const struct json *json_path(const struct json *root, const char *path)
{
    struct slice rest = slice_of(path), name;
    while (root && slice_cut(&rest, '.', &name))
        root = json_get_slice(root, name);
    return root;
}

struct slice json_text(const struct json *v, struct slice fallback)
{
    return v && v->type == JSON_STRING ? v->text : fallback;
}

int64_t json_i64(const struct json *v, int64_t fallback)
{
    return v && v->type == JSON_INT ? v->integer : fallback;
}

bool json_bool(const struct json *v, bool fallback)
{
    return v && v->type == JSON_BOOL ? v->boolean : fallback;
}
