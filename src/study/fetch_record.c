// SPDX-License-Identifier: Apache-2.0
#include "study/fetch.h"

#include "base/mem.h"
#include "base/secret.h"
#include "geo/aside.h"
#include "study/json.h"
#include "study/node.h"

#include <string.h>
#include <unistd.h>

char *gs_fetch_shown_url(struct gs_ctx *ctx, struct gs_arena *arena, const char *url)
{
    char *shown = gs_arena_text(ctx, arena, url);
    if (shown)
        gs_hide_secrets(shown);
    return shown;
}

static char *path_of(struct gs_ctx *ctx, struct gs_arena *arena, const char *target)
{
    return gs_arena_printf(ctx, arena, "%s.fetched.json", target);
}

static const char *member(const struct gs_node *root, const char *key)
{
    const struct gs_node *node = gs_node_get(root, key);
    return node && node->kind == GS_NODE_SCALAR && !gs_node_is_null(node) ? node->text : "";
}

enum gs_status gs_fetch_record_read(struct gs_ctx *ctx, struct gs_arena *arena, const char *target,
                                    struct gs_fetch_record *out, bool *found)
{
    *found = false;
    struct gs_node *root;
    const char *text, *path = path_of(ctx, arena, target);
    if (!path)
        return GS_ENOMEM;
    if (access(path, R_OK))
        return GS_OK;
    struct gs_ctx quiet; /* what cannot be read tells nothing, which is no fault */
    gs_ctx_init_worker(&quiet, ctx);
    enum gs_status status = gs_node_load(&quiet, arena, path, &root, &text);
    gs_ctx_release_worker(&quiet);
    if (status == GS_ENOMEM)
        return gs_fail_memory(ctx);
    if (status || root->kind != GS_NODE_MAP)
        return GS_OK;
    *found = true;
    *out = (struct gs_fetch_record){.url = member(root, "url"),
                                    .member = member(root, "member"),
                                    .sha256 = member(root, "sha256"),
                                    .etag = member(root, "etag"),
                                    .last_modified = member(root, "last_modified"),
                                    .file_sha256 = member(root, "file_sha256"),
                                    .fetched = member(root, "fetched")};
    return GS_OK;
}

enum gs_status gs_fetch_record_write(struct gs_ctx *ctx, const char *target,
                                     const struct gs_fetch_record *record)
{
    struct gs_text text;
    struct gs_arena arena;
    struct gs_aside aside = {.fd = -1};
    gs_text_init(&text);
    gs_arena_init(&arena);
    struct gs_json json = {.text = &text, .is_first = true};
    gs_json_begin(&json, NULL, '{');
    gs_json_text(&json, "url", record->url);
    gs_json_text(&json, "member", record->member);
    gs_json_text(&json, "sha256", record->sha256);
    gs_json_text(&json, "etag", record->etag);
    gs_json_text(&json, "last_modified", record->last_modified);
    gs_json_text(&json, "file_sha256", record->file_sha256);
    gs_json_text(&json, "fetched", record->fetched);
    gs_json_end(&json, '}');
    const char *path = path_of(ctx, &arena, target);
    enum gs_status status = !path ? GS_ENOMEM : text.failed ? gs_fail_memory(ctx) : GS_OK;
    if (!status)
        status = gs_aside_open(ctx, path, &aside);
    if (!status)
        status = gs_aside_write(ctx, &aside, text.bytes, text.length);
    if (!status)
        status = gs_aside_finish(ctx, &aside);
    gs_aside_discard(&aside);
    gs_arena_release(&arena);
    gs_text_release(&text);
    return status;
}
