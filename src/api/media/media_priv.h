/* What the files of this room share. */
#ifndef API_MEDIA_MEDIA_PRIV_H
#define API_MEDIA_MEDIA_PRIV_H
#include <pthread.h>

#include "api/media/media.h"
#include "base/limits.h"
#include "base/uuid.h"
struct workers;
struct media {
    struct media_options options;
    struct workers *readers;
    pthread_mutex_t lock;                             /* guards: */
    struct uuid downloads[LIMIT_audio_downloads_max]; /* whose are being read or sent; nil: free */
};
#endif
