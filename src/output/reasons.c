// SPDX-License-Identifier: Apache-2.0
#include "output/reasons.h"

#include "base/mem.h"
#include "output/qml_parts.h"

size_t gs_first_reason(const struct gs_result *result, size_t site)
{
    for (size_t c = 0; c < result->study->n_constraints; c++) {
        enum gs_verdict verdict = result->verdicts[c][site];
        if (verdict == GS_VERDICT_FAILED || verdict == GS_VERDICT_NO_DATA)
            return c;
    }
    return SIZE_MAX;
}

static double code_of(size_t constraint)
{
    return constraint == SIZE_MAX ? -1 : -2 - (double)constraint;
}

static void add(struct gs_ctx *ctx, const struct gs_result *result, size_t constraint,
                struct gs_reasons *reasons)
{
    struct gs_shown_reason reason = {code_of(constraint), "Excluded: no data", GS_NO_DATA_COLOUR};
    if (constraint != SIZE_MAX) {
        reason.label = gs_arena_printf(ctx, &reasons->arena, "Fails: %s",
                                       result->study->constraints[constraint].factor.title);
        reason.colour = gs_reason_colour(constraint);
    }
    reasons->list[reasons->n++] = reason;
}

/* Which reasons occur: seen[constraint], the last for want of data. */
static enum gs_status find_reasons(struct gs_ctx *ctx, const struct gs_result *result,
                                   size_t n_shown, struct gs_reasons *reasons)
{
    size_t n = result->study->n_constraints;
    bool *seen = GS_ARENA_ARRAY(ctx, &reasons->arena, bool, n + 1);
    reasons->list = GS_ARENA_ARRAY(ctx, &reasons->arena, struct gs_shown_reason, n + 1);
    if (!seen || !reasons->list)
        return GS_ENOMEM;
    for (size_t place = 0; place < n_shown; place++) {
        size_t site = result->order[place];
        size_t reason = result->feasible[site] ? n + 1 : gs_first_reason(result, site);
        if (reason != n + 1)
            seen[reason == SIZE_MAX ? n : reason] = true;
    }
    for (size_t c = 0; c < n; c++)
        if (seen[c])
            add(ctx, result, c, reasons);
    if (seen[n])
        add(ctx, result, SIZE_MAX, reasons);
    for (size_t i = 0; i < reasons->n; i++)
        if (!reasons->list[i].label)
            return GS_ENOMEM;
    return GS_OK;
}

static enum gs_status write_expression(struct gs_ctx *ctx, const struct gs_result *result,
                                       const struct gs_ranking *ranking, char **out)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_text_append(&text, "CASE WHEN \"feasible\" THEN \"score\"");
    for (size_t c = 0; c < result->study->n_constraints; c++) {
        gs_text_append(&text, " WHEN NOT ");
        gs_text_append_name(&text, ranking->columns[gs_ranking_constraint(ranking, c) + 1].name);
        gs_text_append(&text, " THEN ");
        gs_text_append_double(&text, code_of(c));
    }
    gs_text_append(&text, " ELSE -1 END");
    return gs_text_finish(ctx, &text, out);
}

enum gs_status gs_reasons_init(struct gs_ctx *ctx, const struct gs_result *result,
                               const struct gs_ranking *ranking, size_t n_shown,
                               struct gs_reasons *out)
{
    struct gs_reasons reasons = {0};
    gs_arena_init(&reasons.arena);
    enum gs_status status = find_reasons(ctx, result, n_shown, &reasons);
    if (!status)
        status = write_expression(ctx, result, ranking, &reasons.expression);
    if (status)
        gs_arena_release(&reasons.arena);
    else
        *out = reasons;
    return status;
}

void gs_reasons_release(struct gs_reasons *reasons)
{
    gs_free(reasons->expression);
    gs_arena_release(&reasons->arena);
    *reasons = (struct gs_reasons){0};
}
