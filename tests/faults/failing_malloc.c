// SPDX-License-Identifier: Apache-2.0
/* Preloaded into the program: allocations of $FAIL_BYTES or more fail from number $FAIL_AT on, or
 * are counted into the file $FAIL_COUNT. Apart from failing.c, as a sanitizer has its own
 * allocator. */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t count, size_t n);
extern void *__libc_realloc(void *old, size_t n);

static long at;
static size_t least;
static atomic_long count;
static atomic_int ready;

__attribute__((constructor)) static void read_environment(void)
{
    const char *number = getenv("FAIL_AT"), *bytes = getenv("FAIL_BYTES");
    at = number ? atol(number) : 0;
    least = bytes ? (size_t)atol(bytes) : 1;
    atomic_store(&ready, 1);
}

__attribute__((destructor)) static void write_count(void)
{
    const char *path = getenv("FAIL_COUNT");
    atomic_store(&ready, 0);
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", atomic_load(&count));
        fclose(file);
    }
}

static int fails(size_t n)
{
    if (!atomic_load(&ready) || n < least)
        return 0;
    long number = atomic_fetch_add(&count, 1) + 1;
    if (at == 0 || number < at)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t n)
{
    return fails(n) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n_items, size_t n)
{
    return fails(n_items * n) ? NULL : __libc_calloc(n_items, n);
}

void *realloc(void *old, size_t n)
{
    return fails(n) ? NULL : __libc_realloc(old, n);
}
