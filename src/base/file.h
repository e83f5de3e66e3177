/* Whole files. Paths end in NUL. ERR_IO: errno says why. */
#ifndef BASE_FILE_H
#define BASE_FILE_H
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
/* ERR_NOT_FOUND; ERR_TOO_LARGE above `limit` bytes; failure leaves *out untouched. */
enum err file_read(struct arena *a, const char *path, size_t limit, struct slice *out);
/* The file is the old or the new one at every instant, also after a crash: written beside it,
 * synced, renamed, the folder synced. Readable by its owner alone. */
enum err file_write(const char *path, struct slice bytes);
/* The folder, with mode 0700; one that exists is fine. Parents must exist. */
enum err file_make_dir(const char *path);
/* Takes rights of group and others away from the folder and the files in it (not deeper, links not
 * followed). *changed: how many had any. ERR_FORBIDDEN: the folder belongs to another user. */
enum err file_make_private(const char *dir, unsigned *changed);
#endif
