// SPDX-License-Identifier: Apache-2.0
#include "output/sheet.h"

#include "geo/aside.h"

#include <string.h>

/* Metrics that no setting of the user changes: the same sheet on every screen. */
static void set_font_options(PangoLayout *layout)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
    pango_cairo_context_set_resolution(pango_layout_get_context(layout), 96);
    cairo_font_options_destroy(options);
}

enum gs_status gs_sheet_new(struct gs_ctx *ctx, int width, int height, struct gs_sheet *out)
{
    struct gs_sheet sheet = {.width = width, .height = height};
    sheet.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    sheet.cairo = cairo_create(sheet.surface);
    if (cairo_status(sheet.cairo)) {
        gs_sheet_release(&sheet);
        return gs_fail_memory(ctx);
    }
    sheet.layout = pango_cairo_create_layout(sheet.cairo);
    set_font_options(sheet.layout);
    gs_sheet_ink(&sheet, 0xffffff, 1);
    cairo_paint(sheet.cairo);
    *out = sheet;
    return GS_OK;
}

void gs_sheet_release(struct gs_sheet *sheet)
{
    if (sheet->layout)
        g_object_unref(sheet->layout);
    cairo_destroy(sheet->cairo);
    cairo_surface_destroy(sheet->surface);
    *sheet = (struct gs_sheet){0};
}

struct writing {
    struct gs_ctx *ctx;
    struct gs_aside aside;
    enum gs_status status;
};

static cairo_status_t write_bytes(void *user, const unsigned char *bytes, unsigned n)
{
    struct writing *writing = user;
    writing->status = gs_aside_write(writing->ctx, &writing->aside, bytes, n);
    return writing->status ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

enum gs_status gs_sheet_write(struct gs_ctx *ctx, struct gs_sheet *sheet, const char *path)
{
    struct writing writing = {.ctx = ctx, .aside = {.fd = -1}};
    enum gs_status status = gs_aside_open(ctx, path, &writing.aside);
    if (status)
        return status;
    cairo_status_t drawn = cairo_status(sheet->cairo);
    if (!drawn)
        drawn = cairo_surface_write_to_png_stream(sheet->surface, write_bytes, &writing);
    status = writing.status;
    if (drawn && !status)
        status = gs_fail(ctx, GS_EOUTPUT, NULL, NULL, "%s cannot be drawn: %s", path,
                         cairo_status_to_string(drawn));
    if (!status)
        status = gs_aside_finish(ctx, &writing.aside);
    gs_aside_discard(&writing.aside);
    return status;
}

void gs_sheet_ink(struct gs_sheet *sheet, unsigned rgb, double alpha)
{
    cairo_set_source_rgba(sheet->cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0,
                          (rgb & 255) / 255.0, alpha);
}

void gs_sheet_box(struct gs_sheet *sheet, double x, double y, double width, double height)
{
    cairo_rectangle(sheet->cairo, x, y, width, height);
    cairo_fill(sheet->cairo);
}

static void set_look(struct gs_sheet *sheet, const struct gs_lettering *look)
{
    PangoFontDescription *font = pango_font_description_from_string("DejaVu Sans");
    pango_font_description_set_absolute_size(font, look->size * PANGO_SCALE);
    pango_font_description_set_weight(font, look->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(sheet->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(sheet->layout, look->width > 0 ? (int)(look->width * PANGO_SCALE) : -1);
    pango_layout_set_wrap(sheet->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(sheet->layout, look->lines ? -look->lines : -1000);
    pango_layout_set_ellipsize(sheet->layout,
                               look->lines ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
}

double gs_sheet_text(struct gs_sheet *sheet, const struct gs_lettering *look, double x, double y,
                     const char *text, bool show)
{
    char *valid = g_utf8_make_valid(text, -1);
    int width, height;
    set_look(sheet, look);
    pango_layout_set_text(sheet->layout, valid, -1);
    g_free(valid);
    pango_layout_get_pixel_size(sheet->layout, &width, &height);
    if (!show)
        return height;
    cairo_move_to(sheet->cairo, x - look->alignment * width, y);
    if (look->halo > 0) {
        cairo_save(sheet->cairo);
        pango_cairo_layout_path(sheet->cairo, sheet->layout);
        cairo_set_line_width(sheet->cairo, 2 * look->halo);
        cairo_set_line_join(sheet->cairo, CAIRO_LINE_JOIN_ROUND);
        gs_sheet_ink(sheet, 0xffffff, 0.85);
        cairo_stroke(sheet->cairo);
        cairo_restore(sheet->cairo);
        cairo_move_to(sheet->cairo, x - look->alignment * width, y);
    }
    pango_cairo_show_layout(sheet->cairo, sheet->layout);
    cairo_new_path(sheet->cairo);
    return height;
}
