/* Streaming JSON writer into a buf. Commas and quoting are its job; the nesting is the caller's
 * (asserted). */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/uuid.h"
struct json;
struct json_writer {
    struct buf *out;
    uint64_t has_member; /* one bit a level: a comma is due */
    unsigned depth;
};
void json_writer_init(struct json_writer *w, struct buf *out);
void json_object_begin(struct json_writer *w);
void json_object_end(struct json_writer *w);
void json_array_begin(struct json_writer *w);
void json_array_end(struct json_writer *w);
void json_key(struct json_writer *w, const char *name);
void json_key_slice(struct json_writer *w, struct slice name);
void json_put_text(struct json_writer *w, struct slice text); /* {NULL, 0} is written as "" */
void json_put_cstr(struct json_writer *w, const char *text);  /* NULL is written as null */
void json_put_i64(struct json_writer *w, int64_t n);
void json_put_real(struct json_writer *w,
                   double n); /* shortest form that reads back; not finite: null */
void json_put_bool(struct json_writer *w, bool b);
void json_put_null(struct json_writer *w);
void json_put_raw(struct json_writer *w, struct slice json); /* already valid JSON */
void json_put_node(struct json_writer *w, const struct json *v);
/* key + value in one */
void json_member_text(struct json_writer *w, const char *name, struct slice text);
void json_member_cstr(struct json_writer *w, const char *name, const char *text);
void json_member_i64(struct json_writer *w, const char *name, int64_t n);
void json_member_real(struct json_writer *w, const char *name, double n);
void json_member_bool(struct json_writer *w, const char *name, bool b);
void json_member_uuid(struct json_writer *w, const char *name, struct uuid id); /* nil: null */
void json_member_null(struct json_writer *w, const char *name);
void json_member_raw(struct json_writer *w, const char *name, struct slice json);
#endif
