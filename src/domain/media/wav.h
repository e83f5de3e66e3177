/* Is it a WAVE file that a contact centre can play? The headers are believed only where they agree
 * with each other and with the bytes that are there; the samples themselves are never looked at.
 *
 * Taken are G.711 (mu-law and A-law: 8 bits at 8 kHz) and linear PCM (8 or 16 bits at 8 to 48 kHz),
 * one or two channels. Formats: Multimedia Programming Interface and Data Specifications 1.0;
 * WAVE_FORMAT_EXTENSIBLE around one of these is the same. */
#ifndef DOMAIN_MEDIA_WAV_H
#define DOMAIN_MEDIA_WAV_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
enum wav_codec { WAV_PCM, WAV_ALAW, WAV_ULAW };
struct wav {
    enum wav_codec codec;
    unsigned channels, bits; /* bits of one sample of one channel */
    uint32_t rate_hz;
    struct slice samples; /* of the file's bytes */
    int64_t length_ms;
};
/* False: *why says what is wrong, in static words; *out is then not to be used. */
bool wav_read(struct slice file, struct wav *out, const char **why);
#endif
