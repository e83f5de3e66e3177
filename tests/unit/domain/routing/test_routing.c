/* needs: domain/core store/memory */
#include <criterion/criterion.h>

#include "domain/routing/strategy.h"
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

TestSuite(routing, .init = open_bed, .fini = close_bed);

static unsigned owner(void)
{
    return bed_task(&b)->s.agent_id.bytes[15];
}

Test(routing, picks_the_longest_available_agent)
{
    bed_ready(&b, 0);
    bed_wait(&b, 10);
    bed_ready(&b, 1);
    bed_wait(&b, 10);
    bed_state(&b, 0, AGENT_IDLE);
    bed_state(&b, 0, AGENT_AVAILABLE);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    cr_assert_eq(owner(), 1);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    cr_assert_eq(owner(), 0);
}

Test(routing, a_served_contact_puts_the_agent_last)
{
    bed_ready(&b, 0);
    bed_wait(&b, 10);
    bed_ready(&b, 1);
    bed_arrive(&b, CHANNEL_CHAT);
    cr_assert_eq(owner(), 0);
    bed_do(&b, task_accept, 0);
    bed_do(&b, task_end, 0);
    bed_wait(&b, 10);
    bed_wrapup(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    cr_assert_eq(owner(), 1);
}

Test(routing, one_call_at_a_time_also_in_wrap_up)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    struct uuid first = b.task;
    bed_arrive(&b, CHANNEL_TELEPHONY);
    struct uuid second = b.task;
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    bed_phone(&b, device_answer, 0);
    b.task = first;
    bed_do(&b, task_end, 0);
    b.task = second;
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    b.task = first;
    bed_wrapup(&b, 0);
    b.task = second;
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
}

Test(routing, waiting_contacts_are_served_in_order)
{
    struct uuid ids[3];
    for (int i = 0; i < 3; i++) {
        bed_arrive(&b, CHANNEL_CHAT);
        ids[i] = b.task;
    }
    bed_restart(&b);
    bed_ready(&b, 0);
    for (int i = 0; i < 3; i++) {
        b.task = ids[i];
        cr_assert_eq(bed_task(&b)->s.state, i < 2 ? TASK_OFFERED : TASK_PARKED);
    }
}

Test(routing, teams_that_do_not_serve_the_queue_get_nothing)
{
    b.config.serves[1] = 2;
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
}

static enum err serve_nothing_new(struct world *w, const void *args, struct effects *fx)
{
    (void)args;
    (void)fx;
    world_config_changed(w, b.config.org);
    return ERR_OK;
}

static enum err serve_again(struct world *w, const void *args, struct effects *fx)
{
    (void)args;
    (void)fx;
    b.config.serves[1] = 1;
    world_config_changed(w, b.config.org);
    return ERR_OK;
}

Test(routing, a_change_of_configuration_moves_waiting_contacts)
{
    b.config.serves[1] = 2;
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_run(&b, serve_again, NULL);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
}

Test(routing, a_change_of_configuration_keeps_to_the_strategy)
{
    bed_ready(&b, 0);
    bed_wait(&b, 10);
    bed_ready(&b, 1);
    bed_state(&b, 0, AGENT_IDLE);
    bed_wait(&b, 10);
    bed_state(&b, 0, AGENT_AVAILABLE); /* logged in first, available last */
    b.config.serves[1] = 2;
    bed_run(&b, serve_nothing_new, NULL);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_run(&b, serve_again, NULL);
    cr_assert_eq(owner(), 1);
}

Test(routing, a_later_group_serves_a_contact_that_has_waited)
{
    b.config.after_ms[1][0] = 30000;
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_wait(&b, 29999);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    bed_wait(&b, 1);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
}

Test(routing, the_time_of_a_later_group_outlives_a_restart)
{
    b.config.after_ms[1][0] = 30000;
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_wait(&b, 20000);
    bed_restart(&b);
    cr_assert_eq(bed_run(&b, agent_socket_back, &(struct agent_call){ .org = b.config.org }),
                 ERR_OK);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    bed_wait(&b, 10000);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
}

Test(routing, a_time_that_passed_while_down_counts)
{
    b.config.after_ms[1][0] = 30000;
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    b.now_ms += 40000;
    bed_restart(&b);
    bed_run(&b, serve_nothing_new, NULL);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
}

Test(routing, a_contact_that_waited_goes_to_the_later_group_before_a_newer_one)
{
    b.config.after_ms[1][0] = 30000;
    bed_arrive(&b, CHANNEL_CHAT);
    struct uuid first = b.task;
    bed_wait(&b, 40000);
    bed_arrive(&b, CHANNEL_CHAT);
    struct uuid second = b.task;
    bed_ready(&b, 0);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED, "has not waited");
    b.task = first;
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
    b.task = second;
    b.config.after_ms[1][0] = 10000; /* the new time counts from when it came */
    bed_wait(&b, 12000);
    bed_run(&b, serve_nothing_new, NULL);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
}

Test(routing, queue_gone_in_the_middle_hurts_nobody)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    b.config.queues = 0;
    b.config.teams = 0;
    bed_wait(&b, 18000);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    bed_restart(&b);
    cr_assert_eq(bed_do(&b, task_hangup, 0), ERR_OK);
}
