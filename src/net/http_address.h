/* Whether the HTTP client may connect to an address (see http_client.h for the rule on text). */
#ifndef NET_HTTP_ADDRESS_H
#define NET_HTTP_ADDRESS_H
#include <netinet/in.h>
#include <stdbool.h>
/* False for other families than IPv4 and IPv6. */
bool http_sockaddr_is_allowed(const struct sockaddr *sa, bool allow_loopback);
#endif
