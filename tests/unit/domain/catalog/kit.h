/* A world with nothing but a catalogue, and a store in memory; steps commands as the engine does.
 */
#ifndef TESTS_CATALOG_KIT_H
#define TESTS_CATALOG_KIT_H
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/epoch.h"
#include "base/json_read.h"
#include "domain/catalog/catalog.h"
#include "domain/catalog/commands.h"
#include "domain/core/effects.h"
#include "domain/core/world.h"
#include "store/memory/store_memory.h"
#include "store/store.h"
struct kit {
    struct world *world;
    struct catalog *catalog;
    struct store *store;
    struct arena *arena; /* of the last command */
    struct effects fx;
    int64_t now_ms;
    struct uuid org, multimedia, site, team, profile; /* made by kit_fill */
};
static inline void kit_finish(struct kit *k, bool durable)
{
    struct store_batch batch = { .writes = k->fx.writes, .write_count = k->fx.write_count };
    if (durable)
        cr_assert_eq(k->store->ops->commit(k->store, &batch, 1), ERR_OK);
    for (size_t i = 0; i < k->fx.after_count; i++)
        k->fx.after[i].fn(k->fx.after[i].arg, durable);
    k->fx.after_count = k->fx.write_count = 0;
}
/* Only the step; kit_finish makes it durable. */
static inline enum err kit_step(struct kit *k, command_fn *run, const void *args)
{
    arena_reset(k->arena);
    effects_init(&k->fx, k->arena);
    return core_step(k->world, ++k->now_ms, run, args, &k->fx);
}
static inline enum err kit_run(struct kit *k, command_fn *run, const void *args)
{
    enum err e = kit_step(k, run, args);
    kit_finish(k, true);
    return e;
}
static inline void kit_start(struct kit *k, struct store *store)
{
    *k = (struct kit){ .store = store, .now_ms = 1750000000000 };
    if (!store)
        cr_assert_eq(store_memory_open(&k->store), ERR_OK);
    k->arena = arena_new(64 << 20);
    k->world = world_new(&(struct world_options){ .seed = 7, .now_ms = k->now_ms });
    k->catalog = catalog_new();
    cr_assert(k->arena && k->world && k->catalog);
    catalog_attach(k->world, k->catalog);
    cr_assert_eq(world_load(k->world, k->store), ERR_OK);
}
static inline void kit_stop(struct kit *k, bool close)
{
    world_free(k->world);
    epoch_drain();
    arena_free(k->arena);
    if (close)
        k->store->ops->close(k->store);
}
static inline struct uuid kit_result_id(struct kit *k)
{
    struct json *made;
    struct uuid id = { { 0 } };
    cr_assert_eq(json_parse(k->arena, k->fx.result, &made, NULL), ERR_OK);
    cr_assert(uuid_parse(json_text(json_get(made, "id"), SLICE("")), &id));
    return id;
}
static inline enum err kit_create(struct kit *k, enum resource r, const char *body)
{
    return kit_run(
        k, catalog_create,
        &(struct catalog_change){ .org = k->org, .resource = r, .body = slice_of(body) });
}
static inline enum err kit_update(struct kit *k, enum resource r, struct uuid id, const char *body)
{
    return kit_run(
        k, catalog_update,
        &(struct catalog_change){ .org = k->org, .resource = r, .id = id, .body = slice_of(body) });
}
static inline enum err kit_delete(struct kit *k, enum resource r, struct uuid id)
{
    return kit_run(k, catalog_delete,
                   &(struct catalog_change){ .org = k->org, .resource = r, .id = id });
}
static inline struct uuid kit_made(struct kit *k, enum resource r, const char *body)
{
    enum err e = kit_create(k, r, body);
    cr_assert_eq(e, ERR_OK, "%s: %.*s", body, SLICE_ARG(k->fx.detail));
    return kit_result_id(k);
}
/* Text with each $m, $s, $t, $p, $o replaced by the kit's ids. Lives until the next but seven. */
static inline const char *kit_text(const struct kit *k, const char *form)
{
    static char texts[8][4096];
    static unsigned turn;
    char *text = texts[turn++ % 8], *to = text;
    const struct uuid *ids[] = { &k->multimedia, &k->site, &k->team, &k->profile, &k->org };
    for (; *form; form++) {
        const char *which = form[0] == '$' && form[1] ? strchr("mstpo", form[1]) : NULL;
        if (which) {
            uuid_format(*ids[which - "mstpo"], to);
            to += UUID_TEXT_LEN;
            form++;
        } else {
            *to++ = *form;
        }
    }
    *to = '\0';
    return text;
}
static inline struct uuid kit_default(struct kit *k, enum resource r, enum field name,
                                      const char *value)
{
    const struct entity *e = catalog_working_find(k->catalog, k->org, name, slice_of(value));
    (void)r;
    cr_assert(e, "%s", value);
    return entity_id(e);
}
#define USER_BODY                                                                            \
    "\"firstName\":\"Ada\",\"lastName\":\"Byron\",\"userProfileId\":\"$p\",\"active\":true," \
    "\"contactCenterEnabled\":true"
/* An organisation with a site and a team. */
static inline void kit_fill(struct kit *k)
{
    cr_assert_eq(kit_run(k, catalog_create_organization,
                         &(struct catalog_organization){ .name = SLICE("Acme") }),
                 ERR_OK, "%.*s", SLICE_ARG(k->fx.detail));
    k->org = kit_result_id(k);
    k->multimedia = kit_default(k, RESOURCE_MULTIMEDIA_PROFILE, FIELD_MULTIMEDIA_PROFILE_NAME,
                                "Default Multimedia Profile");
    k->profile = kit_default(k, RESOURCE_USER_PROFILE, FIELD_USER_PROFILE_NAME, "Premium Agent");
    k->site = kit_made(
        k, RESOURCE_SITE,
        kit_text(k, "{\"name\":\"Berlin\",\"active\":true,\"multimediaProfileId\":\"$m\"}"));
    k->team = kit_made(k, RESOURCE_TEAM,
                       kit_text(k, "{\"name\":\"Billing\",\"active\":true,\"siteId\":\"$s\","
                                   "\"teamType\":\"AGENT\",\"teamStatus\":\"IN_SERVICE\"}"));
}
static inline bool kit_says(const struct kit *k, const char *text)
{
    struct slice d = k->fx.detail;
    bool found = d.len && memmem(d.at, d.len, text, strlen(text));
    if (!found)
        fprintf(stderr, "wanted: %s\ngot: %.*s\n", text, SLICE_ARG(d));
    return found;
}
#endif
