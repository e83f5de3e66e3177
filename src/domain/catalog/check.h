/* Checking a client's body against the rules of its resource and making the document to be kept.
 * Every violated rule is noted, so that one answer names them all. */
#ifndef DOMAIN_CATALOG_CHECK_H
#define DOMAIN_CATALOG_CHECK_H
#include <stdbool.h>

#include "base/buf.h"
#include "domain/catalog/document.h"
#include "domain/catalog/references.h"
struct field_rule;
struct world;
struct check {
    struct world *world;
    struct catalog_view view; /* the working version */
    enum resource resource;
    struct uuid id;
    const struct json *body;
    struct slice blob;           /* bytes that come with it; at NULL: none */
    const struct entity *before; /* NULL: create */
    struct uuid parent;          /* of a new sub-resource */
    bool system, partial, bare, dry_run;
    struct arena *arena;
    enum field field;          /* being checked */
    const struct json *former; /* its value as it was, when it is RULE_ENTITY; or NULL */
    struct document *document; /* what is kept; common fields are filled in by the caller */
    struct buf reason;         /* violations, one a line */
    unsigned violations;
};
/* Fills c->document (made by the caller) and runs the hooks. */
void check_run(struct check *c);
void check_violation(struct check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For hooks: the kept value of a field. */
struct slice check_text(const struct check *c, enum field f); /* between the quotes; empty: unset */
bool check_has(const struct check *c, enum field f);
bool check_is(const struct check *c, enum field f, const char *word);
int64_t check_i64(const struct check *c, enum field f);               /* 0: not set */
void check_set_text(struct check *c, enum field f, const char *text); /* needs no escapes */

/* check_value.c: one value against its rule; `path` names it in violations. The canonical JSON
 * text, {NULL, 0}: nothing to keep. */
struct slice check_value(struct check *c, const char *path, const struct field_rule *rule,
                         const struct json *value);
#endif
