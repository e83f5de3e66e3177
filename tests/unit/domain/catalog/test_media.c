/* needs: store/memory domain/media
 * Bytes beside an entity: a row of the same commit, replaced in place, gone with it. */
#include "base/limits.h"
#include "domain/media/blob.h"
#include "unit/domain/catalog/kit.h"

static struct kit k;
static char org[UUID_TEXT_LEN + 1];

static void setup(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
    uuid_format(k.org, org);
}
static void teardown(void)
{
    kit_stop(&k, true);
}
TestSuite(media, .init = setup, .fini = teardown);

static enum err change(command_fn *run, struct uuid id, const char *body, struct slice blob)
{
    struct catalog_change c = { .org = k.org,
                                .resource = RESOURCE_AUDIO_FILE,
                                .id = id,
                                .body = slice_of(body),
                                .blob = blob };
    return kit_run(&k, run, &c);
}

static const struct entity *file_of(struct uuid id)
{
    return catalog_working_get(k.catalog, k.org, RESOURCE_AUDIO_FILE, id);
}

static bool holds(struct uuid id, const char *bytes)
{
    char name[64] = "audio-file_";
    struct slice found;
    struct blob_source source = blobs_of_store(k.store);
    uuid_format(id, name + strlen(name));
    enum err e = source.read(source.ctx, slice_of(org), slice_of(name), k.arena, &found);
    return bytes ? e == ERR_OK && slice_is(found, bytes) : e == ERR_NOT_FOUND;
}

static struct uuid made(const char *name, struct slice bytes)
{
    char body[128];
    snprintf(body, sizeof body, "{\"name\":\"%s\",\"contentType\":\"AUDIO_WAV\"}", name);
    cr_assert_eq(change(catalog_create, (struct uuid){ { 0 } }, body, bytes), ERR_OK, "%.*s",
                 SLICE_ARG(k.fx.detail));
    return kit_result_id(&k);
}

static const struct slice none = { NULL, 0 };

Test(media, the_bytes_come_and_go_with_the_entity)
{
    char body[256], text[UUID_TEXT_LEN + 1];
    struct uuid id = made("a.wav", SLICE("one"));
    uuid_format(id, text);
    cr_assert(holds(id, "one"));
    cr_assert_eq(entity_i64(file_of(id), FIELD_AUDIO_FILE_SIZE, 0), 3);
    snprintf(body, sizeof body,
             "{\"id\":\"%s\",\"name\":\"b.wav\",\"contentType\":\"AUDIO_WAV\","
             "\"blobId\":\"audio-file_%s\"}",
             text, text);
    cr_assert_eq(change(catalog_update, id, body, SLICE("three")), ERR_OK);
    cr_assert(holds(id, "three"));
    cr_assert_eq(entity_i64(file_of(id), FIELD_AUDIO_FILE_SIZE, 0), 5);
    cr_assert_eq(change(catalog_update, id, body, none), ERR_OK); /* as before */
    cr_assert(holds(id, "three"));
    cr_assert_eq(entity_i64(file_of(id), FIELD_AUDIO_FILE_SIZE, 0), 5);
    cr_assert_eq(kit_delete(&k, RESOURCE_AUDIO_FILE, id), ERR_OK);
    cr_assert(holds(id, NULL));
}

Test(media, what_is_refused_writes_no_bytes)
{
    const struct uuid nil = { { 0 } };
    cr_assert_eq(change(catalog_create, nil, "{\"name\":\"a.wav\"}", SLICE("x")),
                 ERR_INVALID_FIELD);
    cr_assert_eq(k.fx.write_count, 0);
    cr_assert_eq(
        change(catalog_create, nil, "{\"name\":\"a.wav\",\"contentType\":\"AUDIO_WAV\"}", none),
        ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "audioFile: should not be null"));
    struct catalog_change dry = { .org = k.org,
                                  .resource = RESOURCE_AUDIO_FILE,
                                  .body = SLICE("{\"name\":\"a\",\"contentType\":\"AUDIO_WAV\"}"),
                                  .blob = SLICE("x"),
                                  .dry_run = true };
    cr_assert_eq(kit_step(&k, catalog_create, &dry), ERR_OK);
    cr_assert_eq(k.fx.write_count, 0);
}

Test(media, the_bytes_of_an_organisation_are_bounded)
{
    /* Only the length counts here, and the store of this test is not asked to keep it. */
    const struct slice half = { "x", LIMIT_audio_bytes_per_org_max / 2 };
    struct catalog_change c = { .org = k.org, .resource = RESOURCE_AUDIO_FILE, .blob = half };
    static const char *const bodies[] = { "{\"name\":\"a\",\"contentType\":\"AUDIO_WAV\"}",
                                          "{\"name\":\"b\",\"contentType\":\"AUDIO_WAV\"}",
                                          "{\"name\":\"c\",\"contentType\":\"AUDIO_WAV\"}" };
    for (int i = 0; i < 3; i++) {
        c.body = slice_of(bodies[i]);
        enum err e = kit_step(&k, catalog_create, &c);
        k.fx.write_count = 0;
        kit_finish(&k, true);
        cr_assert_eq(e, i < 2 ? ERR_OK : ERR_INVALID_FIELD);
    }
    cr_assert(kit_says(&k, "audioFile: the organisation's audio would be more than"));
}
