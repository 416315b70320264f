// SPDX-License-Identifier: Apache-2.0
#include "geo/aside.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum gs_status fail(struct gs_ctx *ctx, const char *path, int reason, const char *no_room)
{
    return gs_fail(ctx, GS_EOUTPUT, NULL,
                   reason == ENOSPC || reason == EDQUOT ? no_room
                   : reason == ENOENT                   ? "does its folder exist?"
                                                        : NULL,
                   "%s cannot be written: %s", path, strerror(reason));
}

enum gs_status gs_aside_fail(struct gs_ctx *ctx, const char *path, int reason)
{
    return fail(ctx, path, reason, "make room, or choose another disk with -o");
}

enum gs_status gs_layer_file_fail(struct gs_ctx *ctx, const char *path, int reason)
{
    return fail(ctx, path, reason, "make room, or choose another disk with --layers-dir");
}

enum gs_status gs_follow_link(struct gs_ctx *ctx, const char *path, char **out)
{
    struct stat info;
    bool link = lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
    char *real = link ? realpath(path, NULL) : NULL;
    if (link && !real)
        return gs_fail(ctx, GS_EOUTPUT, NULL, "choose another output with -o",
                       "%s is a link that cannot be followed: %s", path, strerror(errno));
    *out = gs_strdup(ctx, link ? real : path);
    free(real); /* of the C library */
    return *out ? GS_OK : GS_ENOMEM;
}

enum gs_status gs_aside_check(struct gs_ctx *ctx, const char *path, const gs_file_head *heads,
                              size_t n, const char *kind)
{
    static const char hint[] = "choose another output with -o";
    struct gs_aside aside = {.fd = -1};
    struct stat info;
    if (stat(path, &info) == 0) {
        gs_file_head head = "";
        bool alike = info.st_size == 0;
        if (!S_ISREG(info.st_mode))
            return gs_fail(ctx, GS_EOUTPUT, NULL, hint, "%s is not a regular file", path);
        FILE *file = fopen(path, "rbe");
        if (!file)
            return gs_fail(ctx, GS_EOUTPUT, NULL, hint, "%s exists and cannot be read: %s", path,
                           strerror(errno));
        bool read = fread(head, sizeof head, 1, file) == 1;
        fclose(file);
        for (size_t i = 0; i < n && read; i++)
            alike |= memcmp(head, heads[i], sizeof head) == 0;
        if (!alike)
            return gs_fail(ctx, GS_EOUTPUT, NULL, hint,
                           "%s exists and is no %s, so it is not replaced", path, kind);
    }
    enum gs_status status = gs_aside_open(ctx, path, &aside); /* can it be written? */
    gs_aside_discard(&aside);
    return status;
}

