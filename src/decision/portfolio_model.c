// SPDX-License-Identifier: Apache-2.0
#include "decision/portfolio_model.h"

#include "base/mem.h"

#include <Cbc_C_Interface.h>
#include <math.h>
#include <stdio.h>

/* A row that says nothing on a side. */
#define FREE 1e30
/* Scores are of the order of 1: so many times that, the solver's tolerances are far below them. */
#define SCALE 1e3

/* Rows gathered one by one, columns known beforehand: columns of sites, then of links. */
struct rows {
    int *row, *column;
    double *value;
    size_t n, row_capacity, column_capacity, value_capacity;
    double *lower, *upper;
    size_t n_rows, lower_capacity, upper_capacity;
};

static enum gs_status add_row(struct gs_ctx *ctx, struct rows *rows, double lower, double upper)
{
    enum gs_status status =
        gs_grow(ctx, &rows->lower, &rows->lower_capacity, rows->n_rows + 1, sizeof(double));
    if (!status)
        status =
            gs_grow(ctx, &rows->upper, &rows->upper_capacity, rows->n_rows + 1, sizeof(double));
    if (status)
        return status;
    rows->lower[rows->n_rows] = lower;
    rows->upper[rows->n_rows++] = upper;
    return GS_OK;
}

/* A number of the last row. */
static enum gs_status add(struct gs_ctx *ctx, struct rows *rows, size_t column, double value)
{
    enum gs_status status =
        gs_grow(ctx, &rows->row, &rows->row_capacity, rows->n + 1, sizeof *rows->row);
    if (!status)
        status =
            gs_grow(ctx, &rows->column, &rows->column_capacity, rows->n + 1, sizeof *rows->column);
    if (!status)
        status =
            gs_grow(ctx, &rows->value, &rows->value_capacity, rows->n + 1, sizeof *rows->value);
    if (status)
        return status;
    rows->row[rows->n] = (int)rows->n_rows - 1;
    rows->column[rows->n] = (int)column;
    rows->value[rows->n++] = value;
    return GS_OK;
}

static void release_rows(struct rows *rows)
{
    gs_free(rows->row);
    gs_free(rows->column);
    gs_free(rows->value);
    gs_free(rows->lower);
    gs_free(rows->upper);
}

/* -- headroom ---------------------------------------------------------------------------------- */

/* What a node can give, in demands: whole ones when a site draws from one node. */
static double shares_of(const struct gs_portfolio *p, size_t node)
{
    double shares = p->capacity[node] / p->demand;
    return p->split ? shares : floor(shares + 1e-9);
}

/* Sites whose draw can never be in the way of another's: some node has enough for all. */
static bool is_free(const struct gs_portfolio *p, size_t site)
{
    for (size_t i = p->first[site]; i < p->first[site + 1]; i++)
        if (shares_of(p, p->links[i]) >= (double)p->count)
            return true;
    return false;
}

static bool can_draw(const struct gs_portfolio *p, size_t site)
{
    double all = 0;
    for (size_t i = p->first[site]; i < p->first[site + 1]; i++) {
        double shares = shares_of(p, p->links[i]);
        if (shares >= 1)
            return true;
        all += shares;
    }
    return p->split && all >= 1 - 1e-9;
}

/* Each chosen site draws one demand, as shares of it from its links; nodes give what they have.
 * The shares come out whole by themselves: with whole capacities they are a transport problem. */
static enum gs_status add_headroom(struct gs_ctx *ctx, const struct gs_portfolio *p,
                                   const double *upper, struct rows *rows)
{
    enum gs_status status = GS_OK;
    size_t *node_row = GS_ARRAY(ctx, size_t, p->n_nodes);
    if (!node_row)
        return GS_ENOMEM;
    for (size_t i = 0; i < p->n_nodes; i++)
        node_row[i] = SIZE_MAX;
    for (size_t site = 0; site < p->n && !status; site++) {
        if (!(upper[site] > 0) || is_free(p, site))
            continue;
        status = add_row(ctx, rows, 0, 0);
        if (!status)
            status = add(ctx, rows, site, -1);
        for (size_t i = p->first[site]; i < p->first[site + 1] && !status; i++)
            status = add(ctx, rows, p->n + i, 1);
    }
    for (size_t site = 0; site < p->n && !status; site++) /* a row for each node that matters */
        for (size_t i = p->first[site];
             upper[site] > 0 && !is_free(p, site) && i < p->first[site + 1] && !status; i++)
            if (node_row[p->links[i]] == SIZE_MAX) {
                node_row[p->links[i]] = rows->n_rows;
                status = add_row(ctx, rows, -FREE, shares_of(p, p->links[i]));
            }
    for (size_t site = 0; site < p->n && !status; site++)
        for (size_t i = p->first[site];
             upper[site] > 0 && !is_free(p, site) && i < p->first[site + 1] && !status; i++) {
            status = add(ctx, rows, p->n + i, 1);
            if (!status)
                rows->row[rows->n - 1] = (int)node_row[p->links[i]];
        }
    gs_free(node_row);
    return status;
}

