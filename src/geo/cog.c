// SPDX-License-Identifier: Apache-2.0
#include "geo/cog.h"

#include "base/mem.h"
#include "base/thread.h"
#include "base/vector.h"
#include "geo/cog_parts.h"
#include "geo/session.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { T = GS_COG_TILE, MAX_LEVELS = 40 };

/* What a tile holds, and its statistics; joined in order of tiles. */
struct moments {
    uint64_t n;
    double min, max, mean, squares;
};

struct gs_cog {
    struct gs_cog_spec spec;
    struct gs_grid grid;
    struct gs_aside aside;
    struct gs_geo_keys keys;
    char *metadata; /* XML of the dataset's own items, without statistics */
    int fds[2];     /* scratch files: of the grid itself, of the overviews */
    _Atomic uint64_t ends[2];
    struct gs_cog_level levels[MAX_LEVELS];
    size_t n_levels;
    size_t next_strip[MAX_LEVELS]; /* rows of tiles that are done */
    void *pending[MAX_LEVELS];     /* the strip of an overview that is being filled; [0] unused */
    size_t filled[MAX_LEVELS];     /* its rows so far */
    struct moments *strip_moments; /* of the tiles of a strip */
    struct gs_seats seats;         /* struct gs_tile_encoder *, made at first use */
    struct moments moments;
    uint64_t classic_max;
};

static size_t cell_bytes(const struct gs_cog *cog)
{
    return cog->spec.type == GS_COG_FLOAT ? sizeof(float) : 1;
}

/* -- target ---------------------------------------------------------------------------------- */

enum gs_status gs_cog_check_target(struct gs_ctx *ctx, const char *path)
{
    static const gs_file_head heads[] = {"II*", "II+", {'M', 'M', 0, '*'}, {'M', 'M', 0, '+'}};
    return gs_aside_check(ctx, path, heads, sizeof heads / sizeof *heads, "GeoTIFF");
}

/* -- life ------------------------------------------------------------------------------------ */

/* All that the finished file needs no more. */
static void let_go(struct gs_cog *cog)
{
    for (int i = 0; i < 2; i++) {
        if (cog->fds[i] >= 0)
            close(cog->fds[i]);
        cog->fds[i] = -1;
    }
    for (size_t i = 0; i < cog->n_levels; i++) {
        gs_free(cog->levels[i].places);
        gs_free(cog->pending[i]);
    }
    cog->n_levels = 0;
    gs_free(cog->strip_moments);
    cog->strip_moments = NULL;
    for (size_t i = 0; i < cog->seats.n; i++)
        gs_tile_encoder_free(*(struct gs_tile_encoder **)gs_seats_item(&cog->seats, i));
    gs_seats_release(&cog->seats);
    cog->seats = (struct gs_seats){0};
    gs_geo_keys_release(&cog->keys);
    gs_free(cog->metadata);
    cog->metadata = NULL;
}

void gs_cog_free(struct gs_cog *cog)
{
    if (!cog)
        return;
    gs_aside_discard(&cog->aside);
    let_go(cog);
    gs_free(cog);
}

/* Half as many cells a side, until all are in one tile. */
static enum gs_status plan_levels(struct gs_ctx *ctx, struct gs_cog *cog)
{
    size_t n_cols = cog->grid.n_cols, n_rows = cog->grid.n_rows;
    for (;; n_cols = (n_cols + 1) / 2, n_rows = (n_rows + 1) / 2) {
        size_t at = cog->n_levels++;
        struct gs_cog_level *level = &cog->levels[at];
        *level = (struct gs_cog_level){.n_cols = n_cols,
                                       .n_rows = n_rows,
                                       .n_across = (n_cols + T - 1) / T,
                                       .n_down = (n_rows + T - 1) / T,
                                       .fd = cog->fds[at > 0]};
        level->places = GS_ARRAY_ZERO(ctx, struct gs_tile_place, level->n_across * level->n_down);
        if (at > 0)
            cog->pending[at] = gs_alloc(ctx, n_cols * (n_rows < T ? n_rows : T), cell_bytes(cog));
        if (!level->places || (at > 0 && !cog->pending[at]))
            return GS_ENOMEM;
        if (n_cols <= T && n_rows <= T)
            return GS_OK;
    }
}

