// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/mem.h"
#include "decision/portfolio.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SITES = 11, NODES = 5, LINKS = 3 };

struct instance {
    struct gs_portfolio p;
    double score[SITES], x[SITES], y[SITES], cost[SITES], capacity[NODES], spacing;
    size_t group[SITES], first[SITES + 1], links[SITES * LINKS];
    bool include[SITES], exclude[SITES];
    struct gs_group_limit limit;
};

static double number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 9007199254740992.0;
}

static bool too_near(void *user, size_t a, size_t b)
{
    const struct instance *in = user;
    return hypot(in->x[a] - in->x[b], in->y[a] - in->y[b]) < in->spacing;
}

/* Scores with ties, spacing, a quota, a budget, included and excluded sites, nodes that several
 * sites share: each in some instances. */
static void make(struct instance *in, uint64_t seed)
{
    uint64_t random = seed;
    *in = (struct instance){.spacing = 0.25 * (double)(seed % 3)};
    for (size_t i = 0; i < SITES; i++) {
        in->score[i] = i ? fmax(0, in->score[i - 1] - floor(3 * number(&random)) / 15) : 0.9;
        in->x[i] = number(&random);
        in->y[i] = number(&random);
        in->cost[i] = floor(5 * number(&random));
        in->group[i] = i % 4 == 3 ? SIZE_MAX : i % 4;
        in->exclude[i] = seed % 5 == 2 && i == 4;
        in->include[i] = seed % 7 == 3 && i == 6;
        in->first[i] = i * LINKS;
        size_t node = (size_t)(number(&random) * (NODES - LINKS + 1));
        for (size_t k = 0; k < LINKS; k++)
            in->links[i * LINKS + k] = node + k;
    }
    in->first[SITES] = SITES * LINKS;
    for (size_t i = 0; i < NODES; i++)
        in->capacity[i] = floor(4 * number(&random));
    in->limit = (struct gs_group_limit){"country", in->group, 3, 1 + seed % 2};
    in->p = (struct gs_portfolio){
        .n = SITES,
        .score = in->score,
        .count = 2 + seed % 4,
        .objective = (int)(seed / 2 % 2),
        .too_near = seed % 3 ? too_near : NULL,
        .user = in,
        .include = in->include,
        .exclude = in->exclude,
        .limits = &in->limit,
        .n_limits = seed % 4 ? 1 : 0,
        .cost = seed % 5 ? in->cost : NULL,
        .budget = 8,
        .first = seed % 3 == 1 ? NULL : in->first,
        .links = in->links,
        .capacity = in->capacity,
        .n_nodes = NODES,
        .demand = 1.5,
        .split = seed / 3 % 2,
        .time_limit_s = 60,
        .n_runners_up = 3,
    };
}

/* Can the sites of the mask draw all they need? All ways of sharing out, half a demand at a time.
 */
static bool draws(const struct instance *in, const size_t *sites, size_t n, size_t at, double left,
                  double *capacity)
{
    if (at == n)
        return true;
    if (left <= 0)
        return draws(in, sites, n, at + 1, in->p.demand, capacity);
    double piece = in->p.split ? 0.5 : in->p.demand;
    for (size_t k = 0; k < LINKS; k++) {
        size_t node = in->links[sites[at] * LINKS + k];
        if (capacity[node] < piece)
            continue;
        capacity[node] -= piece;
        bool possible = draws(in, sites, n, at, left - piece, capacity);
        capacity[node] += piece;
        if (possible)
            return true;
    }
    return false;
}

static bool allowed(const struct instance *in, const size_t *sites, size_t n)
{
    double cost = 0, capacity[NODES];
    bool has[SITES] = {false};
    for (size_t i = 0; i < n; i++) {
        cost += in->cost[sites[i]];
        has[sites[i]] = true;
        size_t same = 0;
        for (size_t k = 0; k < n; k++) {
            same += in->group[sites[k]] == in->group[sites[i]];
            if (k < i && in->p.too_near && too_near((void *)(uintptr_t)in, sites[i], sites[k]))
                return false;
        }
        if (in->p.n_limits && in->group[sites[i]] != SIZE_MAX && same > in->limit.at_most)
            return false;
        if (in->exclude[sites[i]])
            return false;
    }
    for (size_t i = 0; i < SITES; i++)
        if (in->include[i] && !has[i])
            return false;
    if (in->p.cost && cost > in->p.budget)
        return false;
    memcpy(capacity, in->capacity, sizeof capacity);
    return !in->p.first || draws(in, sites, n, 0, in->p.demand, capacity);
}

static double value(const struct instance *in, const size_t *sites, size_t n)
{
    double sum = 0, worst = 1;
    for (size_t i = 0; i < n; i++) {
        sum += in->score[sites[i]];
        worst = fmin(worst, in->score[sites[i]]);
    }
    return in->p.objective == GS_PORTFOLIO_WORST ? worst : sum;
}

