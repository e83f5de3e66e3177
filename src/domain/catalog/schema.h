/* The rules of every resource as tables, made from spec/resources (the meaning of each key:
 * spec/resources/README.md) by tools/gen_resources.py. */
#ifndef DOMAIN_CATALOG_SCHEMA_H
#define DOMAIN_CATALOG_SCHEMA_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "domain/catalog/tables.h"
struct buf;
struct check;
struct entity;
struct catalog_view;
enum rule_type { RULE_STRING, RULE_INTEGER, RULE_BOOLEAN, RULE_ENUM, RULE_REF, RULE_OBJECT };
enum rule_flag {
    RULE_LIST = 1 << 0, /* an array of the type */
    RULE_REQUIRED = 1 << 1,
    RULE_READ_ONLY = 1 << 2,
    RULE_IMMUTABLE = 1 << 3,
    RULE_IDENTITY = 1 << 4, /* immutable, refused in the words used for a person's identity */
    RULE_RETAIN = 1 << 5,   /* an update without it keeps the former value */
    RULE_UNIQUE_ITEMS = 1 << 6,
    RULE_MADE_ID = 1 << 7,
    RULE_NO_FILTER = 1 << 8,
    RULE_SEARCH = 1 << 9,
    RULE_COMMON = 1 << 10,     /* id, version ...: written by the engine alone */
    RULE_NOT_LISTED = 1 << 11, /* left out of lists */
    RULE_HIDDEN = 1 << 12,     /* kept, never served: the parent of a sub-resource */
    RULE_AGENT_VIEW = 1 << 13, /* what lists show with agentView=true, if any field has it */
    RULE_ENTITY = 1 << 14,     /* objects with organisation, version, times: their last members */
    RULE_OWNER = 1 << 15,      /* inside objects: the id of the entity they are in */
    RULE_ASKED = 1 << 16,      /* shown to those who ask by one of the parameters of on_demand */
    RULE_OR_TEXT = 1 << 17     /* a reference that may be a text: what is no id is kept */
};
/* Writes the value of a derived field; false: the field is not set. */
typedef bool derive_fn(struct buf *out, const struct catalog_view *view, const struct entity *e);
/* Adds what a table cannot check or fill in (check.h). */
typedef void check_hook(struct check *c);
struct field_rule {
    const char *name;
    enum rule_type type;
    unsigned flags;
    int64_t min, max;              /* code points of a text, bounds of a number */
    int pattern;                   /* pattern.h; -1: none */
    const char *pattern_text;      /* what to say when it does not match; NULL: the pattern */
    unsigned items_min, items_max; /* of a list */
    const char *items_text;        /* what to say when there are fewer; NULL: the number */
    const char *const *words;
    const char *const *spellings; /* other spelling, word, other spelling, word ...; NULL: none */
    const char *on_demand;        /* query parameters that show it, between commas; NULL: none */
    const char *fallback;         /* JSON; NULL: none */
    enum resource target;         /* RESOURCE_COUNT: no reference, or to what is no resource yet */
    const char *when_field;
    const char *const *when_words; /* required when when_field holds one of these */
    derive_fn *derive;
    const struct field_rule *children;
    unsigned child_count;
    enum resource entries; /* its elements are entities of that; RESOURCE_COUNT: they are not */
};
/* A column of the bulk export. Ids become names where a spreadsheet's reader wants them. */
enum export_kind {
    EXPORT_VALUE,  /* as it is served */
    EXPORT_TEXT,   /* a number as text */
    EXPORT_NAMES,  /* names instead of ids */
    EXPORT_TEAMS,  /* ids of teams as pairs of team and site */
    EXPORT_GROUPS, /* call distribution groups with such pairs */
    EXPORT_ROWS    /* some members of the objects of a list, under other names */
};
struct export_column {
    const char *name;
    enum export_kind kind;
    enum field field;
    const char *child; /* member of the field's object; NULL: the field itself */
    enum resource target;
    const char *const *members; /* of rows: name, member, name, member ...; NULL at the end */
};
/* A count in the meta of lists: entities with INCLUDED in a field. */
struct count_rule {
    const char *name; /* NULL: the end */
    enum field field;
};
enum { UNIQUE_KEYS_MAX = 2, UNIQUE_FIELDS_MAX = 2 };
struct unique_key {
    unsigned count;
    enum field fields[UNIQUE_FIELDS_MAX];
};
struct resource_rule {
    const char *name;   /* "contact-service-queue": noun, path and kind of the rows */
    const char *prefix; /* version the item path begins with: "" or "v3/" */
    const char *path;   /* last segment of its URL before the id */
    const char *title;
    enum field first; /* its fields are rows first .. first + count - 1 of field_rules */
    unsigned count;
    enum field tail; /* from here on fields that are not shown as a matter of course */
    enum field organization_id, id, version, created_time, last_updated_time, system_default;
    unsigned unique_count;
    struct unique_key unique[UNIQUE_KEYS_MAX];
    enum field single_flag, single_scope; /* FIELD_COUNT: no such rule */
    check_hook *const *hooks;             /* NULL at the end */
    bool arrays_in_list;
    bool bulk_updates;               /* an item with an id is an update, not a refused create */
    bool derives;                    /* has derived fields */
    const struct count_rule *counts; /* NULL: none */
    const char *lent_name;           /* a name only filters know, NULL: none: ... */
    enum field lent_field; /* ... what the entity with that id lists here of another resource */
    enum field sort;       /* of lists that are not asked for another; FIELD_COUNT: as made */
    const struct export_column *export_columns; /* the last has no name; NULL: no export */
    enum field export_type; /* the field the query's `type` selects by; FIELD_COUNT: none */
    enum field active;      /* whether it is in use; FIELD_COUNT: nothing says so */
    enum resource parent;   /* a sub-resource of that; RESOURCE_COUNT: of none */
    enum field parent_id;   /* hidden and last */
    unsigned export_page;   /* rows of a page unless the client says */
    enum field blob;        /* names the bytes kept beside it (media/blob.h); FIELD_COUNT: none */
    const char *blob_info;  /* part of an upload that holds the entity; NULL: none */
};
extern const struct field_rule field_rules[FIELD_COUNT];
extern const struct resource_rule resource_rules[RESOURCE_COUNT];
extern const char *const pattern_texts[];
extern const int pattern_count;
/* One row of spec/defaults.yaml. "$key" texts in the body stand for ids of earlier rows. */
struct default_row {
    enum resource resource;
    const char *key;
    const char *body;
};
extern const struct default_row catalog_default_rows[];
extern const unsigned catalog_default_row_count;
/* FIELD_COUNT / RESOURCE_COUNT: no such name. */
enum field schema_field(enum resource r, struct slice name);
enum resource schema_resource(struct slice name);
static inline enum resource schema_resource_of(enum field f)
{
    enum resource r = 0;
    while (f >= resource_rules[r].first + resource_rules[r].count)
        r++;
    return r;
}
#endif
