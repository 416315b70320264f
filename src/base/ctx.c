// SPDX-License-Identifier: Apache-2.0
#include "base/ctx.h"

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/units.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct gs_source {
    char *file, *text;
    size_t bytes;
};

static const struct gs_diag no_memory = {
    .severity = GS_ERROR,
    .message = (char *)"out of memory",
};

enum gs_status gs_ctx_new(const struct gs_ctx_options *options, struct gs_ctx **out)
{
    struct gs_ctx *ctx = gs_raw_realloc(NULL, sizeof *ctx);
    if (!ctx)
        return GS_ENOMEM;
    *ctx = (struct gs_ctx){.progress_to = 1};
    atomic_init(&ctx->own_cancel, false);
    ctx->cancel = &ctx->own_cancel;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    ctx->n_threads = processors > 0 ? (unsigned)processors : 1;
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    ctx->memory = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page / 4 : 1u << 30;
    if (options) {
        if (options->threads)
            ctx->n_threads = options->threads;
        if (options->memory)
            ctx->memory = options->memory;
        ctx->progress = options->progress;
        ctx->progress_user = options->progress_user;
    }
    *out = ctx;
    return GS_OK;
}

static void release_diag(struct gs_diag *diag)
{
    gs_free(diag->file);
    gs_free(diag->message);
    gs_free(diag->hint);
}

static void release_diags(struct gs_ctx *ctx)
{
    for (size_t i = 0; i < ctx->n_diags; i++)
        release_diag(&ctx->diags[i]);
    gs_free(ctx->diags);
    ctx->diags = NULL;
    ctx->n_diags = ctx->diags_capacity = 0;
}

static void release_sources(struct gs_ctx *ctx)
{
    for (size_t i = 0; i < ctx->n_sources; i++) {
        gs_free(ctx->sources[i].file);
        gs_free(ctx->sources[i].text);
    }
    gs_free(ctx->sources);
    ctx->sources = NULL;
    ctx->n_sources = ctx->sources_capacity = 0;
}

void gs_ctx_free(struct gs_ctx *ctx)
{
    if (!ctx)
        return;
    release_diags(ctx);
    release_sources(ctx);
    gs_units_free(ctx->units);
    gs_free(ctx);
}

void gs_ctx_cancel(struct gs_ctx *ctx)
{
    atomic_store(ctx->cancel, true);
}

void gs_ctx_init_worker(struct gs_ctx *worker, struct gs_ctx *parent)
{
    *worker = (struct gs_ctx){
        .n_threads = 1,
        .memory = parent->memory,
        .max_features = parent->max_features,
        .max_cells = parent->max_cells,
        .cancel = parent->cancel,
    };
}

void gs_ctx_merge_worker(struct gs_ctx *parent, struct gs_ctx *worker)
{
    parent->out_of_memory |= worker->out_of_memory;
    for (size_t i = 0; i < worker->n_diags; i++) {
        if (gs_grow(parent, &parent->diags, &parent->diags_capacity, parent->n_diags + 1,
                    sizeof *parent->diags))
            return;
        parent->diags[parent->n_diags++] = worker->diags[i];
        parent->n_errors += worker->diags[i].severity == GS_ERROR;
        worker->diags[i] = (struct gs_diag){0};
    }
    worker->n_diags = 0;
}

void gs_ctx_release_worker(struct gs_ctx *worker)
{
    release_diags(worker);
    release_sources(worker);
    gs_units_free(worker->units);
    worker->units = NULL;
}

/* Scenarios of one study would say some things several times. */
static bool is_told(const struct gs_ctx *ctx, const struct gs_diag *diag)
{
    for (size_t i = 0; i < ctx->n_diags; i++) {
        const struct gs_diag *told = &ctx->diags[i];
        if (told->severity == diag->severity && told->line == diag->line &&
            told->column == diag->column && strcmp(told->message, diag->message) == 0 &&
            (told->file && diag->file ? strcmp(told->file, diag->file) == 0
                                      : told->file == diag->file))
            return true;
    }
    return false;
}

void gs_ctx_set_aside(struct gs_ctx *ctx, struct gs_diags *before)
{
    *before = gs_ctx_since(ctx);
    ctx->diags = NULL;
    ctx->n_diags = ctx->diags_capacity = 0;
}

struct gs_diags gs_ctx_since(const struct gs_ctx *ctx)
{
    return (struct gs_diags){ctx->diags, ctx->n_diags, ctx->diags_capacity};
}

