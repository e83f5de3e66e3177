/* needs: net */
#include "api/config/listing.h"
#include "base/limits.h"
#include "unit/api/config/entities.h"

static struct arena *arena;
static struct http_request req;
static struct buf out;
static struct slice why;

static void setup(void)
{
    char members[128];
    arena = arena_new(64 << 20);
    for (unsigned i = 0; i < 25; i++) {
        snprintf(members, sizeof members,
                 ",\"name\":\"Site %u\",\"active\":%s,\"description\":\"%c\"", i,
                 i % 2 ? "true" : "false", 'z' - (int)i);
        entity_add(arena, RESOURCE_SITE, members);
    }
}

static void teardown(void)
{
    entities_free();
    arena_free(arena);
}

TestSuite(listing, .init = setup, .fini = teardown);

static enum err list(const char *query, struct listing *l)
{
    static const struct catalog_view view = { .set = entities_set };
    struct json_writer w;
    req = (struct http_request){ .path = SLICE("/organization/o/v2/site"),
                                 .query = slice_of(query),
                                 .arena = arena };
    why = (struct slice){ NULL, 0 };
    buf_init_arena(&out, arena);
    enum err e = config_listing_read(&req, RESOURCE_SITE, false, l, &why);
    if (e == ERR_OK)
        e = config_listing_find(l, &view, arena, &why);
    if (e != ERR_OK)
        return e;
    json_writer_init(&w, &out);
    config_listing_write(l, &view, &w);
    return ERR_OK;
}

static bool says(const char *text)
{
    bool found = memmem(out.data, out.len, text, strlen(text)) != NULL;
    if (!found)
        fprintf(stderr, "wanted %s in %s\n", text, out.data);
    return found;
}

static const char *meta_of(const struct listing *l)
{
    struct json_writer w;
    buf_init_arena(&out, arena);
    json_writer_init(&w, &out);
    json_object_begin(&w);
    config_page_meta(&w, &l->page, &req, SLICE("o"));
    json_object_end(&w);
    return out.data;
}

Test(listing, default_is_everything_in_order_of_making)
{
    struct listing l;
    cr_assert_eq(list("", &l), ERR_OK);
    cr_assert_eq(l.page.total, 25);
    cr_assert(says("[{\"id\":\"01000000-0000-0000-0000-000000000000\",\"name\":\"Site 0\""));
    cr_assert(says("\"name\":\"Site 24\""));
    cr_assert_str_eq(meta_of(&l), "{\"orgid\":\"o\",\"page\":0,\"pageSize\":100,\"totalPages\":1,"
                                  "\"totalRecords\":25,\"links\":{"
                                  "\"self\":\"/organization/o/v2/site?page=0&pageSize=100\","
                                  "\"first\":\"/organization/o/v2/site?page=0&pageSize=100\","
                                  "\"last\":\"/organization/o/v2/site?page=0&pageSize=100\"}}");
}

Test(listing, links_lead_to_the_neighbours_and_keep_the_query)
{
    struct listing l;
    cr_assert_eq(list("page=1&filter=active%3D%3Dtrue&pageSize=5", &l), ERR_OK);
    cr_assert_eq(l.page.total, 12);
    cr_assert(says("[{\"id\":\"01000000-0000-0000-0000-00000000000b\""));
    meta_of(&l);
    cr_assert(says("\"page\":1,\"pageSize\":5,\"totalPages\":3,\"totalRecords\":12"));
    cr_assert(
        says("\"next\":\"/organization/o/v2/site?page=2&pageSize=5&filter=active%3D%3Dtrue\""));
    cr_assert(
        says("\"prev\":\"/organization/o/v2/site?page=0&pageSize=5&filter=active%3D%3Dtrue\""));
    cr_assert(says("\"last\":\"/organization/o/v2/site?page=2&pageSize=5"));
}

Test(listing, pages_meet_without_gap_or_overlap)
{
    struct listing l;
    char query[64];
    size_t rows = 0;
    for (unsigned page = 0; page < 4; page++) {
        snprintf(query, sizeof query, "page=%u&pageSize=7", page);
        cr_assert_eq(list(query, &l), ERR_OK);
        cr_assert_eq(config_page_first(&l.page), rows);
        rows = config_page_end(&l.page);
    }
    cr_assert_eq(rows, 25);
    cr_assert_eq(list("page=9&pageSize=7", &l), ERR_OK);
    cr_assert_str_eq(out.data, "[]");
    cr_assert_eq(list("page=2147483647&pageSize=100", &l), ERR_OK);
    cr_assert_str_eq(out.data, "[]");
}

