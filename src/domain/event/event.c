#include "domain/event/event.h"

static const struct {
    struct slice name;
    bool journaled, living;
} rows[] = {
#define EVENT(symbol, event_text, is_journaled, is_living) \
    { { (event_text), sizeof(event_text) - 1 }, (is_journaled), (is_living) },
#include "domain/event/types.def"
};

const char *event_name(enum event_type t)
{
    return rows[t].name.at;
}

bool event_is_journaled(enum event_type t)
{
    return rows[t].journaled;
}

bool event_is_living(enum event_type t)
{
    return rows[t].living;
}

bool event_type_find(struct slice name, enum event_type *out)
{
    for (int i = 0; i < EVENT_TYPE_COUNT; i++) {
        if (slice_eq(rows[i].name, name)) {
            *out = (enum event_type)i;
            return true;
        }
    }
    return false;
}
