// SPDX-License-Identifier: Apache-2.0
#include "kernel/reach.h"

#include "base/mem.h"
#include "kernel/planar.h"

#include <math.h>
#include <stdlib.h>

/* Runs are listed by bands of rows that they may reach. Bands grow until the lists are no longer
 * than this many times the runs. */
enum { BAND_ROWS_MIN = 8, ENTRIES_PER_RUN = 8 };
/* Shapes with more runs than this on a row are painted with discs first: see add_runs(). */
enum { MANY_RUNS = 8 };

struct gs_reach {
    const struct gs_shapes *shapes;
    struct gs_grid grid;
    double radius, radius_m, metres_per_unit;
    double per_cell; /* 1 / cell */
    double slack;    /* more than rounding can move anything */
    double wide;     /* radius and that */
    size_t *order;   /* shape numbers */
    struct gs_reach_run *runs;
    size_t n_runs;
    size_t band_rows, n_bands;
    size_t *band_start; /* n_bands + 1 */
    uint32_t *entries;
};

double gs_reach_radius(const struct gs_reach *reach)
{
    return reach->radius;
}

/* -- making ---------------------------------------------------------------------------------- */

static void cut_part(struct gs_reach *reach, size_t at, size_t part, bool count_only)
{
    const struct gs_shapes *shapes = reach->shapes;
    size_t first = shapes->vertex_start[part], end = shapes->vertex_start[part + 1];
    uint8_t kind = shapes->part_kind[part];
    bool points = kind == GS_PART_POINTS;
    if (first == end)
        return;
    size_t last = points ? end : end - 1, step = points ? 1 : GS_REACH_RUN;
    for (size_t v = first; v < last; v += step) {
        size_t n = points ? 1 : (last - v < step ? last - v : step) + 1;
        if (!count_only) {
            struct gs_reach_run *run = &reach->runs[reach->n_runs];
            *run = (struct gs_reach_run){.at = at, .first = v, .n = (uint8_t)n, .kind = kind};
            run->bounds[0] = run->bounds[1] = INFINITY;
            run->bounds[2] = run->bounds[3] = -INFINITY;
            for (size_t k = v; k < v + n; k++)
                for (int d = 0; d < 2; d++) {
                    run->bounds[d] = fmin(run->bounds[d], shapes->xy[k][d]);
                    run->bounds[d + 2] = fmax(run->bounds[d + 2], shapes->xy[k][d]);
                }
        }
        reach->n_runs++;
    }
}

static void cut(struct gs_reach *reach, size_t n, unsigned kinds, bool count_only)
{
    const struct gs_shapes *shapes = reach->shapes;
    reach->n_runs = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t p = shapes->part_start[reach->order[i]];
             p < shapes->part_start[reach->order[i] + 1]; p++)
            if (!kinds || (kinds & 1u << shapes->part_kind[p]))
                cut_part(reach, i, p, count_only);
}

/* The rows [first, end) that a run may reach; none when it lies too far east or west. Rings count
 * all the same, as what they hold is told by all their crossings of a row. */
static bool rows_of(const struct gs_reach *reach, const struct gs_reach_run *run, size_t rows[2])
{
    const struct gs_grid *grid = &reach->grid;
    double n = (double)grid->n_rows, wide = reach->wide;
    double first = floor(gs_grid_row(grid, run->bounds[3] + wide) - 0.5) - 1;
    double end = ceil(gs_grid_row(grid, run->bounds[1] - wide) + 0.5) + 1;
    double col[2] = {gs_grid_col(grid, run->bounds[0] - wide),
                     gs_grid_col(grid, run->bounds[2] + wide)};
    if (run->kind != GS_PART_RING && (col[1] < 0 || col[0] > (double)grid->n_cols))
        return false;
    first = fmin(fmax(first, 0), n);
    end = fmin(fmax(end, 0), n);
    rows[0] = (size_t)first;
    rows[1] = (size_t)end;
    return first < end;
}

