// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "geo/vector_reading.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cpl_string.h>

/* -- what to read -------------------------------------------------------------------------- */

static enum gs_status prepare_fields(struct gs_ctx *ctx, struct gs_reading *reading)
{
    const struct gs_vector_request *request = reading->request;
    struct gs_vector *vector = reading->vector;
    size_t n = request->n_fields;
    struct gs_features *features = &reading->features;
    reading->columns = GS_ARRAY(ctx, int, n);
    reading->fields = GS_ARRAY_ZERO(ctx, const struct gs_field *, n);
    reading->capacities = GS_ARRAY_ZERO(ctx, size_t, n);
    reading->used = GS_ARRAY_ZERO(ctx, bool, (size_t)vector->n_columns);
    features->columns = GS_ARRAY_ZERO(ctx, struct gs_column, n);
    if (!reading->columns || !reading->fields || !reading->capacities || !reading->used ||
        !features->columns)
        return GS_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const char *name = request->fields[i];
        int column = gs_vector_find(vector, name, &reading->fields[i]);
        const struct gs_field *field = reading->fields[i];
        if (column == GS_FIELD_NONE || gs_vector_kind(vector, column) == GS_FIELD_OTHER)
            return gs_fail(ctx, GS_ESTUDY, &vector->layer->pos, NULL,
                           column == GS_FIELD_NONE
                               ? "layer `%s` has no field `%s`"
                               : "layer `%s`: field `%s` holds neither numbers nor text",
                           vector->layer->id, name);
        reading->columns[i] = column;
        struct gs_column *to = &features->columns[features->n_columns++];
        to->name = gs_arena_text(ctx, &features->arena, name);
        to->unit = gs_arena_text(ctx, &features->arena, field && field->unit ? field->unit : "");
        if (!to->name || !to->unit)
            return GS_ENOMEM;
    }
    return GS_OK;
}

static enum gs_status prepare_transforms(struct gs_ctx *ctx, struct gs_reading *reading)
{
    const struct gs_crs *crs = reading->request->crs;
    struct gs_vector *vector = reading->vector;
    enum gs_status status = gs_transform_new(ctx, vector->crs, crs, &reading->transform);
    if (!status && reading->request->lonlat) {
        struct gs_crs *geographic = NULL;
        status = gs_crs_geographic(ctx, crs, &geographic);
        if (!status)
            status = gs_transform_new(ctx, crs, geographic, &reading->to_lonlat);
        gs_crs_free(geographic);
    }
    if (!status)
        status = gs_importer_new(ctx, reading->transform, vector->swap_axes, &reading->importer);
    return status;
}

/* -- features ------------------------------------------------------------------------------ */

static void drop_last_shape(struct gs_shapes *shapes)
{
    shapes->n--;
    size_t part = shapes->part_start[shapes->n];
    shapes->n_parts = part;
    shapes->n_vertices = shapes->vertex_start[part];
}

/* Empties the last shape, keeping its place. */
static void empty_last_shape(struct gs_shapes *shapes)
{
    drop_last_shape(shapes);
    shapes->n++;
    shapes->part_start[shapes->n] = shapes->n_parts;
}

static enum gs_status add_lonlat(struct gs_ctx *ctx, struct gs_reading *reading,
                                 enum gs_import *outcome)
{
    struct gs_features *features = &reading->features;
    struct gs_shapes *shapes = &features->shapes;
    size_t first = shapes->vertex_start[shapes->part_start[shapes->n - 1]];
    enum gs_status status = gs_grow(ctx, &features->lonlat, &reading->lonlat_capacity,
                                    shapes->n_vertices, sizeof *features->lonlat);
    if (status)
        return status;
    size_t n = shapes->n_vertices - first;
    if (n)
        memcpy(features->lonlat + first, shapes->xy + first, n * sizeof *shapes->xy);
    if (gs_transform_points(reading->to_lonlat, features->lonlat + first, n)) {
        empty_last_shape(shapes);
        *outcome = GS_IMPORT_UNPROJECTABLE;
    }
    return GS_OK;
}

