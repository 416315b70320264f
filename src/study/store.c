// SPDX-License-Identifier: Apache-2.0
#include "study/store.h"

#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <xxhash.h>

/* FOLDER/CACHEDIR.TAG (https://bford.info/cachedir/), FOLDER/ab/cdef….entry, and, while one is
 * written, FOLDER/ab/.cdef….PID-N. An entry: magic, three lengths and a hash, the key, the bytes.
 */
#define TAG                                                                                        \
    "Signature: 8a477f597d28d172789f06886806bc55\n"                                                \
    "# What gigasite measured, kept so that it need not be measured again.\n"                      \
    "# `gigasite cache clear` empties it; removing the folder does no harm.\n"
#define SIGNATURE "Signature: 8a477f597d28d172789f06886806bc55"
#define SUFFIX    ".entry"

enum {
    NAME_ROOM = 48, /* ab/ and 30 digits, a suffix */
    STALE_S = 86400 /* who left a file aside so long ago writes it no more */
};

struct head {
    char magic[8];
    uint64_t key_bytes, n, hash[2];
};
static const char magic[8] = "gigaent1";

struct gs_store {
    char *folder;
    uint64_t limit;
    unsigned n_written; /* also numbers the files aside */
    bool read_only;     /* told already */
};

static void tell(struct gs_ctx *ctx, const char *folder, const char *what, int reason)
{
    char text[200];
    snprintf(text, sizeof text, "%s%s%s", what, reason ? ": " : "", reason ? strerror(reason) : "");
    gs_warn_local(ctx, "choose another folder with --cache, or --no-cache",
                  "the cache %s %s; the run goes on without it", folder, text);
}

/* -- the folder ------------------------------------------------------------------------------ */

static char *join(struct gs_ctx *ctx, const char *folder, const char *name)
{
    struct gs_text text;
    char *path = NULL;
    gs_text_init(&text);
    gs_text_printf(&text, "%s/%s", folder, name);
    return gs_text_finish(ctx, &text, &path) ? NULL : path;
}

/* With the folders above it, as `mkdir -p`; 0 or the reason. */
static int make_folders(char *path)
{
    for (char *at = path + 1;; at++) {
        if (*at && *at != '/')
            continue;
        char end = *at;
        *at = 0;
        int reason = mkdir(path, 0700) && errno != EEXIST ? errno : 0;
        *at = end;
        if (reason || !end)
            return reason;
    }
}

/* Is there the tag that says it is a cache? */
static bool is_tagged(const char *tag)
{
    char text[sizeof SIGNATURE] = "";
    FILE *file = fopen(tag, "re");
    if (!file)
        return false;
    size_t n = fread(text, 1, sizeof SIGNATURE - 1, file);
    fclose(file);
    return n == sizeof SIGNATURE - 1 && strcmp(text, SIGNATURE) == 0;
}

static bool is_empty(const char *folder)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    if (dir)
        closedir(dir);
    return dir && n == 0;
}

/* Ready for entries; false with a warning. */
static bool prepare(struct gs_ctx *ctx, const char *folder, char *path, const char *tag)
{
    struct stat info;
    int reason = stat(folder, &info) == 0 ? 0 : make_folders(path);
    if (!reason && stat(folder, &info))
        reason = errno;
    if (!reason && !S_ISDIR(info.st_mode))
        reason = ENOTDIR;
    if (reason) {
        tell(ctx, folder, "cannot be made", reason);
        return false;
    }
    if (info.st_uid != geteuid()) {
        tell(ctx, folder, "belongs to another user", 0);
        return false;
    }
    if (is_tagged(tag))
        return true;
    if (!is_empty(folder)) {
        tell(ctx, folder, "holds other things already", 0);
        return false;
    }
    FILE *file = fopen(tag, "we");
    bool written = file && fputs(TAG, file) >= 0;
    written = file && !fclose(file) && written;
    if (!written)
        tell(ctx, folder, "cannot be written", errno);
    return written;
}

