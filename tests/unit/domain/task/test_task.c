/* needs: domain/core store/memory */
#include <criterion/criterion.h>

#include "base/limits.h"
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

TestSuite(task, .init = open_bed, .fini = close_bed);

Test(task, waits_in_its_queue_when_nobody_is_there)
{
    cr_assert_eq(bed_arrive(&b, CHANNEL_CHAT), ERR_OK);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    cr_assert(bed_said(&b, EVENT_TASK_PARKED, "\"queueName\":\"Queue 1\""));
    cr_assert(bed_heard(&b, EVENT_TASK_NEW));
}

Test(task, life_of_a_chat)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    cr_assert(bed_heard(&b, EVENT_TASK_CONNECT));
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
    bed_wait(&b, 1000);
    cr_assert_eq(bed_do(&b, task_accept, 0), ERR_OK);
    cr_assert(bed_said(&b, EVENT_TASK_CONNECTED, "\"agentName\":\"Agent 0\""));
    bed_wait(&b, 5000);
    cr_assert_eq(bed_do(&b, task_end, 0), ERR_OK);
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"terminatingEnd\":\"Agent\""));
    cr_assert(bed_heard(&b, EVENT_TASK_WRAPUP));
    bed_wait(&b, 2000);
    cr_assert_eq(bed_wrapup(&b, 0), ERR_OK);
    cr_assert(bed_said(&b, EVENT_TASK_WRAPPED_UP, "\"wrapUpCodeName\":\"Resolved 2\""));
    cr_assert(bed_said(&b, EVENT_TASK_WRAPPED_UP, "\"connectedDuration\":5000"));
    cr_assert(bed_said(&b, EVENT_TASK_WRAPPED_UP, "\"wrapupDuration\":2000"));
    cr_assert(bed_said(&b, EVENT_TASK_WRAPPED_UP, "\"totalDuration\":6000"));
    cr_assert_null(bed_task(&b));
    cr_assert_eq(bed_agent(&b, 0)->channels[1].state, CHANNEL_AVAILABLE);
}

Test(task, unanswered_offer_goes_back_to_the_head)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    struct uuid first = b.task;
    bed_wait(&b, 17999);
    bed_arrive(&b, CHANNEL_TELEPHONY); /* takes the other channel */
    bed_arrive(&b, CHANNEL_CHAT);
    bed_do(&b, task_accept, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    struct uuid later = b.task;
    b.task = first;
    bed_wait(&b, 1);
    cr_assert(bed_said(&b, EVENT_TASK_RONA, "RONA_TIMER_EXPIRED"));
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    cr_assert_eq(bed_task(&b)->s.rona_count, 1);
    const struct agent *a = bed_agent(&b, 0);
    cr_assert_eq(a->s.state, AGENT_IDLE);
    cr_assert(uuid_eq(a->s.idle_code_id, b.config.code[CODE_RONA].id));
    bed_ready(&b, 1);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED, "the first is offered before the later one");
    b.task = later;
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED, "two chats fit");
}

Test(task, declined_offer_goes_back_too)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    cr_assert_eq(bed_do(&b, task_reject, 0), ERR_OK);
    cr_assert(bed_said(&b, EVENT_TASK_DECLINED, "\"reason\":\"USER_DECLINED\",\"reasonCode\":156"));
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    cr_assert_eq(bed_agent(&b, 0)->s.state, AGENT_IDLE);
    cr_assert_eq(bed_agent(&b, 0)->channels[1].state, CHANNEL_NOT_RESPONDING);
}

Test(task, customer_may_leave_at_any_time)
{
    bed_arrive(&b, CHANNEL_CHAT);
    cr_assert_eq(bed_do(&b, task_hangup, 0), ERR_OK);
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"abandonedType\":\"queue\""));
    cr_assert_eq(bed_do(&b, task_hangup, 0), ERR_NOT_FOUND);
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    cr_assert_eq(bed_do(&b, task_hangup, 0), ERR_OK);
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"abandonedType\":\"agent-connect\""));
    cr_assert_eq(bed_agent(&b, 0)->s.state, AGENT_AVAILABLE);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_do(&b, task_accept, 0);
    cr_assert_eq(bed_do(&b, task_hangup, 0), ERR_OK);
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"terminationReason\":\"Customer Left\""));
    cr_assert_eq(bed_task(&b)->s.state, TASK_WRAPUP);
    cr_assert_eq(bed_do(&b, task_hangup, 0), ERR_CONFLICT);
}

