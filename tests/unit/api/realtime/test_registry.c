/* Who may connect: what is given out, taken, forgotten; and that all are closed. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/realtime/realtime.h"
#include "base/limits.h"
#include "base/slice.h"
#include "net/ws_hub.h"

static struct realtime *realtime;
static char secret[REALTIME_SECRET_LEN + 1];

static void set_up(void)
{
    cr_assert_eq(realtime_new(&(struct realtime_options){ 0 }, &realtime), ERR_OK);
}

static void tear_down(void)
{
    realtime_stop(realtime);
    realtime_free(realtime);
}

TestSuite(registry, .init = set_up, .fini = tear_down);

static enum err subscribe(const char *type, bool force, int64_t now_ms)
{
    struct realtime_wish wish = {
        .org = { { 1 } }, .user = { { 2 } }, .client_type = slice_of(type), .force = force
    };
    return realtime_subscribe(realtime, &wish, now_ms, secret);
}

Test(registry, a_handshake_that_never_ended_does_not_lock_its_user_out)
{
    uint64_t tag;
    cr_assert_eq(subscribe("a", false, 0), ERR_OK);
    cr_assert_eq(realtime_claim(realtime, slice_of(secret), 1000, &tag), ERR_OK);
    cr_expect_eq(subscribe("a", false, LIMIT_notification_secret_ms_max), ERR_FORBIDDEN,
                 "it may still open");
    cr_expect_eq(subscribe("a", false, 1001 + LIMIT_notification_secret_ms_max), ERR_OK);
}

Test(registry, force_takes_over_from_a_handshake_under_way)
{
    uint64_t tag;
    cr_assert_eq(subscribe("a", false, 0), ERR_OK);
    cr_assert_eq(realtime_claim(realtime, slice_of(secret), 0, &tag), ERR_OK);
    cr_assert_eq(subscribe("a", true, 0), ERR_OK);
    cr_assert_eq(realtime_claim(realtime, slice_of(secret), 0, &tag), ERR_OK);
    realtime_abandon(realtime, tag);
    cr_expect_eq(subscribe("a", false, 0), ERR_OK, "nothing is left of either");
}

/* Under a virtual clock nothing grows old by itself. */
Test(registry, invented_client_types_do_not_pile_up)
{
    char type[20], first[REALTIME_SECRET_LEN + 1];
    uint64_t tag;
    for (int i = 0; i <= LIMIT_notification_connections_per_user_max; i++) {
        snprintf(type, sizeof type, "t%d", i);
        cr_assert_eq(subscribe(type, false, 0), ERR_OK);
        if (i == 0)
            memcpy(first, secret, sizeof first);
    }
    cr_expect_eq(realtime_claim(realtime, slice_of(first), 0, &tag), ERR_UNAUTHORIZED,
                 "the oldest went");
    cr_expect_eq(realtime_claim(realtime, slice_of(secret), 0, &tag), ERR_OK);
}

/* The end of what comes: a close frame of two bytes, 1001. */
Test(registry, close_all_says_going_away, .timeout = 20)
{
    int pair[2];
    uint64_t tag;
    unsigned char bytes[4096];
    size_t len = 0;
    ssize_t got = 1;
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    cr_assert_eq(subscribe("a", false, 0), ERR_OK);
    cr_assert_eq(realtime_claim(realtime, slice_of(secret), 0, &tag), ERR_OK);
    cr_assert_eq(
        ws_hub_adopt(realtime_hub(realtime), pair[0], tag, (struct slice){ 0 }, NULL, NULL),
        ERR_OK);
    realtime_close_all(realtime);
    while (len < 4 || memcmp(bytes + len - 4, "\x88\x02\x03\xe9", 4) != 0) {
        got = read(pair[1], bytes + len, sizeof bytes - len);
        cr_assert_gt(got, 0, "ended without 1001");
        len += (size_t)got;
    }
    close(pair[1]);
}
