// SPDX-License-Identifier: Apache-2.0
/* `robustness:` and `uncertainty:` as a study writes them. */
#include "study/parse.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

/* -- uncertain data ---------------------------------------------------------------------------- */

enum gs_status gs_parse_uncertainty(struct gs_reader *reader, const struct gs_node *node,
                                    struct gs_uncertainty_given *out)
{
    *out = (struct gs_uncertainty_given){0};
    if (!node)
        return GS_OK;
    if (node->kind == GS_NODE_SCALAR && !gs_node_is_null(node)) {
        *out = (struct gs_uncertainty_given){.text = node->text, .pos = node->pos};
        return GS_OK;
    }
    struct gs_uncertainty_read read = {0};
    enum gs_status status = gs_read_block(reader, node, &gs_block_uncertainty, &read);
    if (status || node->kind != GS_NODE_MAP)
        return status;
    if (!read.sd == !read.interval)
        gs_reader_fault(reader, &node->pos, "such as `uncertainty: {sd: 10 %}`",
                        "`uncertainty` needs one of `sd` and `interval`");
    const struct gs_node *amount = gs_node_get(node, read.sd ? "sd" : "interval");
    *out = (struct gs_uncertainty_given){.text = read.sd ? read.sd : read.interval,
                                         .interval = read.interval != NULL,
                                         .common = read.common,
                                         .pos = gs_node_pos(amount, node)};
    return GS_OK;
}

static bool is_percentage(const char *text, double *share)
{
    const char *rest;
    if (!gs_parse_number(text, share, &rest))
        return false;
    rest += strspn(rest, " ");
    *share /= 100;
    return *rest == '%' && !rest[1];
}

enum gs_status gs_settle_uncertainty(struct gs_reader *reader,
                                     const struct gs_uncertainty_given *given,
                                     struct gs_criterion *criterion)
{
    struct gs_uncertainty *out = &criterion->uncertainty;
    *out = (struct gs_uncertainty){0};
    if (!given->text)
        return GS_OK;
    double amount = NAN;
    bool relative = is_percentage(given->text, &amount);
    enum gs_status status = GS_OK;
    if (!relative)
        status =
            gs_reader_count(reader,
                            gs_parse_difference(reader->ctx, given->text, criterion->factor.unit,
                                                "`uncertainty`", &given->pos, &amount));
    if (amount < 0)
        gs_reader_fault(reader, &given->pos, NULL, "`uncertainty` must not be below 0");
    if (!status && amount > 0)
        *out = (struct gs_uncertainty){.kind = given->interval ? GS_INTERVAL : GS_NORMAL,
                                       .relative = relative,
                                       .common = given->common,
                                       .amount = amount};
    return status;
}

/* -- uncertain weights ------------------------------------------------------------------------- */

static enum gs_status parse_share(struct gs_reader *reader, const struct gs_node *node, double *out)
{
    double share = NAN;
    enum gs_status status =
        gs_parse_quantity(reader->ctx, node->text, "", "the share", &node->pos, &share);
    if (status)
        return gs_reader_count(reader, status);
    if (!(share >= 0 && share <= 1))
        gs_reader_fault(reader, &node->pos, NULL, "a share of all weights lies between 0 and 1");
    *out = share;
    return GS_OK;
}

static size_t find_criterion(struct gs_reader *reader, const struct gs_study *study,
                             const struct gs_node *child)
{
    const char *ids[200];
    size_t n = 0;
    for (size_t c = 0; c < study->n_criteria; c++) {
        if (strcmp(study->criteria[c].factor.id, child->key) == 0)
            return c;
        if (n < sizeof ids / sizeof *ids)
            ids[n++] = study->criteria[c].factor.id;
    }
    const char *near = gs_nearest_word(child->key, ids, n);
    struct gs_text hint;
    gs_text_init(&hint);
    if (near)
        gs_text_printf(&hint, "did you mean `%s`?", near);
    gs_reader_fault(reader, &child->key_pos, hint.bytes, "the study has no criterion `%s`",
                    child->key);
    gs_text_release(&hint);
    return SIZE_MAX;
}

