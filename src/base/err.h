/* The one error enumeration; rows in spec/errors.def. Functions return it, results go by
 * out-pointer. */
#ifndef BASE_ERR_H
#define BASE_ERR_H
enum err {
    ERR_OK = 0,
#define ERROR(sym, status, code, title) ERR_##sym,
#include "errors.def"
    ERR_COUNT
};
int err_status(enum err e);        /* HTTP status, 200 for ERR_OK */
const char *err_code(enum err e);  /* stable upper-case word */
const char *err_title(enum err e); /* English sentence without a full stop */
#endif
