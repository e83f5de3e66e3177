/* needs: domain/core store/memory */
#include <criterion/criterion.h>

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

TestSuite(agent, .init = open_bed, .fini = close_bed);

Test(agent, login_is_idle_with_the_default_code)
{
    cr_assert_eq(bed_login(&b, 0), ERR_OK);
    const struct agent *a = bed_agent(&b, 0);
    cr_assert_eq(a->s.state, AGENT_IDLE);
    cr_assert(uuid_eq(a->s.idle_code_id, b.config.code[CODE_MEETING].id));
    cr_assert_eq(a->s.channel_count, 6);
    cr_assert(bed_said(&b, EVENT_AGENT_LOGIN, "\"agentName\":\"Agent 0\""));
    cr_assert(bed_said(&b, EVENT_AGENT_LOGIN, "\"trackingId\":\"track\""));
}

Test(agent, login_twice_is_refused)
{
    bed_login(&b, 0);
    cr_assert_eq(bed_login(&b, 0), ERR_DUPLICATE);
    cr_assert(bed_said(&b, EVENT_AGENT_LOGIN_FAILED, "AGENT_SESSION_ALREADY_EXISTS"));
    cr_assert_eq(b.fx.write_count, 0);
}

static enum err login_with(const char *number, enum device_type type, unsigned team)
{
    struct agent_login_args in = { .call = bed_call(&b, 1),
                                   .as_agent = true,
                                   .team = table_id(1, team),
                                   .dial_number = slice_of(number),
                                   .device_type = type };
    return bed_run(&b, agent_login, &in);
}

Test(agent, login_with_a_number_in_use_is_refused)
{
    bed_login(&b, 0);
    cr_assert_eq(login_with("1000", DEVICE_EXTENSION, 0), ERR_DUPLICATE);
    cr_assert(bed_said(&b, EVENT_AGENT_LOGIN_FAILED, "DUPLICATE_LOCATION"));
    struct agent_logout_args out = { .call = bed_call(&b, 0) };
    cr_assert_eq(bed_run(&b, agent_logout, &out), ERR_OK);
    cr_assert_eq(login_with("1000", DEVICE_EXTENSION, 0), ERR_OK);
}

Test(agent, login_checks_number_and_team)
{
    cr_assert_eq(login_with("", DEVICE_EXTENSION, 0), ERR_INVALID_FIELD);
    cr_assert_eq(login_with("12a", DEVICE_AGENT_DN, 0), ERR_INVALID_FIELD);
    cr_assert(bed_said(&b, EVENT_AGENT_LOGIN_FAILED, "INVALID_DIAL_NUMBER"));
    cr_assert_eq(login_with("12345678901234567890123456789012345678901234", DEVICE_BROWSER, 0),
                 ERR_INVALID_FIELD);
    cr_assert_eq(login_with("12", DEVICE_NONE, 0), ERR_INVALID_FIELD);
    cr_assert_eq(login_with("12", DEVICE_AGENT_DN, 1), ERR_INVALID_FIELD, "not a member");
    cr_assert_eq(login_with("12", DEVICE_AGENT_DN, 7), ERR_INVALID_FIELD, "no such team");
    cr_assert(bed_said(&b, EVENT_AGENT_LOGIN_FAILED, "INVALID_TEAM"));
    b.config.user[1].active = false;
    cr_assert_eq(login_with("12", DEVICE_AGENT_DN, 0), ERR_INVALID_FIELD);
    b.config.user[1].active = true;
    cr_assert_eq(login_with("+4912", DEVICE_AGENT_DN, 0), ERR_OK);
}

Test(agent, supervisor_needs_no_team_and_no_device)
{
    struct agent_login_args in = { .call = bed_call(&b, 2), .as_supervisor = true };
    cr_assert_eq(bed_run(&b, agent_login, &in), ERR_OK);
    cr_assert_eq(bed_agent(&b, 2)->s.channel_count, 0);
    bed_restart(&b);
    cr_assert(bed_agent(&b, 2)->s.is_supervisor);
}

