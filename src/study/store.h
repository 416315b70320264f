// SPDX-License-Identifier: Apache-2.0
/* A folder of entries, each found by the whole text of its key: what the cache keeps on the disk.
 * Several processes may use it at once. An entry is there whole or not at all, and is checked when
 * it is read; one that is damaged is as good as none. Nothing of this fails a run: what goes wrong
 * is told by warnings, once. */
#ifndef GS_STUDY_STORE_H
#define GS_STUDY_STORE_H

#include "base/ctx.h"

struct gs_store;

/* Makes the folder (for its owner only) unless it is there. *out is NULL, with a warning, when it
 * cannot be used: no folder, another user's, full of other things. `limit`: bytes that the entries
 * may take together, 0: any number. */
enum gs_status gs_store_open(struct gs_ctx *ctx, const char *folder, uint64_t limit,
                             struct gs_store **out) GS_NODISCARD;
/* Lets the entries go that were not used for longest, until the rest is within the limit, if any
 * was written. NULL is legal. */
void gs_store_close(struct gs_ctx *ctx, struct gs_store *store);

/* The entry's bytes, for the caller to gs_free(); NULL: there is none. */
enum gs_status gs_store_get(struct gs_ctx *ctx, struct gs_store *store, const char *key,
                            char **bytes, size_t *n) GS_NODISCARD;
/* Is there one, of which reading alone can tell whether it is whole? */
enum gs_status gs_store_has(struct gs_ctx *ctx, const struct gs_store *store, const char *key,
                            bool *found) GS_NODISCARD;
void gs_store_put(struct gs_ctx *ctx, struct gs_store *store, const char *key, const char *bytes,
                  size_t n);

struct gs_store_info {
    size_t n_entries;
    uint64_t bytes;
    bool exists;
};
/* A folder that is not there has no entries; one that is no cache is a fault (GS_EUSAGE). */
enum gs_status gs_store_look(struct gs_ctx *ctx, const char *folder,
                             struct gs_store_info *out) GS_NODISCARD;
/* Removes all entries, and nothing else; `out` tells what there was. */
enum gs_status gs_store_clear(struct gs_ctx *ctx, const char *folder,
                              struct gs_store_info *out) GS_NODISCARD;

#endif
