#include <criterion/criterion.h>
#include <stdio.h>

#include "api/config/rsql.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

static struct arena *arena;

static void setup(void)
{
    arena = arena_new(8 << 20);
}

static void teardown(void)
{
    arena_free(arena);
}

TestSuite(rsql, .init = setup, .fini = teardown);

/* The tree as text: (and a==1 (or b=in=x|y c!=z)). */
static void show(struct buf *out, const struct rsql *t)
{
    if (t->kind != RSQL_TERM) {
        buf_printf(out, "(%s", t->kind == RSQL_AND ? "and" : "or");
        for (const struct rsql *c = t->first; c; c = c->next) {
            buf_add_char(out, ' ');
            show(out, c);
        }
        buf_add_char(out, ')');
        return;
    }
    buf_printf(out, "%.*s%s", SLICE_ARG(t->selector), rsql_op_text(t->op));
    for (const struct rsql_value *v = t->values; v; v = v->next)
        buf_printf(out, "%s%.*s", v == t->values ? "" : "|", SLICE_ARG(v->text));
}

static void expect(const char *text, const char *tree)
{
    struct rsql *t;
    struct slice why = { NULL, 0 };
    struct buf out;
    buf_init_arena(&out, arena);
    cr_assert_eq(rsql_parse(arena, slice_of(text), &t, &why), ERR_OK, "%s: %.*s", text,
                 SLICE_ARG(why));
    show(&out, t);
    cr_assert_str_eq(out.data, tree, "%s -> %s", text, out.data);
}

Test(rsql, reads_what_the_language_allows)
{
    expect("id==\"57efb0e6-5af0-4245-a67d-d3c5045cdb6e\"",
           "id==57efb0e6-5af0-4245-a67d-d3c5045cdb6e");
    expect("id=in=(a1,b2)", "id=in=a1|b2");
    expect("id=in=( \"a 1\" , 'b2' )", "id=in=a 1|b2");
    expect("a==1;b==2,c==3", "(or (and a==1 b==2) c==3)");
    expect("a==1;(b==2,c==3)", "(and a==1 (or b==2 c==3))");
    expect("((a==1))", "a==1");
    expect("a==1 and b==2 or c==3", "(or (and a==1 b==2) c==3)");
    expect("a == 1 ; b != 2", "(and a==1 b!=2)");
    expect("a>1;a>=2;a<3;a<=4", "(and a=gt=1 a=ge=2 a=lt=3 a=le=4)");
    expect("n=='it\\'s'", "n==it's");
    expect("n==\"a\\\\b\"", "n==a\\b");
    expect("n==''", "n==");
    expect("n==*man*", "n==*man*");
    expect("n=isnull=", "n=isnull=");
    expect("n=isnull='';a==1", "(and n=isnull= a==1)");
    expect("n=bt=(1,2)", "n=between=1|2");
    expect("order==1", "order==1");
    expect("and==or", "and==or");
}

Test(rsql, refuses_everything_else)
{
    static const char *const bad[] = {
        "",           " ",          "a",        "a=",       "a==",          "==1",     "a==1;",
        "a==1,",      ";a==1",      "(a==1",    "a==1)",    "()",           "a=in=()", "a=in=(1",
        "a=in=(1,",   "a=foo=1",    "a=IN=(1)", "a==(1,2)", "a==\"x",       "a=='x",   "a==1 b==2",
        "a==1;;b==2", "a!1",        "a~1",      "a=bt=(1)", "a=bt=(1,2,3)", "a==b'c'", "a b==1",
        "a==1 and",   "a=gt=(1,2)", "'a'==1",   "a===1",    "a=in=((1))",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rsql *t = NULL;
        struct slice why = { NULL, 0 };
        cr_assert_eq(rsql_parse(arena, slice_of(bad[i]), &t, &why), ERR_INVALID_FIELD, "%s",
                     bad[i]);
        cr_assert_null(t);
        cr_assert(slice_starts(why, SLICE("filter: ")));
    }
}

static enum err parse_repeated(const char *head, const char *part, size_t times, const char *tail)
{
    struct buf text;
    struct rsql *t;
    struct slice why;
    buf_init_arena(&text, arena);
    buf_add(&text, slice_of(head));
    while (times--)
        buf_add(&text, slice_of(part));
    buf_add(&text, slice_of(tail));
    return rsql_parse(arena, buf_slice(&text), &t, &why);
}

Test(rsql, has_limits)
{
    cr_assert_eq(parse_repeated("", "(", 20, "a==1))))))))))))))))))))"), ERR_OK);
    cr_assert_eq(parse_repeated("", "(", 21, "a==1)))))))))))))))))))))"), ERR_INVALID_FIELD);
    cr_assert_eq(parse_repeated("a=in=(1", ",1", LIMIT_filter_terms_max - 1, ")"), ERR_OK);
    cr_assert_eq(parse_repeated("a=in=(1", ",1", LIMIT_filter_terms_max, ")"), ERR_INVALID_FIELD);
    cr_assert_eq(parse_repeated("a=='", "x", LIMIT_filter_bytes_max - 5, "'"), ERR_OK);
    cr_assert_eq(parse_repeated("a=='", "x", LIMIT_filter_bytes_max - 4, "'"), ERR_INVALID_FIELD);
}

Test(rsql, short_memory_is_an_error)
{
    struct arena *small = arena_new(64);
    struct rsql *t;
    struct slice why;
    enum err e = rsql_parse(small, SLICE("a==1;b==2"), &t, &why);
    cr_assert_eq(e, ERR_OUT_OF_MEMORY);
    arena_free(small);
}
