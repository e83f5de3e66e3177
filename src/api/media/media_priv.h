/* What the files of this room share. */
#ifndef API_MEDIA_MEDIA_PRIV_H
#define API_MEDIA_MEDIA_PRIV_H
#include <stdatomic.h>

#include "api/media/media.h"
struct workers;
struct media {
    struct media_options options;
    struct workers *readers;
    _Atomic int downloads; /* being read or sent */
};
#endif