Test(listing, page_parameters_have_bounds)
{
    static const char *const bad[] = { "page=-1", "page=x", "pageSize=0", "pageSize=1.5",
                                       "page=99999999999" };
    struct listing l;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(list(bad[i], &l), ERR_INVALID_FIELD, "%s", bad[i]);
        cr_assert(slice_starts(why, SLICE("page")));
    }
    cr_assert_eq(list("pageSize=5000", &l), ERR_OK);
    cr_assert_eq(l.page.size, LIMIT_page_size_max);
}

Test(listing, attributes_choose_members)
{
    struct listing l;
    cr_assert_eq(list("attributes=name,id,unknown&pageSize=1", &l), ERR_OK);
    cr_assert_str_eq(out.data,
                     "[{\"id\":\"01000000-0000-0000-0000-000000000000\",\"name\":\"Site 0\"}]");
}

Test(listing, sorts_by_a_field)
{
    struct listing l;
    cr_assert_eq(list("sort=description,asc&pageSize=1&attributes=name", &l), ERR_OK);
    cr_assert_str_eq(out.data, "[{\"name\":\"Site 24\"}]");
    cr_assert_eq(list("sort=description,DESC&pageSize=1&attributes=name", &l), ERR_OK);
    cr_assert_str_eq(out.data, "[{\"name\":\"Site 0\"}]");
    cr_assert_eq(list("sort=active&pageSize=1&attributes=name", &l), ERR_OK);
    cr_assert_str_eq(out.data, "[{\"name\":\"Site 0\"}]");
    cr_assert_eq(list("sort=nothing", &l), ERR_INVALID_FIELD);
    cr_assert_eq(list("sort=name,sideways", &l), ERR_INVALID_FIELD);
}

Test(listing, search_and_filter_together)
{
    struct listing l;
    cr_assert_eq(list("search=site+1&filter=active%3D%3Dtrue", &l), ERR_OK);
    cr_assert_eq(l.page.total, 6); /* 1, 11, 13, 15, 17, 19 */
    cr_assert_eq(list("filter=active%3D%3D", &l), ERR_INVALID_FIELD);
}

Test(listing, the_first_version_filters_by_id_alone)
{
    struct listing l;
    req = (struct http_request){ .query = SLICE("filter=name%3D%3Dx"), .arena = arena };
    cr_assert_eq(config_listing_read(&req, RESOURCE_SITE, true, &l, &why), ERR_INVALID_FIELD);
    req.query = SLICE("filter=id%3D%3Dx");
    cr_assert_eq(config_listing_read(&req, RESOURCE_SITE, true, &l, &why), ERR_OK);
}

Test(listing, arrays_stay_out_of_lists_unless_asked_for)
{
    struct listing l;
    static const struct catalog_view view = { .set = entities_set };
    static const char *const queries[] = { "", "attributes=id,teamIds",
                                           "singleObjectResponse=true" };
    entities_free();
    entity_add(arena, RESOURCE_USER, ",\"email\":\"a@b\",\"teamIds\":[\"x\"]");
    for (unsigned i = 0; i < 3; i++) {
        struct json_writer w;
        req = (struct http_request){ .query = slice_of(queries[i]), .arena = arena };
        cr_assert_eq(config_listing_read(&req, RESOURCE_USER, false, &l, &why), ERR_OK);
        cr_assert_eq(config_listing_find(&l, &view, arena, &why), ERR_OK);
        buf_init_arena(&out, arena);
        json_writer_init(&w, &out);
        config_listing_write(&l, &view, &w);
        cr_assert_eq(memmem(out.data, out.len, "teamIds", 7) != NULL, i > 0, "%s", out.data);
    }
    entity_add(arena, RESOURCE_USER, ",\"email\":\"c@d\"");
    cr_assert_eq(config_listing_find(&l, &view, arena, &why), ERR_INVALID_FIELD);
}
