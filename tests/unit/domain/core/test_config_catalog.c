/* needs: domain/core store/memory */
/* The contact centre over the real catalogue: what routing asks is what the entities say. */
#include <criterion/criterion.h>

#include "domain/agent/commands.h"
#include "domain/core/centre.h"
#include "domain/event/event.h"
#include "domain/task/commands.h"
#include "unit/domain/catalog/kit.h"

static struct kit k;
static struct config_view view;
static struct uuid queue, entry, user;

#define QUEUE_BODY(teams)                                                                     \
    "{\"name\":\"Chats\",\"queueType\":\"INBOUND\",\"channelType\":\"CHAT\",\"active\":true," \
    "\"routingType\":\"LONGEST_AVAILABLE_AGENT\",\"queueRoutingType\":\"TEAM_BASED\","        \
    "\"checkAgentAvailability\":false,\"serviceLevelThreshold\":20,\"maxActiveContacts\":9,"  \
    "\"maxTimeInQueue\":60,\"timezone\":\"UTC\","                                             \
    "\"defaultMusicInQueueMediaFileId\":\"m.wav\",\"callDistributionGroups\":" teams "}"
#define ONE_TEAM "[{\"order\":1,\"duration\":0,\"agentGroups\":[{\"teamId\":\"$t\"}]}]"

static void start(void)
{
    char id[UUID_TEXT_LEN + 1], body[512];
    kit_start(&k, NULL);
    kit_fill(&k);
    queue = kit_made(&k, RESOURCE_CONTACT_SERVICE_QUEUE, kit_text(&k, QUEUE_BODY("[]")));
    uuid_format(queue, id);
    snprintf(body, sizeof body,
             "{\"name\":\"Web\",\"entryPointType\":\"INBOUND\",\"channelType\":\"CHAT\","
             "\"active\":true,\"serviceLevelThreshold\":20,\"maximumActiveContacts\":9,"
             "\"defaultQueueId\":\"%s\"}",
             id);
    entry = kit_made(&k, RESOURCE_ENTRY_POINT, body);
    user =
        kit_made(&k, RESOURCE_USER,
                 kit_text(&k, "{" USER_BODY
                              ",\"email\":\"ada@x.org\",\"siteId\":\"$s\",\"teamIds\":[\"$t\"]}"));
    view = config_catalog(k.catalog);
    cr_assert_eq(centre_attach(k.world, &view, NULL), ERR_OK);
}

static void stop(void)
{
    kit_stop(&k, true);
}

TestSuite(config_catalog, .init = start, .fini = stop);

Test(config_catalog, entities_are_seen_as_routing_needs_them)
{
    struct config_entry_point ep;
    struct config_queue q;
    struct config_team t;
    struct config_user u;
    struct config_capacity c;
    cr_assert(view.ops->entry_point(view.ctx, k.org, entry, &ep));
    cr_assert_eq(ep.channel, CHANNEL_CHAT);
    cr_assert(uuid_eq(ep.default_queue, queue));
    cr_assert(view.ops->queue(view.ctx, k.org, queue, &q));
    cr_assert_eq(q.service_level_ms, 20000);
    cr_assert_eq(q.max_wait_ms, 60000);
    cr_assert(slice_is(q.name, "Chats"));
    cr_assert(view.ops->team(view.ctx, k.org, k.team, &t));
    cr_assert(slice_is(t.site_name, "Berlin"));
    cr_assert(view.ops->user(view.ctx, k.org, user, &u));
    cr_assert(slice_is(u.name, "Ada Byron"));
    cr_assert(slice_is(u.sign_in, "ada@x.org"));
    cr_assert(view.ops->user_in_team(view.ctx, k.org, user, k.team));
    cr_assert_not(view.ops->user_in_team(view.ctx, k.org, user, k.site));
    cr_assert(view.ops->capacity(view.ctx, k.org, user, k.team, &c));
    cr_assert_eq(c.units[CHANNEL_CHAT], 3);
    cr_assert_eq(c.units[CHANNEL_TELEPHONY], 1);
    cr_assert_not(view.ops->queue(view.ctx, k.org, user, &q));
    cr_assert_not(view.ops->queue(view.ctx, queue, queue, &q), "another organisation");
}

