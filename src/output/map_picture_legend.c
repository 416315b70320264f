// SPDX-License-Identifier: Apache-2.0
/* The column beside the map. */
#include "base/text.h"
#include "base/viridis.h"
#include "output/map_picture_parts.h"

#include <stdio.h>
#include <string.h>

enum { HEADING = 18, ROW = 28, LETTERS = 16, SIGN = 34, BLACK = 0x1a1a1a, GREY = 0x555555 };

static void heading(struct gs_map_sheet *map, const struct gs_frame *frame, double *y,
                    const char *text)
{
    const struct gs_lettering look = {.size = HEADING, .bold = true, .width = frame->width};
    gs_sheet_ink(&map->sheet, BLACK, 1);
    *y += gs_sheet_text(&map->sheet, &look, frame->x, *y, text, true) + 8;
}

static void label(struct gs_map_sheet *map, const struct gs_frame *frame, double *y,
                  const char *text)
{
    const struct gs_lettering look = {.size = LETTERS, .width = frame->width - SIGN, .lines = 2};
    gs_sheet_ink(&map->sheet, BLACK, 1);
    double height = gs_sheet_text(&map->sheet, &look, frame->x + SIGN, *y + 2, text, true) + 6;
    *y += height > ROW ? height : ROW;
}

static void add_scores(struct gs_map_sheet *map, const struct gs_frame *frame, double *y)
{
    static const char *const labels[] = {"0.0 to 0.2", "0.2 to 0.4", "0.4 to 0.6", "0.6 to 0.8",
                                         "0.8 to 1.0 (best)"};
    heading(map, frame, y,
            map->result->surface ? "Score (of sites; of the surface beneath)" : "Score");
    for (int class = GS_VIRIDIS_STOPS - 1; class >= 0; class --) {
        gs_draw_dot(&map->sheet, frame->x + SIGN / 3.0, *y + ROW / 2.0 - 1, 18,
                    (class + 0.5) / GS_VIRIDIS_STOPS);
        label(map, frame, y, labels[class]);
    }
    for (size_t i = 0; i < map->reasons->n; i++) {
        gs_draw_cross(&map->sheet, frame->x + SIGN / 3.0, *y + ROW / 2.0 - 1, 15,
                      &map->reasons->list[i]);
        label(map, frame, y, map->reasons->list[i].label);
    }
}

/* As many of the best as there is room for. */
static void add_best(struct gs_map_sheet *map, const struct gs_frame *frame, double *y)
{
    const struct gs_result *result = map->result;
    const struct gs_lettering right = {.size = LETTERS, .alignment = 1};
    const struct gs_lettering name = {.size = LETTERS, .width = frame->width - 100, .lines = 1};
    double bottom = frame->y + frame->height;
    if (*y + 3 * ROW > bottom || !result->n_sites || !result->feasible[result->order[0]])
        return;
    heading(map, frame, y, "Best sites");
    for (size_t place = 0; place < result->n_sites && *y + ROW <= bottom; place++) {
        size_t site = result->order[place];
        const char *called = result->sites.names ? result->sites.names[site] : NULL;
        char number[32];
        if (!result->feasible[site])
            break;
        gs_sheet_ink(&map->sheet, GREY, 1);
        snprintf(number, sizeof number, "%u", result->rank[site]);
        gs_sheet_text(&map->sheet, &right, frame->x + 26, *y, number, true);
        snprintf(number, sizeof number, "%.3f", result->score[site]);
        gs_sheet_text(&map->sheet, &right, frame->x + frame->width, *y, number, true);
        gs_sheet_ink(&map->sheet, BLACK, 1);
        gs_sheet_text(&map->sheet, &name, frame->x + SIGN, *y,
                      called && *called ? called : result->sites.ids[site], true);
        *y += ROW;
    }
}

void gs_draw_legend(struct gs_map_sheet *map, const struct gs_frame *frame)
{
    double y = frame->y;
    add_scores(map, frame, &y);
    y += ROW / 2.0;
    add_best(map, frame, &y);
}
