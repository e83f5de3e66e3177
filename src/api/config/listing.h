/* What a list request asks for, and the rows that answer it. */
#ifndef API_CONFIG_LISTING_H
#define API_CONFIG_LISTING_H
#include "api/config/filter.h"
#include "api/config/list_view.h"
#include "api/config/page.h"
#include "domain/catalog/access.h"
#include "domain/catalog/references.h"
enum { LISTING_FIELDS_MAX = 96 }; /* fields of one resource; checked when a list is asked for */
struct listing {
    enum resource resource;
    struct config_page page;
    struct rsql *filter; /* NULL: none */
    struct config_search search;
    bool searching, descending, whole, in_use_only;
    struct slice channels;          /* channelTypes, of the first version of lists */
    struct list_view view;          /* rows that other switches leave out */
    struct uuid skill;              /* tell who has it: dynamicSkillAssigned; nil: not asked for */
    struct access access;           /* what the caller may see */
    enum field sort;                /* FIELD_COUNT: as they were made */
    bool shown[LISTING_FIELDS_MAX]; /* by position in the resource's table */
    const struct entity **rows;     /* of the page, in order */
    size_t row_count;
    size_t looked_at;   /* entities that no index could vouch for */
    bool one_only;      /* singleObjectResponse */
    struct uuid parent; /* of a sub-resource: only its children; nil: all */
};
/* Reads the query parameters. `only_id`: the first version of a list filters by id alone and
 * neither searches nor sorts. ERR_INVALID_FIELD names the bad parameter in *why. */
enum err config_listing_read(struct http_request *req, enum resource r, bool only_id,
                             struct listing *out, struct slice *why);
void listing_hide(struct listing *l, enum field f); /* f is not shown, whatever was asked */
/* Finds the rows of the page and their total; between epoch_enter and epoch_leave, as is their use.
 * ERR_INVALID_FIELD also when that would be more than LIMIT_filter_steps_max of work. */
enum err config_listing_find(struct listing *l, const struct catalog_view *view, struct arena *a,
                             struct slice *why);
/* The rows of the page as a JSON array. */
void config_listing_write(const struct listing *l, const struct catalog_view *view,
                          struct json_writer *w);
#endif
