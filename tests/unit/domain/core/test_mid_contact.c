/* needs: domain/core store/memory */
/* What becomes of a contact when something it depends on is switched off, changed or deleted in the
 * middle of it: every kind of entity in every state of a contact. Nothing is lost, the simulator's
 * invariants hold after each step and after a restart, and the contact comes to its end. */
#include <criterion/criterion.h>

#include "domain/agent/commands.h"
#include "domain/core/centre.h"
#include "domain/event/event.h"
#include "domain/task/commands.h"
#include "sim/invariants.h"
#include "unit/domain/catalog/kit.h"

static struct kit k;
static struct config_view view;
static struct uuid queue, entry, user, skill_profile, multimedia, code, other_code, task;
static unsigned ended;

/* With the id in the place of each #. */
static const char *with_id(const char *form, struct uuid id)
{
    static char body[4096];
    char text[UUID_TEXT_LEN + 1], *to = body;
    uuid_format(id, text);
    for (; *form; form++)
        to += snprintf(to, sizeof body - (size_t)(to - body), "%.*s",
                       *form == '#' ? UUID_TEXT_LEN : 1, *form == '#' ? text : form);
    return kit_text(&k, body);
}

static struct centre *centre(void)
{
    return centre_find(centres_of(k.world), k.org);
}

static enum err run(command_fn *command, const void *args)
{
    enum err err = kit_run(&k, command, args);
    const char *wrong = centre() ? check_centre(centre()) : NULL;
    cr_assert_null(wrong, "%s", wrong);
    for (size_t i = 0; i < k.fx.event_count; i++)
        ended += k.fx.events[i].type == EVENT_TASK_ENDED;
    return err;
}

static enum err edit(enum resource r, struct uuid id, const char *body)
{
    return run(
        catalog_update,
        &(struct catalog_change){
            .org = k.org, .resource = r, .id = id, .body = slice_of(body), .partial = true });
}

static enum err delete_entity(enum resource r, struct uuid id)
{
    return run(catalog_delete, &(struct catalog_change){ .org = k.org, .resource = r, .id = id });
}

static void attach(void)
{
    view = config_catalog(k.catalog);
    cr_assert_eq(centre_attach(k.world, &view, NULL), ERR_OK);
}

static void make_staff(void)
{
    struct uuid skill = kit_made(&k, RESOURCE_SKILL,
                                 "{\"name\":\"Knots\",\"serviceLevelThreshold\":20,\"active\":true,"
                                 "\"skillType\":\"PROFICIENCY\"}");
    skill_profile = kit_made(&k, RESOURCE_SKILL_PROFILE,
                             with_id("{\"name\":\"Bosun\",\"activeSkills\":[{\"skillId\":\"#\","
                                     "\"proficiencyValue\":8}]}",
                                     skill));
    multimedia = kit_made(&k, RESOURCE_MULTIMEDIA_PROFILE,
                          "{\"name\":\"Chats\",\"active\":true,\"chat\":2,\"email\":0,\"social\":0,"
                          "\"telephony\":0,\"blendingModeEnabled\":true,\"blendingMode\":"
                          "\"BLENDED\",\"manuallyAssignable\":{\"chat\":0,\"email\":0,"
                          "\"telephony\":0,\"social\":0}}");
    char m[UUID_TEXT_LEN + 1], body[1024];
    uuid_format(multimedia, m);
    snprintf(body, sizeof body,
             "{" USER_BODY ",\"email\":\"ada@x.org\",\"siteId\":\"$s\",\"teamIds\":[\"$t\"],"
             "\"skillProfileId\":\"#\",\"multimediaProfileId\":\"%s\"}",
             m);
    user = kit_made(&k, RESOURCE_USER, with_id(body, skill_profile));
    queue = kit_made(
        &k, RESOURCE_CONTACT_SERVICE_QUEUE,
        with_id("{\"name\":\"Chats\",\"queueType\":\"INBOUND\",\"channelType\":\"CHAT\","
                "\"active\":true,\"routingType\":\"SKILLS_BASED\",\"skillBasedRoutingType\":"
                "\"BEST_AVAILABLE_AGENT\",\"serviceLevelThreshold\":20,\"maxActiveContacts\":9,"
                "\"maxTimeInQueue\":0,\"queueSkillRequirements\":[{\"skillId\":\"#\","
                "\"condition\":\"GTE\",\"skillValue\":\"5\"}],\"callDistributionGroups\":"
                "[{\"order\":1,\"agentGroups\":[{\"teamId\":\"$t\"}]}]}",
                skill));
    entry = kit_made(&k, RESOURCE_ENTRY_POINT,
                     with_id("{\"name\":\"Web\",\"entryPointType\":\"INBOUND\",\"channelType\":"
                             "\"CHAT\",\"active\":true,\"serviceLevelThreshold\":20,"
                             "\"maximumActiveContacts\":9,\"defaultQueueId\":\"#\"}",
                             queue));
}

