// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdalign.h>
#include <string.h>

struct gs_arena_block {
    struct gs_arena_block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

enum { BLOCK_BYTES = 16 * 1024 };

void gs_arena_init(struct gs_arena *arena)
{
    arena->blocks = NULL;
}

void gs_arena_release(struct gs_arena *arena)
{
    for (struct gs_arena_block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        gs_free(block);
    }
    arena->blocks = NULL;
}

void *gs_arena_alloc(struct gs_ctx *ctx, struct gs_arena *arena, size_t n, size_t size)
{
    if (size && n > (SIZE_MAX / 4) / size) {
        gs_fail_memory(ctx);
        return NULL;
    }
    size_t bytes =
        (n * size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    struct gs_arena_block *block = arena->blocks;
    if (!block || block->size - block->used < bytes) {
        size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        block = gs_alloc(ctx, 1, sizeof *block + room);
        if (!block)
            return NULL;
        block->next = arena->blocks;
        block->used = 0;
        block->size = room;
        arena->blocks = block;
    }
    void *memory = block->bytes + block->used;
    block->used += bytes;
    memset(memory, 0, bytes);
    return memory;
}

char *gs_arena_text(struct gs_ctx *ctx, struct gs_arena *arena, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = gs_arena_alloc(ctx, arena, bytes, 1);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

char *gs_arena_printf(struct gs_ctx *ctx, struct gs_arena *arena, const char *format, ...)
{
    struct gs_text text;
    gs_text_init(&text);
    va_list args;
    va_start(args, format);
    gs_text_vprintf(&text, format, args);
    va_end(args);
    char *copy = NULL;
    if (text.failed)
        gs_fail_memory(ctx);
    else
        copy = gs_arena_text(ctx, arena, text.bytes ? text.bytes : "");
    gs_text_release(&text);
    return copy;
}
