/* The upper floors before a house: history, search, sockets, webhooks, HTTP. */
#ifndef SERVER_FRONT_H
#define SERVER_FRONT_H
#include "base/err.h"
#include "base/slice.h"
struct front;
struct house;
/* Opens everything and subscribes it to the engine, starts the engine, makes the demo when asked
 * for, and listens. Says on stderr what is wrong. */
enum err front_open(struct house *h, struct front **out);
struct slice front_url(const struct front *f);
struct slice
front_org(const struct front *f); /* the demo's id, or the first organisation's, or empty */
/* Reads the certificate and its key again; what is wrong with them is logged, and the old ones stay
 * in use. */
void front_reload(struct front *f);
/* Answers what is under way, closes sockets, stops the threads. The house stays open. */
void front_close(struct front *f);
#endif
