#include <criterion/criterion.h>

#include "base/arena.h"
#include "net/http_filter.h"

/* A block as the library leaves it: '|' stands for the NUL it put where ':', CR and LF were. */
static enum err filter(const char *text, struct http_head *head)
{
    static char copy[65536];
    size_t len = strlen(text);
    const char *why = NULL;
    for (size_t i = 0; i < len; i++)
        copy[i] = text[i] == '|' ? '\0' : text[i];
    enum err e = http_filter_head((struct slice){ copy, len }, head, &why);
    cr_assert(e == ERR_OK || why, "a refusal says why");
    return e;
}

static enum err verdict(const char *text)
{
    struct http_head head;
    return filter(text, &head);
}

Test(filter, reads_a_plain_head)
{
    struct http_head head;
    cr_assert_eq(filter("HTTP/1.1||Host| a.example||Accept|*/* ||Empty|||||", &head), ERR_OK);
    cr_assert_eq(head.count, 3);
    cr_assert(slice_is(head.headers[0].name, "Host"));
    cr_assert(slice_is(head.headers[0].value, "a.example"));
    cr_assert(slice_is(head.headers[1].value, "*/*"), "blanks around are no part of it");
    cr_assert_eq(head.headers[2].value.len, 0);
    cr_assert_eq(head.content_length, -1);
    cr_assert_not(head.chunked);
}

Test(filter, knows_the_framing)
{
    struct http_head head;
    cr_assert_eq(filter("HTTP/1.1||Host|a||content-length| 17||||", &head), ERR_OK);
    cr_assert_eq(head.content_length, 17);
    cr_assert_eq(filter("HTTP/1.1||Host|a||Transfer-Encoding| Chunked||||", &head), ERR_OK);
    cr_assert(head.chunked);
}

