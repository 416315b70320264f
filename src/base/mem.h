// SPDX-License-Identifier: Apache-2.0
/* Memory: the only place that calls malloc. Sizes are checked for overflow, a failure is reported
 * once into the context, and tests can make any allocation fail. */
#ifndef GS_BASE_MEM_H
#define GS_BASE_MEM_H

#include "gigasite.h"

/* n × size bytes, not cleared / cleared. NULL after reporting GS_ENOMEM; n × size = 0 gives a
 * valid pointer. */
void *gs_alloc(struct gs_ctx *ctx, size_t n, size_t size) GS_NODISCARD;
void *gs_alloc_zero(struct gs_ctx *ctx, size_t n, size_t size) GS_NODISCARD;

/* Grows `*array` of `size`-byte items to hold at least `wanted` items; `*capacity` follows (by
 * half again, so appending is linear). On failure `*array` stays valid. */
enum gs_status gs_grow(struct gs_ctx *ctx, void *array, size_t *capacity, size_t wanted,
                       size_t size) GS_NODISCARD;

/* A copy of text; NULL after reporting GS_ENOMEM. */
char *gs_strdup(struct gs_ctx *ctx, const char *text) GS_NODISCARD;

void gs_free(void *memory);

/* As malloc and realloc, without a report: for code that has its own way to tell. */
void *gs_raw_realloc(void *memory, size_t bytes) GS_NODISCARD;

#define GS_NEW(ctx, type)           ((type *)gs_alloc_zero((ctx), 1, sizeof(type)))
#define GS_ARRAY(ctx, type, n)      ((type *)gs_alloc((ctx), (n), sizeof(type)))
#define GS_ARRAY_ZERO(ctx, type, n) ((type *)gs_alloc_zero((ctx), (n), sizeof(type)))

/* Asks for large pages under a big array that is not touched yet and will be read all over the
 * place: a hint, which changes nothing else. */
void gs_mem_large_pages(void *memory, size_t bytes);

/* Gives back to the system what was freed, where the C library can: before work that takes much. */
void gs_mem_trim(void);

/* Tests only: the allocation after `n` more successful ones fails, as do all later ones when
 * `forever`. Negative n: none fails. gs_mem_count() counts the allocations since. */
void gs_mem_fail_after(long n, bool forever);
long gs_mem_count(void);

#endif
