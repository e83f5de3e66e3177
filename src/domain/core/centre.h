/* The living contact centre as one part of the world: agents, contacts, queues, devices, of all
 * organisations. Its commands: domain/agent, domain/task, domain/telephony. */
#ifndef DOMAIN_CORE_CENTRE_H
#define DOMAIN_CORE_CENTRE_H
#include "domain/core/config_view.h"
#include "domain/core/core.h"
/* Before world_load. `view->ctx` must outlive the world. */
enum err centre_attach(struct world *w, const struct config_view *view);
/* The port over the catalogue attached to this world (src/domain/core/config_catalog.c). */
struct catalog;
struct config_view config_catalog(struct catalog *c);
#endif
