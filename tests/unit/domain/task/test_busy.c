/* needs: domain/core store/memory */
#include <criterion/criterion.h>

#include "sim/bed.h"

static struct bed b;

static void open_bed(void)
{
    bed_init(&b, 4);
}

static void close_bed(void)
{
    bed_release(&b);
}

TestSuite(busy, .init = open_bed, .fini = close_bed);

static bool refuses(const char *why)
{
    return bed_arrive(&b, CHANNEL_CHAT) == ERR_LIMIT && b.fx.event_count == 0 &&
           memmem(b.fx.detail.at, b.fx.detail.len, why, strlen(why));
}

Test(busy, a_full_entry_point_refuses_until_a_talk_is_over)
{
    b.config.entry_max[CHANNEL_CHAT] = 2;
    bed_ready(&b, 0);
    cr_assert_eq(bed_arrive(&b, CHANNEL_CHAT), ERR_OK);
    struct uuid first = b.task;
    cr_assert_eq(bed_arrive(&b, CHANNEL_CHAT), ERR_OK);
    cr_assert(refuses("maximumActiveContacts"));
    cr_assert_eq(bed_arrive(&b, CHANNEL_EMAIL), ERR_OK, "another entry point");
    b.task = first;
    bed_do(&b, task_accept, 0);
    cr_assert(refuses("maximumActiveContacts"), "a talk is a contact");
    bed_do(&b, task_end, 0);
    cr_assert_eq(bed_task(&b)->s.state, TASK_WRAPUP);
    cr_assert_eq(bed_arrive(&b, CHANNEL_CHAT), ERR_OK, "wrap-up is none");
    cr_assert(refuses("maximumActiveContacts"));
}

Test(busy, a_full_queue_refuses_until_somebody_leaves)
{
    b.config.queue_max[CHANNEL_CHAT] = 1;
    cr_assert_eq(bed_arrive(&b, CHANNEL_CHAT), ERR_OK);
    cr_assert(refuses("maxActiveContacts"));
    cr_assert_eq(bed_do(&b, task_hangup, 0), ERR_OK);
    cr_assert_eq(bed_arrive(&b, CHANNEL_CHAT), ERR_OK);
}

Test(busy, a_change_of_the_limit_counts_at_once_and_nobody_is_turned_out)
{
    b.config.queue_max[CHANNEL_CHAT] = 2;
    bed_arrive(&b, CHANNEL_CHAT);
    bed_arrive(&b, CHANNEL_CHAT);
    b.config.queue_max[CHANNEL_CHAT] = 1;
    cr_assert(refuses("maxActiveContacts"));
    cr_assert_eq(bed_centre(&b)->tasks.count, 2);
    bed_do(&b, task_hangup, 0);
    cr_assert(refuses("maxActiveContacts"), "the other is there still");
    b.config.queue_max[CHANNEL_CHAT] = 0;
    cr_assert_eq(bed_arrive(&b, CHANNEL_CHAT), ERR_OK, "no bound");
}

Test(busy, the_count_outlives_a_restart)
{
    b.config.queue_max[CHANNEL_CHAT] = 2;
    bed_ready(&b, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_do(&b, task_accept, 0);
    bed_do(&b, task_end, 0);
    bed_arrive(&b, CHANNEL_CHAT);
    bed_restart(&b);
    cr_assert_eq(bed_arrive(&b, CHANNEL_CHAT), ERR_OK, "one waits, one is in wrap-up");
    cr_assert(refuses("maxActiveContacts"));
}
