/* needs: store/memory domain/core */
/* The life of an organisation: its only moves, its limits, closing, and the end. */
#include "base/limits.h"
#include "domain/catalog/schema.h"
#include "domain/catalog/standing.h"
#include "domain/core/org.h"
#include "unit/domain/catalog/kit.h"

static struct kit k;
static void begin(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
}
static void end(void)
{
    kit_stop(&k, true);
}
static void kit_restart(struct kit *old)
{
    struct kit fresh;
    const struct uuid org = old->org;
    kit_stop(old, false);
    kit_start(&fresh, old->store);
    *old = fresh;
    old->org = org;
}
TestSuite(standing, .init = begin, .fini = end);

static enum err move(struct uuid org, enum org_state to)
{
    return kit_run(&k, catalog_move_organization, &(struct catalog_move){ org, to });
}
static enum org_state shown(void)
{
    epoch_enter();
    enum org_state s = catalog_org_state(k.catalog, k.org);
    epoch_leave();
    return s;
}
static enum err nothing(struct world *w, const void *args, struct effects *fx)
{
    (void)w, (void)fx;
    ++*(int *)(uintptr_t)args;
    return ERR_OK;
}
static enum err try_in(struct uuid org, int *times)
{
    return kit_run(&k, core_in_org, &(struct core_org_call){ org, nothing, times });
}

Test(standing, every_pair_of_states)
{
    const struct uuid unknown = { { 9 } };
    cr_assert_eq(move(unknown, ORG_SUSPENDED), ERR_NOT_FOUND);
    cr_assert_eq(move(k.org, ORG_ABSENT), ERR_CONFLICT);
    cr_assert_eq(move(k.org, ORG_ACTIVE), ERR_OK);
    cr_assert_eq(move(k.org, ORG_SUSPENDED), ERR_OK);
    cr_assert_eq(shown(), ORG_SUSPENDED);
    cr_assert_eq(move(k.org, ORG_SUSPENDED), ERR_OK);
    cr_assert_eq(move(k.org, ORG_ACTIVE), ERR_OK);
    cr_assert_eq(move(k.org, ORG_DELETING), ERR_OK);
    cr_assert_eq(move(k.org, ORG_DELETING), ERR_OK);
    cr_assert_eq(move(k.org, ORG_ACTIVE), ERR_NOT_FOUND, "no way back");
    cr_assert_eq(move(k.org, ORG_SUSPENDED), ERR_NOT_FOUND);
}
Test(standing, readers_see_a_move_only_when_it_is_durable)
{
    struct catalog_move args = { k.org, ORG_SUSPENDED };
    cr_assert_eq(kit_step(&k, catalog_move_organization, &args), ERR_OK);
    cr_assert_eq(world_org_state(k.world, k.org), ORG_SUSPENDED);
    cr_assert_eq(shown(), ORG_ACTIVE);
    kit_finish(&k, true);
    cr_assert_eq(shown(), ORG_SUSPENDED);
}
Test(standing, commands_run_only_where_it_is_open)
{
    int times = 0;
    cr_assert_eq(try_in(k.org, &times), ERR_OK);
    cr_assert_eq(try_in((struct uuid){ { 0 } }, &times), ERR_OK);
    cr_assert_eq(try_in((struct uuid){ { 9 } }, &times), ERR_UNAUTHORIZED);
    move(k.org, ORG_SUSPENDED);
    cr_assert_eq(try_in(k.org, &times), ERR_ORG_SUSPENDED);
    move(k.org, ORG_DELETING);
    cr_assert_eq(try_in(k.org, &times), ERR_UNAUTHORIZED);
    cr_assert_eq(times, 2);
}
Test(standing, limits_may_be_lower_than_the_servers_and_last)
{
    struct catalog_limits args = { .org = k.org };
    for (int i = 0; i < ORG_LIMIT_COUNT; i++)
        args.limits[i] = STANDING_KEEP;
    args.limits[ORG_LIMIT_TASKS] = LIMIT_tasks_per_org_max + 1;
    cr_assert_eq(kit_run(&k, catalog_limit_organization, &args), ERR_INVALID_FIELD);
    args.limits[ORG_LIMIT_TASKS] = 7;
    cr_assert_eq(kit_run(&k, catalog_limit_organization, &args), ERR_OK);
    move(k.org, ORG_SUSPENDED);
    kit_restart(&k);
    cr_assert_eq(world_org_limit(k.world, k.org, ORG_LIMIT_TASKS), 7);
    cr_assert_eq(world_org_limit(k.world, k.org, ORG_LIMIT_AGENTS), LIMIT_agents_per_org_max);
    cr_assert_eq(world_org_state(k.world, k.org), ORG_SUSPENDED);
    args.limits[ORG_LIMIT_TASKS] = STANDING_DEFAULT;
    cr_assert_eq(kit_run(&k, catalog_limit_organization, &args), ERR_OK);
    cr_assert_eq(world_org_limit(k.world, k.org, ORG_LIMIT_TASKS), LIMIT_tasks_per_org_max);
}
Test(standing, nothing_is_erased_of_what_is_not_being_deleted)
{
    const struct core_erase args = { k.org };
    cr_assert_eq(kit_run(&k, core_erase_org, &args), ERR_CONFLICT);
    move(k.org, ORG_SUSPENDED);
    cr_assert_eq(kit_run(&k, core_erase_org, &args), ERR_CONFLICT);
    cr_assert_eq(kit_run(&k, catalog_forget_organization, &(struct catalog_move){ .org = k.org }),
                 ERR_CONFLICT);
}
static enum err count_row(void *ctx, struct slice org, struct slice id, struct slice body)
{
    (void)org, (void)id, (void)body;
    ++*(unsigned *)ctx;
    return ERR_OK;
}
static unsigned rows(void)
{
    char org[UUID_TEXT_LEN + 1];
    unsigned n = 0;
    uuid_format(k.org, org);
    for (unsigned r = 0; r < RESOURCE_COUNT; r++)
        k.store->ops->scan(k.store, slice_of(resource_rules[r].name), slice_of(org), count_row, &n);
    k.store->ops->scan(k.store, SLICE("config-audit"), slice_of(org), count_row, &n);
    k.store->ops->scan(k.store, SLICE("organization-standing"), slice_of(org), count_row, &n);
    return n;
}
Test(standing, deleting_leaves_no_row_wherever_it_is_cut_short)
{
    const struct core_erase args = { k.org };
    const struct catalog_move itself = { .org = k.org };
    cr_assert_gt(rows(), 15);
    cr_assert_eq(move(k.org, ORG_DELETING), ERR_OK);
    unsigned pieces = 0;
    do {
        kit_restart(&k); /* after every piece: all that it needs to go on is on disk */
        cr_assert_eq(world_org_state(k.world, k.org), ORG_DELETING);
        cr_assert_eq(kit_run(&k, core_erase_org, &args), ERR_OK);
        cr_assert_lt(++pieces, 100);
    } while (k.fx.result.len);
    cr_assert_gt(pieces, 3);
    cr_assert_eq(kit_run(&k, catalog_forget_organization, &itself), ERR_OK);
    cr_assert_eq(shown(), ORG_ABSENT);
    cr_assert_eq(rows(), 0);
    cr_assert_eq(kit_run(&k, catalog_forget_organization, &itself), ERR_NOT_FOUND);
    kit_restart(&k);
    cr_assert_eq(world_org_state(k.world, k.org), ORG_ABSENT);
}