/* -- the other demands ------------------------------------------------------------------------- */

static enum gs_status add_limits(struct gs_ctx *ctx, const struct gs_portfolio *p,
                                 const struct gs_demands *demands, const double *upper,
                                 struct rows *rows)
{
    enum gs_status status = GS_OK;
    for (size_t l = 0; l < p->n_limits && !status; l++) {
        const struct gs_group_limit *limit = &p->limits[l];
        for (size_t g = 0; demands->limits[l] && g < limit->n_groups && !status; g++) {
            status = add_row(ctx, rows, -FREE, (double)limit->at_most);
            for (size_t i = 0; i < p->n && !status; i++)
                if (upper[i] > 0 && limit->group[i] == g)
                    status = add(ctx, rows, i, 1);
        }
    }
    return status;
}

static enum gs_status add_clique(struct gs_ctx *ctx, const struct gs_cliques *cliques, size_t c,
                                 const double *upper, struct rows *rows)
{
    size_t n = 0;
    for (size_t i = cliques->first[c]; i < cliques->first[c + 1]; i++)
        n += upper[cliques->sites[i]] > 0;
    enum gs_status status = n > 1 ? add_row(ctx, rows, -FREE, 1) : GS_OK;
    for (size_t i = cliques->first[c]; n > 1 && i < cliques->first[c + 1] && !status; i++)
        if (upper[cliques->sites[i]] > 0)
            status = add(ctx, rows, cliques->sites[i], 1);
    return status;
}

/* Leaves out the sites with which even the highest scores of all others reach less than a set that
 * is known. Sites come by falling score. */
static void leave_out(const struct gs_portfolio *p, double known, const double *lower,
                      double *upper)
{
    double fixed = 0, best = 0;
    size_t n_fixed = 0, n_best = 0;
    for (size_t i = 0; i < p->n; i++)
        if (lower[i] > 0) {
            fixed += p->score[i];
            n_fixed++;
        }
    if (n_fixed >= p->count)
        return;
    size_t others = p->count - n_fixed - 1; /* besides the site in question */
    for (size_t i = 0; i < p->n && n_best < others; i++)
        if (upper[i] > 0 && !(lower[i] > 0)) {
            best += p->score[i];
            n_best++;
        }
    for (size_t i = 0; i < p->n; i++)
        if (!(lower[i] > 0) && fixed + best + p->score[i] < known - 1e-9)
            upper[i] = 0;
}

static enum gs_status add_demands(struct gs_ctx *ctx, const struct gs_portfolio *p,
                                  const struct gs_cliques *cliques,
                                  const struct gs_demands *demands, const double *upper,
                                  struct rows *rows)
{
    enum gs_status status =
        add_row(ctx, rows, demands->count ? (double)p->count : -FREE, (double)p->count);
    for (size_t i = 0; i < p->n && !status; i++)
        if (upper[i] > 0)
            status = add(ctx, rows, i, 1);
    for (size_t c = 0; demands->spacing && c < cliques->n && !status; c++)
        status = add_clique(ctx, cliques, c, upper, rows);
    if (!status)
        status = add_limits(ctx, p, demands, upper, rows);
    if (!status && demands->budget && p->cost && isfinite(p->budget)) {
        double unit = p->budget > 0 ? p->budget : 1;
        status = add_row(ctx, rows, -FREE, p->budget / unit);
        for (size_t i = 0; i < p->n && !status; i++)
            status = upper[i] > 0 ? add(ctx, rows, i, p->cost[i] / unit) : GS_OK;
    }
    if (!status && demands->headroom && p->first && p->demand > 0)
        status = add_headroom(ctx, p, upper, rows);
    return status;
}

/* -- solving ----------------------------------------------------------------------------------- */

/* By columns, as the solver wants them. */
static enum gs_status load(struct gs_ctx *ctx, Cbc_Model *model, const struct rows *rows,
                           size_t n_columns, const double *lower, const double *upper,
                           const double *gain)
{
    CoinBigIndex *start = GS_ARRAY_ZERO(ctx, CoinBigIndex, n_columns + 1);
    int *index = GS_ARRAY(ctx, int, rows->n);
    double *value = GS_ARRAY(ctx, double, rows->n);
    enum gs_status status = start && index && value ? GS_OK : GS_ENOMEM;
    if (!status) {
        for (size_t i = 0; i < rows->n; i++)
            start[rows->column[i] + 1]++;
        for (size_t c = 0; c < n_columns; c++)
            start[c + 1] += start[c];
        for (size_t i = 0; i < rows->n; i++) { /* start[c] runs to the end of column c */
            CoinBigIndex at = start[rows->column[i]]++;
            index[at] = rows->row[i];
            value[at] = rows->value[i];
        }
        for (size_t c = n_columns; c > 0; c--)
            start[c] = start[c - 1];
        start[0] = 0;
        Cbc_loadProblem(model, (int)n_columns, (int)rows->n_rows, start, index, value, lower, upper,
                        gain, rows->lower, rows->upper);
    }
    gs_free(start);
    gs_free(index);
    gs_free(value);
    return status;
}

