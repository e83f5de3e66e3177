/* What a greeting shows of its agent and its purpose as they are now. */
#include "base/buf.h"
#include "domain/catalog/hooks.h"
#include "domain/catalog/references.h"

bool derive_greeting_agent_active(struct buf *out, const struct catalog_view *view,
                                  const struct entity *e)
{
    const struct entity *user =
        view_get(view, RESOURCE_USER, entity_ref(e, FIELD_AGENT_PERSONAL_GREETING_AGENT_ID));
    if (user)
        buf_add(out, entity_bool(user, FIELD_USER_ACTIVE, true) ? SLICE("true") : SLICE("false"));
    return user != NULL;
}

bool derive_greeting_purpose_name(struct buf *out, const struct catalog_view *view,
                                  const struct entity *e)
{
    struct uuid id = entity_ref(e, FIELD_AGENT_PERSONAL_GREETING_GREETING_PURPOSE_ID);
    const struct entity *purpose = view_get(view, RESOURCE_GREETING_PURPOSE, id);
    if (purpose)
        buf_add(out, entity_raw(purpose, FIELD_GREETING_PURPOSE_NAME));
    return purpose != NULL;
}
