/* Opens WebSocket connections and holds them, to measure what an idle one costs the server.
 *
 *     ws_idle <how many>     reads ws://address:port/path lines from standard input, up to an empty
 *                            line, and opens connections to them in turn; prints "open <n>" once
 *                            all handshakes are through (or "failed <n>" and ends), then holds them
 *                            until its standard input closes. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { URLS_MAX = 20000, TEXT_MAX = 1024 };

struct target {
    struct sockaddr_in address;
    char host[64];
    char path[512];
};

static struct target targets[URLS_MAX];
static size_t target_count;

static int parse(const char *line, struct target *t)
{
    unsigned port;
    t->path[0] = '/';
    t->path[1] = '\0';
    if (sscanf(line, "ws://%63[^:/]:%u%511[^\r\n]", t->host, &port, t->path) < 2 || port > 65535)
        return 0;
    t->address.sin_family = AF_INET;
    t->address.sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, t->host, &t->address.sin_addr) == 1;
}

static void read_targets(void)
{
    char line[TEXT_MAX];
    while (target_count < URLS_MAX && fgets(line, sizeof line, stdin) && line[0] != '\n')
        if (parse(line, &targets[target_count]))
            target_count++;
        else
            fprintf(stderr, "not understood: %s", line);
}

static int read_answer(int fd)
{
    char in[TEXT_MAX];
    size_t have = 0;
    while (have < sizeof in - 1) {
        ssize_t n = recv(fd, in + have, 1, 0); /* byte by byte: leave what follows */
        if (n <= 0)
            return 0;
        have++;
        if (have >= 4 && memcmp(in + have - 4, "\r\n\r\n", 4) == 0)
            return strncmp(in, "HTTP/1.1 101", 12) == 0;
    }
    return 0;
}

static int open_one(const struct target *t)
{
    char out[TEXT_MAX];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int n = snprintf(out, sizeof out,
                     "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "Sec-WebSocket-Version: 13\r\n\r\n",
                     t->path, t->host);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&t->address, sizeof t->address) != 0)
        return 0;
    return send(fd, out, (size_t)n, MSG_NOSIGNAL) == n && read_answer(fd);
}

int main(int argc, char **argv)
{
    long wanted = argc > 1 ? atol(argv[1]) : 0, opened = 0;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    read_targets();
    if (wanted < 1 || target_count == 0) {
        fprintf(stderr, "usage: ws_idle <how many> < list of ws:// urls\n");
        return 2;
    }
    while (opened < wanted && open_one(&targets[(size_t)opened % target_count]))
        opened++;
    printf(opened == wanted ? "open %ld\n" : "failed %ld\n", opened);
    fflush(stdout);
    if (opened < wanted)
        return 1;
    while (getchar() != EOF)
        continue;
    return 0;
}
