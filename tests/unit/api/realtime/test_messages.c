#include <criterion/criterion.h>

#include "api/realtime/messages.h"
#include "base/arena.h"
#include "base/json_read.h"
#include "domain/event/event.h"

#define ORG   "0193a1c0-0000-7000-8000-00000000000a"
#define AGENT "0193a1c0-0000-7000-8000-0000000000a1"
#define TASK  "0193a1c0-7a00-7000-8000-000000000001"
#define QUEUE "0193a1c0-7a00-7000-8000-0000000000b1"
#define CODE  "0193a1c0-7a00-7000-8000-0000000000c1"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 24);
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(messages, .init = set_up, .fini = tear_down);

static struct message_list list_of(enum event_type type, const char *body)
{
    struct event e = { .type = type,
                       .seq = 7,
                       .at_ms = 1764000004000,
                       .org = SLICE(ORG),
                       .agent = SLICE(AGENT),
                       .body = slice_of(body) };
    struct message_list list;
    cr_assert_eq(messages_of_event(&e, arena, &list), ERR_OK);
    return list;
}

static const struct json *parsed(const struct message_list *list, unsigned n)
{
    struct json *v;
    cr_assert_lt(n, list->count);
    cr_assert_eq(json_parse(arena, list->texts[n], &v, NULL), ERR_OK, "%.*s",
                 SLICE_ARG(list->texts[n]));
    return v;
}

static void expect(const struct json *v, const char *path, const char *text)
{
    struct slice got = json_text(json_path(v, path), SLICE("(none)"));
    cr_expect(slice_is(got, text), "%s is %.*s, not %s", path, SLICE_ARG(got), text);
}

#define OWNED                                                                  \
    "\"agentId\":\"" AGENT                                                     \
    "\",\"agentName\":\"Ann Agent\",\"agentDn\":\"1001\",\"queueId\":\"" QUEUE \
    "\",\"queueName\":\"Sales\","
#define COMMON                                                                                    \
    "{\"task\":{\"id\":\"" TASK "\",\"orgId\":\"" ORG                                             \
    "\",\"origin\":\"+4930111\",\"destination\":\"+4930999\",\"ronaTimeout\":18,"                 \
    "\"createdTime\":1764000000000,\"stateTime\":1764000001000,\"attributes\":{\"customerName\":" \
    "\"Grace\"},\"channelType\":\"telephony\",\"direction\":\"INBOUND\","

Test(messages, an_offer_is_two_messages_in_order)
{
    struct message_list list = list_of(EVENT_TASK_CONNECT, COMMON OWNED "\"state\":\"offered\"}}");
    cr_assert_eq(list.count, 2);
    const struct json *reserved = parsed(&list, 0), *offer = parsed(&list, 1);
    expect(reserved, "type", "RoutingMessage");
    expect(reserved, "data.type", "AgentContactReserved");
    expect(offer, "data.type", "AgentOfferContact");
    expect(reserved, "data.eventType", "RoutingMessage");
    expect(reserved, "data.agentId", AGENT);
    expect(reserved, "data.interactionId", TASK);
    expect(reserved, "data.mediaResourceId", TASK);
    expect(reserved, "data.interaction.state", "new");
    expect(reserved, "data.interaction.callAssociatedData.customerName.value", "Grace");
    expect(reserved, "data.interaction.callProcessingDetails.virtualTeamName", "Sales");
    expect(reserved, "data.interaction.callProcessingDetails.ronaTimeout", "18");
    cr_expect_eq(json_i64(json_path(offer, "data.ronaTimeout"), 0), 18);
    const struct json *me = json_get(json_path(offer, "data.interaction.participants"), AGENT);
    cr_expect(!json_bool(json_get(me, "hasJoined"), true));
    cr_expect_not_null(json_get(json_path(offer, "data.interaction.participants"), "+4930111"));
    cr_expect_eq(json_get(json_path(offer, "data.interaction.media"), TASK)->type, JSON_OBJECT);
}

Test(messages, hold_shows_on_the_media)
{
    struct message_list list =
        list_of(EVENT_TASK_ON_HOLD, COMMON OWNED "\"state\":\"hold\",\"heldTime\":1764000003000}}");
    const struct json *v = parsed(&list, 0),
                      *media = json_get(json_path(v, "data.interaction.media"), TASK);
    expect(v, "data.type", "AgentContactHeld");
    expect(v, "data.interaction.state", "hold");
    cr_expect(json_bool(json_get(media, "isHold"), false));
    cr_expect_eq(json_i64(json_get(media, "holdTimestamp"), 0), 1764000003000);
}

Test(messages, the_end_names_who_wraps_up)
{
    struct message_list list =
        list_of(EVENT_TASK_ENDED, COMMON OWNED
                "\"state\":\"wrapUp\",\"isTerminated\":true},\"reason\":\"Agent Left\"}");
    const struct json *v = parsed(&list, 0), *pending = json_path(v, "data.agentsPendingWrapUp");
    expect(v, "data.type", "ContactEnded");
    cr_assert_eq(pending->count, 1);
    cr_expect(slice_is(pending->first->text, AGENT));
    expect(v, "data.reason", "Agent Left");
    cr_expect(json_bool(json_path(v, "data.interaction.isTerminated"), false));
}

