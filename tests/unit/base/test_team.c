// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/mem.h"
#include "base/team.h"

enum { MEMBERS_MAX = 8, ROUNDS = 500 };

struct game {
    size_t written[MEMBERS_MAX]; /* the round that each member wrote last */
    size_t n, n_alone;
    size_t fails[2]; /* members that fail; SIZE_MAX: none */
};

/* All are here and nobody is ahead: only now what the others wrote may be read. */
static void alone(void *user)
{
    struct game *game = user;
    for (size_t i = 0; i < game->n; i++)
        assert_int_equal(game->written[i], game->n_alone + 1);
    game->n_alone++;
}

static enum gs_status play(struct gs_member *member)
{
    struct game *game = member->user;
    if (member->number == 0)
        game->n = member->n;
    gs_gate_pass(member, NULL);
    assert_int_equal(game->n, member->n);
    for (size_t round = 1; round <= ROUNDS; round++) {
        game->written[member->number] = round;
        gs_gate_pass(member, alone);
        assert_int_equal(game->n_alone, round);
        gs_gate_pass(member, NULL);
    }
    for (int i = 0; i < 2; i++)
        if (game->fails[i] == member->number)
            return gs_fail(member->ctx, GS_EDATA, NULL, NULL, "member %zu fails", member->number);
    return GS_OK;
}

static void members_keep_step(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= MEMBERS_MAX; threads++) {
        struct gs_ctx *ctx = test_ctx_threads(threads);
        struct game game = {.fails = {SIZE_MAX, SIZE_MAX}};
        assert_ok(ctx, gs_team_run(ctx, play, &game));
        assert_int_equal(game.n, threads);
        assert_int_equal(game.n_alone, ROUNDS);
        gs_ctx_free(ctx);
    }
}

static void first_member_that_fails_is_told(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx_threads(5);
    struct game game = {.fails = {4, 2}};
    assert_status(ctx, gs_team_run(ctx, play, &game), GS_EDATA);
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    assert_diagnostic(ctx, "member 2 fails");
    gs_ctx_free(ctx);
}

static void no_memory_for_a_team(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx_threads(3);
    struct game game = {.fails = {SIZE_MAX, SIZE_MAX}};
    gs_mem_fail_after(0, false);
    enum gs_status status = gs_team_run(ctx, play, &game);
    gs_mem_fail_after(-1, false);
    assert_status(ctx, status, GS_ENOMEM);
    assert_int_equal(game.n, 0);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_keep_step),
        cmocka_unit_test(first_member_that_fails_is_told),
        cmocka_unit_test(no_memory_for_a_team),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
