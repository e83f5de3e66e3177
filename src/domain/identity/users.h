/* The directory that looks users up in the catalogue: a user's role comes from the type of the
 * user profile. An address is looked for in every organisation; the first that knows it wins. */
#ifndef DOMAIN_IDENTITY_USERS_H
#define DOMAIN_IDENTITY_USERS_H
#include "domain/identity/identity.h"
struct catalog;
struct identity_directory identity_catalog_directory(struct catalog *c);
enum role role_of_profile_type(struct slice profile_type);
#endif
