#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "domain/event/snapshot.h"

static struct arena *a;

static void open_arena(void)
{
    a = arena_new(1 << 20);
}

static void close_arena(void)
{
    arena_free(a);
}

TestSuite(snapshot, .init = open_arena, .fini = close_arena);

static struct json *parse(struct slice text)
{
    struct json *v = NULL;
    cr_assert_eq(json_parse(a, text, &v, NULL), ERR_OK);
    return v;
}

Test(snapshot, a_task_comes_back_as_it_was)
{
    struct leg_snapshot leg = { .id = { { 5 } }, .queue_name = SLICE("Q"), .queue_duration = 7 };
    struct attribute attribute = { SLICE("na\"me"), SLICE("v\n") };
    struct task_snapshot t = { .id = { { 1, 2 } },
                               .state = TASK_HELD,
                               .channel_type = CHANNEL_EMAIL,
                               .is_active = true,
                               .origin = SLICE("Gr\303\274n"),
                               .created_time = 1764000000000,
                               .terminating_end = PARTY_AGENT,
                               .attributes = &attribute,
                               .attribute_count = 1,
                               .legs = &leg,
                               .leg_count = 1 };
    struct task_snapshot back;
    struct json_writer w;
    struct buf b;
    buf_init_arena(&b, a);
    json_writer_init(&w, &b);
    task_snapshot_write(&w, &t);
    cr_assert_eq(task_snapshot_read(parse(buf_slice(&b)), a, &back), ERR_OK);
    cr_assert(uuid_eq(back.id, t.id));
    cr_assert_eq(back.state, TASK_HELD);
    cr_assert_eq(back.channel_type, CHANNEL_EMAIL);
    cr_assert(back.is_active && !back.is_terminated);
    cr_assert(slice_eq(back.origin, t.origin));
    cr_assert_eq(back.created_time, t.created_time);
    cr_assert_eq(back.terminating_end, PARTY_AGENT);
    cr_assert(slice_eq(back.attributes[0].name, attribute.name));
    cr_assert(slice_eq(back.attributes[0].value, attribute.value));
    cr_assert_eq(back.leg_count, 1);
    cr_assert_eq(back.legs[0].queue_duration, 7);
}

Test(snapshot, every_byte_of_a_text_comes_back)
{
    char bytes[127];
    for (int i = 0; i < 127; i++)
        bytes[i] = (char)(i + 1);
    struct task_snapshot t = { .origin = { bytes, sizeof bytes },
                               .created_time = INT64_MIN,
                               .ended_time = INT64_MAX };
    struct task_snapshot back;
    struct json_writer w;
    struct buf b;
    buf_init_arena(&b, a);
    json_writer_init(&w, &b);
    task_snapshot_write(&w, &t);
    cr_assert_eq(task_snapshot_read(parse(buf_slice(&b)), a, &back), ERR_OK);
    cr_assert(slice_eq(back.origin, t.origin));
    cr_assert_eq(back.created_time, INT64_MIN);
    cr_assert_eq(back.ended_time, INT64_MAX);
}

Test(snapshot, of_an_agent_one_channel_may_be_chosen)
{
    struct channel_snapshot ch[2] = { { .id = { { 1 } } }, { .id = { { 2 } } } };
    struct agent_snapshot s = { .channels = ch, .channel_count = 2 }, back;
    struct json_writer w;
    struct buf b;
    buf_init_arena(&b, a);
    json_writer_init(&w, &b);
    agent_snapshot_write(&w, &s, ch[1].id);
    cr_assert_eq(agent_snapshot_read(parse(buf_slice(&b)), a, &back), ERR_OK);
    cr_assert_eq(back.channel_count, 1);
    cr_assert(uuid_eq(back.channels[0].id, ch[1].id));
}

Test(snapshot, unknown_members_are_ignored_wrong_ones_refused)
{
    struct task_snapshot t = { .priority = 3 };
    cr_assert_eq(task_snapshot_read(parse(SLICE("{\"new\":1,\"priority\":5}")), a, &t), ERR_OK);
    cr_assert_eq(t.priority, 5);
    static const char *const wrong[] = { "[]",
                                         "{\"priority\":\"5\"}",
                                         "{\"priority\":1.5}",
                                         "{\"state\":\"flying\"}",
                                         "{\"id\":\"12\"}",
                                         "{\"isActive\":1}",
                                         "{\"legs\":{}}",
                                         "{\"legs\":[1]}",
                                         "{\"attributes\":{\"a\":1}}" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_assert_eq(task_snapshot_read(parse(slice_of(wrong[i])), a, &t), ERR_CORRUPT, "%s",
                     wrong[i]);
    cr_assert_eq(t.priority, 5, "untouched");
}

Test(snapshot, words_are_found_exactly)
{
    int value = -1;
    cr_assert(words_find(&words_task_state, SLICE("hold"), &value));
    cr_assert_eq(value, TASK_HELD);
    cr_assert_not(words_find(&words_task_state, SLICE("Hold"), &value));
    cr_assert_eq(words_text(&words_task_state, 99).len, 0);
    cr_assert_eq(words_text(&words_task_state, -1).len, 0);
}
