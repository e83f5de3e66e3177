/* needs: domain/core */
#include <criterion/criterion.h>

#include "domain/agent/agent.h"

static const struct uuid some_task = { { 7 } };

/* One voice, two chats, one e-mail, all available. */
static struct channel_snapshot ch[4];

static void make(void)
{
    static const enum channel_type types[] = { CHANNEL_TELEPHONY, CHANNEL_CHAT, CHANNEL_CHAT,
                                               CHANNEL_EMAIL };
    for (int i = 0; i < 4; i++)
        ch[i] = (struct channel_snapshot){ .type = types[i], .state = CHANNEL_AVAILABLE };
}

TestSuite(capacity, .init = make);

static void occupy(int i, enum channel_state state)
{
    ch[i].task_id = some_task;
    ch[i].state = state;
}

Test(capacity, blended_takes_any_free_channel)
{
    occupy(0, CHANNEL_CONNECTED);
    cr_assert_eq(capacity_pick(BLENDING_BLENDED, ch, 4, CHANNEL_CHAT, 9), 1);
    cr_assert_eq(capacity_pick(BLENDING_BLENDED, ch, 4, CHANNEL_TELEPHONY, 9), -1);
    cr_assert_eq(capacity_pick(BLENDING_BLENDED, ch, 4, CHANNEL_SOCIAL, 9), -1);
}

Test(capacity, wrap_up_holds_the_channel)
{
    occupy(0, CHANNEL_WRAPUP);
    cr_assert_eq(capacity_pick(BLENDING_BLENDED, ch, 4, CHANNEL_TELEPHONY, 9), -1);
}

Test(capacity, real_time_is_voice_or_chat)
{
    occupy(1, CHANNEL_CONNECTED);
    cr_assert_eq(capacity_pick(BLENDING_REALTIME, ch, 4, CHANNEL_TELEPHONY, 9), -1);
    cr_assert_eq(capacity_pick(BLENDING_REALTIME, ch, 4, CHANNEL_CHAT, 9), 2);
    cr_assert_eq(capacity_pick(BLENDING_REALTIME, ch, 4, CHANNEL_EMAIL, 9), 3);
}

Test(capacity, exclusive_is_one_contact)
{
    cr_assert_eq(capacity_pick(BLENDING_EXCLUSIVE, ch, 4, CHANNEL_EMAIL, 9), 3);
    occupy(3, CHANNEL_RINGING);
    cr_assert_eq(capacity_pick(BLENDING_EXCLUSIVE, ch, 4, CHANNEL_CHAT, 9), -1);
}

Test(capacity, idle_channels_take_nothing)
{
    ch[0].state = CHANNEL_IDLE;
    cr_assert_eq(capacity_pick(BLENDING_BLENDED, ch, 4, CHANNEL_TELEPHONY, 9), -1);
}

Test(capacity, channels_beyond_the_units_take_nothing)
{
    cr_assert_eq(capacity_pick(BLENDING_BLENDED, ch, 4, CHANNEL_CHAT, 0), -1);
    cr_assert_eq(capacity_pick(BLENDING_BLENDED, ch, 4, CHANNEL_CHAT, 1), 1);
    occupy(2, CHANNEL_CONNECTED);
    cr_assert_eq(capacity_pick(BLENDING_BLENDED, ch, 4, CHANNEL_CHAT, 1), -1, "one is had");
    cr_assert_eq(capacity_pick(BLENDING_BLENDED, ch, 4, CHANNEL_CHAT, 2), 1);
}
