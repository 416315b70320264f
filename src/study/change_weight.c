// SPDX-License-Identifier: Apache-2.0
#include "study/change.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 3, MOST_DIGITS = 15, STEPS = 24, MOST_TRIES = 8 };

/* Weights run as the share of the group they give, which lies between 0 and 1. */
struct lever {
    struct gs_trial *trial;
    double *given, others;
    double from; /* share as things are */
    bool as_share;
    size_t top, best;
    enum gs_status status;
};

static double share_of(const struct lever *lever, double weight)
{
    return weight / (weight + lever->others);
}

static double weight_of(const struct lever *lever, double share)
{
    return share * lever->others / (1 - share);
}

static bool try_weight(struct lever *lever, double weight, size_t *rank)
{
    *rank = GS_NO_RANK;
    if (!lever->status && weight >= 0 && isfinite(weight))
        lever->status = gs_trial_weight(lever->trial, lever->given, weight, rank);
    return !lever->status && *rank <= lever->top;
}

static bool suffices(struct lever *lever, double share)
{
    size_t rank;
    bool good = try_weight(lever, weight_of(lever, share), &rank);
    if (!lever->status && rank < lever->best)
        lever->best = rank;
    return good;
}

/* -- rounding ---------------------------------------------------------------------------------- */

/* `x` with so many decimals, as it will be read back. */
static double with_decimals(double x, int decimals)
{
    struct gs_text text;
    gs_text_init(&text);
    gs_text_printf(&text, "%.*f", decimals, x);
    const char *rest;
    double read = x;
    if (text.bytes)
        (void)gs_parse_number(text.bytes, &read, &rest);
    gs_text_release(&text);
    return read;
}

/* Rounds the way from the weight as it is to that of share `exact`, up as far as it still does.
 * Shown is the weight, or the share in %. */
static bool settle(struct lever *lever, double exact, struct gs_change *out)
{
    double from = lever->as_share ? 100 * lever->from : *lever->given;
    double to = lever->as_share ? 100 * exact : weight_of(lever, exact);
    double way = fabs(to - from);
    if (!(way > 0) || !isfinite(way))
        return false;
    for (int i = 2 * DIGITS; i <= 2 * MOST_DIGITS;
         i++) { /* the last bits of the way may be noise */
        int digits = i / 2;
        double by = gs_round_up(way * (i % 2 ? 1 + 1e-12 : 1 - 1e-12), digits);
        int decimals = digits - 1 - (int)floor(log10(by));
        double shown =
            with_decimals(exact > lever->from ? from + by : from - by, decimals < 0 ? 0 : decimals);
        double weight = lever->as_share ? weight_of(lever, shown / 100) : shown;
        size_t rank;
        if (!try_weight(lever, weight, &rank))
            continue;
        *out = (struct gs_change){.kind = GS_CHANGE_WEIGHT, .to = shown, .rank = rank};
        out->by = fabs(shown - from);
        return true;
    }
    return false;
}

/* Of two ways that do, the one that moves the share less. */
static void take_nearer(const struct lever *lever, const double exact[2],
                        const struct gs_change found[2], struct gs_change *out)
{
    out->kind = GS_CHANGE_OUT_OF_REACH;
    out->rank = lever->best;
    bool below =
        found[0].kind && (!found[1].kind || lever->from - exact[0] <= exact[1] - lever->from);
    if (found[0].kind || found[1].kind)
        *out = found[below ? 0 : 1];
}

/* -- where scores are linear in the weights ------------------------------------------------------
 */

/* Where another site and the one in question are level. */
struct crossing {
    double share;
    int change; /* of the number of sites ahead when the share passes it */
};

/* From 0 up; a site that falls back is level with the one in question, so no longer ahead, at the
 * crossing itself; one that comes ahead is not yet. */
static int compare_up(const void *a, const void *b)
{
    const struct crossing *p = a, *q = b;
    if (p->share != q->share)
        return p->share < q->share ? -1 : 1;
    return (p->change > q->change) - (p->change < q->change);
}

/* The crossings on one side of the share as it is, the nearest first, mirrored for the lower side
 * so that shares rise. Scores at shares 0 and 1/2 tell all lines. */
