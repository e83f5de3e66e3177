#include "api/config/filter.h"
#include "api/config/match.h"
#include "base/buf.h"
#include "base/random.h"
#include "domain/catalog/schema.h"
#include "unit/api/config/entities.h"

static struct arena *arena, *scratch;

static void setup(void)
{
    arena = arena_new(64 << 20);
    scratch = arena_new(64 << 20);
}

static void teardown(void)
{
    entities_free();
    arena_free(arena);
    arena_free(scratch);
}

TestSuite(filter, .init = setup, .fini = teardown);

static enum err bind(const char *text, enum resource r, bool only_id, struct rsql **tree,
                     struct slice *why)
{
    enum err e = rsql_parse(arena, slice_of(text), tree, why);
    return e == ERR_OK ? config_filter_bind(arena, *tree, r, only_id, why) : e;
}

static bool matches(const char *text, const struct entity *e)
{
    struct rsql *tree;
    struct slice why = { NULL, 0 };
    cr_assert_eq(bind(text, entity_resource(e), false, &tree, &why), ERR_OK, "%s: %.*s", text,
                 SLICE_ARG(why));
    return config_filter_matches(tree, e, scratch);
}

Test(filter, compares_texts_numbers_and_flags)
{
    const struct entity *e = entity_add(arena, RESOURCE_MULTIMEDIA_PROFILE,
                                        ",\"name\":\"Voice and chat\",\"chat\":10,\"active\":true,"
                                        "\"description\":\"say \\\"hi\\\"\"");
    static const char *const yes[] = {
        "name==\"Voice and chat\"",
        "name==Voice*",
        "name==*chat",
        "name==*and*",
        "name=='^VOICE*'",
        "chat==10",
        "chat=gt=9",
        "chat>=10",
        "chat<11",
        "chat=bt=(9,10)",
        "active==true",
        "active!=false",
        "name!=Voice",
        "email=isnull=",
        "name=notnull=",
        "name=ilike=AND",
        "name=like=and",
        "chat=in=(1,10)",
        "chat=out=(1,2)",
        "name=ic='voice AND chat'",
        "description=='say \"hi\"'",
        "chat=nb=(1,9)",
        "name=notlike=AND",
    };
    static const char *const no[] = {
        "name==voice*",      "name==Voice",         "chat==9",
        "chat=gt=10",        "active==false",       "email==0",
        "email!=0",          "email=out=(1)",       "name=isnull=",
        "name=like=AND",     "chat=in=(1,2)",       "chat=bt=(1,9)",
        "name=inotlike=AND", "name==*Voice*Voice*",
    };
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        cr_assert(matches(yes[i], e), "%s", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        cr_assert(!matches(no[i], e), "%s", no[i]);
}

Test(filter, a_list_matches_by_any_element)
{
    const struct entity *e =
        entity_add(arena, RESOURCE_USER,
                   ",\"email\":\"a@b.c\",\"teamIds\":[\"01000000-0000-0000-0000-0000000000aa\","
                   "\"01000000-0000-0000-0000-0000000000bb\"]");
    cr_assert(matches("teamIds==01000000-0000-0000-0000-0000000000bb", e));
    cr_assert(matches("teamIds=in=(x,\"01000000-0000-0000-0000-0000000000AA\")", e));
    cr_assert(!matches("teamIds==01000000-0000-0000-0000-0000000000cc", e));
}

Test(filter, names_what_it_does_not_know)
{
    struct rsql *tree;
    struct slice why = { NULL, 0 };
    cr_assert_eq(bind("nam==x", RESOURCE_SITE, false, &tree, &why), ERR_INVALID_FIELD);
    cr_assert(slice_is(why, "filter: nam is not a field that can be filtered"));
    cr_assert_eq(bind("id==1;createdTime>5", RESOURCE_SITE, false, &tree, &why), ERR_INVALID_FIELD);
    cr_assert_eq(bind("name==x", RESOURCE_SITE, true, &tree, &why), ERR_INVALID_FIELD);
    cr_assert_eq(bind("id==x", RESOURCE_SITE, true, &tree, &why), ERR_OK);
    cr_assert_eq(bind("queueRankings==x", RESOURCE_TEAM, false, &tree, &why), ERR_INVALID_FIELD);
    cr_assert_eq(bind("version==x", RESOURCE_SITE, false, &tree, &why), ERR_INVALID_FIELD);
    cr_assert(slice_is(why, "filter: version: x is not a value of this field"));
    cr_assert_eq(bind("active==maybe", RESOURCE_SITE, false, &tree, &why), ERR_INVALID_FIELD);
}

Test(filter, wildcards_match_like_the_definition)
{
    static const struct {
        const char *text, *pattern;
        bool matches;
    } rows[] = {
        { "", "", true },         { "", "*", true },         { "abc", "a*c", true },
        { "abc", "*", true },     { "abc", "a*b", false },   { "aXbXc", "a*b*c", true },
        { "ab", "ab*ab", false }, { "abab", "ab*ab", true }, { "aab", "*ab", true },
        { "aab", "a**b", true },  { "abc", "*b", false },    { "a", "a*a", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_assert_eq(config_match_wildcard(slice_of(rows[i].text), slice_of(rows[i].pattern)),
                     rows[i].matches, "%s ~ %s", rows[i].text, rows[i].pattern);
}

/* ---- random filters against a plain evaluation of the same choices ---- */

struct gen {
    struct random random;
    struct buf text;
    const char *name; /* NULL: not set */
    int chat, active; /* active: 0, 1 */
};

static unsigned pick(struct gen *g, unsigned n)
{
    return (unsigned)(random_u64(&g->random) % n);
}

static const char *const names[] = { "Ann", "ann", "Bob", "a,b", "x y", "" };

static bool gen_name(struct gen *g)
{
    const char *want = names[pick(g, 6)];
    bool same = g->name && strcmp(g->name, want) == 0;
    switch (pick(g, 3)) {
    case 0:
        buf_printf(&g->text, "name==\"%s\"", want);
        return same;
    case 1:
        buf_printf(&g->text, "name!='%s'", want);
        return g->name && !same;
    default:
        buf_printf(&g->text, "name=in=(\"%s\", nobody)", want);
        return same;
    }
}

static bool gen_chat(struct gen *g)
{
    int want = (int)pick(g, 5);
    switch (pick(g, 4)) {
    case 0:
        buf_printf(&g->text, "chat==%d", want);
        return g->chat == want;
    case 1:
        buf_printf(&g->text, "chat=lt=%d", want);
        return g->chat < want;
    case 2:
        buf_printf(&g->text, "chat>=%d", want);
        return g->chat >= want;
    default:
        buf_printf(&g->text, "chat=out=(%d,%d)", want, want + 1);
        return g->chat != want && g->chat != want + 1;
    }
}

static bool gen_active(struct gen *g)
{
    bool want = pick(g, 2);
    buf_printf(&g->text, "active==%s", want ? "true" : "false");
    return g->active == want;
}

static bool gen_any(struct gen *g, unsigned depth);

static bool gen_group(struct gen *g, unsigned depth)
{
    bool every = pick(g, 2), result = every;
    unsigned parts = 2 + pick(g, 3);
    buf_add_char(&g->text, '(');
    for (unsigned i = 0; i < parts; i++) {
        if (i)
            buf_add(&g->text, every ? SLICE(";") : pick(g, 2) ? SLICE(",") : SLICE(" or "));
        bool part = gen_any(g, depth - 1);
        result = every ? result && part : result || part;
    }
    buf_add_char(&g->text, ')');
    return result;
}

static bool gen_any(struct gen *g, unsigned depth)
{
    if (depth && pick(g, 2))
        return gen_group(g, depth);
    unsigned which = pick(g, 3);
    return which == 0 ? gen_name(g) : which == 1 ? gen_chat(g) : gen_active(g);
}

Test(filter, random_filters_agree_with_plain_evaluation)
{
    struct gen g = { .chat = 0 };
    unsigned agreed[2] = { 0, 0 };
    random_seed(&g.random, 20260101);
    for (int i = 0; i < 5000; i++) {
        arena_reset(arena);
        g.name = pick(&g, 5) ? names[pick(&g, 6)] : NULL;
        g.chat = (int)pick(&g, 5);
        g.active = (int)pick(&g, 2);
        struct slice name = g.name ? arena_printf(arena, ",\"name\":\"%s\"", g.name) : SLICE("");
        struct slice rest = arena_printf(arena, "%.*s,\"chat\":%d,\"active\":%s", SLICE_ARG(name),
                                         g.chat, g.active ? "true" : "false");
        const struct entity *e = entity_add(arena, RESOURCE_MULTIMEDIA_PROFILE, rest.at);
        buf_init_arena(&g.text, arena);
        bool wanted = gen_any(&g, 4);
        cr_assert_eq(matches(g.text.data, e), wanted, "%s on %s", g.text.data, rest.at);
        agreed[wanted]++;
        entities_free();
    }
    cr_assert(agreed[0] > 500 && agreed[1] > 500);
}

/* ---- search ---- */

static bool found(const char *text, const struct entity *e)
{
    struct config_search s;
    struct slice why;
    cr_assert_eq(config_search_parse(arena, slice_of(text), entity_resource(e), &s, &why), ERR_OK);
    return config_search_matches(&s, e, scratch);
}

Test(filter, search_looks_into_the_named_columns)
{
    const struct entity *e =
        entity_add(arena, RESOURCE_USER,
                   ",\"firstName\":\"Ada\",\"lastName\":\"Byron\",\"email\":\"x@y.z\","
                   "\"workPhone\":\"555\"");
    struct config_search s;
    struct slice why;
    cr_assert(found("byr", e));
    cr_assert(found("\"ADA\"", e));
    cr_assert(!found("555", e));
    cr_assert(found("field==\"lastName\";value==\"ron\"", e));
    cr_assert(!found("field==\"lastName\";value==\"Ada\"", e));
    cr_assert(found("fields=in=(\"lastName\",\"firstName\");value==\"Ada\"", e));
    cr_assert_eq(config_search_parse(arena, SLICE("field==\"mobile\";value==\"1\""), RESOURCE_USER,
                                     &s, &why),
                 ERR_INVALID_FIELD);
}
