/* The files of --tls-cert and --tls-key, put to use. */
#ifndef SERVER_TLS_FILES_H
#define SERVER_TLS_FILES_H
#include "base/err.h"
struct arena;
struct settings;
/* Both settings are needed. Says on stderr what is wrong with which file; what was in use stays. */
enum err tls_files_use(const struct settings *s, struct arena *a);
#endif
