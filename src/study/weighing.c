// SPDX-License-Identifier: Apache-2.0
/* `weights:` of the study and of groups: weights that follow from judgements, an order or data. */
#include "study/parse.h"
#include "study/run.h"

#include "base/mem.h"
#include "base/units.h"
#include "decision/normalise.h"
#include "decision/weighing.h"

#include <math.h>
#include <string.h>

/* -- members ----------------------------------------------------------------------------------- */

struct members {
    const char **ids;
    double **given; /* where each keeps its weight */
    size_t n;
};

static enum gs_status gather(struct gs_ctx *ctx, struct gs_arena *arena, struct gs_study *study,
                             size_t group, struct members *out)
{
    size_t most = study->n_criteria + study->n_groups;
    out->ids = GS_ARENA_ARRAY(ctx, arena, const char *, most);
    out->given = GS_ARENA_ARRAY(ctx, arena, double *, most);
    out->n = 0;
    if (!out->ids || !out->given)
        return GS_ENOMEM;
    for (size_t i = 0; i < study->n_criteria; i++)
        if (study->criteria[i].group == group) {
            out->ids[out->n] = study->criteria[i].factor.id;
            out->given[out->n++] = &study->criteria[i].weight_given;
        }
    for (size_t i = 1; i < study->n_groups; i++)
        if (study->groups[i].parent == group) {
            out->ids[out->n] = study->groups[i].id;
            out->given[out->n++] = &study->groups[i].weight_given;
        }
    return GS_OK;
}

static size_t find(struct gs_reader *reader, const struct members *members,
                   const struct gs_node *node)
{
    if (node->kind != GS_NODE_SCALAR) {
        gs_reader_fault(reader, &node->pos, NULL, "the id of a member is wanted, not %s",
                        gs_node_kind_name(node));
        return SIZE_MAX;
    }
    for (size_t i = 0; i < members->n; i++)
        if (strcmp(members->ids[i], node->text) == 0)
            return i;
    const char *near = gs_nearest_word(node->text, members->ids, members->n);
    struct gs_text hint;
    gs_text_init(&hint);
    if (near)
        gs_text_printf(&hint, "did you mean `%s`?", near);
    gs_reader_fault(reader, &node->pos, hint.bytes, "there is no member `%s` to weigh here",
                    node->text);
    gs_text_release(&hint);
    return SIZE_MAX;
}

/* -- judgements -------------------------------------------------------------------------------- */

/* "3", "1/3", "0.5" */
static bool parse_ratio(const char *text, double *out)
{
    const char *rest;
    double below;
    if (!gs_parse_number(text, out, &rest))
        return false;
    if (*rest == '/' && gs_parse_number(rest + 1, &below, &rest) && below > 0)
        *out /= below;
    return !*rest;
}

struct judged {
    double *matrix;               /* n × n; 0: not judged */
    const struct gs_node **where; /* likewise */
};

static void judge(struct gs_reader *reader, const struct members *members,
                  const struct gs_node *node, struct judged *judged)
{
    double ratio = NAN;
    size_t n = members->n;
    if (node->kind != GS_NODE_LIST || gs_node_count(node) != 3) {
        gs_reader_fault(reader, &node->pos, "such as [grid, wind, 3]",
                        "a judgement is two members and how many times the first counts as much");
        return;
    }
    const struct gs_node *number = node->children->next->next;
    size_t a = find(reader, members, node->children);
    size_t b = find(reader, members, node->children->next);
    if (number->kind != GS_NODE_SCALAR || !parse_ratio(number->text, &ratio) ||
        !(ratio >= 1 / 9.0 - 1e-9 && ratio <= 9 + 1e-9)) {
        gs_reader_fault(reader, &number->pos, "1: as much, 3: somewhat more, 5, 7, 9: far more",
                        "a judgement must be a number of 1/9 to 9");
        return;
    }
    if (a == SIZE_MAX || b == SIZE_MAX)
        return;
    if (a == b) {
        gs_reader_fault(reader, &node->pos, NULL, "`%s` is judged against itself", members->ids[a]);
        return;
    }
    if (judged->where[a * n + b] && fabs(judged->matrix[a * n + b] / ratio - 1) > 1e-9) {
        gs_reader_fault(reader, &node->pos, "judge each pair once",
                        "`%s` and `%s` are judged differently in line %u", members->ids[a],
                        members->ids[b], judged->where[a * n + b]->pos.line);
        return;
    }
    judged->matrix[a * n + b] = ratio;
    judged->matrix[b * n + a] = 1 / ratio;
    judged->where[a * n + b] = judged->where[b * n + a] = node;
}