/* GDAL escapes values twice, and reads them so. */
static void append_item(struct gs_text *xml, const char *name, const char *more, const char *value)
{
    struct gs_text once;
    gs_text_init(&once);
    gs_text_append_xml(&once, value);
    gs_text_append(xml, "  <Item name=\"");
    gs_text_append_xml(xml, name);
    gs_text_printf(xml, "\"%s>", more);
    gs_text_append_xml(xml, once.bytes ? once.bytes : "");
    gs_text_append(xml, "</Item>\n");
    xml->failed |= once.failed;
    gs_text_release(&once);
}

static enum gs_status write_metadata(struct gs_ctx *ctx, struct gs_cog *cog,
                                     const struct gs_cog_spec *spec)
{
    struct gs_text xml;
    gs_text_init(&xml);
    for (size_t i = 0; spec->metadata && spec->metadata[i]; i += 2)
        append_item(&xml, spec->metadata[i], "", spec->metadata[i + 1]);
    if (spec->description)
        append_item(&xml, "DESCRIPTION", " sample=\"0\" role=\"description\"", spec->description);
    if (spec->unit && *spec->unit)
        append_item(&xml, "UNITTYPE", " sample=\"0\" role=\"unittype\"", spec->unit);
    gs_text_append(&xml, "");
    return gs_text_finish(ctx, &xml, &cog->metadata);
}

static enum gs_status fill(struct gs_ctx *ctx, struct gs_cog *cog, const struct gs_cog_spec *spec)
{
    enum gs_status status = gs_geo_keys_of(ctx, spec->crs, &cog->keys);
    if (!status)
        status = write_metadata(ctx, cog, spec);
    if (!status)
        status = gs_aside_open(ctx, spec->path, &cog->aside);
    for (int i = 0; i < 2 && !status; i++)
        status = gs_aside_scratch(ctx, spec->path, &cog->fds[i]);
    if (!status)
        status = plan_levels(ctx, cog);
    if (status)
        return status;
    cog->strip_moments = GS_ARRAY(ctx, struct moments, cog->levels[0].n_across);
    return cog->strip_moments ? gs_seats_init(ctx, &cog->seats, sizeof(struct gs_tile_encoder *))
                              : GS_ENOMEM;
}

enum gs_status gs_cog_create(struct gs_ctx *ctx, const struct gs_cog_spec *spec,
                             struct gs_cog **out)
{
    enum gs_status status = gs_geo_start(ctx);
    struct gs_cog *cog = status ? NULL : GS_NEW(ctx, struct gs_cog);
    if (!cog)
        return status ? status : GS_ENOMEM;
    cog->fds[0] = cog->fds[1] = cog->aside.fd = -1;
    cog->spec = *spec;
    cog->grid = *spec->grid;
    cog->classic_max = UINT32_MAX - 65536;
    cog->moments = (struct moments){.min = INFINITY, .max = -INFINITY};
    status = fill(ctx, cog, spec);
    /* what the caller lent is not kept */
    cog->spec.grid = &cog->grid;
    cog->spec.path = cog->spec.description = cog->spec.unit = NULL;
    cog->spec.crs = NULL;
    cog->spec.metadata = NULL;
    if (status)
        gs_cog_free(cog);
    else
        *out = cog;
    return status;
}

void gs_cog_set_classic_max(struct gs_cog *cog, uint64_t bytes)
{
    cog->classic_max = bytes;
}

uint64_t gs_cog_bytes(const struct gs_grid *grid, enum gs_cog_type type, unsigned n_threads)
{
    uint64_t cell = type == GS_COG_FLOAT ? sizeof(float) : 1, tile = (uint64_t)T * T * cell;
    uint64_t across = (grid->n_cols + T - 1) / T, down = (grid->n_rows + T - 1) / T;
    uint64_t strip = across * tile, n_encoders = n_threads < across ? n_threads : across;
    /* pending overviews: half a strip, a quarter, …, each a column more at most; places of tiles;
     * encoders: two tiles of floats and the compressor's own, 670 kB of libdeflate, 580 kB of
     * libzstd */
    return strip + (uint64_t)MAX_LEVELS * T * cell +
           across * down * 2 * (sizeof(struct gs_tile_place) + 12) +
           n_encoders * ((uint64_t)T * T * 11);
}

/* -- statistics ------------------------------------------------------------------------------ */

