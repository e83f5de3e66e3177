/* needs: domain/core store/memory */
/* Whom a queue's contacts are offered to: teams, skills, named agents, each strategy; and that a
 * change of any of it counts for who waits already. */
#include <criterion/criterion.h>

#include "domain/routing/routes.h"
#include "sim/bed.h"

static struct bed b;

static void open_bed(void)
{
    bed_init(&b, 4);
}

static void close_bed(void)
{
    bed_release(&b);
}

TestSuite(staff, .init = open_bed, .fini = close_bed);

enum { NOBODY = 99 };

static unsigned owner(void)
{
    const struct task *t = bed_task(&b);
    return t->s.state == TASK_OFFERED ? t->s.agent_id.bytes[15] : NOBODY;
}

/* Who is offered the next contact. It is left to them: the capacity is large. */
static unsigned next(void)
{
    cr_assert_eq(bed_arrive(&b, CHANNEL_CHAT), ERR_OK);
    return owner();
}

static void all_ready(void)
{
    b.config.capacity[0].units[CHANNEL_CHAT] = 9;
    for (unsigned i = 0; i < b.config.users; i++) {
        bed_ready(&b, i);
        bed_wait(&b, 10);
    }
}

static void ask(enum skill_condition condition, int64_t level)
{
    b.config.ask[CHANNEL_CHAT][b.config.asks[CHANNEL_CHAT]++] = (struct skill_ask){
        .skill = table_skill(0), .condition = condition, .level = level, .weight = 1
    };
}

static enum err changed(struct world *w, const void *args, struct effects *fx)
{
    (void)args;
    (void)fx;
    world_config_changed(w, b.config.org);
    return ERR_OK;
}

static void tell(void)
{
    cr_assert_eq(bed_run(&b, changed, NULL), ERR_OK);
}

Test(staff, only_the_skilled_are_offered_a_contact)
{
    ask(SKILL_GTE, 5);
    b.config.level[2][0] = 5; /* of users 2 and 3 */
    all_ready();
    cr_assert_eq(next(), 2);
    b.config.level[2][0] = 4;
    tell();
    cr_assert_eq(next(), NOBODY);
    b.config.given[1][0] = 9;
    tell();
    cr_assert_eq(owner(), 1, "who waits is offered at once");
    b.config.given[1][0] = -1;
    tell();
    cr_assert_eq(owner(), 1, "an offer stands");
    cr_assert_eq(next(), NOBODY);
    b.config.asks[CHANNEL_CHAT] = 0;
    tell();
    cr_assert_eq(owner(), 0);
}

Test(staff, a_dynamic_requirement_asks_for_what_was_given)
{
    ask(SKILL_IS, 7);
    b.config.ask[CHANNEL_CHAT][0].dynamic = true;
    b.config.level[0][0] = 7;
    b.config.given[3][0] = 7;
    all_ready();
    cr_assert_eq(next(), 3);
}

Test(staff, skilled_of_every_team)
{
    b.config.staffing[CHANNEL_CHAT] = STAFF_SKILLED;
    b.config.serves[CHANNEL_CHAT] = 0;
    ask(SKILL_IS_NOT, 3);
    b.config.level[0][0] = 3;
    all_ready();
    cr_assert_eq(next(), 2);
    b.config.team[0].active = false;
    tell();
    cr_assert_eq(next(), 2, "its team does not matter");
}

Test(staff, named_agents_in_their_order)
{
    b.config.staffing[CHANNEL_CHAT] = STAFF_AGENTS;
    b.config.agents[CHANNEL_CHAT] = 1 << 1 | 1 << 2; /* 2 stands before 1 */
    all_ready();
    cr_assert_eq(next(), 1, "the longest available one");
    b.config.strategy[CHANNEL_CHAT] = "LINEAR";
    tell();
    cr_assert_eq(next(), 2);
    cr_assert_eq(next(), 2);
    bed_state(&b, 2, AGENT_IDLE);
    cr_assert_eq(next(), 1);
    b.config.agents[CHANNEL_CHAT] = 1 << 3;
    tell();
    cr_assert_eq(next(), 3);
}

Test(staff, the_best_available)
{
    b.config.strategy[CHANNEL_CHAT] = "BEST_AVAILABLE_AGENT";
    ask(SKILL_GTE, 1);
    b.config.level[0][0] = 5;
    b.config.level[2][0] = 8;
    all_ready();
    cr_assert_eq(next(), 2, "8 is more, and 2 waits longer than 3");
    bed_state(&b, 2, AGENT_IDLE);
    bed_state(&b, 3, AGENT_IDLE);
    cr_assert_eq(next(), 0);
    b.config.given[1][0] = 6; /* more than the profile that 0 and 1 have says */
    tell();
    cr_assert_eq(next(), 1);
    b.config.given[1][0] = 4;
    tell();
    cr_assert_eq(next(), 0, "less than it says");
}

