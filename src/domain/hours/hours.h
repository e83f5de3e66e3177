/* Is the contact centre open at an instant? What business hours, their holidays and overrides say.
 *
 * An override goes before a holiday, a holiday before the working hours. Times are wall times of
 * the zone of their resource (holidays: of the business hours), and both ends belong to them: 09:00
 * to 16:59 ends at 17:00. So a change of the clocks moves nothing on the wall: a minute that comes
 * twice is twice the same, one that is left out asks nothing. */
#ifndef DOMAIN_HOURS_HOURS_H
#define DOMAIN_HOURS_HOURS_H
#include "domain/catalog/references.h"
enum hours_reason { HOURS_NONE, HOURS_WORKING, HOURS_HOLIDAY, HOURS_OVERRIDE };
struct hours_answer {
    bool open;
    enum hours_reason reason; /* HOURS_NONE: no time fits, so closed */
    struct slice name;        /* of the time that decided; arena */
};
/* ERR_NOT_FOUND: the zone is none. */
enum err hours_at(const struct catalog_view *view, const struct entity *hours, int64_t at_ms,
                  struct arena *a, struct hours_answer *out);
#endif