Test(task, calls_that_do_not_fit_are_refused)
{
    cr_assert_eq(bed_do(&b, task_accept, 0), ERR_NOT_FOUND);
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    cr_assert_eq(bed_do(&b, task_accept, 1), ERR_NOT_FOUND, "another agent's");
    cr_assert(bed_said(&b, EVENT_TASK_REFUSED, "\"operation\":\"accept\""));
    cr_assert_eq(bed_do(&b, task_end, 0), ERR_CONFLICT);
    cr_assert_eq(bed_wrapup(&b, 0), ERR_CONFLICT);
    bed_do(&b, task_accept, 0);
    cr_assert_eq(bed_do(&b, task_hold, 0), ERR_CONFLICT, "chats are not held");
    bed_do(&b, task_end, 0);
    struct task_wrapup_args in = { .call = bed_task_call(&b, 0),
                                   .code = b.config.code[CODE_LUNCH].id };
    cr_assert_eq(bed_run(&b, task_wrapup, &in), ERR_INVALID_FIELD);
}

/* ---- the longest wait ---- */

Test(task, that_waits_too_long_ends)
{
    b.config.max_wait_ms[1] = 60000;
    bed_arrive(&b, CHANNEL_CHAT);
    bed_wait(&b, 59999);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    bed_wait(&b, 1);
    cr_assert_null(bed_task(&b));
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"terminationReason\":\"Queue Timeout\""));
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"terminatingEnd\":\"System\""));
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"terminationType\":\"abandoned\""));
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"abandonedType\":\"queue\""));
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"queueDuration\":60000"));
}

Test(task, without_a_longest_wait_waits_on)
{
    bed_arrive(&b, CHANNEL_CHAT);
    bed_wait(&b, 10 * 86400000LL);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
}

Test(task, longest_wait_outlives_a_restart)
{
    b.config.max_wait_ms[1] = 60000;
    bed_arrive(&b, CHANNEL_CHAT);
    bed_wait(&b, 30000);
    bed_restart(&b);
    bed_wait(&b, 29999);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    bed_wait(&b, 1);
    cr_assert_null(bed_task(&b));
}

Test(task, longest_wait_is_the_one_of_its_arrival)
{
    bed_arrive(&b, CHANNEL_CHAT);
    struct uuid before = b.task;
    b.config.max_wait_ms[1] = 60000;
    bed_arrive(&b, CHANNEL_CHAT);
    b.config.max_wait_ms[1] = 1000;
    bed_wait(&b, 59999);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    bed_wait(&b, 1);
    cr_assert_null(bed_task(&b));
    b.task = before;
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED, "came when there was no limit");
}

Test(task, offer_is_not_broken_off_by_the_longest_wait)
{
    b.config.max_wait_ms[1] = 10000;
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    struct uuid answered = b.task;
    bed_wait(&b, 17000);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
    cr_assert_eq(bed_do(&b, task_accept, 0), ERR_OK);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_wait(&b, 17999);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
    bed_wait(&b, 1);
    cr_assert_null(bed_task(&b), "the offer failed after the longest wait");
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"terminationReason\":\"Queue Timeout\""));
    b.task = answered;
    cr_assert_eq(bed_task(&b)->s.state, TASK_CONNECTED);
}

