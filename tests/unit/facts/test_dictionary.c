#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>

#include "facts/dictionary.h"

struct saved {
    uint32_t last;
    unsigned dropped;
    bool failing;
};
static enum err save(void *ctx, uint32_t code, struct slice text)
{
    struct saved *s = ctx;
    (void)text;
    if (s->failing)
        return ERR_IO;
    cr_assert_eq(code, s->last + 1);
    s->last = code;
    return ERR_OK;
}

Test(dictionary, codes_count_up_and_stay)
{
    struct saved s = { 0 };
    struct dictionary *d;
    uint32_t code = 0;
    cr_assert_eq(dictionary_new(save, NULL, &s, &d), ERR_OK);
    const struct facts_dictionary *p = dictionary_port(d);
    cr_assert_eq(p->count(p->ctx), 0);
    cr_assert_null(p->text(p->ctx, 1).at);
    cr_assert(!p->find(p->ctx, SLICE("a"), &code));
    cr_assert_eq(p->code(p->ctx, SLICE("a"), &code), ERR_OK);
    cr_assert_eq(code, 1);
    cr_assert_eq(p->code(p->ctx, SLICE(""), &code), ERR_OK);
    cr_assert_eq(code, 2);
    cr_assert_eq(p->code(p->ctx, SLICE("a"), &code), ERR_OK);
    cr_assert_eq(code, 1);
    cr_assert_eq(s.last, 2, "a known text is not saved again");
    cr_assert(p->find(p->ctx, SLICE(""), &code) && code == 2);
    cr_assert(slice_is(p->text(p->ctx, 1), "a"));
    cr_assert(p->text(p->ctx, 2).at && p->text(p->ctx, 2).len == 0);
    cr_assert_null(p->text(p->ctx, 0).at);
    cr_assert_null(p->text(p->ctx, 3).at);
    cr_assert_null(p->text(p->ctx, UINT32_MAX).at);
    dictionary_free(d);
}
Test(dictionary, what_cannot_be_saved_is_not_known)
{
    struct saved s = { .failing = true };
    struct dictionary *d;
    uint32_t code = 77;
    cr_assert_eq(dictionary_new(save, NULL, &s, &d), ERR_OK);
    const struct facts_dictionary *p = dictionary_port(d);
    cr_assert_eq(p->code(p->ctx, SLICE("a"), &code), ERR_IO);
    cr_assert_eq(code, 77);
    cr_assert(!p->find(p->ctx, SLICE("a"), &code));
    cr_assert_eq(p->count(p->ctx), 0);
    s.failing = false;
    cr_assert_eq(p->code(p->ctx, SLICE("b"), &code), ERR_OK);
    cr_assert_eq(code, 1);
    dictionary_free(d);
}
Test(dictionary, loading_takes_any_order_and_refuses_contradictions)
{
    struct saved s = { .last = 3 };
    struct dictionary *d;
    uint32_t code;
    cr_assert_eq(dictionary_new(save, NULL, &s, &d), ERR_OK);
    const struct facts_dictionary *p = dictionary_port(d);
    cr_assert_eq(dictionary_load(d, 3, SLICE("c")), ERR_OK);
    cr_assert_eq(dictionary_load(d, 1, SLICE("a")), ERR_OK);
    cr_assert_eq(dictionary_load(d, 2, SLICE("b")), ERR_OK);
    cr_assert_eq(dictionary_load(d, 2, SLICE("x")), ERR_CORRUPT);
    cr_assert_eq(dictionary_load(d, 4, SLICE("a")), ERR_CORRUPT);
    cr_assert_eq(dictionary_load(d, 0, SLICE("y")), ERR_CORRUPT);
    cr_assert_eq(dictionary_load(d, UINT32_MAX, SLICE("y")), ERR_CORRUPT);
    cr_assert_eq(p->code(p->ctx, SLICE("d"), &code), ERR_OK);
    cr_assert_eq(code, 4);
    dictionary_free(d);
}

enum { THREADS = 6, TEXTS = 2000 };
static void *ask_all(void *ctx)
{
    const struct facts_dictionary *p = ctx;
    for (int i = 0; i < TEXTS; i++) {
        char text[16];
        uint32_t code = 0, again = 0;
        snprintf(text, sizeof text, "t%d", i);
        cr_assert_eq(p->code(p->ctx, slice_of(text), &code), ERR_OK);
        cr_assert(slice_is(p->text(p->ctx, code), text));
        cr_assert(p->find(p->ctx, slice_of(text), &again) && again == code);
        cr_assert_leq(code, p->count(p->ctx));
    }
    return NULL;
}
Test(dictionary, threads_agree)
{
    struct saved s = { 0 };
    struct dictionary *d;
    pthread_t threads[THREADS];
    cr_assert_eq(dictionary_new(save, NULL, &s, &d), ERR_OK);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, ask_all, (void *)(uintptr_t)dictionary_port(d));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    cr_assert_eq(s.last, TEXTS, "each text once");
    dictionary_free(d);
}

static enum err take_out(void *ctx, const uint32_t *codes, size_t count)
{
    struct saved *s = ctx;
    (void)codes;
    if (s->failing)
        return ERR_IO;
    s->dropped += (unsigned)count;
    return ERR_OK;
}
static bool is_odd(void *arg, uint32_t code)
{
    (void)arg;
    return code % 2;
}
Test(dictionary, what_nobody_uses_is_forgotten)
{
    struct saved s = { 0 };
    struct dictionary *d, *next;
    uint32_t code = 0;
    char text[16];
    cr_assert_eq(dictionary_new(save, take_out, &s, &d), ERR_OK);
    const struct facts_dictionary *p = dictionary_port(d);
    for (int i = 1; i <= 1000; i++) {
        snprintf(text, sizeof text, "t%d", i);
        cr_assert_eq(p->code(p->ctx, slice_of(text), &code), ERR_OK);
    }
    s.failing = true;
    cr_assert_eq(p->keep(p->ctx, is_odd, NULL), ERR_IO);
    cr_assert(p->find(p->ctx, SLICE("t2"), &code) && code == 2, "not from the disk: not forgotten");
    s.failing = false;
    cr_assert_eq(p->keep(p->ctx, is_odd, NULL), ERR_OK);
    cr_assert_eq(s.dropped, 500);
    cr_assert(p->find(p->ctx, SLICE("t3"), &code) && code == 3);
    cr_assert(!p->find(p->ctx, SLICE("t4"), &code));
    cr_assert(slice_is(p->text(p->ctx, 4), "t4"), "who holds the code still reads it");
    cr_assert_eq(p->code(p->ctx, SLICE("t4"), &code), ERR_OK);
    cr_assert_eq(code, 1001, "and it comes again under another");
    cr_assert_eq(p->keep(p->ctx, is_odd, NULL), ERR_OK);
    cr_assert_eq(s.dropped, 500, "what is forgotten is not taken out twice");
    dictionary_free(d);

    cr_assert_eq(dictionary_new(save, take_out, &s, &next), ERR_OK);
    cr_assert_eq(dictionary_load(next, 7, SLICE("t7")), ERR_OK); /* holes are fine */
    p = dictionary_port(next);
    cr_assert_eq(p->count(p->ctx), 7);
    cr_assert_null(p->text(p->ctx, 6).at);
    dictionary_free(next);
}