static void check_complete(struct gs_reader *reader, const struct members *members,
                           const struct gs_node *list, const struct judged *judged)
{
    struct gs_text pairs;
    gs_text_init(&pairs);
    size_t n_missing = 0;
    for (size_t a = 0; a < members->n; a++)
        for (size_t b = a + 1; b < members->n; b++)
            if (!judged->where[a * members->n + b] && n_missing++ < 5)
                gs_text_printf(&pairs, "%s[%s, %s]", n_missing > 1 ? ", " : "", members->ids[a],
                               members->ids[b]);
    if (n_missing)
        gs_reader_fault(reader, &list->pos, "judge every pair once",
                        "the judgements lack %zu pair%s: %s%s", n_missing,
                        n_missing == 1 ? "" : "s", pairs.bytes ? pairs.bytes : "",
                        n_missing > 5 ? ", …" : "");
    gs_text_release(&pairs);
}

static enum gs_status read_matrix(struct gs_reader *reader, const struct members *members,
                                  const struct gs_node *list, double **out)
{
    size_t n = members->n;
    struct judged judged = {GS_ARENA_ARRAY(reader->ctx, reader->arena, double, n *n),
                            GS_ARENA_ARRAY(reader->ctx, reader->arena, const struct gs_node *,
                                           n *n)};
    if (!judged.matrix || !judged.where)
        return GS_ENOMEM;
    *out = judged.matrix;
    if (list->kind != GS_NODE_LIST) {
        gs_reader_fault(reader, &list->pos, "such as [[grid, wind, 3], [grid, water, 5]]",
                        "judgements must be a list, not %s", gs_node_kind_name(list));
        return GS_OK;
    }
    size_t faults = reader->n_faults;
    for (size_t i = 0; i < n; i++)
        judged.matrix[i * n + i] = 1;
    for (const struct gs_node *item = list->children; item; item = item->next)
        judge(reader, members, item, &judged);
    if (reader->n_faults == faults)
        check_complete(reader, members, list, &judged);
    return GS_OK;
}

/* "wind counts 3 times as much as solar and solar 4 times as much as water, so wind should count 12
 * times as much as water, not 2" */
static enum gs_status describe_triple(struct gs_reader *reader, const struct members *members,
                                      const double *matrix, const struct gs_ahp *ahp,
                                      const char **out)
{
    double first = matrix[ahp->a * members->n + ahp->b],
           second = matrix[ahp->b * members->n + ahp->c],
           direct = matrix[ahp->a * members->n + ahp->c];
    *out = gs_arena_printf(reader->ctx, reader->arena,
                           "`%s` to `%s` is %.3g and `%s` to `%s` is %.3g, so `%s` to `%s` should "
                           "be %.3g, but it is %.3g",
                           members->ids[ahp->a], members->ids[ahp->b], first, members->ids[ahp->b],
                           members->ids[ahp->c], second, members->ids[ahp->a], members->ids[ahp->c],
                           first * second, direct);
    return *out ? GS_OK : GS_ENOMEM;
}

static enum gs_status weigh_expert(struct gs_reader *reader, const struct members *members,
                                   const double *matrix, const double *merged,
                                   struct gs_expert *expert)
{
    struct gs_ahp ahp;
    expert->weights = GS_ARENA_ARRAY(reader->ctx, reader->arena, double, members->n);
    if (!expert->weights)
        return GS_ENOMEM;
    enum gs_status status = gs_ahp_weights(reader->ctx, matrix, members->n, expert->weights, &ahp);
    expert->ratio = ahp.ratio;
    for (size_t i = 0; i < members->n && !status; i++) {
        double by = fabs(expert->weights[i] - merged[i]);
        if (by > expert->dissent) {
            expert->dissent = by;
            expert->farthest = i;
        }
    }
    return status;
}