enum gs_status gs_store_open(struct gs_ctx *ctx, const char *folder, uint64_t limit,
                             struct gs_store **out)
{
    *out = NULL;
    struct gs_store *store = GS_NEW(ctx, struct gs_store);
    char *path = gs_strdup(ctx, folder), *tag = join(ctx, folder, "CACHEDIR.TAG");
    enum gs_status status = store && path && tag ? GS_OK : GS_ENOMEM;
    if (!status && prepare(ctx, folder, path, tag)) {
        store->folder = path;
        store->limit = limit;
        *out = store;
        store = NULL;
        path = NULL;
    }
    gs_free(tag);
    gs_free(path);
    gs_free(store);
    return status;
}

/* -- entries --------------------------------------------------------------------------------- */

static void name_entry(const char *key, char name[NAME_ROOM])
{
    XXH128_hash_t hash = XXH3_128bits(key, strlen(key));
    char digits[33];
    snprintf(digits, sizeof digits, "%016llx%016llx", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
    snprintf(name, NAME_ROOM, "%.2s/%s" SUFFIX, digits, digits + 2);
}

static struct head head_of(const char *key, const char *bytes, size_t n)
{
    struct head head = {.key_bytes = strlen(key), .n = n};
    memcpy(head.magic, magic, sizeof magic);
    XXH3_state_t *state = XXH3_createState();
    if (state) {
        XXH3_128bits_reset(state);
        XXH3_128bits_update(state, key, strlen(key));
        XXH3_128bits_update(state, bytes, n);
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        head.hash[0] = hash.low64;
        head.hash[1] = hash.high64;
    }
    XXH3_freeState(state);
    return head;
}

static bool read_all(int fd, char *to, size_t n)
{
    while (n > 0) {
        ssize_t got = read(fd, to, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        n -= (size_t)got;
    }
    return true;
}

static bool write_all(int fd, const char *from, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, from, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        from += written;
        n -= (size_t)written;
    }
    return true;
}

enum found { FOUND, DAMAGED, OTHER_KEY };

/* The rest of an entry whose head was read; its lengths are those of the file. */
static enum gs_status read_rest(struct gs_ctx *ctx, int fd, const struct head *head,
                                const char *key, char **bytes, enum found *found)
{
    char *own_key = GS_ARRAY(ctx, char, (size_t)head->key_bytes + 1);
    char *own = own_key ? GS_ARRAY(ctx, char, (size_t)head->n + 1) : NULL;
    enum gs_status status = own ? GS_OK : GS_ENOMEM;
    *found = DAMAGED;
    if (!status && read_all(fd, own_key, (size_t)head->key_bytes) &&
        read_all(fd, own, (size_t)head->n)) {
        own_key[head->key_bytes] = own[head->n] = 0;
        struct head expected = head_of(own_key, own, (size_t)head->n);
        if (memcmp(&expected, head, sizeof expected) == 0)
            *found = strcmp(own_key, key) == 0 ? FOUND : OTHER_KEY;
    }
    gs_free(own_key);
    if (*found == FOUND)
        *bytes = own;
    else
        gs_free(own);
    return status;
}

enum gs_status gs_store_get(struct gs_ctx *ctx, struct gs_store *store, const char *key,
                            char **bytes, size_t *n)
{
    char name[NAME_ROOM];
    struct head head;
    struct stat info;
    *bytes = NULL;
    *n = 0;
    name_entry(key, name);
    char *path = join(ctx, store->folder, name);
    if (!path)
        return GS_ENOMEM;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    enum gs_status status = GS_OK;
    enum found found = DAMAGED;
    if (fd < 0) {
        gs_free(path);
        return GS_OK;
    }
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && (uint64_t)info.st_size >= sizeof head &&
        read_all(fd, (char *)&head, sizeof head) && memcmp(head.magic, magic, sizeof magic) == 0 &&
        head.key_bytes <= (uint64_t)info.st_size && head.n <= (uint64_t)info.st_size &&
        sizeof head + head.key_bytes + head.n == (uint64_t)info.st_size)
        status = read_rest(ctx, fd, &head, key, bytes, &found);
    if (!status && found == FOUND) {
        *n = (size_t)head.n;
        (void)futimens(fd, NULL); /* used just now */
    } else if (!status && found == DAMAGED) {
        gs_warn_local(ctx, NULL, "the entry %s of the cache is damaged; it is made anew", path);
        (void)unlink(path);
    }
    close(fd);
    gs_free(path);
    return status;
}

