/* needs: facts/memory domain/report */
#include "unit/api/search/world.h"

static void task(const char *id, int64_t created, const char *queue, const char *code, int64_t talk)
{
    struct facts_value *v = row_new(TABLE_TASK, id, created);
    row_text(v, COL_TASK_CHANNEL_TYPE, "telephony");
    if (queue)
        row_text(v, COL_TASK_LAST_QUEUE_NAME, queue);
    if (code)
        row_text(v, COL_TASK_LAST_WRAPUP_CODE_NAME, code);
    row_i64(v, COL_TASK_CONNECTED_DURATION, talk);
    row_i64(v, COL_TASK_IS_ACTIVE, code == NULL);
    row_put(TABLE_TASK, v);
}
static void begin(void)
{
    world_begin();
    task("t1", 1764000001000, "Sales", "Sale", 100);
    task("t2", 1764000002000, "Sales", "None", 301);
    task("t3", 1764000003000, "Help", "Sale", 1000);
    task("t4", 1764000004000, NULL, NULL, 0);
}
TestSuite(search_grouped, .init = begin, .fini = world_end);
#define COUNT "aggregations: [{field: \"id\", type: count, name: \"n\"}]"

Test(search_grouped, by_queue_and_code_null_first)
{
    expect_answer("{taskDetails(" WINDOW " " COUNT
                  "){tasks{lastQueue{name} lastWrapupCodeName aggregation{name value}} "
                  "pageInfo{hasNextPage endCursor}}}",
                  "{\"taskDetails\":{\"tasks\":["
                  "{\"lastQueue\":{\"name\":null},\"lastWrapupCodeName\":null,\"aggregation\":[{"
                  "\"name\":\"n\",\"value\":1.0}]},"
                  "{\"lastQueue\":{\"name\":\"Help\"},\"lastWrapupCodeName\":\"Sale\","
                  "\"aggregation\":[{\"name\":\"n\",\"value\":1.0}]},"
                  "{\"lastQueue\":{\"name\":\"Sales\"},\"lastWrapupCodeName\":\"None\","
                  "\"aggregation\":[{\"name\":\"n\",\"value\":1.0}]},"
                  "{\"lastQueue\":{\"name\":\"Sales\"},\"lastWrapupCodeName\":\"Sale\","
                  "\"aggregation\":[{\"name\":\"n\",\"value\":1.0}]}],"
                  "\"pageInfo\":{\"hasNextPage\":false,\"endCursor\":null}}}");
}

Test(search_grouped, all_functions_and_item_filters_in_one_row)
{
    expect_answer(
        "{task(" WINDOW " aggregations: ["
        "{field: \"connectedDuration\", type: sum, name: \"sum\"}"
        "{field: \"connectedDuration\", type: average, name: \"avg\", filter: {connectedDuration: "
        "{gt: 0}}}"
        "{field: \"connectedDuration\", type: max, name: \"max\", filter: {lastQueue: {name: "
        "{equals: \"Sales\"}}}}"
        "{field: \"lastQueue.name\", type: cardinality, name: \"queues\"}"
        "{field: \"lastQueue.name\", type: count, name: \"queued\"}"
        "{field: \"holdDuration\", type: min, name: \"nothing\"}"
        "{field: \"csatScore\", type: sum, name: \"later\"}]){tasks{aggregation{name value}}}}",
        "{\"task\":{\"tasks\":[{\"aggregation\":[{\"name\":\"sum\",\"value\":1401.0},{\"name\":"
        "\"avg\","
        "\"value\":467.0},{\"name\":\"max\",\"value\":301.0},{\"name\":\"queues\",\"value\":2.0},{"
        "\"name\":"
        "\"queued\",\"value\":3.0},{\"name\":\"nothing\",\"value\":0.0},{\"name\":\"later\","
        "\"value\":0.0}]}]}}");
}

Test(search_grouped, older_form_and_single_item)
{
    expect_answer(
        "{task(" WINDOW
        " aggregation: {aggr: [{field: connectedDuration, type: sum, name: \"s\"}]}){tasks{"
        "aggregation{value}}}}",
        "{\"task\":{\"tasks\":[{\"aggregation\":[{\"value\":1401.0}]}]}}");
    expect_answer(
        "{task(" WINDOW
        " aggregations: {field: \"id\", type: count, name: \"n\"}){tasks{aggregation{value}}}}",
        "{\"task\":{\"tasks\":[{\"aggregation\":[{\"value\":4.0}]}]}}");
}

Test(search_grouped, nothing_found_is_one_row_of_zeros)
{
    expect_answer("{task(from: 1763000000000, to: 1763000001000, " COUNT
                  "){tasks{aggregation{value}}}}",
                  "{\"task\":{\"tasks\":[{\"aggregation\":[{\"value\":0.0}]}]}}");
    expect_answer("{task(from: 1764000000, to: 1764090000, " COUNT "){tasks{aggregation{value}}}}",
                  "{\"task\":{\"tasks\":[{\"aggregation\":[{\"value\":0.0}]}]}}");
    expect_answer("{task(from: 1763000000000, to: 1763000001000, " COUNT
                  "){tasks{channelType aggregation{value}}}}",
                  "{\"task\":{\"tasks\":[]}}");
}

