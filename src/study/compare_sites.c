// SPDX-License-Identifier: Apache-2.0
/* Which site of the new run is which of the old one: by id, else by place. */
#include "study/compare.h"

#include "base/mem.h"
#include "geo/crs.h"
#include "geo/polygon.h"
#include "kernel/match.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define METRES_PER_DEGREE 111320.0
#define SAME_PLACE_M      0.001
#define OTHER_CRS_PLACE_M 1.0 /* what going through another CRS may make of a place */

struct matcher {
    struct gs_ctx *ctx;
    const struct gs_run_side *sides;
    double metres_per_unit; /* 0: degrees */
    double within_m, same_place_m;
    struct gs_polygons *polygons;
    size_t *partner[2]; /* of each site of a run, in the other; GS_NO_MATCH: none */
    bool *by_place;     /* per site of the new run */
    /* What is left to be matched by place. */
    size_t *rest[2], n_rest[2];
    double (*boxes[2])[4];
};

/* -- distances ----------------------------------------------------------------------------------
 */

static double distance_m(const struct matcher *m, const double a[4], const double b[4])
{
    double dx = (a[0] + a[2] - b[0] - b[2]) / 2, dy = (a[1] + a[3] - b[1] - b[3]) / 2;
    if (m->metres_per_unit > 0)
        return hypot(dx, dy) * m->metres_per_unit;
    double lat = (a[1] + a[3] + b[1] + b[3]) / 4;
    return hypot(dx * cos(lat * 0.017453292519943295), dy) * METRES_PER_DEGREE;
}

static const struct gs_shapes *shapes_of(const struct matcher *m, int run)
{
    return &m->sides[run].features.shapes;
}

static bool is_area(const struct matcher *m, int run, size_t i)
{
    return gs_shapes_kinds(shapes_of(m, run), i) & 1u << GS_PART_RING;
}

/* The part of two polygons' union that they do not share. */
static enum gs_status unshared(struct matcher *m, size_t i, size_t k, double *out)
{
    const struct gs_shapes *old = shapes_of(m, 0), *new = shapes_of(m, 1);
    struct gs_shapes common;
    gs_shapes_init(&common);
    enum gs_status status = gs_polygons_intersection(m->ctx, m->polygons, old, i, new, k, &common);
    if (!status) {
        double shared = common.n ? gs_shapes_area(&common, 0) : 0;
        *out = 1 - shared / (gs_shapes_area(old, i) + gs_shapes_area(new, k) - shared);
    }
    gs_shapes_release(&common);
    return status;
}

/* Below 1: they may be the same site. */
static enum gs_status cost(struct gs_ctx *ctx, void *user, size_t i, size_t k, double *out)
{
    (void)ctx;
    struct matcher *m = user;
    size_t old = m->rest[0][i], new = m->rest[1][k];
    if (!is_area(m, 0, old) || !is_area(m, 1, new)) {
        *out = distance_m(m, m->boxes[0][i], m->boxes[1][k]) / m->within_m;
        return GS_OK;
    }
    enum gs_status status = unshared(m, old, new, out);
    *out *= 2;
    return status;
}

/* -- by id --------------------------------------------------------------------------------------
 */

struct named {
    const char *id;
    size_t at;
};

static int compare_named(const void *a, const void *b)
{
    const struct named *p = a, *q = b;
    return strcmp(p->id, q->id);
}

static enum gs_status match_ids(struct matcher *m)
{
    const char **old_ids = gs_run_column(&m->sides[0], "candidate_id")->text;
    const char **new_ids = gs_run_column(&m->sides[1], "candidate_id")->text;
    size_t n_old = shapes_of(m, 0)->n, n_new = shapes_of(m, 1)->n;
    struct named *named = GS_ARRAY(m->ctx, struct named, n_old);
    if (!named)
        return GS_ENOMEM;
    for (size_t i = 0; i < n_old; i++)
        named[i] = (struct named){old_ids[i], i};
    qsort(named, n_old, sizeof *named, compare_named);
    for (size_t k = 0; k < n_new; k++) {
        struct named key = {new_ids[k], 0};
        const struct named *found = bsearch(&key, named, n_old, sizeof *named, compare_named);
        if (!found || m->partner[0][found->at] != GS_NO_MATCH)
            continue;
        m->partner[0][found->at] = k;
        m->partner[1][k] = found->at;
    }
    gs_free(named);
    return GS_OK;
}

