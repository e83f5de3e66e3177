/* Rules that look at more than one field, or at other entities: named by `hooks` in spec/resources.
 * They run after the tables' rules, on the document to be kept. Texts that clients know are the
 * contract's. */
#include "domain/catalog/hooks.h"

#include "base/arena.h"
#include "domain/catalog/check.h"

static const struct entity *pointed_at(const struct check *c, enum field f, enum resource r)
{
    struct uuid id;
    return uuid_parse(check_text(c, f), &id) ? view_get(&c->view, r, id) : NULL;
}

/* A capacity team stands for people outside: what belongs to agents cannot be set. */
void hook_team_capacity(struct check *c)
{
    static const enum field agents_only[] = { FIELD_TEAM_SKILL_PROFILE_ID,
                                              FIELD_TEAM_MULTI_MEDIA_PROFILE_ID };
    if (!check_is(c, FIELD_TEAM_TEAM_TYPE, "CAPACITY"))
        return;
    for (unsigned i = 0; i < sizeof agents_only / sizeof *agents_only; i++) {
        if (check_has(c, agents_only[i]))
            check_violation(c, "%s: should not be specified for a capacity based team",
                            field_rules[agents_only[i]].name);
    }
}

/* BLENDED_REALTIME: one call, or chats; both must be possible. */
void hook_multimedia_blending(struct check *c)
{
    if (!check_is(c, FIELD_MULTIMEDIA_PROFILE_BLENDING_MODE, "BLENDED_REALTIME"))
        return;
    if (check_i64(c, FIELD_MULTIMEDIA_PROFILE_TELEPHONY) != 1)
        check_violation(c, "telephony: should be 1 when blendingMode is BLENDED_REALTIME");
    if (check_i64(c, FIELD_MULTIMEDIA_PROFILE_CHAT) < 1)
        check_violation(c, "chat: should be from 1 to 5 when blendingMode is BLENDED_REALTIME");
}

static bool first_of_kind(const struct check *c, struct slice kind)
{
    struct catalog_set set = c->view.set(c->view.catalog, c->view.org, c->resource);
    for (size_t i = 0; i < set.count; i++) {
        const struct entity *e = set.items[i];
        if (slice_eq(entity_text(e, FIELD_AUXILIARY_CODE_WORK_TYPE_CODE), kind) &&
            !uuid_eq(entity_id(e), c->id))
            return false;
    }
    return true;
}

void hook_auxiliary_code_type(struct check *c)
{
    struct slice kind = check_text(c, FIELD_AUXILIARY_CODE_WORK_TYPE_CODE);
    bool idle = slice_is(kind, "IDLE_CODE");
    const struct entity *type =
        pointed_at(c, FIELD_AUXILIARY_CODE_WORK_TYPE_ID, RESOURCE_WORK_TYPE);
    if (!check_has(c, FIELD_AUXILIARY_CODE_BURNOUT_INCLUSION))
        check_set_text(c, FIELD_AUXILIARY_CODE_BURNOUT_INCLUSION,
                       idle ? "INCLUDED" : "NOT_APPLICABLE");
    if (type && kind.len && !slice_eq(entity_text(type, FIELD_WORK_TYPE_WORK_TYPE_CODE), kind))
        check_violation(c, "workTypeId: should be a work type with the same workTypeCode");
    if (kind.len && check_is(c, FIELD_AUXILIARY_CODE_DEFAULT_CODE, "false") &&
        first_of_kind(c, kind))
        check_violation(c, "defaultCode: should be true for the first code of a workTypeCode");
}

void hook_entry_point_channel(struct check *c)
{
    struct slice channel = check_text(c, FIELD_ENTRY_POINT_CHANNEL_TYPE);
    const struct entity *queue =
        pointed_at(c, FIELD_ENTRY_POINT_DEFAULT_QUEUE_ID, RESOURCE_CONTACT_SERVICE_QUEUE);
    if (check_is(c, FIELD_ENTRY_POINT_ENTRY_POINT_TYPE, "OUTBOUND") && channel.len &&
        !slice_is(channel, "TELEPHONY"))
        check_violation(c, "channelType: should be TELEPHONY when entryPointType is OUTBOUND");
    if (queue && channel.len &&
        !slice_eq(entity_text(queue, FIELD_CONTACT_SERVICE_QUEUE_CHANNEL_TYPE), channel))
        check_violation(c, "defaultQueueId: should be a queue with the same channelType");
}

void hook_queue_routing(struct check *c)
{
    if (check_is(c, FIELD_CONTACT_SERVICE_QUEUE_OUTDIAL_CAMPAIGN_ENABLED, "true") &&
        !check_is(c, FIELD_CONTACT_SERVICE_QUEUE_QUEUE_TYPE, "OUTBOUND"))
        check_violation(c, "outdialCampaignEnabled: should not be true when queueType is INBOUND");
}

/* The pair must move together; a lone half would silently do nothing. */
void hook_agent_profile_pairs(struct check *c)
{
    bool wraps = check_is(c, FIELD_AGENT_PROFILE_AUTO_WRAP_UP, "true");
    bool said = check_has(c, FIELD_AGENT_PROFILE_AUTO_WRAP_UP);
    bool seconds = check_has(c, FIELD_AGENT_PROFILE_AUTO_WRAP_AFTER_SECONDS);
    if ((wraps && !seconds) || (seconds && !said))
        check_violation(c, "autoWrapAfterSeconds should be specified when autoWrapUp is true");
}

/* The contract's own identity service is not part of us: a new user is its own identity. */
void hook_user_ci_id(struct check *c)
{
    char text[UUID_TEXT_LEN + 1];
    if (check_has(c, FIELD_USER_CI_USER_ID))
        return;
    uuid_format(c->id, text);
    check_set_text(c, FIELD_USER_CI_USER_ID, text);
}

void hook_user_teams(struct check *c)
{
    struct json *teams;
    struct slice raw = document_value(c->document, FIELD_USER_TEAM_IDS), site;
    if (!raw.at || json_parse(c->arena, raw, &teams, NULL) != ERR_OK)
        return;
    site = check_text(c, FIELD_USER_SITE_ID);
    JSON_EACH(element, teams)
    {
        struct uuid id;
        const struct entity *team =
            uuid_parse(element->text, &id) ? view_get(&c->view, RESOURCE_TEAM, id) : NULL;
        if (team && !slice_eq(entity_text(team, FIELD_TEAM_SITE_ID), site))
            check_violation(c, "teamIds: not found for given site");
        else if (team && entity_is(team, FIELD_TEAM_TEAM_TYPE, "CAPACITY"))
            check_violation(c, "teamIds: Capacity based teams are not allowed");
    }
}