/* Eight sums side by side, joined in a fixed order. */
struct eight {
    double sums[8], squares[8]; /* of differences from the centre */
    float low[8], high[8];
    uint32_t counts[8];
};

static inline __attribute__((always_inline)) void add_eight(struct eight *e, const float x[8],
                                                            double centre)
{
    for (size_t k = 0; k < 8; k++) {
        float v = x[k];
        bool valid = v == v;
        double d = valid ? (double)v - centre : 0;
        e->sums[k] += d;
        e->squares[k] += d * d;
        e->low[k] = v < e->low[k] ? v : e->low[k];
        e->high[k] = v > e->high[k] ? v : e->high[k];
        e->counts[k] += valid;
    }
}

/* The last ones are filled up with NaN, which adds nothing. */
GS_VECTORISED static void sum_floats(const float *x, size_t n, double centre, struct eight *sums)
{
    struct eight e = *sums;
    float last[8] = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    size_t whole = n - n % 8;
    for (size_t i = 0; i < whole; i += 8)
        add_eight(&e, x + i, centre);
    memcpy(last, x + whole, (n - whole) * sizeof *last);
    add_eight(&e, last, centre);
    *sums = e;
}

static float first_valid(const float *cells, size_t stride, size_t n_cols, size_t n_rows)
{
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = 0; c < n_cols; c++)
            if (!isnan(cells[r * stride + c]))
                return cells[r * stride + c];
    return NAN;
}

static struct moments measure_floats(const float *cells, size_t stride, size_t n_cols,
                                     size_t n_rows)
{
    struct moments m = {.min = INFINITY, .max = -INFINITY};
    struct eight e = {0};
    double sum = 0;
    /* about a value of the tile, so that no large numbers are subtracted */
    double centre = (double)first_valid(cells, stride, n_cols, n_rows);
    if (isnan(centre))
        return m;
    for (int k = 0; k < 8; k++) {
        e.low[k] = INFINITY;
        e.high[k] = -INFINITY;
    }
    for (size_t r = 0; r < n_rows; r++)
        sum_floats(cells + r * stride, n_cols, centre, &e);
    for (int k = 0; k < 8; k++) {
        sum += e.sums[k];
        m.squares += e.squares[k];
        m.n += e.counts[k];
        m.min = fmin(m.min, (double)e.low[k]);
        m.max = fmax(m.max, (double)e.high[k]);
    }
    double shift = sum / (double)m.n;
    m.mean = centre + shift;
    m.squares = fmax(m.squares - sum * shift, 0);
    return m;
}

static struct moments measure_bytes(const uint8_t *cells, size_t stride, size_t n_cols,
                                    size_t n_rows)
{
    struct moments m = {.min = INFINITY, .max = -INFINITY};
    uint64_t counts[256] = {0}, sum = 0;
    uint32_t apart[4][256] = {{0}}; /* equal neighbours do not wait for each other */
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = 0; c < n_cols; c++)
            apart[c % 4][cells[r * stride + c]]++;
    for (int v = 0; v < 256; v++)
        for (int k = 0; k < 4; k++)
            counts[v] += apart[k][v];
    for (int v = 0; v < 255; v++) {
        if (!counts[v])
            continue;
        m.n += counts[v];
        sum += counts[v] * (uint64_t)v;
        m.min = fmin(m.min, v);
        m.max = v;
    }
    m.mean = m.n ? (double)sum / (double)m.n : 0;
    for (int v = 0; v < 255; v++)
        m.squares += (double)counts[v] * (v - m.mean) * (v - m.mean);
    return m;
}

/* Chan, Golub and LeVeque (1983), "Algorithms for computing the sample variance", The American
 * Statistician 37(3):242-247. */
static void join_moments(struct moments *all, const struct moments *more)
{
    if (more->n == 0)
        return;
    double a = (double)all->n, b = (double)more->n, step = more->mean - all->mean;
    all->squares += more->squares + step * step * (a / (a + b)) * b;
    all->mean += step * (b / (a + b));
    all->n += more->n;
    all->min = fmin(all->min, more->min);
    all->max = fmax(all->max, more->max);
}

/* -- strips ---------------------------------------------------------------------------------- */

/* A row of tiles of one level. */
struct strip {
    struct gs_cog *cog;
    size_t level, n_rows;
    const void *rows;
};