/* -- by place -----------------------------------------------------------------------------------
 */

static enum gs_status list_rest(struct matcher *m, int run)
{
    size_t n = shapes_of(m, run)->n;
    m->rest[run] = GS_ARRAY(m->ctx, size_t, n);
    m->boxes[run] = gs_alloc(m->ctx, n, sizeof *m->boxes[run]);
    if (!m->rest[run] || !m->boxes[run])
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++)
        if (m->partner[run][i] == GS_NO_MATCH &&
            gs_shapes_bounds(shapes_of(m, run), i, m->boxes[run][m->n_rest[run]]))
            m->rest[run][m->n_rest[run]++] = i;
    return GS_OK;
}

static enum gs_status match_places(struct matcher *m)
{
    enum gs_status status = list_rest(m, 0);
    if (!status)
        status = list_rest(m, 1);
    size_t *match = status ? NULL : GS_ARRAY(m->ctx, size_t, m->n_rest[0]);
    double reach = m->metres_per_unit > 0 ? m->within_m / m->metres_per_unit
                                          : m->within_m / METRES_PER_DEGREE * 6; /* to 80 degrees */
    if (!status && !match)
        status = GS_ENOMEM;
    if (!status)
        status = gs_match(m->ctx, (const double(*)[4])m->boxes[0], m->n_rest[0],
                          (const double(*)[4])m->boxes[1], m->n_rest[1], reach, 1, cost, m, match);
    for (size_t i = 0; i < m->n_rest[0] && !status; i++) {
        if (match[i] == GS_NO_MATCH)
            continue;
        size_t old = m->rest[0][i], new = m->rest[1][match[i]];
        m->partner[0][old] = new;
        m->partner[1][new] = old;
        m->by_place[new] = true;
    }
    gs_free(match);
    return status;
}

/* -- what became of each ------------------------------------------------------------------------
 */

static bool has_moved(const struct matcher *m, size_t old, size_t new, double *moved_m)
{
    double a[4], b[4];
    bool has_old = gs_shapes_bounds(shapes_of(m, 0), old, a);
    bool has_new = gs_shapes_bounds(shapes_of(m, 1), new, b);
    *moved_m = has_old && has_new ? distance_m(m, a, b) : NAN;
    if (!has_old || !has_new)
        return has_old != has_new;
    double before = gs_shapes_area(shapes_of(m, 0), old);
    double after = gs_shapes_area(shapes_of(m, 1), new);
    bool reshaped = fabs(after - before) > 1e-6 * (fabs(before) + fabs(after));
    if (!reshaped && !(*moved_m > m->same_place_m))
        *moved_m = 0;
    return reshaped || *moved_m > 0;
}

static enum gs_fate fate_of(const struct gs_compared_site *site)
{
    if (site->at[0] == SIZE_MAX)
        return GS_FATE_ENTERED;
    if (site->at[1] == SIZE_MAX)
        return GS_FATE_LEFT;
    bool was = !isnan(site->rank[0]), is = !isnan(site->rank[1]);
    if (was && is)
        return site->rank[1] < site->rank[0]   ? GS_FATE_BETTER
               : site->rank[1] > site->rank[0] ? GS_FATE_WORSE
                                               : GS_FATE_SAME;
    return is ? GS_FATE_ADMITTED : was ? GS_FATE_EXCLUDED : GS_FATE_OUT;
}

static void fill_run(const struct matcher *m, int run, size_t at, struct gs_compared_site *site)
{
    const struct gs_run_side *side = &m->sides[run];
    site->at[run] = at;
    site->rank[run] = gs_run_column(side, "rank")->number[at];
    site->score[run] = gs_run_column(side, "score")->number[at];
    site->excluded_by[run] = gs_run_column(side, "excluded_by")->text[at];
    site->id = gs_run_column(side, "candidate_id")->text[at];
    site->name = gs_run_column(side, "name")->text[at];
    if (run == 0)
        site->old_id = site->id;
}

