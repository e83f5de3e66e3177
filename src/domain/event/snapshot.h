/* The living nouns as plain structs, made from spec/snapshots.def, and their JSON. The same JSON is
 * the row in the store (kinds "task", "agent-session", "device") and what the journal carries
 * (docs/internals/journal.md).
 *
 * Slices and arrays of a snapshot are borrowed: from the world while a step runs, from the arena
 * and the input after snapshot_read. */
#ifndef DOMAIN_EVENT_SNAPSHOT_H
#define DOMAIN_EVENT_SNAPSHOT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "domain/event/words.h"
struct arena;
struct json;
struct json_writer;

#define SNAPSHOT_ID                                   struct uuid
#define SNAPSHOT_TEXT                                 struct slice
#define SNAPSHOT_TIME                                 int64_t
#define SNAPSHOT_DURATION                             int64_t
#define SNAPSHOT_COUNT                                int64_t
#define SNAPSHOT_BOOL                                 bool
#define SNAPSHOT_MEMBER(kind, name, json, about)      SNAPSHOT_##kind name;
#define SNAPSHOT_MEMBER_ENUM(type, name, json, about) enum type name;

/* What the caller or the customer attached to a contact (call associated data). */
struct attribute {
    struct slice name, value;
};
struct leg_snapshot {
#define LEG_FIELD SNAPSHOT_MEMBER
#define LEG_ENUM  SNAPSHOT_MEMBER_ENUM
#include "snapshots.def"
};
struct task_snapshot {
#define TASK_FIELD SNAPSHOT_MEMBER
#define TASK_ENUM  SNAPSHOT_MEMBER_ENUM
#include "snapshots.def"
    const struct attribute *attributes; /* JSON: object "attributes" */
    uint32_t attribute_count;
    uint32_t leg_count; /* JSON: array "legs", oldest first */
    const struct leg_snapshot *legs;
};
struct channel_snapshot {
#define CHANNEL_FIELD SNAPSHOT_MEMBER
#define CHANNEL_ENUM  SNAPSHOT_MEMBER_ENUM
#include "snapshots.def"
};
struct agent_snapshot {
#define AGENT_FIELD SNAPSHOT_MEMBER
#define AGENT_ENUM  SNAPSHOT_MEMBER_ENUM
#include "snapshots.def"
    /* JSON: array "channels". All of them in the row and in agent.login, logout, state, reload; in
     * the bodies of task events and agent.channel only the one concerned. */
    const struct channel_snapshot *channels;
    uint32_t channel_count;
};
struct device_snapshot {
#define DEVICE_FIELD SNAPSHOT_MEMBER
#define DEVICE_ENUM  SNAPSHOT_MEMBER_ENUM
#include "snapshots.def"
};
/* Write one JSON object. */
void task_snapshot_write(struct json_writer *w, const struct task_snapshot *t);
/* `only` non-nil: of the channels just the one with this id. */
void agent_snapshot_write(struct json_writer *w, const struct agent_snapshot *a, struct uuid only);
void device_snapshot_write(struct json_writer *w, const struct device_snapshot *d);
/* Read what was written. Unknown members are ignored. ERR_CORRUPT: not an object, or a member of
 * the wrong type or an unknown word; ERR_OUT_OF_MEMORY. *out is untouched on failure. */
enum err task_snapshot_read(const struct json *v, struct arena *a, struct task_snapshot *out);
enum err agent_snapshot_read(const struct json *v, struct arena *a, struct agent_snapshot *out);
enum err device_snapshot_read(const struct json *v, struct arena *a, struct device_snapshot *out);
/* Replaces every text field by move(ctx, text); false as soon as one comes back as {NULL, 0}. Lists
 * (legs, attributes, channels) are not entered. */
typedef struct slice snapshot_text_fn(void *ctx, struct slice text);
bool task_snapshot_move_texts(struct task_snapshot *t, snapshot_text_fn *move, void *ctx);
bool leg_snapshot_move_texts(struct leg_snapshot *l, snapshot_text_fn *move, void *ctx);
bool agent_snapshot_move_texts(struct agent_snapshot *a, snapshot_text_fn *move, void *ctx);
bool device_snapshot_move_texts(struct device_snapshot *d, snapshot_text_fn *move, void *ctx);
#endif
