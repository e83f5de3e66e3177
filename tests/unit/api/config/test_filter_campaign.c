/* needs: net store/memory store/sqlite domain/core domain/event */
/* 100,000 random filters over random entities of many resources: whole list requests, with indexes
 * built and not, against SQLite, which is given the same entities as a table. */
#include <sqlite3.h>

#include "api/config/listing.h"
#include "base/epoch.h"
#include "base/json_write.h"
#include "store/memory/store_memory.h"
#include "store/store.h"
#include "unit/api/config/entities.h"
#include "unit/api/config/random_filter.h"

#if defined(__has_feature)
#    if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#        define SLOW 1
#    endif
#endif
#ifdef SLOW
enum { ROUNDS = 20 }; /* a fifth, so that it takes as long */
#else
enum { ROUNDS = 100 };
#endif
enum { FILTERS = 1000, ENTITIES = 80, FIELDS_MAX = 64 };

struct campaign {
    struct random_filter filter;
    enum resource resource;
    enum field fields[FIELDS_MAX];
    struct uuid ids[ENTITIES], org;
    struct arena *arena, *round; /* of one filter, of one set of entities */
    struct store *store;
    struct catalog *catalog;
    sqlite3 *db;
    unsigned matched, unmatched, sorted;
};

/* ---- the entities, in the catalogue and in SQL ---- */

static void sql(struct campaign *c, struct slice text)
{
    char *error = NULL;
    struct slice ended = arena_copy(c->round, text);
    cr_assert_eq(sqlite3_exec(c->db, ended.at, NULL, NULL, &error), SQLITE_OK, "%s: %s", ended.at,
                 error);
}

static void choose_fields(struct campaign *c)
{
    const struct resource_rule *rule = &resource_rules[c->resource];
    c->filter.field_count = 0;
    for (enum field f = rule->first; f < rule->first + rule->count; f++) {
        const struct field_rule *r = &field_rules[f];
        bool numbers =
            (r->flags & RULE_LIST) && (r->type == RULE_INTEGER || r->type == RULE_BOOLEAN);
        if (r->type != RULE_OBJECT && !(r->flags & RULE_NO_FILTER) && !r->derive && !numbers)
            c->fields[c->filter.field_count++] = f;
    }
    c->filter.fields = c->fields;
}

static void make_table(struct campaign *c)
{
    struct buf text;
    buf_init_arena(&text, c->round);
    buf_add(&text, SLICE("DROP TABLE IF EXISTS entity; DROP TABLE IF EXISTS element;"
                         "CREATE TABLE element (entity TEXT, field TEXT, value);"
                         "CREATE INDEX element_of ON element (entity, field);"
                         "CREATE TABLE entity (position INTEGER PRIMARY KEY"));
    for (unsigned i = 0; i < c->filter.field_count; i++) {
        bool number = field_rules[c->fields[i]].type == RULE_INTEGER;
        buf_printf(&text, ", \"%s\" %s", field_rules[c->fields[i]].name,
                   number ? "INTEGER" : "TEXT");
    }
    buf_add(&text, SLICE(")"));
    sql(c, buf_slice(&text));
}

static void put_json(struct json_writer *w, enum field f, struct slice v)
{
    enum rule_type type = field_rules[f].type;
    if (type == RULE_INTEGER || type == RULE_BOOLEAN)
        json_put_raw(w, v);
    else
        json_put_text(w, v);
}

static void put_elements(struct campaign *c, struct json_writer *w, enum field f, const char *id)
{
    struct random_filter *g = &c->filter;
    json_array_begin(w);
    for (unsigned n = pick(g, 4); n; n--) {
        struct slice v = random_value(g, f, c->round);
        put_json(w, f, v);
        buf_clear(&g->sql);
        buf_printf(&g->sql, "INSERT INTO element VALUES ('%s', '%s', ", id, field_rules[f].name);
        put_sql_value(g, f, v);
        buf_add_char(&g->sql, ')');
        sql(c, buf_slice(&g->sql));
    }
    json_array_end(w);
}