static uint64_t count_entries(const struct gs_reach *reach, size_t band_rows)
{
    uint64_t n = 0;
    size_t rows[2];
    for (size_t i = 0; i < reach->n_runs; i++)
        if (rows_of(reach, &reach->runs[i], rows))
            n += (rows[1] - 1) / band_rows - rows[0] / band_rows + 1;
    return n;
}

static enum gs_status list_by_bands(struct gs_ctx *ctx, struct gs_reach *reach)
{
    size_t n_rows = reach->grid.n_rows, rows[2];
    uint64_t n;
    reach->band_rows = BAND_ROWS_MIN;
    while ((n = count_entries(reach, reach->band_rows)) > reach->n_runs * ENTRIES_PER_RUN &&
           reach->band_rows < n_rows)
        reach->band_rows *= 2;
    reach->n_bands = (n_rows + reach->band_rows - 1) / reach->band_rows;
    reach->band_start = GS_ARRAY_ZERO(ctx, size_t, reach->n_bands + 2);
    reach->entries = reach->band_start ? GS_ARRAY(ctx, uint32_t, n) : NULL;
    if (!reach->entries)
        return GS_ENOMEM;
    size_t *start = reach->band_start + 1; /* one further on, until they are filled */
    for (size_t i = 0; i < reach->n_runs; i++)
        if (rows_of(reach, &reach->runs[i], rows))
            for (size_t b = rows[0] / reach->band_rows; b <= (rows[1] - 1) / reach->band_rows; b++)
                start[b + 1]++;
    for (size_t b = 0; b < reach->n_bands; b++)
        start[b + 1] += start[b];
    for (size_t i = 0; i < reach->n_runs; i++)
        if (rows_of(reach, &reach->runs[i], rows))
            for (size_t b = rows[0] / reach->band_rows; b <= (rows[1] - 1) / reach->band_rows; b++)
                reach->entries[start[b]++] = (uint32_t)i;
    return GS_OK;
}

static double largest_coordinate(const struct gs_shapes *shapes, const struct gs_grid *grid)
{
    double bounds[4], largest = 0;
    gs_grid_bounds(grid, bounds);
    for (int d = 0; d < 4; d++)
        largest = fmax(largest, fabs(bounds[d]));
    for (size_t v = 0; v < shapes->n_vertices; v++)
        largest = fmax(largest, fmax(fabs(shapes->xy[v][0]), fabs(shapes->xy[v][1])));
    return largest;
}

static enum gs_status fill(struct gs_ctx *ctx, struct gs_reach *reach, const size_t *order,
                           size_t n, unsigned kinds)
{
    reach->order = GS_ARRAY(ctx, size_t, n);
    if (!reach->order)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++)
        reach->order[i] = order ? order[i] : i;
    cut(reach, n, kinds, true);
    if (reach->n_runs >= UINT32_MAX)
        return gs_fail(ctx, GS_EDATA, NULL, NULL, "a layer has more vertices than can be listed");
    reach->runs = GS_ARRAY(ctx, struct gs_reach_run, reach->n_runs);
    if (!reach->runs)
        return GS_ENOMEM;
    cut(reach, n, kinds, false);
    return list_by_bands(ctx, reach);
}

enum gs_status gs_reach_new(struct gs_ctx *ctx, const struct gs_shapes *shapes, const size_t *order,
                            size_t n, unsigned kinds, const struct gs_grid *grid, double radius_m,
                            double metres_per_unit, struct gs_reach **out)
{
    struct gs_reach *reach = GS_NEW(ctx, struct gs_reach);
    if (!reach)
        return GS_ENOMEM;
    reach->shapes = shapes;
    reach->grid = *grid;
    reach->radius_m = radius_m;
    reach->metres_per_unit = metres_per_unit;
    reach->radius = radius_m / metres_per_unit;
    reach->per_cell = 1 / grid->cell;
    reach->slack = 1e-12 * (largest_coordinate(shapes, grid) + reach->radius);
    reach->wide = reach->radius + reach->slack;
    enum gs_status status = fill(ctx, reach, order, n, kinds);
    if (status)
        gs_reach_free(reach);
    else
        *out = reach;
    return status;
}

