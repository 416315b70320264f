// SPDX-License-Identifier: Apache-2.0
#include "study/change.h"

#include <math.h>
#include <string.h>

enum { DIGITS = 3, MOST_DIGITS = 17, STEPS = 8 };

/* What is searched: the site's rank by one number of criterion `c`. */
struct probe {
    struct gs_trial *trial;
    size_t c, top, best;
    enum gs_status status;
};

static bool suffices(struct probe *probe, double value)
{
    size_t rank = GS_NO_RANK;
    if (!probe->status)
        probe->status = gs_trial_value(probe->trial, probe->c, value, &rank);
    if (probe->status)
        return false;
    if (rank < probe->best)
        probe->best = rank;
    return rank <= probe->top;
}

static double bisect(struct probe *probe, double bad, double good, double precision)
{
    for (int i = 0; i < 200 && fabs(good - bad) > precision * fabs(good); i++) {
        double middle = bad + (good - bad) / 2;
        if (middle == bad || middle == good)
            break;
        if (suffices(probe, middle))
            good = middle;
        else
            bad = middle;
    }
    return good;
}

/* After the trial that settled it. */
static void finish(const struct probe *probe, double to, double from, struct gs_change *out)
{
    out->kind = GS_CHANGE_QUANTITY;
    out->to = to;
    out->by = fabs(to - from);
    out->rank = probe->best;
}

/* -- criteria with a value function ------------------------------------------------------------ */

/* The least worth from `from` to `most` that suffices; NaN: none. */
static double least_worth(struct probe *probe, double from, double most)
{
    const struct gs_trial *trial = probe->trial;
    double precision = trial->alone ? 0 : 1e-9, bad = from;
    int steps = trial->alone ? 1 : STEPS;
    for (int i = 1; i <= steps && !probe->status; i++) {
        double worth = i == steps ? most : from + (most - from) * i / steps;
        if (suffices(probe, worth))
            return bisect(probe, bad, worth, precision);
        bad = worth;
    }
    return NAN;
}

/* Rounds the way from `from` to `exact` up as far as it still suffices. */
static bool settle(struct probe *probe, double from, double exact, const struct gs_span *span,
                   double (*worth_of)(const struct probe *, double), struct gs_change *out)
{
    double direction = exact > from ? 1 : -1, way = fabs(exact - from);
    for (int i = 2 * DIGITS; i <= 2 * MOST_DIGITS && !span->whole; i++) {
        /* the last bits of the way may be noise */
        double by = gs_round_up(way * (i % 2 ? 1 + 1e-12 : 1 - 1e-12), i / 2);
        double to = from + direction * by;
        if (to < span->low || to > span->high)
            continue;
        probe->best = GS_NO_RANK;
        if (suffices(probe, worth_of(probe, to))) {
            finish(probe, to, from, out);
            out->by = by;
            return true;
        }
    }
    probe->best = GS_NO_RANK;
    if (!suffices(probe, worth_of(probe, exact)))
        return false;
    finish(probe, exact, from, out);
    return true;
}

static double worth_of(const struct probe *probe, double x)
{
    const struct gs_criterion *c = &probe->trial->study->criteria[probe->c];
    return c->value->worth(c->value_params, x);
}

/* The nearer of the quantities above and below that are worth enough. */
static void nearest(struct probe *probe, double measured, double worth, const struct gs_span *span,
                    struct gs_change *out)
{
    const struct gs_criterion *c = &probe->trial->study->criteria[probe->c];
    struct gs_change found[2] = {{0}};
    for (int i = 0; i < 2; i++) {
        double exact;
        if (gs_nearest_quantity(c->value, c->value_params, span, measured, worth, i ? 1 : -1,
                                &exact) &&
            !settle(probe, measured, exact, span, worth_of, &found[i]))
            found[i].kind = GS_CHANGE_UNKNOWN;
    }
    bool below = found[0].kind && (!found[1].kind || found[0].by <= found[1].by);
    *out = found[below ? 0 : 1];
}

/* -- classes ----------------------------------------------------------------------------------- */

static const struct gs_worths *worths_of(const struct gs_criterion *c, double *other)
{
    const struct gs_worths *worths = NULL;
    *other = NAN;
    for (size_t i = 0; i < c->value->n_params; i++) {
        const struct gs_param *param = &c->value->params[i];
        const void *member = (const char *)c->value_params + param->offset;
        if (param->type == GS_PARAM_WORTHS)
            worths = member;
        else if (strcmp(param->key, "other") == 0)
            *other = *(const double *)member;
    }
    return worths;
}

