#include "api/config/match.h"

#include "base/arena.h"

struct slice config_match_lower(struct arena *a, struct slice text)
{
    char *copy = arena_alloc(a, text.len + 1);
    for (size_t i = 0; copy && i < text.len; i++)
        copy[i] = text.at[i] >= 'A' && text.at[i] <= 'Z' ? (char)(text.at[i] + 32) : text.at[i];
    return (struct slice){ copy, copy ? text.len : 0 };
}

bool config_match_contains(struct slice text, struct slice part)
{
    return part.len == 0 || (text.len && memmem(text.at, text.len, part.at, part.len));
}

bool config_match_contains_nocase(struct arena *scratch, struct slice text, struct slice part)
{
    return part.len <= text.len && config_match_contains(config_match_lower(scratch, text), part);
}

/* The first piece is a prefix, the last a suffix; each piece between takes its first occurrence
 * behind the one before. */
bool config_match_wildcard(struct slice text, struct slice pattern)
{
    struct slice piece;
    ptrdiff_t star = slice_find(pattern, '*');
    if (star < 0)
        return slice_eq(text, pattern);
    piece = slice_sub(pattern, 0, (size_t)star);
    if (!slice_starts(text, piece))
        return false;
    text = slice_sub(text, piece.len, text.len);
    pattern = slice_sub(pattern, (size_t)star + 1, pattern.len);
    while ((star = slice_find(pattern, '*')) >= 0) {
        piece = slice_sub(pattern, 0, (size_t)star);
        pattern = slice_sub(pattern, (size_t)star + 1, pattern.len);
        if (!piece.len)
            continue;
        const char *found = text.len ? memmem(text.at, text.len, piece.at, piece.len) : NULL;
        if (!found)
            return false;
        text = slice_sub(text, (size_t)(found - text.at) + piece.len, text.len);
    }
    return slice_ends(text, pattern);
}
