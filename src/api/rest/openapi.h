/* The OpenAPI document of all operations, generated from spec/ (tools/gen_openapi.py), in two
 * parts: between them belongs the server's public address. */
#ifndef API_REST_OPENAPI_H
#define API_REST_OPENAPI_H
#include <stddef.h>
extern const char openapi_head[], openapi_tail[];
extern const size_t openapi_head_len, openapi_tail_len;
#endif
