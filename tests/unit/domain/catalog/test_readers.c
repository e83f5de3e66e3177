/* needs: domain/core domain/event store/memory
 * Readers on threads while the core changes and publishes: every version they see is whole. Meant
 * for TSan as much as for itself. */
#include <pthread.h>
#include <stdatomic.h>

#include "unit/domain/catalog/kit.h"

static struct kit k;
static atomic_bool stop;
static atomic_ulong looks;

/* A site's description always repeats its version: a torn entity would not. */
static void *read_all(void *arg)
{
    (void)arg;
    while (!atomic_load(&stop)) {
        epoch_enter();
        struct catalog_set set = catalog_published(k.catalog, k.org, RESOURCE_SITE);
        for (size_t i = 0; i < set.count; i++) {
            const struct entity *e = set.items[i];
            int64_t said = -1;
            slice_to_i64(entity_text(e, FIELD_SITE_DESCRIPTION), &said);
            cr_assert(said == -1 || said == entity_version(e));
            cr_assert_eq(catalog_set_get(set, entity_id(e)), e);
            cr_assert(i == 0 || uuid_cmp(entity_id(set.items[i - 1]), entity_id(e)) < 0);
        }
        catalog_find(k.catalog, k.org, FIELD_SITE_NAME, SLICE("Site 3"));
        epoch_leave();
        atomic_fetch_add(&looks, 1);
    }
    return NULL;
}

static void change_much(struct uuid *ids, int count, int rounds)
{
    char form[512], text[UUID_TEXT_LEN + 1];
    for (int round = 2; round < rounds; round++) {
        for (int i = 0; i < count; i++) {
            uuid_format(ids[i], text);
            snprintf(form, sizeof form,
                     "{\"id\":\"%s\",\"name\":\"Site %d\",\"active\":true,\"description\":\"%d\","
                     "\"multimediaProfileId\":\"$m\"}",
                     text, i, round);
            cr_assert_eq(kit_update(&k, RESOURCE_SITE, ids[i], kit_text(&k, form)), ERR_OK);
        }
    }
}

Test(catalog_readers, never_see_a_torn_version)
{
    enum { READERS = 3, SITES = 8 };
    pthread_t readers[READERS];
    struct uuid ids[SITES];
    char form[256];
    kit_start(&k, NULL);
    kit_fill(&k);
    for (int i = 0; i < READERS; i++)
        cr_assert_eq(pthread_create(&readers[i], NULL, read_all, NULL), 0);
    for (int i = 0; i < SITES; i++) {
        snprintf(form, sizeof form,
                 "{\"name\":\"Site %d\",\"active\":true,\"description\":\"1\","
                 "\"multimediaProfileId\":\"$m\"}",
                 i);
        ids[i] = kit_made(&k, RESOURCE_SITE, kit_text(&k, form));
    }
    change_much(ids, SITES, 100);
    while (atomic_load(&looks) < 100)
        continue;
    for (int i = 0; i < SITES; i++)
        cr_assert_eq(kit_delete(&k, RESOURCE_SITE, ids[i]), ERR_OK);
    atomic_store(&stop, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    kit_stop(&k, true);
}
