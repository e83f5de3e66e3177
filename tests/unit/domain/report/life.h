/* A contact's life as journal events, in the words of docs/internals/journal.md: it arrives, waits,
 * is offered to an agent who does not answer, is offered again, talks, is wrapped up. */
#ifndef TESTS_UNIT_DOMAIN_REPORT_LIFE_H
#define TESTS_UNIT_DOMAIN_REPORT_LIFE_H
#include <stdio.h>

#include "domain/event/event.h"
#define LIFE_ORG     "0193a1c0-0000-7000-8000-00000000000a"
#define LIFE_TASK    "0193a1c0-7a00-7000-8000-000000000001"
#define LIFE_QUEUE   "0193a1c0-0000-7000-8000-0000000000c1"
#define LIFE_AGENT   "0193a1c0-0000-7000-8000-0000000000a1"
#define LIFE_SESSION "0193a1c0-0000-7000-8000-0000000000b1"
#define LIFE_CHANNEL "0193a1c0-0000-7000-8000-0000000000d1"
#define LIFE_CODE    "0193a1c0-0000-7000-8000-0000000000e1"
enum { LIFE_EVENTS_MAX = 32, LIFE_BODY_MAX = 4000 };
struct life {
    struct event events[LIFE_EVENTS_MAX];
    char bodies[LIFE_EVENTS_MAX][LIFE_BODY_MAX];
    unsigned count;
    int64_t t0;
};
struct life_step {
    enum event_type type;
    int64_t after_ms;
    const char *task;  /* members of the contact, NULL: none in the body */
    const char *agent; /* members of the session */
    const char *channel;
    int64_t channel_since; /* after t0 */
};

static inline void life_tell(struct life *l, const struct life_step *s)
{
    char *at = l->bodies[l->count], *end = at + LIFE_BODY_MAX, *begin = at;
    long long now = (long long)(l->t0 + s->after_ms);
    at += snprintf(at, (size_t)(end - at), "{\"x\":0");
    if (s->task)
        at += snprintf(
            at, (size_t)(end - at),
            ",\"task\":{\"id\":\"" LIFE_TASK "\",\"orgId\":\"" LIFE_ORG
            "\",\"channelType\":\"telephony\",\"direction\":\"INBOUND\",\"origin\":\"+4930\","
            "\"createdTime\":%lld,\"lastUpdatedTime\":%lld,\"attributes\":{\"customerName\":"
            "\"Grace\"},%s}",
            (long long)l->t0, now, s->task);
    if (s->agent)
        at += snprintf(
            at, (size_t)(end - at),
            ",\"agent\":{\"id\":\"" LIFE_SESSION "\",\"orgId\":\"" LIFE_ORG
            "\",\"agentId\":\"" LIFE_AGENT
            "\",\"agentName\":\"Ada\",\"dialNumber\":\"1001\",\"blendingMode\":\"BLENDED\","
            "\"loginTime\":%lld,%s,\"channels\":[{\"id\":\"" LIFE_CHANNEL
            "\",\"channelType\":\"telephony\",\"stateTime\":%lld,%s}]}",
            (long long)(l->t0 - 10000), s->agent, (long long)(l->t0 + s->channel_since),
            s->channel);
    at += snprintf(at, (size_t)(end - at), "}");
    l->events[l->count] = (struct event){ .type = s->type,
                                          .seq = l->count + 1,
                                          .at_ms = now,
                                          .org = SLICE(LIFE_ORG),
                                          .body = { begin, (size_t)(at - begin) } };
    l->count++;
}
#define LIFE_QUEUED \
    "\"queueId\":\"" LIFE_QUEUE "\",\"queueName\":\"Sales\",\"queueCount\":1,\"isActive\":true,"
#define LIFE_LEG(more)                                             \
    ",\"legs\":[{\"id\":\"" LIFE_CODE "\",\"taskId\":\"" LIFE_TASK \
    "\",\"createdTime\":1764000000100,\"queueId\":\"" LIFE_QUEUE   \
    "\",\"queueName\":\"Sales\",\"serviceLevel\":20000,\"status\":" more "}]"
#define LIFE_OWNED                                                                            \
    "\"agentId\":\"" LIFE_AGENT "\",\"agentName\":\"Ada\",\"agentSessionId\":\"" LIFE_SESSION \
    "\",\"agentDn\":\"1001\","
#define LIFE_LAST "\"lastAgentId\":\"" LIFE_AGENT "\",\"lastAgentName\":\"Ada\","
#define LIFE_OVER                                                                               \
    "\"terminatedTime\":1764000040000,\"terminationType\":\"normal\",\"terminatingEnd\":"       \
    "\"Customer\","                                                                             \
    "\"terminationReason\":\"Customer Left\",\"connectedCount\":1,\"connectedDuration\":18000," \
    "\"isContactHandled\":true,\"isWithinServiceLevel\":true,"