Test(staff, a_waiting_contact_goes_to_the_best_when_a_change_lets_many_take_it)
{
    b.config.strategy[CHANNEL_CHAT] = "BEST_AVAILABLE_AGENT";
    ask(SKILL_GTE, 9);
    b.config.level[0][0] = 5;
    b.config.level[2][0] = 8;
    all_ready();
    cr_assert_eq(next(), NOBODY);
    b.config.ask[CHANNEL_CHAT][0].level = 2;
    tell();
    cr_assert_eq(owner(), 2, "though 0 has been available longer");
}

Test(staff, circular_takes_turns)
{
    b.config.strategy[CHANNEL_CHAT] = "CIRCULAR";
    all_ready();
    for (unsigned i = 0; i < 6; i++)
        cr_assert_eq(next(), i % 4);
    bed_state(&b, 2, AGENT_IDLE);
    cr_assert_eq(next(), 3, "one who is away is passed over");
    bed_state(&b, 2, AGENT_AVAILABLE);
    cr_assert_eq(next(), 0);
    cr_assert_eq(next(), 1);
    cr_assert_eq(next(), 2);
    tell();
    cr_assert_eq(next(), 3, "a change of something else does not disturb");
}

Test(staff, linear_begins_with_the_first_team)
{
    b.config.strategy[CHANNEL_CHAT] = "LINEAR";
    b.config.serves[CHANNEL_CHAT] = 3;
    b.config.member[0] = 2;
    b.config.capacity[0].units[CHANNEL_CHAT] = 1;
    struct agent_login_args in = { .call = bed_call(&b, 0),
                                   .as_agent = true,
                                   .team = b.config.team[1].id,
                                   .dial_number = SLICE("1000"),
                                   .device_type = DEVICE_EXTENSION };
    cr_assert_eq(bed_run(&b, agent_login, &in), ERR_OK);
    bed_state(&b, 0, AGENT_AVAILABLE);
    bed_wait(&b, 10);
    bed_ready(&b, 3);
    cr_assert_eq(next(), 3);
    cr_assert_eq(next(), 0);
}

Test(staff, queues_that_want_the_same_share_a_pool_and_others_do_not)
{
    b.config.channel[0] = b.config.channel[2] = CHANNEL_CHAT;
    all_ready();
    cr_assert_eq(bed_agent(&b, 0)->seat_count, 2, "queues 0 to 2, and 3");
    ask(SKILL_IS_NOT, 1);
    tell();
    cr_assert_eq(bed_agent(&b, 0)->seat_count, 3);
    b.config.strategy[2] = "LINEAR";
    tell();
    cr_assert_eq(bed_agent(&b, 0)->seat_count, 4);
}

Test(staff, a_pool_is_not_shared_with_who_asks_for_more)
{
    b.config.channel[2] = CHANNEL_CHAT;
    b.config.level[0][0] = 5;
    ask(SKILL_GTE, 5);
    b.config.ask[2][0] = b.config.ask[CHANNEL_CHAT][0];
    b.config.ask[2][0].level = 6;
    b.config.asks[2] = 1;
    all_ready();
    cr_assert_eq(next(), 0);
    struct task_create_args in = { .org = b.config.org,
                                   .channel = CHANNEL_CHAT,
                                   .entry_point = b.config.entry[2].id,
                                   .from = SLICE("x") };
    cr_assert_eq(bed_run(&b, task_create, &in), ERR_OK);
    cr_assert(bed_heard(&b, EVENT_TASK_PARKED) && !bed_heard(&b, EVENT_TASK_CONNECT));
}

static enum err user_changed(struct world *w, const void *args, struct effects *fx)
{
    (void)fx;
    world_user_changed(w, b.config.org, b.config.user[*(const unsigned *)args].id);
    return ERR_OK;
}

Test(staff, a_change_of_one_user_seats_that_one_anew)
{
    ask(SKILL_GTE, 5);
    all_ready();
    cr_assert_eq(next(), NOBODY);
    uint64_t routes = bed_centre(&b)->routes_number;
    const unsigned who = 2;
    b.config.given[who][0] = 9;
    cr_assert_eq(bed_run(&b, user_changed, &who), ERR_OK);
    cr_assert_eq(owner(), who);
    b.config.given[who][0] = -1;
    cr_assert_eq(bed_run(&b, user_changed, &who), ERR_OK);
    cr_assert_eq(next(), NOBODY);
    cr_assert_eq(bed_centre(&b)->routes_number, routes, "nobody else was looked at");
    const unsigned stranger = 63; /* no such user is logged in */
    cr_assert_eq(bed_run(&b, user_changed, &stranger), ERR_OK);
}

