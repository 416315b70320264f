// SPDX-License-Identifier: Apache-2.0
#include "kernel/focal.h"

#include "base/mem.h"
#include "kernel/focal_parts.h"

#include <math.h>

/* -- the disc -------------------------------------------------------------------------------- */

/* What rounding took from a radius of whole cells is no matter. */
static double rim(double radius)
{
    return radius * (1 + 1e-12);
}

size_t gs_disc_reach(double radius)
{
    return (size_t)rim(radius);
}

enum gs_status gs_disc_init(struct gs_ctx *ctx, double radius, struct gs_disc *out)
{
    if (!(radius <= GS_DISC_RADIUS_MAX))
        return gs_fail(ctx, GS_ESTUDY, NULL, "choose a smaller radius or a coarser resolution",
                       "a disc of %g cells around a cell; there may be %d", radius,
                       (int)GS_DISC_RADIUS_MAX);
    size_t reach = gs_disc_reach(radius);
    *out = (struct gs_disc){.radius = radius, .reach = reach};
    out->half = GS_ARRAY(ctx, size_t, 2 * reach + 1);
    if (!out->half)
        return GS_ENOMEM;
    for (size_t i = 0; i <= 2 * reach; i++) {
        double dy = (double)i - (double)reach, square = rim(radius) * rim(radius) - dy * dy;
        double half = floor(sqrt(fmax(square, 0)));
        while (half > 0 && half * half > square) /* the root may have been rounded up */
            half--;
        out->half[i] = (size_t)half;
        out->n_cells += 2 * out->half[i] + 1;
    }
    return GS_OK;
}

void gs_disc_release(struct gs_disc *disc)
{
    gs_free(disc->half);
    *disc = (struct gs_disc){0};
}

/* -- adding up ---------------------------------------------------------------------------------
 * A disc is as wide as it is high: the column dx beside its centre reaches half[dx] cells up and
 * down. Columns are added up from the outermost, lowest one inwards, each by the rows that it has
 * more than the one before; the totals then take the columns around them. About 4 × radius
 * additions a cell, and none is taken back. */

void gs_focal_add_up(const struct gs_focal_adder *adder, const struct gs_focal_part *s,
                     size_t offset, void *columns, void *totals)
{
    size_t reach = s->disc->reach, wide = s->n + 2 * reach, height = 0, at = reach;
    const size_t *half = s->disc->half + reach; /* of columns 0 to reach beside the centre */
    const void *of[4];
    offset += s->first * adder->cell_size;
    adder->clear(columns, wide);
    adder->clear(totals, s->n);
    of[0] = (const char *)s->prepared[reach] + offset;
    adder->add_rows(columns, of, 1, wide, s->shift);
    for (bool more = true; more;) {
        size_t count = 0, wanted = half[at];
        for (; height < wanted; count = 0) {
            while (count + 2 <= 4 && height < wanted) {
                height++;
                of[count++] = (const char *)s->prepared[reach - height] + offset;
                of[count++] = (const char *)s->prepared[reach + height] + offset;
            }
            adder->add_rows(columns, of, count, wide, s->shift);
        }
        do {
            of[count++] = (const char *)columns + (reach - at) * adder->sum_size;
            if (at)
                of[count++] = (const char *)columns + (reach + at) * adder->sum_size;
            more = at > 0;
            at -= more;
        } while (count == 2 && at && half[at] == wanted);
        adder->add_columns(totals, of, count, s->n);
    }
}

/* -- all kinds ------------------------------------------------------------------------------- */

static bool is_sum(enum gs_focal_kind kind)
{
    return kind == GS_FOCAL_MEAN || kind == GS_FOCAL_SUM || kind == GS_FOCAL_STDEV;
}

size_t gs_focal_row_bytes(enum gs_focal_kind kind, size_t n)
{
    return is_sum(kind) ? gs_focal_sums_row_bytes(n) : n * sizeof(float);
}

void gs_focal_prepare(enum gs_focal_kind kind, const float *row, size_t n, void *prepared)
{
    if (is_sum(kind))
        gs_focal_prepare_sums(kind, row, n, prepared);
    else
        gs_focal_prepare_extremes(row, n, kind == GS_FOCAL_MIN ? -1 : 1, prepared);
}

size_t gs_focal_scratch_bytes(enum gs_focal_kind kind, const struct gs_disc *disc, size_t n)
{
    size_t stretch = gs_focal_stretch(disc, n);
    if (is_sum(kind))
        return gs_focal_sums_bytes(kind, disc, n);
    if (kind == GS_FOCAL_QUANTILE)
        return gs_focal_quantile_bytes(disc, stretch);
    return (stretch + 2 * disc->reach) * sizeof(float);
}

void gs_focal_combine(enum gs_focal_kind kind, const struct gs_disc *disc,
                      const void *const *prepared, size_t n, double q, void *scratch, float *out)
{
    if (is_sum(kind))
        gs_focal_combine_sums(kind, disc, prepared, n, scratch, out);
    else if (kind == GS_FOCAL_QUANTILE)
        gs_focal_quantile(disc, prepared, n, q, scratch, out);
    else
        gs_focal_combine_extremes(disc, kind == GS_FOCAL_MIN ? -1 : 1, prepared, n, scratch, out);
}
