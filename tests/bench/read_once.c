// SPDX-License-Identifier: Apache-2.0
/* Reads data sets once, whole, with one thread, and prints how many seconds that took:
 *     gs_bench_read FILE[:LAYER]...
 * Every feature of every layer with its geometry, every block of every band. This is the least that
 * a program on GDAL which looks at all of its inputs must spend, and so the measure for the whole
 * run of gigasite. FILE:LAYER reads that layer only. */
#include <cpl_conv.h>
#include <gdal.h>
#include <ogr_api.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct totals {
    long long features, coordinates, blocks, bytes;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Looking at the number of points keeps a lazy driver from handing out geometries it never decoded.
 */
static long long count_coordinates(OGRGeometryH geometry)
{
    int n_parts = OGR_G_GetGeometryCount(geometry);
    long long n = n_parts ? 0 : OGR_G_GetPointCount(geometry);
    for (int i = 0; i < n_parts; i++)
        n += count_coordinates(OGR_G_GetGeometryRef(geometry, i));
    return n;
}

static void read_layer(OGRLayerH layer, struct totals *totals)
{
    OGR_L_ResetReading(layer);
    for (OGRFeatureH feature; (feature = OGR_L_GetNextFeature(layer));) {
        OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
        totals->features++;
        if (geometry)
            totals->coordinates += count_coordinates(geometry);
        OGR_F_Destroy(feature);
    }
}

static bool read_vectors(GDALDatasetH data, const char *name, struct totals *totals)
{
    if (name) {
        OGRLayerH layer = GDALDatasetGetLayerByName(data, name);
        if (layer)
            read_layer(layer, totals);
        return layer != NULL;
    }
    for (int i = 0; i < GDALDatasetGetLayerCount(data); i++)
        read_layer(GDALDatasetGetLayer(data, i), totals);
    return true;
}

static bool read_band(GDALRasterBandH band, struct totals *totals)
{
    int block_cols, block_rows;
    GDALGetBlockSize(band, &block_cols, &block_rows);
    size_t size = (size_t)block_cols * (size_t)block_rows *
                  (size_t)GDALGetDataTypeSizeBytes(GDALGetRasterDataType(band));
    void *block = malloc(size);
    int n_across = (GDALGetRasterBandXSize(band) + block_cols - 1) / block_cols;
    int n_down = (GDALGetRasterBandYSize(band) + block_rows - 1) / block_rows;
    bool good = block != NULL;
    for (int row = 0; row < n_down; row++)
        for (int col = 0; col < n_across && good; col++) {
            good = GDALReadBlock(band, col, row, block) == CE_None;
            totals->blocks++;
            totals->bytes += (long long)size;
        }
    free(block);
    return good;
}

static bool read_source(const char *source, struct totals *totals)
{
    char *path = CPLStrdup(source), *name = strrchr(path, ':');
    if (name)
        *name++ = '\0';
    GDALDatasetH data =
        GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR, NULL, NULL, NULL);
    bool good = data != NULL;
    if (good)
        good = read_vectors(data, name, totals);
    for (int i = 1; good && i <= GDALGetRasterCount(data); i++)
        good = read_band(GDALGetRasterBand(data, i), totals);
    if (!good)
        fprintf(stderr, "cannot read %s\n", source);
    if (data)
        GDALClose(data);
    CPLFree(path);
    return good;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: gs_bench_read FILE[:LAYER]...\n");
        return 2;
    }
    struct totals totals = {0};
    double start = now();
    GDALAllRegister();
    for (int i = 1; i < argc; i++)
        if (!read_source(argv[i], &totals))
            return 1;
    printf("%.3f s: %lld features, %lld coordinates, %lld blocks, %lld MB of cells\n",
           now() - start, totals.features, totals.coordinates, totals.blocks,
           totals.bytes / 1000000);
    return 0;
}
