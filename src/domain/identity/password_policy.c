/* Common passwords are compared in a folded form: small letters, and the usual substitutes (0 for
 * o,
 * @ for a) undone. What stands before the first and behind the last letter is looked at too and
 * without it, because "Password2024!" is as easy to try as "password". The list is
 * spec/common_passwords.txt; runs and repetitions (12345678, abcabcabc) need no list. */
#include "domain/identity/password_policy.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/limits.h"

enum { FOLDED_MAX = 64, DECORATION_MAX = 6, CORE_MIN = 4, UNIT_MAX = 4 };
static const char *const common[] = {
#include "domain/identity/common_passwords.inc"
};

/* The same as in tools/gen_passwords.py. */
static char fold(char c)
{
    static const char from[] = "01l3457@$!", to[] = "oiieasta"
                                                    "si";
    if (c >= 'A' && c <= 'Z')
        c = (char)(c | 32);
    const char *at = c ? strchr(from, c) : NULL;
    return at ? to[at - from] : c;
}

static int compare(const void *key, const void *row)
{
    const struct slice *a = key;
    return slice_cmp(*a, slice_of(*(const char *const *)row));
}

static bool is_listed(struct slice text)
{
    char folded[FOLDED_MAX];
    if (text.len > sizeof folded)
        return false;
    for (size_t i = 0; i < text.len; i++)
        folded[i] = fold(text.at[i]);
    struct slice key = { folded, text.len };
    return bsearch(&key, common, sizeof common / sizeof *common, sizeof *common, compare) != NULL;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 128;
}

static struct slice core_of(struct slice text)
{
    size_t from = 0, to = text.len;
    while (from < to && !is_letter(text.at[from]))
        from++;
    while (to > from && !is_letter(text.at[to - 1]))
        to--;
    return slice_sub(text, from, to);
}

static bool is_common(struct slice text)
{
    struct slice core = core_of(text);
    return is_listed(text) ||
           (core.len >= CORE_MIN && text.len - core.len <= DECORATION_MAX && is_listed(core));
}

/* aaaaaaaa, 12345678, 87654321 */
static bool is_run(struct slice text)
{
    int step = text.at[1] - text.at[0];
    for (size_t i = 2; i < text.len; i++)
        if (text.at[i] - text.at[i - 1] != step)
            return false;
    return step >= -1 && step <= 1;
}

static bool is_repetition(struct slice text, size_t unit)
{
    for (size_t i = unit; i < text.len; i++)
        if (fold(text.at[i]) != fold(text.at[i - unit]))
            return false;
    return true;
}

static bool is_pattern(struct slice text)
{
    for (size_t unit = 1; unit <= UNIT_MAX; unit++)
        if (is_repetition(text, unit))
            return true;
    return is_run(text);
}

static bool contains(struct slice text, struct slice word)
{
    for (size_t at = 0; word.len && at + word.len <= text.len; at++)
        if (slice_eq_nocase(slice_sub(text, at, at + word.len), word))
            return true;
    return false;
}

/* The product's name and the person's address are what a guesser begins with. */
static bool is_about(struct slice text, struct slice email)
{
    ptrdiff_t at = slice_find(email, '@');
    struct slice name = at < 0 ? email : slice_sub(email, 0, (size_t)at);
    return contains(text, SLICE("cordboard")) || (name.len >= CORE_MIN && contains(text, name));
}

static size_t characters(struct slice text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return n;
}

const char *password_flaw(struct slice password, struct slice email)
{
    if (password.len > LIMIT_password_bytes_max)
        return "is too long";
    if (characters(password) < LIMIT_password_bytes_min)
        return "is too short: it needs at least 8 characters";
    for (size_t i = 0; i < password.len; i++)
        if (!password.at[i])
            return "holds a character that cannot be typed";
    if (is_pattern(password) || is_common(password))
        return "is one of those that are tried first: choose another one";
    return is_about(password, email) ? "holds your address or the name of this program" : NULL;
}
