#include "api/search/root.h"

#include "base/limits.h"

static const struct search_root roots[] = {
    { { "task", 4 }, TABLE_TASK, COL_TASK_ENDED_TIME, PAGE_NUMBER, LIMIT_search_page_max, 0 },
    { { "taskDetails", 11 },
      TABLE_TASK,
      COL_TASK_ENDED_TIME,
      PAGE_NUMBER,
      LIMIT_search_page_max,
      LIMIT_search_raw_activity_days_max },
    { { "taskLegDetails", 14 },
      TABLE_TASK_LEG,
      COL_TASK_LEG_ENDED_TIME,
      PAGE_NUMBER,
      LIMIT_search_leg_page_max,
      0 },
    { { "agentSession", 12 },
      TABLE_AGENT_SESSION,
      COL_AGENT_SESSION_END_TIME,
      PAGE_KEY,
      LIMIT_search_page_max,
      LIMIT_search_raw_activity_days_max },
    { { "flowInteractions", 16 },
      TABLE_FLOW_RUN,
      COL_FLOW_RUN_FLOW_END_TIME,
      PAGE_FLOW,
      LIMIT_search_page_max,
      0 },
    { { "flowTraceEvents", 15 },
      TABLE_FLOW_TRACE,
      COL_FLOW_TRACE_FLOW_END_TIME,
      PAGE_FLOW,
      LIMIT_search_page_max,
      0 },
};

const struct search_root *search_root_find(struct slice name)
{
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (slice_eq(roots[i].name, name))
            return &roots[i];
    return NULL;
}

enum report_table search_path_table(const struct search_root *root, struct slice path)
{
    if (root->table == TABLE_TASK && slice_starts(path, SLICE("activities.")))
        return TABLE_TASK_ACTIVITY;
    if (root->table != TABLE_AGENT_SESSION || !slice_starts(path, SLICE("channelInfo.")))
        return root->table;
    return slice_starts(path, SLICE("channelInfo.activities.")) ? TABLE_AGENT_ACTIVITY
                                                                : TABLE_AGENT_CHANNEL;
}
