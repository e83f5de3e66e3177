#include "domain/event/words.h"

#define WORDS_BEGIN(type)  static const struct slice texts_##type[] = {
#define WORD(symbol, text) { (text), sizeof(text) - 1 },
#define WORDS_END(type) \
    }                   \
    ;                   \
    const struct words words_##type = { #type, texts_##type, type##_count };
#include "words.def"

struct slice words_text(const struct words *w, int value)
{
    return value >= 0 && value < w->count ? w->texts[value] : (struct slice){ NULL, 0 };
}

bool words_find(const struct words *w, struct slice text, int *out)
{
    for (int i = 0; i < w->count; i++) {
        if (slice_eq(w->texts[i], text)) {
            *out = i;
            return true;
        }
    }
    return false;
}
