// SPDX-License-Identifier: Apache-2.0
/* Aldus (1992), "TIFF Revision 6.0"; the BigTIFF design of libtiff; OGC 19-008r4 (GeoTIFF 1.1) and
 * 21-026 (Cloud Optimized GeoTIFF). */
#include "base/mem.h"
#include "geo/cog_parts.h"
#include "geo/crs_osr.h"
#include "geo/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_vsi.h>
#include <gdal.h>

enum tiff_type { ASCII = 2, SHORT = 3, LONG = 4, DOUBLE = 12, LONG8 = 16 };

static size_t size_of(enum tiff_type type)
{
    return type == ASCII ? 1 : type == SHORT ? 2 : type == LONG ? 4 : 8;
}

/* -- the CRS --------------------------------------------------------------------------------- */

void gs_geo_keys_release(struct gs_geo_keys *keys)
{
    gs_free(keys->keys);
    gs_free(keys->doubles);
    gs_free(keys->ascii);
    *keys = (struct gs_geo_keys){0};
}

static uint64_t read_number(const uint8_t *at, size_t n)
{
    uint64_t value = 0;
    memcpy(&value, at, n); /* little-endian, as is the machine GDAL wrote it on */
    return value;
}

/* The values of one tag of a classic little-endian TIFF; NULL: it has none. */
static const uint8_t *find_tag(const uint8_t *file, size_t bytes, uint16_t tag, size_t *n)
{
    *n = 0;
    if (bytes < 8 || memcmp(file, "II*", 4) != 0)
        return NULL;
    uint64_t at = read_number(file + 4, 4);
    uint64_t n_entries = at + 2 <= bytes ? read_number(file + at, 2) : 0;
    for (uint64_t i = 0; i < n_entries && at + 2 + 12 * (i + 1) <= bytes; i++) {
        const uint8_t *entry = file + at + 2 + 12 * i;
        if (read_number(entry, 2) != tag)
            continue;
        uint64_t count = read_number(entry + 4, 4);
        uint64_t size = count * size_of((enum tiff_type)read_number(entry + 2, 2));
        const uint8_t *values = size <= 4 ? entry + 8 : file + read_number(entry + 8, 4);
        if (values < file || values + size > file + bytes)
            return NULL;
        *n = (size_t)count;
        return values;
    }
    return NULL;
}

static enum gs_status take(struct gs_ctx *ctx, const uint8_t *file, size_t bytes, uint16_t tag,
                           size_t size, void *to, size_t *n)
{
    const uint8_t *values = find_tag(file, bytes, tag, n);
    if (!values)
        return GS_OK;
    void *copy = gs_alloc(ctx, *n, size);
    if (!copy)
        return GS_ENOMEM;
    memcpy(copy, values, *n * size);
    memcpy(to, &copy, sizeof copy);
    return GS_OK;
}

/* A TIFF of one cell in that CRS. */
static bool write_small(const struct gs_crs *crs, const char *path)
{
    static const char *const options[] = {"ENDIANNESS=LITTLE", NULL};
    double transform[6] = {0, 1, 0, 0, 0, -1};
    GDALDriverH driver = GDALGetDriverByName("GTiff");
    GDALDatasetH dataset =
        driver ? GDALCreate(driver, path, 1, 1, 1, GDT_Byte, (char **)options) : NULL;
    if (!dataset)
        return false;
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    bool written = (gs_crs_epsg(crs) ? OSRImportFromEPSG(srs, gs_crs_epsg(crs))
                                     : OSRSetFromUserInput(srs, gs_crs_wkt(crs))) == OGRERR_NONE &&
                   GDALSetGeoTransform(dataset, transform) == CE_None &&
                   GDALSetSpatialRef(dataset, srs) == CE_None;
    OSRDestroySpatialReference(srs);
    GDALClose(dataset);
    return written;
}