/* Values of `columns` are appended to the INSERT as the JSON is written. */
static void put_field(struct campaign *c, struct json_writer *w, struct buf *row, enum field f,
                      const char *id)
{
    struct random_filter *g = &c->filter;
    bool is_id = f == resource_rules[c->resource].id;
    if (!is_id && !pick(g, 4)) {
        buf_add(row, SLICE(", NULL"));
        return;
    }
    json_key(w, field_rules[f].name);
    if (field_rules[f].flags & RULE_LIST) {
        put_elements(c, w, f, id);
        buf_add(row, SLICE(", ''"));
        return;
    }
    struct slice v = is_id ? slice_of(id) : random_value(g, f, c->round);
    put_json(w, f, v);
    buf_clear(&g->sql);
    put_sql_value(g, f, v);
    buf_add(row, SLICE(", "));
    buf_add(row, buf_slice(&g->sql));
}

static void make_entity(struct campaign *c, unsigned n)
{
    struct buf json, row;
    struct json_writer w;
    char id[UUID_TEXT_LEN + 1], org[UUID_TEXT_LEN + 1];
    uuid_format(c->ids[n], id);
    uuid_format(c->org, org);
    buf_init_arena(&json, c->round);
    buf_init_arena(&row, c->round);
    json_writer_init(&w, &json);
    json_object_begin(&w);
    buf_printf(&row, "INSERT INTO entity VALUES (%u", n);
    for (unsigned i = 0; i < c->filter.field_count; i++)
        put_field(c, &w, &row, c->fields[i], id);
    json_object_end(&w);
    buf_add_char(&row, ')');
    sql(c, buf_slice(&row));
    struct store_write write = { slice_of(resource_rules[c->resource].name), slice_of(org),
                                 slice_of(id), buf_slice(&json) };
    struct store_batch batch = { .writes = &write, .write_count = 1 };
    cr_assert_eq(c->store->ops->commit(c->store, &batch, 1), ERR_OK);
}

static void make_organization(struct campaign *c)
{
    char org[UUID_TEXT_LEN + 1];
    uuid_format(c->org, org);
    struct slice body = arena_printf(c->round, "{\"id\":\"%s\",\"name\":\"Any\"}", org);
    struct store_write write = { SLICE("organization"), slice_of(org), slice_of(org), body };
    struct store_batch batch = { .writes = &write, .write_count = 1 };
    cr_assert_eq(c->store->ops->commit(c->store, &batch, 1), ERR_OK);
}

static void round_begin(struct campaign *c)
{
    arena_reset(c->round);
    choose_fields(c);
    buf_init_arena(&c->filter.sql, c->round);
    cr_assert_eq(store_memory_open(&c->store), ERR_OK);
    make_organization(c);
    for (unsigned n = 0; n < ENTITIES; n++)
        c->ids[n] = entity_number(n);
    c->filter.ids = c->ids;
    c->filter.id_count = ENTITIES;
    sql(c, SLICE("BEGIN"));
    make_table(c);
    for (unsigned n = 0; n < ENTITIES; n++)
        make_entity(c, n);
    sql(c, SLICE("COMMIT"));
    c->catalog = catalog_new();
    cr_assert_eq(catalog_load(c->catalog, c->store), ERR_OK);
}

static void round_end(struct campaign *c)
{
    catalog_free(c->catalog);
    epoch_drain();
    c->store->ops->close(c->store);
}

/* ---- one filter ---- */

static struct slice percent_encoded(struct arena *a, struct slice text)
{
    struct buf out;
    buf_init_arena(&out, a);
    for (size_t i = 0; i < text.len; i++) {
        const char *digits = "0123456789ABCDEF";
        unsigned char c = (unsigned char)text.at[i];
        const char encoded[] = { '%', digits[c >> 4], digits[c & 15] };
        buf_add(&out, (struct slice){ encoded, sizeof encoded });
    }
    return buf_slice(&out);
}

struct answer {
    size_t count;
    unsigned positions[ENTITIES];
};

static void ask_sql(struct campaign *c, const char *order, struct answer *out)
{
    sqlite3_stmt *st;
    struct slice text = arena_printf(c->arena, "SELECT position FROM entity WHERE %s ORDER BY %s",
                                     c->filter.sql.data, order);
    cr_assert_eq(sqlite3_prepare_v2(c->db, text.at, -1, &st, NULL), SQLITE_OK, "%s: %s", text.at,
                 sqlite3_errmsg(c->db));
    out->count = 0;
    while (sqlite3_step(st) == SQLITE_ROW)
        out->positions[out->count++] = (unsigned)sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
}

