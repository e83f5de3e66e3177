/* A stand-in for Criterion where Criterion itself cannot run: it reserves memory at fixed
 * addresses, which ThreadSanitizer does not allow. Same macros as far as our tests use them, one
 * process a test, no reports. The thread-sanitizer build puts this folder before the real header.
 */
#ifndef TESTS_PLAIN_CRITERION_H
#define TESTS_PLAIN_CRITERION_H
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct plain_options {
    int unused; /* so that an empty list of options is still an initialiser */
    void (*init)(void);
    void (*fini)(void);
    double timeout; /* seconds */
    bool disabled;
    int signal;    /* expected end by it */
    int exit_code; /* expected */
    const char *description;
};
struct plain_test {
    const char *suite, *name; /* name NULL: options of the whole suite */
    void (*run)(void);
    struct plain_options options;
    struct plain_test *next;
};
static struct plain_test *plain_tests, **plain_end = &plain_tests;
static bool plain_failed;

#define Test(suite_, name_, ...)                                                    \
    static void suite_##_##name_##_run(void);                                       \
    static struct plain_test suite_##_##name_##_row = {                             \
        #suite_, #name_, suite_##_##name_##_run, { .unused = 0, __VA_ARGS__ }, NULL \
    };                                                                              \
    __attribute__((constructor)) static void suite_##_##name_##_add(void)           \
    {                                                                               \
        plain_add(&suite_##_##name_##_row);                                         \
    }                                                                               \
    static void suite_##_##name_##_run(void)
#define TestSuite(suite_, ...)                                          \
    static struct plain_test suite_##_options_row = {                   \
        #suite_, NULL, NULL, { .unused = 0, __VA_ARGS__ }, NULL         \
    };                                                                  \
    __attribute__((constructor)) static void suite_##_options_add(void) \
    {                                                                   \
        plain_add(&suite_##_options_row);                               \
    }                                                                   \
    struct plain_test

static inline void plain_add(struct plain_test *t)
{
    *plain_end = t;
    plain_end = &t->next;
}

__attribute__((format(printf, 5, 6))) static inline void
plain_fail(bool fatal, const char *file, int line, const char *text, const char *format, ...)
{
    va_list ap;
    fprintf(stderr, "%s:%d: failed: %s ", file, line, text);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
    plain_failed = true;
    if (fatal)
        _exit(1);
}

#define PLAIN_CHECK(fatal, holds, text, ...) \
    ((holds) ? (void)0 : plain_fail(fatal, __FILE__, __LINE__, text, " " __VA_ARGS__))
#define cr_assert(c, ...)            PLAIN_CHECK(true, c, #c, __VA_ARGS__)
#define cr_assert_not(c, ...)        PLAIN_CHECK(true, !(c), "not " #c, __VA_ARGS__)
#define cr_assert_eq(a, b, ...)      PLAIN_CHECK(true, (a) == (b), #a " == " #b, __VA_ARGS__)
#define cr_assert_neq(a, b, ...)     PLAIN_CHECK(true, (a) != (b), #a " != " #b, __VA_ARGS__)
#define cr_assert_lt(a, b, ...)      PLAIN_CHECK(true, (a) < (b), #a " < " #b, __VA_ARGS__)
#define cr_assert_gt(a, b, ...)      PLAIN_CHECK(true, (a) > (b), #a " > " #b, __VA_ARGS__)
#define cr_assert_leq(a, b, ...)     PLAIN_CHECK(true, (a) <= (b), #a " <= " #b, __VA_ARGS__)
#define cr_assert_geq(a, b, ...)     PLAIN_CHECK(true, (a) >= (b), #a " >= " #b, __VA_ARGS__)
#define cr_assert_null(p, ...)       PLAIN_CHECK(true, !(p), #p " is NULL", __VA_ARGS__)
#define cr_assert_not_null(p, ...)   PLAIN_CHECK(true, (p), #p " is not NULL", __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...)  PLAIN_CHECK(true, !strcmp(a, b), #a " is " #b, __VA_ARGS__)
#define cr_assert_str_neq(a, b, ...) PLAIN_CHECK(true, strcmp(a, b), #a " is not " #b, __VA_ARGS__)
#define cr_assert_arr_eq(a, b, n, ...) \
    PLAIN_CHECK(true, !memcmp(a, b, n), #a " holds " #b, __VA_ARGS__)
#define cr_assert_float_eq(a, b, e, ...) \
    PLAIN_CHECK(true, fabs((double)(a) - (double)(b)) <= (e), #a " near " #b, __VA_ARGS__)
#define cr_assert_fail(...)         PLAIN_CHECK(true, false, "reached", __VA_ARGS__)
#define cr_fatal(...)               PLAIN_CHECK(true, false, "reached", __VA_ARGS__)
#define cr_expect(c, ...)           PLAIN_CHECK(false, c, #c, __VA_ARGS__)
#define cr_expect_not(c, ...)       PLAIN_CHECK(false, !(c), "not " #c, __VA_ARGS__)
#define cr_expect_eq(a, b, ...)     PLAIN_CHECK(false, (a) == (b), #a " == " #b, __VA_ARGS__)
#define cr_expect_neq(a, b, ...)    PLAIN_CHECK(false, (a) != (b), #a " != " #b, __VA_ARGS__)
#define cr_expect_lt(a, b, ...)     PLAIN_CHECK(false, (a) < (b), #a " < " #b, __VA_ARGS__)
#define cr_expect_gt(a, b, ...)     PLAIN_CHECK(false, (a) > (b), #a " > " #b, __VA_ARGS__)
#define cr_expect_leq(a, b, ...)    PLAIN_CHECK(false, (a) <= (b), #a " <= " #b, __VA_ARGS__)
#define cr_expect_geq(a, b, ...)    PLAIN_CHECK(false, (a) >= (b), #a " >= " #b, __VA_ARGS__)
#define cr_expect_null(p, ...)      PLAIN_CHECK(false, !(p), #p " is NULL", __VA_ARGS__)
#define cr_expect_not_null(p, ...)  PLAIN_CHECK(false, (p), #p " is not NULL", __VA_ARGS__)
#define cr_expect_str_eq(a, b, ...) PLAIN_CHECK(false, !strcmp(a, b), #a " is " #b, __VA_ARGS__)
#define cr_log_info(...)            ((void)fprintf(stderr, __VA_ARGS__))

static inline const struct plain_options *plain_suite(const struct plain_test *of)
{
    static const struct plain_options none;
    for (struct plain_test *t = plain_tests; t; t = t->next)
        if (!t->name && !strcmp(t->suite, of->suite))
            return &t->options;
    return &none;
}

static inline void plain_run(const struct plain_test *t)
{
    const struct plain_options *suite = plain_suite(t), *own = &t->options;
    double seconds = own->timeout > 0 ? own->timeout : suite->timeout;
    void (*init)(void) = own->init ? own->init : suite->init;
    void (*fini)(void) = own->fini ? own->fini : suite->fini;
    alarm(seconds > 0 ? (unsigned)seconds * 10 + 1 : 100); /* sanitizers are slow */
    if (init)
        init();
    t->run();
    if (fini)
        fini();
    exit(plain_failed); /* not _exit: the sanitizer has its say at exit */
}

static inline bool plain_passes(const struct plain_test *t)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        plain_run(t);
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        return t->options.signal == WTERMSIG(status);
    return !t->options.signal && WEXITSTATUS(status) == t->options.exit_code;
}

int main(void)
{
    int tested = 0, failed = 0;
    for (struct plain_test *t = plain_tests; t; t = t->next) {
        if (!t->name || t->options.disabled)
            continue;
        bool passes = plain_passes(t);
        tested++;
        failed += !passes;
        if (!passes)
            printf("FAIL %s::%s\n", t->suite, t->name);
    }
    printf("Tested: %d | Failing: %d\n", tested, failed);
    return failed > 0;
}
#endif
