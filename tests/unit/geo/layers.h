// SPDX-License-Identifier: Apache-2.0
/* Layers made for a test through GDAL, and read back. */
#ifndef GS_TESTS_GEO_LAYERS_H
#define GS_TESTS_GEO_LAYERS_H

#include "support/support.h"

#include "base/mem.h"
#include "geo/session.h"
#include "geo/vector.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

/* -- making data --------------------------------------------------------------------------- */

struct maker {
    GDALDatasetH dataset;
    OGRLayerH table;
};

static inline void add_table(struct maker *maker, const char *name, const char *crs,
                             const char *fields)
{
    OGRSpatialReferenceH srs = NULL;
    if (crs) {
        srs = OSRNewSpatialReference(NULL);
        assert_int_equal(OSRSetFromUserInput(srs, crs), OGRERR_NONE);
        OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    }
    maker->table = GDALDatasetCreateLayer(maker->dataset, name, srs, wkbUnknown, NULL);
    assert_non_null(maker->table);
    for (char letter = 'a'; *fields; fields++, letter++) { /* columns a, b, … */
        char column[2] = {letter, 0};
        OGRFieldType type = *fields == 's'   ? OFTString
                            : *fields == 'i' ? OFTInteger64
                            : *fields == 'd' ? OFTDate
                            : *fields == 'x' ? OFTBinary
                                             : OFTReal;
        OGRFieldDefnH field = OGR_Fld_Create(column, type);
        assert_int_equal(OGR_L_CreateField(maker->table, field, TRUE), OGRERR_NONE);
        OGR_Fld_Destroy(field);
    }
    if (srs)
        OSRDestroySpatialReference(srs);
}

static inline struct maker make(const char *driver, const char *path, const char *table,
                                const char *crs, const char *fields)
{
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, gs_geo_start(ctx));
    gs_ctx_free(ctx);
    struct maker maker = {0};
    maker.dataset = GDALCreate(GDALGetDriverByName(driver), path, 0, 0, 0, GDT_Unknown, NULL);
    assert_non_null(maker.dataset);
    add_table(&maker, table, crs, fields);
    return maker;
}

/* Values are the columns' texts; NULL ends them early. */
static inline void put(struct maker *maker, const char *wkt, const char *const *values)
{
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(maker->table));
    for (int i = 0; values && values[i]; i++)
        OGR_F_SetFieldString(feature, i, values[i]);
    if (wkt) {
        OGRGeometryH geometry = NULL;
        char *text = (char *)wkt;
        assert_int_equal(OGR_G_CreateFromWkt(&text, NULL, &geometry), OGRERR_NONE);
        OGR_F_SetGeometryDirectly(feature, geometry);
    }
    assert_int_equal(OGR_L_CreateFeature(maker->table, feature), OGRERR_NONE);
    OGR_F_Destroy(feature);
}

#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})

static inline const char *path_of(const char *name)
{
    static char paths[8][200];
    static unsigned n;
    char *path = paths[n++ % 8];
    snprintf(path, sizeof *paths, "%s/%s", test_folder(), name);
    return path;
}

/* -- reading it ---------------------------------------------------------------------------- */

struct outcome {
    struct gs_ctx *ctx;
    struct gs_vector *vector;
    struct gs_features features;
};

static inline struct gs_crs *crs_of(struct gs_ctx *ctx, const char *text)
{
    struct gs_crs *crs = NULL;
    assert_ok(ctx, gs_crs_new(ctx, text, NULL, "the test", &crs));
    return crs;
}

static inline struct outcome open_layer(const struct gs_layer *layer)
{
    struct outcome outcome = {.ctx = test_ctx()};
    gs_features_init(&outcome.features);
    assert_ok(outcome.ctx, gs_vector_open(outcome.ctx, layer, &outcome.vector));
    return outcome;
}

static inline enum gs_status read_into(struct outcome *outcome, struct gs_vector_request request,
                                       const char *crs)
{
    struct gs_crs *analysis = crs_of(outcome->ctx, crs);
    request.crs = analysis;
    enum gs_status status =
        gs_vector_read(outcome->ctx, outcome->vector, &request, &outcome->features);
    gs_crs_free(analysis);
    return status;
}

static inline void finish(struct outcome *outcome)
{
    gs_features_release(&outcome->features);
    gs_vector_close(outcome->vector);
    gs_ctx_free(outcome->ctx);
}

#endif