Test(agent, calls_without_a_session_say_agent_not_found)
{
    struct agent_logout_args out = { .call = bed_call(&b, 0) };
    struct agent_call call = bed_call(&b, 0);
    struct agent_buddies_args buddies = { .call = call };
    cr_assert_eq(bed_run(&b, agent_logout, &out), ERR_NOT_FOUND);
    cr_assert(bed_said(&b, EVENT_AGENT_LOGOUT_FAILED, "\"reasonCode\":1038"));
    cr_assert_eq(bed_state(&b, 0, AGENT_AVAILABLE), ERR_NOT_FOUND);
    cr_assert(bed_heard(&b, EVENT_AGENT_STATE_FAILED));
    cr_assert_eq(bed_run(&b, agent_reload, &call), ERR_NOT_FOUND);
    cr_assert(bed_heard(&b, EVENT_AGENT_RELOAD_FAILED));
    cr_assert_eq(bed_run(&b, agent_buddies, &buddies), ERR_NOT_FOUND);
    cr_assert(bed_heard(&b, EVENT_AGENT_BUDDIES_FAILED));
    cr_assert_eq(bed_run(&b, agent_describe, &call), ERR_NOT_FOUND);
}

Test(agent, idle_needs_an_active_idle_code)
{
    bed_login(&b, 0);
    struct agent_set_state_args in = { .call = bed_call(&b, 0), .state = AGENT_IDLE };
    cr_assert_eq(bed_run(&b, agent_set_state, &in), ERR_INVALID_FIELD);
    in.idle_code = b.config.code[CODE_RESOLVED].id;
    cr_assert_eq(bed_run(&b, agent_set_state, &in), ERR_INVALID_FIELD, "a wrap-up code");
    in.idle_code = b.config.code[CODE_LUNCH].id;
    b.config.code[CODE_LUNCH].active = false;
    cr_assert_eq(bed_run(&b, agent_set_state, &in), ERR_INVALID_FIELD);
    b.config.code[CODE_LUNCH].active = true;
    cr_assert_eq(bed_run(&b, agent_set_state, &in), ERR_OK);
    cr_assert(bed_said(&b, EVENT_AGENT_STATE, "\"idleCodeName\":\"Lunch 3\""));
}

Test(agent, someone_else_may_change_the_state_and_is_named)
{
    bed_login(&b, 0);
    struct agent_set_state_args in = { .call = bed_call(&b, 0),
                                       .state = AGENT_AVAILABLE,
                                       .by = b.config.user[3].id };
    cr_assert_eq(bed_run(&b, agent_set_state, &in), ERR_OK);
    cr_assert(bed_said(&b, EVENT_AGENT_STATE, "\"changedByName\":\"Agent 3\""));
}

/* The envelope of the one notice of the last step. */
static struct slice told(void)
{
    cr_assert_eq(b.fx.event_count, 1);
    return b.fx.events[0].agent;
}

Test(agent, a_refusal_goes_to_who_asked)
{
    char supervisor[UUID_TEXT_LEN + 1];
    uuid_format(b.config.user[3].id, supervisor);
    struct agent_set_state_args in = { .call = bed_call(&b, 0),
                                       .state = AGENT_AVAILABLE,
                                       .by = b.config.user[3].id };
    cr_assert_eq(bed_run(&b, agent_set_state, &in), ERR_NOT_FOUND);
    cr_assert(slice_is(told(), supervisor));
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    struct agent_logout_args out = { .call = bed_call(&b, 0), .by = b.config.user[3].id };
    cr_assert_eq(bed_run(&b, agent_logout, &out), ERR_CONFLICT);
    cr_assert(slice_is(told(), supervisor));
}

Test(agent, a_logout_with_a_reason_too_long_is_told)
{
    char text[LIMIT_reason_bytes_max + 1];
    memset(text, 'x', sizeof text);
    bed_login(&b, 0);
    struct agent_logout_args out = { .call = bed_call(&b, 0), .reason = { text, sizeof text } };
    cr_assert_eq(bed_run(&b, agent_logout, &out), ERR_INVALID_FIELD);
    cr_assert(bed_said(&b, EVENT_AGENT_LOGOUT_FAILED, "INVALID_REASON"));
}

