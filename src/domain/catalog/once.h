/* Requests that may come twice but must act once (header Idempotency-Key, ours). The answer of the
 * first is kept for LIMIT_idempotency_ms_max, in the same commit as what it did, and given again. A
 * request that failed did nothing and may be tried again under its key. */
#ifndef DOMAIN_CATALOG_ONCE_H
#define DOMAIN_CATALOG_ONCE_H
#include "base/uuid.h"
#include "domain/core/core.h"
struct catalog_once {
    struct uuid org;
    struct slice key;         /* who, which operation, and the client's key */
    struct slice fingerprint; /* of the request; ERR_CONFLICT when the key comes with another */
    command_fn *run;
    const void *args;
    bool *again; /* set: the answer is an old one */
};
command_fn catalog_once; /* args: struct catalog_once */
#endif