static enum gs_status start(struct gs_ctx *ctx, void *user, void **worker)
{
    struct gs_cog *cog = ((struct strip *)user)->cog;
    struct gs_tile_encoder **mine = gs_seats_take(&cog->seats);
    enum gs_status status = GS_OK;
    if (!*mine)
        status = gs_tile_encoder_new(ctx, cog->spec.compression, mine);
    if (status)
        gs_seats_leave(&cog->seats, mine);
    else
        *worker = mine;
    return status;
}

static void stop(void *user, void *worker)
{
    gs_seats_leave(&((struct strip *)user)->cog->seats, worker);
}

/* Appended where no other thread writes: which tile comes first in a scratch file is chance, and
 * nothing of the finished file depends on it. */
static enum gs_status write_scratch(struct gs_ctx *ctx, struct gs_cog *cog, int which,
                                    const uint8_t *bytes, size_t n, struct gs_tile_place *place)
{
    uint64_t at = atomic_fetch_add(&cog->ends[which], n);
    *place = (struct gs_tile_place){at, n};
    while (n > 0) {
        ssize_t written = pwrite(cog->fds[which], bytes, n, (off_t)at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return gs_aside_fail(ctx, cog->aside.path, written < 0 ? errno : EIO);
        at += (uint64_t)written;
        bytes += written;
        n -= (size_t)written;
    }
    return GS_OK;
}

static enum gs_status pack_tile(struct gs_ctx *ctx, struct strip *strip,
                                struct gs_tile_encoder *encoder, size_t tile)
{
    struct gs_cog *cog = strip->cog;
    const struct gs_cog_level *level = &cog->levels[strip->level];
    size_t size = cell_bytes(cog), col = tile * T, stride = level->n_cols, n_bytes;
    size_t n_cols = stride - col < T ? stride - col : T;
    const void *cells = (const char *)strip->rows + col * size, *bytes;
    size_t place = cog->next_strip[strip->level] * level->n_across + tile;
    enum gs_status status = gs_tile_encode(ctx, encoder, cog->spec.type, cells, stride, n_cols,
                                           strip->n_rows, &bytes, &n_bytes);
    if (!status)
        status = write_scratch(ctx, cog, strip->level > 0, bytes, n_bytes, &level->places[place]);
    if (status)
        return status;
    if (strip->level == 0)
        cog->strip_moments[tile] = cog->spec.type == GS_COG_FLOAT
                                       ? measure_floats(cells, stride, n_cols, strip->n_rows)
                                       : measure_bytes(cells, stride, n_cols, strip->n_rows);
    if (strip->level + 1 == cog->n_levels)
        return GS_OK;
    size_t next = strip->level + 1, next_stride = cog->levels[next].n_cols;
    char *to = (char *)cog->pending[next] + (cog->filled[next] * next_stride + col / 2) * size;
    gs_tile_halve(cog->spec.type, cog->spec.categories, cells, stride, n_cols, strip->n_rows, to,
                  next_stride);
    return GS_OK;
}

static enum gs_status work(struct gs_ctx *ctx, void *user, void *worker, size_t first, size_t end)
{
    struct gs_tile_encoder **encoder = worker;
    enum gs_status status = GS_OK;
    for (size_t i = first; i < end && !status; i++)
        status = pack_tile(ctx, user, *encoder, i);
    return status;
}

/* Compresses a row of tiles, halves it into the level above, and goes on there when that has a
 * whole row of tiles. */
static enum gs_status add_strip(struct gs_ctx *ctx, struct gs_cog *cog, size_t at, const void *rows,
                                size_t n_rows)
{
    struct gs_cog_level *level = &cog->levels[at];
    struct strip strip = {.cog = cog, .level = at, .n_rows = n_rows, .rows = rows};
    struct gs_parallel parallel = {.n_items = level->n_across,
                                   .chunk = 1,
                                   .start = start,
                                   .stop = stop,
                                   .work = work,
                                   .user = &strip};
    enum gs_status status = gs_parallel_run(ctx, &parallel);
    for (size_t i = 0; at == 0 && i < level->n_across && !status; i++)
        join_moments(&cog->moments, &cog->strip_moments[i]);
    cog->next_strip[at]++;
    size_t next = at + 1;
    if (status || next == cog->n_levels)
        return status;
    cog->filled[next] += (n_rows + 1) / 2;
    bool last = cog->next_strip[at] == level->n_down;
    if (cog->filled[next] < T && !last)
        return GS_OK;
    size_t filled = cog->filled[next];
    cog->filled[next] = 0;
    return add_strip(ctx, cog, next, cog->pending[next], filled);
}

enum gs_status gs_cog_strip(struct gs_ctx *ctx, struct gs_cog *cog, const void *rows)
{
    size_t first = cog->next_strip[0] * T, left = cog->grid.n_rows - first;
    return add_strip(ctx, cog, 0, rows, left < T ? left : T);
}

/* -- the end --------------------------------------------------------------------------------- */

static void append_number(struct gs_text *xml, const char *name, double value)
{
    struct gs_text number;
    gs_text_init(&number);
    gs_text_append_double(&number, value);
    append_item(xml, name, " sample=\"0\"", number.bytes ? number.bytes : "");
    xml->failed |= number.failed;
    gs_text_release(&number);
}

static enum gs_status finish_metadata(struct gs_ctx *ctx, const struct gs_cog *cog,
                                      const struct gs_cog_statistics *s, char **out)
{
    struct gs_text xml;
    gs_text_init(&xml);
    gs_text_append(&xml, "<GDALMetadata>\n");
    gs_text_append(&xml, cog->metadata);
    if (s->n_valid) {
        double cells = (double)cog->grid.n_cols * (double)cog->grid.n_rows;
        append_number(&xml, "STATISTICS_MAXIMUM", s->max);
        append_number(&xml, "STATISTICS_MEAN", s->mean);
        append_number(&xml, "STATISTICS_MINIMUM", s->min);
        append_number(&xml, "STATISTICS_STDDEV", s->stdev);
        append_number(&xml, "STATISTICS_VALID_PERCENT",
                      floor(10000 * (double)s->n_valid / cells) / 100);
    }
    gs_text_append(&xml, "</GDALMetadata>\n");
    return gs_text_finish(ctx, &xml, out);
}

/* GDAL writes statistics of its own beside a raster, X.tif.aux.xml, and believes them more than
 * those within: those of the raster that was replaced must not outlive it. */
static enum gs_status replace(struct gs_ctx *ctx, struct gs_aside *aside)
{
    struct gs_text text;
    char *sidecar = NULL;
    gs_text_init(&text);
    gs_text_append(&text, aside->path);
    gs_text_append(&text, ".aux.xml");
    enum gs_status status = gs_text_finish(ctx, &text, &sidecar);
    if (!status)
        status = gs_aside_finish(ctx, aside);
    if (!status && unlink(sidecar) && errno != ENOENT && errno != ENAMETOOLONG)
        gs_warn(ctx, NULL, "remove it", "%s tells of the raster that was replaced: %s", sidecar,
                strerror(errno));
    gs_free(sidecar);
    return status;
}

struct gs_cog_statistics gs_cog_statistics(const struct gs_cog *cog)
{
    const struct moments *m = &cog->moments;
    if (!m->n)
        return (struct gs_cog_statistics){0, NAN, NAN, NAN, NAN};
    return (struct gs_cog_statistics){m->n, m->min, m->max, m->mean,
                                      sqrt(m->squares / (double)m->n)};
}

enum gs_status gs_cog_finish(struct gs_ctx *ctx, struct gs_cog *cog)
{
    struct gs_cog_statistics s = gs_cog_statistics(cog);
    char *metadata;
    enum gs_status status = finish_metadata(ctx, cog, &s, &metadata);
    if (status)
        return status;
    struct gs_cog_layout layout = {
        .grid = &cog->grid,
        .type = cog->spec.type,
        .compression = cog->spec.compression,
        .keys = &cog->keys,
        .metadata = metadata,
        .levels = cog->levels,
        .n_levels = cog->n_levels,
        .classic_max = cog->classic_max,
    };
    status = gs_cog_assemble(ctx, &cog->aside, &layout);
    gs_free(metadata);
    if (status)
        return status;
    let_go(cog);
    int reason = gs_flush(cog->aside.fd);
    return reason ? gs_aside_fail(ctx, cog->aside.path, reason) : GS_OK;
}

enum gs_status gs_cog_commit(struct gs_ctx *ctx, struct gs_cog *cog)
{
    return replace(ctx, &cog->aside);
}
