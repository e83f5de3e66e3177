#include "domain/core/org.h"

#include "base/limits.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"

static const char *const state_words[] = {
#define ORG_STATE(symbol, word) word,
#include "org_states.def"
};

static const struct {
    enum org_state from, to;
} edges[] = {
#define ORG_EDGE(from, to) { ORG_##from, ORG_##to },
#include "org_states.def"
};

static const struct {
    const char *name;
    int64_t most;
} limits[] = {
#define ORG_LIMIT(symbol, name, limit) { name, LIMIT_##limit },
#include "org_limits.def"
};

const char *org_state_word(enum org_state s)
{
    return state_words[s];
}

const char *org_limit_name(enum org_limit l)
{
    return limits[l].name;
}

int64_t org_limit_default(enum org_limit l)
{
    return limits[l].most;
}

bool org_may_become(enum org_state from, enum org_state to)
{
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        if (edges[i].from == from && edges[i].to == to)
            return true;
    return false;
}

/* Tests of one room have no world at all. */
static const struct world_part_ops *catalog_ops(const struct world *w)
{
    static const struct world_part_ops none;
    return w ? world_ops(w, WORLD_CATALOG) : &none;
}

enum org_state world_org_state(const struct world *w, struct uuid org)
{
    const struct world_part_ops *ops = catalog_ops(w);
    return ops->org_state ? ops->org_state(world_state(w, WORLD_CATALOG), org) : ORG_ACTIVE;
}

int64_t world_org_limit(const struct world *w, struct uuid org, enum org_limit l)
{
    const struct world_part_ops *ops = catalog_ops(w);
    return ops->org_limit ? ops->org_limit(world_state(w, WORLD_CATALOG), org, l) : limits[l].most;
}

bool world_close_org(struct world *w, struct uuid org, struct effects *fx)
{
    bool closed = true;
    for (int i = 0; i < WORLD_PART_COUNT; i++) {
        const struct world_part_ops *ops = world_ops(w, i);
        if (ops->close_org)
            closed &= ops->close_org(w, world_state(w, i), org, LIMIT_org_close_batch_max, fx);
    }
    return closed;
}

enum err core_in_org(struct world *w, const void *args, struct effects *fx)
{
    const struct core_org_call *call = args;
    enum org_state state = uuid_is_nil(call->org) ? ORG_ACTIVE : world_org_state(w, call->org);
    if (state == ORG_SUSPENDED)
        return ERR_ORG_SUSPENDED;
    return state == ORG_ACTIVE ? call->run(w, call->args, fx) : ERR_UNAUTHORIZED;
}

/* The rooms above the catalogue first, the catalogue itself last. */
enum err core_erase_org(struct world *w, const void *args, struct effects *fx)
{
    const struct core_erase *erase = args;
    if (world_org_state(w, erase->org) != ORG_DELETING)
        return ERR_CONFLICT;
    bool left = !world_close_org(w, erase->org, fx);
    if (left && !fx->event_count)
        return ERR_UNAVAILABLE;
    for (int i = WORLD_PART_COUNT - 1; i >= 0 && !left; i--) {
        const struct world_part_ops *ops = world_ops(w, i);
        left = ops->erase_org &&
               !ops->erase_org(w, world_state(w, i), erase->org, LIMIT_org_erase_batch_max, fx);
    }
    fx->result = left ? SLICE("more") : SLICE("");
    return ERR_OK;
}
