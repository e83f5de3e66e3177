/* Entities with audio beside them: what names it, how much of it there may be, whose it is. */
#include <inttypes.h>

#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/check.h"
#include "domain/catalog/hooks.h"
#include "domain/catalog/schema.h"

static enum field size_field(enum resource r)
{
    return schema_field(r, SLICE("size"));
}

/* Bytes of all blobs of the organisation, without the one of this entity. */
static int64_t bytes_of_others(const struct check *c)
{
    int64_t total = 0;
    for (enum resource r = 0; r < RESOURCE_COUNT; r++) {
        if (resource_rules[r].blob == FIELD_COUNT)
            continue;
        struct catalog_set set = c->view.set(c->view.catalog, c->view.org, r);
        for (size_t i = 0; i < set.count; i++)
            total += entity_i64(set.items[i], size_field(r), 0);
    }
    return total - (c->before ? entity_i64(c->before, size_field(c->resource), 0) : 0);
}

/* The name is given once; an update repeats it to show that it means this audio. */
static void check_name(struct check *c, enum field blob)
{
    const struct json *said = json_get(c->body, "blobId");
    struct slice text = json_text(said, SLICE(""));
    if (c->partial && (!said || said->type == JSON_NULL))
        return;
    if (!slice_eq(text, entity_text(c->before, blob)))
        check_violation(c, "blobId: invalid value");
}

static void give_name(struct check *c, enum field blob)
{
    char id[UUID_TEXT_LEN + 1];
    uuid_format(c->id, id);
    document_set(c->document, blob,
                 arena_printf(c->arena, "\"%s_%s\"", resource_rules[c->resource].name, id));
}

void hook_audio_blob(struct check *c)
{
    enum field blob = resource_rules[c->resource].blob;
    if (c->before)
        check_name(c, blob);
    else
        give_name(c, blob);
    if (!c->blob.at && !c->before)
        check_violation(c, "audioFile: should not be null");
    if (!c->blob.at)
        return;
    document_set(c->document, size_field(c->resource), arena_printf(c->arena, "%zu", c->blob.len));
    if (bytes_of_others(c) + (int64_t)c->blob.len > LIMIT_audio_bytes_per_org_max)
        check_violation(c, "audioFile: the organisation's audio would be more than %d bytes",
                        LIMIT_audio_bytes_per_org_max);
}

/* What lists search by stands in the greeting: a user keeps name and address for life. */
void hook_greeting(struct check *c)
{
    static const enum field copies[][2] = {
        { FIELD_AGENT_PERSONAL_GREETING_FIRST_NAME, FIELD_USER_FIRST_NAME },
        { FIELD_AGENT_PERSONAL_GREETING_LAST_NAME, FIELD_USER_LAST_NAME },
        { FIELD_AGENT_PERSONAL_GREETING_EMAIL, FIELD_USER_EMAIL },
        { FIELD_AGENT_PERSONAL_GREETING_CI_USER_ID, FIELD_USER_CI_USER_ID },
    };
    struct uuid id;
    struct slice agent = check_text(c, FIELD_AGENT_PERSONAL_GREETING_AGENT_ID);
    const struct entity *user =
        uuid_parse(agent, &id) ? view_get(&c->view, RESOURCE_USER, id) : NULL;
    for (unsigned i = 0; user && i < sizeof copies / sizeof *copies; i++)
        document_set(c->document, copies[i][0], entity_raw(user, copies[i][1]));
}
