// SPDX-License-Identifier: Apache-2.0
/* What the tests of value functions share: a function with its parameters as a study would write
 * them, and the properties that every one of them promises. */
#ifndef GS_TESTS_CURVE_H
#define GS_TESTS_CURVE_H

#include "support/support.h"

#include "base/arena.h"
#include "base/mem.h"
#include "value/value.h"

#include <math.h>
#include <string.h>

struct curve {
    struct gs_ctx *ctx;
    struct gs_arena arena;
    const struct gs_value *value;
    void *params;
};

static inline const struct gs_param *curve_param(const struct gs_value *value, const char *key)
{
    for (size_t i = 0; i < value->n_params; i++)
        if (strcmp(value->params[i].key, key) == 0)
            return &value->params[i];
    fail_msg("%s has no parameter %s", value->name, key);
    return NULL;
}

static inline void *curve_member(struct curve *curve, const char *key)
{
    return (char *)curve->params + curve_param(curve->value, key)->offset;
}

/* The function with its defaults. */
static inline void curve_open(struct curve *curve, const char *name)
{
    curve->ctx = test_ctx();
    gs_arena_init(&curve->arena);
    curve->value = gs_value_find(name);
    assert_non_null(curve->value);
    curve->params = gs_arena_alloc(curve->ctx, &curve->arena, 1, curve->value->params_size);
    assert_non_null(curve->params);
    assert_ok(curve->ctx, gs_param_defaults(curve->ctx, &curve->arena, curve->value->params,
                                            curve->value->n_params, curve->params));
}

/* One parameter, through its table entry, in unit "m" where the measured one is meant. */
static inline enum gs_status curve_set(struct curve *curve, const char *key, const char *text)
{
    return gs_param_parse(curve->ctx, &curve->arena, curve_param(curve->value, key), "m", text,
                          NULL, curve->params);
}

static inline enum gs_status curve_check(struct curve *curve)
{
    return curve->value->check(curve->ctx, NULL, curve->params);
}

/* "worst=50 km;best=2 km", parsed and checked. */
static inline void curve_make(struct curve *curve, const char *name, const char *settings)
{
    char copy[256], *save = NULL;
    curve_open(curve, name);
    assert_true(strlen(settings) < sizeof copy);
    strcpy(copy, settings);
    for (char *s = strtok_r(copy, ";", &save); s; s = strtok_r(NULL, ";", &save)) {
        char *equals = strchr(s, '=');
        assert_non_null(equals);
        *equals = 0;
        assert_ok(curve->ctx, curve_set(curve, s, equals + 1));
    }
    assert_ok(curve->ctx, curve_check(curve));
}

static inline double curve_at(const struct curve *curve, double x)
{
    return curve->value->worth(curve->params, x);
}

static inline void curve_close(struct curve *curve)
{
    gs_arena_release(&curve->arena);
    gs_ctx_free(curve->ctx);
}

/* The settings are refused, by the table or by check(), with a message or hint that holds `part`.
 */
static inline void curve_reject(const char *name, const char *settings, const char *part)
{
    struct curve curve;
    char copy[256], *save = NULL;
    enum gs_status status = GS_OK;
    curve_open(&curve, name);
    strcpy(copy, settings);
    for (char *s = strtok_r(copy, ";", &save); s && !status; s = strtok_r(NULL, ";", &save)) {
        char *equals = strchr(s, '=');
        *equals = 0;
        status = curve_set(&curve, s, equals + 1);
    }
    if (!status)
        status = curve_check(&curve);
    assert_status(curve.ctx, status, GS_ESTUDY);
    assert_diagnostic(curve.ctx, part);
    assert_int_equal(gs_diagnostic_count(curve.ctx), 1);
    curve_close(&curve);
}

/* On a fine grid over [from, to] and far outside: within 0 to 1 and, in `direction` +1 or -1, never
 * turning back (0: not asked). NaN gives NaN; both infinities the worths `at_minus`, `at_plus`. */
static inline void curve_promises(const struct curve *curve, double from, double to, int direction,
                                  double at_minus, double at_plus)
{
    enum { STEPS = 20000 };
    double before = NAN;
    for (int i = -2; i <= STEPS + 2; i++) {
        double x = from + (to - from) * i / STEPS;
        x = i == -2 ? -INFINITY : i == -1 ? -1e300 : x;
        x = i == STEPS + 1 ? 1e300 : i == STEPS + 2 ? INFINITY : x;
        double y = curve_at(curve, x);
        if (!(y >= 0 && y <= 1))
            fail_msg("%s(%g) = %.17g", curve->value->name, x, y);
        if (!isnan(before) && direction * (y - before) < 0)
            fail_msg("%s turns back at %.17g: %.17g, %.17g", curve->value->name, x, before, y);
        before = y;
    }
    assert_true(isnan(curve_at(curve, NAN)));
    assert_near(curve_at(curve, -INFINITY), at_minus, 0);
    assert_near(curve_at(curve, INFINITY), at_plus, 0);
}

/* No jump at x: the worth just beside it, up to the given slope, is the worth at it. */
static inline void curve_continuous(const struct curve *curve, double x, double slope)
{
    double h = 1e-9 * (1 + fabs(x)), tolerance = slope * h * 1.01 + 1e-15;
    assert_near(curve_at(curve, x - h), curve_at(curve, x), tolerance);
    assert_near(curve_at(curve, x + h), curve_at(curve, x), tolerance);
}

#endif
