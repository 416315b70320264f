// SPDX-License-Identifier: Apache-2.0
/* Within output/: the parts of the picture. */
#ifndef GS_OUTPUT_MAP_PICTURE_PARTS_H
#define GS_OUTPUT_MAP_PICTURE_PARTS_H

#include "output/reasons.h"
#include "output/sheet.h"

struct gs_frame {
    double x, y, width, height; /* pixels */
};

struct gs_map_sheet {
    struct gs_ctx *ctx;
    const struct gs_result *result;
    struct gs_sheet sheet;
    const struct gs_reasons *reasons;
    double metres_per_unit;  /* of the CRS; 0: degrees */
    struct gs_frame frame;   /* of the map */
    double origin[2], scale; /* pixel x = frame.x + (x - origin[0]) * scale; y downwards */
};

/* The map: area, surface, borders, sites, scale bar. */
enum gs_status gs_draw_map(struct gs_map_sheet *map) GS_NODISCARD;
/* The column beside it: what the signs mean, and the best sites. */
void gs_draw_legend(struct gs_map_sheet *map, const struct gs_frame *frame);

enum { GS_SIGN_SIZE = 22 };
/* A site's sign about a point: a dot in the colour of its class, or the cross of a reason. */
void gs_draw_dot(struct gs_sheet *sheet, double x, double y, double size, double score);
void gs_draw_cross(struct gs_sheet *sheet, double x, double y, double size,
                   const struct gs_shown_reason *reason);
/* "#rrggbb" as 0xRRGGBB. */
unsigned gs_ink_of(const char *colour);

#endif