static size_t find_crossings(const struct lever *lever, const double *at_0, const double *at_half,
                             int side, struct crossing *out)
{
    const struct gs_trial *trial = lever->trial;
    size_t n = 0, target = trial->target;
    for (size_t i = 0; i < trial->packed.n; i++) {
        double start = at_0[i] - at_0[target];
        double slope = 2 * (at_half[i] - at_half[target] - start), share = -start / slope;
        if (i == target || slope == 0)
            continue;
        if (trial->score[i] == trial->score[target]) { /* level as things are */
            if (side * slope > 0)
                out[n++] = (struct crossing){side * lever->from, 1};
            continue;
        }
        if (!(share >= 0 && share < 1) || !(side * (share - lever->from) > 0))
            continue;
        out[n++] = (struct crossing){side * share, side * slope > 0 ? 1 : -1};
    }
    if (n)
        qsort(out, n, sizeof *out, compare_up);
    return n;
}

/* The nearest share on one side that suffices, walking from crossing to crossing. */
static bool sweep(struct lever *lever, const struct crossing *crossings, size_t n, int side,
                  double *exact, struct gs_change *out)
{
    long ahead = (long)lever->trial->rank - 1;
    int tries = 0;
    for (size_t i = 0; i < n && tries < MOST_TRIES && !lever->status; i++) {
        ahead += crossings[i].change;
        if (ahead + 1 < (long)lever->best && ahead >= 0)
            lever->best = (size_t)ahead + 1;
        if (ahead >= (long)lever->top || crossings[i].change > 0)
            continue;
        *exact = side * crossings[i].share;
        tries++;
        if (settle(lever, *exact, out))
            return true;
    }
    return false;
}

static enum gs_status change_linear(struct lever *lever, struct gs_change *out)
{
    struct gs_trial *trial = lever->trial;
    size_t n = trial->packed.n, rank;
    double *at_0 = GS_ARRAY(trial->ctx, double, n), *at_half = GS_ARRAY(trial->ctx, double, n);
    struct crossing *crossings = GS_ARRAY(trial->ctx, struct crossing, n);
    struct gs_change found[2] = {{0}};
    double exact[2] = {0};
    if (!at_0 || !at_half || !crossings)
        lever->status = GS_ENOMEM;
    for (int half = 0; half < 2 && !lever->status; half++) {
        (void)try_weight(lever, half ? lever->others : 0, &rank);
        if (!lever->status)
            memcpy(half ? at_half : at_0, trial->scores.score, n * sizeof *at_0);
    }
    for (int i = 0; i < 2 && !lever->status; i++) {
        int side = i ? 1 : -1;
        size_t n_crossings = find_crossings(lever, at_0, at_half, side, crossings);
        (void)sweep(lever, crossings, n_crossings, side, &exact[i], &found[i]);
    }
    if (!lever->status)
        take_nearer(lever, exact, found, out);
    gs_free(at_0);
    gs_free(at_half);
    gs_free(crossings);
    return lever->status;
}

/* -- other methods -------------------------------------------------------------------------------
 */

static enum gs_status change_scanned(struct lever *lever, struct gs_change *out)
{
    struct gs_change found[2] = {{0}};
    double exact[2] = {0};
    for (int i = 0; i < 2; i++) {
        double bad = lever->from, edge = i ? 0.999 : 0;
        for (int step = 1; step <= STEPS && !found[i].kind && !lever->status; step++) {
            double share = lever->from + (edge - lever->from) * step / STEPS;
            if (!suffices(lever, share)) {
                bad = share;
                continue;
            }
            double good = share;
            while (fabs(good - bad) > 1e-9 && !lever->status) {
                double middle = bad + (good - bad) / 2;
                if (suffices(lever, middle))
                    good = middle;
                else
                    bad = middle;
            }
            exact[i] = good;
            if (!settle(lever, good, &found[i]))
                break;
        }
    }
    if (!lever->status)
        take_nearer(lever, exact, found, out);
    return lever->status;
}

/* ---------------------------------------------------------------------------------------------- */

enum gs_status gs_change_weight(struct gs_trial *trial, double *given, double others, bool as_share,
                                size_t top, struct gs_change *out)
{
    struct lever lever = {.trial = trial,
                          .given = given,
                          .others = others,
                          .as_share = as_share,
                          .top = top,
                          .best = trial->rank};
    lever.from = share_of(&lever, *given);
    *out = (struct gs_change){.rank = GS_NO_RANK};
    return trial->additive ? change_linear(&lever, out) : change_scanned(&lever, out);
}
