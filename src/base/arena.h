// SPDX-License-Identifier: Apache-2.0
/* An arena: many small objects of one life, freed together. */
#ifndef GS_BASE_ARENA_H
#define GS_BASE_ARENA_H

#include "gigasite.h"

struct gs_arena {
    struct gs_arena_block *blocks;
};

void gs_arena_init(struct gs_arena *arena);
void gs_arena_release(struct gs_arena *arena);
/* n × size bytes, cleared, aligned for any type; NULL after reporting GS_ENOMEM. */
void *gs_arena_alloc(struct gs_ctx *ctx, struct gs_arena *arena, size_t n,
                     size_t size) GS_NODISCARD;
char *gs_arena_text(struct gs_ctx *ctx, struct gs_arena *arena, const char *text) GS_NODISCARD;
char *gs_arena_printf(struct gs_ctx *ctx, struct gs_arena *arena, const char *format,
                      ...) GS_NODISCARD GS_PRINTF(3, 4);

#define GS_ARENA_NEW(ctx, arena, type) ((type *)gs_arena_alloc((ctx), (arena), 1, sizeof(type)))
#define GS_ARENA_ARRAY(ctx, arena, type, n)                                                        \
    ((type *)gs_arena_alloc((ctx), (arena), (n), sizeof(type)))

#endif