enum gs_status gs_geo_keys_of(struct gs_ctx *ctx, const struct gs_crs *crs, struct gs_geo_keys *out)
{
    char path[80], aux[96];
    struct gs_geo_errors errors;
    *out = (struct gs_geo_keys){0};
    snprintf(path, sizeof path, "/vsimem/gigasite-keys-%zx.tif", (size_t)(uintptr_t)out);
    snprintf(aux, sizeof aux, "%s.aux.xml", path);
    gs_geo_errors_begin(&errors);
    bool written = write_small(crs, path);
    vsi_l_offset bytes = 0;
    const uint8_t *file = written ? VSIGetMemFileBuffer(path, &bytes, FALSE) : NULL;
    enum gs_status status = GS_OK;
    if (!file)
        status = gs_fail(ctx, GS_EOUTPUT, NULL, NULL, "the CRS cannot be written as GeoTIFF: %s",
                         errors.last);
    if (!status)
        status = take(ctx, file, bytes, 34735, sizeof(uint16_t), &out->keys, &out->n_keys);
    if (!status && out->n_keys == 0) /* GDAL put it beside the file */
        status = gs_fail(ctx, GS_EOUTPUT, NULL, "choose another CRS for the area",
                         "GeoTIFF has no way to tell the CRS %s", gs_crs_name(crs));
    if (!status)
        status = take(ctx, file, bytes, 34736, sizeof(double), &out->doubles, &out->n_doubles);
    if (!status)
        status = take(ctx, file, bytes, 34737, 1, &out->ascii, &out->n_ascii);
    VSIUnlink(path);
    VSIUnlink(aux);
    gs_geo_errors_end(&errors);
    if (status)
        gs_geo_keys_release(out);
    return status;
}

/* -- directories ----------------------------------------------------------------------------- */

struct entry {
    uint16_t tag;
    enum tiff_type type;
    uint64_t n;
    const void *values; /* of the type; NULL: `number` */
    uint64_t number;
};

enum { MAX_ENTRIES = 24 };

struct directory {
    struct entry entries[MAX_ENTRIES];
    size_t n;
    double scale[3], tie[6];
    uint64_t *offsets; /* of tiles, in the file */
    uint32_t *counts;
};

static void add_number(struct directory *d, uint16_t tag, enum tiff_type type, uint64_t number)
{
    d->entries[d->n++] = (struct entry){.tag = tag, .type = type, .n = 1, .number = number};
}

static void add_values(struct directory *d, uint16_t tag, enum tiff_type type, uint64_t n,
                       const void *values)
{
    if (n)
        d->entries[d->n++] = (struct entry){.tag = tag, .type = type, .n = n, .values = values};
}

static uint64_t compression_tag(enum gs_cog_compression compression)
{
    return compression == GS_COG_ZSTD ? 50000 : compression == GS_COG_DEFLATE ? 8 : 1;
}

/* In the order of tags. */
static void fill_directory(const struct gs_cog_layout *layout, size_t level, bool big,
                           struct directory *d)
{
    const struct gs_cog_level *l = &layout->levels[level];
    const struct gs_grid *grid = layout->grid;
    bool floats = layout->type == GS_COG_FLOAT;
    const char *nodata = floats ? "nan" : "255";
    uint64_t n_tiles = l->n_across * l->n_down;
    d->n = 0;
    if (level > 0)
        add_number(d, 254, LONG, 1); /* a reduced image */
    add_number(d, 256, LONG, l->n_cols);
    add_number(d, 257, LONG, l->n_rows);
    add_number(d, 258, SHORT, floats ? 32 : 8);
    add_number(d, 259, SHORT, compression_tag(layout->compression));
    add_number(d, 262, SHORT, 1); /* black is zero */
    add_number(d, 277, SHORT, 1);
    add_number(d, 284, SHORT, 1);
    if (layout->compression != GS_COG_NONE)
        add_number(d, 317, SHORT, floats ? 3 : 2);
    add_number(d, 322, SHORT, GS_COG_TILE);
    add_number(d, 323, SHORT, GS_COG_TILE);
    add_values(d, 324, big ? LONG8 : LONG, n_tiles, d->offsets);
    add_values(d, 325, LONG, n_tiles, d->counts);
    add_number(d, 339, SHORT, floats ? 3 : 1);
    if (level == 0) {
        d->scale[0] = d->scale[1] = grid->cell;
        d->scale[2] = 0;
        memset(d->tie, 0, sizeof d->tie);
        d->tie[3] = grid->x0;
        d->tie[4] = grid->y0;
        add_values(d, 33550, DOUBLE, 3, d->scale);
        add_values(d, 33922, DOUBLE, 6, d->tie);
        add_values(d, 34735, SHORT, layout->keys->n_keys, layout->keys->keys);
        add_values(d, 34736, DOUBLE, layout->keys->n_doubles, layout->keys->doubles);
        add_values(d, 34737, ASCII, layout->keys->n_ascii, layout->keys->ascii);
        add_values(d, 42112, ASCII, strlen(layout->metadata) + 1, layout->metadata);
    }
    add_values(d, 42113, ASCII, strlen(nodata) + 1, nodata);
}

