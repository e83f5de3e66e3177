/* Forms, Basic authentication, and what ends up in a page or a redirect. */
#include <criterion/criterion.h>

#include "api/oauth/oauth_priv.h"

static struct arena *a;
static struct form f;

static void begin(void)
{
    a = arena_new(1 << 20);
}
static void end(void)
{
    arena_free(a);
}
TestSuite(form, .init = begin, .fini = end);

Test(form, decodes)
{
    cr_assert_eq(form_parse(a, SLICE("code=a%2Bb+c&empty=&bare&x=1=2"), &f), ERR_OK);
    cr_assert(slice_is(form_get(&f, "code"), "a+b c"));
    cr_assert(slice_is(form_get(&f, "x"), "1=2"));
    cr_assert_eq(form_get(&f, "empty").len + form_get(&f, "bare").len, 0);
    cr_assert_eq(form_get(&f, "missing").len, 0);
    cr_assert_eq(form_parse(a, SLICE(""), &f), ERR_OK);
}

Test(form, refuses_a_name_twice)
{
    cr_assert_eq(form_parse(a, SLICE("code=1&grant_type=x&code=2"), &f), ERR_BAD_REQUEST);
    cr_assert(slice_is(f.twice, "code"));
    cr_assert_eq(form_parse(a, SLICE("code=1&c%6Fde=1"), &f), ERR_BAD_REQUEST, "encoded too");
}

Test(form, refuses_bad_escapes_nul_and_excess)
{
    cr_assert_eq(form_parse(a, SLICE("a=%zz"), &f), ERR_BAD_REQUEST);
    cr_assert_eq(form_parse(a, SLICE("a=%00"), &f), ERR_BAD_REQUEST);
    struct buf text;
    buf_init_arena(&text, a);
    for (int i = 0; i <= FORM_FIELD_MAX; i++)
        buf_printf(&text, "f%d=1&", i);
    cr_assert_eq(form_parse(a, buf_slice(&text), &f), ERR_TOO_LARGE);
    buf_init_arena(&text, a);
    buf_add(&text, SLICE("a="));
    for (int i = 0; i <= LIMIT_oauth_param_bytes_max; i++)
        buf_add_char(&text, 'x');
    cr_assert_eq(form_parse(a, buf_slice(&text), &f), ERR_TOO_LARGE);
}

Test(form, encodes_what_could_end_a_parameter)
{
    cr_assert(slice_is(form_encode(a, SLICE("a b&c=d\r\n#~-._")), "a%20b%26c%3Dd%0D%0A%23~-._"));
    cr_assert_eq(form_encode(a, SLICE("")).len, 0);
}

Test(form, basic_authentication)
{
    struct slice id, secret;
    /* RFC 7617: "Aladdin:open sesame", here with the space form-encoded as RFC 6749 wants */
    cr_assert_eq(form_basic(a, SLICE("Basic QWxhZGRpbjpvcGVuJTIwc2VzYW1l"), &id, &secret), ERR_OK);
    cr_assert(slice_is(id, "Aladdin") && slice_is(secret, "open sesame"));
    cr_assert_eq(form_basic(a, SLICE("basic QTo="), &id, &secret), ERR_OK);
    cr_assert(slice_is(id, "A") && secret.len == 0);
    cr_assert_neq(form_basic(a, SLICE("Bearer abc"), &id, &secret), ERR_OK);
    cr_assert_neq(form_basic(a, SLICE("Basic QWxh"), &id, &secret), ERR_OK, "no colon");
    cr_assert_neq(form_basic(a, SLICE("Basic !!!!"), &id, &secret), ERR_OK);
    cr_assert_neq(form_basic(a, SLICE("Basic"), &id, &secret), ERR_OK);
}

Test(form, html_is_escaped)
{
    struct buf out;
    buf_init_arena(&out, a);
    oauth_html_text(&out, SLICE("<script>alert(\"1\")</script> & 'x'"));
    cr_assert(slice_is(buf_slice(&out), "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; "
                                        "&#39;x&#39;"));
}

Test(form, content_policy_source_of_a_redirect)
{
    static const char *const rows[][2] = {
        { "https://a.example:8443/cb?x=1", "https://a.example:8443" },
        { "https://a.example/cb?x=;y", "https:" },
        { "http://localhost:9?x", "http://localhost:9" },
        { "http://[::1]:9/cb", "http:" },
        { "https://a.example;script-src/", "https:" },
        { "com.example.app:/cb", "com.example.app:" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct slice got = oauth_redirect_source(a, slice_of(rows[i][0]));
        cr_assert(slice_is(got, rows[i][1]), "%.*s", SLICE_ARG(got));
    }
}

Test(form, cookies_have_one_shape)
{
    struct slice text;
    cr_assert_eq(oauth_secret_text(a, &text), ERR_OK);
    cr_assert(cookie_is_shaped(text));
    cr_assert(!cookie_is_shaped(slice_sub(text, 1, text.len)));
    char bad[COOKIE_LEN];
    memcpy(bad, text.at, COOKIE_LEN);
    bad[5] = ';';
    cr_assert(!cookie_is_shaped((struct slice){ bad, COOKIE_LEN }));
}

Test(form, form_token_fits_its_cookie_and_purpose_only)
{
    struct oauth *o = NULL;
    struct oauth_options options = { .password_threads = 1 };
    struct slice one, other;
    cr_assert_eq(oauth_new(&options, &o), ERR_OK);
    cr_assert_eq(oauth_secret_text(a, &one), ERR_OK);
    cr_assert_eq(oauth_secret_text(a, &other), ERR_OK);
    struct slice token = csrf_make(o, a, SLICE("login"), one);
    cr_assert(csrf_fits(o, SLICE("login"), one, token));
    cr_assert(!csrf_fits(o, SLICE("consent"), one, token));
    cr_assert(!csrf_fits(o, SLICE("login"), other, token));
    cr_assert(!csrf_fits(o, SLICE("login"), one, SLICE("")));
    cr_assert(!csrf_fits(o, SLICE("login"), SLICE(""), csrf_make(o, a, SLICE("login"), SLICE(""))));
    oauth_free(o);
}
