/* What a user is shown with when the request asks for more than the user. */
#ifndef API_CONFIG_USER_EXTRAS_H
#define API_CONFIG_USER_EXTRAS_H
#include "api/config/config.h"
enum user_extra {
    USER_PROFILE_DATA = 1 << 0,  /* userProfileData: the profile in its old form */
    USER_GRANULAR_DATA = 1 << 1, /* userProfileGranularAccessData: the profile as it is */
    USER_PROFILE_TYPE = 1 << 2,  /* userProfileType */
    USER_QUEUE_COUNTS = 1 << 3,  /* queuesCount */
    USER_COLLECTIONS = 1 << 4    /* with USER_GRANULAR_DATA: its resource collections whole */
};
/* Those the query names. */
unsigned user_extras_asked(struct http_request *req, bool granular);
/* The served user with these; {NULL, 0}: out of memory. Between epoch_enter and epoch_leave. */
struct slice user_with(const struct catalog_view *view, const struct entity *user, unsigned extras,
                       struct arena *a);
#endif
