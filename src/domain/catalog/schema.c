#include "domain/catalog/schema.h"

#include <stddef.h>

#include "domain/catalog/hooks.h"
#include "domain/catalog/rows.h"

enum field schema_field(enum resource r, struct slice name)
{
    const struct resource_rule *rule = &resource_rules[r];
    for (unsigned i = 0; i < rule->count; i++) {
        if (slice_is(name, field_rules[rule->first + i].name))
            return rule->first + i;
    }
    return FIELD_COUNT;
}

enum resource schema_resource(struct slice name)
{
    for (enum resource r = 0; r < RESOURCE_COUNT; r++) {
        if (slice_is(name, resource_rules[r].name))
            return r;
    }
    return RESOURCE_COUNT;
}
