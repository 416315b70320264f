// SPDX-License-Identifier: Apache-2.0
#include "study/inputs.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/thread.h"
#include "geo/fingerprint.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Times of files have a grain: what was written just now may be written again at the same time. */
enum { GRAIN_S = 3 };

static bool is_old(const struct timespec *at, time_t now)
{
    return at->tv_sec + GRAIN_S < now;
}

/* "" when a file is none of this machine. */
static enum gs_status make_stamp(struct gs_ctx *ctx, const struct gs_texts *files, char **stamp,
                                 bool *trusted)
{
    struct gs_text text;
    time_t now = time(NULL);
    gs_text_init(&text);
    gs_text_append(&text, "");
    *trusted = files->n > 0;
    for (size_t i = 0; i < files->n; i++) {
        struct stat info;
        if (stat(files->items[i], &info)) {
            gs_text_release(&text);
            gs_text_append(&text, "");
            *trusted = false;
            break;
        }
        gs_text_append_json(&text, files->items[i]);
        gs_text_printf(&text, " %llu %llu %lld %lld.%09ld %lld.%09ld\n",
                       (unsigned long long)info.st_dev, (unsigned long long)info.st_ino,
                       (long long)info.st_size, (long long)info.st_mtim.tv_sec,
                       info.st_mtim.tv_nsec, (long long)info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
        *trusted &= is_old(&info.st_mtim, now) && is_old(&info.st_ctim, now);
    }
    return gs_text_finish(ctx, &text, stamp);
}

static enum gs_status memo_key(struct gs_ctx *ctx, const struct gs_input_files *input,
                               struct gs_text *out)
{
    gs_text_init(out);
    gs_text_printf(out, "gigasite files 1\n%s", input->stamp);
    return out->failed ? gs_fail_memory(ctx) : GS_OK;
}

static enum gs_status recall(struct gs_ctx *ctx, struct gs_store *store,
                             struct gs_input_files *input)
{
    struct gs_text key;
    char *bytes = NULL;
    size_t n = 0;
    enum gs_status status = memo_key(ctx, input, &key);
    if (!status)
        status = gs_store_get(ctx, store, key.bytes, &bytes, &n);
    input->known = !status && bytes && n < sizeof input->fingerprint;
    if (input->known)
        memcpy(input->fingerprint, bytes, n + 1);
    gs_free(bytes);
    gs_text_release(&key);
    return status;
}

static enum gs_status remember(struct gs_ctx *ctx, struct gs_store *store,
                               const struct gs_input_files *input)
{
    struct gs_text key;
    enum gs_status status = memo_key(ctx, input, &key);
    if (!status)
        gs_store_put(ctx, store, key.bytes, input->fingerprint, strlen(input->fingerprint));
    gs_text_release(&key);
    return status;
}

static enum gs_status stamp_some(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                                 size_t end)
{
    (void)worker;
    struct gs_input_files *items = user;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++) {
        status = gs_source_files(ctx, items[i].source, &items[i].arena, &items[i].files);
        if (!status)
            status = make_stamp(ctx, &items[i].files, &items[i].stamp, &items[i].trusted);
    }
    return status;
}

static enum gs_status hash_some(struct gs_ctx *ctx, void *user, void *worker, size_t first,
                                size_t end)
{
    (void)worker;
    struct gs_input_files *items = user;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++)
        if (!items[i].known)
            status = gs_files_fingerprint(ctx, &items[i].files, items[i].fingerprint);
    return status;
}

static void list(struct gs_inputs *inputs, const char *source)
{
    if (!gs_inputs_find(inputs, source)) {
        struct gs_input_files *input = &inputs->items[inputs->n++];
        input->source = source;
        gs_arena_init(&input->arena);
    }
}

enum gs_status gs_inputs_new(struct gs_ctx *ctx, const struct gs_bound *bound,
                             struct gs_store *store, bool rehash, struct gs_inputs *out)
{
    *out = (struct gs_inputs){GS_ARRAY_ZERO(ctx, struct gs_input_files, bound->n_sources + 1), 0};
    if (!out->items)
        return GS_ENOMEM;
    if (bound->study->candidates.layer)
        list(out, bound->study->candidates.layer->source);
    for (size_t i = 0; i < bound->n_sources; i++)
        list(out, bound->sources[i].layer->source);
    struct gs_parallel parallel = {.n_items = out->n,
                                   .chunk = 1,
                                   .work = stamp_some,
                                   .user = out->items};
    enum gs_status status = gs_parallel_run(ctx, &parallel);
    for (size_t i = 0; i < out->n && store && !rehash && !status; i++)
        if (out->items[i].trusted)
            status = recall(ctx, store, &out->items[i]);
    parallel.work = hash_some;
    if (!status)
        status = gs_parallel_run(ctx, &parallel);
    for (size_t i = 0; i < out->n && store && !status; i++)
        if (out->items[i].trusted && !out->items[i].known)
            status = remember(ctx, store, &out->items[i]);
    if (status)
        gs_inputs_release(out);
    return status;
}

void gs_inputs_release(struct gs_inputs *inputs)
{
    for (size_t i = 0; inputs->items && i < inputs->n; i++) {
        gs_free(inputs->items[i].stamp);
        gs_arena_release(&inputs->items[i].arena);
    }
    gs_free(inputs->items);
    *inputs = (struct gs_inputs){0};
}

const struct gs_input_files *gs_inputs_find(const struct gs_inputs *inputs, const char *source)
{
    for (size_t i = 0; i < inputs->n; i++)
        if (strcmp(inputs->items[i].source, source) == 0)
            return &inputs->items[i];
    return NULL;
}

enum gs_status gs_input_same(struct gs_ctx *ctx, const struct gs_input_files *input, bool *same)
{
    char *stamp;
    bool trusted;
    enum gs_status status = make_stamp(ctx, &input->files, &stamp, &trusted);
    if (status)
        return status;
    *same = strcmp(stamp, input->stamp) == 0;
    gs_free(stamp);
    return GS_OK;
}

static enum gs_status recheck(struct gs_ctx *ctx, struct gs_input_files *input)
{
    bool same;
    enum gs_status status = gs_input_same(ctx, input, &same);
    if (status || same)
        return status;
    input->changed = true;
    return gs_files_fingerprint(ctx, &input->files, input->fingerprint);
}

enum gs_status gs_inputs_recheck(struct gs_ctx *ctx, struct gs_inputs *inputs)
{
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < inputs->n && !status; i++)
        status = recheck(ctx, &inputs->items[i]);
    return status;
}
