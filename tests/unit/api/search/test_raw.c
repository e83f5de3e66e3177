/* needs: facts/memory domain/report */
#include "unit/api/search/world.h"

static void task(const char *id, int64_t created, const char *queue, const char *channel,
                 int64_t wait)
{
    struct facts_value *v = row_new(TABLE_TASK, id, created);
    row_text(v, COL_TASK_CHANNEL_TYPE, channel);
    if (queue) {
        row_text(v, COL_TASK_LAST_QUEUE_ID, queue);
        row_text(v, COL_TASK_LAST_QUEUE_NAME, queue);
    }
    if (wait >= 0)
        row_i64(v, COL_TASK_QUEUE_DURATION, wait);
    row_i64(v, COL_TASK_ENDED_TIME, wait >= 0 ? created + wait : -1);
    row_put(TABLE_TASK, v);
}
static void activity(const char *task_id, int64_t at, const char *name)
{
    struct facts_value *v =
        row_new(TABLE_TASK_ACTIVITY,
                arena_printf(arena, "%s-%lld-%s", task_id, (long long)at, name).at, at);
    row_text(v, COL_TASK_ACTIVITY_TASK_ID, task_id);
    row_text(v, COL_TASK_ACTIVITY_EVENT_NAME, name);
    row_i64(v, COL_TASK_ACTIVITY_DURATION, 10);
    row_put(TABLE_TASK_ACTIVITY, v);
}
static void begin(void)
{
    world_begin();
    task("t1", 1764000001000, "Sales", "telephony", 100);
    task("t2", 1764000002000, "Help", "chat", 300);
    task("t3", 1764000003000, NULL, "telephony", -1);
    for (int i = 0; i < 4; i++)
        activity("t1", 1764000001000 + i * 10, i % 2 ? "connected" : "parked");
    activity("t2", 1764000002000, "parked");
}
TestSuite(search_raw, .init = begin, .fini = world_end);

Test(search_raw, newest_first_in_order_of_the_selection)
{
    expect_answer(
        "{taskDetails(" WINDOW "){pageInfo{endCursor hasNextPage} tasks{lastQueue{name} x: id "
        "channelType aggregation{name} intervalStartTime botName "
        "stringGlobalVariables(name:\"a\"){value}}"
        " intervalInfo{interval}}}",
        "{\"taskDetails\":{\"pageInfo\":{\"endCursor\":null,\"hasNextPage\":false},\"tasks\":["
        "{\"lastQueue\":{\"name\":null},\"x\":\"t3\",\"channelType\":\"telephony\",\"aggregation\":"
        "null,"
        "\"intervalStartTime\":null,\"botName\":null,\"stringGlobalVariables\":{\"value\":null}},"
        "{\"lastQueue\":{\"name\":\"Help\"},\"x\":\"t2\",\"channelType\":\"chat\",\"aggregation\":"
        "null,"
        "\"intervalStartTime\":null,\"botName\":null,\"stringGlobalVariables\":{\"value\":null}},"
        "{\"lastQueue\":{\"name\":\"Sales\"},\"x\":\"t1\",\"channelType\":\"telephony\","
        "\"aggregation\":null,"
        "\"intervalStartTime\":null,\"botName\":null,\"stringGlobalVariables\":{\"value\":null}}],"
        "\"intervalInfo\":null}}");
}

#define IDS(filter, data)                                                        \
    expect_answer("{task(" WINDOW " filter: " filter "){tasks{id(sort: asc)}}}", \
                  "{\"task\":{\"tasks\":[" data "]}}")
#define T1 "{\"id\":\"t1\"}"
#define T2 "{\"id\":\"t2\"}"
#define T3 "{\"id\":\"t3\"}"
Test(search_raw, filters)
{
    IDS("{}", T1 "," T2 "," T3);
    IDS("{channelType: {equals: telephony}}", T1 "," T3);
    IDS("{not: {channelType: {equals: telephony}}}", T2);
    IDS("{queueDuration: {gt: 100}}", T2);
    IDS("{queueDuration: {gte: 100, lt: 300}}", T1);
    IDS("{queueDuration: {equals: null}}", T3);
    IDS("{queueDuration: {notequals: null}}", T1 "," T2);
    IDS("{lastQueue: {name: {notequals: \"Help\"}}}", T1 "," T3);
    IDS("{lastQueue: {name: {match: \"S.*\"}}}", T1);
    IDS("{lastQueue: {name: {match: \"ale\"}}}", "");
    IDS("{lastQueue: {name: {contains: \"al\"}}}", T1);
    IDS("{or: [{lastQueue: {name: {equals: \"Help\"}}}, {endedTime: {equals: -1}}]}", T2 "," T3);
    IDS("{and: [], or: []}", T1 "," T2 "," T3);
    IDS("{and: [{channelType: {equals: telephony}}, {lastQueue: {name: {equals: null}}}]}", T3);
    IDS("{lastQueue: {equals: {name: \"Sales\"}}}", T1);
    IDS("{lastQueue: {notequals: {id: null}}}", T1 "," T2);
    IDS("{sentiment: {equals: \"good\"}}", "");
    IDS("{sentiment: {notequals: \"good\"}}", T1 "," T2 "," T3);
    IDS("{sentiment: {equals: null}}", T1 "," T2 "," T3);
}

