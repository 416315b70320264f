// SPDX-License-Identifier: Apache-2.0
/* What the tests share: cmocka, a context, and readable failures. */
#ifndef GS_TESTS_SUPPORT_H
#define GS_TESTS_SUPPORT_H

#include "base/ctx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* A context for the test; fails the test when it cannot be had. */
struct gs_ctx *test_ctx(void);
/* As test_ctx with so many threads. */
struct gs_ctx *test_ctx_threads(unsigned threads);

/* Fails with the diagnostics of `ctx` when `status` is not the one expected. */
void test_status(struct gs_ctx *ctx, enum gs_status status, enum gs_status expected,
                 const char *file, int line);
#define assert_status(ctx, call, expected)                                                         \
    test_status((ctx), (call), (expected), __FILE__, __LINE__)
#define assert_ok(ctx, call) test_status((ctx), (call), GS_OK, __FILE__, __LINE__)

/* Some diagnostic of `ctx` holds `part` in its message or hint. */
void test_diagnostic(struct gs_ctx *ctx, const char *part, const char *file, int line);
#define assert_diagnostic(ctx, part) test_diagnostic((ctx), (part), __FILE__, __LINE__)

/* |actual - expected| <= tolerance; NaN equals NaN. */
void test_near(double actual, double expected, double tolerance, const char *file, int line);
#define assert_near(actual, expected, tolerance)                                                   \
    test_near((actual), (expected), (tolerance), __FILE__, __LINE__)

/* A fresh folder for the test's files, removed at exit. */
const char *test_folder(void);
/* Writes text to a file of that folder and returns its path (kept until exit). */
const char *test_write(const char *name, const char *text);

#endif
