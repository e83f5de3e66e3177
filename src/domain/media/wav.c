#include "domain/media/wav.h"

#include <stddef.h>

/*  "RIFF" size "WAVE"              size: of all that follows it
 *  "fmt " size tag channels rate byte-rate block bits ...
 *  ...                             other chunks, anywhere
 *  "data" size samples
 *
 * All numbers are little endian; a chunk of an odd size is followed by one byte more, which many
 * programs leave out at the end. */
enum { RIFF_HEAD = 12, CHUNK_HEAD = 8, FORMAT_SIZE = 16, EXTENSIBLE_SIZE = 40, RATE_MAX = 48000 };
enum { TAG_PCM = 1, TAG_ALAW = 6, TAG_ULAW = 7, TAG_EXTENSIBLE = 0xfffe };

struct chunks {
    struct slice rest;
    struct slice format, data; /* at NULL: not seen */
};

static uint32_t u16(struct slice s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.at + at;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t u32(struct slice s, size_t at)
{
    return u16(s, at) | u16(s, at + 2) << 16;
}

static bool fail(const char **why, const char *what)
{
    *why = what;
    return false;
}

static bool take_chunk(struct chunks *c, const char **why)
{
    if (c->rest.len < CHUNK_HEAD)
        return fail(why, "has bytes behind its last chunk");
    struct slice id = slice_sub(c->rest, 0, 4);
    size_t size = u32(c->rest, 4);
    if (size > c->rest.len - CHUNK_HEAD)
        return fail(why, "is cut off: a chunk is longer than the file");
    struct slice body = slice_sub(c->rest, CHUNK_HEAD, CHUNK_HEAD + size);
    struct slice *slot = slice_is(id, "fmt ") ? &c->format : slice_is(id, "data") ? &c->data : NULL;
    if (slot && slot->at)
        return fail(why, "has two format or data chunks");
    if (slot == &c->data && !c->format.at)
        return fail(why, "has its samples before their format");
    if (slot)
        *slot = body;
    c->rest = slice_sub(c->rest, CHUNK_HEAD + size + (size & 1), c->rest.len);
    return true;
}

static bool take_chunks(struct slice file, struct chunks *c, const char **why)
{
    if (file.len < RIFF_HEAD || !slice_starts(file, SLICE("RIFF")) ||
        !slice_is(slice_sub(file, 8, RIFF_HEAD), "WAVE"))
        return fail(why, "should be a RIFF/WAVE file");
    size_t size = u32(file, 4), there = file.len - CHUNK_HEAD;
    if (size > there)
        return fail(why, "is cut off: its header says that it is longer");
    if (size + (size & 1) < there)
        return fail(why, "has bytes behind its end");
    *c = (struct chunks){ .rest = slice_sub(file, RIFF_HEAD, CHUNK_HEAD + size) };
    while (c->rest.len) {
        if (!take_chunk(c, why))
            return false;
    }
    return c->format.at && c->data.at ? true : fail(why, "has no format or no data chunk");
}

/* The format inside WAVE_FORMAT_EXTENSIBLE is the beginning of a GUID with this end. */
static uint32_t tag_of(struct slice format)
{
    static const char guid_end[] = "\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71";
    uint32_t tag = u16(format, 0);
    if (tag != TAG_EXTENSIBLE || format.len < EXTENSIBLE_SIZE)
        return tag;
    struct slice end = slice_sub(format, 26, EXTENSIBLE_SIZE);
    return slice_eq(end, (struct slice){ guid_end, sizeof guid_end - 1 }) ? u16(format, 24) : tag;
}

static bool read_codec(struct slice format, struct wav *out, const char **why)
{
    switch (tag_of(format)) {
    case TAG_PCM:
        out->codec = WAV_PCM;
        if (out->bits != 8 && out->bits != 16)
            return fail(why, "should have 8 or 16 bits a sample");
        return out->rate_hz >= 8000 && out->rate_hz <= RATE_MAX
                   ? true
                   : fail(why, "should have 8000 to 48000 samples a second");
    case TAG_ALAW:
    case TAG_ULAW:
        out->codec = tag_of(format) == TAG_ALAW ? WAV_ALAW : WAV_ULAW;
        return out->bits == 8 && out->rate_hz == 8000
                   ? true
                   : fail(why, "should have 8 bits a sample and 8000 samples a second (G.711)");
    default:
        return fail(why, "should be linear PCM or G.711 (mu-law, A-law)");
    }
}

static bool read_format(struct slice format, struct wav *out, const char **why)
{
    if (format.len < FORMAT_SIZE)
        return fail(why, "has a format chunk that is too short");
    *out = (struct wav){ .channels = u16(format, 2),
                         .rate_hz = u32(format, 4),
                         .bits = u16(format, 14) };
    if (out->channels < 1 || out->channels > 2)
        return fail(why, "should have one or two channels");
    if (!read_codec(format, out, why))
        return false;
    uint32_t block = out->channels * out->bits / 8;
    if (u16(format, 12) != block || u32(format, 8) != block * out->rate_hz)
        return fail(why, "has a format chunk that contradicts itself");
    return true;
}

bool wav_read(struct slice file, struct wav *out, const char **why)
{
    struct chunks c;
    if (!take_chunks(file, &c, why) || !read_format(c.format, out, why))
        return false;
    uint32_t block = out->channels * out->bits / 8;
    if (!c.data.len)
        return fail(why, "has no samples");
    if (c.data.len % block)
        return fail(why, "ends in the middle of a sample");
    out->samples = c.data;
    out->length_ms = (int64_t)(c.data.len / block) * 1000 / out->rate_hz;
    return true;
}
