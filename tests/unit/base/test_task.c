// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/task.h"

#include <stdatomic.h>

static atomic_int n_done;

static enum gs_status work(struct gs_ctx *ctx, void *user)
{
    atomic_fetch_add(&n_done, 1);
    gs_warn(ctx, NULL, NULL, "a warning");
    return user ? gs_fail(ctx, GS_EOUTPUT, NULL, NULL, "the disk is full") : gs_check_cancel(ctx);
}

/* In a thread or in none, diagnostics come when it is joined. */
static void joined(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads < 4; threads++)
        for (int fails = 0; fails < 2; fails++) {
            struct gs_ctx *ctx = test_ctx_threads(threads);
            struct gs_task task;
            atomic_store(&n_done, 0);
            gs_task_start(ctx, &task, work, fails ? &n_done : NULL);
            assert_int_equal(gs_diagnostic_count(ctx), 0);
            assert_int_equal(gs_task_join(ctx, &task), fails ? GS_EOUTPUT : GS_OK);
            assert_int_equal(atomic_load(&n_done), 1);
            assert_int_equal(gs_diagnostic_count(ctx), 1 + fails);
            assert_diagnostic(ctx, fails ? "the disk is full" : "a warning");
            gs_task_drop(&task);
            gs_ctx_free(ctx);
        }
}

static void dropped(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx_threads(2);
    struct gs_task task = {0};
    gs_task_drop(&task);
    atomic_store(&n_done, 0);
    gs_task_start(ctx, &task, work, &n_done);
    gs_task_drop(&task);
    assert_int_equal(atomic_load(&n_done), 1);
    assert_int_equal(gs_diagnostic_count(ctx), 0);
    gs_ctx_free(ctx);
}

static void stopped(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx_threads(2);
    struct gs_task task;
    gs_ctx_cancel(ctx);
    gs_task_start(ctx, &task, work, NULL);
    assert_int_equal(gs_task_join(ctx, &task), GS_ECANCEL);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joined),
        cmocka_unit_test(dropped),
        cmocka_unit_test(stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
