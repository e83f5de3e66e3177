/* A filter with its selectors bound to the fields of a resource, and the text search. */
#ifndef API_CONFIG_FILTER_H
#define API_CONFIG_FILTER_H
#include "api/config/rsql.h"
#include "domain/catalog/references.h"
/* Only `id` when only_id. ERR_INVALID_FIELD names the field or value in *why. */
enum err config_filter_bind(struct arena *a, struct rsql *tree, enum resource r, bool only_id,
                            struct slice *why);
bool config_filter_is_pattern(enum field f, struct slice value);
/* Comparisons that one entity may take. */
size_t config_filter_cost(const struct rsql *tree);
/* Names that only filters know (`filters` in spec/resources): comparisons with them become ones of
 * ids. Before matching; between epoch_enter and epoch_leave. ERR_OUT_OF_MEMORY. */
enum err config_filter_resolve(struct arena *a, struct rsql *tree, const struct catalog_view *view,
                               enum resource r);
/* As SQL sees it: a field that is not set matches nothing but =isnull=; a list matches when one of
 * its elements does. `scratch` for texts with escapes. */
bool config_filter_matches(const struct rsql *tree, const struct entity *e, struct arena *scratch);

/* The search parameter: `word`, `field=="name";value=="word"` or `fields=in=("a","b");value==..`.
 */
struct config_search {
    struct slice keyword;
    enum field fields[8];
    unsigned count;
};
enum err config_search_parse(struct arena *a, struct slice text, enum resource r,
                             struct config_search *out, struct slice *why);
bool config_search_matches(const struct config_search *s, const struct entity *e,
                           struct arena *scratch);
#endif
