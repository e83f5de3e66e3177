#include "api/config/user_extras.h"

#include "api/config/asked.h"
#include "api/config/lookup.h"
#include "base/arena.h"
#include "domain/catalog/schema.h"

unsigned user_extras_asked(struct http_request *req, bool granular)
{
    unsigned extras = 0;
    if (query_is_on(req, "includeUserProfile"))
        extras |= granular ? USER_GRANULAR_DATA : USER_PROFILE_DATA;
    if (query_is_on(req, "includeUserProfileType"))
        extras |= USER_PROFILE_TYPE;
    if (query_is_on(req, "includeCount"))
        extras |= USER_QUEUE_COUNTS;
    return extras;
}

/* The form of a profile before permissions and collections: one level for all of each kind. */
static void put_old_profile(struct json_writer *w, const struct entity *profile)
{
    static const char *const kinds[] = { "accessAllEntryPoints", "accessAllSites",
                                         "accessAllQueues", "accessAllTeams" };
    static const enum field same[] = { FIELD_USER_PROFILE_NAME,
                                       FIELD_USER_PROFILE_DESCRIPTION,
                                       FIELD_USER_PROFILE_PROFILE_TYPE,
                                       FIELD_USER_PROFILE_ACTIVE,
                                       FIELD_USER_PROFILE_EDITABLE_FOLDER_IDS,
                                       FIELD_USER_PROFILE_VIEWABLE_FOLDER_IDS,
                                       FIELD_USER_PROFILE_NON_VIEWABLE_FOLDER_IDS,
                                       FIELD_USER_PROFILE_SYSTEM_DEFAULT };
    json_object_begin(w);
    lookup_put_head(profile, w);
    for (unsigned i = 0; i < sizeof same / sizeof *same; i++)
        lookup_put(profile, w, same[i]);
    json_member_raw(w, "accessAllModules",
                    entity_raw(profile, FIELD_USER_PROFILE_PERMISSION_ACCESS_LEVEL));
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        json_member_raw(w, kinds[i], entity_raw(profile, FIELD_USER_PROFILE_RESOURCE_ACCESS_LEVEL));
    lookup_put_tail(profile, w);
    json_object_end(w);
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
                 skills_match_queue(&profile, &dynamic, q, a, &match) == ERR_OK && match.profile &&
                 match.dynamic;
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
        put_old_profile(&w, profile);
    }
    if (profile && (extras & USER_GRANULAR_DATA))
        json_member_raw(&w, "userProfileGranularAccessData", entity_json(profile));
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