enum gs_status gs_store_has(struct gs_ctx *ctx, const struct gs_store *store, const char *key,
                            bool *found)
{
    char name[NAME_ROOM];
    name_entry(key, name);
    char *path = join(ctx, store->folder, name);
    *found = path && access(path, R_OK) == 0;
    gs_free(path);
    return path ? GS_OK : GS_ENOMEM;
}

/* Aside in the same folder, then renamed; 0 or the reason. Not flushed: what a power cut leaves of
 * it does not pass the check. */
static int write_entry(const char *path, const char *aside, const char *key, const char *bytes,
                       size_t n)
{
    struct head head = head_of(key, bytes, n);
    int fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    int reason = 0;
    if (!write_all(fd, (const char *)&head, sizeof head) ||
        !write_all(fd, key, (size_t)head.key_bytes) || !write_all(fd, bytes, n))
        reason = errno ? errno : EIO;
    if (close(fd) && !reason)
        reason = errno;
    if (!reason && rename(aside, path))
        reason = errno;
    if (reason)
        unlink(aside);
    return reason;
}

void gs_store_put(struct gs_ctx *ctx, struct gs_store *store, const char *key, const char *bytes,
                  size_t n)
{
    char name[NAME_ROOM], aside_name[2 * NAME_ROOM];
    if (store->read_only)
        return;
    name_entry(key, name);
    snprintf(aside_name, sizeof aside_name, "%.2s/.%s.%ld-%u-%zx", name, name + 3, (long)getpid(),
             store->n_written++, (size_t)(uintptr_t)store);
    char *path = join(ctx, store->folder, name), *aside = join(ctx, store->folder, aside_name);
    int reason = path && aside ? 0 : ENOMEM;
    if (!reason) {
        char *slash = strrchr(path, '/');
        *slash = 0;
        reason = mkdir(path, 0700) && errno != EEXIST ? errno : 0;
        *slash = '/';
    }
    if (!reason)
        reason = write_entry(path, aside, key, bytes, n);
    if (reason && reason != ENOMEM) {
        store->read_only = true;
        tell(ctx, store->folder, "cannot be written", reason);
    }
    gs_free(path);
    gs_free(aside);
}

/* -- all entries ----------------------------------------------------------------------------- */

struct listed {
    char name[4 + NAME_MAX];
    uint64_t bytes;
    struct timespec used;
};

struct listing {
    struct listed *items;
    size_t n, capacity;
};

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool is_digits(const char *text, size_t n)
{
    return strspn(text, "0123456789abcdef") >= n;
}

/* Files aside that nobody writes any more are removed on the way. */
static enum gs_status list_part(struct gs_ctx *ctx, int folder, const char *part,
                                struct listing *listing)
{
    int fd = openat(folder, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir && fd >= 0)
        close(fd);
    enum gs_status status = GS_OK;
    for (struct dirent *entry; dir && !status && (entry = readdir(dir));) {
        const char *name = entry->d_name;
        struct stat info;
        bool aside = name[0] == '.' && is_digits(name + 1, 30) && strstr(name, SUFFIX ".");
        bool whole = is_digits(name, 30) && ends_with(name, SUFFIX);
        if ((!aside && !whole) || fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) ||
            !S_ISREG(info.st_mode))
            continue;
        if (aside) {
            if (info.st_mtime < time(NULL) - STALE_S)
                (void)unlinkat(fd, name, 0);
            continue;
        }
        status = gs_grow(ctx, &listing->items, &listing->capacity, listing->n + 1,
                         sizeof *listing->items);
        if (status)
            break;
        struct listed *item = &listing->items[listing->n++];
        *item = (struct listed){.bytes = (uint64_t)info.st_size, .used = info.st_mtim};
        snprintf(item->name, sizeof item->name, "%s/%s", part, name);
    }
    if (dir)
        closedir(dir);
    return status;
}