static void open_house(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
    attach();
    make_staff();
    struct uuid type = kit_default(&k, RESOURCE_WORK_TYPE, FIELD_WORK_TYPE_NAME, "Wrap-Up Codes");
    static const char solved[] = "{\"name\":\"Solved\",\"active\":true,\"defaultCode\":false,"
                                 "\"workTypeId\":\"#\",\"workTypeCode\":\"WRAP_UP_CODE\"}";
    static const char done[] = "{\"name\":\"Done\",\"active\":true,\"defaultCode\":false,"
                               "\"workTypeId\":\"#\",\"workTypeCode\":\"WRAP_UP_CODE\"}";
    code = kit_made(&k, RESOURCE_AUXILIARY_CODE, with_id(solved, type));
    other_code = kit_made(&k, RESOURCE_AUXILIARY_CODE, with_id(done, type));
    ended = 0;
}

static void close_house(void)
{
    kit_stop(&k, true);
}

TestSuite(mid_contact, .init = open_house, .fini = close_house);

/* The process ends and another begins from the rows. */
static void restart(void)
{
    struct store *store = k.store;
    struct kit was = k;
    kit_stop(&k, false);
    k = (struct kit){ .store = store, .now_ms = was.now_ms };
    k.arena = arena_new(64 << 20);
    k.world = world_new(&(struct world_options){ .seed = 8, .now_ms = k.now_ms });
    k.catalog = catalog_new();
    catalog_attach(k.world, k.catalog);
    attach();
    cr_assert_eq(world_load(k.world, k.store), ERR_OK);
    k.org = was.org;
    k.multimedia = was.multimedia;
    k.site = was.site;
    k.team = was.team;
    k.profile = was.profile;
}

static enum task_state state(void)
{
    const struct task *t = centre() ? task_find(centre(), task) : NULL;
    return t ? t->s.state : TASK_ENDED;
}

static enum err act(command_fn *command)
{
    struct task_call call = { .org = k.org, .task = task, .user = user };
    return run(command, &call);
}

static enum err wrap_up(struct uuid with)
{
    struct task_wrapup_args in = { .call = { .org = k.org, .task = task, .user = user },
                                   .code = with };
    return run(task_wrapup, &in);
}

static enum err arrive(void)
{
    struct task_create_args in = {
        .org = k.org, .channel = CHANNEL_CHAT, .entry_point = entry, .from = SLICE("g@x.org")
    };
    enum err err = run(task_create, &in);
    if (err == ERR_OK)
        cr_assert(uuid_parse(slice_sub(k.fx.result, 11, 11 + UUID_TEXT_LEN), &task));
    return err;
}

static void login(void)
{
    struct agent_call call = { k.org, user, SLICE("") };
    struct agent_login_args in = { .call = call,
                                   .as_agent = true,
                                   .team = k.team,
                                   .dial_number = SLICE("1001"),
                                   .device_type = DEVICE_EXTENSION };
    struct agent_set_state_args ready = { .call = call, .state = AGENT_AVAILABLE };
    cr_assert_eq(run(agent_login, &in), ERR_OK);
    cr_assert_eq(run(agent_set_state, &ready), ERR_OK);
}

static void reach(enum task_state wanted)
{
    if (wanted != TASK_PARKED)
        login();
    cr_assert_eq(arrive(), ERR_OK);
    if (wanted > TASK_OFFERED)
        cr_assert_eq(act(task_accept), ERR_OK);
    if (wanted == TASK_WRAPUP)
        cr_assert_eq(act(task_end), ERR_OK);
    cr_assert_eq(state(), wanted);
}

/* To the end of the contact, which comes once; the agent is free or gone. */
static void finish(void)
{
    restart();
    if (state() == TASK_PARKED)
        cr_assert_eq(act(task_hangup), ERR_OK);
    if (state() == TASK_OFFERED)
        cr_assert_eq(act(task_accept), ERR_OK);
    if (state() == TASK_CONNECTED)
        cr_assert_eq(act(task_end), ERR_OK);
    if (state() == TASK_WRAPUP)
        cr_assert_eq(wrap_up(other_code), ERR_OK);
    cr_assert_eq(state(), TASK_ENDED);
    cr_assert_eq(ended, 1, "ended %u times", ended);
    const struct agent *a = centre() ? agent_find(centre(), user) : NULL;
    cr_assert(!a || a->engaged == 0);
}