/* Every subset; of a size, with `forced` (SIZE_MAX: none) in it. NaN: there is none. */
static double brute(const struct instance *in, size_t count, size_t forced)
{
    double best = NAN;
    for (unsigned mask = 0; mask < 1u << SITES; mask++) {
        size_t sites[SITES], n = 0;
        for (size_t i = 0; i < SITES; i++)
            if (mask >> i & 1)
                sites[n++] = i;
        bool has = forced == SIZE_MAX || mask >> forced & 1;
        if (n == count && has && allowed(in, sites, n))
            best = fmax(best, value(in, sites, n));
    }
    return best;
}

static void test_brute_force(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    size_t n_feasible = 0, n_infeasible = 0;
    for (uint64_t seed = 1; seed <= 90; seed++) {
        struct instance in;
        struct gs_set set;
        make(&in, seed);
        double best = brute(&in, in.p.count, SIZE_MAX);
        assert_ok(ctx, gs_portfolio_solve(ctx, &in.p, &set));
        if (isnan(best) != (set.outcome == GS_SET_INFEASIBLE))
            fail_msg("seed %llu: outcome %d, best is %g", (unsigned long long)seed, set.outcome,
                     best);
        if (isnan(best)) {
            size_t most = in.p.count;
            while (most > 0 && isnan(brute(&in, most, SIZE_MAX)))
                most--;
            bool none = isnan(brute(&in, most, SIZE_MAX));
            assert_true(none ? set.most == SIZE_MAX : set.most == most);
            n_infeasible++;
        } else {
            assert_int_equal(set.outcome, GS_SET_OPTIMAL);
            assert_near(set.objective, best, 1e-9);
            assert_near(set.bound, best, 1e-9);
            assert_true(allowed(&in, set.chosen, in.p.count));
            assert_near(value(&in, set.chosen, in.p.count), best, 1e-9);
            for (size_t i = 0; i < set.n_runners; i++) {
                double with = brute(&in, in.p.count, set.runners[i].site);
                assert_true(set.runners[i].proven);
                assert_near(set.runners[i].cost, isnan(with) ? NAN : best - with, 1e-9);
            }
            double drawn = 0;
            for (size_t i = 0; i < set.n_draws; i++)
                drawn += set.draws[i].amount;
            assert_near(drawn, in.p.first ? 1.5 * (double)in.p.count : 0, 1e-6);
            n_feasible++;
        }
        gs_set_release(&set);
    }
    assert_true(n_feasible > 25 && n_infeasible > 12);
    gs_ctx_free(ctx);
}

static void clashes(const struct gs_portfolio *p, size_t n, const char *const *words, size_t most)
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_set set;
    assert_ok(ctx, gs_portfolio_solve(ctx, p, &set));
    assert_int_equal(set.outcome, GS_SET_INFEASIBLE);
    assert_int_equal(set.n_clash, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(set.clash[i], words[i]);
    assert_int_equal(set.most, most);
    gs_set_release(&set);
    gs_ctx_free(ctx);
}

/* The demands that clash, and no others. */
static void test_clashes(void **state)
{
    (void)state;
    struct instance in;
    make(&in, 8);
    in.spacing = 5; /* any two are too near */
    in.p.budget = 100;
    in.p.n_limits = 0;
    in.p.first = NULL;
    in.p.too_near = too_near;
    in.p.count = 2;
    memset(in.include, 0, sizeof in.include);
    memset(in.exclude, 0, sizeof in.exclude);
    clashes(&in.p, 2, (const char *const[]){"`count: 2`", "`spacing`"}, 1);
    in.spacing = 0;
    in.p.n_limits = 1;
    in.limit.at_most = 0; /* two sites are of no group */
    in.p.count = 3;
    clashes(&in.p, 2, (const char *const[]){"`count: 3`", "`at_most: country`"}, 2);
    in.p.n_limits = 0;
    in.p.count = 12;
    clashes(&in.p, 1, (const char *const[]){"`count: 12`"}, 11);
    in.p.count = 4; /* whatever else is chosen, these two are too near */
    in.include[1] = in.include[2] = true;
    in.spacing = 1.001 * hypot(in.x[1] - in.x[2], in.y[1] - in.y[2]);
    in.p.cost = NULL;
    clashes(&in.p, 3, (const char *const[]){"`spacing`", "1", "2"}, SIZE_MAX);
}

/* The solver is silent: standard output carries results only. */
static void test_silence(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct instance in;
    struct gs_set set;
    fflush(stdout);
    int kept = dup(1);
    char name[] = "/tmp/gigasite-test-XXXXXX";
    int file = mkstemp(name);
    assert_true(kept >= 0 && file >= 0);
    dup2(file, 1);
    for (uint64_t seed = 1; seed < 12; seed++) {
        make(&in, seed);
        if (gs_portfolio_solve(ctx, &in.p, &set) == GS_OK)
            gs_set_release(&set);
    }
    fflush(stdout);
    dup2(kept, 1);
    close(kept);
    off_t size = lseek(file, 0, SEEK_END);
    close(file);
    unlink(name);
    assert_int_equal(size, 0);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_brute_force),
        cmocka_unit_test(test_clashes),
        cmocka_unit_test(test_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