/* A client takes a refused accept or reject for the end of the contact and forgets it. */
Test(task, accept_or_reject_again_does_not_take_the_contact_from_its_agent)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_do(&b, task_accept, 0);
    cr_assert_eq(bed_do(&b, task_accept, 0), ERR_OK, "answered already");
    cr_assert(bed_said(&b, EVENT_TASK_ASSIGNED_AGAIN, "\"agentName\":\"Agent 0\""));
    cr_assert(bed_said(&b, EVENT_TASK_ASSIGNED_AGAIN, "\"trackingId\":\"track\""));
    cr_assert_not(event_is_journaled(EVENT_TASK_ASSIGNED_AGAIN));
    cr_assert_eq(b.fx.event_count, 1, "nothing happened, so nothing is journaled");
    cr_assert_eq(b.fx.write_count, 0);
    cr_assert_not(bed_heard(&b, EVENT_TASK_REFUSED));
    cr_assert_eq(bed_do(&b, task_reject, 0), ERR_CONFLICT);
    cr_assert_not(bed_heard(&b, EVENT_TASK_REFUSED));
    cr_assert_eq(bed_task(&b)->s.state, TASK_CONNECTED);
    bed_do(&b, task_end, 0);
    cr_assert_eq(bed_do(&b, task_accept, 0), ERR_CONFLICT);
    cr_assert_eq(bed_do(&b, task_reject, 0), ERR_CONFLICT);
    cr_assert_not(bed_heard(&b, EVENT_TASK_REFUSED));
    cr_assert_eq(bed_wrapup(&b, 0), ERR_OK);
}

Test(task, calls_of_nobody_are_refused)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    struct task_call nobody = bed_task_call(&b, 0);
    nobody.user = (struct uuid){ { 0 } };
    cr_assert_eq(bed_run(&b, task_accept, &nobody), ERR_NOT_FOUND);
    cr_assert_eq(bed_run(&b, task_reject, &nobody), ERR_NOT_FOUND);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
}

Test(task, a_refusal_names_the_contact_even_when_it_is_gone)
{
    char text[UUID_TEXT_LEN + 1], member[64];
    b.task = table_id(8, 1);
    uuid_format(b.task, text);
    snprintf(member, sizeof member, "\"taskId\":\"%s\"", text);
    cr_assert_eq(bed_do(&b, task_accept, 0), ERR_NOT_FOUND);
    cr_assert(bed_said(&b, EVENT_TASK_REFUSED, member));
}

Test(task, a_clock_set_back_while_down_makes_no_negative_times)
{
    bed_wait(&b, 60000);
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_do(&b, task_accept, 0);
    b.now_ms -= 30000;
    bed_restart(&b);
    bed_do(&b, task_end, 0);
    cr_assert_eq(bed_task(&b)->s.connected_duration, 0);
    cr_assert_geq(bed_task(&b)->s.total_duration, 0);
    cr_assert_eq(bed_agent(&b, 0)->channels[1].connected_duration, 0);
}

Test(task, hold_and_back)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    cr_assert_eq(bed_do(&b, task_hold, 0), ERR_CONFLICT);
    bed_phone(&b, device_answer, 0);
    cr_assert_eq(bed_do(&b, task_unhold, 0), ERR_CONFLICT);
    cr_assert_eq(bed_do(&b, task_hold, 0), ERR_OK);
    bed_wait(&b, 700);
    bed_restart(&b);
    cr_assert_eq(bed_do(&b, task_unhold, 0), ERR_OK);
    cr_assert(bed_said(&b, EVENT_TASK_HOLD_DONE, "\"holdDuration\":700"));
    cr_assert(bed_said(&b, EVENT_AGENT_CHANNEL, "\"channelState\":\"hold-done\""));
    cr_assert_eq(bed_do(&b, task_end, 0), ERR_OK);
}