static uint64_t even(uint64_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

/* Does the value stand in the entry itself? */
static bool is_inline(const struct entry *entry, bool big)
{
    return entry->n * size_of(entry->type) <= (big ? 8 : 4);
}

static uint64_t directory_bytes(const struct directory *d, bool big)
{
    uint64_t bytes = even(big ? 8 + 20 * d->n + 8 : 2 + 12 * d->n + 4);
    for (size_t i = 0; i < d->n; i++)
        if (!is_inline(&d->entries[i], big))
            bytes += even(d->entries[i].n * size_of(d->entries[i].type));
    return bytes;
}

/* -- bytes ----------------------------------------------------------------------------------- */

static void put(struct gs_text *out, uint64_t value, size_t n)
{
    char bytes[8];
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(value >> 8 * i & 0xFF);
    gs_text_append_bytes(out, bytes, n);
}

static void pad(struct gs_text *out, uint64_t from, uint64_t to)
{
    static const char zeros[8];
    gs_text_append_bytes(out, zeros, (size_t)(to - from));
}

/* The values one by one, least significant byte first, whatever the machine. */
static void put_values(struct gs_text *out, const struct entry *entry)
{
    size_t size = size_of(entry->type);
    if (!entry->values) {
        put(out, entry->number, size);
        return;
    }
    if (entry->type == ASCII) {
        gs_text_append_bytes(out, entry->values, (size_t)entry->n);
        return;
    }
    for (uint64_t i = 0; i < entry->n; i++) {
        uint64_t value = 0;
        if (entry->type == SHORT)
            value = ((const uint16_t *)entry->values)[i];
        else if (entry->tag == 324) /* offsets are kept wide */
            value = ((const uint64_t *)entry->values)[i];
        else if (entry->type == LONG)
            value = ((const uint32_t *)entry->values)[i];
        else
            memcpy(&value, (const double *)entry->values + i, sizeof value);
        put(out, value, size);
    }
}

/* The directory at `at`, and what its entries point to. */
static void put_directory(struct gs_text *out, const struct directory *d, uint64_t at,
                          uint64_t next, bool big)
{
    uint64_t head = big ? 8 + 20 * d->n + 8 : 2 + 12 * d->n + 4, beyond = at + even(head);
    put(out, d->n, big ? 8 : 2);
    for (size_t i = 0; i < d->n; i++) {
        const struct entry *entry = &d->entries[i];
        uint64_t bytes = entry->n * size_of(entry->type), room = big ? 8 : 4;
        put(out, entry->tag, 2);
        put(out, entry->type, 2);
        put(out, entry->n, big ? 8 : 4);
        if (is_inline(entry, big)) {
            put_values(out, entry);
            pad(out, bytes, room);
        } else {
            put(out, beyond, (size_t)room);
            beyond += even(bytes);
        }
    }
    put(out, next, big ? 8 : 4);
    pad(out, head, even(head));
    for (size_t i = 0; i < d->n; i++) {
        const struct entry *entry = &d->entries[i];
        uint64_t bytes = entry->n * size_of(entry->type);
        if (is_inline(entry, big))
            continue;
        put_values(out, entry);
        pad(out, bytes, even(bytes));
    }
}

static void put_header(struct gs_text *out, bool big)
{
    gs_text_append_bytes(out, "II", 2);
    put(out, big ? 43 : 42, 2);
    if (big) {
        put(out, 8, 2);
        put(out, 0, 2);
    }
    put(out, big ? 16 : 8, big ? 8 : 4);
}

/* Where everything goes: directories, then tiles from the last level to the first. Returns the end.
 */
static uint64_t place_all(const struct gs_cog_layout *layout, struct directory *directories,
                          uint64_t *starts, bool big)
{
    uint64_t at = big ? 16 : 8;
    for (size_t i = 0; i < layout->n_levels; i++) {
        fill_directory(layout, i, big, &directories[i]);
        starts[i] = at;
        at += directory_bytes(&directories[i], big);
    }
    for (size_t i = layout->n_levels; i-- > 0;) {
        const struct gs_cog_level *level = &layout->levels[i];
        for (size_t t = 0; t < level->n_across * level->n_down; t++) {
            directories[i].offsets[t] = at;
            directories[i].counts[t] = (uint32_t)level->places[t].n_bytes;
            at += level->places[t].n_bytes;
        }
    }
    return at;
}

/* Tiles in order; those that lie together in the scratch file are copied together. */
static enum gs_status copy_tiles(struct gs_ctx *ctx, struct gs_aside *aside,
                                 const struct gs_cog_level *level)
{
    size_t n = level->n_across * level->n_down;
    enum gs_status status = GS_OK;
    for (size_t t = 0; t < n && !status;) {
        uint64_t from = level->places[t].offset, bytes = 0;
        for (; t < n && level->places[t].offset == from + bytes; t++)
            bytes += level->places[t].n_bytes;
        status = gs_aside_copy(ctx, aside, level->fd, from, bytes);
    }
    return status;
}

static enum gs_status write_all(struct gs_ctx *ctx, struct gs_aside *aside,
                                const struct gs_cog_layout *layout, struct directory *directories,
                                uint64_t *starts)
{
    bool big = place_all(layout, directories, starts, false) > layout->classic_max;
    if (big)
        place_all(layout, directories, starts, true);
    struct gs_text head;
    gs_text_init(&head);
    put_header(&head, big);
    for (size_t i = 0; i < layout->n_levels; i++)
        put_directory(&head, &directories[i], starts[i],
                      i + 1 < layout->n_levels ? starts[i + 1] : 0, big);
    enum gs_status status =
        head.failed ? gs_fail_memory(ctx) : gs_aside_write(ctx, aside, head.bytes, head.length);
    gs_text_release(&head);
    for (size_t i = layout->n_levels; i-- > 0 && !status;)
        status = copy_tiles(ctx, aside, &layout->levels[i]);
    return status;
}

enum gs_status gs_cog_assemble(struct gs_ctx *ctx, struct gs_aside *aside,
                               const struct gs_cog_layout *layout)
{
    struct directory *directories = GS_ARRAY_ZERO(ctx, struct directory, layout->n_levels);
    uint64_t *starts = directories ? GS_ARRAY(ctx, uint64_t, layout->n_levels) : NULL;
    enum gs_status status = starts ? GS_OK : GS_ENOMEM;
    for (size_t i = 0; i < layout->n_levels && !status; i++) {
        size_t n = layout->levels[i].n_across * layout->levels[i].n_down;
        directories[i].offsets = GS_ARRAY(ctx, uint64_t, n);
        directories[i].counts = GS_ARRAY(ctx, uint32_t, n);
        status = directories[i].offsets && directories[i].counts ? GS_OK : GS_ENOMEM;
    }
    if (!status)
        status = write_all(ctx, aside, layout, directories, starts);
    for (size_t i = 0; directories && i < layout->n_levels; i++) {
        gs_free(directories[i].offsets);
        gs_free(directories[i].counts);
    }
    gs_free(directories);
    gs_free(starts);
    return status;
}
