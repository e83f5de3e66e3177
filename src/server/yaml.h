/* A JSON document as YAML 1.2, and back (libyaml reads and writes the text). What JSON can say is
 * what is taken: plain scalars are null, true and false, numbers as JSON writes them, and texts;
 * `+4930111` and `012` are texts. Refused with the line: anchors and aliases (a short file could
 * stand for a huge one), tags, keys that are no scalars, more than one document, nesting deeper
 * than LIMIT_json_depth_max. A key that comes twice is left for json_parse to refuse. */
#ifndef SERVER_YAML_H
#define SERVER_YAML_H
#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"
struct arena;
struct buf;
struct json;
/* Appends JSON text. ERR_BAD_JSON: *why says what is wrong and where (memory of the arena). */
enum err yaml_to_json(struct slice text, struct arena *a, struct buf *out, struct slice *why);
/* Appends YAML text. ERR_OUT_OF_MEMORY. */
enum err yaml_from_json(const struct json *root, struct buf *out);
#endif
