/* needs: domain/core */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "domain/core/effects.h"
#include "domain/core/textbox.h"
#include "domain/core/world.h"

static struct arena *a;
static struct world *w;
static struct effects fx;
static char fired[16];

struct bell {
    struct timer timer;
    char name;
};

static void ring(struct world *world, struct timer *t, struct effects *effects)
{
    (void)world;
    (void)effects;
    size_t n = strlen(fired);
    if (n + 1 < sizeof fired)
        fired[n] = ((struct bell *)t)->name;
}

static void start(void)
{
    a = arena_new(1 << 20);
    w = world_new(&(struct world_options){ .seed = 1, .now_ms = 100 });
    effects_init(&fx, a);
    memset(fired, 0, sizeof fired);
}

static void stop(void)
{
    world_free(w);
    arena_free(a);
}

TestSuite(world, .init = start, .fini = stop);

Test(world, timers_fire_in_order_of_time_then_of_setting)
{
    struct bell x = { .name = 'x' }, y = { .name = 'y' }, z = { .name = 'z' };
    timer_set(w, &x.timer, 300, ring);
    timer_set(w, &y.timer, 200, ring);
    timer_set(w, &z.timer, 200, ring);
    cr_assert_eq(core_next_due(w), 200);
    core_step(w, 199, core_fire_due, NULL, &fx);
    cr_assert_str_empty(fired);
    for (int i = 0; i < 4; i++)
        core_step(w, 300, core_fire_due, NULL, &fx);
    cr_assert_str_eq(fired, "yzx");
    cr_assert_eq(core_next_due(w), INT64_MAX);
}

Test(world, a_timer_can_be_moved_and_cancelled)
{
    struct bell x = { .name = 'x' }, y = { .name = 'y' };
    timer_set(w, &x.timer, 200, ring);
    timer_set(w, &y.timer, 300, ring);
    timer_set(w, &x.timer, 400, ring);
    cr_assert_eq(core_next_due(w), 300);
    timer_cancel(w, &y.timer);
    timer_cancel(w, &y.timer);
    cr_assert_not(timer_is_set(&y.timer));
    cr_assert_eq(core_next_due(w), 400);
    timer_cancel(w, &x.timer);
}

Test(world, ids_are_of_the_step_and_of_the_seed)
{
    struct world *twin = world_new(&(struct world_options){ .seed = 1, .now_ms = 100 });
    struct uuid id = world_new_id(w);
    cr_assert_eq(uuid_time_ms(id), 100);
    cr_assert(uuid_eq(id, world_new_id(twin)));
    cr_assert_not(uuid_eq(id, world_new_id(w)));
    world_free(twin);
}

Test(world, effects_are_copies)
{
    char text[] = "abc";
    for (int i = 0; i < 20; i++)
        effects_put(&fx, slice_of(text), slice_of(text), slice_of(text), slice_of(text));
    effects_delete(&fx, SLICE("k"), SLICE("o"), SLICE("i"));
    effects_detail(&fx, "%s: %d", text, 7);
    text[0] = 'X';
    cr_assert_eq(fx.write_count, 21);
    cr_assert(slice_is(fx.writes[19].kind, "abc") && slice_is(fx.writes[19].body, "abc"));
    cr_assert_null(fx.writes[20].body.at);
    cr_assert(slice_is(fx.detail, "abc: 7"));
    cr_assert_not(fx.failed);
}

static int undone;

static void note_undone(void *arg, bool durable)
{
    (void)arg;
    undone += !durable;
}

Test(world, effects_that_do_not_fit_fail_the_step)
{
    struct arena *small = arena_new(2000);
    effects_init(&fx, small);
    for (int i = 0; i < 100; i++)
        effects_put(&fx, SLICE("kind"), SLICE("org"), SLICE("id"), SLICE("body"));
    cr_assert(fx.failed);
    undone = 0;
    for (int i = 0; i < 200; i++)
        effects_after(&fx, note_undone, NULL);
    cr_assert_gt(undone, 0, "what cannot be kept is undone at once");
    cr_assert_eq(core_step(w, 100, core_fire_due, NULL, &fx), ERR_OUT_OF_MEMORY);
    arena_free(small);
}

Test(world, textboxes_keep_copies)
{
    struct textbox box = { 0 };
    struct slice field = SLICE("");
    char text[] = "abc";
    cr_assert(textbox_set(&box, &field, slice_of(text)));
    const char *at = field.at;
    cr_assert(textbox_set(&box, &field, SLICE("abc")));
    cr_assert_eq(field.at, at, "equal text is not copied again");
    text[0] = 'X';
    cr_assert(slice_is(field, "abc"));
    for (int i = 0; i < 3000; i++)
        textbox_put(&box, SLICE("xyz"));
    cr_assert(textbox_is_due(&box));
    textbox_release(&box);
    cr_assert_eq(box.used, 0);
}
