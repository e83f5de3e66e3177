#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

static enum err read_all(int fd, char *to, size_t cap, size_t *len)
{
    *len = 0;
    while (*len < cap) {
        ssize_t got = read(fd, to + *len, cap - *len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ERR_IO;
        if (got == 0)
            break;
        *len += (size_t)got;
    }
    return ERR_OK;
}

static enum err read_open_file(struct arena *a, int fd, size_t limit, struct slice *out)
{
    struct stat st;
    size_t len;
    if (fstat(fd, &st))
        return ERR_IO;
    if (st.st_size < 0 || (uint64_t)st.st_size > limit)
        return ERR_TOO_LARGE;
    char *to = arena_alloc(a, (size_t)st.st_size + 1);
    if (!to)
        return ERR_OUT_OF_MEMORY;
    enum err e = read_all(fd, to, (size_t)st.st_size, &len);
    if (e == ERR_OK)
        *out = (struct slice){ to, len };
    return e;
}

enum err file_read(struct arena *a, const char *path, size_t limit, struct slice *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    enum err e = read_open_file(a, fd, limit, out);
    close(fd);
    return e;
}

static bool write_all(int fd, struct slice bytes)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.at, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes = slice_sub(bytes, (size_t)put, bytes.len);
    }
    return true;
}

static bool sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash)
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return done;
}

static bool write_new(const char *path, struct slice bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool done = write_all(fd, bytes) && fsync(fd) == 0;
    return close(fd) == 0 && done;
}

enum err file_write(const char *path, struct slice bytes)
{
    char beside[PATH_MAX];
    int len = snprintf(beside, sizeof beside, "%s.new", path);
    if (len < 0 || (size_t)len >= sizeof beside) {
        errno = ENAMETOOLONG;
        return ERR_IO;
    }
    if (!write_new(beside, bytes) || rename(beside, path)) {
        int why = errno;
        unlink(beside);
        errno = why;
        return ERR_IO;
    }
    return sync_folder_of(path) ? ERR_OK : ERR_IO;
}

enum err file_make_dir(const char *path)
{
    struct stat st;
    if (mkdir(path, 0700) == 0)
        return ERR_OK;
    if (errno != EEXIST || stat(path, &st))
        return ERR_IO;
    if (S_ISDIR(st.st_mode))
        return ERR_OK;
    errno = ENOTDIR;
    return ERR_IO;
}

static bool narrow(int folder, const char *name, mode_t kind, unsigned *changed)
{
    struct stat st;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT; /* it went meanwhile */
    if ((st.st_mode & S_IFMT) != kind || !(st.st_mode & (S_IRWXG | S_IRWXO)))
        return true;
    ++*changed;
    return fchmodat(folder, name, st.st_mode & S_IRWXU, 0) == 0;
}

static bool narrow_files(int folder, unsigned *changed)
{
    int copy = dup(folder);
    DIR *list = copy < 0 ? NULL : fdopendir(copy);
    if (!list)
        return false;
    bool done = true;
    for (const struct dirent *e; done && (e = readdir(list));) // NOLINT(concurrency-mt-unsafe): own
        done = narrow(folder, e->d_name, S_IFREG, changed);
    closedir(list);
    return done;
}

enum err file_make_private(const char *dir, unsigned *changed)
{
    struct stat st;
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *changed = 0;
    if (folder < 0 || fstat(folder, &st)) {
        if (folder >= 0)
            close(folder);
        return ERR_IO;
    }
    bool own = st.st_uid == geteuid();
    bool done = own && narrow(folder, ".", S_IFDIR, changed) && narrow_files(folder, changed);
    close(folder);
    return done ? ERR_OK : own ? ERR_IO : ERR_FORBIDDEN;
}