/* The class's name where the catalogue has one for the code. */
static const char *class_name(const struct gs_criterion *c, const char *key)
{
    const struct gs_layer *layer = c->factor.layer;
    double code;
    for (size_t i = 0; layer && i < layer->n_classes; i++)
        if (gs_class_code(layer, key, &code) && (double)layer->classes[i].code == code)
            return layer->classes[i].name;
    return key;
}

static enum gs_status change_class(struct probe *probe, struct gs_arena *arena, double value,
                                   struct gs_change *out)
{
    const struct gs_criterion *c = &probe->trial->study->criteria[probe->c];
    double other;
    const struct gs_worths *worths = worths_of(c, &other);
    size_t n = worths ? worths->n : 0;
    out->classes = GS_ARENA_ARRAY(probe->trial->ctx, arena, const char *, n);
    if (!out->classes)
        return GS_ENOMEM;
    for (size_t i = 0; i < n && !probe->status; i++)
        if (worths->worths[i] != value && suffices(probe, worths->worths[i]))
            out->classes[out->n_classes++] = class_name(c, worths->keys[i]);
    out->other = !isnan(other) && other != value && suffices(probe, other);
    out->kind = out->n_classes || out->other ? GS_CHANGE_CLASSES : GS_CHANGE_OUT_OF_REACH;
    return probe->status;
}

/* -- relative criteria ------------------------------------------------------------------------- */

static double itself(const struct probe *probe, double x)
{
    (void)probe;
    return x;
}

/* Where to look for a quantity that suffices, ever farther. Below a quantity above 0 first towards
 * 0, where many normalisations end. False: no farther. */
static bool step_out(double from, double scale, bool lower, int i, const struct gs_span *span,
                     double *x)
{
    if (!lower)
        *x = from + ldexp(scale, i - 10);
    else if (from > 0 && i < 40)
        *x = ldexp(from, -1 - i);
    else if (from > 0)
        *x = i == 40 ? 0 : -ldexp(scale, i - 50);
    else
        *x = from - ldexp(scale, i - 10);
    return i < 90 && *x >= span->low && *x <= span->high;
}

static enum gs_status change_relative(struct probe *probe, double measured,
                                      const struct gs_span *span, struct gs_change *out)
{
    const struct gs_packed *packed = &probe->trial->packed;
    bool lower = probe->trial->study->criteria[probe->c].lower;
    double scale = fabs(measured), bad = measured, x;
    for (size_t i = 0; i < packed->n; i++)
        scale = fmax(scale, fabs(packed->values[probe->c][i]));
    scale = scale > 0 ? scale : 1;
    out->kind = GS_CHANGE_OUT_OF_REACH;
    for (int i = 0; step_out(measured, scale, lower, i, span, &x) && !probe->status; i++) {
        if (!suffices(probe, x)) {
            bad = x;
            continue;
        }
        double good = bisect(probe, bad, x, 1e-9);
        if (span->whole)
            good = lower ? floor(good) : ceil(good);
        settle(probe, measured, good, span, itself, out);
        return probe->status;
    }
    if (!isinf(lower ? span->low : span->high) && !probe->status &&
        suffices(probe, lower ? span->low : span->high)) {
        double good = bisect(probe, bad, lower ? span->low : span->high, 1e-9);
        if (span->whole)
            good = lower ? floor(good) : ceil(good);
        settle(probe, measured, good, span, itself, out);
    }
    return probe->status;
}

/* ---------------------------------------------------------------------------------------------- */

enum gs_status gs_change_quantity(struct gs_trial *trial, struct gs_arena *arena, size_t c,
                                  double measured, double value, const struct gs_span *span,
                                  size_t top, struct gs_change *out)
{
    const struct gs_criterion *criterion = &trial->study->criteria[c];
    struct probe probe = {.trial = trial, .c = c, .top = top, .best = trial->rank};
    *out = (struct gs_change){.rank = GS_NO_RANK};
    enum gs_status status = GS_OK;
    if (criterion->relative) {
        if (isnan(measured))
            return GS_OK;
        status = change_relative(&probe, measured, span, out);
    } else if (criterion->value->categorical) {
        status = change_class(&probe, arena, value, out);
    } else {
        double most = isnan(measured) ? 1
                                      : gs_best_worth(criterion->value, criterion->value_params,
                                                      span, measured);
        double worth = most > value ? least_worth(&probe, value, most) : NAN;
        out->kind = GS_CHANGE_OUT_OF_REACH;
        if (!isnan(worth) && isnan(measured)) {
            out->kind = GS_CHANGE_WORTH;
            out->to = ceil(worth * 1000) / 1000;
            out->by = out->to - value;
        } else if (!isnan(worth)) {
            nearest(&probe, measured, worth, span, out);
        }
        status = probe.status;
    }
    if (out->kind != GS_CHANGE_QUANTITY)
        out->rank = probe.best;
    return status;
}