void gs_reach_free(struct gs_reach *reach)
{
    if (!reach)
        return;
    gs_free(reach->order);
    gs_free(reach->runs);
    gs_free(reach->band_start);
    gs_free(reach->entries);
    gs_free(reach);
}

uint64_t gs_reach_bytes(const struct gs_reach *reach)
{
    return sizeof *reach + reach->n_runs * (sizeof *reach->runs + sizeof *reach->order) +
           (reach->n_bands + 2) * sizeof *reach->band_start +
           reach->band_start[reach->n_bands] * sizeof *reach->entries;
}

void gs_reach_row_release(struct gs_reach_row *scratch)
{
    gs_free(scratch->runs);
    gs_free(scratch->within);
    gs_free(scratch->inside);
    *scratch = (struct gs_reach_row){0};
}

/* -- intervals ------------------------------------------------------------------------------- */

static int compare_columns(const void *left, const void *right)
{
    const struct gs_columns *a = left, *b = right;
    return (a->first > b->first) - (a->first < b->first);
}

static void sort_columns(struct gs_columns *columns, size_t n)
{
    if (n > 32) {
        qsort(columns, n, sizeof *columns, compare_columns);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct gs_columns held = columns[i];
        size_t k = i;
        for (; k > 0 && columns[k - 1].first > held.first; k--)
            columns[k] = columns[k - 1];
        columns[k] = held;
    }
}

size_t gs_columns_join(struct gs_columns *columns, size_t n)
{
    size_t kept = 0;
    sort_columns(columns, n);
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && columns[i].first <= columns[kept - 1].end) {
            if (columns[i].end > columns[kept - 1].end)
                columns[kept - 1].end = columns[i].end;
        } else {
            columns[kept++] = columns[i];
        }
    }
    return kept;
}

/* Is [first, end) within one of n joined intervals? */
static bool is_covered(const struct gs_columns *columns, size_t n, struct gs_columns asked)
{
    size_t low = 0, high = n; /* the last that begins no later */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (columns[middle].first <= asked.first)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && asked.end <= columns[low - 1].end;
}

/* A column number that counts up to n; whatever is beyond is at the ends. */
static int clamp_column(double col, int n)
{
    return col > 0 ? (col < n ? (int)col : n) : 0;
}

struct gs_columns gs_reach_columns(const struct gs_reach *reach, double low, double high)
{
    int n = (int)reach->grid.n_cols;
    if (!(low <= high))
        return (struct gs_columns){0, 0};
    /* centre c is at c + 1/2: the first that is not below, and the first that is above */
    struct gs_columns c = {clamp_column((low - reach->grid.x0) * reach->per_cell + (0.5 - 1e-6), n),
                           clamp_column((high - reach->grid.x0) * reach->per_cell + (0.5 + 1e-6),
                                        n)};
    return c;
}

/* -- a segment on a row ---------------------------------------------------------------------- */

static bool in_reach(const struct gs_reach *reach, int col, double y, const double a[2],
                     const double b[2])
{
    double p[2] = {gs_grid_x(&reach->grid, col), y};
    double distance = gs_planar_point_segment(p, a, b);
    return distance * reach->metres_per_unit <= reach->radius_m;
}

static void widen(double x[2], double low, double high)
{
    x[0] = low < x[0] ? low : x[0];
    x[1] = high > x[1] ? high : x[1];
}

static void widen_by_disc(double x[2], double radius, double centre, double dy)
{
    double half2 = (radius - dy) * (radius + dy);
    if (!(half2 >= 0))
        return;
    double half = sqrt(half2);
    widen(x, centre - half, centre + half);
}

static double unit_clamp(double t)
{
    t = t > 0 ? t : 0;
    return t < 1 ? t : 1;
}

/* Where the row meets the sides of the stadium that run along the segment; what rounding may move
 * is added on. */