Test(config_catalog, system_codes_are_found)
{
    struct config_aux_code code;
    cr_assert(view.ops->default_idle_code(view.ctx, k.org, &code));
    cr_assert(slice_is(code.name, "Meeting") && code.is_idle);
    cr_assert(view.ops->rona_code(view.ctx, k.org, &code));
    cr_assert(slice_is(code.name, "RONA"));
    cr_assert(view.ops->aux_code(view.ctx, k.org, code.id, &code));
}

static bool heard(enum event_type type)
{
    for (size_t i = 0; i < k.fx.event_count; i++)
        if (k.fx.events[i].type == type)
            return true;
    return false;
}

Test(config_catalog, a_team_added_to_a_queue_gets_its_waiting_contact)
{
    struct agent_call call = { k.org, user, SLICE("") };
    struct agent_login_args login = { .call = call,
                                      .as_agent = true,
                                      .team = k.team,
                                      .dial_number = SLICE("1001"),
                                      .device_type = DEVICE_EXTENSION };
    struct agent_set_state_args ready = { .call = call, .state = AGENT_AVAILABLE };
    struct task_create_args create = {
        .org = k.org, .channel = CHANNEL_CHAT, .entry_point = entry, .from = SLICE("grace@x.org")
    };
    cr_assert_eq(kit_run(&k, agent_login, &login), ERR_OK);
    cr_assert_eq(kit_run(&k, agent_set_state, &ready), ERR_OK);
    cr_assert_eq(kit_run(&k, task_create, &create), ERR_OK);
    cr_assert(heard(EVENT_TASK_PARKED));
    cr_assert_not(heard(EVENT_TASK_CONNECT));
    char id[UUID_TEXT_LEN + 1], body[2048];
    uuid_format(queue, id);
    snprintf(body, sizeof body, "{\"id\":\"%s\",%s", id, kit_text(&k, QUEUE_BODY(ONE_TEAM)) + 1);
    enum err err = kit_update(&k, RESOURCE_CONTACT_SERVICE_QUEUE, queue, body);
    cr_assert_eq(err, ERR_OK, "%.*s", SLICE_ARG(k.fx.detail));
    cr_assert(heard(EVENT_TASK_CONNECT));
}

static void note_time(void *arg, const struct config_routing *r)
{
    int64_t *after = arg;
    for (size_t i = 0; i < r->team_count; i++)
        *(uuid_eq(r->queue, queue) && uuid_eq(r->teams[i].team, k.team) ? &after[0] : &after[1]) =
            r->teams[i].after_ms;
}

/* Sales comes second, though it stands first and names a shorter time. */
#define TWO_GROUPS                                                          \
    "[{\"order\":2,\"duration\":10,\"agentGroups\":[{\"teamId\":\"$t\"}]}," \
    "{\"order\":1,\"duration\":25,\"agentGroups\":[]}]"

Test(config_catalog, groups_come_in_their_order)
{
    char id[UUID_TEXT_LEN + 1], body[2048];
    int64_t after[2] = { -1, -1 };
    uuid_format(queue, id);
    snprintf(body, sizeof body, "{\"id\":\"%s\",%s", id, kit_text(&k, QUEUE_BODY(TWO_GROUPS)) + 1);
    cr_assert_eq(kit_update(&k, RESOURCE_CONTACT_SERVICE_QUEUE, queue, body), ERR_OK, "%.*s",
                 SLICE_ARG(k.fx.detail));
    view.ops->each_routing(view.ctx, k.org, note_time, after);
    cr_assert_eq(after[0], 25000, "not sooner than the group before it: %lld", (long long)after[0]);
    cr_assert_eq(after[1], -1);
}