Test(staff, a_team_serves_the_queues_it_ranks_first)
{
    b.config.channel[2] = b.config.channel[3] = CHANNEL_CHAT;
    b.config.capacity[0].units[CHANNEL_CHAT] = 1;
    struct uuid ids[3];
    for (unsigned i = 0; i < 3; i++) {
        struct task_create_args in = { .org = b.config.org,
                                       .channel = CHANNEL_CHAT,
                                       .entry_point = b.config.entry[1 + i].id,
                                       .from = SLICE("x") };
        cr_assert_eq(bed_run(&b, task_create, &in), ERR_OK);
        cr_assert(uuid_parse(slice_sub(b.fx.result, 11, 11 + UUID_TEXT_LEN), &ids[i]));
    }
    b.config.rank[3] = 1; /* the one that came last */
    b.config.rank[2] = 2;
    static const int order[] = { 2, 1, 0 };
    for (unsigned user = 0; user < 3; user++) {
        bed_ready(&b, user);
        b.task = ids[order[user]];
        cr_assert_eq(owner(), user);
    }
}

/* ---- edits of what an agent is ---- */

Test(staff, an_agent_taken_from_the_team_gets_nothing_more_of_it)
{
    all_ready();
    b.config.member[0] = 2;
    tell();
    cr_assert_eq(next(), 1);
    cr_assert_not_null(bed_agent(&b, 0), "but stays");
    b.config.member[0] = 3;
    tell();
    cr_assert_eq(next(), 0);
}

Test(staff, a_team_that_is_switched_off_gets_nothing_more)
{
    all_ready();
    b.config.team[0].active = false;
    tell();
    cr_assert_eq(next(), NOBODY);
    b.config.team[0].active = true;
    tell();
    cr_assert_eq(owner(), 0);
}

Test(staff, more_units_take_who_waits_and_fewer_turn_nobody_out)
{
    b.config.capacity[0].units[CHANNEL_CHAT] = 1;
    bed_ready(&b, 0);
    cr_assert_eq(next(), 0);
    struct uuid first = b.task;
    cr_assert_eq(next(), NOBODY);
    b.config.capacity[0].units[CHANNEL_CHAT] = 2;
    tell();
    cr_assert_eq(owner(), 0, "at once");
    bed_restart(&b);
    b.config.capacity[0].units[CHANNEL_CHAT] = 0;
    tell();
    cr_assert_eq(owner(), 0);
    bed_do(&b, task_accept, 0);
    bed_do(&b, task_end, 0);
    cr_assert_eq(bed_wrapup(&b, 0), ERR_OK);
    cr_assert_eq(next(), NOBODY, "none are left");
    b.task = first;
    cr_assert_eq(owner(), 0);
}

Test(staff, another_blending_counts_for_the_next_contact)
{
    bed_ready(&b, 0);
    cr_assert_eq(next(), 0);
    b.config.capacity[0].blending = BLENDING_EXCLUSIVE;
    tell();
    cr_assert_eq(bed_agent(&b, 0)->s.blending, BLENDING_EXCLUSIVE);
    cr_assert_eq(next(), NOBODY);
    b.config.capacity[0].blending = BLENDING_BLENDED;
    tell();
    cr_assert_eq(owner(), 0);
}

Test(staff, a_profile_that_had_no_units_at_login)
{
    b.config.capacity[0] = (struct config_capacity){ .profile = table_id(6, 0) };
    bed_ready(&b, 0);
    cr_assert_eq(next(), NOBODY);
    b.config.capacity[0].units[CHANNEL_CHAT] = 1;
    tell();
    cr_assert_eq(owner(), 0);
}

Test(staff, what_routing_has_no_room_for_is_left_and_the_rest_served)
{
    all_ready();
    b.config.crowd = 900;
    ask(SKILL_GTE, 5); /* what profiles are good for cannot be kept either */
    b.config.level[2][0] = 5;
    tell();
    cr_assert_eq(next(), 2);
    cr_assert(routes_full(bed_task(&b)->centre->routes));
    b.config.crowd = 0;
    tell();
    cr_assert_eq(next(), 2);
    cr_assert_not(routes_full(bed_task(&b)->centre->routes));
}
