// SPDX-License-Identifier: Apache-2.0
/* Preloaded into the program: the call number $FAIL_AT of $FAIL_CALL (and with $FAIL_ON all that
 * follow) fails with the errno $FAIL_ERRNO. Without $FAIL_AT the calls are counted into the file
 * $FAIL_COUNT. Standard output and error are left alone, and so is what the program only reads. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static const char *call, *count_path;
static long at;
static int reason, on;
static atomic_long count;

__attribute__((constructor)) static void read_environment(void)
{
    const char *number = getenv("FAIL_AT"), *error = getenv("FAIL_ERRNO");
    call = getenv("FAIL_CALL");
    count_path = getenv("FAIL_COUNT");
    at = number ? atol(number) : 0;
    on = getenv("FAIL_ON") != NULL;
    reason = error ? atoi(error) : EIO;
}

__attribute__((destructor)) static void write_count(void)
{
    FILE *file = count_path ? fopen(count_path, "w") : NULL;
    count_path = NULL;
    if (file) {
        fprintf(file, "%ld\n", atomic_load(&count));
        fclose(file);
    }
}

static int fails(const char *name)
{
    if (!call || strcmp(call, name) != 0)
        return 0;
    long n = atomic_fetch_add(&count, 1) + 1;
    if (at == 0 || (on ? n < at : n != at))
        return 0;
    errno = reason;
    return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t n)
{
    return fd > 2 && fails("write") ? -1 : NEXT(write)(fd, bytes, n);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t offset)
{
    return fails("pwrite") ? -1 : NEXT(pwrite)(fd, bytes, n, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t offset)
{
    return fails("pwrite") ? -1 : NEXT(pwrite64)(fd, bytes, n, offset);
}

int fsync(int fd)
{
    return fails("fsync") ? -1 : NEXT(fsync)(fd);
}

int fdatasync(int fd)
{
    return fails("fsync") ? -1 : NEXT(fdatasync)(fd);
}

int ftruncate(int fd, off_t length)
{
    return fails("ftruncate") ? -1 : NEXT(ftruncate)(fd, length);
}

int rename(const char *old, const char *new)
{
    return fails("rename") ? -1 : NEXT(rename)(old, new);
}

int fchmod(int fd, mode_t mode)
{
    return fails("fchmod") ? -1 : NEXT(fchmod)(fd, mode);
}

static int open_as(const char *name, const char *path, int flags, mode_t mode)
{
    int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name);
    return (flags & O_ACCMODE) != O_RDONLY && fails("open") ? -1 : next(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);
    return open_as("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);
    return open_as("open64", path, flags, mode);
}

void *mmap(void *address, size_t n, int protection, int flags, int fd, off_t offset)
{
    return fd >= 0 && fails("mmap") ? MAP_FAILED
                                    : NEXT(mmap)(address, n, protection, flags, fd, offset);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument)
{
    return fails("pthread_create") ? EAGAIN
                                   : NEXT(pthread_create)(thread, attributes, start, argument);
}
