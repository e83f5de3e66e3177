/* Writing rows of the wiring's own (dictionary codes, the virtual clock, webhook cursors) and
 * waiting until they are on disk. */
#ifndef SERVER_SAVE_H
#define SERVER_SAVE_H
#include <stddef.h>

#include "base/err.h"
struct store_write;
struct store_writer;
/* Not on the store thread. */
enum err save_rows(struct store_writer *w, const struct store_write *writes, size_t count);
#endif
