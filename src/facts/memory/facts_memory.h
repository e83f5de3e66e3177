/* The history in memory, by the plainest loops that can be right: the reference the real adapter is
 * compared with, and a history for tests that want none on disk. */
#ifndef FACTS_MEMORY_FACTS_MEMORY_H
#define FACTS_MEMORY_FACTS_MEMORY_H
#include "facts/facts.h"
/* `schema` is borrowed. */
enum err facts_memory_open(const struct facts_schema *schema, struct facts **out);
#endif
