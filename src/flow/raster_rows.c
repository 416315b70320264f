// SPDX-License-Identifier: Apache-2.0
#include "flow/raster_rows.h"

enum gs_warp gs_warp_choose(const struct gs_raster *raster, const struct gs_crs *crs,
                            const struct gs_grid *grid)
{
    (void)crs, (void)grid;
    return gs_raster_info(raster)->is_classes ? GS_WARP_NEAREST : GS_WARP_BILINEAR;
}