static void set_up(Cbc_Model *model, size_t n_sites, double seconds)
{
    char text[40];
    snprintf(text, sizeof text, "%.3f", seconds);
    Cbc_setLogLevel(model, 0);
    Cbc_setParameter(model, "log", "0");
    Cbc_setParameter(model, "timeMode", "elapsed");
    Cbc_setParameter(model, "seconds", text);
    Cbc_setParameter(model, "increment",
                     "1e-7"); /* of SCALE: better sets by less are not looked for */
    Cbc_setParameter(model, "allowableGap", "0");
    Cbc_setParameter(model, "ratioGap", "0");
    for (size_t i = 0; i < n_sites; i++)
        Cbc_setInteger(model, (int)i);
    Cbc_setObjSense(model, -1);
}

static void read_answer(Cbc_Model *model, const struct gs_portfolio *p, bool count,
                        struct gs_answer *answer)
{
    const double *x = Cbc_bestSolution(model);
    answer->n = 0;
    answer->objective = 0;
    if (Cbc_isProvenInfeasible(model) || Cbc_isInitialSolveProvenPrimalInfeasible(model)) {
        answer->outcome = GS_SET_INFEASIBLE;
        return;
    }
    if (!x) {
        answer->outcome = GS_SET_UNKNOWN;
        return;
    }
    for (size_t i = 0; i < p->n; i++)
        if (x[i] > 0.5) {
            answer->chosen[answer->n++] = i;
            answer->objective += count ? p->score[i] : 1;
        }
    bool proven = Cbc_isProvenOptimal(model);
    double bound = Cbc_getBestPossibleObjValue(model) / SCALE;
    answer->outcome = proven ? GS_SET_OPTIMAL : GS_SET_TIME_OUT;
    answer->bound = proven || !(bound > answer->objective) ? answer->objective : bound;
}

enum gs_status gs_answer_find(struct gs_ctx *ctx, const struct gs_portfolio *p,
                              const struct gs_cliques *cliques, const struct gs_demands *demands,
                              double least_score, size_t forced, double known, double seconds,
                              struct gs_answer *answer)
{
    bool links = demands->headroom && p->first && p->demand > 0;
    size_t n_columns = p->n + (links ? p->first[p->n] : 0);
    struct rows rows = {0};
    double *lower = GS_ARRAY_ZERO(ctx, double, n_columns),
           *upper = GS_ARRAY(ctx, double, n_columns);
    double *gain = GS_ARRAY_ZERO(ctx, double, n_columns);
    enum gs_status status = lower && upper && gain ? gs_check_cancel(ctx) : GS_ENOMEM;
    for (size_t i = 0; i < n_columns && !status; i++)
        upper[i] = 1;
    for (size_t i = 0; i < p->n && !status; i++) {
        bool out = p->score[i] < least_score || (demands->exclude && demands->exclude[i]) ||
                   (links && !can_draw(p, i));
        gain[i] = SCALE * (demands->count ? p->score[i] : 1);
        upper[i] = out ? 0 : 1;
        bool in = i == forced || (demands->include && demands->include[i]);
        lower[i] = in ? 1 : 0;
        if (in && out) { /* bounds that cross are no program */
            answer->outcome = GS_SET_INFEASIBLE;
            answer->n = 0;
            goto out;
        }
    }
    if (!status && demands->count)
        leave_out(p, known, lower, upper);
    if (!status)
        status = add_demands(ctx, p, cliques, demands, upper, &rows);
    if (!status) {
        Cbc_Model *model = Cbc_newModel();
        if (!model)
            status = gs_fail_memory(ctx);
        if (!status)
            status = load(ctx, model, &rows, n_columns, lower, upper, gain);
        if (!status) {
            set_up(model, p->n, seconds > 0.01 ? seconds : 0.01);
            Cbc_solve(model);
            if (Cbc_status(model) == 5) /* it took Ctrl-C for itself */
                status = GS_ECANCEL;
            else
                read_answer(model, p, demands->count, answer);
        }
        if (model)
            Cbc_deleteModel(model);
    }
out:
    release_rows(&rows);
    gs_free(lower);
    gs_free(upper);
    gs_free(gain);
    return status ? status : gs_check_cancel(ctx);
}
