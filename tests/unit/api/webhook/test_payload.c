#include <criterion/criterion.h>
#include <stdlib.h>

#include "api/webhook/payload.h"
#include "base/arena.h"
#include "base/json_read.h"

#define TASK_ID  "0193a1c0-7a00-7000-8000-000000000001"
#define QUEUE_ID "0193a1c0-7a00-7000-8000-000000000002"
#define AGENT_ID "0193a1c0-7a00-7000-8000-000000000003"
#define TEAM_ID  "0193a1c0-7a00-7000-8000-000000000004"
#define CHAN_ID  "0193a1c0-7a00-7000-8000-000000000005"
#define CODE_ID  "0193a1c0-7a00-7000-8000-000000000006"
#define TASK                                                                                  \
    "\"task\":{\"id\":\"" TASK_ID "\",\"state\":\"connected\",\"channelType\":\"telephony\"," \
    "\"direction\":\"INBOUND\",\"origin\":\"+4930\",\"destination\":\"+4999\",\"queueId\":"   \
    "\"" QUEUE_ID "\",\"agentId\":\"" AGENT_ID                                                \
    "\",\"agentDn\":\"1001\",\"wrapUpCodeId\":\"" CODE_ID                                     \
    "\",\"terminatingEnd\":\"Agent\",\"terminationReason\":\"Agent Left\"}"
#define AGENT(state, channel)                                                               \
    "\"agent\":{\"id\":\"" AGENT_ID "\",\"agentId\":\"" AGENT_ID "\",\"teamId\":\"" TEAM_ID \
    "\",\"dialNumber\":\"1001\",\"state\":\"" state "\",\"idleCodeId\":\"" CODE_ID          \
    "\",\"idleCodeName\":\"Lunch\",\"channels\":[{\"id\":\"" CHAN_ID                        \
    "\",\"channelType\":\"telephony\",\"currentState\":\"" channel                          \
    "\",\"stateTime\":1764000000000},"                                                      \
    "{\"id\":\"" CHAN_ID                                                                    \
    "\",\"channelType\":\"chat\",\"currentState\":\"idle\",\"stateTime\":5}]}"

static struct arena *arena;
static void setup(void)
{
    arena = arena_new(1 << 20);
}
static void teardown(void)
{
    arena_free(arena);
}
TestSuite(payload, .init = setup, .fini = teardown);

static const struct webhook_news *news;
static size_t news_count;

static void make(enum event_type type, const char *body)
{
    struct event e = { .type = type, .seq = 5, .at_ms = 1764000000000, .body = slice_of(body) };
    cr_assert_eq(webhook_news_of(&e, arena, &news, &news_count), ERR_OK);
}

/* The data of the first piece of news of that type. */
static struct slice data_of(enum webhook_event type)
{
    struct slice found = { NULL, 0 };
    for (size_t i = 0; i < news_count; i++)
        if (news[i].type == type && !found.at)
            found = news[i].data;
    cr_assert(found.at, "%s", webhook_events[type].name);
    return found;
}

static void is(enum webhook_event type, const char *expected)
{
    struct slice data = data_of(type);
    cr_assert(slice_is(data, expected), "\n%.*s\n%s", SLICE_ARG(data), expected);
}

#define TASK_DATA(destination)                                                             \
    "{\"taskId\":\"" TASK_ID "\",\"channelType\":\"telephony\",\"direction\":\"INBOUND\"," \
    "\"origin\":\"+4930\",\"destination\":\"" destination "\",\"outboundType\":null,"      \
    "\"queueId\":\"" QUEUE_ID "\",\"createdTime\":1764000000000"

Test(payload, contacts)
{
    make(EVENT_TASK_NEW, "{" TASK "}");
    is(WEBHOOK_TASK_NEW, TASK_DATA("+4999") ",\"workflowManager\":null}");
    make(EVENT_TASK_PARKED, "{" TASK "}");
    is(WEBHOOK_TASK_PARKED, TASK_DATA("+4999") ",\"workflowManager\":null}");
    make(EVENT_TASK_CONNECT, "{" TASK "," AGENT("Available", "ringing") "}");
    is(WEBHOOK_TASK_CONNECT, TASK_DATA("1001") ",\"workflowManager\":null}");
    make(EVENT_TASK_CONNECTED, "{" TASK "," AGENT("Available", "connected") "}");
    is(WEBHOOK_TASK_CONNECTED, TASK_DATA("1001") "}");
    make(EVENT_TASK_ON_HOLD, "{" TASK "," AGENT("Available", "on-hold") "}");
    is(WEBHOOK_TASK_ON_HOLD, TASK_DATA("1001") ",\"agentId\":\"" AGENT_ID "\"}");
    make(EVENT_TASK_HOLD_DONE, "{" TASK "," AGENT("Available", "connected") "}");
    is(WEBHOOK_TASK_HOLD_DONE, TASK_DATA("1001") ",\"agentId\":\"" AGENT_ID "\"}");
    make(EVENT_TASK_ENDED, "{" TASK "," AGENT("Available", "wrapup") ",\"reason\":\"x\"}");
    is(WEBHOOK_TASK_ENDED, TASK_DATA("+4999") ",\"workflowManager\":null,\"reason\":\"Agent Left\","
                                              "\"terminatingParty\":\"Agent\"}");
    cr_assert_eq(news_count, 1);
}