Test(search_raw, ended_time_shows_finished_ones_only)
{
    expect_answer("{task(" WINDOW " timeComparator: endedTime){tasks{id}}}",
                  "{\"task\":{\"tasks\":[" T2 "," T1 "]}}");
}

Test(search_raw, inner_pages_of_activities)
{
    expect_answer("{taskDetails(" WINDOW
                  " filter: {id: {equals: \"t1\"}}){tasks{activities(first: 3){totalCount "
                  "nodes{createdTime} pageInfo{hasNextPage endCursor}}}}}",
                  "{\"taskDetails\":{\"tasks\":[{\"activities\":{\"totalCount\":4,\"nodes\":[{"
                  "\"createdTime\":"
                  "1764000001030},{\"createdTime\":1764000001020},{\"createdTime\":1764000001010}],"
                  "\"pageInfo\":{"
                  "\"hasNextPage\":true,\"endCursor\":\"1764000001010\"}}}]}}");
    expect_answer(
        "{taskDetails(" WINDOW " filter: {id: {equals: \"t1\"}}){tasks{activities(first: 3, after: "
        "\"1764000001010\"){totalCount nodes{createdTime} pageInfo{hasNextPage endCursor}}}}}",
        "{\"taskDetails\":{\"tasks\":[{\"activities\":{\"totalCount\":4,\"nodes\":[{"
        "\"createdTime\":"
        "1764000001000}],\"pageInfo\":{\"hasNextPage\":false,\"endCursor\":null}}}]}}");
}

Test(search_raw, ext_filter_picks_records_and_nodes)
{
    expect_answer(
        "{taskDetails(" WINDOW
        " extFilter: {activities: {nodes: {eventName: {equals: \"connected\"}}}})"
        "{tasks{id activities{totalCount nodes{eventName}}}}}",
        "{\"taskDetails\":{\"tasks\":[{\"id\":\"t1\",\"activities\":{\"totalCount\":2,\"nodes\":[{"
        "\"eventName\":\"connected\"},{\"eventName\":\"connected\"}]}}]}}");
    expect_answer("{taskDetails(" WINDOW
                  " extFilter: {activities: {nodes: {eventName: {equals: \"ended\"}}}})"
                  "{tasks{id}}}",
                  "{\"taskDetails\":{\"tasks\":[]}}");
}

Test(search_raw, pages_by_number)
{
    for (int i = 0; i < 300; i++)
        task(arena_printf(arena, "p%03d", i).at, 1764010000000 + i, "Big", "email", 1);
    struct slice out;
    cr_assert_eq(ask("{task(" WINDOW
                     " filter:{channelType:{equals:email}}){pageInfo{hasNextPage endCursor}}}",
                     NULL, &out),
                 ERR_OK);
    cr_assert(
        slice_is(out,
                 "{\"data\":{\"task\":{\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"1\"}}}}"),
        "%.*s", SLICE_ARG(out));
    cr_assert_eq(ask("query($c:String){task(" WINDOW
                     " filter:{channelType:{equals:email}} pagination:{cursor:$c}){"
                     "tasks{id} pageInfo{hasNextPage endCursor}}}",
                     "{\"c\":\"1\"}", &out),
                 ERR_OK);
    cr_assert(slice_starts(out, SLICE("{\"data\":{\"task\":{\"tasks\":[{\"id\":\"p049\"},")),
              "%.*s", SLICE_ARG(out));
    cr_assert(slice_ends(
        out,
        SLICE("{\"id\":\"p000\"}],\"pageInfo\":{\"hasNextPage\":false,\"endCursor\":null}}}}")));
}