Test(task, arrival_is_checked)
{
    struct task_create_args in = { .org = b.config.org,
                                   .channel = CHANNEL_CHAT,
                                   .entry_point = b.config.entry[1].id,
                                   .from = SLICE("") };
    cr_assert_eq(bed_run(&b, task_create, &in), ERR_INVALID_FIELD, "from");
    in.from = SLICE("x");
    in.channel = CHANNEL_EMAIL;
    cr_assert_eq(bed_run(&b, task_create, &in), ERR_INVALID_FIELD, "channel");
    in.channel = CHANNEL_CHAT;
    in.entry_point = table_id(3, 33);
    cr_assert_eq(bed_run(&b, task_create, &in), ERR_INVALID_FIELD, "entry point");
    cr_assert(b.fx.detail.len > 0);
    in.entry_point = b.config.entry[1].id;
    b.config.queue[1].active = false;
    cr_assert_eq(bed_run(&b, task_create, &in), ERR_INVALID_FIELD, "queue");
    b.config.queue[1].active = true;
    struct attribute many[LIMIT_task_attributes_max + 1];
    for (int i = 0; i <= LIMIT_task_attributes_max; i++)
        many[i] = (struct attribute){ SLICE("n"), SLICE("v") };
    in.attributes = many;
    in.attribute_count = LIMIT_task_attributes_max + 1;
    cr_assert_eq(bed_run(&b, task_create, &in), ERR_INVALID_FIELD, "too many attributes");
    in.attribute_count = 1;
    many[0].name = SLICE("");
    cr_assert_eq(bed_run(&b, task_create, &in), ERR_INVALID_FIELD, "no name");
    many[0].name = SLICE("n");
    cr_assert_eq(bed_run(&b, task_create, &in), ERR_OK);
}

Test(task, attributes_are_added_replaced_and_removed)
{
    bed_arrive(&b, CHANNEL_CHAT);
    struct attribute two[] = { { SLICE("a"), SLICE("1") }, { SLICE("b"), SLICE("2") } };
    struct task_update_args in = { .call = bed_task_call(&b, 0),
                                   .attributes = two,
                                   .attribute_count = 2 };
    cr_assert_eq(bed_run(&b, task_update, &in), ERR_OK);
    cr_assert(bed_said(&b, EVENT_TASK_UPDATED, "{\"a\":\"1\",\"b\":\"2\"}"));
    two[0].value = SLICE("");
    two[1].value = SLICE("3");
    bed_run(&b, task_update, &in);
    bed_restart(&b);
    cr_assert_eq(bed_task(&b)->s.attribute_count, 1);
    cr_assert(slice_is(bed_task(&b)->s.attributes[0].value, "3"));
}

static void restart_and_compare(void)
{
    struct task_snapshot before = bed_task(&b)->s;
    int64_t due = core_next_due(b.world);
    enum task_state state = before.state;
    bed_restart(&b);
    const struct task *t = bed_task(&b);
    cr_assert_not_null(t);
    cr_assert_eq(t->s.state, state);
    cr_assert_eq(t->s.enqueue_order, before.enqueue_order);
    cr_assert_eq(core_next_due(b.world), due);
    bed_run(&b, core_fire_due, NULL); /* nothing is due: only the invariants are asked */
    cr_assert_eq(b.fx.event_count, 0);
    cr_assert_eq(b.fx.write_count, 0);
}

Test(task, survives_a_restart_in_every_state)
{
    bed_ready(&b, 0);
    bed_state(&b, 0, AGENT_IDLE);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    restart_and_compare();
    bed_state(&b, 0, AGENT_AVAILABLE);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
    restart_and_compare();
    bed_phone(&b, device_answer, 0);
    restart_and_compare();
    bed_do(&b, task_hold, 0);
    restart_and_compare();
    bed_do(&b, task_end, 0);
    restart_and_compare();
    cr_assert_eq(bed_wrapup(&b, 0), ERR_OK);
}

Test(task, deadline_that_passed_while_down_fires_at_once)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    b.now_ms += 3600000;
    bed_restart(&b);
    cr_assert_leq(core_next_due(b.world), b.now_ms);
    bed_run(&b, core_fire_due, NULL);
    cr_assert(bed_heard(&b, EVENT_TASK_RONA));
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
}

Test(task, edges_not_in_the_table_are_refused)
{
    enum task_state s = TASK_PARKED;
    cr_assert_eq(task_step(&s, TASK_ON_ANSWER), ERR_CONFLICT);
    cr_assert_eq(s, TASK_PARKED);
    cr_assert_eq(task_step(&s, TASK_ON_OFFER), ERR_OK);
    cr_assert_eq(task_step(&s, TASK_ON_OFFER), ERR_CONFLICT);
    s = TASK_ENDED;
    for (int on = 0; on < TASK_EVENT_COUNT; on++)
        cr_assert_eq(task_step(&s, (enum task_event)on), ERR_CONFLICT);
}
