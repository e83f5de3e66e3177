/* needs: net domain/core domain/event store/memory
 * Signatures of addresses: of the whole address, by one key. */
#include <criterion/criterion.h>

#include "api/media/media.h"
#include "domain/media/blob.h"

static struct media *media;

static struct media *with_key(uint8_t first)
{
    struct media_options options = { .key = { first, 2, 3 } };
    struct media *m;
    cr_assert_eq(media_new(&options, &m), ERR_OK);
    return m;
}

static void setup(void)
{
    media = with_key(1);
}
static void teardown(void)
{
    media_free(media);
}
TestSuite(media_address, .init = setup, .fini = teardown);

static bool is_signed(const struct media *m, const char *org, const char *blob, int64_t until,
                      const char *signature)
{
    return media_is_signed(m, slice_of(org), slice_of(blob), until, slice_of(signature));
}

Test(media_address, every_part_counts)
{
    char text[MEDIA_SIGNATURE_LEN + 1];
    cr_assert_eq(media_sign(media, SLICE("org"), SLICE("blob"), 1750000000, text), ERR_OK);
    cr_assert_eq(strlen(text), MEDIA_SIGNATURE_LEN);
    cr_assert(is_signed(media, "org", "blob", 1750000000, text));
    cr_assert_not(is_signed(media, "org2", "blob", 1750000000, text));
    cr_assert_not(is_signed(media, "org", "blo", 1750000000, text));
    cr_assert_not(is_signed(media, "org", "blob", 1750000001, text));
    cr_assert_not(is_signed(media, "org", "blob", 1750000000, ""));
    for (int i = 0; i < MEDIA_SIGNATURE_LEN; i++) {
        text[i] ^= 1;
        cr_assert_not(is_signed(media, "org", "blob", 1750000000, text));
        text[i] ^= 1;
    }
    struct media *other = with_key(9);
    cr_assert_not(is_signed(other, "org", "blob", 1750000000, text));
    media_free(other);
}

Test(media_address, parts_do_not_run_into_each_other)
{
    char a[MEDIA_SIGNATURE_LEN + 1], b[MEDIA_SIGNATURE_LEN + 1], long_id[600] = { 0 };
    cr_assert_eq(media_sign(media, SLICE("ab"), SLICE("c"), 1, a), ERR_OK);
    cr_assert_eq(media_sign(media, SLICE("a"), SLICE("bc"), 1, b), ERR_OK);
    cr_assert_neq(strcmp(a, b), 0);
    memset(long_id, 'x', sizeof long_id - 1);
    cr_assert_eq(media_sign(media, SLICE("a"), slice_of(long_id), 1, a), ERR_BAD_REQUEST);
    cr_assert_not(is_signed(media, "a", long_id, 1, b));
}
