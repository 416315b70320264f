// SPDX-License-Identifier: Apache-2.0
#include "study/quantity.h"

#include "base/text.h"
#include "base/units.h"

#include <math.h>
#include <string.h>

/* Calls `visit` with every quantity the value function's parameters name. */
static void each_breakpoint(const struct gs_value *value, const void *params,
                            void (*visit)(void *, double), void *user)
{
    for (size_t i = 0; i < value->n_params; i++) {
        const struct gs_param *param = &value->params[i];
        const void *member = (const char *)params + param->offset;
        bool measured = param->unit && strcmp(param->unit, GS_UNIT_MEASURED) == 0;
        if (!measured || param->flags & GS_PARAM_DIFFERENCE)
            continue;
        if (param->type == GS_PARAM_QUANTITY)
            visit(user, *(const double *)member);
        const struct gs_points *points = member;
        for (size_t k = 0; param->type == GS_PARAM_POINTS && k < points->n; k++)
            visit(user, points->items[k][0]);
    }
}

/* -- the best ---------------------------------------------------------------------------------- */

struct best {
    const struct gs_value *value;
    const void *params;
    const struct gs_span *span;
    double worth, farthest;
};

static void visit_best(void *user, double x)
{
    struct best *best = user;
    best->farthest = fmax(best->farthest, fabs(x));
    double around[] = {x, nextafter(x, -INFINITY), nextafter(x, INFINITY)};
    if (best->span->whole) {
        around[1] = floor(x);
        around[2] = ceil(x);
        around[0] = around[1];
    }
    for (size_t i = 0; i < sizeof around / sizeof *around; i++)
        if (around[i] >= best->span->low && around[i] <= best->span->high)
            best->worth = fmax(best->worth, best->value->worth(best->params, around[i]));
}

/* Far beyond everything a study speaks of, yet safe to compute with. */
static double beyond(double farthest)
{
    return (farthest + 1) * 1e9;
}

double gs_best_worth(const struct gs_value *value, const void *params, const struct gs_span *span,
                     double from)
{
    struct best best = {value, params, span, NAN, 0};
    visit_best(&best, from);
    each_breakpoint(value, params, visit_best, &best);
    double far = beyond(best.farthest);
    visit_best(&best, isinf(span->low) ? -far : span->low);
    visit_best(&best, isinf(span->high) ? far : span->high);
    return best.worth;
}

/* -- the nearest ------------------------------------------------------------------------------- */

struct search {
    const struct gs_value *value;
    const void *params;
    double worth;
    int direction;
    double at;   /* where it stands: not good enough */
    double next; /* the breakpoint nearest to it, in this direction; infinite: none */
    double farthest;
};

static bool suffices(const struct search *search, double x)
{
    return search->value->worth(search->params, x) >= search->worth;
}

static void visit_next(void *user, double x)
{
    struct search *search = user;
    search->farthest = fmax(search->farthest, fabs(x));
    if (search->direction * (x - search->at) > 0 && search->direction * (search->next - x) > 0)
        search->next = x;
}

/* Between `at`, which does not suffice, and `good`, which does. */
static double bisect(const struct search *search, double good)
{
    double bad = search->at;
    for (int i = 0; i < 1200; i++) {
        double middle = bad + (good - bad) / 2;
        if (middle == bad || middle == good)
            break;
        if (suffices(search, middle))
            good = middle;
        else
            bad = middle;
    }
    return good;
}

/* Beyond the last breakpoint, in steps that double. */
static bool walk_out(struct search *search, double edge, double *to)
{
    double start = search->at, far = beyond(search->farthest);
    double step = (fabs(start) + search->farthest + 1) / 1024;
    while (true) {
        double x = start + search->direction * step;
        bool last = search->direction * (x - edge) >= 0;
        x = last ? edge : x;
        if (suffices(search, x)) {
            *to = bisect(search, x);
            return true;
        }
        if (last || step > far)
            return false;
        search->at = x;
        step *= 2;
    }
}

static bool walk(struct search *search, double edge, double *to)
{
    while (true) {
        search->next = search->direction * (double)INFINITY;
        each_breakpoint(search->value, search->params, visit_next, search);
        if (isinf(search->next) || search->direction * (search->next - edge) >= 0)
            return walk_out(search, edge, to);
        if (suffices(search, search->next)) {
            *to = bisect(search, search->next);
            return true;
        }
        search->at = search->next;
    }
}

bool gs_nearest_quantity(const struct gs_value *value, const void *params,
                         const struct gs_span *span, double from, double worth, int direction,
                         double *to)
{
    double edge = direction > 0 ? span->high : span->low;
    struct search search = {
        .value = value, .params = params, .worth = worth, .direction = direction, .at = from};
    search.farthest = fabs(from);
    double found;
    if (direction * (edge - from) <= 0 || !walk(&search, edge, &found))
        return false;
    if (span->whole) {
        found = direction > 0 ? ceil(found) : floor(found);
        if (found < span->low || found > span->high || !suffices(&search, found))
            return false;
    }
    *to = found;
    return true;
}

/* -- rounding ---------------------------------------------------------------------------------- */

double gs_round_up(double x, int digits)
{
    double rounded = x;
    int magnitude = (int)floor(log10(x));
    for (int bump = 0; bump < 3;
         bump++) { /* log10 and the quotient may each be off by their last bit */
        double unit = pow(10, magnitude - digits + 1);
        struct gs_text text;
        gs_text_init(&text);
        gs_text_printf(&text, "%.0fe%d", ceil(x / unit) + bump - 1, magnitude - digits + 1);
        const char *rest;
        bool read = text.bytes && gs_parse_number(text.bytes, &rounded, &rest);
        gs_text_release(&text);
        if (read && rounded >= x)
            return rounded;
    }
    return x;
}
