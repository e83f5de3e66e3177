/* needs: net domain/core domain/event store/memory */
/* What a list costs, and what only an index or a resolved name can answer. */
#include "api/config/listing.h"
#include "base/epoch.h"
#include "base/limits.h"
#include "domain/catalog/schema.h"
#include "store/memory/store_memory.h"
#include "store/store.h"
#include "unit/api/config/entities.h"

enum { USERS = 20000, TEAMS = 100 };
static struct arena *arena, *rows;
static struct store *store;
static struct catalog *catalog;
static const struct uuid org = { { 7 } };
static char org_text[UUID_TEXT_LEN + 1];
static struct slice why;

static void put(const char *kind, unsigned n, const char *members)
{
    char id[UUID_TEXT_LEN + 1];
    uuid_format(n ? entity_number(n) : org, id);
    struct slice body = arena_printf(rows, "{\"id\":\"%s\"%s}", id, members);
    struct store_write write = { slice_of(kind), slice_of(org_text), slice_of(id), body };
    cr_assert_eq(store->ops->commit(store, &(struct store_batch){ &write, 1, NULL, 0 }, 1), ERR_OK);
}

static const char *team_of(unsigned n)
{
    char id[UUID_TEXT_LEN + 1];
    uuid_format(entity_number(1 + n % TEAMS), id);
    return arena_printf(rows, "\"%s\"", id).at;
}

static void setup(void)
{
    arena = arena_new(64 << 20);
    rows = arena_new(256 << 20);
    uuid_format(org, org_text);
    cr_assert_eq(store_memory_open(&store), ERR_OK);
    put("organization", 0, "");
    for (unsigned n = 1; n <= TEAMS; n++)
        put("team", n, arena_printf(rows, ",\"name\":\"Team %u\"", n).at);
    for (unsigned n = 1; n <= USERS; n++)
        put("user", n,
            arena_printf(
                rows,
                ",\"firstName\":\"%05u\",\"active\":%s,\"email\":\"%u@x\",\"teamIds\":[%s,%s]",
                USERS - n, n % 2 ? "true" : "false", n, team_of(n), team_of(n + 7))
                .at);
    catalog = catalog_new();
    cr_assert_eq(catalog_load(catalog, store), ERR_OK);
}

static void teardown(void)
{
    catalog_free(catalog);
    epoch_drain();
    store->ops->close(store);
    arena_free(arena);
    arena_free(rows);
}

TestSuite(listing_find, .init = setup, .fini = teardown);

static enum err list(enum resource r, const char *query, struct listing *l)
{
    const struct catalog_view view = { catalog, org, catalog_published };
    arena_reset(arena);
    struct http_request req = { .query = slice_of(query), .arena = arena };
    enum err e = config_listing_read(&req, r, false, l, &why);
    epoch_enter();
    if (e == ERR_OK)
        e = config_listing_find(l, &view, arena, &why);
    epoch_leave();
    return e;
}

static struct slice first(const struct listing *l, enum field f)
{
    return l->row_count ? entity_text(l->rows[0], f) : SLICE("");
}

/* Asked often enough, the list touches what it shows and nothing else. */
static void expect_indexed(const char *query, size_t total, const char *first_name)
{
    struct listing l;
    unsigned asked = 0;
    do {
        cr_assert_eq(list(RESOURCE_USER, query, &l), ERR_OK, "%s: %.*s", query, SLICE_ARG(why));
        cr_assert_eq(l.page.total, total, "%s: %zu", query, l.page.total);
        cr_assert(slice_is(first(&l, FIELD_USER_FIRST_NAME), first_name), "%s: %.*s", query,
                  SLICE_ARG(first(&l, FIELD_USER_FIRST_NAME)));
        cr_assert_leq(l.row_count, l.page.size);
    } while (l.looked_at && ++asked < 20);
    cr_assert_eq(l.looked_at, 0, "%s", query);
}

Test(listing_find, costs_the_page_and_not_the_table)
{
    char query[200];
    expect_indexed("", USERS, "19999");
    expect_indexed("page=150", USERS, "04999");
    expect_indexed("sort=firstName", USERS, "00000");
    expect_indexed("sort=firstName,desc&page=199", USERS, "00099");
    expect_indexed("filter=active%3D%3Dtrue", USERS / 2, "19999");
    expect_indexed("filter=active%3D%3Dtrue&page=99", USERS / 2, "00199");
    expect_indexed("filter=firstName%3Din%3D(00007,nobody,00005)", 2, "00007");
    snprintf(query, sizeof query, "filter=teamIds%%3D%%3D%s", team_of(3));
    expect_indexed(query, 2 * USERS / TEAMS, "19997");
}

Test(listing_find, looks_at_the_candidates_of_the_best_part)
{
    struct listing l;
    for (int i = 0; i < 20; i++)
        cr_assert_eq(
            list(RESOURCE_USER, "filter=active%3D%3Dtrue;firstName%3D%3D00007;email%3D%3D*x", &l),
            ERR_OK);
    cr_assert_eq(l.page.total, 1);
    cr_assert_eq(l.looked_at, 1);
    cr_assert_eq(list(RESOURCE_USER, "filter=id%3D%3D01000000-0000-0000-0000-000000000009", &l),
                 ERR_OK);
    cr_assert_eq(l.page.total, 1);
    cr_assert_eq(l.looked_at, 1);
}