#define LIFE_LEG_OVER                                                                           \
    LIFE_LEG(                                                                                   \
        "\"ended\",\"endedTime\":1764000040000,\"handleType\":\"normal\",\"isTaskLegHandled\":" \
        "true,\"connectedCount\":1,\"connectedDuration\":18000,\"wrapupDuration\":5000,"        \
        "\"agentId\":\"" LIFE_AGENT "\",\"isWithinServiceLevel\":true")
static const struct life_step life_of_contact[] = {
    { EVENT_AGENT_LOGIN, -10000, NULL,
      "\"state\":\"Idle\",\"idleCodeId\":\"" LIFE_CODE
      "\",\"idleCodeName\":\"Lunch\",\"lastIdleCodeChangeTime\":1763999990000",
      "\"currentState\":\"idle\",\"idleCount\":1", -10000 },
    { EVENT_AGENT_STATE, -4000, NULL, "\"state\":\"Available\"",
      "\"currentState\":\"available\",\"idleCount\":1,\"idleDuration\":6000,\"availableCount\":1",
      -4000 },
    { EVENT_TASK_NEW, 0, "\"state\":\"new\",\"status\":\"new\",\"isActive\":true", NULL, NULL, 0 },
    { EVENT_TASK_PARKED, 100,
      LIFE_QUEUED "\"state\":\"parked\",\"status\":\"parked\"" LIFE_LEG("\"parked\""), NULL, NULL,
      0 },
    { EVENT_TASK_CONNECT, 1000,
      LIFE_QUEUED LIFE_OWNED "\"state\":\"offered\",\"status\":\"connect\"" LIFE_LEG("\"connect\""),
      "\"state\":\"Available\"", "\"currentState\":\"ringing\",\"taskId\":\"" LIFE_TASK "\"",
      1000 },
    { EVENT_TASK_RONA, 19000,
      LIFE_QUEUED "\"state\":\"parked\",\"status\":\"parked\"" LIFE_LEG("\"parked\""),
      "\"state\":\"Available\"", "\"currentState\":\"not-responding\"", 19000 },
    { EVENT_TASK_CONNECT, 20000,
      LIFE_QUEUED LIFE_OWNED "\"state\":\"offered\",\"status\":\"connect\"" LIFE_LEG("\"connect\""),
      "\"state\":\"Available\"", "\"currentState\":\"ringing\",\"taskId\":\"" LIFE_TASK "\"",
      20000 },
    { EVENT_TASK_CONNECTED, 22000,
      LIFE_QUEUED LIFE_OWNED LIFE_LAST
      "\"isContactHandled\":true,\"isWithinServiceLevel\":true,\"state\":\"connected\",\"status\":"
      "\"connected\"" LIFE_LEG("\"connected\""),
      "\"state\":\"Available\"", "\"currentState\":\"connected\",\"taskId\":\"" LIFE_TASK "\"",
      22000 },
    { EVENT_TASK_ENDED, 40000,
      LIFE_QUEUED LIFE_OWNED LIFE_LAST LIFE_OVER
      "\"state\":\"wrapUp\",\"status\":\"wrapup\"" LIFE_LEG_OVER,
      "\"state\":\"Available\"", "\"currentState\":\"wrapup\",\"taskId\":\"" LIFE_TASK "\"",
      40000 },
    { EVENT_TASK_WRAPUP, 40000,
      LIFE_QUEUED LIFE_OWNED LIFE_LAST LIFE_OVER
      "\"state\":\"wrapUp\",\"status\":\"wrapup\"" LIFE_LEG_OVER,
      "\"state\":\"Available\"", "\"currentState\":\"wrapup\",\"taskId\":\"" LIFE_TASK "\"",
      40000 },
    { EVENT_TASK_WRAPPED_UP, 45000,
      LIFE_QUEUED LIFE_LAST LIFE_OVER
      "\"wrapUpCodeId\":\"" LIFE_CODE "\",\"wrapUpCodeName\":\"Sale\",\"wrapupDuration\":5000,"
      "\"endedTime\":1764000045000,\"state\":\"ended\",\"status\":\"ended\"" LIFE_LEG_OVER,
      "\"state\":\"Available\"", "\"currentState\":\"available\"", 45000 },
    { EVENT_AGENT_LOGOUT, 60000, NULL,
      "\"state\":\"LoggedOut\",\"logoutTime\":1764000060000,\"logoutReason\":\"User requested\"",
      "\"currentState\":\"available\"", 45000 },
};

static inline void life_begin(struct life *l)
{
    l->count = 0;
    l->t0 = 1764000000000;
}
/* The first `steps` of the life. */
static inline void life_live(struct life *l, unsigned steps)
{
    life_begin(l);
    for (unsigned i = 0; i < steps; i++)
        life_tell(l, &life_of_contact[i]);
}
enum { LIFE_STEPS = sizeof life_of_contact / sizeof *life_of_contact };
#endif
