/* Audio over this house: the bytes are rows of its store, and so is the key that signs addresses.
 */
#ifndef SERVER_MEDIA_WIRING_H
#define SERVER_MEDIA_WIRING_H
#include "base/err.h"
struct house;
struct media;
enum err media_wire(struct house *h, struct media **out);
#endif