static enum gs_status parse_bounds(struct gs_reader *reader, const struct gs_node *node,
                                   const struct gs_study *study, struct gs_robustness *out)
{
    size_t n = study->n_criteria;
    out->lowest = GS_ARENA_ARRAY(reader->ctx, reader->arena, double, n);
    out->highest = GS_ARENA_ARRAY(reader->ctx, reader->arena, double, n);
    if (!out->lowest || !out->highest)
        return GS_ENOMEM;
    for (size_t c = 0; c < n; c++)
        out->highest[c] = 1;
    if (node->kind != GS_NODE_MAP) {
        gs_reader_fault(reader, &node->pos, "such as `bounds: {wind: [0.1, 0.3]}`",
                        "`bounds` must be a mapping, not %s", gs_node_kind_name(node));
        return GS_OK;
    }
    for (const struct gs_node *child = node->children; child; child = child->next) {
        size_t c = find_criterion(reader, study, child);
        if (child->kind != GS_NODE_LIST || gs_node_count(child) != 2 ||
            child->children->kind != GS_NODE_SCALAR ||
            child->children->next->kind != GS_NODE_SCALAR) {
            gs_reader_fault(reader, &child->pos, "such as [0.1, 0.3]",
                            "bounds are a pair of shares");
            continue;
        }
        double low = 0, high = 1;
        enum gs_status status = parse_share(reader, child->children, &low);
        if (!status)
            status = parse_share(reader, child->children->next, &high);
        if (status)
            return status;
        if (low > high)
            gs_reader_fault(reader, &child->pos, NULL, "the lower bound is above the upper one");
        if (c != SIZE_MAX) {
            out->lowest[c] = low;
            out->highest[c] = high;
        }
    }
    return GS_OK;
}

static enum gs_status parse_range(struct gs_reader *reader, const struct gs_node *node,
                                  const struct gs_study *study, struct gs_robustness *out)
{
    static const char *const words[] = {"fixed", "any", "order"};
    static const int kinds[] = {GS_WEIGHTS_FIXED, GS_WEIGHTS_ANY, GS_WEIGHTS_ORDER};
    for (int i = 0; i < 3 && node->kind == GS_NODE_SCALAR; i++)
        if (strcmp(node->text, words[i]) == 0) {
            out->weights = kinds[i];
            return GS_OK;
        }
    if (node->kind != GS_NODE_MAP) {
        gs_reader_fault(reader, &node->pos, "or {spread: 30 %}, or {bounds: {wind: [0.1, 0.3]}}",
                        "`weights` of `robustness` must be fixed, any, order, or a mapping");
        return GS_OK;
    }
    struct gs_weight_range_read read = {NAN};
    enum gs_status status = gs_read_block(reader, node, &gs_block_weight_range, &read);
    const struct gs_node *bounds = gs_node_get(node, "bounds"),
                         *spread = gs_node_get(node, "spread");
    if (!bounds == !spread)
        gs_reader_fault(reader, &node->pos, NULL, "`weights` needs one of `spread` and `bounds`");
    out->weights = bounds ? GS_WEIGHTS_BOUNDS : GS_WEIGHTS_SPREAD;
    out->spread = read.spread;
    return !status && bounds ? parse_bounds(reader, bounds, study, out) : status;
}

enum gs_status gs_parse_robustness(struct gs_reader *reader, const struct gs_node *root,
                                   struct gs_study *study)
{
    struct gs_robustness *out = &study->robustness;
    const struct gs_node *node = gs_node_get(root, "robustness");
    out->top = study->portfolio.asked ? study->portfolio.count : 5;
    if (!node)
        return GS_OK;
    struct gs_robustness read = {.asked = true, .pos = node->pos};
    enum gs_status status = gs_read_block(reader, node, &gs_block_robustness, &read);
    if (status)
        return status;
    if (!gs_node_get(node, "top"))
        read.top = out->top;
    const struct gs_node *weights = gs_node_get(node, "weights");
    if (weights)
        status = parse_range(reader, weights, study, &read);
    bool uncertain = read.weights != GS_WEIGHTS_FIXED;
    for (size_t c = 0; c < study->n_criteria; c++)
        uncertain |= study->criteria[c].uncertainty.kind != GS_CERTAIN;
    if (!uncertain && !weights)
        gs_reader_fault(reader, &node->pos, "such as `weights: {spread: 30 %}`",
                        "`robustness` needs something uncertain: its `weights`, or `uncertainty:` "
                        "of criteria or layers");
    *out = read;
    return status;
}
