#include <criterion/criterion.h>
#include <stdio.h>

#include "domain/media/wav.h"

/* A file is written chunk by chunk, so that each number can lie. */
static unsigned char file[4096];
static size_t len;

static void put(const char *bytes, size_t n)
{
    memcpy(file + len, bytes, n);
    len += n;
}

static void put_number(uint32_t n, unsigned bytes)
{
    while (bytes--) {
        file[len++] = (unsigned char)n;
        n >>= 8;
    }
}

static void begin(void)
{
    len = 0;
    put("RIFF", 4);
    put_number(0, 4);
    put("WAVE", 4);
}

static void put_format(unsigned tag, unsigned channels, uint32_t rate, unsigned bits)
{
    put("fmt ", 4);
    put_number(16, 4);
    put_number(tag, 2);
    put_number(channels, 2);
    put_number(rate, 4);
    put_number(rate * channels * bits / 8, 4);
    put_number(channels * bits / 8, 2);
    put_number(bits, 2);
}

static void put_chunk(const char *id, uint32_t size)
{
    put(id, 4);
    put_number(size, 4);
    memset(file + len, 0x55, size);
    len += size;
}

static void set_size(uint32_t size)
{
    size_t end = len;
    len = 4;
    put_number(size, 4);
    len = end;
}

static const char *why;
static struct wav wav;

static bool reads(void)
{
    why = "";
    return wav_read((struct slice){ (const char *)file, len }, &wav, &why);
}

static bool whole(void)
{
    set_size((uint32_t)len - 8);
    return reads();
}

static bool refused(const char *text)
{
    bool found = !reads() && strstr(why, text);
    if (!found)
        fprintf(stderr, "wanted %s, got %s\n", text, why);
    return found;
}

static bool whole_refused(const char *text)
{
    set_size((uint32_t)len - 8);
    return refused(text);
}

Test(wav, the_three_codecs)
{
    begin();
    put_format(7, 1, 8000, 8);
    put_chunk("data", 800);
    cr_assert(whole(), "%s", why);
    cr_assert_eq(wav.codec, WAV_ULAW);
    cr_assert_eq(wav.length_ms, 100);
    cr_assert_eq(wav.samples.len, 800);
    cr_assert_eq(wav.samples.at, (const char *)file + 44);
    begin();
    put_format(6, 2, 8000, 8);
    put_chunk("data", 800);
    cr_assert(whole(), "%s", why);
    cr_assert_eq(wav.codec, WAV_ALAW);
    cr_assert_eq(wav.length_ms, 50);
    begin();
    put_format(1, 2, 48000, 16);
    put_chunk("data", 1920);
    cr_assert(whole(), "%s", why);
    cr_assert_eq(wav.codec, WAV_PCM);
    cr_assert_eq(wav.channels, 2);
    cr_assert_eq(wav.rate_hz, 48000);
    cr_assert_eq(wav.length_ms, 10);
}

Test(wav, other_chunks_are_passed_over_and_odd_ones_padded)
{
    begin();
    put_chunk("LIST", 3);
    put_number(0, 1);
    put_format(7, 1, 8000, 8);
    put_chunk("fact", 4);
    put_chunk("data", 7);
    put_number(0, 1);
    put_chunk("id3 ", 2);
    cr_assert(whole(), "%s", why);
    cr_assert_eq(wav.samples.len, 7);
    begin();
    put_format(7, 1, 8000, 8);
    put_chunk("data", 7); /* the last padding is often left out */
    cr_assert(whole(), "%s", why);
    put_number(0, 1);
    set_size((uint32_t)len - 9); /* or not counted */
    cr_assert(reads(), "%s", why);
}

Test(wav, the_extensible_format_around_a_known_one)
{
    static const char guid[] = "\1\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71";
    for (int wrong = 0; wrong < 2; wrong++) {
        begin();
        put_format(0xfffe, 1, 16000, 16);
        file[16] = 40;
        put_number(22, 2);
        put_number(16, 2);
        put_number(4, 4);
        put(guid, 16);
        file[len - 1] ^= (unsigned char)wrong;
        put_chunk("data", 32);
        cr_assert(wrong ? whole_refused("should be linear PCM") : whole(), "%s", why);
    }
}

Test(wav, sizes_that_lie)
{
    begin();
    put_format(7, 1, 8000, 8);
    put_chunk("data", 100);
    set_size((uint32_t)len - 7);
    cr_assert(refused("cut off: its header"));
    set_size((uint32_t)len - 10);
    cr_assert(refused("bytes behind its end"));
    set_size(0xffffffff);
    cr_assert(refused("cut off"));
    set_size(0);
    cr_assert(refused("bytes behind its end"));
    set_size((uint32_t)len - 8);
    file[40] = 101;
    cr_assert(refused("a chunk is longer than the file"));
    file[40] = 98;
    cr_assert(refused("bytes behind its last chunk"));
    memset(file + 40, 0xff, 4);
    cr_assert(refused("a chunk is longer"));
}

Test(wav, every_cut_of_a_good_file_is_refused)
{
    begin();
    put_format(1, 1, 8000, 16);
    put_chunk("data", 64);
    cr_assert(whole());
    size_t all = len;
    for (len = 0; len < all; len++)
        cr_assert_not(reads(), "%zu bytes", len);
    for (len = 9; len < all; len++) /* also when the header is made to fit */
        cr_assert_not(whole(), "%zu bytes", len);
}

Test(wav, chunks_that_are_missing_twice_or_out_of_order)
{
    begin();
    cr_assert(whole_refused("no format or no data"));
    put_format(7, 1, 8000, 8);
    cr_assert(whole_refused("no format or no data"));
    put_format(7, 1, 8000, 8);
    cr_assert(whole_refused("two format or data"));
    begin();
    put_chunk("data", 8);
    put_format(7, 1, 8000, 8);
    cr_assert(whole_refused("samples before their format"));
    begin();
    put_format(7, 1, 8000, 8);
    put_chunk("data", 8);
    put_chunk("data", 8);
    cr_assert(whole_refused("two format or data"));
    begin();
    put_format(7, 1, 8000, 8);
    put_chunk("data", 0);
    cr_assert(whole_refused("no samples"));
    begin();
    put_chunk("fmt ", 14);
    put_chunk("data", 8);
    cr_assert(whole_refused("format chunk that is too short"));
}

Test(wav, formats_that_are_not_taken)
{
    static const struct {
        unsigned tag, channels, rate, bits;
        const char *why;
    } rows[] = {
        { 0x55, 1, 8000, 8, "linear PCM or G.711" }, { 3, 1, 8000, 32, "linear PCM or G.711" },
        { 7, 0, 8000, 8, "one or two channels" },    { 7, 3, 8000, 8, "one or two channels" },
        { 7, 1, 16000, 8, "8000 samples" },          { 6, 1, 8000, 16, "8 bits a sample" },
        { 1, 1, 8000, 24, "8 or 16 bits" },          { 1, 1, 7999, 16, "8000 to 48000" },
        { 1, 1, 48001, 16, "8000 to 48000" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin();
        put_format(rows[i].tag, rows[i].channels, rows[i].rate, rows[i].bits);
        put_chunk("data", 96);
        cr_assert(whole_refused(rows[i].why));
    }
    begin();
    put_format(1, 2, 8000, 16);
    put_chunk("data", 98);
    cr_assert(whole_refused("middle of a sample"));
    file[32]++;
    cr_assert(refused("contradicts itself"));
}
