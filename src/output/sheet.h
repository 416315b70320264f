// SPDX-License-Identifier: Apache-2.0
/* A sheet to draw on, by Cairo, with texts set by Pango. The same calls give the same bytes where
 * the same fonts are installed. */
#ifndef GS_OUTPUT_SHEET_H
#define GS_OUTPUT_SHEET_H

#include "base/ctx.h"

#include <pango/pangocairo.h>

struct gs_sheet {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoLayout *layout;
    int width, height; /* pixels */
};

/* White. */
enum gs_status gs_sheet_new(struct gs_ctx *ctx, int width, int height,
                            struct gs_sheet *out) GS_NODISCARD;
void gs_sheet_release(struct gs_sheet *sheet);
/* Writes it as PNG, aside and renamed into place. */
enum gs_status gs_sheet_write(struct gs_ctx *ctx, struct gs_sheet *sheet,
                              const char *path) GS_NODISCARD;

/* 0xRRGGBB */
void gs_sheet_ink(struct gs_sheet *sheet, unsigned rgb, double alpha);
void gs_sheet_box(struct gs_sheet *sheet, double x, double y, double width, double height);

struct gs_lettering {
    double size; /* pixels */
    bool bold;
    double width;     /* lines are broken there; 0: one line */
    int lines;        /* what is longer ends in …; 0: all of it */
    double halo;      /* white around it, pixels; 0: none */
    double alignment; /* of one line, about x: 0 begins there, 0.5 centred, 1 ends there */
};
/* Sets a text with its upper edge at y, in the ink; gives its height. With `show` false it is only
 * measured. */
double gs_sheet_text(struct gs_sheet *sheet, const struct gs_lettering *look, double x, double y,
                     const char *text, bool show);

#endif
