// SPDX-License-Identifier: Apache-2.0
#include "geo/archive.h"

#include "base/file.h"
#include "base/text.h"
#include "geo/session.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cpl_string.h>
#include <cpl_vsi.h>

enum { HEAD = 512, TOLD = 8 }; /* how many members a message tells */

/* The first bytes, with a NUL behind them; 0: none. */
static size_t read_head(const char *name, char head[HEAD + 1])
{
    VSILFILE *file = VSIFOpenL(name, "rb");
    size_t n = file ? VSIFReadL(head, 1, HEAD, file) : 0;
    if (file)
        VSIFCloseL(file);
    head[n] = 0;
    return n;
}

static bool is_zip(const char *head, size_t n)
{
    return n > 4 && (memcmp(head, "PK\003\004", 4) == 0 || memcmp(head, "PK\005\006", 4) == 0);
}

static bool is_gzip(const char *head, size_t n)
{
    return n > 2 && memcmp(head, "\037\213", 2) == 0;
}

static bool is_tar(const char *head, size_t n)
{
    return n == HEAD && memcmp(head + 257, "ustar", 5) == 0;
}

bool gs_is_web_page(const char *path)
{
    char head[HEAD + 1];
    read_head(path, head);
    const char *at = head;
    if (strncmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    at += strspn(at, " \t\r\n");
    return strncasecmp(at, "<!doctype html", 14) == 0 || strncasecmp(at, "<html", 5) == 0;
}

/* -- members ------------------------------------------------------------------------------------
 */

/* Files alone: folders end in a slash. */
static char **list_members(const char *archive)
{
    char **all = VSIReadDirRecursive(archive), **files = NULL;
    for (int i = 0; all && all[i]; i++)
        if (*all[i] && all[i][strlen(all[i]) - 1] != '/')
            files = CSLAddString(files, all[i]);
    CSLDestroy(all);
    return files;
}

static void tell_members(struct gs_text *hint, char **files)
{
    int n = CSLCount(files);
    gs_text_append(hint, n ? "it has " : "it has no files");
    for (int i = 0; i < n && i < TOLD; i++)
        gs_text_printf(hint, "%s`%s`", i ? ", " : "", files[i]);
    if (n > TOLD)
        gs_text_printf(hint, " and %d more", n - TOLD);
}

static enum gs_status report_member(struct gs_ctx *ctx, const struct gs_layer *layer, char **files)
{
    struct gs_text hint;
    gs_text_init(&hint);
    tell_members(&hint, files);
    const struct gs_fetch *fetch = &layer->fetch;
    enum gs_status status =
        fetch->member
            ? gs_fail(ctx, GS_EDATA, &fetch->member_pos, hint.bytes,
                      "the archive of layer `%s` has no file `%s`", layer->id, fetch->member)
            : gs_fail(ctx, GS_EDATA, &fetch->pos, hint.bytes,
                      "layer `%s` comes in an archive: say which file with `member:`", layer->id);
    gs_text_release(&hint);
    return status;
}

/* A file geodatabase is a folder. */
static bool is_database_folder(const char *archive, const char *member)
{
    VSIStatBufL info;
    size_t n = strlen(member);
    return n > 4 && strcasecmp(member + n - 4, ".gdb") == 0 &&
           VSIStatL(CPLSPrintf("%s/%s", archive, member), &info) == 0 && VSI_ISDIR(info.st_mode);
}

/* The one file of that name, in whatever folder; else the name itself: it may be a whole path. */
static const char *find_by_name(char **files, const char *name)
{
    const char *found = NULL;
    size_t n = 0;
    for (int i = 0; name && files && files[i]; i++)
        if (strcmp(gs_file_name(files[i]), name) == 0) {
            found = files[i];
            n++;
        }
    return n == 1 ? found : name;
}

static enum gs_status find_member(struct gs_ctx *ctx, const struct gs_layer *layer,
                                  const char *archive, struct gs_arena *arena, const char **name)
{
    char **files = list_members(archive);
    const char *member = find_by_name(files, layer->fetch.member);
    if (!member && CSLCount(files) == 1)
        member = files[0];
    bool found = member && (CSLFindStringCaseSensitive(files, member) >= 0 ||
                            is_database_folder(archive, member));
    enum gs_status status = GS_OK;
    if (!found)
        status = report_member(ctx, layer, files);
    else if (!(*name = gs_arena_printf(ctx, arena, "%s/%s", archive, member)))
        status = GS_ENOMEM;
    CSLDestroy(files);
    return status;
}

static enum gs_status find_name(struct gs_ctx *ctx, const struct gs_layer *layer, const char *path,
                                struct gs_arena *arena, const char **name, bool *unpacked)
{
    char head[HEAD + 1];
    size_t n = read_head(path, head);
    const char *archive = NULL, *plain = path;
    if (is_gzip(head, n)) {
        plain = gs_arena_printf(ctx, arena, "/vsigzip/%s", path);
        if (!plain)
            return GS_ENOMEM;
        n = read_head(plain, head);
    } else if (is_zip(head, n)) {
        archive = gs_arena_printf(ctx, arena, "/vsizip/{%s}", path);
    }
    if (is_tar(head, n))
        archive = gs_arena_printf(ctx, arena, "/vsitar/{%s}", plain);
    *unpacked = archive || plain != path;
    if (archive)
        return find_member(ctx, layer, archive, arena, name);
    if (layer->fetch.member)
        return gs_fail(ctx, GS_EDATA, &layer->fetch.member_pos, "leave `member:` out",
                       "what is downloaded for layer `%s` is no archive", layer->id);
    *name = plain;
    return GS_OK;
}

enum gs_status gs_archive_name(struct gs_ctx *ctx, const struct gs_layer *layer, const char *path,
                               struct gs_arena *arena, const char **name, bool *unpacked)
{
    enum gs_status status = gs_geo_start(ctx);
    if (status)
        return status;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    status = find_name(ctx, layer, path, arena, name, unpacked);
    gs_geo_errors_end(&errors);
    return status;
}