static void widen_by_sides(const struct gs_reach *reach, double x[2], double y, const double a[2],
                           const double b[2])
{
    double dx = b[0] - a[0], dy = b[1] - a[1], length = sqrt(dx * dx + dy * dy);
    if (!(length > 0))
        return;
    double scale = reach->wide / length;
    for (int side = -1; side <= 1; side += 2) {
        double from[2] = {a[0] - side * dy * scale, a[1] + side * dx * scale};
        double along = y - from[1], low = dy < 0 ? dy : 0, high = dy < 0 ? 0 : dy;
        if (along < low - reach->slack || along > high + reach->slack)
            continue;
        double t = dy != 0 ? along / dy : 0, loose = dy != 0 ? reach->slack / fabs(dy) : 1;
        double x1 = from[0] + unit_clamp(t - loose) * dx, x2 = from[0] + unit_clamp(t + loose) * dx;
        widen(x, x1 < x2 ? x1 : x2, x1 < x2 ? x2 : x1);
    }
}

bool gs_reach_hull(const struct gs_reach *reach, size_t row, const double a[2], const double b[2],
                   double x[2])
{
    double y = gs_grid_y(&reach->grid, (double)row);
    x[0] = INFINITY;
    x[1] = -INFINITY;
    widen_by_disc(x, reach->wide, a[0], y - a[1]);
    if (a != b) {
        widen_by_disc(x, reach->wide, b[0], y - b[1]);
        widen_by_sides(reach, x, y, a, b);
    }
    return x[0] <= x[1];
}

struct gs_columns gs_reach_about(const struct gs_reach *reach, size_t row, const double a[2],
                                 const double b[2])
{
    double x[2];
    gs_reach_hull(reach, row, a, b, x);
    return gs_reach_columns(reach, x[0], x[1]);
}

struct gs_columns gs_reach_segment(const struct gs_reach *reach, size_t row, const double a[2],
                                   const double b[2])
{
    double y = gs_grid_y(&reach->grid, (double)row);
    struct gs_columns c = gs_reach_about(reach, row, a, b);
    while (c.first < c.end && !in_reach(reach, c.first, y, a, b))
        c.first++;
    while (c.first < c.end && !in_reach(reach, c.end - 1, y, a, b))
        c.end--;
    return c;
}

/* -- a shape on a row ------------------------------------------------------------------------ */

static enum gs_status add_columns(struct gs_ctx *ctx, struct gs_columns c,
                                  struct gs_columns **columns, size_t *n, size_t *capacity)
{
    if (c.first >= c.end)
        return GS_OK;
    if (*n == *capacity) {
        enum gs_status status = gs_grow(ctx, columns, capacity, *n + 1, sizeof **columns);
        if (status)
            return status;
    }
    (*columns)[(*n)++] = c;
    return GS_OK;
}

static enum gs_status add_within(struct gs_ctx *ctx, struct gs_reach_row *s, struct gs_columns c)
{
    return add_columns(ctx, c, &s->within, &s->n_within, &s->within_capacity);
}

/* The first column from which the edge's crossing of the row is no longer to the right. */
static int crossing_column(const struct gs_reach *reach, double y, const double a[2],
                           const double b[2])
{
    const struct gs_grid *grid = &reach->grid;
    double x = a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
    double guess = ceil(gs_grid_col(grid, x) - 0.5);
    int n = (int)grid->n_cols, col = (int)fmin(fmax(guess, 0), n);
    for (;;) {
        double here[2] = {gs_grid_x(grid, col), y}, before[2] = {gs_grid_x(grid, col - 1), y};
        if (col < n && (gs_planar_side(a, b, here) > 0) == (b[1] > a[1]))
            col++;
        else if (col > 0 && (gs_planar_side(a, b, before) > 0) != (b[1] > a[1]))
            col--;
        else
            return col;
    }
}

/* Crossings of the row, as intervals of no length yet: those of all rings of a shape are even in
 * number, and between every odd one and the next lies inside. */
