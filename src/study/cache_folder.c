// SPDX-License-Identifier: Apache-2.0
#include "study/store.h"

#include "base/text.h"

static void append_size(struct gs_text *text, uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double size = (double)bytes;
    int unit = 0;
    for (; size >= 1024 && unit < 4; unit++)
        size /= 1024;
    gs_text_append_rounded(text, size, 3);
    gs_text_printf(text, " %s", units[unit]);
}

enum gs_status gs_cache_describe(struct gs_ctx *ctx, const char *folder, bool clear,
                                 enum gs_format format, char **out)
{
    struct gs_store_info info;
    struct gs_text text;
    enum gs_status status =
        clear ? gs_store_clear(ctx, folder, &info) : gs_store_look(ctx, folder, &info);
    if (status)
        return status;
    gs_text_init(&text);
    if (format == GS_FORMAT_JSON) {
        gs_text_append(&text, "{\"folder\": ");
        gs_text_append_json(&text, folder);
        gs_text_printf(&text,
                       ", \"exists\": %s, \"entries\": %zu, \"bytes\": %llu, \"cleared\": %s}\n",
                       info.exists ? "true" : "false", info.n_entries,
                       (unsigned long long)info.bytes, clear ? "true" : "false");
    } else if (!info.exists) {
        gs_text_printf(&text, "%s is not there: nothing is kept\n", folder);
    } else {
        gs_text_printf(&text, "%s: %zu %s, ", folder, info.n_entries,
                       info.n_entries == 1 ? "entry" : "entries");
        append_size(&text, info.bytes);
        gs_text_append(&text, clear ? ", removed\n" : "\n");
    }
    return gs_text_finish(ctx, &text, out);
}
