/* The enumerations of spec/words.def, with their wire texts. */
#ifndef DOMAIN_EVENT_WORDS_H
#define DOMAIN_EVENT_WORDS_H
#include <stdbool.h>

#include "base/slice.h"
#define WORDS_BEGIN(type)  enum type {
#define WORD(symbol, text) symbol,
#define WORDS_END(type) \
    type##_count        \
    }                   \
    ;
#include "words.def"

/* One enumeration as a table, for code that is told which one at run time. */
struct words {
    const char *name;
    const struct slice *texts;
    int count;
};
#define WORDS_BEGIN(type) extern const struct words words_##type;
#define WORD(symbol, text)
#define WORDS_END(type)
#include "words.def"
/* words_text(&words_task_state, TASK_PARKED) is "parked"; outside the table: empty. */
struct slice words_text(const struct words *w, int value);
/* False: no such word; *out untouched. Upper and lower case differ. */
bool words_find(const struct words *w, struct slice text, int *out);
#endif