static void channel(const char *session, const char *id, const char *type, const char *state)
{
    struct facts_value *v = row_new(TABLE_AGENT_CHANNEL, id, 1764000001000);
    row_text(v, COL_AGENT_CHANNEL_SESSION_ID, session);
    row_text(v, COL_AGENT_CHANNEL_CHANNEL_TYPE, type);
    row_text(v, COL_AGENT_CHANNEL_CURRENT_STATE, state);
    row_put(TABLE_AGENT_CHANNEL, v);
    for (int i = 0; i < 3; i++) {
        v = row_new(TABLE_AGENT_ACTIVITY, arena_printf(arena, "%s-%d", id, i).at,
                    1764000001000 + i);
        row_text(v, COL_AGENT_ACTIVITY_SESSION_ID, session);
        row_text(v, COL_AGENT_ACTIVITY_CHANNEL_ID, id);
        row_text(v, COL_AGENT_ACTIVITY_STATE, i ? "available" : "idle");
        row_put(TABLE_AGENT_ACTIVITY, v);
    }
}
static void session(const char *id)
{
    struct facts_value *v = row_new(TABLE_AGENT_SESSION, id, 1764000001000);
    row_i64(v, COL_AGENT_SESSION_IS_ACTIVE, 1);
    row_put(TABLE_AGENT_SESSION, v);
}

Test(search_raw, sessions_with_their_channels)
{
    session("s2");
    session("s1");
    channel("s1", "c1", "telephony", "on-hold");
    channel("s1", "c2", "chat", "idle");
    channel("s2", "c3", "telephony", "available");
    expect_answer(
        "{agentSession(" WINDOW
        "){agentSessions{agentSessionId channelInfo{channelType currentState "
        "activities(first:1){totalCount nodes{state} pageInfo{endCursor}}}}}}",
        "{\"agentSession\":{\"agentSessions\":[{\"agentSessionId\":\"s1\",\"channelInfo\":[{"
        "\"channelType\":"
        "\"chat\",\"currentState\":\"idle\",\"activities\":{\"totalCount\":3,\"nodes\":[{\"state\":"
        "\"available\"}],\"pageInfo\":{\"endCursor\":\"1764000001002\"}}},{\"channelType\":"
        "\"telephony\","
        "\"currentState\":\"on-hold\",\"activities\":{\"totalCount\":3,\"nodes\":[{\"state\":"
        "\"available\"}],"
        "\"pageInfo\":{\"endCursor\":\"1764000001002\"}}}]},{\"agentSessionId\":\"s2\","
        "\"channelInfo\":[{"
        "\"channelType\":\"telephony\",\"currentState\":\"available\",\"activities\":{"
        "\"totalCount\":3,"
        "\"nodes\":[{\"state\":\"available\"}],\"pageInfo\":{\"endCursor\":\"1764000001002\"}}}]}]}"
        "}");
    expect_answer("{agentSession(" WINDOW
                  " filter:{channelInfo:{channelType:{equals:\"telephony\"} currentState:{"
                  "equals:on_hold}}}){agentSessions{id}}}",
                  "{\"agentSession\":{\"agentSessions\":[{\"id\":\"s1\"}]}}");
    expect_answer("{agentSession(" WINDOW
                  " filter:{channelInfo:{channelType:{equals:\"chat\"} currentState:{"
                  "equals:on_hold}}}){agentSessions{id}}}",
                  "{\"agentSession\":{\"agentSessions\":[]}}");
    expect_answer("{agentSession(" WINDOW " pagination:{cursor:\"s1\"}){agentSessions{id}}}",
                  "{\"agentSession\":{\"agentSessions\":[{\"id\":\"s2\"}]}}");
}

Test(search_raw, several_roots_and_aliases)
{
    expect_answer(
        "{a: task(" WINDOW
        " filter:{id:{equals:\"t1\"}}){tasks{id}} __typename b: taskLegDetails(" WINDOW
        "){taskLegs{id}} flowTraceEvents(" WINDOW
        " filter:{interactionId:{equals:\"t1\"}}){traces{outcome} "
        "pageInfo{totalHits totalPages hasNextPage}}}",
        "{\"a\":{\"tasks\":[" T1
        "]},\"__typename\":\"Query\",\"b\":{\"taskLegs\":[]},\"flowTraceEvents\":{"
        "\"traces\":[],\"pageInfo\":{\"totalHits\":0,\"totalPages\":0,\"hasNextPage\":false}}}");
    expect_answer("{__typename}", "{\"__typename\":\"Query\"}");
}

Test(search_raw, seconds_find_nothing)
{
    expect_answer("{task(from: 1764000000, to: 1764090000){tasks{id} pageInfo{hasNextPage}}}",
                  "{\"task\":{\"tasks\":[],\"pageInfo\":{\"hasNextPage\":false}}}");
}

Test(search_raw, another_organisation_sees_nothing)
{
    struct search_prepared p;
    struct slice out, detail;
    struct search_document doc = { .query = SLICE("{task(" WINDOW "){tasks{id}}}"),
                                   .org = SLICE("other"),
                                   .now_ms = now_ms };
    cr_assert_eq(search_prepare(schema, &doc, arena, &p, &detail), ERR_OK);
    cr_assert_eq(search_execute(&p, facts, &out, &detail), ERR_OK);
    cr_assert(slice_is(out, "{\"data\":{\"task\":{\"tasks\":[]}}}"));
}
