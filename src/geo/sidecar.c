// SPDX-License-Identifier: Apache-2.0
#include "geo/sidecar.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int write_all(int fd, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, text, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return errno ? errno : EIO;
        text += written;
        n -= (size_t)written;
    }
    return 0;
}

enum gs_status gs_write_sidecar(struct gs_ctx *ctx, const char *path, const char *text)
{
    struct gs_text name;
    gs_text_init(&name);
    gs_text_printf(&name, "%s.%ld-%p.tmp", path, (long)getpid(), (void *)&name);
    char *aside;
    enum gs_status status = gs_text_finish(ctx, &name, &aside);
    if (status)
        return status;
    int fd = open(aside, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666), reason = 0;
    if (fd < 0)
        reason = errno;
    if (!reason)
        reason = write_all(fd, text, strlen(text));
    if (fd >= 0 && close(fd) && !reason)
        reason = errno;
    if (!reason && rename(aside, path))
        reason = errno;
    if (reason) {
        if (fd >= 0)
            unlink(aside);
        status = gs_fail(ctx, GS_EOUTPUT, NULL, NULL, "%s cannot be written: %s", path,
                         strerror(reason));
    }
    gs_free(aside);
    return status;
}

bool gs_free_space(const char *path, uint64_t *bytes)
{
    const char *slash = strrchr(path, '/');
    char folder[4096] = ".";
    if (slash && (size_t)(slash - path) + 2 < sizeof folder) {
        memcpy(folder, path, (size_t)(slash - path) + 1);
        folder[slash - path + 1] = 0;
    }
    struct statvfs info;
    if (statvfs(folder, &info))
        return false;
    *bytes = (uint64_t)info.f_bavail * info.f_frsize;
    return true;
}
