#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/json_read.h"
#include "base/json_write.h"

static struct buf out;
static struct json_writer w;
static void setup(void)
{
    buf_init(&out);
    json_writer_init(&w, &out);
}
static void teardown(void)
{
    buf_release(&out);
}
TestSuite(json_write, .init = setup, .fini = teardown);

Test(json_write, commas_stand_where_they_belong)
{
    json_object_begin(&w);
    json_member_i64(&w, "a", 1);
    json_key(&w, "b");
    json_array_begin(&w);
    json_put_i64(&w, 1);
    json_put_null(&w);
    json_object_begin(&w);
    json_object_end(&w);
    json_array_begin(&w);
    json_array_end(&w);
    json_array_end(&w);
    json_member_bool(&w, "c", true);
    json_member_cstr(&w, "d", NULL);
    json_member_text(&w, "e", (struct slice){ NULL, 0 });
    json_member_raw(&w, "f", SLICE("[1]"));
    json_member_real(&w, "g", 0.5);
    json_member_null(&w, "h");
    json_object_end(&w);
    cr_assert_str_eq(out.data, "{\"a\":1,\"b\":[1,null,{},[]],\"c\":true,\"d\":null,\"e\":\"\","
                               "\"f\":[1],\"g\":0.5,\"h\":null}");
}

Test(json_write, escapes_and_mends_text)
{
    json_put_text(&w, (struct slice){ "a\"\\\n\x01\0\xc3\xa4\xff\xe2\x82", 11 });
    cr_assert_str_eq(out.data,
                     "\"a\\\"\\\\\\n\\u0001\\u0000\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

Test(json_write, reals_are_short_and_read_back)
{
    const double numbers[] = { 0.1, 1.0 / 3, 1e300, -2.5e-10, DBL_MAX, DBL_MIN, 5e-324, 100 };
    const char *texts[] = { "0.1", "0.3333333333333333", "1e+300", "-2.5e-10", NULL, NULL, NULL,
                            "100" };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        buf_clear(&out);
        json_writer_init(&w, &out);
        json_put_real(&w, numbers[i]);
        cr_assert_eq(strtod(out.data, NULL), numbers[i]);
        if (texts[i])
            cr_assert_str_eq(out.data, texts[i]);
    }
    buf_clear(&out);
    json_writer_init(&w, &out);
    json_array_begin(&w);
    json_put_real(&w, NAN);
    json_put_real(&w, -INFINITY);
    json_array_end(&w);
    cr_assert_str_eq(out.data, "[null,null]");
}

Test(json_write, a_parsed_document_comes_back)
{
    struct arena *a = arena_new(1 << 16);
    struct json *root;
    const char text[] = "{\"a\":[1,-2.50,\"x\\n\",true,null,12345678901234567890123],\"b\":{}}";
    cr_assert_eq(json_parse(a, slice_of(text), &root, NULL), ERR_OK);
    json_put_node(&w, root);
    cr_assert_str_eq(out.data, text);
    arena_free(a);
}

Test(json_write, an_id_is_text_and_no_id_is_null)
{
    struct uuid id, none = { { 0 } };
    cr_assert(uuid_parse(SLICE("0193A1B2-0000-7000-8000-00000000000f"), &id));
    json_object_begin(&w);
    json_member_uuid(&w, "id", id);
    json_member_uuid(&w, "team", none);
    json_object_end(&w);
    cr_assert_str_eq(out.data, "{\"id\":\"0193a1b2-0000-7000-8000-00000000000f\",\"team\":null}");
}
