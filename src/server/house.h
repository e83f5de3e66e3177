/* The lower floors, opened and connected: the data directory's store, the world rebuilt from it,
 * the engine that runs it. `cordboard serve` puts the front (front.h) before it; `cordboard token`
 * and the like use it as it is when no server runs. */
#ifndef SERVER_HOUSE_H
#define SERVER_HOUSE_H
#include "base/clock.h"
#include "base/err.h"
#include "base/slice.h"
#include "domain/agent/commands.h"
struct catalog;
struct engine;
struct identity;
struct settings;
struct store;
struct store_writer;
struct subscriptions;
struct world;
/* settings->clock besides "real" and "virtual": virtual where a virtual clock was moved in this
 * directory, else real. For commands that are no server: by the real clock they would carry a
 * simulated world off to the real present, and their tokens would be out of date in it. */
#define CLOCK_AS_KEPT "as kept"
struct house {
    const struct settings *settings;
    struct clock clock;
    struct store *store;
    struct store_writer *writer;
    struct catalog *catalog;
    struct identity *identity;
    struct subscriptions *subscriptions;
    struct world *world; /* the engine's alone once it is started */
    struct engine *engine;
    struct agent_lost_cursor lost; /* the engine's first command: whose sockets are gone */
    struct agent_lost_args lost_args;
};
/* Makes the data directory when it is missing (mode 0700). The engine is made, not started, so that
 * the front can subscribe. Says on stderr what is wrong. */
enum err house_open(const struct settings *settings, struct house *h);
/* engine_start; from here commands run. */
enum err house_start(struct house *h);
void house_close(struct house *h);
/* Keeps the virtual clock's present for the next start; waits until it is durable. */
enum err house_save_clock(struct house *h);
#endif