static enum gs_status add_crossings(struct gs_ctx *ctx, const struct gs_reach *reach,
                                    struct gs_reach_row *s, double y,
                                    const struct gs_reach_run *run)
{
    const double(*xy)[2] = (const double(*)[2])reach->shapes->xy + run->first;
    for (size_t k = 0; k + 1 < run->n; k++) {
        if ((xy[k][1] > y) == (xy[k + 1][1] > y))
            continue;
        int col = crossing_column(reach, y, xy[k], xy[k + 1]);
        enum gs_status status =
            gs_grow(ctx, &s->inside, &s->inside_capacity, s->n_inside + 1, sizeof *s->inside);
        if (status)
            return status;
        s->inside[s->n_inside++] = (struct gs_columns){col, col};
    }
    return GS_OK;
}

static enum gs_status find_inside(struct gs_ctx *ctx, const struct gs_reach *reach,
                                  struct gs_reach_row *s, double y, size_t n_runs)
{
    s->n_inside = 0;
    for (size_t i = 0; i < n_runs; i++) {
        const struct gs_reach_run *run = s->runs[i];
        if (run->kind != GS_PART_RING || run->bounds[1] > y || run->bounds[3] < y)
            continue;
        enum gs_status status = add_crossings(ctx, reach, s, y, run);
        if (status)
            return status;
    }
    sort_columns(s->inside, s->n_inside);
    size_t kept = 0;
    for (size_t i = 0; i + 1 < s->n_inside; i += 2) {
        struct gs_columns c = {s->inside[i].first, s->inside[i + 1].first};
        if (c.first < c.end)
            s->inside[kept++] = c;
    }
    s->n_inside = gs_columns_join(s->inside, kept);
    return GS_OK;
}

/* The widest that a box can reach on the row. */
static struct gs_columns box_columns(const struct gs_reach *reach, const double bounds[4], double y)
{
    double dy = y < bounds[1] ? bounds[1] - y : y > bounds[3] ? y - bounds[3] : 0;
    double x[2] = {INFINITY, -INFINITY};
    widen_by_disc(x, reach->wide, bounds[0], dy);
    widen_by_disc(x, reach->wide, bounds[2], dy);
    return gs_reach_columns(reach, x[0], x[1]);
}

static enum gs_status add_segments(struct gs_ctx *ctx, const struct gs_reach *reach,
                                   struct gs_reach_row *s, size_t row,
                                   const struct gs_reach_run *run, size_t n_joined)
{
    const double(*xy)[2] = (const double(*)[2])reach->shapes->xy + run->first;
    double y = gs_grid_y(&reach->grid, (double)row);
    enum gs_status status = GS_OK;
    if (run->n == 1)
        return add_within(ctx, s, gs_reach_segment(reach, row, xy[0], xy[0]));
    for (size_t k = 0; k + 1 < run->n && !status; k++) {
        const double *a = xy[k], *b = xy[k + 1];
        double low = a[1] < b[1] ? a[1] : b[1], high = a[1] < b[1] ? b[1] : a[1];
        if (y < low - reach->wide || y > high + reach->wide)
            continue;
        if (n_joined > 0) {
            double bounds[4] = {a[0] < b[0] ? a[0] : b[0], low, a[0] < b[0] ? b[0] : a[0], high};
            if (is_covered(s->within, n_joined, box_columns(reach, bounds, y)))
                continue;
        }
        status = add_within(ctx, s, gs_reach_segment(reach, row, a, b));
    }
    return status;
}

/* Cells surely in the disc around the run's middle vertex. */
static struct gs_columns middle_columns(const struct gs_reach *reach,
                                        const struct gs_reach_run *run, double y)
{
    const double *at = reach->shapes->xy[run->first + run->n / 2];
    double x[2] = {INFINITY, -INFINITY};
    widen_by_disc(x, reach->radius, at[0], y - at[1]);
    struct gs_columns c = gs_reach_columns(reach, x[0], x[1]);
    return c.end - c.first > 2 ? (struct gs_columns){c.first + 1, c.end - 1}
                               : (struct gs_columns){0, 0};
}

/* A shape of very many vertices is mostly in reach of many of its runs at once. Discs around one
 * vertex each paint nearly all of it; only the runs that may reach farther are looked at closely.
 */