Test(messages, wrapped_up_names_the_code)
{
    struct message_list list = list_of(EVENT_TASK_WRAPPED_UP, COMMON
                                       "\"state\":\"ended\",\"wrapUpCodeId\":\"" CODE "\"}}");
    expect(parsed(&list, 0), "data.wrapUpAuxCodeId", CODE);
}

Test(messages, login_has_what_the_sdk_destructures)
{
    struct message_list list = list_of(
        EVENT_AGENT_LOGIN,
        "{\"agent\":{\"id\":\"" TASK "\",\"orgId\":\"" ORG "\",\"agentId\":\"" AGENT
        "\",\"isAgent\":true,\"state\":\"Idle\",\"idleCodeId\":\"" CODE "\","
        "\"deviceType\":\"EXTENSION\",\"dialNumber\":\"1001\",\"channels\":[{\"id\":\"" QUEUE
        "\",\"channelType\":\"chat\"}]},\"trackingId\":\"t-1\"}");
    const struct json *v = parsed(&list, 0);
    expect(v, "type", "StationLogin");
    expect(v, "data.type", "AgentStationLoginSuccess");
    expect(v, "data.eventType", "AgentDesktopMessage");
    expect(v, "data.trackingId", "t-1");
    expect(v, "data.status", "LoggedIn");
    expect(v, "data.subStatus", "Idle");
    expect(v, "data.auxCodeId", CODE);
    expect(v, "data.deviceType", "EXTENSION");
    const char *const lists[] = { "telephony", "chat", "email", "social" };
    for (int i = 0; i < 4; i++) {
        const struct json *ids = json_get(json_path(v, "data.channelsMap"), lists[i]);
        cr_assert(ids && ids->type == JSON_ARRAY, "%s", lists[i]);
        cr_expect_eq(ids->count, i == 1);
    }
}

Test(messages, a_failure_carries_reason_and_code)
{
    struct message_list list =
        list_of(EVENT_AGENT_STATE_FAILED, "{\"reason\":\"AGENT_NOT_FOUND\",\"reasonCode\":1038}");
    const struct json *v = parsed(&list, 0);
    expect(v, "type", "AgentStateChange");
    expect(v, "data.type", "AgentStateChangeFailed");
    expect(v, "data.reason", "AGENT_NOT_FOUND");
    cr_expect_eq(json_i64(json_path(v, "data.reasonCode"), 0), 1038);
}

Test(messages, a_refusal_is_named_by_its_operation)
{
    struct message_list list =
        list_of(EVENT_TASK_REFUSED,
                COMMON OWNED "\"state\":\"connected\"},\"operation\":\"hold\",\"reason\":\"x\"}");
    expect(parsed(&list, 0), "data.type", "AgentContactHoldFailed");
    list = list_of(EVENT_TASK_REFUSED, "{\"operation\":\"wrapup\",\"reason\":\"gone\"}");
    expect(parsed(&list, 0), "data.type", "AgentWrapupFailed");
}

Test(messages, a_reload_brings_the_contacts)
{
    struct message_list list =
        list_of(EVENT_AGENT_RELOAD,
                "{\"agent\":{\"id\":\"" TASK "\",\"agentId\":\"" AGENT
                "\",\"state\":\"Available\",\"deviceType\":\"EXTENSION\"},"
                "\"tasks\":[{\"id\":\"" TASK "\",\"state\":\"connected\",\"agentId\":\"" AGENT
                "\",\"origin\":\"a\"}]}");
    cr_assert_eq(list.count, 2);
    expect(parsed(&list, 0), "type", "AgentReloginSuccess");
    expect(parsed(&list, 0), "data.auxCodeId", "0");
    expect(parsed(&list, 1), "data.type", "AgentContact");
}

Test(messages, a_repeated_answer_is_the_answer)
{
    struct message_list list =
        list_of(EVENT_TASK_ASSIGNED_AGAIN, COMMON OWNED "\"state\":\"connected\"}}");
    cr_assert_eq(list.count, 1);
    const struct json *again = parsed(&list, 0);
    expect(again, "type", "RoutingMessage");
    expect(again, "data.type", "AgentContactAssigned");
    expect(again, "data.interactionId", TASK);
    expect(again, "data.interaction.state", "connected");
}

Test(messages, a_queued_contact_reaches_no_socket)
{
    cr_expect_eq(list_of(EVENT_TASK_PARKED, COMMON "\"state\":\"parked\"}}").count, 0);
}

Test(messages, a_broken_body_is_corrupt)
{
    struct event e = { .type = EVENT_TASK_CONNECTED,
                       .org = SLICE(ORG),
                       .agent = SLICE(AGENT),
                       .body = SLICE("{\"task\":5}") };
    struct message_list list;
    cr_expect_eq(messages_of_event(&e, arena, &list), ERR_CORRUPT);
}

Test(messages, keepalive)
{
    cr_expect(message_is_keepalive(arena, SLICE("{\"keepalive\":\"true\"}")));
    cr_expect(!message_is_keepalive(arena, SLICE("{\"keepalive\":true}")));
    cr_expect(!message_is_keepalive(arena, SLICE("keepalive")));
}
