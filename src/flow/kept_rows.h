// SPDX-License-Identifier: Apache-2.0
/* Rows that are kept in strips of a band each and found again: around rows that take longer to
 * compute than to read back. */
#ifndef GS_FLOW_KEPT_ROWS_H
#define GS_FLOW_KEPT_ROWS_H

#include "base/text.h"
#include "flow/rows.h"

/* Where strips are kept; called in the calling thread. Their bytes are whatever packing makes. */
struct gs_keeping {
    /* The strip of rows [first, end), for the caller to gs_free(); NULL: it is not kept. */
    enum gs_status (*find)(struct gs_ctx *ctx, void *user, size_t first, size_t end, char **bytes,
                           size_t *n);
    enum gs_status (*keep)(struct gs_ctx *ctx, void *user, size_t first, size_t end,
                           struct gs_text *bytes); /* released */
    enum gs_status (*has)(struct gs_ctx *ctx, void *user, size_t first, size_t end, bool *found);
    void (*free)(void *user);
    void *user;
};

/* The same numbers as the input's, which is taken over with what is kept, also on failure. Bands of
 * these rows may not overlap. */
enum gs_status gs_kept_rows_new(struct gs_ctx *ctx, struct gs_rows *input,
                                const struct gs_keeping *keeping,
                                struct gs_rows **out) GS_NODISCARD;

/* What follows takes rows of any kind, and does nothing for others. */

/* All rows of the band were computed: keeps them unless they were found, or the input had something
 * to tell that would not be told again. */
enum gs_status gs_kept_rows_keep(struct gs_ctx *ctx, struct gs_rows *rows) GS_NODISCARD;
/* From now on nothing is found or kept, for want of memory. */
void gs_kept_rows_forgo(struct gs_rows *rows);
/* Had the input something to tell, or may it have had? */
bool gs_kept_rows_told(struct gs_rows *rows);
/* The rows themselves. */
struct gs_rows *gs_kept_rows_input(struct gs_rows *rows);
/* How many strips of so many rows there are, and how many of them are kept; of rows of another kind
 * none. */
enum gs_status gs_kept_rows_count(struct gs_ctx *ctx, struct gs_rows *rows, size_t band_rows,
                                  size_t *n_kept, size_t *n) GS_NODISCARD;

#endif
