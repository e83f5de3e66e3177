#include "api/rest/fields.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"

static bool refuse(struct rest_call *call, const char *name, const char *why)
{
    rest_failf(call, ERR_INVALID_FIELD, "%s: %s", name, why);
    return false;
}

bool field_optional_text(struct rest_call *call, const char *name, size_t max, struct slice *out)
{
    const struct json *v = json_get(call->body, name);
    *out = (struct slice){ 0 };
    if (!v || v->type == JSON_NULL)
        return true;
    if (v->type != JSON_STRING)
        return refuse(call, name, "must be a text");
    if (utf8_count(v->text) > max)
        return rest_failf(call, ERR_INVALID_FIELD, "%s: should not be more than %zu characters",
                          name, max) != ERR_OK;
    *out = v->text;
    return true;
}

bool field_text(struct rest_call *call, const char *name, size_t max, struct slice *out)
{
    if (!field_optional_text(call, name, max, out))
        return false;
    return out->len || refuse(call, name, "should not be null or blank");
}

bool field_optional_id(struct rest_call *call, const char *name, struct uuid *out)
{
    struct slice text;
    *out = (struct uuid){ { 0 } };
    if (!field_optional_text(call, name, UUID_TEXT_LEN, &text))
        return false;
    return !text.len || uuid_parse(text, out) || refuse(call, name, "must be a UUID");
}

bool field_id(struct rest_call *call, const char *name, struct uuid *out)
{
    if (!field_optional_id(call, name, out))
        return false;
    return !uuid_is_nil(*out) || refuse(call, name, "should not be null or blank");
}

bool field_word(struct rest_call *call, const char *name, const struct words *words, int *out)
{
    struct slice text;
    if (!field_text(call, name, UUID_TEXT_LEN, &text))
        return false;
    return words_find(words, text, out) || refuse(call, name, "not one of the allowed values");
}

static bool read_attribute(struct rest_call *call, const char *name, const struct json *v,
                           struct attribute *out)
{
    if (v->type != JSON_STRING)
        return refuse(call, name, "every value must be a text");
    if (v->key.len == 0 || v->key.len > LIMIT_attribute_name_bytes_max)
        return refuse(call, name, "a name is empty or too long");
    if (v->text.len > LIMIT_attribute_value_bytes_max)
        return refuse(call, name, "a value is too long");
    *out = (struct attribute){ v->key, v->text };
    return true;
}

bool field_attributes(struct rest_call *call, const char *name, const struct attribute **out,
                      uint32_t *count)
{
    const struct json *v = json_get(call->body, name);
    *out = NULL;
    *count = 0;
    if (!v || v->type == JSON_NULL)
        return true;
    if (v->type != JSON_OBJECT)
        return refuse(call, name, "must be an object of texts");
    if (v->count > LIMIT_task_attributes_max)
        return refuse(call, name, "too many");
    struct attribute *list = arena_alloc(call->arena, v->count * sizeof *list + 1);
    if (!list) {
        rest_fail(call, ERR_OUT_OF_MEMORY, (struct slice){ 0 });
        return false;
    }
    JSON_EACH(one, v) if (!read_attribute(call, name, one, &list[(*count)++])) return false;
    *out = list;
    return true;
}

bool rest_path_id(struct rest_call *call, unsigned index, struct uuid *out)
{
    if (uuid_parse(call->params[index], out))
        return true;
    rest_fail(call, ERR_NOT_FOUND, (struct slice){ 0 });
    return false;
}
