#include <criterion/criterion.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "net/multipart.h"
#include "net/multipart_header.h"

static struct arena *arena;
static struct multipart form;
static const char *why;

static void setup(void)
{
    arena = arena_new(1 << 20);
}
static void teardown(void)
{
    arena_free(arena);
}
TestSuite(multipart, .init = setup, .fini = teardown);

static enum err parse(const char *body)
{
    why = NULL;
    form = (struct multipart){ NULL, 0 };
    enum err e = multipart_parse(arena, SLICE("multipart/form-data; boundary=xyz"), slice_of(body),
                                 &form, &why);
    cr_assert(why != NULL);
    return e;
}

static bool says(const char *text)
{
    bool found = strstr(why, text) != NULL;
    if (!found)
        fprintf(stderr, "wanted %s, got %s\n", text, why);
    return found;
}

#define PART(name, body) \
    "--xyz\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" body "\r\n"

Test(multipart, parts_come_in_order_with_name_type_and_bytes)
{
    cr_assert_eq(
        parse("--xyz\r\ncontent-disposition: form-data; name=info\r\n"
              "Content-Type: application/json; charset=utf-8\r\n\r\n{}\r\n"
              "--xyz \t\r\nContent-Disposition: form-data; filename=\"a\\b\"; name=\"f\"\r\n"
              "X-Other: 1\r\nContent-Transfer-Encoding: binary\r\n\r\n\r\n--xy\r\n\r\n"
              "--xyz--\r\nepilogue"),
        ERR_OK, "%s", why);
    cr_assert_eq(form.count, 2);
    cr_assert(slice_is(form.parts[0].name, "info"));
    cr_assert(slice_is(form.parts[0].content_type, "application/json; charset=utf-8"));
    cr_assert(slice_is(form.parts[0].body, "{}"));
    cr_assert(slice_is(form.parts[1].name, "f"));
    cr_assert_eq(form.parts[1].content_type.len, 0);
    cr_assert(slice_is(form.parts[1].body, "\r\n--xy\r\n"));
}

Test(multipart, a_preamble_empty_parts_and_no_parts_are_fine)
{
    cr_assert_eq(parse("for old readers\r\n" PART("a", "") "--xyz--"), ERR_OK);
    cr_assert_eq(form.count, 1);
    cr_assert_eq(form.parts[0].body.len, 0);
    cr_assert_eq(parse("--xyz--"), ERR_OK);
    cr_assert_eq(form.count, 0);
}

Test(multipart, a_name_that_comes_twice_is_counted)
{
    size_t count;
    cr_assert_eq(parse(PART("a", "1") PART("b", "2") PART("a", "3") "--xyz--\r\n"), ERR_OK);
    cr_assert(slice_is(multipart_find(&form, "a", &count)->body, "1"));
    cr_assert_eq(count, 2);
    cr_assert_null(multipart_find(&form, "c", &count));
    cr_assert_eq(count, 0);
    cr_assert(slice_is(multipart_find(&form, "b", NULL)->body, "2"));
}

Test(multipart, bytes_are_bytes)
{
    static const char body[] = PART("a", "\0\r\n-\r\n--xy\0\xff") "--xyz--";
    cr_assert_eq(multipart_parse(arena, SLICE("multipart/form-data; boundary=xyz"),
                                 (struct slice){ body, sizeof body - 1 }, &form, &why),
                 ERR_OK);
    cr_assert(slice_eq(form.parts[0].body, SLICE("\0\r\n-\r\n--xy\0\xff")));
}