static void find_shown(const struct access *access, const struct access *desktop, struct listing *l)
{
    const struct catalog_view view = { catalog, org, catalog_published };
    struct http_request req = { .query = SLICE("filter=active%3D%3Dtrue"), .arena = arena };
    cr_assert_eq(config_listing_read(&req, RESOURCE_USER, false, l, &why), ERR_OK);
    l->access = *access;
    l->view.desktop = *desktop;
    epoch_enter();
    cr_assert_eq(config_listing_find(l, &view, arena, &why), ERR_OK);
    epoch_leave();
}

Test(listing_find, looks_at_what_the_caller_may_see_alone)
{
    static const struct access all = { .all = true };
    struct uuid ids[] = { entity_number(3), entity_number(4), entity_number(30000) };
    struct uuid own[] = { entity_number(4), entity_number(5) };
    struct access some = { .ids = ids, .count = 3, .own = own, .own_count = 2 };
    struct listing l;
    find_shown(&some, &all, &l);
    cr_assert_eq(l.page.total, 2); /* 3 and 5; 4 is not active */
    cr_assert_eq(l.looked_at, 3);
    find_shown(&all, &some, &l);
    cr_assert_eq(l.page.total, 2);
    cr_assert_eq(l.looked_at, 3);
    find_shown(&some, &(struct access){ .ids = ids, .count = 1 }, &l);
    cr_assert_eq(l.page.total, 1);
    cr_assert_eq(l.looked_at, 1);
    find_shown(&(struct access){ .all = false }, &all, &l);
    cr_assert_eq(l.page.total, 0);
    cr_assert_eq(l.looked_at, 0);
}

/* `of` times the part, joined by a comma. */
static struct slice repeated(const char *form, unsigned of)
{
    struct buf text;
    buf_init_arena(&text, rows);
    buf_add(&text, SLICE("filter="));
    for (unsigned i = 0; i < of; i++) {
        struct slice part = arena_printf(rows, "%05u", i);
        buf_printf(&text, "%s%s%.*s", i ? "," : "", form, SLICE_ARG(part));
    }
    return buf_slice(&text);
}

Test(listing_find, its_work_is_bounded)
{
    struct listing l;
    struct slice many = repeated("email%3D%3D*", 550);
    cr_assert_eq(list(RESOURCE_USER, many.at, &l), ERR_INVALID_FIELD);
    cr_assert(slice_starts(why, SLICE("filter: ")), "%.*s", SLICE_ARG(why));
    cr_assert(l.looked_at > 0 && l.looked_at < USERS);
    cr_assert_eq(list(RESOURCE_USER, repeated("email%3D%3D*", 100).at, &l), ERR_OK);
    /* As many values that are looked up are no more than any list asks for. */
    cr_assert_eq(list(RESOURCE_USER, repeated("firstName%3D%3D", 450).at, &l), ERR_OK);
    cr_assert_eq(l.page.total, 450);
}

Test(listing_find, teams_of_a_user_by_a_name_that_only_filters_know)
{
    struct listing l;
    cr_assert_eq(list(RESOURCE_TEAM, "filter=userId%3D%3D01000000-0000-0000-0000-000000000002", &l),
                 ERR_OK);
    cr_assert_eq(l.page.total, 2);
    cr_assert(slice_is(first(&l, FIELD_TEAM_NAME), "Team 3"));
    cr_assert_eq(list(RESOURCE_TEAM,
                      "filter=userId!%3D01000000-0000-0000-0000-000000000002;name%3D%3D*3*", &l),
                 ERR_OK);
    cr_assert_eq(l.page.total, 18); /* of nineteen: not team 3 */
    cr_assert_eq(list(RESOURCE_TEAM, "filter=userId%3D%3Dnobody", &l), ERR_OK);
    cr_assert_eq(l.page.total, 0);
    cr_assert_eq(list(RESOURCE_TEAM, "filter=userId%3D%3D*", &l), ERR_OK);
    cr_assert_eq(l.page.total, 0);
    cr_assert_eq(list(RESOURCE_TEAM, "filter=userId%3Dlike%3Dx", &l), ERR_INVALID_FIELD);
    cr_assert_eq(list(RESOURCE_SITE, "filter=userId%3D%3Dx", &l), ERR_INVALID_FIELD);
}

Test(listing_find, sorts_by_what_can_be_compared)
{
    struct listing l;
    cr_assert_eq(list(RESOURCE_TEAM, "sort=queueRankings", &l), ERR_INVALID_FIELD);
    cr_assert_eq(list(RESOURCE_TEAM, "sort=userIds", &l), ERR_INVALID_FIELD);
    cr_assert_eq(list(RESOURCE_TEAM, "sort=siteName", &l), ERR_INVALID_FIELD);
    cr_assert_eq(list(RESOURCE_ADDRESS_BOOK_ENTRY, "sort=parentId", &l), ERR_INVALID_FIELD);
    cr_assert_eq(list(RESOURCE_TEAM, "sort=createdTime,desc", &l), ERR_OK);
}
