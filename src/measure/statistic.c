// SPDX-License-Identifier: Apache-2.0
/* Statistics of a raster over a site's area. Every cell counts with the share of it that lies in
 * the area, as in exactextract, whose definitions these are
 * (https://github.com/isciences/exactextract). Sums run along each row in a fixed order and over
 * the rows from top to bottom, so that they depend on the zone and on nothing else. */
#include "base/mem.h"
#include "measure/disc_surface.h"
#include "measure/measure.h"
#include "measure/quantile.h"
#include "measure/scratch.h"
#include "measure/site_area.h"
#include "measure/zone.h"

#include <math.h>

struct statistic_params {
    double radius_m;
    double q; /* of quantile */
};

/* -- one row ----------------------------------------------------------------------------------- */

enum { LANES = 8 };

/* The sum of lanes, in a fixed order. */
static double join(const double *lane)
{
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) +
           ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/* Σ c and Σ c v over the cells that have data. Eight sums side by side: the compiler makes vectors
 * of them without being allowed to reorder anything. */
static void sum_row(const struct gs_zone_row *row, double *weight, double *sum)
{
    double w[LANES] = {0}, s[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= row->n; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            double v = row->values[i + k], c = row->weights[i + k];
            bool valid = v == v;
            w[k] += valid ? c : 0;
            s[k] += valid ? c * v : 0;
        }
    for (size_t k = 0; i + k < row->n; k++) {
        double v = row->values[i + k], c = row->weights[i + k];
        bool valid = v == v;
        w[k] += valid ? c : 0;
        s[k] += valid ? c * v : 0;
    }
    *weight = join(w);
    *sum = join(s);
}

/* Σ c (v - centre)². */
static double squares_row(const struct gs_zone_row *row, double centre)
{
    double s[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= row->n; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            double d = row->values[i + k] - centre, c = row->weights[i + k];
            s[k] += d == d ? c * d * d : 0;
        }
    for (size_t k = 0; i + k < row->n; k++) {
        double d = row->values[i + k] - centre, c = row->weights[i + k];
        s[k] += d == d ? c * d * d : 0;
    }
    return join(s);
}

/* -- over the rows ----------------------------------------------------------------------------- */

/* A sum with its rounding errors kept apart: Neumaier (1974), "Rundungsfehleranalyse einiger
 * Verfahren zur Summation endlicher Summen", ZAMM 54:39-51. */
struct long_sum {
    double sum, rest;
};

static void long_add(struct long_sum *s, double x)
{
    double t = s->sum + x;
    s->rest += fabs(s->sum) >= fabs(x) ? s->sum - t + x : x - t + s->sum;
    s->sum = t;
}

static double long_value(const struct long_sum *s)
{
    return s->sum + s->rest;
}

struct moments {
    struct long_sum weight, sum;
    double mean, squares; /* of the rows so far: only when asked for */
    bool with_squares;
    double low, high;
};

/* The squares of rows are joined by Chan, Golub and LeVeque (1983), "Algorithms for computing the
 * sample variance", The American Statistician 37(3):242-247: no difference of large numbers. */
static void visit_sums(void *user, const struct gs_zone_row *row)
{
    struct moments *m = user;
    double weight, sum;
    sum_row(row, &weight, &sum);
    if (weight == 0)
        return;
    if (m->with_squares) {
        double before = long_value(&m->weight), mean = sum / weight, step = mean - m->mean;
        double all = before + weight;
        m->squares += squares_row(row, mean) + step * step * (before / all * weight);
        m->mean += step * (weight / all);
    }
    long_add(&m->weight, weight);
    long_add(&m->sum, sum);
}

static void visit_extremes(void *user, const struct gs_zone_row *row)
{
    struct moments *m = user;
    double weight = 0;
    for (size_t i = 0; i < row->n; i++) {
        double v = row->values[i], c = row->weights[i];
        if (c == 0 || isnan(v))
            continue;
        weight += c;
        m->low = v < m->low ? v : m->low;
        m->high = v > m->high ? v : m->high;
    }
    long_add(&m->weight, weight);
}

static enum gs_status take(struct gs_ctx *ctx, const struct gs_job *job, struct gs_worker *worker,
                           size_t site, gs_zone_visit_fn *visit, struct moments *m, bool *any,
                           struct gs_reading *out)
{
    const struct statistic_params *params = job->params;
    struct gs_zone zone;
    enum gs_status status = gs_zone_place(ctx, job, worker, site, params->radius_m, &zone);
    zone.is_strict = visit == visit_extremes;
    if (!status)
        status = gs_zone_visit(ctx, worker, &zone, 0, visit, m);
    if (status)
        return status;
    double weight = long_value(&m->weight);
    *any = weight > 0;
    out->number = NAN;
    out->text = NULL;
    out->valid_share = gs_zone_share(&zone, weight);
    return GS_OK;
}

