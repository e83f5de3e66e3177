#include "domain/report/chain.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"

/* What the activities of a table have in common, by column. */
struct chain_kind {
    enum report_table table;
    unsigned key, chain, begin, end, active, duration, name, touched;
    int before, after; /* columns for the neighbours' names; -1: none */
};
static const struct chain_kind kinds[] = {
    { .table = TABLE_TASK_ACTIVITY,
      .key = COL_TASK_ACTIVITY_ID,
      .chain = COL_TASK_ACTIVITY_TASK_ID,
      .begin = COL_TASK_ACTIVITY_CREATED_TIME,
      .end = COL_TASK_ACTIVITY_ENDED_TIME,
      .active = COL_TASK_ACTIVITY_IS_ACTIVE,
      .duration = COL_TASK_ACTIVITY_DURATION,
      .name = COL_TASK_ACTIVITY_EVENT_NAME,
      .touched = COL_TASK_ACTIVITY_LAST_ACTIVITY_TIME,
      .before = COL_TASK_ACTIVITY_PREVIOUS_STATE,
      .after = COL_TASK_ACTIVITY_NEXT_STATE },
    { .table = TABLE_AGENT_ACTIVITY,
      .key = COL_AGENT_ACTIVITY_ID,
      .chain = COL_AGENT_ACTIVITY_CHANNEL_ID,
      .begin = COL_AGENT_ACTIVITY_START_TIME,
      .end = COL_AGENT_ACTIVITY_END_TIME,
      .active = COL_AGENT_ACTIVITY_IS_CURRENT_ACTIVITY,
      .duration = COL_AGENT_ACTIVITY_DURATION,
      .name = COL_AGENT_ACTIVITY_STATE,
      .touched = COL_AGENT_ACTIVITY_END_TIME,
      .before = -1,
      .after = -1 },
};
struct link {
    struct slice id; /* key in the map, one of the texts */
    uint64_t seq;
    unsigned ordinal;
    struct facts_value values[]; /* then the bytes of all texts */
};
struct report_chains {
    struct map links;
    const struct report_memory *memory;
};

static const struct chain_kind *kind_of(enum report_table t)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].table == t)
            return &kinds[i];
    return NULL;
}

struct report_chains *report_chains_new(const struct report_memory *memory)
{
    struct report_chains *c = calloc(1, sizeof *c);
    if (c) {
        map_init(&c->links);
        c->memory = memory;
    }
    return c;
}

void report_chains_free(struct report_chains *c)
{
    if (!c)
        return;
    size_t at = 0;
    struct slice id;
    void *link;
    while (map_next(&c->links, &at, &id, &link))
        free(link);
    map_release(&c->links);
    free(c);
}

size_t report_chains_count(const struct report_chains *c)
{
    return c->links.count;
}

static bool is_text(const struct facts_value *v)
{
    return v->set && (v->type == FACTS_TEXT || v->type == FACTS_CODE);
}

/* Channel and contact ids are different UUIDs, so the id alone names the chain. */
static struct link *link_new(const struct chain_kind *k, const struct facts_value *values)
{
    unsigned n = report_table(k->table)->column_count;
    size_t bytes = 0;
    for (unsigned i = 0; i < n; i++)
        bytes += is_text(&values[i]) ? values[i].text.len : 0;
    struct link *l = malloc(sizeof *l + n * sizeof *values + bytes + 1);
    if (!l)
        return NULL;
    *l = (struct link){ 0 };
    memcpy(l->values, values, n * sizeof *values);
    char *at = (char *)(l->values + n);
    for (unsigned i = 0; i < n; i++) {
        if (!is_text(&values[i]))
            continue;
        memcpy(at, values[i].text.at, values[i].text.len);
        l->values[i].text.at = at;
        at += values[i].text.len;
    }
    l->id = l->values[k->chain].text;
    return l;
}

static void link_drop(struct report_chains *c, struct slice id)
{
    free(map_remove(&c->links, id));
}

static enum err link_put(struct report_chains *c, struct link *l)
{
    if (!l)
        return ERR_OUT_OF_MEMORY;
    link_drop(c, l->id);
    enum err e = map_put(&c->links, l->id, l);
    if (e)
        free(l);
    return e;
}