static void ask_listing(struct campaign *c, struct slice sort, struct answer *out)
{
    const struct catalog_view view = { c->catalog, c->org, catalog_published };
    struct slice why = { NULL, 0 }, filter = percent_encoded(c->arena, buf_slice(&c->filter.rsql));
    struct http_request req = { .path = SLICE("/x"),
                                .query = arena_printf(c->arena, "filter=%.*s%.*s",
                                                      SLICE_ARG(filter), SLICE_ARG(sort)),
                                .arena = c->arena };
    struct listing l;
    enum err e = config_listing_read(&req, c->resource, false, &l, &why);
    epoch_enter();
    if (e == ERR_OK)
        e = config_listing_find(&l, &view, c->arena, &why);
    cr_assert_eq(e, ERR_OK, "%s: %.*s", c->filter.rsql.data, SLICE_ARG(why));
    cr_assert_eq(l.page.total, l.row_count);
    out->count = l.row_count;
    for (size_t i = 0; i < l.row_count; i++)
        out->positions[i] = entity_id(l.rows[i]).bytes[15];
    epoch_leave();
}

/* "&sort=name,desc" and what SQL calls it. NULL: not by this field. */
static const char *random_order(struct campaign *c, struct slice *sort)
{
    enum field f = c->fields[pick(&c->filter, c->filter.field_count)];
    const char *name = field_rules[f].name;
    bool down = pick(&c->filter, 2);
    if ((field_rules[f].flags & RULE_LIST) || pick(&c->filter, 4))
        return NULL;
    *sort = arena_printf(c->arena, "&sort=%s%s", name, down ? ",desc" : "");
    const char *to = down ? "DESC" : "ASC";
    return arena_printf(c->arena,
                        "\"%s\" IS NULL %s, \"%s\" COLLATE NOCASE %s, \"%s\" %s, position %s", name,
                        to, name, to, name, to, to)
        .at;
}

static void compare(struct campaign *c)
{
    struct answer wanted, got;
    bool ordered = resource_rules[c->resource].sort != FIELD_COUNT; /* when not asked for another */
    struct slice sort = ordered ? SLICE("&sort=id") : SLICE("");
    arena_reset(c->arena);
    random_filter_next(&c->filter, c->arena);
    const char *order = random_order(c, &sort);
    ask_sql(c, order ? order : "position", &wanted);
    ask_listing(c, sort, &got);
    bool same = got.count == wanted.count &&
                memcmp(got.positions, wanted.positions, got.count * sizeof *got.positions) == 0;
    cr_assert(same, "%s of %s%s\n%s\n%zu rows, SQL has %zu", resource_rules[c->resource].name,
              c->filter.rsql.data, sort.at, c->filter.sql.data, got.count, wanted.count);
    c->sorted += order != NULL;
    c->matched += (unsigned)got.count;
    c->unmatched += (unsigned)(ENTITIES - got.count);
}

Test(filter_campaign, random_filters_agree_with_sql, .timeout = 600)
{
    static struct campaign c;
    c.arena = arena_new(64 << 20);
    c.round = arena_new(256 << 20);
    c.org = (struct uuid){ { 7 } };
    cr_assert_eq(sqlite3_open(":memory:", &c.db), SQLITE_OK);
    random_seed(&c.filter.random, 20261126);
    for (unsigned round = 0; round < ROUNDS; round++) {
        do
            c.resource = pick(&c.filter, RESOURCE_COUNT);
        while (c.resource == RESOURCE_ORGANIZATION);
        round_begin(&c);
        for (unsigned i = 0; i < FILTERS; i++)
            compare(&c);
        round_end(&c);
    }
    cr_assert_gt(c.matched, ROUNDS * 10000u);
    cr_assert_gt(c.unmatched, ROUNDS * 10000u);
    cr_assert_gt(c.sorted, ROUNDS * 100u);
    sqlite3_close(c.db);
    arena_free(c.arena);
    arena_free(c.round);
}