Test(multipart, malformed_bodies_are_named)
{
    static const struct {
        const char *body, *why;
    } rows[] = {
        { "", "not in the body" },
        { "--xy\r\n", "not in the body" },
        { "x--xyz\r\n", "not in the body" },
        { "--xyz\n", "followed by other bytes" },
        { "--xyzz\r\n", "followed by other bytes" },
        { "--xyz--x", "followed by other bytes" },
        { "--xyz\r\n", "headers of a part do not end" },
        { "--xyz\r\nContent-Disposition: form-data; name=a\r\n", "headers of a part do not end" },
        { "--xyz\r\n\r\nx\r\n--xyz--", "no Content-Disposition" },
        { "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\nx", "last boundary is missing" },
        { PART("a", "x"), "last boundary is missing" },
        { PART("a", "x") "--xyz", "followed by other bytes" },
        { "--xyz\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--xyz--", "form-data" },
        { "--xyz\r\nContent-Disposition: form-data\r\n\r\n\r\n--xyz--", "one name" },
        { "--xyz\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n\r\n--xyz--",
          "one name" },
        { "--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n--xyz--",
          "cannot be read" },
        { "--xyz\r\nContent-Disposition: form-data; name=a x\r\n\r\n\r\n--xyz--",
          "cannot be read" },
        { "--xyz\r\nContent-Disposition: form-data; name=a\r\n"
          "Content-Disposition: form-data; name=b\r\n\r\n\r\n--xyz--",
          "two Content-Dispositions" },
        { "--xyz\r\nContent-Type: a\r\nContent-Type: b\r\n\r\n\r\n--xyz--", "two Content-Types" },
        { "--xyz\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--xyz--", "Transfer-Encoding" },
        { "--xyz\r\n folded\r\n\r\n\r\n--xyz--", "cannot be read" },
        { "--xyz\r\nA : b\r\n\r\n\r\n--xyz--", "cannot be read" },
        { "--xyz\r\nA: b\nc\r\n\r\n\r\n--xyz--", "cannot be read" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(parse(rows[i].body), ERR_BAD_REQUEST, "%s", rows[i].body);
        cr_assert(says(rows[i].why), "%s", rows[i].body);
    }
}

Test(multipart, parts_and_headers_are_bounded)
{
    struct buf body;
    buf_init_arena(&body, arena);
    for (int i = 0; i < LIMIT_multipart_parts_max; i++)
        buf_add(&body, SLICE(PART("a", "x")));
    buf_add(&body, SLICE("--xyz--"));
    cr_assert_eq(parse(body.data), ERR_OK);
    body.len -= strlen("--xyz--");
    buf_add(&body, SLICE(PART("a", "x") "--xyz--"));
    cr_assert_eq(parse(body.data), ERR_TOO_LARGE);
    cr_assert(says("too many parts"));
    buf_init_arena(&body, arena);
    buf_printf(&body, "--xyz\r\nA: %0*d\r\n\r\n\r\n--xyz--", LIMIT_multipart_header_bytes_max, 0);
    cr_assert_eq(parse(body.data), ERR_TOO_LARGE);
    cr_assert(says("headers of a part are too large"));
}

static bool boundary(const char *type, const char *wanted)
{
    struct slice found;
    bool some = multipart_boundary(arena, slice_of(type), &found);
    return wanted ? some && slice_is(found, wanted) : !some;
}

Test(multipart, the_boundary_of_a_content_type)
{
    cr_assert(boundary("multipart/form-data;boundary=a", "a"));
    cr_assert(boundary("Multipart/Form-Data ; charset=utf-8; BOUNDARY=\"a b'(\" ", "a b'("));
    cr_assert(boundary("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
                       "----WebKitFormBoundary7MA4YWxkTrZu0gW"));
    cr_assert(boundary("multipart/form-data", NULL));
    cr_assert(boundary("multipart/mixed; boundary=a", NULL));
    cr_assert(boundary("multipart/form-data; boundary=", NULL));
    cr_assert(boundary("multipart/form-data; boundary=a; boundary=b", NULL));
    cr_assert(boundary("multipart/form-data; boundary=\"a", NULL));
    cr_assert(boundary("multipart/form-data; boundary=\"a \"", NULL));
    cr_assert(boundary("multipart/form-data; boundary=\"a\\\"b\"", NULL));
    cr_assert(boundary("multipart/form-data; boundary=a b", NULL));
    cr_assert(boundary("multipart/form-data; boundary="
                       "1234567890123456789012345678901234567890123456789012345678901234567890",
                       "1234567890123456789012345678901234567890123456789012345678901234567890"));
    cr_assert(boundary("multipart/form-data; boundary="
                       "12345678901234567890123456789012345678901234567890123456789012345678901",
                       NULL));
}