/* One matrix an expert, merged entry by entry: the geometric mean keeps it reciprocal. */
static enum gs_status merge(struct gs_reader *reader, const struct gs_node *node, size_t n,
                            double *const *matrices, size_t n_experts, double **out)
{
    *out = GS_ARENA_ARRAY(reader->ctx, reader->arena, double, n *n);
    if (!*out)
        return GS_ENOMEM;
    (void)node;
    for (size_t i = 0; i < n * n; i++) {
        double sum = 0;
        for (size_t e = 0; e < n_experts; e++)
            sum += log(matrices[e][i]);
        (*out)[i] = n_experts == 1 ? matrices[0][i] : exp(sum / (double)n_experts);
    }
    return GS_OK;
}

static enum gs_status check_ratio(struct gs_reader *reader, struct gs_weighing *weighing)
{
    enum { TENTH = 10 };
    if (!(weighing->ratio > 1.0 / TENTH))
        return GS_OK;
    if (weighing->accept_inconsistency)
        gs_warn(reader->ctx, &weighing->pos, NULL,
                "the judgements contradict each other (consistency ratio %.3f): %s",
                weighing->ratio, weighing->contradiction);
    else
        gs_reader_fault(reader, &weighing->pos,
                        "mend the judgements, or add `accept_inconsistency: true`",
                        "the judgements contradict each other (consistency ratio %.3f, above "
                        "0.1); most so: %s",
                        weighing->ratio, weighing->contradiction);
    return GS_OK;
}

static enum gs_status weigh_by_judgements(struct gs_reader *reader, const struct members *members,
                                          const struct gs_node *node, struct gs_weighing *weighing)
{
    bool several = node->kind == GS_NODE_MAP;
    size_t n_experts = several ? gs_node_count(node) : 1, faults = reader->n_faults, e = 0;
    double **matrices = GS_ARENA_ARRAY(reader->ctx, reader->arena, double *, n_experts);
    weighing->experts = GS_ARENA_ARRAY(reader->ctx, reader->arena, struct gs_expert, n_experts);
    if (!matrices || !weighing->experts)
        return GS_ENOMEM;
    if (members->n > GS_AHP_MEMBERS_MAX || n_experts == 0) {
        gs_reader_fault(reader, &node->pos, "make groups of them",
                        "judgements are for 1 to %d members, not %zu", GS_AHP_MEMBERS_MAX,
                        n_experts ? members->n : 0);
        return GS_OK;
    }
    for (const struct gs_node *child = several ? node->children : node; child;
         child = several ? child->next : NULL) {
        weighing->experts[e].name = several ? child->key : NULL;
        enum gs_status status = read_matrix(reader, members, child, &matrices[e++]);
        if (status)
            return status;
    }
    if (reader->n_faults > faults)
        return GS_OK;
    double *merged, weights[GS_AHP_MEMBERS_MAX] = {0};
    struct gs_ahp ahp;
    enum gs_status status = merge(reader, node, members->n, matrices, n_experts, &merged);
    if (!status)
        status = gs_ahp_weights(reader->ctx, merged, members->n, weights, &ahp);
    if (!status && members->n > 2)
        status = describe_triple(reader, members, merged, &ahp, &weighing->contradiction);
    for (size_t i = 0; i < members->n && !status; i++)
        *members->given[i] = weights[i];
    for (e = 0; e < n_experts && !status && several; e++)
        status = weigh_expert(reader, members, matrices[e], weights, &weighing->experts[e]);
    if (status)
        return status;
    weighing->n_experts = several ? n_experts : 0;
    weighing->lambda_max = ahp.lambda_max;
    weighing->ratio = ahp.ratio;
    return check_ratio(reader, weighing);
}

/* -- an order ---------------------------------------------------------------------------------- */

static void put(struct gs_reader *reader, const struct members *members, const struct gs_node *node,
                size_t place, size_t *places)
{
    size_t i = find(reader, members, node);
    if (i == SIZE_MAX)
        return;
    if (places[i] != SIZE_MAX)
        gs_reader_fault(reader, &node->pos, NULL, "`%s` stands twice in the order",
                        members->ids[i]);
    places[i] = place;
}