#define AGENT_DATA(state)                                                                    \
    "{\"agentId\":\"" AGENT_ID "\",\"currentState\":\"" state "\",\"destination\":\"1001\"," \
    "\"teamId\":\"" TEAM_ID "\",\"createdTime\":1764000000000"

Test(payload, agents_come_and_go)
{
    make(EVENT_AGENT_LOGIN, "{" AGENT("Idle", "idle") "}");
    is(WEBHOOK_AGENT_LOGIN, AGENT_DATA("logged-in") "}");
    make(EVENT_AGENT_LOGOUT, "{" AGENT("LoggedOut", "idle") ",\"loggedOutBy\":\"" CODE_ID "\"}");
    is(WEBHOOK_AGENT_LOGOUT, AGENT_DATA("logged-out") ",\"loggedOutBy\":\"" CODE_ID "\"}");
    cr_assert_eq(news_count, 3, "and both channel types are logged out");
    cr_assert(strstr(news[1].data.at, "\"currentState\":\"LoggedOut\""));
    make(EVENT_AGENT_LOGOUT, "{" AGENT("LoggedOut", "idle") "}");
    is(WEBHOOK_AGENT_LOGOUT, AGENT_DATA("logged-out") ",\"loggedOutBy\":\"" AGENT_ID "\"}");
}

Test(payload, agent_states)
{
    make(EVENT_AGENT_STATE, "{" AGENT("Idle", "idle") "}");
    is(WEBHOOK_AGENT_STATE, AGENT_DATA("idle") ",\"idleCodeId\":\"" CODE_ID "\"}");
    is(WEBHOOK_AGENT_CHANNEL, AGENT_DATA("idle") ",\"channelId\":\"" CHAN_ID
                                                 "\",\"channelType\":\"telephony\",\"idleCodeId\":"
                                                 "\"" CODE_ID "\"}");
    is(WEBHOOK_AGENT_CHANNEL_TYPE,
       AGENT_DATA("Idle") ",\"channelType\":\"telephony\",\"pendingIdleState\":false,"
                          "\"idleCodeName\":\"Lunch\"}");
    make(EVENT_AGENT_STATE, "{" AGENT("Available", "available") "}");
    is(WEBHOOK_AGENT_STATE, AGENT_DATA("available") "}");
}

Test(payload, agent_channels)
{
    static const char wrapup[] =
        "\"agent\":{\"id\":\"" AGENT_ID "\",\"agentId\":\"" AGENT_ID "\",\"teamId\":\"" TEAM_ID
        "\",\"dialNumber\":\"1001\",\"state\":\"Available\",\"channels\":"
        "[{\"id\":\"" CHAN_ID "\",\"channelType\":\"telephony\","
        "\"currentState\":\"available\",\"stateTime\":7}]}";
    char body[2048];
    snprintf(body, sizeof body, "{%s,%s,\"channelState\":\"wrapup-done\"}", wrapup, TASK);
    make(EVENT_AGENT_CHANNEL, body);
    is(WEBHOOK_AGENT_STATE,
       AGENT_DATA("wrapup-done") ",\"origin\":\"+4930\",\"queueId\":\"" QUEUE_ID
                                 "\",\"taskId\":\"" TASK_ID "\",\"wrapUpAuxCodeId\":\"" CODE_ID
                                 "\"}");
    is(WEBHOOK_AGENT_CHANNEL,
       AGENT_DATA("wrapup-done") ",\"channelId\":\"" CHAN_ID
                                 "\",\"channelType\":\"telephony\",\"origin\":\"+4930\","
                                 "\"queueId\":\"" QUEUE_ID "\",\"taskId\":\"" TASK_ID
                                 "\",\"wrapUpAuxCodeId\":\"" CODE_ID "\"}");
    is(WEBHOOK_AGENT_CHANNEL_TYPE, AGENT_DATA("Available") ",\"channelType\":\"telephony\","
                                                           "\"pendingIdleState\":false}");
}

/* The words of agent:state_change, in order. */
static void words_are(const char *first, const char *second)
{
    const char *const words[] = { first, second };
    size_t n = 0;
    for (size_t i = 0; i < news_count; i++) {
        char member[64];
        if (news[i].type != WEBHOOK_AGENT_STATE)
            continue;
        cr_assert_lt(n, 2);
        snprintf(member, sizeof member, "\"currentState\":\"%s\"", words[n] ? words[n] : "-");
        cr_assert(memmem(news[i].data.at, news[i].data.len, member, strlen(member)), "%s",
                  words[n]);
        n++;
    }
    cr_assert_eq(n, second ? 2 : 1);
}

