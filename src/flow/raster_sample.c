// SPDX-License-Identifier: Apache-2.0
#include "flow/raster_sample.h"

#include "base/vector.h"

#include <math.h>

void gs_sample_reach(enum gs_warp warp, const double half[2], double reach[2])
{
    for (int d = 0; d < 2; d++)
        reach[d] = warp == GS_WARP_NEAREST    ? 1
                   : warp == GS_WARP_BILINEAR ? 2
                   : warp == GS_WARP_CUBIC    ? 3
                                              : half[d] + 1;
}

static float read_cell(const struct gs_sampler *s, long x, long y)
{
    return s->cell ? s->cell(s->user, s->view, x, y) : gs_raster_view_cell(s->view, x, y);
}

/* The cell along one axis that holds position p; the far border belongs to the last cell. False:
 * outside, or no position at all. */
static bool holding(double p, long n, long *cell)
{
    if (!(p >= 0 && p <= (double)n))
        return false;
    *cell = p == (double)n ? n - 1 : (long)p;
    return true;
}

/* -- nearest --------------------------------------------------------------------------------- */

static float nearest(const struct gs_sampler *s, double px, double py)
{
    long x, y;
    if (!holding(px, s->view->n_cols, &x) || !holding(py, s->view->n_rows, &y))
        return NAN;
    return read_cell(s, x, y);
}

/* -- between cells --------------------------------------------------------------------------- */

static float cubic(const struct gs_sampler *s, long left, long top, double tx, double ty)
{
    double wx[4], wy[4], sum = 0;
    gs_cubic_weights(tx, wx);
    gs_cubic_weights(ty, wy);
    for (int r = 0; r < 4; r++)
        for (int c = 0; c < 4; c++)
            sum += wy[r] * wx[c] * (double)gs_raster_view_cell(s->view, left - 1 + c, top - 1 + r);
    return (float)sum;
}

static float bilinear(const struct gs_sampler *s, long left, long top, double tx, double ty)
{
    double sum = 0, weights = 0;
    for (int r = 0; r < 2; r++)
        for (int c = 0; c < 2; c++) {
            double value = (double)gs_raster_view_cell(s->view, left + c, top + r);
            double w = (r ? ty : 1 - ty) * (c ? tx : 1 - tx);
            if (isnan(value) || w == 0)
                continue;
            sum += w * value;
            weights += w;
        }
    return (float)(sum / weights);
}

static float between(const struct gs_sampler *s, double px, double py)
{
    long x, y;
    if (!holding(px, s->view->n_cols, &x) || !holding(py, s->view->n_rows, &y) ||
        isnan(gs_raster_view_cell(s->view, x, y)))
        return NAN;
    long left = (long)floor(px - 0.5), top = (long)floor(py - 0.5);
    double tx = px - 0.5 - (double)left, ty = py - 0.5 - (double)top;
    if (s->warp == GS_WARP_CUBIC) {
        float smooth = cubic(s, left, top, tx, ty);
        if (!isnan(smooth))
            return smooth;
    }
    return bilinear(s, left, top, tx, ty);
}

enum { RUN = 128 }; /* cells between which positions are told in floats, from the first one */

/* Up to RUN neighbouring cells between the same two rows, well inside the raster: cell i lies at
 * x + i dx, y + i dy past the middles of the cells that `upper` and `lower` point to. The same as
 * bilinear(), to float rounding. */
GS_VECTORISED static void bilinear_run(const float *upper, const float *lower, float x, float dx,
                                       float y, float dy, size_t n, float *out)
{
    int32_t at[RUN];
    float us[RUN], corners[4][RUN];
    for (size_t i = 0; i < n; i++) {
        float px = x + (float)(int32_t)i * dx, left = floorf(px);
        at[i] = (int32_t)left;
        us[i] = px - left;
    }
    for (size_t i = 0; i < n; i++) {
        corners[0][i] = upper[at[i]];
        corners[1][i] = upper[at[i] + 1];
        corners[2][i] = lower[at[i]];
        corners[3][i] = lower[at[i] + 1];
    }
    for (size_t i = 0; i < n; i++) {
        float u = us[i], v = y + (float)(int32_t)i * dy;
        float a = corners[0][i], b = corners[1][i], c = corners[2][i], d = corners[3][i];
        float wa = (1 - u) * (1 - v), wb = u * (1 - v), wc = (1 - u) * v, wd = u * v;
        float here = v < 0.5F ? (u < 0.5F ? a : b) : (u < 0.5F ? c : d);
        /* without those that have no data */
        wa = a == a ? wa : 0, wb = b == b ? wb : 0, wc = c == c ? wc : 0, wd = d == d ? wd : 0;
        a = a == a ? a : 0, b = b == b ? b : 0, c = c == c ? c : 0, d = d == d ? d : 0;
        float sum = (wa * a + wb * b) + (wc * c + wd * d), weights = (wa + wb) + (wc + wd);
        out[i] = here == here ? sum / weights : (float)NAN;
    }
}

