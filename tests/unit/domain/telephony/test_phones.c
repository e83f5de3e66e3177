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

TestSuite(phones, .init = open_bed, .fini = close_bed);

static enum err set(unsigned user, bool answers, int64_t after, bool unreachable)
{
    char number[12];
    snprintf(number, sizeof number, "%u", 1000 + user);
    struct device_set_args in = { .call = { b.config.org, slice_of(number), SLICE("") },
                                  .answers = answers,
                                  .answer_after_ms = after,
                                  .unreachable = unreachable };
    return bed_run(&b, device_set, &in);
}

Test(phones, answers_by_itself_after_its_time)
{
    cr_assert_eq(set(0, true, 3000, false), ERR_OK);
    bed_restart(&b);
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    bed_wait(&b, 2999);
    cr_assert_eq(bed_task(&b)->s.state, TASK_OFFERED);
    bed_restart(&b);
    bed_wait(&b, 1);
    cr_assert_eq(bed_task(&b)->s.state, TASK_CONNECTED);
}

Test(phones, never_answers_when_told_so)
{
    set(0, false, 0, false);
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    bed_wait(&b, 18000);
    cr_assert_eq(bed_task(&b)->s.rona_count, 1);
}

Test(phones, hand_answers_declines_and_hangs_up)
{
    cr_assert_eq(bed_phone(&b, device_answer, 0), ERR_CONFLICT);
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    cr_assert_eq(bed_phone(&b, device_hangup, 0), ERR_CONFLICT);
    cr_assert_eq(bed_phone(&b, device_decline, 0), ERR_OK);
    cr_assert(bed_heard(&b, EVENT_TASK_DECLINED));
    bed_state(&b, 0, AGENT_AVAILABLE);
    cr_assert_eq(bed_phone(&b, device_answer, 0), ERR_OK);
    cr_assert_eq(bed_phone(&b, device_answer, 0), ERR_CONFLICT);
    cr_assert_eq(bed_phone(&b, device_hangup, 0), ERR_OK);
    cr_assert(bed_said(&b, EVENT_TASK_ENDED, "\"terminatingEnd\":\"Agent\""));
    cr_assert_eq(bed_task(&b)->s.state, TASK_WRAPUP);
}

Test(phones, unreachable_device_fails_the_offer)
{
    set(0, true, 0, true);
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    cr_assert(bed_said(&b, EVENT_TASK_WITHDRAWN, "INVITE_FAILED"));
    cr_assert_eq(bed_task(&b)->s.state, TASK_PARKED);
    cr_assert_eq(bed_agent(&b, 0)->s.state, AGENT_IDLE);
}

Test(phones, accept_answers_whatever_rings)
{
    struct agent_login_args in = { .call = bed_call(&b, 1),
                                   .as_agent = true,
                                   .team = b.config.team[0].id,
                                   .dial_number = SLICE("webrtc-1"),
                                   .device_type = DEVICE_BROWSER };
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    cr_assert_eq(bed_do(&b, task_accept, 0), ERR_OK);
    cr_assert(bed_heard(&b, EVENT_TASK_CONNECTED));
    cr_assert_not(bed_heard(&b, EVENT_TASK_REFUSED));
    cr_assert_eq(bed_task(&b)->s.state, TASK_CONNECTED);
    cr_assert_eq(bed_phone(&b, device_answer, 0), ERR_CONFLICT, "rings no more");
    bed_run(&b, agent_login, &in);
    bed_state(&b, 1, AGENT_AVAILABLE);
    bed_arrive(&b, CHANNEL_TELEPHONY);
    cr_assert_eq(bed_do(&b, task_accept, 1), ERR_OK);
}

Test(phones, settings_are_checked_and_described)
{
    cr_assert_eq(set(0, true, -1, false), ERR_INVALID_FIELD);
    struct device_set_args in = { .call = { b.config.org, SLICE(""), SLICE("") } };
    cr_assert_eq(bed_run(&b, device_set, &in), ERR_INVALID_FIELD);
    set(0, true, 1234, false);
    cr_assert_eq(bed_phone(&b, device_describe, 0), ERR_OK);
    cr_assert(memmem(b.fx.result.at, b.fx.result.len, "1234", 4));
}
