/* The living contact centre as one part of the world: agents, contacts, queues, devices, of all
 * organisations. Its commands: domain/agent, domain/task, domain/telephony. */
#ifndef DOMAIN_CORE_CENTRE_H
#define DOMAIN_CORE_CENTRE_H
#include <stdint.h>

#include "domain/core/config_view.h"
#include "domain/core/core.h"
struct centre_settings {
    int64_t rona_ms;          /* time to answer, when the queue says nothing */
    int64_t recovery_ms;      /* time for an agent without a socket to come back */
    int64_t device_answer_ms; /* a telephone never set answers after this; < 0: never */
};
/* Before world_load. `view->ctx` must outlive the world. `settings` NULL: the LIMIT_..._default
 * rows. */
enum err centre_attach(struct world *w, const struct config_view *view,
                       const struct centre_settings *settings);
/* The port over the catalogue attached to this world (src/domain/core/config_catalog.c). */
struct catalog;
struct config_view config_catalog(struct catalog *c);
#endif
