// SPDX-License-Identifier: Apache-2.0
/* The map of the picture. */
#include "output/map_picture_parts.h"

#include "base/viridis.h"
#include "geo/picture.h"
#include "geo/polygon.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SEA = 0xe9eff4,
    LAND = 0xfaf9f6,
    BORDER = 0x9a9a94,
    EDGE = 0xb9c0c6,
    BLACK = 0x1a1a1a,
    SURFACE_PIXELS = 1400,
    N_COLOURS = 64,
    RANKED = 300, /* more sites are small dots without a number */
};

static double column_of(const struct gs_map_sheet *map, double x)
{
    return map->frame.x + (x - map->origin[0]) * map->scale;
}

static double row_of(const struct gs_map_sheet *map, double y)
{
    return map->frame.y + (map->origin[1] - y) * map->scale;
}

/* Shape i as a path; points are left out. */
static void trace(struct gs_map_sheet *map, const struct gs_shapes *shapes, size_t i)
{
    cairo_t *cairo = map->sheet.cairo;
    for (size_t p = shapes->part_start[i]; p < shapes->part_start[i + 1]; p++) {
        if (shapes->part_kind[p] == GS_PART_POINTS)
            continue;
        cairo_new_sub_path(cairo);
        for (size_t v = shapes->vertex_start[p]; v < shapes->vertex_start[p + 1]; v++)
            cairo_line_to(cairo, column_of(map, shapes->xy[v][0]), row_of(map, shapes->xy[v][1]));
        if (shapes->part_kind[p] == GS_PART_RING)
            cairo_close_path(cairo);
    }
}

static void draw_borders(struct gs_map_sheet *map, bool fill)
{
    cairo_t *cairo = map->sheet.cairo;
    const struct gs_shapes *borders = &map->result->borders;
    cairo_set_line_width(cairo, 0.8);
    for (size_t i = 0; i < borders->n; i++) {
        trace(map, borders, i);
        gs_sheet_ink(&map->sheet, fill ? LAND : BORDER, 1);
        if (fill)
            cairo_fill(cairo);
        else
            cairo_stroke(cairo);
    }
}

/* -- surface --------------------------------------------------------------------------------- */

struct bytes {
    const uint8_t *at;
    size_t n;
};

static cairo_status_t read_bytes(void *user, unsigned char *to, unsigned n)
{
    struct bytes *bytes = user;
    if (n > bytes->n)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(to, bytes->at, n);
    bytes->at += n;
    bytes->n -= n;
    return CAIRO_STATUS_SUCCESS;
}

static enum gs_status draw_surface(struct gs_map_sheet *map)
{
    const struct gs_surface *surface = map->result->surface;
    uint8_t colours[N_COLOURS][3];
    struct gs_picture picture;
    if (!surface || !surface->suitability_path)
        return GS_OK;
    gs_viridis_fill(colours, N_COLOURS);
    enum gs_status status =
        gs_picture_draw(map->ctx, surface->suitability_path, SURFACE_PIXELS,
                        (const uint8_t(*)[3])colours, N_COLOURS, 0, 1, &picture);
    if (status)
        return status;
    struct bytes bytes = {picture.png, picture.n_bytes};
    cairo_surface_t *image = cairo_image_surface_create_from_png_stream(read_bytes, &bytes);
    if (cairo_surface_status(image)) {
        status = gs_fail(map->ctx, GS_EOUTPUT, NULL, NULL, "the surface cannot be drawn: %s",
                         cairo_status_to_string(cairo_surface_status(image)));
    } else {
        cairo_t *cairo = map->sheet.cairo;
        double x = column_of(map, picture.bounds[0]), y = row_of(map, picture.bounds[3]);
        cairo_save(cairo);
        cairo_translate(cairo, x, y);
        cairo_scale(cairo,
                    (column_of(map, picture.bounds[2]) - x) / cairo_image_surface_get_width(image),
                    (row_of(map, picture.bounds[1]) - y) / cairo_image_surface_get_height(image));
        cairo_set_source_surface(cairo, image, 0, 0);
        cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_NEAREST);
        cairo_paint(cairo);
        cairo_restore(cairo);
    }
    cairo_surface_destroy(image);
    gs_picture_release(&picture);
    return status;
}