static enum gs_status measure_mean(struct gs_ctx *ctx, const struct gs_job *job,
                                   struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    struct moments m = {0};
    bool any;
    enum gs_status status = take(ctx, job, worker, site, visit_sums, &m, &any, out);
    if (!status && any)
        out->number = long_value(&m.sum) / long_value(&m.weight);
    return status;
}

static enum gs_status measure_sum(struct gs_ctx *ctx, const struct gs_job *job,
                                  struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    struct moments m = {0};
    bool any;
    enum gs_status status = take(ctx, job, worker, site, visit_sums, &m, &any, out);
    if (!status && any)
        out->number = long_value(&m.sum);
    return status;
}

static enum gs_status measure_stdev(struct gs_ctx *ctx, const struct gs_job *job,
                                    struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    struct moments m = {.with_squares = true};
    bool any;
    enum gs_status status = take(ctx, job, worker, site, visit_sums, &m, &any, out);
    if (!status && any)
        out->number = sqrt(m.squares / long_value(&m.weight));
    return status;
}

static enum gs_status measure_min(struct gs_ctx *ctx, const struct gs_job *job,
                                  struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    struct moments m = {.low = INFINITY, .high = -INFINITY};
    bool any;
    enum gs_status status = take(ctx, job, worker, site, visit_extremes, &m, &any, out);
    if (!status && any)
        out->number = m.low;
    return status;
}

static enum gs_status measure_max(struct gs_ctx *ctx, const struct gs_job *job,
                                  struct gs_worker *worker, size_t site, struct gs_reading *out)
{
    struct moments m = {.low = INFINITY, .high = -INFINITY};
    bool any;
    enum gs_status status = take(ctx, job, worker, site, visit_extremes, &m, &any, out);
    if (!status && any)
        out->number = m.high;
    return status;
}

static enum gs_status measure_quantile(struct gs_ctx *ctx, const struct gs_job *job,
                                       struct gs_worker *worker, size_t site,
                                       struct gs_reading *out)
{
    const struct statistic_params *params = job->params;
    struct gs_zone zone;
    enum gs_status status = gs_zone_place(ctx, job, worker, site, params->radius_m, &zone);
    zone.is_strict = true;
    if (status)
        return status;
    struct gs_quantile quantile;
    gs_quantile_init(&quantile, ctx, &worker->scratch->pairs, &worker->scratch->pairs_capacity);
    status = gs_zone_visit(ctx, worker, &zone, 0, gs_quantile_visit, &quantile);
    double value, weight;
    if (!status)
        status = gs_quantile_value(&quantile, params->q, &value, &weight);
    if (status)
        return status;
    out->number = value;
    out->text = NULL;
    out->valid_share = gs_zone_share(&zone, weight);
    return GS_OK;
}

/* -- surfaces ---------------------------------------------------------------------------------- */

static enum gs_status surface_of(struct gs_ctx *ctx, const struct gs_job *job,
                                 enum gs_focal_kind kind, enum gs_warp warp, struct gs_rows **out)
{
    const struct statistic_params *params = job->params;
    struct gs_raster_rows_options raster = {.warp = warp};
    struct gs_focal_options focal = {.kind = kind, .scale = 1};
    if (kind == GS_FOCAL_QUANTILE)
        focal.q = params->q;
    return gs_disc_surface(ctx, job, params->radius_m, &raster, &focal, out);
}

static enum gs_status surface_mean(struct gs_ctx *ctx, const struct gs_job *job,
                                   struct gs_rows **out)
{
    return surface_of(ctx, job, GS_FOCAL_MEAN, GS_WARP_AREA, out);
}

static enum gs_status surface_stdev(struct gs_ctx *ctx, const struct gs_job *job,
                                    struct gs_rows **out)
{
    return surface_of(ctx, job, GS_FOCAL_STDEV, GS_WARP_NEAREST, out);
}

static enum gs_status surface_min(struct gs_ctx *ctx, const struct gs_job *job,
                                  struct gs_rows **out)
{
    return surface_of(ctx, job, GS_FOCAL_MIN, GS_WARP_MINIMUM, out);
}

static enum gs_status surface_max(struct gs_ctx *ctx, const struct gs_job *job,
                                  struct gs_rows **out)
{
    return surface_of(ctx, job, GS_FOCAL_MAX, GS_WARP_MAXIMUM, out);
}

static enum gs_status surface_quantile(struct gs_ctx *ctx, const struct gs_job *job,
                                       struct gs_rows **out)
{
    return surface_of(ctx, job, GS_FOCAL_QUANTILE, GS_WARP_NEAREST, out);
}

/* A sum counts cells of the raster: the sum over the cells of the surface is brought to the number
 * of the raster's cells that the disc holds. In another CRS those are not all of one size. */
