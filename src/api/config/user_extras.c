#include "api/config/user_extras.h"

#include "api/config/asked.h"
#include "api/config/lookup.h"
#include "api/config/profile_view.h"
#include "base/arena.h"
#include "domain/catalog/schema.h"

unsigned user_extras_asked(struct http_request *req, bool granular)
{
    unsigned extras = 0;
    if (query_is_on(req, "includeUserProfile"))
        extras |= granular ? USER_GRANULAR_DATA : USER_PROFILE_DATA;
    if (query_is_on(req, "includeUserProfileType"))
        extras |= USER_PROFILE_TYPE;
    if (query_is_on(req, "includeNames"))
        extras |= USER_COLLECTIONS;
    if (query_is_on(req, "includeCount"))
        extras |= USER_QUEUE_COUNTS;
    return extras;
}

static bool is_in_team_of(const struct entity *queue, const struct entity *user)
{
    struct uuid team;
    size_t at = 0;
    while (entity_next_ref(user, FIELD_USER_TEAM_IDS, &at, &team)) {
        if (lookup_mentions(queue, FIELD_CONTACT_SERVICE_QUEUE_CALL_DISTRIBUTION_GROUPS, team))
            return true;
    }
    return false;
}

static void put_counts(struct json_writer *w, const struct catalog_view *view,
                       const struct entity *user, struct arena *a)
{
    struct catalog_set set = view->set(view->catalog, view->org, RESOURCE_CONTACT_SERVICE_QUEUE);
    struct skills profile = { 0 }, dynamic = { 0 };
    int64_t team = 0, skill = 0, agent = 0;
    bool skilled = skills_of_user(view, user, a, &profile, &dynamic) == ERR_OK;
    for (size_t i = 0; i < set.count; i++) {
        const struct entity *q = set.items[i];
        struct skills_match match;
        const enum field by = FIELD_CONTACT_SERVICE_QUEUE_QUEUE_ROUTING_TYPE;
        team += is_in_team_of(q, user);
        agent += entity_is(q, by, "AGENT_BASED") &&
                 lookup_mentions(q, FIELD_CONTACT_SERVICE_QUEUE_AGENTS, entity_id(user));
        skill += skilled && entity_is(q, by, "SKILL_BASED") &&
                 skills_match_queue(view, &profile, &dynamic, q, a, &match) == ERR_OK &&
                 match.profile && match.dynamic;
    }
    json_object_begin(w);
    json_member_i64(w, "teamBased", team);
    json_member_i64(w, "skillBased", skill);
    json_member_i64(w, "agentBased", agent);
    json_object_end(w);
}

/* The new members as an object of their own; its inside is then joined to the user's. */
static struct slice members(const struct catalog_view *view, const struct entity *user,
                            unsigned extras, struct arena *a)
{
    const struct entity *profile =
        view_get(view, RESOURCE_USER_PROFILE, entity_ref(user, FIELD_USER_USER_PROFILE_ID));
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, a);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    if (profile && (extras & USER_PROFILE_TYPE))
        json_member_raw(&w, "userProfileType",
                        entity_raw(profile, FIELD_USER_PROFILE_PROFILE_TYPE));
    if (profile && (extras & USER_PROFILE_DATA)) {
        json_key(&w, "userProfileData");
        put_old_profile(&w, view, profile);
    }
    if (profile && (extras & USER_GRANULAR_DATA)) {
        json_key(&w, "userProfileGranularAccessData");
        put_profile(&w, view, profile, extras & USER_COLLECTIONS);
    }
    if (extras & USER_QUEUE_COUNTS) {
        json_key(&w, "queuesCount");
        put_counts(&w, view, user, a);
    }
    json_object_end(&w);
    return buf_failed(&out) ? (struct slice){ NULL, 0 } : buf_slice(&out);
}

struct slice user_with(const struct catalog_view *view, const struct entity *user, unsigned extras,
                       struct arena *a)
{
    struct slice json = view_served(view, user, a);
    struct slice more = extras ? members(view, user, extras, a) : SLICE("{}");
    return joined(json, more, a);
}