static enum gs_status weigh_by_order(struct gs_reader *reader, const struct members *members,
                                     const struct gs_node *node, int method)
{
    size_t *places = GS_ARENA_ARRAY(reader->ctx, reader->arena, size_t, members->n);
    double *weights = GS_ARENA_ARRAY(reader->ctx, reader->arena, double, members->n);
    if (!places || !weights)
        return GS_ENOMEM;
    if (node->kind != GS_NODE_LIST) {
        gs_reader_fault(reader, &node->pos, "such as [grid, [wind, solar], water]",
                        "`order` must be a list, not %s", gs_node_kind_name(node));
        return GS_OK;
    }
    size_t faults = reader->n_faults, place = 0;
    for (size_t i = 0; i < members->n; i++)
        places[i] = SIZE_MAX;
    for (const struct gs_node *item = node->children; item; item = item->next) {
        bool shared = item->kind == GS_NODE_LIST;
        for (const struct gs_node *at = shared ? item->children : item; at;
             at = shared ? at->next : NULL)
            put(reader, members, at, place, places);
        place += shared ? gs_node_count(item) : 1;
    }
    for (size_t i = 0; i < members->n && reader->n_faults == faults; i++)
        if (places[i] == SIZE_MAX)
            gs_reader_fault(reader, &node->pos, "name every member once", "the order lacks `%s`",
                            members->ids[i]);
    if (reader->n_faults > faults)
        return GS_OK;
    if (method == GS_WEIGH_RANK_SUM)
        gs_rank_sum(places, members->n, weights);
    else
        gs_rank_order_centroid(places, members->n, weights);
    for (size_t i = 0; i < members->n; i++)
        *members->given[i] = weights[i];
    return GS_OK;
}

/* -- reading ----------------------------------------------------------------------------------- */

/* Members with a weight of their own would be overruled without a sound. */
static void check_members(struct gs_reader *reader, const struct gs_node *list,
                          const struct gs_weighing *weighing)
{
    bool data = weighing->method == GS_WEIGH_ENTROPY || weighing->method == GS_WEIGH_CRITIC;
    for (const struct gs_node *member = list->children; member; member = member->next) {
        const struct gs_node *weight = gs_node_get(member, "weight"),
                             *group = gs_node_get(member, "criteria");
        if (weight)
            gs_reader_fault(reader, &weight->pos, "remove it",
                            "the weights here come from `%s` in line %u",
                            gs_weighing_names[weighing->method], weighing->pos.line);
        if (group && data)
            gs_reader_fault(reader, &group->pos, "use `ahp`, or weigh the members of the group",
                            "`%s` weighs criteria by what they measure, but this is a group",
                            gs_weighing_names[weighing->method]);
    }
}

enum gs_status gs_parse_weighing(struct gs_reader *reader, const struct gs_node *node,
                                 const struct gs_node *list, size_t group, struct gs_study *study)
{
    struct gs_weighing *weighing = &study->groups[group].weighing;
    *weighing = (struct gs_weighing){.lambda_max = NAN, .ratio = NAN};
    if (!node)
        return GS_OK;
    struct gs_weighing_read read = {0};
    size_t faults = reader->n_faults;
    enum gs_status status = gs_read_block(reader, node, &gs_block_weighing, &read);
    if (status || reader->n_faults > faults)
        return status;
    weighing->method = read.method;
    weighing->accept_inconsistency = read.accept_inconsistency;
    weighing->pos = node->pos;
    const struct gs_node *judgements = gs_node_get(node, "judgements"),
                         *order = gs_node_get(node, "order");
    bool wants_order =
        read.method == GS_WEIGH_RANK_ORDER_CENTROID || read.method == GS_WEIGH_RANK_SUM;
    const char *name = gs_weighing_names[read.method];
    if (!judgements != (read.method != GS_WEIGH_AHP))
        gs_reader_fault(reader, judgements ? &judgements->pos : &node->pos, NULL,
                        judgements ? "`%s` takes no `judgements`" : "`%s` needs `judgements`",
                        name);
    if (!order != !wants_order)
        gs_reader_fault(reader, order ? &order->pos : &node->pos, NULL,
                        order ? "`%s` takes no `order`" : "`%s` needs an `order`", name);
    if (read.method != GS_WEIGH_DIRECT)
        check_members(reader, list, weighing);
    if (reader->n_faults > faults)
        return GS_OK;
    struct members members;
    status = gather(reader->ctx, reader->arena, study, group, &members);
    if (!status && judgements)
        status = weigh_by_judgements(reader, &members, judgements, weighing);
    if (!status && order)
        status = weigh_by_order(reader, &members, order, read.method);
    return status;
}

/* -- data -------------------------------------------------------------------------------------- */

bool gs_weighs_by_data(const struct gs_group *group)
{
    return group->weighing.method == GS_WEIGH_ENTROPY || group->weighing.method == GS_WEIGH_CRITIC;
}