/* `old`, `new`: SIZE_MAX where the site is not there. */
static enum gs_status add_site(struct matcher *m, size_t old, size_t new, struct gs_comparison *out)
{
    struct gs_compared_site site = {.at = {SIZE_MAX, SIZE_MAX},
                                    .rank = {NAN, NAN},
                                    .score = {NAN, NAN},
                                    .moved_m = NAN,
                                    .main_cause = SIZE_MAX};
    if (old != SIZE_MAX)
        fill_run(m, 0, old, &site);
    if (new != SIZE_MAX)
        fill_run(m, 1, new, &site);
    if (old != SIZE_MAX && new != SIZE_MAX) {
        site.by_place = m->by_place[new];
        if (has_moved(m, old, new, &site.moved_m) && !(site.moved_m > 0))
            site.moved_m = m->same_place_m; /* another shape around the same middle */
    }
    site.fate = fate_of(&site);
    out->sites[out->n_sites++] = site;
    const struct gs_shapes *from = shapes_of(m, new != SIZE_MAX);
    size_t at = new != SIZE_MAX ? new : old;
    enum gs_status status = gs_shapes_begin(m->ctx, &out->shapes);
    for (size_t p = from->part_start[at]; p < from->part_start[at + 1] && !status; p++)
        status = gs_shapes_copy_part(m->ctx, &out->shapes, from->part_kind[p],
                                     from->vertex_start[p + 1] - from->vertex_start[p],
                                     (const double(*)[2])from->xy + from->vertex_start[p]);
    return status;
}

static enum gs_status list_sites(struct matcher *m, struct gs_comparison *out)
{
    size_t n_old = shapes_of(m, 0)->n, n_new = shapes_of(m, 1)->n, n_common = 0;
    out->sites = GS_ARENA_ARRAY(m->ctx, &out->arena, struct gs_compared_site, n_old + n_new);
    enum gs_status status = out->sites ? GS_OK : GS_ENOMEM;
    for (size_t k = 0; k < n_new && !status; k++) {
        n_common += m->partner[1][k] != GS_NO_MATCH;
        status = add_site(m, m->partner[1][k], k, out);
    }
    for (size_t i = 0; i < n_old && !status; i++)
        if (m->partner[0][i] == GS_NO_MATCH)
            status = add_site(m, i, SIZE_MAX, out);
    if (!status && !n_common)
        status = gs_fail(m->ctx, GS_EDATA, NULL,
                         "are they runs of the same study? `--within` widens the search by place",
                         "%s and %s have no site in common, neither by id nor by place",
                         m->sides[0].path, m->sides[1].path);
    return status;
}

static enum gs_status allocate(struct matcher *m)
{
    for (int run = 0; run < 2; run++) {
        size_t n = shapes_of(m, run)->n;
        m->partner[run] = GS_ARRAY(m->ctx, size_t, n);
        for (size_t i = 0; m->partner[run] && i < n; i++)
            m->partner[run][i] = GS_NO_MATCH;
    }
    m->by_place = GS_ARRAY_ZERO(m->ctx, bool, shapes_of(m, 1)->n);
    return m->partner[0] && m->partner[1] && m->by_place ? gs_polygons_new(m->ctx, &m->polygons)
                                                         : GS_ENOMEM;
}

/* Ids of located sites only count them. */
static bool are_located(const struct gs_run_side *side)
{
    return side->study && side->study->candidates.kind == GS_CANDIDATES_LOCATE;
}

enum gs_status gs_compare_sites(struct gs_ctx *ctx, const struct gs_run_side sides[2],
                                const struct gs_compare_options *options, struct gs_comparison *out)
{
    bool same_crs = gs_crs_same(sides[0].crs, sides[1].crs);
    struct matcher m = {.ctx = ctx,
                        .sides = sides,
                        .metres_per_unit = gs_crs_metres_per_unit(sides[1].crs),
                        .within_m = options->within_m,
                        .same_place_m = same_crs ? SAME_PLACE_M : OTHER_CRS_PLACE_M};
    bool ids =
        options->match == GS_MATCH_ID || (options->match == GS_MATCH_ID_THEN_PLACE &&
                                          !are_located(&sides[0]) && !are_located(&sides[1]));
    enum gs_status status = allocate(&m);
    if (!status && ids)
        status = match_ids(&m);
    if (!status && options->match != GS_MATCH_ID)
        status = match_places(&m);
    if (!status)
        status = list_sites(&m, out);
    for (int run = 0; run < 2; run++) {
        gs_free(m.partner[run]);
        gs_free(m.rest[run]);
        gs_free(m.boxes[run]);
    }
    gs_free(m.by_place);
    gs_polygons_free(m.polygons);
    return status;
}
