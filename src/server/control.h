/* How the command line reaches a running server: the data directory is the server's alone, so it
 * listens on a Unix socket inside it (control.sock, mode 0600, same user or root only). One request
 * is one line of JSON, and so is its answer:
 *
 *     {"command":"token","email":"ada@example.com","scope":"cjp:user"?,"client":"C..."?,"refresh":true?}
 *         the token answer; `refresh` needs a client
 *     {"command":"client","name":"Wallboard","redirectUris":["https://..."],"scope":"cjp:user",
 *      "public":true?,"org":"..."?,"rateLimit":"600"?}
 *         clientId, clientSecret ...; `org` may be left out when there is only one
 *
 *     {"command":"limit","client":"C...","rateLimit":"600"}
 *         {}; the client's rate limit in requests a minute, "off", or "default" for the server's
 *
 * What failed is {"error":CODE,"detail":TEXT}. When no server runs, the command opens the house
 * itself and calls control_handle. */
#ifndef SERVER_CONTROL_H
#define SERVER_CONTROL_H
#include "base/err.h"
#include "base/slice.h"
struct arena;
struct buf;
struct catalog;
struct clock;
struct control_server;
struct engine;
struct identity;
/* Must outlive the server of it. */
struct control {
    struct identity *identity;
    struct catalog *catalog;
    struct clock *clock;
    struct engine *engine; /* started */
};
/* Not on the core or store thread. The answer has no newline. */
void control_handle(const struct control *c, struct slice request, struct arena *a,
                    struct buf *out);
/* Serves `dir`/control.sock on a thread of its own; ERR_IO: errno tells. A socket left over from a
 * killed server is replaced (the data directory's lock says that nobody else serves it). */
enum err control_listen(const struct control *c, const char *dir, struct control_server **out);
void control_stop(struct control_server *s); /* NULL is fine */
/* ERR_NOT_FOUND: no server listens there. ERR_IO: it went away, or took too long. */
enum err control_ask(const char *dir, struct slice request, struct arena *a, struct slice *answer);
#endif
