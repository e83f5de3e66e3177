/* needs: domain/core domain/event store/memory */
#include "domain/catalog/references.h"
#include "unit/domain/catalog/kit.h"

/* Address books and the sets of numbers to show: entities with entities inside. */
static struct kit k;

static void setup(void)
{
    kit_start(&k, NULL);
    kit_fill(&k);
}

static void teardown(void)
{
    kit_stop(&k, true);
}

TestSuite(catalog_entries, .init = setup, .fini = teardown);

#define BOOK "\"name\":\"Book\",\"parentType\":\"ORGANIZATION\""

static size_t entries(void)
{
    size_t working = catalog_working(k.catalog, k.org, RESOURCE_ADDRESS_BOOK_ENTRY).count;
    cr_assert_eq(catalog_published(k.catalog, k.org, RESOURCE_ADDRESS_BOOK_ENTRY).count, working);
    return working;
}

/* The body of an update of `id`. */
static enum err put(enum resource r, struct uuid id, const char *members)
{
    char body[4096], text[UUID_TEXT_LEN + 1];
    uuid_format(id, text);
    snprintf(body, sizeof body, "{\"id\":\"%s\",%s}", text, members);
    return kit_update(&k, r, id, body);
}

static enum err add(struct uuid parent, enum resource r, const char *body)
{
    return kit_run(&k, catalog_create,
                   &(struct catalog_change){
                       .org = k.org, .resource = r, .parent = parent, .body = slice_of(body) });
}

static bool shows(const char *text)
{
    return k.fx.result.len && memmem(k.fx.result.at, k.fx.result.len, text, strlen(text));
}

static struct uuid entry_named(const char *name)
{
    struct catalog_set set = catalog_working(k.catalog, k.org, RESOURCE_ADDRESS_BOOK_ENTRY);
    for (size_t i = 0; i < set.count; i++) {
        if (entity_is(set.items[i], FIELD_ADDRESS_BOOK_ENTRY_NAME, name))
            return entity_id(set.items[i]);
    }
    cr_assert_fail("no entry %s", name);
    return (struct uuid){ { 0 } };
}

Test(catalog_entries, a_book_is_made_with_its_entries)
{
    kit_made(&k, RESOURCE_ADDRESS_BOOK,
             "{" BOOK ",\"addressBookEntries\":[{\"name\":\"Ann\",\"number\":\"1\"},"
             "{\"name\":\"Bob\",\"number\":\"2\"}]}");
    cr_assert(shows("\"addressBookEntries\":[{"));
    cr_assert(shows("\"name\":\"Ann\",\"number\":\"1\""));
    cr_assert_not(shows("parentId"));
    cr_assert_eq(entries(), 2);
}

Test(catalog_entries, what_is_wrong_in_an_entry_is_named_and_nothing_is_made)
{
    cr_assert_eq(kit_create(&k, RESOURCE_ADDRESS_BOOK,
                            "{" BOOK ",\"addressBookEntries\":[{\"name\":\"Ann\",\"number\":\"1\"},"
                            "{\"number\":\"x\"},7]}"),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "addressBookEntries[1].name: should not be null or blank"));
    cr_assert(kit_says(&k, "addressBookEntries[1].number: should match"));
    cr_assert(kit_says(&k, "addressBookEntries[2]: should be an object"));
    cr_assert_eq(entries(), 0);
    cr_assert_eq(catalog_working(k.catalog, k.org, RESOURCE_ADDRESS_BOOK).count, 0);
    cr_assert_eq(kit_create(&k, RESOURCE_ADDRESS_BOOK,
                            "{" BOOK ",\"addressBookEntries\":[{\"name\":\"Ann\",\"number\":\"1\"},"
                            "{\"name\":\"ann\",\"number\":\"2\"}]}"),
                 ERR_DUPLICATE);
    cr_assert_eq(kit_create(&k, RESOURCE_ADDRESS_BOOK, "{" BOOK ",\"addressBookEntries\":{}}"),
                 ERR_INVALID_FIELD);
    cr_assert_eq(entries(), 0);
}

