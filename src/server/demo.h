/* The demo organisation (spec/demo.yaml): made through the same commands as anybody's, what is
 * there already is left alone, so an interrupted first start is finished by the next. */
#ifndef SERVER_DEMO_H
#define SERVER_DEMO_H
#include "base/err.h"
#include "base/uuid.h"
struct catalog;
struct engine;
struct identity;
struct clock;
struct demo_house {
    struct engine *engine;
    struct catalog *catalog;
    struct identity *identity;
    struct clock *clock;
};
/* Not on the core or store thread. The log names a row that was refused. */
enum err demo_make(const struct demo_house *house);
struct uuid demo_organization(void);
#endif