static enum gs_status surface_sum(struct gs_ctx *ctx, const struct gs_job *job,
                                  struct gs_rows **out)
{
    const struct statistic_params *params = job->params;
    const struct gs_raster_info *info = gs_raster_info(job->raster);
    const double *t = info->to_world;
    double radius = gs_cell_radius_m(job, params->radius_m) / job->grid->cell_m;
    if (!gs_crs_same(info->crs, job->crs))
        return gs_fail(
            ctx, GS_ESTUDY, &job->factor->measure_pos,
            "warp the raster to the analysis CRS, or take the `mean`",
            "`%s`: sums of a raster in another CRS have no surface, as its cells are not "
            "all of one size",
            job->factor->id);
    struct gs_disc disc;
    enum gs_status status = gs_disc_init(ctx, radius > 0 ? radius : 0, &disc);
    if (status)
        return status;
    double cells = 3.14159265358979323846 * radius * radius * job->grid->cell * job->grid->cell /
                   fabs(t[1] * t[5] - t[2] * t[4]);
    struct gs_raster_rows_options raster = {.warp = GS_WARP_AREA};
    struct gs_focal_options focal = {.kind = GS_FOCAL_SUM, .scale = cells / (double)disc.n_cells};
    gs_disc_release(&disc);
    return gs_disc_surface(ctx, job, params->radius_m, &raster, &focal, out);
}

/* -- descriptors ------------------------------------------------------------------------------- */

#define RADIUS                                                                                     \
    {                                                                                              \
        .key = "radius", .type = GS_PARAM_QUANTITY, .unit = "m", .flags = GS_PARAM_MIN_OPEN,       \
        .help = "How far from the site cells count; without it, the site's own area is looked at", \
        .offset = offsetof(struct statistic_params, radius_m),                                     \
    }

static const struct gs_param radius_only[] = {RADIUS};
static const struct gs_param quantile_params[] = {
    {.key = "q",
     .type = GS_PARAM_QUANTITY,
     .unit = "1",
     .max = 1,
     .flags = GS_PARAM_REQUIRED,
     .help = "Which quantile: 0 is the smallest value, 0.5 or `50 %` the median, 1 the largest",
     .offset = offsetof(struct statistic_params, q)},
    RADIUS,
};

#define STATISTIC(NAME, FLAGS, SUMMARY, DETAILS)                                                   \
    const struct gs_measure gs_measure_##NAME = {                                                  \
        .name = #NAME,                                                                             \
        .summary = SUMMARY,                                                                        \
        .details = DETAILS,                                                                        \
        .input = GS_INPUT_RASTER,                                                                  \
        .unit = GS_UNIT_BAND,                                                                      \
        .flags = GS_MEASURE_AREA | (FLAGS),                                                        \
        .params = radius_only,                                                                     \
        .n_params = 1,                                                                             \
        .params_size = sizeof(struct statistic_params),                                            \
        .measure = measure_##NAME,                                                                 \
        .surface = surface_##NAME,                                                                 \
    }

STATISTIC(
    mean, 0, "Mean of the raster over the site's area, or within a radius",
    "Every cell counts with the share of it that is covered: Σ c v / Σ c." GS_DISC_SURFACE_DETAILS);
STATISTIC(min, 0, "Smallest value of the raster in the site's area, or within a radius",
          "Cells count however little of them is covered.");
STATISTIC(max, 0, "Largest value of the raster in the site's area, or within a radius",
          "Cells count however little of them is covered.");
STATISTIC(
    sum, 0, "Sum of the raster over the site's area, or within a radius",
    "Every cell counts with the share of it that is covered: Σ c v. Cells without data add "
    "nothing, and how much of the area they are is reported. On the surface the raster must be "
    "in the analysis CRS; its cells are counted by the area of the disc.");
STATISTIC(stdev, GS_MEASURE_SPREAD | GS_MEASURE_FROM_0,
          "Standard deviation of the raster over the site's area, or within a radius",
          "That of the population, every cell with the share of it that is covered: "
          "√(Σ c (v − mean)² / Σ c). On the surface cells within the radius weigh the same; its "
          "resolution must be about the raster's or finer.");

const struct gs_measure gs_measure_quantile = {
    .name = "quantile",
    .summary = "Quantile of the raster over the site's area, or within a radius",
    .details =
        "Every value counts with the covered share of its cells; between two values the "
        "quantile is interpolated, as exactextract and R's default do. On the surface cells within "
        "the radius weigh the same; its resolution must be about the raster's or finer.",
    .input = GS_INPUT_RASTER,
    .unit = GS_UNIT_BAND,
    .flags = GS_MEASURE_AREA,
    .params = quantile_params,
    .n_params = 2,
    .params_size = sizeof(struct statistic_params),
    .measure = measure_quantile,
    .surface = surface_quantile,
};
