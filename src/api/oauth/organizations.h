/* Organisations as the server's operator sees them: what the operator's API and `cordboard org`
 * (server/control_orgs.c) have in common. */
#ifndef API_OAUTH_ORGANIZATIONS_H
#define API_OAUTH_ORGANIZATIONS_H
#include "base/json_read.h"
#include "base/json_write.h"
#include "domain/catalog/standing.h"
#include "domain/identity/commands.h"
/* Any thread; they enter the epoch. */
/* {orgId, name, timezone, state, since, users, limits}; ERR_NOT_FOUND: there is none. */
enum err organization_write(struct json_writer *w, const struct catalog *c, struct uuid org);
void organizations_write(struct json_writer *w, const struct catalog *c); /* an array, by name */
/* {name, timezone?, orgId?, admin: {email, firstName?, lastName?, password?}}. `password` is empty
 * when there is none. NULL, or what is wrong. */
const char *organization_read(const struct json *body, struct identity_organization_args *out,
                              struct slice *password);
/* {tasks: 10, agents: null}: null is the server's own limit again. NULL, or what is wrong. */
const char *organization_limits_read(const struct json *body, struct catalog_limits *out);
/* A password that nobody has to choose; the text is the caller's. ERR_IO. */
enum { ORGANIZATION_PASSWORD_LEN = 24 };
enum err organization_password(char out[ORGANIZATION_PASSWORD_LEN + 1]);
#endif