Test(catalog_entries, the_list_of_an_update_replaces_them)
{
    struct uuid book = kit_made(&k, RESOURCE_ADDRESS_BOOK,
                                "{" BOOK ",\"addressBookEntries\":[{\"name\":\"Ann\",\"number\":"
                                "\"1\"},{\"name\":\"Bob\",\"number\":\"2\"}]}");
    struct uuid ann = entry_named("Ann");
    char members[512], text[UUID_TEXT_LEN + 1];
    uuid_format(ann, text);
    cr_assert_eq(put(RESOURCE_ADDRESS_BOOK, book, BOOK), ERR_OK);
    cr_assert_eq(entries(), 2, "no list, no change");
    cr_assert_eq(put(RESOURCE_ADDRESS_BOOK, book,
                     BOOK ",\"addressBookEntries\":[{\"name\":\"Ann\",\"number\":\"3\"}]"),
                 ERR_DUPLICATE, "one that stays has to say its id");
    cr_assert_eq(entries(), 2);
    snprintf(members, sizeof members,
             BOOK ",\"addressBookEntries\":[{\"id\":\"%s\",\"name\":\"Ann\",\"number\":\"3\"},"
                  "{\"name\":\"Cid\",\"number\":\"4\"}]",
             text);
    cr_assert_eq(put(RESOURCE_ADDRESS_BOOK, book, members), ERR_OK, "%.*s", SLICE_ARG(k.fx.detail));
    cr_assert_eq(entries(), 2);
    cr_assert(uuid_eq(entry_named("Ann"), ann));
    cr_assert(shows("\"name\":\"Ann\",\"number\":\"3\""));
    cr_assert(shows("Cid"));
    cr_assert_not(shows("Bob"));
    cr_assert_eq(put(RESOURCE_ADDRESS_BOOK, book, BOOK ",\"addressBookEntries\":[]"), ERR_OK);
    cr_assert_eq(entries(), 0);
}

Test(catalog_entries, an_entry_of_another_book_is_not_found)
{
    struct uuid book = kit_made(&k, RESOURCE_ADDRESS_BOOK,
                                "{" BOOK ",\"addressBookEntries\":[{\"name\":\"Ann\",\"number\":"
                                "\"1\"}]}");
    struct uuid other =
        kit_made(&k, RESOURCE_ADDRESS_BOOK, "{\"name\":\"Other\",\"parentType\":\"ORGANIZATION\"}");
    struct uuid ann = entry_named("Ann");
    char members[512], text[UUID_TEXT_LEN + 1];
    uuid_format(ann, text);
    snprintf(members, sizeof members,
             "\"name\":\"Other\",\"parentType\":\"ORGANIZATION\",\"addressBookEntries\":[{\"id\":"
             "\"%s\",\"name\":\"A\",\"number\":\"1\"}]",
             text);
    cr_assert_eq(put(RESOURCE_ADDRESS_BOOK, other, members), ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "addressBookEntries[0].id: not found for given orgId."));
    struct catalog_change change = {
        .org = k.org, .resource = RESOURCE_ADDRESS_BOOK_ENTRY, .id = ann, .parent = other
    };
    cr_assert_eq(kit_run(&k, catalog_delete, &change), ERR_NOT_FOUND);
    change.body = slice_of("{\"name\":\"A\",\"number\":\"1\"}");
    cr_assert_eq(kit_run(&k, catalog_update, &change), ERR_NOT_FOUND);
    change.parent = book;
    cr_assert_eq(kit_run(&k, catalog_delete, &change), ERR_OK);
    cr_assert_eq(entries(), 0);
}