static enum err all_sockets_lost(void)
{
    struct agent_lost_cursor cursor = { 0 };
    struct agent_lost_args args = { &cursor };
    enum err err = ERR_OK;
    while (err == ERR_OK && !cursor.over)
        err = bed_run(&b, agent_all_sockets_lost, &args);
    return err;
}

Test(agent, after_a_restart_everybody_has_to_come_back_in_time)
{
    bed_ready(&b, 0);
    bed_ready(&b, 1);
    bed_restart(&b);
    cr_assert_eq(all_sockets_lost(), ERR_OK);
    bed_wait(&b, 59999);
    struct agent_call call = bed_call(&b, 1);
    bed_run(&b, agent_socket_back, &call);
    bed_wait(&b, 1);
    cr_assert_eq(bed_agent(&b, 0)->s.state, AGENT_IDLE);
    cr_assert(bed_said(&b, EVENT_AGENT_STATE, "agent-wss-disconnect"));
    cr_assert_eq(bed_agent(&b, 1)->s.state, AGENT_AVAILABLE);
    bed_wait(&b, 600000);
    cr_assert_eq(bed_agent(&b, 1)->s.state, AGENT_AVAILABLE);
}

Test(agent, sockets_lost_with_nobody_there_are_nothing)
{
    struct agent_call call = bed_call(&b, 0);
    cr_assert_eq(all_sockets_lost(), ERR_OK);
    cr_assert_eq(bed_run(&b, agent_socket_back, &call), ERR_OK);
    cr_assert_eq(b.fx.write_count, 0);
}

static enum err user_gone(struct world *w, const void *args, struct effects *fx)
{
    (void)args;
    (void)fx;
    b.config.user[0].active = false;
    world_config_changed(w, b.config.org);
    return ERR_OK;
}

Test(agent, whose_user_is_gone_is_logged_out)
{
    bed_ready(&b, 0);
    bed_run(&b, user_gone, NULL);
    cr_assert(bed_said(&b, EVENT_AGENT_LOGOUT, "User deactivated"));
    cr_assert_null(bed_agent(&b, 0));
}

Test(agent, whose_user_is_gone_gives_back_what_rings)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    bed_run(&b, user_gone, NULL);
    cr_assert(bed_heard(&b, EVENT_TASK_WITHDRAWN));
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    cr_assert_null(bed_agent(&b, 0));
}

Test(agent, whose_user_is_gone_leaves_after_the_talk)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_do(&b, task_accept, 0);
    bed_run(&b, user_gone, NULL);
    cr_assert_eq(bed_task(&b)->s.state, TASK_CONNECTED);
    cr_assert_eq(bed_state(&b, 0, AGENT_AVAILABLE), ERR_INVALID_FIELD);
    bed_restart(&b);
    cr_assert_eq(bed_do(&b, task_hangup, 0), ERR_OK);
    cr_assert(bed_heard(&b, EVENT_TASK_WRAPPED_UP));
    cr_assert(bed_heard(&b, EVENT_AGENT_LOGOUT));
    cr_assert_null(bed_task(&b));
}

Test(agent, logout_is_refused_until_wrap_up_is_done)
{
    struct agent_logout_args out = { .call = bed_call(&b, 0) };
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    cr_assert_eq(bed_run(&b, agent_logout, &out), ERR_CONFLICT);
    bed_do(&b, task_accept, 0);
    bed_do(&b, task_end, 0);
    cr_assert_eq(bed_run(&b, agent_logout, &out), ERR_CONFLICT);
    cr_assert(bed_said(&b, EVENT_AGENT_LOGOUT_FAILED, "AGENT_HAS_ASSIGNED_CONTACTS"));
    cr_assert_eq(bed_wrapup(&b, 0), ERR_OK);
    cr_assert_eq(bed_run(&b, agent_logout, &out), ERR_OK);
    cr_assert(bed_said(&b, EVENT_AGENT_LOGOUT, "\"state\":\"LoggedOut\""));
    bed_restart(&b);
    cr_assert(!bed_centre(&b), "no row is left");
}

