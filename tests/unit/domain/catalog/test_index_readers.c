/* needs: domain/core domain/event store/memory
 * Readers that build and use the same indexes at once while changes hang out new sets: what an
 * index names is always of its own set. Meant for TSan as much as for itself. */
#include <pthread.h>
#include <stdatomic.h>

#include "domain/catalog/index.h"
#include "unit/domain/catalog/kit.h"

enum { READERS = 3, SITES = 80, ROUNDS = 400, PLENTY = 1000000 };
static struct kit k;
static atomic_bool stop;
static atomic_ulong built, refused;

static void look(enum field f, const char *value)
{
    struct catalog_set set;
    const struct entity_set *s = catalog_published_set(k.catalog, k.org, RESOURCE_SITE, &set);
    const struct field_index *x = index_want(s, f, PLENTY);
    atomic_fetch_add(x ? &built : &refused, 1); /* refused: another is just building it */
    if (!x)
        return;
    struct index_range range = index_equal(x, slice_of(value));
    size_t count = 0;
    for (size_t i = 0; i < set.count; i++)
        count += slice_eq(entity_raw(set.items[i], f), slice_of(value)) ||
                 slice_eq(entity_text(set.items[i], f), slice_of(value));
    cr_assert_eq(range.count, count);
    for (size_t i = 0; i < range.count; i++)
        cr_assert_lt(index_position(range, i), set.count);
}

static void *ask(void *arg)
{
    (void)arg;
    while (!atomic_load(&stop)) {
        epoch_enter();
        look(FIELD_SITE_ACTIVE, "true");
        look(FIELD_SITE_DESCRIPTION, "odd");
        epoch_leave();
    }
    return NULL;
}

Test(index_readers, build_while_sets_come_and_go)
{
    static struct uuid ids[SITES];
    pthread_t readers[READERS];
    char form[256];
    kit_start(&k, NULL);
    kit_fill(&k);
    for (unsigned i = 0; i < SITES; i++) {
        snprintf(form, sizeof form,
                 "{\"name\":\"Site %u\",\"active\":true,\"multimediaProfileId\":\"$m\"}", i);
        ids[i] = kit_made(&k, RESOURCE_SITE, kit_text(&k, form));
    }
    for (unsigned i = 0; i < READERS; i++)
        cr_assert_eq(pthread_create(&readers[i], NULL, ask, NULL), 0);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct catalog_change change = { .org = k.org,
                                         .resource = RESOURCE_SITE,
                                         .id = ids[round % SITES],
                                         .partial = true,
                                         .body = round % 2 ? SLICE("{\"description\":\"odd\"}")
                                                           : SLICE("{\"active\":false}") };
        cr_assert_eq(kit_run(&k, catalog_update, &change), ERR_OK);
    }
    while (atomic_load(&built) < 100)
        continue;
    atomic_store(&stop, true);
    for (unsigned i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    kit_stop(&k, true);
}
