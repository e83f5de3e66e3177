/* Numbers: those that callers dial, and the rules for those that agents dial. */
#include "base/arena.h"
#include "base/buf.h"
#include "domain/catalog/check.h"
#include "domain/catalog/dial_plan.h"
#include "domain/catalog/hooks.h"

static struct slice text_of(const struct check *c, enum field f)
{
    struct json *node;
    struct slice raw = document_value(c->document, f);
    return raw.at && json_parse(c->arena, raw, &node, NULL) == ERR_OK ? json_text(node, SLICE(""))
                                                                      : SLICE("");
}

void hook_dial_plan_expression(struct check *c)
{
    struct slice why = dial_plan_fault(text_of(c, FIELD_DIAL_PLAN_REGULAR_EXPRESSION), c->arena);
    if (why.len)
        check_violation(c, "regularExpression: should be a regular expression: %.*s",
                        SLICE_ARG(why));
}

/* The first number of an organisation is shown on its calls until another is chosen. */
static bool has_default(const struct check *c)
{
    struct catalog_set set = c->view.set(c->view.catalog, c->view.org, RESOURCE_DIAL_NUMBER);
    for (size_t i = 0; i < set.count; i++) {
        if (entity_bool(set.items[i], FIELD_DIAL_NUMBER_DEFAULT_ANI, false))
            return true;
    }
    return false;
}

static void set_digits(struct check *c)
{
    struct slice number = check_text(c, FIELD_DIAL_NUMBER_DIALLED_NUMBER);
    struct buf digits;
    buf_init_arena(&digits, c->arena);
    buf_add_char(&digits, '"');
    for (size_t i = 0; i < number.len; i++) {
        if (number.at[i] >= '0' && number.at[i] <= '9')
            buf_add_char(&digits, number.at[i]);
    }
    buf_add_char(&digits, '"');
    if (!buf_failed(&digits))
        document_set(c->document, FIELD_DIAL_NUMBER_DIALLED_NUMBER_DIGITS, buf_slice(&digits));
}

void hook_dial_number_digits(struct check *c)
{
    struct slice prefix = check_text(c, FIELD_DIAL_NUMBER_ROUTING_PREFIX);
    struct slice extension = check_text(c, FIELD_DIAL_NUMBER_EXTENSION);
    set_digits(c);
    if (!c->before && !check_has(c, FIELD_DIAL_NUMBER_DEFAULT_ANI) && !has_default(c))
        document_set(c->document, FIELD_DIAL_NUMBER_DEFAULT_ANI, SLICE("true"));
    if (prefix.len && extension.len && !check_has(c, FIELD_DIAL_NUMBER_ESN))
        document_set(
            c->document, FIELD_DIAL_NUMBER_ESN,
            arena_printf(c->arena, "\"%.*s%.*s\"", SLICE_ARG(prefix), SLICE_ARG(extension)));
}