Test(payload, what_is_over_is_followed_by_what_came_of_it)
{
    make(EVENT_AGENT_CHANNEL,
         "{" TASK "," AGENT("Available", "available") ",\"channelState\":\"wrapup-done\"}");
    words_are("wrapup-done", "available");
    make(EVENT_AGENT_CHANNEL,
         "{" TASK "," AGENT("Available", "connected") ",\"channelState\":\"hold-done\"}");
    words_are("hold-done", "connected");
    make(EVENT_AGENT_CHANNEL,
         "{" TASK "," AGENT("Available", "connected") ",\"channelState\":\"connected\"}");
    words_are("connected", NULL);
    make(EVENT_AGENT_CHANNEL,
         "{" TASK "," AGENT("Idle", "not-responding") ",\"channelState\":\"not-responding\"}");
    words_are("not-responding", NULL);
}

Test(payload, every_event_of_the_spec_is_told_or_not)
{
    uint64_t told = 0;
    for (int t = 0; t < EVENT_TYPE_COUNT; t++)
        told |= webhook_events_of((enum event_type)t);
    for (int i = 0; i < WEBHOOK_EVENT_COUNT; i++)
        cr_assert_eq((bool)(told >> i & 1), webhook_events[i].made, "%s", webhook_events[i].name);
    cr_assert_eq(webhook_events_of(EVENT_TASK_RONA), 0);
}

Test(payload, unreadable_bodies)
{
    struct event e = { .type = EVENT_TASK_NEW, .body = SLICE("{\"task\":7}") };
    cr_assert_eq(webhook_news_of(&e, arena, &news, &news_count), ERR_CORRUPT);
    e.body = SLICE("not json");
    cr_assert_eq(webhook_news_of(&e, arena, &news, &news_count), ERR_CORRUPT);
}

static struct subscription subscription(int generation)
{
    struct subscription s = { .generation = generation, .active = true };
    cr_assert(uuid_parse(SLICE(AGENT_ID), &s.id) && uuid_parse(SLICE(TEAM_ID), &s.org));
    return s;
}

static const char *envelope(int generation, enum webhook_event type)
{
    struct subscription s = subscription(generation);
    struct webhook_envelope e = { 5, 0, type, SLICE("{\"a\":1}"), 1764000000123 };
    struct buf b;
    buf_init_arena(&b, arena);
    webhook_envelope_write(&b, &s, &e);
    return b.data;
}

Test(payload, envelopes)
{
    char id[UUID_TEXT_LEN + 1], expected[1024];
    uuid_format(webhook_delivery_id(subscription(1).id, 5, 0), id);
    snprintf(expected, sizeof expected,
             "{\"id\":\"%s\",\"specversion\":\"1.0\",\"type\":\"task:new\","
             "\"source\":\"/com/cisco/wxcc/" AGENT_ID "\",\"comciscoorgid\":\"" TEAM_ID "\","
             "\"datacontenttype\":\"application/json\",\"data\":{\"a\":1}}",
             id);
    cr_assert_str_eq(envelope(1, WEBHOOK_TASK_NEW), expected);
    cr_assert(strstr(envelope(2, WEBHOOK_TASK_NEW), "\"comciscotimestamp\":1764000000123,"));
    cr_assert(strstr(envelope(2, WEBHOOK_AGENT_LOGIN), "\"comciscotimestamp\":\"1764000000123\","));
}

Test(payload, ids_differ_by_what_they_name)
{
    struct uuid a = subscription(1).id, b = a;
    b.bytes[0] ^= 1;
    struct uuid one = webhook_delivery_id(a, 5, 0);
    cr_assert(uuid_eq(one, webhook_delivery_id(a, 5, 0)));
    cr_assert_not(uuid_eq(one, webhook_delivery_id(a, 6, 0)));
    cr_assert_not(uuid_eq(one, webhook_delivery_id(a, 5, 1)));
    cr_assert_not(uuid_eq(one, webhook_delivery_id(b, 5, 0)));
    cr_assert_eq(one.bytes[6] >> 4, 8);
    cr_assert_eq(one.bytes[8] >> 6, 2);
}

/* RFC 4231, test cases 2 and 6. */
Test(payload, signatures)
{
    char out[WEBHOOK_SIGNATURE_LEN + 1], key[131];
    cr_assert_eq(webhook_sign(SLICE("Jefe"), SLICE("what do ya want for nothing?"), out), ERR_OK);
    cr_assert_str_eq(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    cr_assert_eq(webhook_sign((struct slice){ key, sizeof key },
                              SLICE("Test Using Larger Than Block-Size Key - Hash Key First"), out),
                 ERR_OK);
    cr_assert_str_eq(out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}
