/* Audio files and greetings over HTTP: uploads (multipart/form-data), and the audio itself by
 * addresses that are signed and run out, so that a player needs no token. The handlers are
 * declared with the routes (api/rest/routes.h); how it works: docs/internals/media.md. */
#ifndef API_MEDIA_MEDIA_H
#define API_MEDIA_MEDIA_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/media/blob.h"
struct media;
enum { MEDIA_KEY_LEN = 32, MEDIA_SIGNATURE_LEN = 2 * 32 };
struct media_options {
    struct blob_source blobs;
    uint8_t key[MEDIA_KEY_LEN]; /* secret; the same after a restart, or addresses end with it */
};
/* Starts the threads that read. */
enum err media_new(const struct media_options *options, struct media **out);
/* After the HTTP server: answers what waits, ends the threads. NULL is fine. */
void media_free(struct media *m);
/* Hexadecimal HMAC-SHA256 over whose, which and until when. ERR_INTERNAL: the library failed. */
enum err media_sign(const struct media *m, struct slice org, struct slice blob, int64_t expires_s,
                    char signature[MEDIA_SIGNATURE_LEN + 1]);
/* In time that tells nothing about where they differ. */
bool media_is_signed(const struct media *m, struct slice org, struct slice blob, int64_t expires_s,
                     struct slice signature);
#endif
