/* Which passwords people may choose (OWASP ASVS 5.0, 6.2): long enough, not too long to be worked
 * on, not among those that everybody tries first, not what is known about the person. No rules
 * about kinds of characters. */
#ifndef DOMAIN_IDENTITY_PASSWORD_POLICY_H
#define DOMAIN_IDENTITY_PASSWORD_POLICY_H
#include "base/slice.h"
/* What is wrong with it, as the end of "password: ..."; NULL: nothing. `email`: of whose it is to
 * be; may be empty. */
const char *password_flaw(struct slice password, struct slice email);
#endif
