/* The data directory as a command finds it that is no server. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "domain/core/world.h"
#include "server/house.h"
#include "server/settings.h"
#include "store/sqlite/store_sqlite.h"
#include "store/store.h"

static char dir[] = "/tmp/cordboard-test-XXXXXX";
static struct settings settings;
static struct house house;

static void begin(void)
{
    log_set_level(LOG_ERROR);
    cr_assert_not_null(mkdtemp(dir));
    cr_assert(settings_read(&settings, 0, NULL));
    settings.data = dir;
}

static void end(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -r %s", dir);
    cr_expect_eq(system(command), 0);
}

TestSuite(house, .init = begin, .fini = end);

static void open_with(const char *clock)
{
    settings.clock = clock;
    cr_assert_eq(house_open(&settings, &house), ERR_OK);
    cr_assert_eq(house_start(&house), ERR_OK);
}

Test(house, a_moved_virtual_clock_stays_where_it_is)
{
    open_with("virtual");
    int64_t year_on = clock_now_ms(&house.clock) + INT64_C(31622400000);
    clock_set_ms(&house.clock, year_on);
    cr_assert_eq(house_save_clock(&house), ERR_OK);
    house_close(&house);
    open_with(CLOCK_AS_KEPT);
    cr_expect(house.clock.is_virtual);
    cr_expect_eq(clock_now_ms(&house.clock), year_on);
    house_close(&house);
}

Test(house, where_no_clock_was_moved_it_is_the_real_one)
{
    open_with(CLOCK_AS_KEPT);
    cr_expect_not(house.clock.is_virtual);
    house_close(&house);
}

Test(house, a_real_clock_set_back_does_not_turn_the_journal_back)
{
    struct store *s = NULL;
    struct clock real;
    clock_init_real(&real);
    struct store_event event = {
        .seq = 1, .at_ms = clock_now_ms(&real) + 86400000, .type = SLICE("any"), .body = SLICE("{}")
    };
    struct store_batch batch = { .events = &event, .event_count = 1 };
    cr_assert_eq(store_sqlite_open(dir, &s), ERR_OK);
    cr_assert_eq(s->ops->commit(s, &batch, 1), ERR_OK);
    s->ops->close(s);
    open_with("real");
    cr_expect_not(house.clock.is_virtual);
    cr_expect_geq(world_now_ms(house.world), event.at_ms);
    house_close(&house);
}
