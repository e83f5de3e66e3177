/* The rows of one page. What the indexes answer alone costs as much as the page; all else costs as
 * much as the candidates, up to a limit. */
#include "api/config/listing.h"
#include "api/config/plan.h"
#include "base/arena.h"
#include "base/limits.h"
#include "domain/catalog/schema.h"

enum {
    STEP_BYTES = 256, /* of an entity: one step more */
    SORT_COST = 16    /* entities one need not look at when they need not be sorted, for each */
};

struct finding {
    struct listing *l;
    const struct entity_set *indexed;
    struct catalog_set set;
    struct plan plan;
    struct arena *arena, *scratch; /* scratch is emptied for each candidate */
    uint32_t *found;               /* positions of those that match; NULL: the plan's */
    size_t count;
};

/* ---- one candidate ---- */

static bool is_in_use(const struct entity *e)
{
    enum field active = resource_rules[entity_resource(e)].active;
    return active == FIELD_COUNT || entity_bool(e, active, true);
}

static bool is_of_channels(const struct entity *e, struct slice rest)
{
    enum field channel = schema_field(entity_resource(e), SLICE("channelType"));
    struct slice one;
    if (!rest.len || channel == FIELD_COUNT)
        return true;
    while (slice_cut(&rest, ',', &one)) {
        if (slice_eq(slice_trim(one), entity_text(e, channel)))
            return true;
    }
    return false;
}

static bool is_wanted(const struct finding *f, const struct entity *e)
{
    const struct listing *l = f->l;
    if ((l->in_use_only && !is_in_use(e)) || !access_shows(&l->access, e) ||
        !list_view_shows(&l->view, e) || !is_of_channels(e, l->channels) ||
        !is_child_of(e, l->parent))
        return false;
    if (!f->scratch)
        return true;
    arena_reset(f->scratch);
    return (!l->filter || config_filter_matches(l->filter, e, f->scratch)) &&
           (!l->searching || config_search_matches(&l->search, e, f->scratch));
}

/* ---- all of them ---- */

/* Something besides filter and parent chooses. */
static bool is_picky(const struct listing *l)
{
    return l->in_use_only || !l->access.all || list_view_hides(&l->view) || l->channels.len ||
           l->searching;
}

static enum err make_room(struct finding *f)
{
    f->found = arena_take(f->arena, (f->plan.count + 1) * sizeof *f->found);
    return f->found ? ERR_OK : ERR_OUT_OF_MEMORY;
}

static enum err look_at_candidates(struct finding *f, struct slice *why)
{
    size_t each = f->l->filter ? config_filter_cost(f->l->filter) : 0, steps = 0;
    each += f->l->searching ? f->l->search.count : 0;
    for (size_t i = 0; i < f->plan.count; i++) {
        size_t at = plan_position(&f->plan, i);
        const struct entity *e = f->set.items[at];
        steps += 1 + each * (1 + entity_json(e).len / STEP_BYTES);
        if (steps > LIMIT_filter_steps_max) {
            *why =
                SLICE("filter: compares too much; name fewer values, or a field that equals one");
            return ERR_INVALID_FIELD;
        }
        f->l->looked_at++;
        if (is_wanted(f, e))
            f->found[f->count++] = (uint32_t)at;
    }
    return ERR_OK;
}

static enum err find_all(struct finding *f, struct slice *why)
{
    bool reads = f->l->filter || f->l->searching;
    enum err e = make_room(f);
    if (e == ERR_OK && reads && !(f->scratch = arena_new(LIMIT_request_arena_bytes_max)))
        e = ERR_OUT_OF_MEMORY;
    if (e == ERR_OK)
        e = look_at_candidates(f, why);
    arena_free(f->scratch);
    f->scratch = NULL;
    return e;
}

/* ---- the page ---- */

/* The plan becomes the order asked for, or what was found does. */
static enum err sort(struct finding *f)
{
    const enum field field = f->l->sort;
    if (!f->found && f->plan.kind == PLAN_ALL) {
        const struct field_index *x = index_want(f->indexed, field, SORT_COST * f->set.count);
        if (x) {
            f->plan = (struct plan){ PLAN_RANGE, f->count, true, index_all(x), NULL };
            return ERR_OK;
        }
    }
    if (!f->found) {
        enum err e = make_room(f);
        for (size_t i = 0; e == ERR_OK && i < f->count; i++)
            f->found[i] = (uint32_t)plan_position(&f->plan, i);
        if (e != ERR_OK)
            return e;
    }
    return index_sort(f->set, field, f->found, f->count);
}

static enum err take_page(struct finding *f)
{
    struct listing *l = f->l;
    l->page.total = f->count;
    size_t first = config_page_first(&l->page);
    l->row_count = config_page_end(&l->page) - first;
    l->rows = arena_take(f->arena, (l->row_count + 1) * sizeof *l->rows);
    for (size_t i = 0; l->rows && i < l->row_count; i++) {
        size_t n = l->descending ? f->count - 1 - (first + i) : first + i;
        l->rows[i] = f->set.items[f->found ? f->found[n] : plan_position(&f->plan, n)];
    }
    return l->rows ? ERR_OK : ERR_OUT_OF_MEMORY;
}

enum err config_listing_find(struct listing *l, const struct catalog_view *view, struct arena *a,
                             struct slice *why)
{
    struct finding f = { .l = l, .arena = a };
    f.indexed = view_set(view, l->resource, &f.set);
    enum err e = l->filter ? config_filter_resolve(a, l->filter, view, l->resource) : ERR_OK;
    struct plan_question q = { .set = f.set,
                               .indexed = f.indexed,
                               .resource = l->resource,
                               .filter = l->filter,
                               .parent = l->parent,
                               .access = &l->access,
                               .desktop = &l->view.desktop };
    if (e == ERR_OK)
        e = plan_make(&q, a, &f.plan);
    f.count = f.plan.exact ? f.plan.count : 0;
    if (e == ERR_OK && (!f.plan.exact || is_picky(l))) {
        f.count = 0;
        e = find_all(&f, why);
    }
    if (e == ERR_OK && l->sort != FIELD_COUNT)
        e = sort(&f);
    if (e == ERR_OK)
        e = take_page(&f);
    if (e != ERR_OK || !l->one_only || l->page.total <= 1)
        return e;
    *why = SLICE("singleObjectResponse: the filter should leave a single record");
    return ERR_INVALID_FIELD;
}
