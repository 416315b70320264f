// SPDX-License-Identifier: Apache-2.0
/* The ranking as a picture: map, legend, best sites, and whose the data are. */
#ifndef GS_OUTPUT_MAP_PICTURE_H
#define GS_OUTPUT_MAP_PICTURE_H

#include "model/result.h"

/* Can a picture be written there? Asked before anything is computed. */
enum gs_status gs_check_picture(struct gs_ctx *ctx, const char *path) GS_NODISCARD;
/* PNG, written aside and renamed into place. */
enum gs_status gs_write_picture(struct gs_ctx *ctx, const struct gs_result *result,
                                const char *path) GS_NODISCARD;

#endif