Test(search_grouped, cursor_continues_strictly_after)
{
    expect_answer("{task(" WINDOW " " COUNT
                  " pagination: {cursor: \"lastQueue.name=Help::lastWrapupCodeName=Sale\"}){"
                  "tasks{lastQueue{name} lastWrapupCodeName}}}",
                  "{\"task\":{\"tasks\":[{\"lastQueue\":{\"name\":\"Sales\"},"
                  "\"lastWrapupCodeName\":\"None\"},{"
                  "\"lastQueue\":{\"name\":\"Sales\"},\"lastWrapupCodeName\":\"Sale\"}]}}");
    expect_refusal("{task(" WINDOW " " COUNT
                   " pagination: {cursor: \"team.id=4\"}){tasks{lastQueue{name}}}}",
                   "the cursor does not belong to this query");
}

Test(search_grouped, pages_of_a_thousand_groups)
{
    for (int i = 0; i < 1200; i++)
        task(arena_printf(arena, "g%04d", i).at, 1764000005000,
             arena_printf(arena, "q::%04d", i).at, "x", 1);
    struct slice out;
    const char *page = "query($c: String){task(" WINDOW " " COUNT
                       " pagination: {cursor: $c}){tasks{lastQueue{name}} "
                       "pageInfo{hasNextPage endCursor}}}";
    cr_assert_eq(ask(page, "{\"c\":null}", &out), ERR_OK);
    cr_assert(
        slice_ends(out, SLICE("\"hasNextPage\":true,\"endCursor\":\"lastQueue.name=q::0996\"}}}}")),
        "%.*s", SLICE_ARG(slice_sub(out, out.len - 120, out.len)));
    cr_assert_eq(ask(page, "{\"c\":\"lastQueue.name=q::0996\"}", &out), ERR_OK);
    cr_assert(slice_starts(
        out, SLICE("{\"data\":{\"task\":{\"tasks\":[{\"lastQueue\":{\"name\":\"q::0997\"}}")));
    cr_assert(slice_ends(out, SLICE("\"hasNextPage\":false,\"endCursor\":null}}}}")));
}

/* Germany: summer time ended on 2025-10-26, so that day had 25 hours. */
Test(search_grouped, days_over_a_change_of_the_clock)
{
    task("a", 1761343200000, "Sales", "x", 1); /* 2025-10-25 00:00 in Berlin */
    task("b", 1761429599999, "Sales", "x", 1); /* 2025-10-25 23:59:59.999 */
    task("c", 1761429600000, "Sales", "x", 1); /* 2025-10-26 00:00 */
    task("d", 1761519599999, "Sales", "x", 1); /* 2025-10-26 23:59:59.999, 25 hours later */
    task("e", 1761519600000, "Sales", "x", 1); /* 2025-10-27 00:00 */
    expect_answer("{task(from: 1761343200000, to: 1761530000000, " COUNT
                  " aggregationInterval: {interval: DAILY, "
                  "timezone: \"Europe/Berlin\"}){tasks{intervalStartTime aggregation{value}} "
                  "intervalInfo{interval "
                  "timezone}}}",
                  "{\"task\":{\"tasks\":[{\"intervalStartTime\":1761343200000,\"aggregation\":[{"
                  "\"value\":2.0}]},{"
                  "\"intervalStartTime\":1761429600000,\"aggregation\":[{\"value\":2.0}]},{"
                  "\"intervalStartTime\":"
                  "1761519600000,\"aggregation\":[{\"value\":1.0}]}],\"intervalInfo\":{"
                  "\"interval\":\"DAILY\","
                  "\"timezone\":\"Europe/Berlin\"}}}");
    /* The first bucket may begin before `from`. */
    expect_answer(
        "{task(from: 1761429599999, to: 1761429599999, " COUNT
        " aggregationInterval: {interval: DAILY, "
        "timezone: \"Europe/Berlin\"}){tasks{channelType intervalStartTime(sort: desc)}}}",
        "{\"task\":{\"tasks\":[{\"channelType\":\"telephony\",\"intervalStartTime\":1761343200000}]"
        "}}");
    /* Not selected: plain totals. */
    expect_answer("{task(from: 1761343200000, to: 1761530000000, " COUNT
                  " aggregationInterval: {interval: WEEKLY}){tasks{"
                  "aggregation{value}}}}",
                  "{\"task\":{\"tasks\":[{\"aggregation\":[{\"value\":5.0}]}]}}");
    /* Weeks begin on Monday, months on the first. */
    expect_answer("{task(from: 1761343200000, to: 1761530000000, " COUNT
                  " aggregationInterval: {interval: WEEKLY, timezone: "
                  "\"Europe/Berlin\"}){tasks{intervalStartTime aggregation{value}}}}",
                  "{\"task\":{\"tasks\":[{\"intervalStartTime\":1760911200000,\"aggregation\":[{"
                  "\"value\":4.0}]},{"
                  "\"intervalStartTime\":1761519600000,\"aggregation\":[{\"value\":1.0}]}]}}");
    expect_answer("{task(from: 1761343200000, to: 1761530000000, " COUNT
                  " aggregationInterval: {interval: MONTHLY}){tasks{"
                  "intervalStartTime}}}",
                  "{\"task\":{\"tasks\":[{\"intervalStartTime\":1759276800000}]}}");
}

