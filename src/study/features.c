// SPDX-License-Identifier: Apache-2.0
/* Reading the features of a layer as far as the sites' measures reach, and telling what was met. */
#include "study/bind.h"
#include "study/cache.h"
#include "study/digest.h"

#include "base/mem.h"

#include <math.h>

/* The bounds of all that is measured: the sites', and those of the surface when there is one. */
static void measured_bounds(const struct gs_bound *bound, double out[4])
{
    const double *a = bound->site_bounds, *b = bound->surface_bounds;
    for (int d = 0; d < 2; d++) { /* fmin and fmax pass NaN over */
        out[d] = fmin(a[d], b[d]);
        out[d + 2] = fmax(a[d + 2], b[d + 2]);
    }
}

/* The bounds of all that is measured, widened by `reach_m`. */
bool gs_bound_box(const struct gs_bound *bound, const struct gs_source *source, double out[4])
{
    double box[4], reach_m = source->reach_m;
    measured_bounds(bound, box);
    if (!isfinite(reach_m))
        return false;
    if (bound->metres_per_unit > 0) {
        if (source->geodesic) /* the map's scale may differ from the ellipsoid's */
            return false;
        double reach = reach_m / bound->metres_per_unit;
        reach += 1e-6 * reach + 1e-6 / bound->metres_per_unit;
        out[0] = box[0] - reach;
        out[1] = box[1] - reach;
        out[2] = box[2] + reach;
        out[3] = box[3] + reach;
        return true;
    }
    /* Degrees: a degree of latitude is never shorter than 110,500 m. */
    double lat = reach_m / 110500;
    double highest = fmax(fabs(box[1]), fabs(box[3])) + lat;
    if (highest > 85)
        return false;
    double lon = lat / cos(highest * 0.017453292519943295);
    out[0] = box[0] - lon;
    out[1] = box[1] - lat;
    out[2] = box[2] + lon;
    out[3] = box[3] + lat;
    return out[0] > -180 && out[2] < 180;
}

static void report_counts(struct gs_ctx *ctx, const struct gs_source *source)
{
    const struct gs_read_counts *counts = &source->counts;
    const char *id = source->layer->id;
    const struct gs_pos *pos = &source->layer->pos;
    if (counts->empty)
        gs_warn(ctx, pos, NULL, "layer `%s`: %zu feature%s no geometry and %s left out", id,
                counts->empty, counts->empty == 1 ? " has" : "s have",
                counts->empty == 1 ? "was" : "were");
    if (counts->repaired)
        gs_warn(ctx, pos, NULL, "layer `%s`: %zu invalid polygon%s repaired", id, counts->repaired,
                counts->repaired == 1 ? " was" : "s were");
    if (counts->unrepairable)
        gs_warn(ctx, pos, NULL, "layer `%s`: %zu invalid polygon%s beyond repair and left out", id,
                counts->unrepairable, counts->unrepairable == 1 ? " is" : "s are");
    if (counts->unprojectable)
        gs_warn(ctx, pos, NULL,
                "layer `%s`: %zu feature%s cannot be shown in the analysis CRS and %s left out", id,
                counts->unprojectable, counts->unprojectable == 1 ? "" : "s",
                counts->unprojectable == 1 ? "was" : "were");
}

enum gs_status gs_bound_read(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_source *source,
                             struct gs_features *out)
{
    double box[4];
    struct gs_vector_request request = {
        .crs = bound->crs,
        .where = source->where,
        .where_pos = source->where_pos,
        .bounds = gs_bound_box(bound, source, box) ? box : NULL,
        .lonlat = source->geodesic,
        .fields = source->fields,
        .kinds = source->kinds,
        .n_fields = source->n_fields,
    };
    enum gs_status status = gs_vector_read(ctx, source->vector, &request, out);
    if (status)
        return status;
    source->counts = out->counts;
    source->was_read = true;
    source->operation = gs_arena_text(ctx, &bound->arena, gs_vector_operation(source->vector));
    if (!source->operation)
        return GS_ENOMEM;
    report_counts(ctx, source);
    if (out->counts.read && out->counts.read == out->counts.unprojectable)
        return gs_fail(ctx, GS_EDATA, &source->layer->source_pos,
                       "compare the CRS of the file (ogrinfo) with `area: crs`",
                       "none of the %zu features of layer `%s` can be shown in the analysis CRS",
                       out->counts.read, source->layer->id);
    if (out->counts.read == 0 && source->where && !request.bounds)
        gs_warn(ctx, &source->where_pos, NULL, "no feature of layer `%s` satisfies this condition",
                source->layer->id);
    source->digest = (struct gs_layer_digest){.layer = source->layer->id, .where = source->where};
    for (int i = 0; i < 4; i++)
        source->digest.bounds[i] = request.bounds ? box[i] : NAN;
    return gs_digest_features(ctx, &bound->arena, out, bound->metres_per_unit, &source->digest);
}

/* With its hashes, when there is a cache, which keeps what was met unless it has it. */
static enum gs_status read_and_keep(struct gs_ctx *ctx, struct gs_bound *bound,
                                    struct gs_source *source, struct gs_features *out)
{
    struct gs_diags before;
    bool known = source->hashes.fields != NULL;
    gs_ctx_set_aside(ctx, &before);
    enum gs_status status = gs_bound_read(ctx, bound, source, out);
    struct gs_diags warnings = gs_ctx_since(ctx);
    if (!status && bound->cache)
        status = gs_hash_source(ctx, bound, source, out);
    if (!status && bound->cache && !known)
        status = gs_cache_keep_reading(ctx, bound, source, &warnings);
    gs_ctx_bring_back(ctx, &before);
    return status;
}

enum gs_status gs_bound_load(struct gs_ctx *ctx, struct gs_bound *bound, struct gs_source *source)
{
    if (source->features || !source->vector)
        return GS_OK;
    struct gs_features *features = GS_NEW(ctx, struct gs_features);
    if (!features)
        return GS_ENOMEM;
    gs_features_init(features);
    enum gs_status status = read_and_keep(ctx, bound, source, features);
    if (status) {
        gs_features_release(features);
        gs_free(features);
        return status;
    }
    gs_vector_close(source->vector);
    source->vector = NULL;
    source->features = features;
    return GS_OK;
}

void gs_bound_unload(struct gs_source *source)
{
    if (source->features)
        gs_features_release(source->features);
    gs_free(source->features);
    source->features = NULL;
}