/* The chain's open row, from the history when it was not seen since the start. */
static enum err recall(struct report_chains *c, const struct chain_kind *k,
                       const struct report_row *row, const struct link **out)
{
    *out = map_get(&c->links, row->chain);
    if (*out || row->first || !c->memory)
        return ERR_OK;
    struct facts_filter is = { .op = FACTS_EQ,
                               .ref = { .column = k->chain },
                               .value = { .set = true, .type = FACTS_TEXT, .text = row->chain } };
    struct facts_filter open = { .op = FACTS_EQ,
                                 .ref = { .column = k->active },
                                 .value = { .set = true, .type = FACTS_BOOL, .i64 = 1 } };
    const struct facts_filter *both[] = { &is, &open };
    struct facts_filter filter = { .op = FACTS_AND, .args = both, .arg_count = 2 };
    const struct facts_value *values = NULL;
    enum err e = c->memory->find(c->memory->ctx, &filter, row, &values);
    if (!e && values)
        e = link_put(c, link_new(k, values));
    *out = map_get(&c->links, row->chain);
    return e;
}

static enum err emit(struct report_rows *out, enum report_table t, const struct facts_value *values)
{
    struct report_row *row = report_rows_add(out, t, LINK_NONE);
    if (!row)
        return ERR_OUT_OF_MEMORY;
    unsigned n = report_table(t)->column_count;
    for (unsigned i = 0; i < n; i++) {
        row->values[i] = values[i];
        if (is_text(&values[i]))
            row->values[i].text = arena_copy(out->arena, values[i].text);
        if (is_text(&values[i]) && !row->values[i].text.at)
            return ERR_OUT_OF_MEMORY;
    }
    return ERR_OK;
}

/* The open activity ends where `row` begins; written once more. */
static enum err end_link(const struct chain_kind *k, const struct link *l,
                         const struct report_row *row, struct report_rows *out)
{
    enum err e = emit(out, k->table, l->values);
    if (e)
        return e;
    struct facts_value *v = out->at[out->count - 1].values;
    if (v[k->active].i64) {
        v[k->active].i64 = 0;
        v[k->end] = (struct facts_value){ true, FACTS_I64, { 0 }, row->at_ms, 0 };
        v[k->duration] = v[k->end];
        v[k->duration].i64 -= v[k->begin].i64;
        v[k->touched].i64 = row->at_ms;
    }
    if (k->after >= 0 && row->values)
        v[k->after] = row->values[k->name];
    for (const struct report_patch *p = row->patch; p; p = p->next)
        v[p->column] = p->value;
    return ERR_OK;
}

static bool is_older(const struct report_row *row, const struct link *l)
{
    return row->seq < l->seq || (row->seq == l->seq && row->ordinal < l->ordinal);
}

/* The same activity told again: keep what this event does not know. */
static void merge(const struct chain_kind *k, const struct link *l, struct facts_value *values)
{
    for (unsigned i = 0; i < report_table(k->table)->column_count; i++)
        if (!values[i].set)
            values[i] = l->values[i];
}

static enum err begin_link(struct report_chains *c, const struct chain_kind *k,
                           const struct link *l, const struct report_row *row,
                           struct report_rows *out)
{
    if (k->before >= 0 && l && !row->values[k->before].set)
        row->values[k->before] = l->values[k->name];
    enum err e = emit(out, k->table, row->values);
    if (e || row->last)
        return e;
    struct link *next = link_new(k, row->values);
    if (next) {
        next->seq = row->seq;
        next->ordinal = row->ordinal;
    }
    return link_put(c, next);
}

static enum err follow(struct report_chains *c, const struct report_row *row,
                       struct report_rows *out)
{
    const struct chain_kind *k = kind_of(row->table);
    const struct link *l;
    enum err e = recall(c, k, row, &l);
    if (e)
        return e;
    if (l && is_older(row, l))
        return ERR_OK; /* the history is further already */
    bool same = l && row->values && slice_eq(l->values[k->key].text, row->values[k->key].text);
    if (same)
        merge(k, l, row->values);
    else if (l)
        e = end_link(k, l, row, out);
    if (!e && row->values)
        e = begin_link(c, k, same ? NULL : l, row, out);
    if (!e && row->last)
        link_drop(c, row->chain);
    return e;
}

static enum err pass(const struct report_row *row, struct report_rows *out)
{
    struct report_row *copy = report_rows_add(out, row->table, LINK_END);
    if (!copy)
        return ERR_OUT_OF_MEMORY;
    *copy = *row;
    return ERR_OK;
}

enum err report_chains_link(struct report_chains *c, const struct report_rows *in,
                            struct report_rows *out)
{
    for (size_t i = 0; i < in->count; i++) {
        const struct report_row *row = &in->at[i];
        enum err e = row->link == LINK_NONE ? pass(row, out) : follow(c, row, out);
        if (e)
            return e;
    }
    return ERR_OK;
}