static void channel(const char *session, const char *id, const char *type, int64_t idle)
{
    struct facts_value *v = row_new(TABLE_AGENT_CHANNEL, id, 1764000001000);
    row_text(v, COL_AGENT_CHANNEL_SESSION_ID, session);
    row_text(v, COL_AGENT_CHANNEL_CHANNEL_TYPE, type);
    row_text(v, COL_AGENT_CHANNEL_CURRENT_STATE, idle > 5 ? "idle" : "available");
    row_i64(v, COL_AGENT_CHANNEL_IDLE_DURATION, idle);
    row_put(TABLE_AGENT_CHANNEL, v);
    v = row_new(TABLE_AGENT_ACTIVITY, arena_printf(arena, "%s-a", id).at, 1764000001000);
    row_text(v, COL_AGENT_ACTIVITY_SESSION_ID, session);
    row_text(v, COL_AGENT_ACTIVITY_CHANNEL_ID, id);
    row_text(v, COL_AGENT_ACTIVITY_CHANNEL_TYPE, type);
    row_text(v, COL_AGENT_ACTIVITY_STATE, "idle");
    row_i64(v, COL_AGENT_ACTIVITY_DURATION, idle);
    row_put(TABLE_AGENT_ACTIVITY, v);
}
static void session(const char *id, const char *team)
{
    struct facts_value *v = row_new(TABLE_AGENT_SESSION, id, 1764000001000);
    row_text(v, COL_AGENT_SESSION_TEAM_NAME, team);
    row_put(TABLE_AGENT_SESSION, v);
}

Test(search_grouped, channels_and_their_activities)
{
    session("s1", "One");
    session("s2", "Two");
    channel("s1", "c1", "telephony", 4);
    channel("s1", "c2", "chat", 6);
    channel("s1", "c3", "chat", 8);
    channel("s2", "c4", "chat", 10);
    expect_answer("{agentSession(" WINDOW
                  " aggregations: [{field: \"channelInfo.idleDuration\", type: sum, name: \"i\"} {"
                  "field: \"id\", type: count, name: "
                  "\"sessions\"}]){agentSessions{channelInfo{channelType} aggregation{"
                  "value}}}}",
                  "{\"agentSession\":{\"agentSessions\":[{\"channelInfo\":[{\"channelType\":"
                  "\"chat\"}],\"aggregation\":[{"
                  "\"value\":24.0},{\"value\":2.0}]},{\"channelInfo\":[{\"channelType\":"
                  "\"telephony\"}],\"aggregation\":[{"
                  "\"value\":4.0},{\"value\":1.0}]}]}}");
    /* A wallboard: the filters of the items meet in one channel. */
    expect_answer(
        "{agentSession(" WINDOW
        " filter: {channelInfo: {channelType: {equals: \"chat\"}}} aggregations: [{field: "
        "\"id\", type: count, name: \"a\", filter: {channelInfo: {currentState: {equals: "
        "available}}}} {field: \"id\","
        " type: count, name: \"b\"}]){agentSessions{aggregation{name value}}}}",
        "{\"agentSession\":{\"agentSessions\":[{\"aggregation\":[{\"name\":\"a\",\"value\":0.0},{"
        "\"name\":\"b\","
        "\"value\":2.0}]}]}}");
    expect_answer(
        "{agentSession(" WINDOW
        " aggregations: [{field: \"channelInfo.activities.nodes.duration\", type: max, name: "
        "\"m\"}]){agentSessions{teamName channelInfo{channelType activities{nodes{state}}} "
        "aggregation{value}}}}",
        "{\"agentSession\":{\"agentSessions\":[{\"teamName\":\"One\",\"channelInfo\":[{"
        "\"channelType\":\"chat\","
        "\"activities\":{\"nodes\":[{\"state\":\"idle\"}]}}],\"aggregation\":[{\"value\":8.0}]},{"
        "\"teamName\":"
        "\"One\",\"channelInfo\":[{\"channelType\":\"telephony\",\"activities\":{\"nodes\":[{"
        "\"state\":\"idle\"}]}}],"
        "\"aggregation\":[{\"value\":4.0}]},{\"teamName\":\"Two\",\"channelInfo\":[{"
        "\"channelType\":\"chat\","
        "\"activities\":{\"nodes\":[{\"state\":\"idle\"}]}}],\"aggregation\":[{\"value\":10.0}]}]}"
        "}");
}