/* -- sites ----------------------------------------------------------------------------------- */

unsigned gs_ink_of(const char *colour)
{
    return (unsigned)strtoul(colour + 1, NULL, 16);
}

static unsigned ink_of_score(double score)
{
    const uint8_t *c = gs_viridis[gs_viridis_class(score)];
    return (unsigned)c[0] << 16 | (unsigned)c[1] << 8 | c[2];
}

void gs_draw_dot(struct gs_sheet *sheet, double x, double y, double size, double score)
{
    cairo_arc(sheet->cairo, x, y, size / 2, 0, 2 * G_PI);
    gs_sheet_ink(sheet, ink_of_score(score), 1);
    cairo_fill_preserve(sheet->cairo);
    gs_sheet_ink(sheet, 0xffffff, 1);
    cairo_set_line_width(sheet->cairo, size > 10 ? 1.5 : 0.7);
    cairo_stroke(sheet->cairo);
}

void gs_draw_cross(struct gs_sheet *sheet, double x, double y, double size,
                   const struct gs_shown_reason *reason)
{
    bool upright = reason->code < -2 && (int)(-2 - reason->code) % 2; /* as in the style */
    double r = upright ? size / 2 : size / 2 * 0.8;
    for (int white = 1; white >= 0; white--) {
        cairo_move_to(sheet->cairo, x - r, upright ? y : y - r);
        cairo_line_to(sheet->cairo, x + r, upright ? y : y + r);
        cairo_move_to(sheet->cairo, upright ? x : x - r, y + r);
        cairo_line_to(sheet->cairo, upright ? x : x + r, y - r);
        cairo_set_line_width(sheet->cairo, white ? size / 4 + 2 : size / 5);
        gs_sheet_ink(sheet, white ? 0xffffff : gs_ink_of(reason->colour), 1);
        cairo_stroke(sheet->cairo);
    }
}

static const struct gs_shown_reason *reason_of(const struct gs_map_sheet *map, size_t site)
{
    size_t constraint = gs_first_reason(map->result, site);
    double code = constraint == SIZE_MAX ? -1 : -2 - (double)constraint;
    for (size_t i = 0; i < map->reasons->n; i++)
        if (map->reasons->list[i].code == code)
            return &map->reasons->list[i];
    return &map->reasons->list[0]; /* not reached: every reason is listed */
}

static double sign_size(size_t n_sites)
{
    return n_sites <= 60 ? 30 : n_sites <= RANKED ? 22 : n_sites <= 3000 ? 9 : 5;
}

static void draw_outline(struct gs_map_sheet *map, const struct gs_shapes *shapes, size_t site)
{
    const struct gs_result *result = map->result;
    cairo_t *cairo = map->sheet.cairo;
    bool feasible = result->feasible[site];
    trace(map, shapes, site);
    gs_sheet_ink(&map->sheet, feasible ? ink_of_score(result->score[site]) : 0xd0d0d0,
                 feasible ? 0.85 : 0.5);
    cairo_fill_preserve(cairo);
    gs_sheet_ink(&map->sheet, 0x333333, 1);
    cairo_set_line_width(cairo, 0.7);
    cairo_stroke(cairo);
}

static void draw_sign(struct gs_map_sheet *map, size_t site, const double xy[2], bool polygon)
{
    const struct gs_result *result = map->result;
    double x = column_of(map, xy[0]), y = row_of(map, xy[1]), size = sign_size(result->n_sites);
    const struct gs_lettering look = {.size = size * 0.45,
                                      .bold = true,
                                      .halo = 1.5,
                                      .alignment = 0.5};
    char rank[24];
    if (!result->feasible[site]) {
        gs_draw_cross(&map->sheet, x, y, size * (polygon ? 0.4 : 0.6), reason_of(map, site));
        return;
    }
    if (!polygon)
        gs_draw_dot(&map->sheet, x, y, size, result->score[site]);
    if (result->n_sites > RANKED)
        return;
    snprintf(rank, sizeof rank, "%u", result->rank[site]);
    gs_sheet_ink(&map->sheet, BLACK, 1);
    gs_sheet_text(&map->sheet, &look, x,
                  y - gs_sheet_text(&map->sheet, &look, 0, 0, rank, false) / 2, rank, true);
}

