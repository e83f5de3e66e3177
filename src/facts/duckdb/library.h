/* The part of DuckDB's stable C API (1.x) that is used, declared here so that no header of it is
 * needed, found in the shared library by name. Source: the library's documentation of its C API. */
#ifndef FACTS_DUCKDB_LIBRARY_H
#define FACTS_DUCKDB_LIBRARY_H
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
enum { DUCK_OK = 0 };
enum duck_type { /* numbers of the C API */
                 DUCK_BOOLEAN = 1,
                 DUCK_TINYINT = 2,
                 DUCK_BIGINT = 5,
                 DUCK_UINTEGER = 8,
                 DUCK_DOUBLE = 11,
                 DUCK_VARCHAR = 17
};
struct duck_result { /* passed by value: its layout is part of the ABI */
    uint64_t deprecated[3];
    void *deprecated_columns;
    char *deprecated_message;
    void *internal;
};
struct duck_string { /* up to 12 bytes lie in place, longer ones behind `at` */
    uint32_t len;
    char head[4];
    const char *at;
};
typedef void duck_function(void *info, void *input, void *output);
typedef void duck_destroy(void *arg);
/* DUCK(result, name without duckdb_, parameters) */
#define DUCK_FUNCTIONS(DUCK)                                                                       \
    DUCK(const char *, library_version, (void))                                                    \
    DUCK(int, create_config, (void **config))                                                      \
    DUCK(int, set_config, (void *config, const char *name, const char *value))                     \
    DUCK(void, destroy_config, (void **config))                                                    \
    DUCK(int, open_ext, (const char *path, void **database, void *config, char **error))           \
    DUCK(void, close, (void **database))                                                           \
    DUCK(void, free, (void *memory))                                                               \
    DUCK(int, connect, (void *database, void **connection))                                        \
    DUCK(void, disconnect, (void **connection))                                                    \
    DUCK(void, interrupt, (void *connection))                                                      \
    DUCK(int, query, (void *connection, const char *sql, struct duck_result *result))              \
    DUCK(const char *, result_error, (struct duck_result * result))                                \
    DUCK(void, destroy_result, (struct duck_result * result))                                      \
    DUCK(int, prepare, (void *connection, const char *sql, void **statement))                      \
    DUCK(const char *, prepare_error, (void *statement))                                           \
    DUCK(void, destroy_prepare, (void **statement))                                                \
    DUCK(int, bind_int64, (void *statement, uint64_t at, int64_t value))                           \
    DUCK(int, bind_double, (void *statement, uint64_t at, double value))                           \
    DUCK(int, bind_varchar_length, (void *statement, uint64_t at, const char *text, uint64_t len)) \
    DUCK(int, execute_prepared, (void *statement, struct duck_result *result))                     \
    DUCK(void *, fetch_chunk, (struct duck_result result))                                         \
    DUCK(void *, create_data_chunk, (void **types, uint64_t count))                                \
    DUCK(void, destroy_data_chunk, (void **chunk))                                                 \
    DUCK(void, data_chunk_reset, (void *chunk))                                                    \
    DUCK(uint64_t, data_chunk_get_size, (void *chunk))                                             \
    DUCK(void, data_chunk_set_size, (void *chunk, uint64_t size))                                  \
    DUCK(void *, data_chunk_get_vector, (void *chunk, uint64_t column))                            \
    DUCK(void *, vector_get_data, (void *vector))                                                  \
    DUCK(uint64_t *, vector_get_validity, (void *vector))                                          \
    DUCK(void, vector_ensure_validity_writable, (void *vector))                                    \
    DUCK(void, vector_assign_string_element_len,                                                   \
         (void *vector, uint64_t row, const char *text, uint64_t len))                             \
    DUCK(uint64_t, vector_size, (void))                                                            \
    DUCK(void *, create_logical_type, (int type))                                                  \
    DUCK(void, destroy_logical_type, (void **type))                                                \
    DUCK(int, appender_create_ext,                                                                 \
         (void *connection, const char *catalog, const char *schema, const char *table,            \
          void **appender))                                                                        \
    DUCK(int, append_data_chunk, (void *appender, void *chunk))                                    \
    DUCK(const char *, appender_error, (void *appender))                                           \
    DUCK(int, appender_close, (void *appender))                                                    \
    DUCK(int, appender_destroy, (void **appender))                                                 \
    DUCK(void *, create_scalar_function, (void))                                                   \
    DUCK(void, destroy_scalar_function, (void **function))                                         \
    DUCK(void, scalar_function_set_name, (void *function, const char *name))                       \
    DUCK(void, scalar_function_add_parameter, (void *function, void *type))                        \
    DUCK(void, scalar_function_set_return_type, (void *function, void *type))                      \
    DUCK(void, scalar_function_set_special_handling, (void *function))                             \
    DUCK(void, scalar_function_set_extra_info,                                                     \
         (void *function, void *info, duck_destroy *destroy))                                      \
    DUCK(void, scalar_function_set_function, (void *function, duck_function *run))                 \
    DUCK(int, register_scalar_function, (void *connection, void *function))                        \
    DUCK(void *, scalar_function_get_extra_info, (void *info))                                     \
    DUCK(void, scalar_function_set_error, (void *info, const char *error))
struct duck {
    void *handle;
#define DUCK(type, name, params) type(*name) params;
    DUCK_FUNCTIONS(DUCK)
#undef DUCK
};
/* ERR_NOT_FOUND: no library at `path`, or without one of the functions; ERR_UNAVAILABLE: not 1.x.
 */
enum err duck_load(const char *path, struct duck *out);
void duck_unload(struct duck *d);
#endif