Test(agent, idle_while_engaged_takes_hold_after_the_contact)
{
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_do(&b, task_accept, 0);
    cr_assert_eq(bed_state(&b, 0, AGENT_IDLE), ERR_OK);
    cr_assert(bed_agent(&b, 0)->s.is_pending_idle);
    struct uuid first = b.task;
    bed_arrive(&b, CHANNEL_CHAT);
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED, "nothing more is offered");
    b.task = first;
    bed_do(&b, task_end, 0);
    bed_restart(&b);
    cr_assert_eq(bed_wrapup(&b, 0), ERR_OK);
    cr_assert(bed_heard(&b, EVENT_AGENT_STATE));
    cr_assert_not(bed_agent(&b, 0)->s.is_pending_idle);
}

Test(agent, lost_socket_goes_idle_after_the_recovery_time)
{
    struct agent_call call = bed_call(&b, 0);
    bed_ready(&b, 0);
    bed_run(&b, agent_socket_lost, &call);
    bed_wait(&b, 59999);
    cr_assert_eq(bed_agent(&b, 0)->s.state, AGENT_AVAILABLE);
    bed_restart(&b);
    bed_wait(&b, 1);
    cr_assert_eq(bed_agent(&b, 0)->s.state, AGENT_IDLE);
    cr_assert(bed_said(&b, EVENT_AGENT_STATE, "agent-wss-disconnect"));
}

Test(agent, socket_back_in_time_changes_nothing)
{
    struct agent_call call = bed_call(&b, 0);
    bed_ready(&b, 0);
    bed_run(&b, agent_socket_lost, &call);
    bed_wait(&b, 30000);
    bed_run(&b, agent_socket_back, &call);
    bed_wait(&b, 600000);
    cr_assert_eq(bed_agent(&b, 0)->s.state, AGENT_AVAILABLE);
}

Test(agent, channel_time_is_booked)
{
    bed_login(&b, 0);
    bed_wait(&b, 500);
    bed_state(&b, 0, AGENT_AVAILABLE);
    bed_wait(&b, 2000);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    bed_wait(&b, 300);
    bed_phone(&b, device_answer, 0);
    bed_wait(&b, 4000);
    bed_do(&b, task_end, 0);
    const struct channel_snapshot *ch = &bed_agent(&b, 0)->channels[0];
    cr_assert_eq(ch->idle_duration, 500);
    cr_assert_eq(ch->available_duration, 2000);
    cr_assert_eq(ch->ringing_duration, 300);
    cr_assert_eq(ch->connected_duration, 4000);
    cr_assert_eq(ch->connected_count, 1);
    cr_assert_eq(ch->disconnected_count, 1);
}

Test(agent, buddies_lists_the_others)
{
    struct agent_buddies_args in = { .call = bed_call(&b, 0), .any_state = true };
    bed_login(&b, 0);
    bed_ready(&b, 1);
    bed_run(&b, agent_buddies, &in);
    cr_assert(bed_said(&b, EVENT_AGENT_BUDDIES, "Agent 1"));
    cr_assert_not(bed_said(&b, EVENT_AGENT_BUDDIES, "Agent 0"));
    in.any_state = false;
    in.state = AGENT_IDLE;
    bed_run(&b, agent_buddies, &in);
    cr_assert_not(bed_said(&b, EVENT_AGENT_BUDDIES, "Agent 1"));
}

Test(agent, reload_brings_the_contacts)
{
    struct agent_call call = bed_call(&b, 0);
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_run(&b, agent_reload, &call);
    cr_assert(bed_said(&b, EVENT_AGENT_RELOAD, "\"tasks\":[{"));
}

Test(agent, edges_not_in_the_table_are_refused)
{
    enum agent_state s = AGENT_LOGGED_OUT;
    enum channel_state c = CHANNEL_IDLE;
    cr_assert_eq(agent_step(&s, AGENT_ON_READY), ERR_CONFLICT);
    cr_assert_eq(s, AGENT_LOGGED_OUT);
    cr_assert_eq(channel_step(&c, CHANNEL_EVENT_RING), ERR_CONFLICT);
    cr_assert_eq(channel_step(&c, CHANNEL_EVENT_FREE), ERR_OK);
    cr_assert_eq(channel_step(&c, CHANNEL_EVENT_RING), ERR_OK);
    cr_assert_eq(channel_step(&c, CHANNEL_EVENT_WRAP), ERR_CONFLICT);
}
