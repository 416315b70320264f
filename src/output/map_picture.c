// SPDX-License-Identifier: Apache-2.0
#include "output/map_picture.h"

#include "base/text.h"
#include "geo/aside.h"
#include "geo/crs.h"
#include "output/map_picture_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    WIDTH = 1600,
    MARGIN = 32,
    COLUMN = 400, /* the legend's */
    HEIGHT_MIN = 640,
    HEIGHT_MAX = 1500,
    TITLE = 30,
    SMALL = 13,
    GREY = 0x555555,
    BLACK = 0x1a1a1a,
};

enum gs_status gs_check_picture(struct gs_ctx *ctx, const char *path)
{
    static const gs_file_head png = {'\x89', 'P', 'N', 'G'};
    size_t n = strlen(path);
    if (n < 5 || strcasecmp(path + n - 4, ".png") != 0)
        return gs_fail(ctx, GS_EUSAGE, NULL, "name it something.png",
                       "the picture is a PNG, which `%s` does not say", path);
    return gs_aside_check(ctx, path, &png, 1, "PNG");
}

/* Whose the data are, each once: those that the ranking rests on, and the borders'. */
static bool is_new(const struct gs_result *result, size_t i, const char *attribution)
{
    for (size_t k = 0; k < i; k++)
        if (gs_text_same(result->layers[k]->attribution, attribution))
            return false;
    return attribution != NULL;
}

static void append_attribution(struct gs_text *text, const struct gs_result *result)
{
    size_t n = result->n_layers, shown = 0;
    for (size_t i = 0; i <= n; i++) {
        const struct gs_layer *layer = i < n ? result->layers[i] : result->borders_layer;
        if (layer && is_new(result, i, layer->attribution))
            gs_text_printf(text, "%s%s", shown++ ? "; " : "Data: ", layer->attribution);
    }
    gs_text_printf(text, "%sMade with gigasite %s.", shown ? ". " : "", gs_version());
}

/* The area in the middle of a frame that is as wide as the sheet allows, and as high as it must. */
static void lay_out(struct gs_map_sheet *map, double top)
{
    const double *area = map->result->area;
    double width = area[2] - area[0], height = area[3] - area[1];
    struct gs_frame *f = &map->frame;
    f->x = MARGIN;
    f->y = top;
    f->width = WIDTH - COLUMN - 3 * MARGIN;
    f->height = fmin(fmax(f->width * height / width, HEIGHT_MIN), HEIGHT_MAX);
    map->scale = fmin(f->width / width, f->height / height);
    map->origin[0] = (area[0] + area[2]) / 2 - f->width / 2 / map->scale;
    map->origin[1] = (area[1] + area[3]) / 2 + f->height / 2 / map->scale;
}

static enum gs_status metres_of(struct gs_ctx *ctx, const struct gs_result *result, double *metres)
{
    struct gs_crs *crs;
    enum gs_status status = gs_crs_new(ctx, result->crs_wkt, NULL, "the sites", &crs);
    if (status)
        return status;
    *metres = gs_crs_metres_per_unit(crs);
    gs_crs_free(crs);
    return GS_OK;
}

static enum gs_status draw(struct gs_map_sheet *map, const char *path)
{
    static const struct gs_lettering title = {.size = TITLE,
                                              .bold = true,
                                              .width = WIDTH - 2 * MARGIN,
                                              .lines = 2};
    static const struct gs_lettering small = {.size = SMALL, .width = WIDTH - 2 * MARGIN};
    const char *asked = map->result->study->title ? map->result->study->title : "Ranked sites";
    struct gs_text terms;
    gs_text_init(&terms);
    append_attribution(&terms, map->result);
    const char *attribution = terms.bytes ? terms.bytes : "";
    enum gs_status status = gs_sheet_new(map->ctx, 1, 1, &map->sheet); /* to measure texts */
    if (!status) {
        double above = gs_sheet_text(&map->sheet, &title, 0, 0, asked, false);
        double below = gs_sheet_text(&map->sheet, &small, 0, 0, attribution, false);
        double top = MARGIN + above + MARGIN / 2.0;
        gs_sheet_release(&map->sheet);
        lay_out(map, top);
        double bottom = top + map->frame.height;
        status = gs_sheet_new(map->ctx, WIDTH, (int)ceil(bottom + MARGIN / 2.0 + below + MARGIN),
                              &map->sheet);
        if (!status)
            status = gs_draw_map(map);
        if (!status) {
            struct gs_frame column = {map->frame.x + map->frame.width + MARGIN, top, COLUMN,
                                      map->frame.height};
            gs_draw_legend(map, &column);
            gs_sheet_ink(&map->sheet, BLACK, 1);
            gs_sheet_text(&map->sheet, &title, MARGIN, MARGIN, asked, true);
            gs_sheet_ink(&map->sheet, GREY, 1);
            gs_sheet_text(&map->sheet, &small, MARGIN, bottom + MARGIN / 2.0, attribution, true);
            status = terms.failed ? gs_fail_memory(map->ctx)
                                  : gs_sheet_write(map->ctx, &map->sheet, path);
        }
        gs_sheet_release(&map->sheet);
    }
    gs_text_release(&terms);
    return status;
}

enum gs_status gs_write_picture(struct gs_ctx *ctx, const struct gs_result *result,
                                const char *path)
{
    const double *area = result->area;
    struct gs_map_sheet map = {.ctx = ctx, .result = result};
    struct gs_ranking ranking;
    struct gs_reasons reasons;
    if (!(area[0] < area[2] && area[1] < area[3]))
        return gs_fail(ctx, GS_EDATA, NULL, NULL,
                       "%s cannot be drawn: no site has a place, and the study no area", path);
    enum gs_status status = metres_of(ctx, result, &map.metres_per_unit);
    if (!status)
        status = gs_ranking_init(ctx, result, false, &ranking);
    if (status)
        return status;
    status = gs_reasons_init(ctx, result, &ranking, result->n_sites, &reasons);
    gs_ranking_release(&ranking);
    if (status)
        return status;
    map.reasons = &reasons;
    status = draw(&map, path);
    gs_reasons_release(&reasons);
    return status;
}
