// SPDX-License-Identifier: Apache-2.0
#include "geo/sidecar.h"

#include "geo/aside.h"

#include <string.h>
#include <sys/statvfs.h>

enum gs_status gs_write_sidecar(struct gs_ctx *ctx, const char *path, const char *text)
{
    struct gs_aside aside;
    enum gs_status status = gs_aside_open(ctx, path, &aside);
    if (status)
        return status;
    status = gs_aside_write(ctx, &aside, text, strlen(text));
    if (!status)
        return gs_aside_finish(ctx, &aside);
    gs_aside_discard(&aside);
    return status;
}

bool gs_free_space(const char *path, uint64_t *bytes)
{
    char folder[GS_FOLDER_ROOM];
    struct statvfs info;
    gs_folder_of(path, folder);
    if (statvfs(folder, &info))
        return false;
    *bytes = (uint64_t)info.f_bavail * info.f_frsize;
    return true;
}
