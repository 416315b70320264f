// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"

#include "base/ctx.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

/* The seam of the failing-allocator tests; idle (fail_at < 0) in every other program. */
static atomic_long n_allocations;
static atomic_long fail_at = -1;
static atomic_bool fail_forever;

void gs_mem_fail_after(long n, bool forever)
{
    atomic_store(&n_allocations, 0);
    atomic_store(&fail_forever, forever);
    atomic_store(&fail_at, n);
}

long gs_mem_count(void)
{
    return atomic_load(&n_allocations);
}

static bool must_fail(void)
{
    long at = atomic_load_explicit(&fail_at, memory_order_relaxed);
    long n = atomic_fetch_add_explicit(&n_allocations, 1, memory_order_relaxed);
    return at >= 0 && (n == at || (n > at && atomic_load(&fail_forever)));
}

void *gs_raw_realloc(void *memory, size_t bytes)
{
    if (must_fail())
        return NULL;
    return realloc(memory, bytes ? bytes : 1);
}

void *gs_alloc(struct gs_ctx *ctx, size_t n, size_t size)
{
    void *memory = NULL;
    if (size == 0 || n <= SIZE_MAX / 2 / size)
        memory = gs_raw_realloc(NULL, n * size);
    if (!memory)
        gs_fail_memory(ctx);
    return memory;
}

void *gs_alloc_zero(struct gs_ctx *ctx, size_t n, size_t size)
{
    bool some = n > 0 && size > 0;
    void *memory = must_fail() ? NULL : calloc(some ? n : 1, some ? size : 1);
    if (!memory)
        gs_fail_memory(ctx);
    return memory;
}

enum gs_status gs_grow(struct gs_ctx *ctx, void *array, size_t *capacity, size_t wanted,
                       size_t size)
{
    if (wanted <= *capacity)
        return GS_OK;
    size_t larger = *capacity + *capacity / 2 + 8;
    if (larger < wanted)
        larger = wanted;
    void *old;
    memcpy(&old, array, sizeof old); /* any object pointer type: all have one representation here */
    void *memory = NULL;
    if (larger <= SIZE_MAX / 2 / size)
        memory = gs_raw_realloc(old, larger * size);
    if (!memory)
        return gs_fail_memory(ctx);
    memcpy(array, &memory, sizeof memory);
    *capacity = larger;
    return GS_OK;
}

char *gs_strdup(struct gs_ctx *ctx, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = gs_alloc(ctx, bytes, 1);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

void gs_free(void *memory)
{
    free(memory);
}

void gs_mem_large_pages(void *memory, size_t bytes)
{
#if defined(MADV_HUGEPAGE)
    size_t page = (size_t)1 << 12, skip = (page - (uintptr_t)memory % page) % page;
    if (bytes >= (size_t)1 << 24)
        madvise((char *)memory + skip, bytes - skip, MADV_HUGEPAGE);
#else
    (void)memory, (void)bytes;
#endif
}

void gs_mem_trim(void)
{
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}