void gs_ctx_bring_back(struct gs_ctx *ctx, struct gs_diags *before)
{
    struct gs_diags since = gs_ctx_since(ctx);
    ctx->diags = before->items;
    ctx->n_diags = before->n;
    ctx->diags_capacity = before->capacity;
    *before = (struct gs_diags){0};
    for (size_t i = 0; i < since.n; i++) {
        struct gs_diag *diag = &since.items[i];
        bool again = diag->severity == GS_WARNING && is_told(ctx, diag);
        if (!again && gs_grow(ctx, &ctx->diags, &ctx->diags_capacity, ctx->n_diags + 1,
                              sizeof *ctx->diags) == GS_OK)
            ctx->diags[ctx->n_diags++] = *diag;
        else
            release_diag(diag);
    }
    gs_free(since.items);
}

/* Appends a diagnostic; a warning that stands there already is not repeated. When memory is out,
 * the constant one stands for it. */
static void record(struct gs_ctx *ctx, struct gs_diag diag, const struct gs_pos *pos,
                   const char *hint, const char *format, va_list args)
{
    ctx->n_errors += diag.severity == GS_ERROR;
    struct gs_text message;
    gs_text_init(&message);
    gs_text_vprintf(&message, format, args);
    diag.message = gs_text_take(&message);
    if (!diag.message)
        goto no_memory;
    gs_hide_secrets(diag.message);
    if (pos) {
        diag.line = pos->line;
        diag.column = pos->column;
        if (pos->file && !(diag.file = gs_strdup(ctx, pos->file)))
            goto no_memory;
    }
    if (diag.severity == GS_WARNING && is_told(ctx, &diag)) {
        gs_free(diag.message);
        gs_free(diag.file);
        return;
    }
    if (hint && !(diag.hint = gs_strdup(ctx, hint)))
        goto no_memory;
    if (diag.hint)
        gs_hide_secrets(diag.hint);
    if (gs_grow(ctx, &ctx->diags, &ctx->diags_capacity, ctx->n_diags + 1, sizeof *ctx->diags))
        goto no_memory;
    ctx->diags[ctx->n_diags++] = diag;
    return;
no_memory:
    ctx->out_of_memory = true;
    gs_free(diag.message);
    gs_free(diag.file);
    gs_free(diag.hint);
}

enum gs_status gs_fail(struct gs_ctx *ctx, enum gs_status status, const struct gs_pos *pos,
                       const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(ctx, (struct gs_diag){.severity = GS_ERROR}, pos, hint, format, args);
    va_end(args);
    return status;
}

enum gs_status gs_fail_memory(struct gs_ctx *ctx)
{
    ctx->out_of_memory = true;
    return GS_ENOMEM;
}

void gs_warn(struct gs_ctx *ctx, const struct gs_pos *pos, const char *hint, const char *format,
             ...)
{
    va_list args;
    va_start(args, format);
    record(ctx, (struct gs_diag){.severity = GS_WARNING}, pos, hint, format, args);
    va_end(args);
}

void gs_warn_local(struct gs_ctx *ctx, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(ctx, (struct gs_diag){.severity = GS_WARNING, .local = true}, NULL, hint, format, args);
    va_end(args);
}

enum gs_status gs_check_cancel(struct gs_ctx *ctx)
{
    return atomic_load_explicit(ctx->cancel, memory_order_relaxed) ? GS_ECANCEL : GS_OK;
}

void gs_progress_stage(struct gs_ctx *ctx, double from, double to, const char *stage)
{
    ctx->progress_from = from;
    ctx->progress_to = to;
    ctx->progress_stage = stage;
    if (from == 0)
        ctx->progress_told = 0;
    gs_progress_step(ctx, 0);
}

void gs_progress_step(struct gs_ctx *ctx, double fraction)
{
    double at = ctx->progress_from + fraction * (ctx->progress_to - ctx->progress_from);
    if (at > ctx->progress_told)
        ctx->progress_told = at < 1 ? at : 1;
    if (ctx->progress)
        ctx->progress(ctx->progress_user, ctx->progress_told, ctx->progress_stage);
}

size_t gs_diagnostic_count(const struct gs_ctx *ctx)
{
    return ctx->n_diags + (ctx->out_of_memory ? 1 : 0);
}

struct gs_diagnostic gs_diagnostic_at(const struct gs_ctx *ctx, size_t index)
{
    const struct gs_diag *diag = index < ctx->n_diags ? &ctx->diags[index] : &no_memory;
    return (struct gs_diagnostic){diag->severity, diag->file,    diag->line,
                                  diag->column,   diag->message, diag->hint};
}