static bool touches(const double a[4], const double b[4])
{
    return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/* OGR's filter lets features through that only their box in the layer's own CRS brings near; which
 * ones must not depend on the driver. */
static bool is_outside(const struct gs_reading *reading)
{
    const struct gs_shapes *shapes = &reading->features.shapes;
    double bounds[4];
    return reading->request->bounds && !reading->request->all_geometries &&
           gs_shapes_bounds(shapes, shapes->n - 1, bounds) &&
           !touches(bounds, reading->request->bounds);
}

static void count(struct gs_read_counts *counts, enum gs_import outcome)
{
    counts->repaired += outcome == GS_IMPORT_REPAIRED;
    counts->empty += outcome == GS_IMPORT_EMPTY;
    counts->unrepairable += outcome == GS_IMPORT_UNREPAIRABLE;
    counts->unprojectable += outcome == GS_IMPORT_UNPROJECTABLE;
}

static enum gs_status add_shape(struct gs_ctx *ctx, struct gs_reading *reading, OGRFeatureH feature,
                                enum gs_import *outcome)
{
    const struct gs_vector *vector = reading->vector;
    struct gs_shapes *shapes = &reading->features.shapes;
    if (vector->x < 0)
        return gs_importer_add(ctx, reading->importer, OGR_F_GetGeometryRef(feature), shapes,
                               outcome);
    double x = gs_vector_coordinate(vector, feature, vector->x);
    double y = gs_vector_coordinate(vector, feature, vector->y);
    if ((isnan(x) || isnan(y)) && reading->n_bad_points++ == 0)
        reading->first_bad_point = OGR_F_GetFID(feature);
    return gs_importer_add_point(ctx, reading->importer, x, y, shapes, outcome);
}

static enum gs_status add_values(struct gs_ctx *ctx, struct gs_reading *reading,
                                 OGRFeatureH feature)
{
    struct gs_features *features = &reading->features;
    size_t row = features->shapes.n - 1;
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < features->n_columns && !status; i++) {
        struct gs_column *to = &features->columns[i];
        int column = reading->columns[i];
        const struct gs_field *field = reading->fields[i];
        bool damaged = false;
        if (reading->request->kinds[i] == GS_FIELD_NUMBER) {
            status =
                gs_grow(ctx, &to->number, &reading->capacities[i], row + 1, sizeof *to->number);
            if (!status)
                status = gs_vector_number(ctx, reading->vector, feature, column, field,
                                          &to->number[row]);
        } else {
            status = gs_grow(ctx, &to->text, &reading->capacities[i], row + 1, sizeof *to->text);
            if (!status)
                status = gs_vector_text(ctx, feature, column, field, &features->arena,
                                        &to->text[row], &damaged);
            if (damaged && reading->n_damaged++ == 0)
                reading->damaged_field = to->name;
        }
    }
    return status;
}

static enum gs_status add_feature(struct gs_ctx *ctx, struct gs_reading *reading,
                                  OGRFeatureH feature)
{
    struct gs_features *features = &reading->features;
    enum gs_import outcome = GS_IMPORT_EMPTY;
    enum gs_status status = add_shape(ctx, reading, feature, &outcome);
    if (status)
        return status;
    if (is_outside(reading)) {
        drop_last_shape(&features->shapes);
        return GS_OK;
    }
    if (reading->to_lonlat)
        status = add_lonlat(ctx, reading, &outcome);
    if (status)
        return status;
    features->counts.read++;
    count(&features->counts, outcome);
    if (outcome >= GS_IMPORT_EMPTY && !reading->request->all_geometries) {
        drop_last_shape(&features->shapes);
        return GS_OK;
    }
    features->counts.kept++;
    return add_values(ctx, reading, feature);
}

static enum gs_status stream(struct gs_ctx *ctx, struct gs_reading *reading)
{
    OGRLayerH table = reading->vector->table;
    struct gs_geo_errors *errors = &reading->errors;
    enum gs_status status = GS_OK;
    OGRFeatureH feature;
    OGR_L_ResetReading(table);
    for (size_t n = 1; !status && (feature = OGR_L_GetNextFeature(table)); n++) {
        if (errors->last[0] && reading->n_complaints++ == 0)
            snprintf(reading->complaint, sizeof reading->complaint, "%.199s", errors->last);
        errors->last[0] = 0; /* only what ends the reading is an error */
        if (ctx->max_features && n > ctx->max_features)
            status = gs_fail(ctx, GS_EDATA, &reading->vector->layer->pos, NULL,
                             "layer `%s` has more than %llu features, which --untrusted refuses",
                             reading->vector->layer->id, (unsigned long long)ctx->max_features);
        if (!status)
            status = add_feature(ctx, reading, feature);
        OGR_F_Destroy(feature);
        if (!status && n % 1000 == 0)
            status = gs_check_cancel(ctx);
    }
    if (!status && errors->last[0])
        status = gs_reading_report_error(ctx, reading);
    return status;
}

