// SPDX-License-Identifier: Apache-2.0
#include "decision/rank.h"

#include "base/ctx.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    double score;
    const char *id;
    size_t site;
    bool feasible;
};

/* Feasible before infeasible, then by falling score, then by id. Ids are unique; should they not
 * be, the place in the input still gives one order. */
static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->feasible != y->feasible)
        return x->feasible ? -1 : 1;
    if (x->feasible && x->score != y->score)
        return x->score > y->score ? -1 : 1;
    int by_id = strcmp(x->id, y->id);
    if (by_id)
        return by_id;
    return x->site < y->site ? -1 : 1;
}

enum gs_status gs_rank(struct gs_ctx *ctx, size_t n, const double *score, const bool *feasible,
                       const char *const *ids, unsigned *rank, size_t *order)
{
    for (size_t i = 0; i < n; i++)
        if (feasible[i] && isnan(score[i]))
            return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "site `%s` is feasible but has no score",
                           ids[i]);
    struct entry *entries = GS_ARRAY(ctx, struct entry, n);
    if (!entries)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++)
        entries[i] = (struct entry){score[i], ids[i], i, feasible[i]};
    if (n > 1)
        qsort(entries, n, sizeof *entries, compare);
    for (size_t i = 0; i < n; i++) {
        const struct entry *entry = &entries[i];
        bool ties = i > 0 && entries[i - 1].score == entry->score;
        order[i] = entry->site;
        rank[entry->site] = !entry->feasible ? 0
                            : ties           ? rank[entries[i - 1].site]
                                             : (unsigned)(i + 1);
    }
    gs_free(entries);
    return GS_OK;
}
