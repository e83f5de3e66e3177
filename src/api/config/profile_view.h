/* User profiles as others than their administrators read them: with the collections they name, as
 * one list of rights, and in the form they had before permissions and collections. Between
 * epoch_enter and epoch_leave. */
#ifndef API_CONFIG_PROFILE_VIEW_H
#define API_CONFIG_PROFILE_VIEW_H
#include "api/config/config.h"
#include "base/json_write.h"
/* As served; `collections`: these whole instead of their ids. */
void put_profile(struct json_writer *w, const struct catalog_view *view,
                 const struct entity *profile, bool collections);
/* One level and a list of ids for entry points, sites, queues and teams. */
void put_old_profile(struct json_writer *w, const struct catalog_view *view,
                     const struct entity *profile);
#endif
