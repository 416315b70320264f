// SPDX-License-Identifier: Apache-2.0
/* Names of files in the making, `.NAME.tmp-PLACE-PID-ADDRESS`, and the end of those whose process
 * died. PLACE stands for the machine and the process namespace the PID counts in. */
#include "geo/aside.h"

#include "base/file.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ABANDONED_S (7 * 24 * 3600) /* untouched for so long, made by whatever machine */

static uint32_t add_to_hash(uint32_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619; /* FNV-1a */
    return hash;
}

static uint32_t this_place(void)
{
    char host[256] = "", space[64] = "";
    (void)gethostname(host, sizeof host - 1);
    ssize_t n = readlink("/proc/self/ns/pid", space, sizeof space - 1);
    space[n > 0 ? n : 0] = '\0';
    return add_to_hash(add_to_hash(2166136261, host), space);
}

/* `.NAME.tmp-`; a name may have 255 bytes. */
static void append_prefix(struct gs_text *text, const char *path)
{
    const char *name = gs_file_name(path);
    size_t length = strlen(name);
    while (length > 200 || (length > 0 && ((unsigned char)name[length] & 0xC0) == 0x80))
        length--;
    gs_text_append(text, ".");
    gs_text_append_bytes(text, name, length);
    gs_text_append(text, ".tmp-");
}

/* What stands after the prefix: is the process that made the file gone? */
static bool is_left_over(int folder, const char *name, const char *rest)
{
    char *end;
    unsigned long place = strtoul(rest, &end, 16);
    if (end != rest + 8 || *end != '-')
        return false;
    rest = end + 1;
    long pid = strtol(rest, &end, 10);
    if (end == rest || *end != '-' || pid <= 0)
        return false;
    if (place == this_place())
        return kill((pid_t)pid, 0) && errno == ESRCH;
    struct stat info;
    return fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
           time(NULL) - info.st_mtime > ABANDONED_S;
}

/* What cannot be removed stays; it is in nobody's way. */
static void sweep(const char *path, const char *prefix)
{
    char name[GS_FOLDER_ROOM];
    gs_folder_of(path, name);
    DIR *folder = opendir(name);
    if (!folder)
        return;
    size_t length = strlen(prefix);
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strncmp(entry->d_name, prefix, length) == 0 &&
            is_left_over(dirfd(folder), entry->d_name, entry->d_name + length))
            unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
}

enum gs_status gs_temp_name(struct gs_ctx *ctx, const char *path, const void *owner, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    append_prefix(&text, path);
    char *prefix;
    enum gs_status status = gs_text_finish(ctx, &text, &prefix);
    if (status)
        return status;
    sweep(path, prefix);
    gs_text_free(prefix);
    gs_text_init(&text);
    gs_text_append_bytes(&text, path, (size_t)(gs_file_name(path) - path));
    append_prefix(&text, path);
    gs_text_printf(&text, "%08x-%ld-%zx", this_place(), (long)getpid(), (size_t)(uintptr_t)owner);
    return gs_text_finish(ctx, &text, out);
}
