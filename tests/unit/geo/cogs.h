// SPDX-License-Identifier: Apache-2.0
/* COGs written for a test, and read back through GDAL. */
#ifndef GS_TESTS_GEO_COGS_H
#define GS_TESTS_GEO_COGS_H

#include "unit/geo/rasters.h"

#include "geo/cog.h"
#include "geo/cog_parts.h"

#include <dirent.h>

/* What is written: n_cols × n_rows cells of one type. */
struct cog_case {
    const char *path;
    size_t n_cols, n_rows;
    enum gs_cog_type type;
    enum gs_cog_compression compression;
    bool categories;
    const char *crs; /* NULL: EPSG:3035 */
    const void *cells;
    const char *const *metadata;
    const char *description, *unit;
    uint64_t classic_max; /* 0: as it is */
};

static inline const char *cog_path(const char *name)
{
    static char paths[8][400];
    static size_t n;
    char *path = paths[n++ % 8];
    snprintf(path, sizeof *paths, "%s/%s", test_folder(), name);
    return path;
}

static inline struct gs_grid cog_grid(const struct cog_case *c)
{
    return (struct gs_grid){.x0 = 4000000.5,
                            .y0 = 3000000.25,
                            .cell = 100.1,
                            .cell_m = 100.1,
                            .n_cols = c->n_cols,
                            .n_rows = c->n_rows};
}

static inline size_t cog_cell(enum gs_cog_type type)
{
    return type == GS_COG_FLOAT ? sizeof(float) : 1;
}

static inline enum gs_status cog_begin(struct gs_ctx *ctx, const struct cog_case *c,
                                       struct gs_cog **out)
{
    struct gs_crs *crs;
    struct gs_grid grid = cog_grid(c);
    enum gs_status status = gs_crs_new(ctx, c->crs ? c->crs : "EPSG:3035", NULL, "it", &crs);
    if (status)
        return status;
    struct gs_cog_spec spec = {.path = c->path,
                               .grid = &grid,
                               .crs = crs,
                               .type = c->type,
                               .compression = c->compression,
                               .categories = c->categories,
                               .description = c->description,
                               .unit = c->unit,
                               .metadata = c->metadata};
    status = gs_cog_create(ctx, &spec, out);
    gs_crs_free(crs);
    if (!status && c->classic_max)
        gs_cog_set_classic_max(*out, c->classic_max);
    return status;
}

/* A strip's rows are gone when it is written. */
static inline enum gs_status cog_strips(struct gs_ctx *ctx, const struct cog_case *c,
                                        struct gs_cog *cog)
{
    enum gs_status status = GS_OK;
    size_t row_bytes = c->n_cols * cog_cell(c->type);
    for (size_t r = 0; r < c->n_rows && !status; r += GS_COG_TILE) {
        size_t n = c->n_rows - r < GS_COG_TILE ? c->n_rows - r : GS_COG_TILE;
        void *rows = malloc(n * row_bytes);
        memcpy(rows, (const char *)c->cells + r * row_bytes, n * row_bytes);
        status = gs_cog_strip(ctx, cog, rows);
        free(rows);
    }
    return status;
}

static inline enum gs_status cog_try(struct gs_ctx *ctx, const struct cog_case *c,
                                     struct gs_cog_statistics *statistics)
{
    struct gs_cog *cog;
    enum gs_status status = cog_begin(ctx, c, &cog);
    if (status)
        return status;
    status = cog_strips(ctx, c, cog);
    if (!status && statistics)
        *statistics = gs_cog_statistics(cog);
    if (!status)
        status = gs_cog_finish(ctx, cog);
    if (!status)
        status = gs_cog_commit(ctx, cog);
    gs_cog_free(cog);
    return status;
}

static inline struct gs_cog_statistics cog_write(const struct cog_case *c, unsigned threads)
{
    struct gs_cog_statistics statistics;
    struct gs_ctx *ctx = test_ctx_threads(threads);
    assert_ok(ctx, cog_try(ctx, c, &statistics));
    assert_int_equal(gs_diagnostic_count(ctx), 0);
    gs_ctx_free(ctx);
    return statistics;
}

static inline void cog_no_leftovers(void)
{
    DIR *folder = opendir(test_folder());
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strstr(entry->d_name, ".tmp-"))
            fail_msg("%s is left over", entry->d_name);
    closedir(folder);
}

/* The whole file; free(). */
static inline uint8_t *cog_slurp(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *n = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*n + 1);
    assert_int_equal(fread(bytes, 1, *n, file), *n);
    fclose(file);
    return bytes;
}

static inline GDALDatasetH cog_open(const char *path)
{
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO"); /* from the file alone */
    GDALDatasetH dataset = GDALOpen(path, GA_ReadOnly);
    assert_non_null(dataset);
    return dataset;
}

/* splitmix64 (Steele, Lea and Flood 2014), so that the same cells come everywhere. */
static inline uint64_t cog_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* Smooth with noise, a fifth without data, and a corner of 600 × 600 with none at all; free(). */
static inline float *cog_floats(size_t n_cols, size_t n_rows)
{
    uint64_t state = n_cols * 31 + n_rows;
    float *cells = malloc(n_cols * n_rows * sizeof *cells);
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = 0; c < n_cols; c++) {
            uint64_t z = cog_random(&state);
            float *cell = &cells[r * n_cols + c];
            *cell = (float)(sin((double)r / 90) * cos((double)c / 70) * 1000 +
                            (double)(z >> 40) / (1 << 24));
            if (z % 5 == 0 || (n_cols > 1200 && n_rows > 1200 && r < 600 && c < 600))
                *cell = NAN;
        }
    return cells;
}

/* Areas of codes 0 to 6 with specks of any code, 255 too; free(). */
static inline uint8_t *cog_codes(size_t n_cols, size_t n_rows)
{
    uint64_t state = n_cols * 37 + n_rows;
    uint8_t *cells = malloc(n_cols * n_rows);
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = 0; c < n_cols; c++) {
            uint64_t z = cog_random(&state);
            cells[r * n_cols + c] = (uint8_t)(z % 7 == 0 ? z >> 56 : (r / 40 + c / 30) % 7);
            if (z % 3 == 0)
                cells[r * n_cols + c] = 255;
        }
    return cells;
}

#endif
