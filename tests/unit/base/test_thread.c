// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "base/thread.h"

#include <stdatomic.h>

enum { ITEMS = 1000 };

struct work {
    unsigned done[ITEMS]; /* how often each item was worked on */
    size_t fails_from;    /* items from which on work fails; ITEMS: none */
    bool start_fails;
    atomic_int n_started, n_stopped;
};

static enum gs_status start(struct gs_ctx *ctx, void *user, void **worker)
{
    struct work *work = user;
    if (work->start_fails)
        return gs_fail(ctx, GS_EDATA, NULL, NULL, "no worker");
    atomic_fetch_add(&work->n_started, 1);
    *worker = work;
    return GS_OK;
}

static void stop(void *user, void *worker)
{
    struct work *work = user;
    assert_ptr_equal(worker, user);
    atomic_fetch_add(&work->n_stopped, 1);
}

static enum gs_status count(struct gs_ctx *ctx, void *user, void *worker, size_t first, size_t end)
{
    struct work *work = worker;
    assert_ptr_equal(work, user);
    for (size_t i = first; i < end; i++) {
        work->done[i]++;
        if (i >= work->fails_from)
            return gs_fail(ctx, GS_EDATA, NULL, NULL, "item %zu is bad", i);
    }
    return GS_OK;
}

static enum gs_status run(struct gs_ctx *ctx, struct work *work, size_t n, size_t chunk)
{
    const struct gs_parallel parallel = {
        .n_items = n, .chunk = chunk, .start = start, .stop = stop, .work = count, .user = work};
    enum gs_status status = gs_parallel_run(ctx, &parallel);
    assert_int_equal(atomic_load(&work->n_started), atomic_load(&work->n_stopped));
    return status;
}

static void test_every_item_once(void **state)
{
    (void)state;
    static const size_t numbers[] = {0, 1, 2, 7, ITEMS}, chunks[] = {0, 1, 3, ITEMS, ITEMS + 1};
    for (unsigned threads = 1; threads <= 5; threads += 2)
        for (size_t k = 0; k < 5; k++)
            for (size_t c = 0; c < 5; c++) {
                struct work work = {.fails_from = ITEMS};
                struct gs_ctx *ctx = test_ctx_threads(threads);
                assert_ok(ctx, run(ctx, &work, numbers[k], chunks[c]));
                for (size_t i = 0; i < ITEMS; i++)
                    assert_int_equal(work.done[i], i < numbers[k]);
                gs_ctx_free(ctx);
            }
}

/* Nearly every chunk fails, in whichever order threads come to them: told is the first. */
static void test_first_failure(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads++)
        for (int again = 0; again < 20; again++) {
            struct work work = {.fails_from = 10};
            struct gs_ctx *ctx = test_ctx_threads(threads);
            assert_status(ctx, run(ctx, &work, ITEMS, 4), GS_EDATA);
            assert_int_equal(gs_diagnostic_count(ctx), 1);
            assert_string_equal(gs_diagnostic_at(ctx, 0).message, "item 10 is bad");
            gs_ctx_free(ctx);
        }
}

static void test_no_worker(void **state)
{
    (void)state;
    struct work work = {.fails_from = ITEMS, .start_fails = true};
    struct gs_ctx *ctx = test_ctx_threads(3);
    assert_status(ctx, run(ctx, &work, ITEMS, 10), GS_EDATA);
    assert_int_equal(gs_diagnostic_count(ctx), 1);
    assert_diagnostic(ctx, "no worker");
    gs_ctx_free(ctx);
}

static void test_cancel(void **state)
{
    (void)state;
    struct work work = {.fails_from = ITEMS};
    struct gs_ctx *ctx = test_ctx_threads(2);
    gs_ctx_cancel(ctx);
    assert_status(ctx, run(ctx, &work, ITEMS, 10), GS_ECANCEL);
    assert_int_equal(gs_diagnostic_count(ctx), 0);
    for (size_t i = 0; i < ITEMS; i++)
        assert_int_equal(work.done[i], 0);
    gs_ctx_free(ctx);
}

/* Items that come while others are worked on. */
static enum gs_status feed(struct gs_ctx *ctx, struct work *work, size_t n, size_t most, bool drop)
{
    struct gs_feed *fed = NULL;
    const struct gs_parallel parallel = {
        .n_items = most, .start = start, .stop = stop, .work = count, .user = work};
    enum gs_status status = gs_feed_start(ctx, &parallel, &fed);
    for (size_t i = 0; i < n && !status; i++)
        gs_feed_add(fed);
    if (drop)
        gs_feed_drop(fed);
    else if (!status)
        status = gs_feed_end(ctx, fed);
    assert_int_equal(atomic_load(&work->n_started), atomic_load(&work->n_stopped));
    return status;
}

static void test_fed_once(void **state)
{
    (void)state;
    static const size_t numbers[] = {0, 1, 7, ITEMS};
    for (unsigned threads = 1; threads <= 5; threads += 2)
        for (size_t k = 0; k < 4; k++) {
            struct work work = {.fails_from = ITEMS};
            struct gs_ctx *ctx = test_ctx_threads(threads);
            assert_ok(ctx, feed(ctx, &work, numbers[k], numbers[k] + k, false));
            for (size_t i = 0; i < ITEMS; i++)
                assert_int_equal(work.done[i], i < numbers[k]);
            gs_ctx_free(ctx);
        }
}

static void test_feed_failure(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct work work = {.fails_from = 10};
        struct gs_ctx *ctx = test_ctx_threads(threads);
        assert_status(ctx, feed(ctx, &work, ITEMS, ITEMS, false), GS_EDATA);
        assert_int_equal(gs_diagnostic_count(ctx), 1);
        assert_string_equal(gs_diagnostic_at(ctx, 0).message, "item 10 is bad");
        gs_ctx_free(ctx);
    }
}

/* Its caller has an error of its own to tell. */
static void test_feed_dropped(void **state)
{
    (void)state;
    struct work work = {.fails_from = 10};
    struct gs_ctx *ctx = test_ctx_threads(3);
    assert_ok(ctx, feed(ctx, &work, ITEMS, ITEMS, true));
    assert_int_equal(gs_diagnostic_count(ctx), 0);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_item_once), cmocka_unit_test(test_first_failure),
        cmocka_unit_test(test_no_worker),       cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_fed_once),        cmocka_unit_test(test_feed_failure),
        cmocka_unit_test(test_feed_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