/* How many cells from `i` on lie between rows `top` and `top + 1`, counted in the middles of rows.
 */
static size_t run_length(const struct gs_stretch *stretch, size_t i, size_t n, double top)
{
    double dy = stretch->dy;
    if (dy == 0)
        return n - i;
    double edge = (dy > 0 ? top + 1.5 : top + 0.5) - stretch->y;
    double steps = edge / dy - (double)i;
    size_t run = steps < (double)(n - i) ? (steps > 1 ? (size_t)steps : 1) : n - i;
    /* rounding must not carry the last ones across */
    while (run > 1 && floor(stretch->y + (double)(i + run - 1) * dy - 0.5) != top)
        run--;
    return run;
}

static bool is_inside(const struct gs_raster_view *view, double px, double top)
{
    return px >= 1 && px <= (double)view->n_cols - 1 && top >= (double)view->first &&
           top + 1 < (double)view->end;
}

static void sample_bilinear(const struct gs_sampler *s, const struct gs_stretch *stretch, size_t n,
                            float *out)
{
    const struct gs_raster_view *view = s->view;
    for (size_t i = 0, run; i < n; i += run) {
        double x = stretch->x + (double)i * stretch->dx, y = stretch->y + (double)i * stretch->dy;
        double top = floor(y - 0.5);
        run = isnan(x) || isnan(y) ? n - i : run_length(stretch, i, n, top);
        double last = stretch->x + (double)(i + run - 1) * stretch->dx;
        if (!view->is_bytes && is_inside(view, x, top) && is_inside(view, last, top)) {
            const float *upper = view->rows[(long)top - view->first];
            const float *lower = view->rows[(long)top + 1 - view->first];
            double left = floor(x - 0.5);
            run = run < RUN ? run : RUN;
            bilinear_run(upper + (long)left, lower + (long)left, (float)(x - 0.5 - left),
                         (float)stretch->dx, (float)(y - 0.5 - top), (float)stretch->dy, run,
                         out + i);
            continue;
        }
        for (size_t k = i; k < i + run; k++)
            out[k] = between(s, stretch->x + (double)k * stretch->dx,
                             stretch->y + (double)k * stretch->dy);
    }
}

/* -- all the cells below --------------------------------------------------------------------- */

/* How much of cell `at` the interval [low, high] covers. */
static double share_of(long at, double low, double high)
{
    return fmin(high, (double)at + 1) - fmax(low, (double)at);
}

static float gather(const struct gs_sampler *s, double px, double py, const double half[2])
{
    enum { X, Y };
    double low[2] = {px - half[X], py - half[Y]}, high[2] = {px + half[X], py + half[Y]};
    double size[2] = {(double)s->view->n_cols, (double)s->view->n_rows};
    long from[2], to[2];
    for (int d = 0; d < 2; d++) {
        if (!(low[d] < size[d] && high[d] > 0)) /* beside the raster, or nowhere */
            return NAN;
        low[d] = fmax(low[d], 0);
        high[d] = fmin(high[d], size[d]);
        from[d] = (long)low[d];
        to[d] = (long)ceil(high[d]);
    }
    double sum = 0, weights = 0;
    float least = INFINITY, most = -INFINITY;
    for (long y = from[Y]; y < to[Y]; y++) {
        double down = share_of(y, low[Y], high[Y]);
        for (long x = from[X]; x < to[X]; x++) {
            double w = down * share_of(x, low[X], high[X]);
            float value = read_cell(s, x, y);
            if (isnan(value) || !(w > 1e-9)) /* what rounding leaves is no part of a cell */
                continue;
            sum += w * (double)value;
            weights += w;
            least = fminf(least, value);
            most = fmaxf(most, value);
        }
    }
    if (!(weights > 0))
        return NAN;
    return s->warp == GS_WARP_MINIMUM   ? least
           : s->warp == GS_WARP_MAXIMUM ? most
                                        : (float)(sum / weights);
}

void gs_sample(const struct gs_sampler *s, const struct gs_stretch *stretch, size_t n, float *out)
{
    if (s->warp == GS_WARP_BILINEAR) {
        sample_bilinear(s, stretch, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double px = stretch->x + (double)i * stretch->dx, py = stretch->y + (double)i * stretch->dy;
        out[i] = s->warp == GS_WARP_NEAREST ? nearest(s, px, py)
                 : s->warp == GS_WARP_CUBIC ? between(s, px, py)
                                            : gather(s, px, py, stretch->half);
    }
}