/* Values of the feasible sites, none below 0: worths; of relative criteria the quantities for
 * entropy, as its source has it, and for critic their places between worst and best. */
static enum gs_status gather_values(struct gs_ctx *ctx, const struct gs_criterion *c,
                                    const struct gs_result *result, const double *all, bool critic,
                                    double *out, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < result->n_sites; i++)
        if (result->feasible[i] && !isnan(all[i]))
            out[(*n)++] = all[i];
    if (!c->relative)
        return GS_OK;
    if (critic)
        return gs_normalise_values(ctx, &c->value_pos, c->factor.id, GS_NORMALISE_MINMAX, c->lower,
                                   out, *n, out);
    for (size_t i = 0; i < *n; i++)
        if (out[i] < 0)
            return gs_fail(ctx, GS_EDATA, &c->value_pos, "use `critic`, or a value function",
                           "`%s`: `entropy` needs numbers of at least 0, but a site has %.9g",
                           c->factor.id, out[i]);
    return GS_OK;
}

static enum gs_status weigh_group(struct gs_ctx *ctx, struct gs_study *study, size_t group,
                                  const struct gs_result *result)
{
    const struct gs_weighing *weighing = &study->groups[group].weighing;
    bool critic = weighing->method == GS_WEIGH_CRITIC;
    struct gs_arena arena;
    gs_arena_init(&arena);
    struct members members;
    enum gs_status status = gather(ctx, &arena, study, group, &members);
    double **values = GS_ARENA_ARRAY(ctx, &arena, double *, members.n);
    double *weights = GS_ARENA_ARRAY(ctx, &arena, double, members.n);
    size_t n_sites = 0, at = 0;
    if (!status && (!values || !weights))
        status = GS_ENOMEM;
    for (size_t c = 0; c < study->n_criteria && !status; c++) {
        if (study->criteria[c].group != group)
            continue;
        values[at] = GS_ARENA_ARRAY(ctx, &arena, double, result->n_sites);
        size_t n = 0;
        status = values[at] ? gather_values(ctx, &study->criteria[c], result, result->values[c],
                                            critic, values[at], &n)
                            : GS_ENOMEM;
        if (!status && at && n != n_sites)
            status =
                gs_fail(ctx, GS_EDATA, &study->criteria[c].factor.pos, "use `missing: exclude`",
                        "`%s` lacks data where others have some, so they cannot be weighed "
                        "against each other",
                        study->criteria[c].factor.id);
        n_sites = n;
        at++;
    }
    const char *name = gs_weighing_names[weighing->method];
    if (!status && n_sites < 2)
        status = gs_fail(ctx, GS_EDATA, &weighing->pos, "use `equal`, or weights of your own",
                         "`%s` compares sites, but %s", name,
                         n_sites ? "only one is feasible" : "none is feasible");
    else if (!status && !(critic ? gs_critic_weights((const double *const *)values, members.n,
                                                     n_sites, weights)
                                 : gs_entropy_weights((const double *const *)values, members.n,
                                                      n_sites, weights)))
        status = gs_fail(ctx, GS_EDATA, &weighing->pos, "use `equal`, or weights of your own",
                         "`%s` finds nothing in which the sites differ", name);
    for (size_t i = 0; i < members.n && !status; i++) {
        *members.given[i] = weights[i];
        if (weights[i] == 0)
            gs_warn(ctx, &weighing->pos, NULL,
                    "`%s` gets no weight by `%s`: the sites do not differ in it", members.ids[i],
                    name);
    }
    gs_arena_release(&arena);
    return status;
}

enum gs_status gs_weigh_by_data(struct gs_ctx *ctx, struct gs_study *study,
                                const struct gs_result *result)
{
    enum gs_status status = GS_OK;
    bool any = false, feasible = false;
    for (size_t i = 0; i < result->n_sites; i++)
        feasible |= result->feasible[i];
    for (size_t g = 0; g < study->n_groups && !status; g++)
        if (gs_weighs_by_data(&study->groups[g]) && feasible) {
            any = true;
            status = weigh_group(ctx, study, g, result);
        }
    struct gs_reader reader = {.ctx = ctx, .arena = &study->arena};
    if (!status && any)
        gs_study_normalise(&reader, study);
    return status ? status : reader.n_faults ? GS_ESTUDY : GS_OK;
}
