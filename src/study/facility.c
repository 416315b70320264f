// SPDX-License-Identifier: Apache-2.0
#include "study/parse.h"

#include <math.h>

/* A size that is given must not contradict what it could be derived from. */
static void settle(struct gs_reader *reader, const struct gs_node *node, const char *key,
                   double derived, double *size)
{
    if (isnan(*size)) {
        *size = derived;
        return;
    }
    const struct gs_node *given = gs_node_get(node, key);
    if (given && isfinite(derived) && fabs(*size - derived) > 1e-6 * fabs(derived))
        gs_reader_fault(reader, &given->pos, "leave one of them out",
                        "`%s` is %.9g, but the other facility values make it %.9g", key, *size,
                        derived);
}

enum gs_status gs_parse_facility(struct gs_reader *reader, const struct gs_node *node,
                                 struct gs_facility *out)
{
    struct gs_facility f;
    struct gs_node none = {.kind = GS_NODE_MAP};
    enum gs_status status = gs_read_block(reader, node ? node : &none, &gs_block_facility, &f);
    if (status)
        return status;
    if (node) {
        settle(reader, node, "power", f.accelerators * f.accelerator_power_w * f.pue / 1e6,
               &f.power_mw);
        settle(reader, node, "energy", f.power_mw * f.utilisation * 8760 / 1000,
               &f.energy_gwh_year);
        /* m3/J × J: a GWh is 3.6e12 J */
        settle(reader, node, "water", f.energy_gwh_year * 3.6e12 / f.pue * f.wue_m3_per_j,
               &f.water_m3_year);
    }
    *out = f;
    return GS_OK;
}
