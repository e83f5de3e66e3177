#include <criterion/criterion.h>

#include "base/random.h"
#include "base/uuid.h"

Test(uuid, v7_has_version_variant_and_time)
{
    struct random r;
    char text[UUID_TEXT_LEN + 1];
    random_seed(&r, 1);
    struct uuid id = uuid_v7(0x0123456789ab, &r);
    uuid_format(id, text);
    cr_assert_eq(strlen(text), UUID_TEXT_LEN);
    cr_assert_eq(strncmp(text, "01234567-89ab-7", 15), 0);
    cr_assert(strchr("89ab", text[19]));
    cr_assert_eq(uuid_time_ms(id), 0x0123456789ab);
}

Test(uuid, ids_of_one_millisecond_rise)
{
    struct random r;
    random_seed(&r, 7);
    struct uuid last = uuid_v7(1000, &r);
    for (int i = 0; i < 100000; i++) {
        struct uuid id = uuid_v7(1000, &r);
        cr_assert_gt(uuid_cmp(id, last), 0);
        cr_assert_eq(uuid_time_ms(id), 1000);
        last = id;
    }
    cr_assert_gt(uuid_cmp(uuid_v7(1001, &r), last), 0);
}

Test(uuid, same_seed_same_ids)
{
    struct random a, b, c;
    random_seed(&a, 5);
    random_seed(&b, 5);
    random_seed(&c, 6);
    struct uuid id = uuid_v7(9, &a);
    cr_assert(uuid_eq(id, uuid_v7(9, &b)));
    cr_assert(!uuid_eq(id, uuid_v7(9, &c)));
}

Test(uuid, parses_any_case_and_prints_lower)
{
    struct uuid id;
    char text[UUID_TEXT_LEN + 1];
    cr_assert(uuid_parse(SLICE("F47AC10B-58cc-4372-A567-0e02b2c3d479"), &id));
    uuid_format(id, text);
    cr_assert_str_eq(text, "f47ac10b-58cc-4372-a567-0e02b2c3d479");
}

Test(uuid, refuses_other_shapes_and_leaves_out_alone)
{
    struct uuid id = { { 42 } };
    const char *refused[] = { "",
                              "f47ac10b-58cc-4372-a567-0e02b2c3d47",
                              "f47ac10b-58cc-4372-a567-0e02b2c3d4790",
                              "f47ac10b58cc-4372-a567-0e02b2c3d4-79",
                              "f47ac10g-58cc-4372-a567-0e02b2c3d479",
                              "{47ac10b-58cc-4372-a567-0e02b2c3d479",
                              "f47ac10b-58cc-4372-a567-0e02b2c3d47-" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        cr_assert(!uuid_parse(slice_of(refused[i]), &id), "%s", refused[i]);
    cr_assert_eq(id.bytes[0], 42);
    cr_assert(!uuid_is_nil(id));
    cr_assert(uuid_is_nil((struct uuid){ { 0 } }));
}
