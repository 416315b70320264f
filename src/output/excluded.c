// SPDX-License-Identifier: Apache-2.0
/* Excluded sites, group by group. */
#include "output/summary.h"

#include <math.h>

size_t gs_count_excluded(const struct gs_result *result)
{
    size_t n = 0;
    for (size_t i = 0; i < result->n_sites; i++)
        n += !result->feasible[i];
    return n;
}

static size_t count_items(const struct gs_study *study, enum gs_reason_kind kind)
{
    return kind == GS_REASON_NO_GEOMETRY ? 1
           : kind == GS_REASON_NO_WORTH  ? study->n_criteria
                                         : study->n_constraints;
}

bool gs_reason_holds(const struct gs_result *result, struct gs_reason reason, size_t site)
{
    if (result->feasible[site])
        return false;
    bool nowhere = gs_shapes_is_empty(&result->sites.features.shapes, site);
    switch (reason.kind) {
    case GS_REASON_FAILED:
        return result->verdicts[reason.item][site] == GS_VERDICT_FAILED;
    case GS_REASON_NO_DATA:
        return result->verdicts[reason.item][site] == GS_VERDICT_NO_DATA;
    case GS_REASON_NO_WORTH:
        return !nowhere && isnan(result->values[reason.item][site]);
    default:
        return nowhere;
    }
}

bool gs_reason_next(const struct gs_result *result, struct gs_reason *reason, size_t *n)
{
    for (; reason->kind < GS_REASON_END; reason->kind++, reason->item = 0)
        for (; reason->item < count_items(result->study, reason->kind); reason->item++) {
            *n = 0;
            for (size_t i = 0; i < result->n_sites; i++)
                *n += gs_reason_holds(result, *reason, i);
            if (*n)
                return true;
        }
    return false;
}

void gs_append_reason(struct gs_text *text, const struct gs_result *result, struct gs_reason reason)
{
    const struct gs_study *study = result->study;
    switch (reason.kind) {
    case GS_REASON_FAILED:
        gs_text_printf(text, "%s, %s", study->constraints[reason.item].factor.id,
                       study->constraints[reason.item].require_text);
        break;
    case GS_REASON_NO_DATA:
        gs_text_printf(text, "%s, no data", study->constraints[reason.item].factor.id);
        break;
    case GS_REASON_NO_WORTH:
        gs_text_printf(text, "%s, no data or no worth", study->criteria[reason.item].factor.id);
        break;
    default:
        gs_text_append(text, result->sites.unfound ? result->sites.unfound : "no geometry");
    }
}