/* What was read with a doubt, once per kind. */
static void report_oddities(struct gs_ctx *ctx, const struct gs_reading *reading)
{
    const struct gs_layer *layer = reading->vector->layer;
    const struct gs_geo_errors *errors = &reading->errors;
    if (reading->n_bad_points)
        gs_warn(ctx, &layer->pos, NULL,
                "%zu rows of layer `%s` have no number in `%s` or `%s`; the first is feature %lld",
                reading->n_bad_points, layer->id, layer->x, layer->y, reading->first_bad_point);
    if (reading->n_damaged)
        gs_warn(ctx, &layer->pos, "state the file's encoding under `options:`",
                "%zu texts of layer `%s` are not UTF-8, the first in `%s`", reading->n_damaged,
                layer->id, reading->damaged_field);
    if (reading->n_complaints)
        gs_warn(ctx, &layer->source_pos, NULL,
                "%zu features of layer `%s` were read with errors: %s", reading->n_complaints,
                layer->id, reading->complaint);
    if (errors->n_warnings)
        gs_warn(ctx, &layer->source_pos, NULL,
                "%zu warnings while reading layer `%s`; the last: %s", errors->n_warnings,
                layer->id, errors->warning);
}

/* Every column has its array, also when there are no rows. */
static enum gs_status complete(struct gs_ctx *ctx, struct gs_reading *reading)
{
    struct gs_features *features = &reading->features;
    for (size_t i = 0; i < features->n_columns; i++) {
        struct gs_column *column = &features->columns[i];
        if (column->number || column->text)
            continue;
        if (reading->request->kinds[i] == GS_FIELD_NUMBER)
            column->number = GS_ARRAY(ctx, double, 0);
        else
            column->text = GS_ARRAY(ctx, const char *, 0);
        if (!column->number && !column->text)
            return GS_ENOMEM;
    }
    if (reading->to_lonlat && !features->lonlat) {
        features->lonlat = gs_alloc(ctx, 0, sizeof *features->lonlat);
        if (!features->lonlat)
            return GS_ENOMEM;
    }
    report_oddities(ctx, reading);
    gs_free(reading->vector->operation);
    reading->vector->operation = gs_strdup(ctx, gs_transform_description(reading->transform));
    return reading->vector->operation ? GS_OK : GS_ENOMEM;
}

static void release(struct gs_reading *reading)
{
    OGRLayerH table = reading->vector->table;
    OGR_L_SetAttributeFilter(table, NULL);
    OGR_L_SetSpatialFilter(table, NULL);
    OGR_L_SetIgnoredFields(table, NULL);
    OGR_L_ResetReading(table);
    gs_importer_free(reading->importer);
    gs_transform_free(reading->transform);
    gs_transform_free(reading->to_lonlat);
    gs_features_release(&reading->features);
    gs_free(reading->capacities);
    gs_free(reading->columns);
    gs_free(reading->fields);
    gs_free(reading->used);
    gs_free(reading->own_where);
    gs_free(reading->request_where);
}

enum gs_status gs_vector_read(struct gs_ctx *ctx, struct gs_vector *vector,
                              const struct gs_vector_request *request, struct gs_features *out)
{
    struct gs_reading reading = {.vector = vector, .request = request};
    gs_features_init(&reading.features);
    enum gs_status status = prepare_fields(ctx, &reading);
    if (!status)
        status = gs_reading_translate(ctx, &reading);
    if (!status)
        status = prepare_transforms(ctx, &reading);
    gs_geo_errors_begin(&reading.errors);
    if (!status)
        status = gs_reading_ignore_columns(ctx, &reading);
    if (!status)
        status = gs_reading_set_filters(ctx, &reading);
    if (!status)
        status =
            reading.errors.last[0] ? gs_reading_report_error(ctx, &reading) : stream(ctx, &reading);
    if (!status)
        status = complete(ctx, &reading);
    if (!status) {
        *out = reading.features;
        gs_features_init(&reading.features);
    }
    release(&reading);
    gs_geo_errors_end(&reading.errors);
    return status;
}
