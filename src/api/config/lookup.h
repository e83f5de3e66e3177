/* Questions that walk one resource and show some of each entity that fits: "the queues of this
 * user". A look-up is a predicate and a writer. */
#ifndef API_CONFIG_LOOKUP_H
#define API_CONFIG_LOOKUP_H
#include "api/config/config.h"
#include "api/config/page.h"
#include "domain/catalog/access.h"
#include "domain/catalog/skills.h"
struct lookup {
    enum resource resource;
    bool (*wanted)(struct lookup *l, const struct entity *e);
    void (*put)(struct lookup *l, const struct entity *e, struct json_writer *w); /* in an object */
    enum err (*prepare)(struct lookup *l); /* may be NULL; finds what the question names */
    size_t page_rows;                      /* 0: all on one page */
    enum field searched[4];                /* FIELD_COUNT ends them */
    /* Filled by lookup_answer. */
    struct rest_call *call;
    struct arena *arena;
    struct catalog_view view;
    struct slice search;
    struct access access; /* what the caller may see of the resource */
    const struct entity *user;
    struct uuid id, other;
    struct skills profile, dynamic;
    struct skills_match match; /* of the entity that `wanted` looked at last */
    struct slice why;          /* of a refusal */
};
/* Answers {meta, data}. */
enum err lookup_answer(struct rest_call *call, const struct lookup *question);
/* organizationId, id and version; created and last updated time. */
void lookup_put_head(const struct entity *e, struct json_writer *w);
void lookup_put_tail(const struct entity *e, struct json_writer *w);
void lookup_put(const struct entity *e, struct json_writer *w, enum field f);
bool lookup_mentions(const struct entity *e, enum field f, struct uuid id); /* anywhere inside */
#endif
