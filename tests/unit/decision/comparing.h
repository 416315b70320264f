// SPDX-License-Identifier: Apache-2.0
/* Properties of methods that compare sites with each other, on random tables with ties. */
#ifndef GS_TESTS_COMPARING_H
#define GS_TESTS_COMPARING_H

#include "unit/decision/scoring.h"

enum { COMPARING_SITES = 23, COMPARING_CRITERIA = 5 };

struct comparing {
    double values[COMPARING_CRITERIA][COMPARING_SITES];
    double weights[COMPARING_CRITERIA];
    bool relative[COMPARING_CRITERIA], lower[COMPARING_CRITERIA];
    struct gs_preference preferences[COMPARING_CRITERIA];
};

/* Values of 1 to 9, so that many tie; every second criterion prefers less; all types of preference
 * function. */
static inline void comparing_fill(struct comparing *t, uint64_t seed)
{
    for (size_t c = 0; c < COMPARING_CRITERIA; c++) {
        t->weights[c] = 0.1 + scoring_random(&seed);
        t->relative[c] = true;
        t->lower[c] = c % 2;
        t->preferences[c] = (struct gs_preference){.type = (int)((c + seed) % 6),
                                                   .indifference = 1,
                                                   .preference = 3,
                                                   .sigma = 2,
                                                   .veto = c ? NAN : 7};
        for (size_t s = 0; s < COMPARING_SITES; s++)
            t->values[c][s] = 1 + floor(9 * scoring_random(&seed));
    }
}

static inline enum gs_status comparing_score(struct gs_ctx *ctx, const char *name,
                                             const void *params, const struct comparing *t,
                                             size_t n_sites, double *score, double *index)
{
    const struct gs_method *method = gs_method_find(name);
    const double *columns[COMPARING_CRITERIA];
    static double parts[COMPARING_CRITERIA][COMPARING_SITES];
    double *rows[COMPARING_CRITERIA];
    for (size_t c = 0; c < COMPARING_CRITERIA; c++) {
        columns[c] = t->values[c];
        rows[c] = parts[c];
    }
    struct gs_decision_table table = {.n_sites = n_sites,
                                      .n_criteria = COMPARING_CRITERIA,
                                      .values = columns,
                                      .weights = t->weights,
                                      .relative = t->relative,
                                      .lower = t->lower,
                                      .preferences = t->preferences};
    struct gs_scores scores = {.score = score, .method_index = index, .parts = rows};
    return method->score(ctx, &table, params, &scores);
}

/* A site at least as good in all and better in one is never behind; scores are 0 to 1. */
static inline void comparing_dominance(const char *name, const void *params)
{
    struct gs_ctx *ctx = test_ctx();
    double score[COMPARING_SITES], index[COMPARING_SITES];
    for (uint64_t seed = 1; seed < 60; seed++) {
        struct comparing t;
        comparing_fill(&t, seed);
        assert_ok(ctx, comparing_score(ctx, name, params, &t, COMPARING_SITES, score, index));
        for (size_t a = 0; a < COMPARING_SITES; a++) {
            assert_true(score[a] >= 0 && score[a] <= 1);
            for (size_t b = 0; b < COMPARING_SITES; b++) {
                bool dominates = true;
                for (size_t c = 0; c < COMPARING_CRITERIA; c++)
                    dominates &= t.lower[c] ? t.values[c][a] <= t.values[c][b]
                                            : t.values[c][a] >= t.values[c][b];
                if (dominates && score[a] < score[b] - 1e-12)
                    fail_msg("%s, seed %llu: site %zu dominates %zu, but %.17g < %.17g", name,
                             (unsigned long long)seed, a, b, score[a], score[b]);
            }
        }
    }
    gs_ctx_free(ctx);
}

/* Sites and criteria in another order, and weights of another scale: the same scores. */
static inline void comparing_order(const char *name, const void *params)
{
    struct gs_ctx *ctx = test_ctx();
    double score[COMPARING_SITES], index[COMPARING_SITES], other[COMPARING_SITES];
    for (uint64_t seed = 1; seed < 30; seed++) {
        struct comparing t, turned;
        comparing_fill(&t, seed);
        assert_ok(ctx, comparing_score(ctx, name, params, &t, COMPARING_SITES, score, index));
        for (size_t c = 0; c < COMPARING_CRITERIA; c++) {
            size_t from = (c * 2 + seed) % COMPARING_CRITERIA;
            turned.weights[c] = 8 * t.weights[from];
            turned.relative[c] = t.relative[from];
            turned.lower[c] = t.lower[from];
            turned.preferences[c] = t.preferences[from];
            for (size_t s = 0; s < COMPARING_SITES; s++)
                turned.values[c][s] = t.values[from][(s * 5 + seed) % COMPARING_SITES];
        }
        assert_ok(ctx, comparing_score(ctx, name, params, &turned, COMPARING_SITES, other, index));
        for (size_t s = 0; s < COMPARING_SITES; s++)
            assert_near(other[s], score[(s * 5 + seed) % COMPARING_SITES], 1e-15);
    }
    gs_ctx_free(ctx);
}

/* Where all sites are alike none is behind; a single site, too; a missing value is a bug. */
static inline void comparing_edges(const char *name, const void *params, double alike)
{
    struct gs_ctx *ctx = test_ctx();
    double score[COMPARING_SITES], index[COMPARING_SITES];
    struct comparing t;
    comparing_fill(&t, 5);
    for (size_t c = 0; c < COMPARING_CRITERIA; c++)
        for (size_t s = 0; s < COMPARING_SITES; s++)
            t.values[c][s] = 4;
    assert_ok(ctx, comparing_score(ctx, name, params, &t, COMPARING_SITES, score, index));
    for (size_t s = 0; s < COMPARING_SITES; s++)
        assert_near(score[s], alike, 0);
    assert_ok(ctx, comparing_score(ctx, name, params, &t, 1, score, index));
    assert_near(score[0], alike, 0);
    t.values[2][3] = NAN;
    assert_status(ctx, comparing_score(ctx, name, params, &t, COMPARING_SITES, score, index),
                  GS_EINTERNAL);
    assert_diagnostic(ctx, "lacks a value");
    gs_ctx_free(ctx);
}

#endif