/* Excluded sites first, then from the last to the best, which nothing covers. */
static enum gs_status draw_sites(struct gs_map_sheet *map)
{
    const struct gs_result *result = map->result;
    const struct gs_shapes *shapes = gs_sites_shown(&result->sites);
    struct gs_polygons *polygons;
    enum gs_status status = gs_polygons_new(map->ctx, &polygons);
    if (status)
        return status;
    for (size_t place = result->n_sites; place-- > 0;)
        if (!gs_shapes_is_empty(shapes, result->order[place]) &&
            !gs_shapes_is_point(shapes, result->order[place]))
            draw_outline(map, shapes, result->order[place]);
    for (size_t place = result->n_sites; place-- > 0 && !status;) {
        size_t site = result->order[place];
        double xy[2] = {NAN, NAN};
        bool point = gs_shapes_is_point(shapes, site);
        if (point)
            memcpy(xy, shapes->xy[shapes->vertex_start[shapes->part_start[site]]], sizeof xy);
        else
            status = gs_polygons_point_inside(map->ctx, polygons, shapes, site, xy);
        if (!status && !isnan(xy[0]))
            draw_sign(map, site, xy, !point);
    }
    gs_polygons_free(polygons);
    return status;
}

/* -- scale ----------------------------------------------------------------------------------- */

/* 1, 2 or 5 times a power of ten, at most a fifth of the map. */
static void draw_scale(struct gs_map_sheet *map)
{
    const struct gs_lettering look = {.size = 14, .halo = 2, .alignment = 0.5};
    const struct gs_frame *frame = &map->frame;
    char text[40];
    if (map->metres_per_unit <= 0)
        return;
    double most_m = frame->width / 5 / map->scale * map->metres_per_unit;
    double metres = pow(10, floor(log10(most_m)));
    metres *= most_m >= 5 * metres ? 5 : most_m >= 2 * metres ? 2 : 1;
    double width = metres / map->metres_per_unit * map->scale;
    double x = frame->x + 20, y = frame->y + frame->height - 24;
    snprintf(text, sizeof text, metres >= 1000 ? "%g km" : "%g m",
             metres >= 1000 ? metres / 1000 : metres);
    gs_sheet_ink(&map->sheet, 0xffffff, 1);
    gs_sheet_box(&map->sheet, x - 2, y - 2, width + 4, 10);
    gs_sheet_ink(&map->sheet, BLACK, 1);
    gs_sheet_box(&map->sheet, x, y, width, 6);
    gs_sheet_ink(&map->sheet, 0xffffff, 1);
    gs_sheet_box(&map->sheet, x + width / 2, y + 1.5, width / 2 - 1.5, 3);
    gs_sheet_ink(&map->sheet, BLACK, 1);
    gs_sheet_text(&map->sheet, &look, x + width / 2, y - 22, text, true);
}

enum gs_status gs_draw_map(struct gs_map_sheet *map)
{
    cairo_t *cairo = map->sheet.cairo;
    const struct gs_frame *f = &map->frame;
    cairo_save(cairo);
    cairo_rectangle(cairo, f->x, f->y, f->width, f->height);
    cairo_clip(cairo);
    gs_sheet_ink(&map->sheet, SEA, 1);
    cairo_paint(cairo);
    draw_borders(map, true);
    enum gs_status status = draw_surface(map);
    if (!status) {
        draw_borders(map, false);
        status = draw_sites(map);
        draw_scale(map);
    }
    cairo_restore(cairo);
    cairo_rectangle(cairo, f->x, f->y, f->width, f->height);
    gs_sheet_ink(&map->sheet, EDGE, 1);
    cairo_set_line_width(cairo, 1);
    cairo_stroke(cairo);
    return status;
}