static const enum task_state states[] = { TASK_PARKED, TASK_OFFERED, TASK_CONNECTED, TASK_WRAPUP };

/* Every state; after `change` the contact is in the state of `then`. */
static void in_every_state(void (*change)(void), const enum task_state then[4])
{
    for (int i = 0; i < 4; i++) {
        if (i > 0) {
            close_house();
            open_house();
        }
        reach(states[i]);
        change();
        cr_assert_eq(state(), then[i], "from %d to %d", (int)states[i], (int)state());
        finish();
    }
}

static const char off[] = "{\"active\":false}";

static void entry_point_off(void)
{
    struct uuid same = task;
    cr_assert_eq(edit(RESOURCE_ENTRY_POINT, entry, off), ERR_OK);
    cr_assert_eq(arrive(), ERR_INVALID_FIELD);
    task = same;
}

Test(mid_contact, entry_point_off)
{
    in_every_state(entry_point_off, states);
}

static void entry_point_deleted(void)
{
    struct uuid same = task;
    cr_assert_eq(delete_entity(RESOURCE_ENTRY_POINT, entry), ERR_OK);
    cr_assert_eq(arrive(), ERR_INVALID_FIELD);
    task = same;
}

Test(mid_contact, entry_point_deleted)
{
    in_every_state(entry_point_deleted, states);
}

static void queue_off(void)
{
    cr_assert_eq(edit(RESOURCE_CONTACT_SERVICE_QUEUE, queue, off), ERR_OK);
}

Test(mid_contact, queue_off)
{
    in_every_state(queue_off, states);
}

static void queue_deleted(void)
{
    cr_assert_eq(delete_entity(RESOURCE_CONTACT_SERVICE_QUEUE, queue), ERR_REFERENCED);
    cr_assert_eq(delete_entity(RESOURCE_ENTRY_POINT, entry), ERR_OK);
    cr_assert_eq(delete_entity(RESOURCE_CONTACT_SERVICE_QUEUE, queue), ERR_OK, "%.*s",
                 SLICE_ARG(k.fx.detail));
}

Test(mid_contact, queue_deleted)
{
    in_every_state(queue_deleted, states);
}

Test(mid_contact, an_offer_that_fails_after_its_queue_is_gone_waits)
{
    reach(TASK_OFFERED);
    queue_deleted();
    cr_assert_eq(act(task_reject), ERR_OK);
    cr_assert_eq(state(), TASK_PARKED);
    finish();
}

static void team_off(void)
{
    cr_assert_eq(delete_entity(RESOURCE_TEAM, k.team), ERR_REFERENCED);
    cr_assert_eq(edit(RESOURCE_TEAM, k.team, off), ERR_OK);
}

Test(mid_contact, team_off)
{
    in_every_state(team_off, states);
}

Test(mid_contact, a_team_that_is_off_gets_nothing_more_and_again_when_it_is_on)
{
    login();
    team_off();
    cr_assert_eq(arrive(), ERR_OK);
    cr_assert_eq(state(), TASK_PARKED);
    cr_assert_eq(edit(RESOURCE_TEAM, k.team, "{\"active\":true}"), ERR_OK);
    cr_assert_eq(state(), TASK_OFFERED);
    finish();
}

static void team_deleted(void)
{
    cr_assert_eq(edit(RESOURCE_USER, user, "{\"teamIds\":[]}"), ERR_OK);
    cr_assert_eq(edit(RESOURCE_CONTACT_SERVICE_QUEUE, queue, "{\"callDistributionGroups\":[]}"),
                 ERR_OK);
    cr_assert_eq(delete_entity(RESOURCE_TEAM, k.team), ERR_OK, "%.*s", SLICE_ARG(k.fx.detail));
}

Test(mid_contact, team_deleted)
{
    in_every_state(team_deleted, states);
}

/* An offer goes back; a talk goes on; wrap-up is skipped. */
static const enum task_state user_gone[4] = { TASK_PARKED, TASK_PARKED, TASK_CONNECTED,
                                              TASK_ENDED };

static void user_off(void)
{
    cr_assert_eq(edit(RESOURCE_USER, user, off), ERR_OK);
}

Test(mid_contact, user_off)
{
    in_every_state(user_off, user_gone);
}

static void user_deleted(void)
{
    cr_assert_eq(delete_entity(RESOURCE_USER, user), ERR_OK, "%.*s", SLICE_ARG(k.fx.detail));
}

Test(mid_contact, user_deleted)
{
    in_every_state(user_deleted, user_gone);
}