Test(filter, refuses_ambiguous_framing)
{
    static const char *const bad[] = {
        "HTTP/1.1||Host|a||Content-Length|5||Transfer-Encoding|chunked||||",
        "HTTP/1.1||Host|a||Transfer-Encoding|chunked||Content-Length|5||||",
        "HTTP/1.1||Host|a||Content-Length|5||Content-Length|5||||",
        "HTTP/1.1||Host|a||Content-Length|5||Content-Length|6||||",
        "HTTP/1.1||Host|a||Content-Length|5, 5||||",
        "HTTP/1.1||Host|a||Content-Length|+5||||",
        "HTTP/1.1||Host|a||Content-Length|-5||||",
        "HTTP/1.1||Host|a||Content-Length|0x5||||",
        "HTTP/1.1||Host|a||Content-Length|||||",
        "HTTP/1.1||Host|a||Content-Length|9999999999999999999||||",
        "HTTP/1.1||Host|a||Transfer-Encoding|xchunked||||",
        "HTTP/1.1||Host|a||Transfer-Encoding|gzip, chunked||||",
        "HTTP/1.1||Host|a||Transfer-Encoding|identity||||",
        "HTTP/1.1||Host|a||Transfer-Encoding|chunked||Transfer-Encoding|chunked||||",
        "HTTP/1.0||Host|a||Transfer-Encoding|chunked||||",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(verdict(bad[i]), ERR_BAD_REQUEST, "%s", bad[i]);
}

Test(filter, wants_one_host)
{
    cr_assert_eq(verdict("HTTP/1.1||Accept|a||||"), ERR_BAD_REQUEST);
    cr_assert_eq(verdict("HTTP/1.1||Host|a||host|a||||"), ERR_BAD_REQUEST);
    cr_assert_eq(verdict("HTTP/1.1||Host|a b||||"), ERR_BAD_REQUEST);
    cr_assert_eq(verdict("HTTP/1.1||Host|user@a||||"), ERR_BAD_REQUEST);
    cr_assert_eq(verdict("HTTP/1.0||Accept|a||||"), ERR_OK, "1.0 knows no Host");
    cr_assert_eq(verdict("HTTP/1.0||Host|a||Host|a||||"), ERR_BAD_REQUEST);
}

Test(filter, refuses_lines_that_are_not_as_sent)
{
    static const char *const bad[] = {
        "HTTP/1.1||Host|a||X|v|evil||||",  /* a NUL in a value */
        "HTTP/1.1||X|v|||Host|a||||",      /* a NUL at the end of a value */
        "HTTP/1.1||Host|a||X|v|||||",      /* and of the last one */
        "HTTP/1.1||Host|a||X|v|Y|w||||",   /* a bare LF between two lines */
        "HTTP/1.1|Host|a||||",             /* behind the request line */
        "HTTP/1.1||Host|a|||",             /* at the end */
        "HTTP/1.1||Host|a||X|v\rY: w||||", /* a bare CR */
        "HTTP/1.1||Host|a||X|v\x01||||",   /* a control */
        "HTTP/1.1||Host|a||X |v||||",      /* space before the colon */
        "HTTP/1.1||Host|a|| X|v||||",      /* folded line */
        "HTTP/1.1||Host|a||X\r|v||||",     /* bare CR in a name */
        "HTTP/1.1||Host|a|||v||||",        /* no name */
        "HTTP/1.1||Host|a||X||||",         /* no colon left */
        "HTTP/2.0||Host|a||||",
        "HTTP/1.10||Host|a||||",
        "http/1.1||Host|a||||",
        "||Host|a||||",
        "HTTP/1.1||Host|a",
        "HTTP/1.1",
        "HTTP/1.1|",
        "HTTP/1.1||",
        "",
        "HTTP/1.1||Host|a||||x",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(verdict(bad[i]), ERR_BAD_REQUEST, "%s", bad[i]);
}

Test(filter, counts_headers)
{
    static char text[8192];
    size_t len = (size_t)snprintf(text, sizeof text, "HTTP/1.1||Host|a||");
    for (int i = 1; i < HTTP_HEADERS_MAX; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "X|v||");
    snprintf(text + len, sizeof text - len, "||");
    cr_assert_eq(verdict(text), ERR_OK);
    snprintf(text + len, sizeof text - len, "X|v||||");
    cr_assert_eq(verdict(text), ERR_HEADERS_TOO_LARGE);
}

Test(filter, splits_targets)
{
    struct slice path, query;
    cr_assert_eq(http_filter_target(SLICE("/a/b?c=d?e"), &path, &query), ERR_OK);
    cr_assert(slice_is(path, "/a/b") && slice_is(query, "c=d?e"));
    cr_assert_eq(http_filter_target(SLICE("/a"), &path, &query), ERR_OK);
    cr_assert(slice_is(path, "/a") && query.len == 0);
    cr_assert_eq(http_filter_target(SLICE("http://h:1/x?y"), &path, &query), ERR_OK);
    cr_assert(slice_is(path, "/x") && slice_is(query, "y"));
    cr_assert_eq(http_filter_target(SLICE("https://h"), &path, &query), ERR_OK);
    cr_assert(slice_is(path, "/") && query.len == 0);
    cr_assert_eq(http_filter_target(SLICE("https://h?q"), &path, &query), ERR_OK);
    cr_assert(slice_is(path, "/") && slice_is(query, "q"));
    cr_assert_eq(http_filter_target(SLICE("*"), &path, &query), ERR_OK);
    static const char *const bad[] = { "",      "a",         "//\x7f", "/a b", "/a#b",
                                       "h:443", "/\xc3\xa4", "?a",     "/\t",  "ftp://h/" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(http_filter_target(slice_of(bad[i]), &path, &query), ERR_BAD_REQUEST, "%s",
                     bad[i]);
}

Test(filter, finds_tokens_in_lists)
{
    cr_assert(http_list_has(SLICE("keep-alive, Upgrade"), "upgrade"));
    cr_assert_not(http_list_has(SLICE("keep-alive, Upgraded"), "upgrade"));
    cr_assert_not(http_list_has(SLICE(""), "upgrade"));
    cr_assert_not(http_list_has((struct slice){ NULL, 0 }, "upgrade"));
}

Test(filter, decodes_and_finds_parameters)
{
    struct arena *a = arena_new(1 << 20);
    struct http_request req = { .arena = a,
                                .query = SLICE("a=1&b=x%20y+z&a=2&flag&%61%62=t&e=%zz") };
    struct slice v;
    cr_assert(http_query(&req, "a", &v) && slice_is(v, "1"));
    cr_assert(http_query(&req, "b", &v) && slice_is(v, "x y z"));
    cr_assert(http_query(&req, "ab", &v) && slice_is(v, "t"));
    cr_assert(http_query(&req, "flag", &v) && v.len == 0);
    cr_assert_not(http_query(&req, "none", &v));
    cr_assert_not(http_query(&req, "e", &v), "a bad escape is no value");
    cr_assert_eq(http_query_count(&req, "a"), 2);
    cr_assert_eq(http_query_count(&req, "none"), 0);
    cr_assert_eq(http_decode(a, SLICE("a+b"), false, &v), ERR_OK);
    cr_assert(slice_is(v, "a+b"), "plus is a blank only in forms");
    static const char *const bad[] = { "%", "%4", "%g0", "a%00b", "%2" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(http_decode(a, slice_of(bad[i]), true, &v), ERR_BAD_REQUEST, "%s", bad[i]);
    arena_free(a);
}