enum gs_status gs_ctx_add_source(struct gs_ctx *ctx, const char *file, const char *text,
                                 size_t bytes)
{
    struct gs_source source = {gs_strdup(ctx, file), gs_alloc(ctx, bytes + 1, 1), bytes};
    if (source.file && source.text &&
        !gs_grow(ctx, &ctx->sources, &ctx->sources_capacity, ctx->n_sources + 1,
                 sizeof *ctx->sources)) {
        memcpy(source.text, text, bytes);
        source.text[bytes] = 0;
        ctx->sources[ctx->n_sources++] = source;
        return GS_OK;
    }
    gs_free(source.file);
    gs_free(source.text);
    return GS_ENOMEM;
}

/* The text of line `line` of a kept source, without its end; length 0 when there is none. */
static const char *source_line(const struct gs_ctx *ctx, const char *file, unsigned line,
                               size_t *length)
{
    *length = 0;
    for (size_t i = 0; i < ctx->n_sources; i++) {
        const struct gs_source *source = &ctx->sources[i];
        if (strcmp(source->file, file) != 0)
            continue;
        const char *p = source->text, *end = source->text + source->bytes;
        for (unsigned at = 1; at < line && p; at++) {
            p = memchr(p, '\n', (size_t)(end - p));
            if (p)
                p++;
        }
        if (!p || p >= end)
            return NULL;
        *length = strcspn(p, "\r\n");
        return p;
    }
    return NULL;
}

static void append_source_line(struct gs_text *text, const char *line, size_t length,
                               unsigned column)
{
    if (length == 0 || length > 500)
        return;
    size_t start = text->length;
    gs_text_printf(text, "\n  %.*s\n  ", (int)length, line);
    if (!text->failed)
        gs_hide_secrets(text->bytes + start);
    const char *p = line, *end = line + length;
    for (unsigned at = 1; at < column && p < end; at++) { /* columns count characters, not bytes */
        gs_text_append(text, *p == '\t' ? "\t" : " ");
        do
            p++;
        while (p < end && ((unsigned char)*p & 0xC0) == 0x80);
    }
    gs_text_append(text, "^");
}

char *gs_diagnostic_format(const struct gs_ctx *ctx, size_t index, bool colour)
{
    static const char *const names[] = {"note", "warning", "error"};
    static const char *const colours[] = {"\033[1;36m", "\033[1;35m", "\033[1;31m"};
    struct gs_diagnostic diag = gs_diagnostic_at(ctx, index);
    struct gs_text text;
    gs_text_init(&text);
    if (diag.file) {
        gs_text_append(&text, diag.file);
        if (diag.line)
            gs_text_printf(&text, ":%u:%u", diag.line, diag.column);
        gs_text_append(&text, ": ");
    }
    gs_text_printf(&text, "%s%s:%s %s", colour ? colours[diag.severity] : "", names[diag.severity],
                   colour ? "\033[0m" : "", diag.message);
    if (diag.file && diag.line) {
        size_t length;
        const char *line = source_line(ctx, diag.file, diag.line, &length);
        if (line)
            append_source_line(&text, line, length, diag.column);
    }
    if (diag.hint)
        gs_text_printf(&text, "\n  hint: %s", diag.hint);
    return gs_text_take(&text);
}

void gs_text_free(char *text)
{
    gs_free(text);
}

int gs_status_exit(enum gs_status status)
{
    switch (status) {
    case GS_OK:
        return 0;
    case GS_EUSAGE:
    case GS_ESTUDY:
        return 2;
    case GS_ECONDITION:
        return 3;
    case GS_ECANCEL:
        return 130;
    default:
        return 1;
    }
}

const char *gs_version(void)
{
    return GS_VERSION;
}

enum { MAX_WORD = 63 };

/* Optimal string alignment distance of two short words. */
static size_t edit_distance(const char *a, size_t na, const char *b, size_t nb)
{
    size_t rows[3][MAX_WORD + 1];
    for (size_t j = 0; j <= nb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                above2[j - 2] + 1 < best)
                best = above2[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[na % 3][nb];
}

const char *gs_nearest_word(const char *word, const char *const *candidates, size_t n)
{
    size_t length = strlen(word), best = length / 3 + 1;
    if (length > MAX_WORD)
        return NULL;
    if (best > 3)
        best = 3;
    const char *nearest = NULL;
    for (size_t i = 0; i < n; i++) {
        size_t other = strlen(candidates[i]);
        if (other > MAX_WORD)
            continue;
        size_t distance = edit_distance(word, length, candidates[i], other);
        if (distance < best || (distance == best && !nearest)) {
            best = distance;
            nearest = candidates[i];
        }
    }
    return nearest;
}