static enum gs_status find_within(struct gs_ctx *ctx, const struct gs_reach *reach,
                                  struct gs_reach_row *s, size_t row, size_t n_runs)
{
    double y = gs_grid_y(&reach->grid, (double)row);
    enum gs_status status = GS_OK;
    s->n_within = 0;
    for (size_t i = 0; i < s->n_inside && !status; i++)
        status = add_within(ctx, s, s->inside[i]);
    for (size_t i = 0; i < n_runs && n_runs > MANY_RUNS && !status; i++)
        status = add_within(ctx, s, middle_columns(reach, s->runs[i], y));
    size_t n_joined = s->n_within = gs_columns_join(s->within, s->n_within);
    for (size_t i = 0; i < n_runs && !status; i++) {
        const struct gs_reach_run *run = s->runs[i];
        if (n_joined > 0) {
            struct gs_columns c = box_columns(reach, run->bounds, y);
            if (c.first == c.end || is_covered(s->within, n_joined, c))
                continue;
        }
        status = add_segments(ctx, reach, s, row, run, n_joined);
    }
    s->n_within = gs_columns_join(s->within, s->n_within);
    return status;
}

/* -- a row ----------------------------------------------------------------------------------- */

static bool may_reach(const struct gs_reach *reach, const struct gs_reach_run *run, double y)
{
    return y >= run->bounds[1] - reach->wide && y <= run->bounds[3] + reach->wide;
}

static enum gs_status visit_shape(struct gs_ctx *ctx, const struct gs_reach *reach,
                                  struct gs_reach_row *s, size_t row, size_t n_runs,
                                  enum gs_status (*visit)(struct gs_ctx *ctx, void *user,
                                                          const struct gs_reached *reached),
                                  void *user)
{
    double y = gs_grid_y(&reach->grid, (double)row);
    enum gs_status status = find_inside(ctx, reach, s, y, n_runs);
    if (!status)
        status = find_within(ctx, reach, s, row, n_runs);
    if (status || s->n_within == 0)
        return status;
    size_t at = s->runs[0]->at;
    struct gs_reached reached = {.at = at,
                                 .shape = reach->order[at],
                                 .within = s->within,
                                 .n_within = s->n_within,
                                 .inside = s->inside,
                                 .n_inside = s->n_inside,
                                 .runs = s->runs,
                                 .n_runs = n_runs};
    return visit(ctx, user, &reached);
}

enum gs_status gs_reach_row(struct gs_ctx *ctx, const struct gs_reach *reach,
                            struct gs_reach_row *s, size_t row,
                            enum gs_status (*visit)(struct gs_ctx *ctx, void *user,
                                                    const struct gs_reached *reached),
                            void *user)
{
    double y = gs_grid_y(&reach->grid, (double)row);
    size_t band = row / reach->band_rows, end = reach->band_start[band + 1];
    enum gs_status status = GS_OK;
    for (size_t i = reach->band_start[band]; i < end && !status;) {
        size_t at = reach->runs[reach->entries[i]].at, n = 0;
        for (; i < end && reach->runs[reach->entries[i]].at == at && !status; i++) {
            const struct gs_reach_run *run = &reach->runs[reach->entries[i]];
            if (!may_reach(reach, run, y))
                continue;
            if (n == s->runs_capacity)
                status = gs_grow(ctx, &s->runs, &s->runs_capacity, n + 1, sizeof *s->runs);
            if (!status)
                s->runs[n++] = run;
        }
        if (!status && n > 0)
            status = visit_shape(ctx, reach, s, row, n, visit, user);
    }
    return status;
}

void gs_reach_runs(const struct gs_reach *reach, size_t row,
                   void (*visit)(void *user, const struct gs_reach_run *run), void *user)
{
    double y = gs_grid_y(&reach->grid, (double)row);
    size_t band = row / reach->band_rows;
    for (size_t i = reach->band_start[band]; i < reach->band_start[band + 1]; i++) {
        const struct gs_reach_run *run = &reach->runs[reach->entries[i]];
        if (may_reach(reach, run, y))
            visit(user, run);
    }
}