static void skills_taken(void)
{
    cr_assert_eq(delete_entity(RESOURCE_SKILL_PROFILE, skill_profile), ERR_REFERENCED);
    cr_assert_eq(edit(RESOURCE_USER, user, "{\"skillProfileId\":null}"), ERR_OK);
    cr_assert_eq(delete_entity(RESOURCE_SKILL_PROFILE, skill_profile), ERR_OK, "%.*s",
                 SLICE_ARG(k.fx.detail));
}

Test(mid_contact, skill_profile_deleted)
{
    in_every_state(skills_taken, states);
}

static void units_taken(void)
{
    cr_assert_eq(delete_entity(RESOURCE_MULTIMEDIA_PROFILE, multimedia), ERR_REFERENCED);
    cr_assert_eq(edit(RESOURCE_MULTIMEDIA_PROFILE, multimedia, "{\"chat\":0}"), ERR_OK, "%.*s",
                 SLICE_ARG(k.fx.detail));
}

Test(mid_contact, multimedia_profile_without_units)
{
    in_every_state(units_taken, states);
}

static void units_off(void)
{
    cr_assert_eq(edit(RESOURCE_MULTIMEDIA_PROFILE, multimedia, off), ERR_OK);
    cr_assert_eq(edit(RESOURCE_USER, user, "{\"multimediaProfileId\":null}"), ERR_OK);
    cr_assert_eq(delete_entity(RESOURCE_MULTIMEDIA_PROFILE, multimedia), ERR_OK, "%.*s",
                 SLICE_ARG(k.fx.detail));
}

Test(mid_contact, multimedia_profile_off_and_deleted)
{
    in_every_state(units_off, states);
}

Test(mid_contact, the_next_profile_counts_when_one_is_off)
{
    login();
    const struct agent *a = agent_find(centre(), user);
    cr_assert_eq(a->units[CHANNEL_CHAT], 2);
    cr_assert_eq(a->units[CHANNEL_TELEPHONY], 0);
    cr_assert_eq(edit(RESOURCE_MULTIMEDIA_PROFILE, multimedia, off), ERR_OK);
    cr_assert_eq(a->units[CHANNEL_CHAT], 3, "the site's");
    cr_assert_eq(a->units[CHANNEL_TELEPHONY], 1);
    cr_assert(uuid_eq(a->s.multimedia_profile_id, k.multimedia));
}

static void code_off(void)
{
    cr_assert_eq(edit(RESOURCE_AUXILIARY_CODE, code, off), ERR_OK);
    if (state() == TASK_WRAPUP)
        cr_assert_eq(wrap_up(code), ERR_INVALID_FIELD);
}

Test(mid_contact, auxiliary_code_off)
{
    in_every_state(code_off, states);
}

static void code_deleted(void)
{
    cr_assert_eq(delete_entity(RESOURCE_AUXILIARY_CODE, code), ERR_OK, "%.*s",
                 SLICE_ARG(k.fx.detail));
    if (state() == TASK_WRAPUP)
        cr_assert_eq(wrap_up(code), ERR_INVALID_FIELD);
}

Test(mid_contact, auxiliary_code_deleted)
{
    in_every_state(code_deleted, states);
}

Test(mid_contact, an_idle_code_that_is_off_stays_with_who_has_it)
{
    struct uuid type = kit_default(&k, RESOURCE_WORK_TYPE, FIELD_WORK_TYPE_NAME, "Idle Codes");
    struct uuid tea = kit_made(&k, RESOURCE_AUXILIARY_CODE,
                               with_id("{\"name\":\"Tea\",\"active\":true,\"defaultCode\":false,"
                                       "\"workTypeId\":\"#\",\"workTypeCode\":\"IDLE_CODE\"}",
                                       type));
    struct agent_set_state_args idle = { .call = { k.org, user, SLICE("") },
                                         .state = AGENT_IDLE,
                                         .idle_code = tea };
    login();
    cr_assert_eq(run(agent_set_state, &idle), ERR_OK);
    cr_assert_eq(edit(RESOURCE_AUXILIARY_CODE, tea, off), ERR_OK);
    cr_assert(slice_is(agent_find(centre(), user)->s.idle_code_name, "Tea"));
    cr_assert_eq(run(agent_set_state, &idle), ERR_INVALID_FIELD);
}

static void site_off(void)
{
    cr_assert_eq(delete_entity(RESOURCE_SITE, k.site), ERR_REFERENCED);
    cr_assert_eq(edit(RESOURCE_SITE, k.site, off), ERR_OK, "%.*s", SLICE_ARG(k.fx.detail));
}

Test(mid_contact, site_off)
{
    in_every_state(site_off, states);
}
