// SPDX-License-Identifier: Apache-2.0
/* Rasters made for a test through GDAL. */
#ifndef GS_TESTS_GEO_RASTERS_H
#define GS_TESTS_GEO_RASTERS_H

#include "support/support.h"

#include "geo/raster.h"
#include "geo/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_srs_api.h>

struct raster_recipe {
    const char *path; /* "/vsimem/…tif" */
    int n_cols, n_rows, n_bands;
    GDALDataType type;
    const double *transform; /* NULL: none */
    const char *crs;         /* NULL: none */
    const char *options;     /* creation options with blanks between; may be NULL */
};

/* A GeoTIFF, its cells 0, still open; finish with GDALClose(). */
static inline GDALDatasetH raster_make(const struct raster_recipe *recipe)
{
    struct gs_ctx *ctx = test_ctx();
    assert_ok(ctx, gs_geo_start(ctx));
    gs_ctx_free(ctx);
    char **options = recipe->options ? CSLTokenizeString2(recipe->options, " ", 0) : NULL;
    GDALDatasetH dataset =
        GDALCreate(GDALGetDriverByName("GTiff"), recipe->path, recipe->n_cols, recipe->n_rows,
                   recipe->n_bands ? recipe->n_bands : 1, recipe->type, options);
    CSLDestroy(options);
    assert_non_null(dataset);
    double transform[6];
    if (recipe->transform) {
        memcpy(transform, recipe->transform, sizeof transform);
        assert_int_equal(GDALSetGeoTransform(dataset, transform), CE_None);
    }
    if (recipe->crs) {
        OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
        assert_int_equal(OSRSetFromUserInput(srs, recipe->crs), OGRERR_NONE);
        OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
        assert_int_equal(GDALSetSpatialRef(dataset, srs), CE_None);
        OSRDestroySpatialReference(srs);
    }
    return dataset;
}

static inline void raster_write(GDALDatasetH dataset, int band, const double *values)
{
    int n_cols = GDALGetRasterXSize(dataset), n_rows = GDALGetRasterYSize(dataset);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(dataset, band), GF_Write, 0, 0, n_cols, n_rows,
                                  (void *)values, n_cols, n_rows, GDT_Float64, 0, 0),
                     CE_None);
}

/* All in one: one band of doubles (NaN: no data). */
static inline void raster_doubles(const char *path, int n_cols, int n_rows, const double *transform,
                                  const char *crs, const double *values)
{
    GDALDatasetH dataset = raster_make(&(struct raster_recipe){.path = path,
                                                               .n_cols = n_cols,
                                                               .n_rows = n_rows,
                                                               .type = GDT_Float64,
                                                               .transform = transform,
                                                               .crs = crs});
    raster_write(dataset, 1, values);
    GDALClose(dataset);
}

#endif
