/* The system of record in memory: for tests and for runs that may forget everything. Commits can be
 * made to fail. */
#ifndef STORE_MEMORY_STORE_MEMORY_H
#define STORE_MEMORY_STORE_MEMORY_H
#include <stdint.h>

#include "base/err.h"
struct store;
enum err store_memory_open(struct store **out);
/* The n-th commit from now (1: the next) fails with ERR_IO and leaves no trace; 0: none. */
void store_memory_fail(struct store *s, uint64_t nth);
#endif