enum gs_status gs_aside_open(struct gs_ctx *ctx, const char *path, struct gs_aside *aside)
{
    *aside = (struct gs_aside){.fd = -1};
    enum gs_status status = gs_follow_link(ctx, path, &aside->path);
    char *temp = NULL;
    if (!status)
        status = gs_temp_name(ctx, aside->path, aside, &temp);
    if (!status) {
        aside->fd = open(temp, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
        if (aside->fd < 0)
            status = gs_aside_fail(ctx, path, errno);
        else
            aside->temp = temp;
    }
    if (status) {
        if (!aside->temp)
            gs_free(temp);
        gs_aside_discard(aside);
    }
    return status;
}

enum gs_status gs_aside_write(struct gs_ctx *ctx, struct gs_aside *aside, const void *bytes,
                              size_t n)
{
    for (const char *at = bytes; n > 0;) {
        ssize_t written = write(aside->fd, at, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return gs_aside_fail(ctx, aside->path, written < 0 ? errno : EIO);
        at += written;
        n -= (size_t)written;
    }
    return GS_OK;
}

/* By way of memory, where the kernel cannot copy from file to file. */
static enum gs_status copy_by_hand(struct gs_ctx *ctx, struct gs_aside *aside, int fd,
                                   uint64_t offset, uint64_t n)
{
    enum { PIECE = 1 << 20 };
    char *piece = GS_ARRAY(ctx, char, PIECE);
    enum gs_status status = piece ? GS_OK : GS_ENOMEM;
    while (n > 0 && !status) {
        ssize_t got = pread(fd, piece, n < PIECE ? (size_t)n : PIECE, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        status = got <= 0 ? gs_aside_fail(ctx, aside->path, got < 0 ? errno : EIO)
                          : gs_aside_write(ctx, aside, piece, (size_t)got);
        offset += got > 0 ? (uint64_t)got : 0;
        n -= got > 0 ? (uint64_t)got : 0;
        if (!status)
            status = gs_check_cancel(ctx);
    }
    gs_free(piece);
    return status;
}

enum gs_status gs_aside_copy(struct gs_ctx *ctx, struct gs_aside *aside, int fd, uint64_t offset,
                             uint64_t n)
{
    enum { PIECE = 1 << 26 }; /* so that stopping is noticed */
    off_t from = (off_t)offset;
    while (n > 0) {
        ssize_t copied =
            copy_file_range(fd, &from, aside->fd, NULL, n < PIECE ? (size_t)n : PIECE, 0);
        if (copied < 0 && errno == EINTR)
            continue;
        if (copied < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO))
            return gs_aside_fail(ctx, aside->path, errno);
        if (copied <= 0)
            return copy_by_hand(ctx, aside, fd, (uint64_t)from, n);
        n -= (uint64_t)copied;
        enum gs_status status = gs_check_cancel(ctx);
        if (status)
            return status;
    }
    return GS_OK;
}

int gs_flush(int fd)
{
    return fsync(fd) && errno != EINVAL && errno != ENOTSUP ? errno : 0;
}

void gs_folder_of(const char *path, char folder[GS_FOLDER_ROOM])
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) + 1 : 0;
    if (length == 0 || length >= GS_FOLDER_ROOM) {
        strcpy(folder, ".");
        return;
    }
    memcpy(folder, path, length);
    folder[length] = 0;
}

int gs_flush_folder_of(const char *path)
{
    char folder[GS_FOLDER_ROOM];
    gs_folder_of(path, folder);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int reason = gs_flush(fd);
    close(fd);
    return reason;
}

enum gs_status gs_aside_finish(struct gs_ctx *ctx, struct gs_aside *aside)
{
    struct stat old;
    int reason = gs_flush(aside->fd);
    if (!reason && stat(aside->path, &old) == 0 && fchmod(aside->fd, old.st_mode & 07777))
        reason = errno;
    if (close(aside->fd) && !reason)
        reason = errno;
    aside->fd = -1;
    if (!reason && rename(aside->temp, aside->path))
        reason = errno;
    enum gs_status status = reason ? gs_aside_fail(ctx, aside->path, reason) : GS_OK;
    if (!status) {
        (void)gs_flush_folder_of(aside->path); /* only its name could be lost with the power */
        gs_free(aside->temp);
        aside->temp = NULL;
    }
    gs_aside_discard(aside);
    return status;
}

void gs_aside_discard(struct gs_aside *aside)
{
    if (aside->fd >= 0)
        close(aside->fd);
    if (aside->temp)
        unlink(aside->temp);
    gs_free(aside->temp);
    gs_free(aside->path);
    *aside = (struct gs_aside){.fd = -1};
}

enum gs_status gs_aside_scratch(struct gs_ctx *ctx, const char *path, int *fd)
{
    struct gs_aside aside;
    enum gs_status status = gs_aside_open(ctx, path, &aside);
    if (status)
        return status;
    int kept = dup(aside.fd);
    int reason = kept < 0 ? errno : 0;
    if (reason)
        status = gs_aside_fail(ctx, path, reason);
    else
        *fd = kept;
    gs_aside_discard(&aside);
    return status;
}