static enum gs_status list_all(struct gs_ctx *ctx, int folder, struct listing *listing)
{
    enum gs_status status = GS_OK;
    for (unsigned i = 0; i < 256 && !status; i++) {
        char part[3];
        snprintf(part, sizeof part, "%02x", i);
        status = list_part(ctx, folder, part, listing);
    }
    return status;
}

static int compare_used(const void *a, const void *b)
{
    const struct listed *p = a, *q = b;
    if (p->used.tv_sec != q->used.tv_sec)
        return p->used.tv_sec < q->used.tv_sec ? -1 : 1;
    if (p->used.tv_nsec != q->used.tv_nsec)
        return p->used.tv_nsec < q->used.tv_nsec ? -1 : 1;
    return strcmp(p->name, q->name);
}

static uint64_t sum_bytes(const struct listing *listing)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < listing->n; i++)
        bytes += listing->items[i].bytes;
    return bytes;
}

/* To nine tenths of the limit, so that it is not done again by the next entry. */
static void evict(struct gs_ctx *ctx, struct gs_store *store)
{
    struct listing listing = {0};
    int folder = open(store->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0 && list_all(ctx, folder, &listing) == GS_OK) {
        uint64_t bytes = sum_bytes(&listing), aim = store->limit / 10 * 9;
        if (bytes > store->limit) {
            qsort(listing.items, listing.n, sizeof *listing.items, compare_used);
            for (size_t i = 0; i < listing.n && bytes > aim; i++) {
                (void)unlinkat(folder, listing.items[i].name, 0);
                bytes -= listing.items[i].bytes;
            }
        }
    }
    if (folder >= 0)
        close(folder);
    gs_free(listing.items);
}

void gs_store_close(struct gs_ctx *ctx, struct gs_store *store)
{
    if (!store)
        return;
    if (store->limit && store->n_written)
        evict(ctx, store);
    gs_free(store->folder);
    gs_free(store);
}

/* Nothing is listed when the folder is not there. */
static enum gs_status open_tagged(struct gs_ctx *ctx, const char *folder, int *fd)
{
    *fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0 && errno == ENOENT)
        return GS_OK;
    if (*fd < 0)
        return gs_fail(ctx, GS_EUSAGE, NULL, NULL, "the cache %s cannot be opened: %s", folder,
                       strerror(errno));
    char *tag = join(ctx, folder, "CACHEDIR.TAG");
    bool tagged = tag && is_tagged(tag), empty = is_empty(folder);
    gs_free(tag);
    if (tagged || empty)
        return tag ? GS_OK : GS_ENOMEM;
    close(*fd);
    *fd = -1;
    return gs_fail(ctx, GS_EUSAGE, NULL, "name the folder that --cache was given",
                   "%s is no cache: it has no CACHEDIR.TAG", folder);
}

static enum gs_status look(struct gs_ctx *ctx, const char *folder, bool clear,
                           struct gs_store_info *out)
{
    struct listing listing = {0};
    int fd;
    *out = (struct gs_store_info){0};
    enum gs_status status = open_tagged(ctx, folder, &fd);
    if (status || fd < 0)
        return status;
    status = list_all(ctx, fd, &listing);
    *out = (struct gs_store_info){listing.n, sum_bytes(&listing), true};
    for (size_t i = 0; i < listing.n && clear && !status; i++)
        if (unlinkat(fd, listing.items[i].name, 0) && errno != ENOENT)
            status = gs_fail(ctx, GS_EOUTPUT, NULL, NULL, "%s/%s cannot be removed: %s", folder,
                             listing.items[i].name, strerror(errno));
    close(fd);
    gs_free(listing.items);
    return status;
}

enum gs_status gs_store_look(struct gs_ctx *ctx, const char *folder, struct gs_store_info *out)
{
    return look(ctx, folder, false, out);
}

enum gs_status gs_store_clear(struct gs_ctx *ctx, const char *folder, struct gs_store_info *out)
{
    return look(ctx, folder, true, out);
}