Test(catalog_entries, one_at_a_time)
{
    struct uuid book = kit_made(&k, RESOURCE_ADDRESS_BOOK, "{" BOOK "}");
    enum resource r = RESOURCE_ADDRESS_BOOK_ENTRY;
    cr_assert_eq(add(book, r, "{\"name\":\"Ann\",\"number\":\"1\"}"), ERR_OK);
    cr_assert_not(shows("parentId"));
    cr_assert_eq(add(book, r, "{\"name\":\"ANN\",\"number\":\"1\"}"), ERR_DUPLICATE);
    cr_assert_eq(add(k.org, r, "{\"name\":\"Bob\",\"number\":\"1\"}"), ERR_NOT_FOUND);
    struct uuid other =
        kit_made(&k, RESOURCE_ADDRESS_BOOK, "{\"name\":\"Other\",\"parentType\":\"ORGANIZATION\"}");
    cr_assert_eq(add(other, r, "{\"name\":\"Ann\",\"number\":\"1\"}"), ERR_OK, "names of a book");
    cr_assert_eq(kit_delete(&k, RESOURCE_ADDRESS_BOOK, book), ERR_OK, "takes its entries along");
    cr_assert_eq(entries(), 1);
}

Test(catalog_entries, survive_a_restart)
{
    struct uuid book = kit_made(&k, RESOURCE_ADDRESS_BOOK,
                                "{" BOOK ",\"addressBookEntries\":[{\"name\":\"Ann\",\"number\":"
                                "\"1\"},{\"name\":\"Bob\",\"number\":\"2\"}]}");
    struct uuid org = k.org;
    struct store *store = k.store;
    kit_stop(&k, false);
    kit_start(&k, store);
    k.org = org;
    cr_assert_eq(entries(), 2);
    cr_assert_eq(kit_delete(&k, RESOURCE_ADDRESS_BOOK, book), ERR_OK);
    kit_stop(&k, false);
    kit_start(&k, store);
    k.org = org;
    cr_assert_eq(entries(), 0);
}

Test(catalog_entries, a_large_book_is_one_publication)
{
    static char body[200000];
    size_t len = (size_t)snprintf(body, sizeof body, "{" BOOK ",\"addressBookEntries\":[");
    for (int i = 0; i < 2000; i++)
        len += (size_t)snprintf(body + len, sizeof body - len,
                                "%s{\"name\":\"N%d\",\"number\":\"%d\"}", i ? "," : "", i, i);
    snprintf(body + len, sizeof body - len, "]}");
    struct catalog_change change = { .org = k.org,
                                     .resource = RESOURCE_ADDRESS_BOOK,
                                     .body = slice_of(body) };
    cr_assert_eq(kit_step(&k, catalog_create, &change), ERR_OK);
    cr_assert_leq(k.fx.after_count, 2);
    kit_finish(&k, true);
    cr_assert_eq(entries(), 2000);
}

#define ANI "\"name\":\"Numbers\""

Test(catalog_entries, one_number_is_the_default)
{
    enum resource r = RESOURCE_OUTDIAL_ANI_ENTRY;
    struct uuid set = kit_made(
        &k, RESOURCE_OUTDIAL_ANI,
        "{" ANI ",\"outdialANIEntries\":[{\"name\":\"A\",\"number\":\"1\",\"defaultANIEntry\":"
        "true},{\"name\":\"B\",\"number\":\"2\"}]}");
    cr_assert_eq(kit_create(&k, RESOURCE_OUTDIAL_ANI,
                            "{\"name\":\"X\",\"outdialANIEntries\":[{\"name\":\"A\",\"number\":"
                            "\"1\",\"defaultANIEntry\":true},{\"name\":\"B\",\"number\":\"2\","
                            "\"defaultANIEntry\":true}]}"),
                 ERR_INVALID_FIELD);
    cr_assert(kit_says(&k, "outdialANIEntries: only one should have defaultANIEntry"));
    cr_assert_eq(add(set, r, "{\"name\":\"C\",\"number\":\"3\",\"defaultANIEntry\":true}"), ERR_OK);
    struct catalog_set all = catalog_working(k.catalog, k.org, r);
    unsigned defaults = 0;
    for (size_t i = 0; i < all.count; i++)
        defaults += entity_bool(all.items[i], FIELD_OUTDIAL_ANI_ENTRY_DEFAULT_ANI_ENTRY, false);
    cr_assert_eq(all.count, 3);
    cr_assert_eq(defaults, 1);
}
