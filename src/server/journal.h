/* The store's journal as the port that its consumers know (domain/event/journal_source.h). */
#ifndef SERVER_JOURNAL_H
#define SERVER_JOURNAL_H
#include "domain/event/journal_source.h"
struct store;
/* The store outlives the source. */
struct journal_source journal_of_store(struct store *s);
#endif
