// SPDX-License-Identifier: Apache-2.0
#include "support/support.h"

#include "study/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct gs_node *parse(struct gs_ctx *ctx, struct gs_arena *arena, const char *text)
{
    struct gs_node *root = NULL;
    assert_ok(ctx, gs_node_parse(ctx, arena, "t.yaml", text, strlen(text), &root));
    return root;
}

static void test_tree(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_arena arena;
    gs_arena_init(&arena);
    struct gs_node *root = parse(ctx, &arena, "a: no\nb: [1, 'x y', {c: off}]\n\"d\": \"007\"\n");
    assert_string_equal(gs_node_get(root, "a")->text, "no"); /* no Norway problem */
    struct gs_node *b = gs_node_get(root, "b");
    assert_int_equal(b->kind, GS_NODE_LIST);
    assert_int_equal(b->pos.line, 2);
    assert_int_equal(b->pos.column, 4);
    assert_string_equal(b->children->next->text, "x y");
    assert_false(b->children->next->plain);
    assert_int_equal(b->children->next->pos.column, 8);
    assert_string_equal(gs_node_get(b->children->next->next, "c")->text, "off");
    assert_string_equal(gs_node_get(root, "d")->text, "007");
    struct gs_text flow;
    gs_text_init(&flow);
    gs_node_flow(&flow, root);
    assert_string_equal(flow.bytes, "{a: no, b: [1, x y, {c: off}], d: 007}");
    gs_text_release(&flow);
    gs_arena_release(&arena);
    gs_ctx_free(ctx);
}

static void test_json_and_aliases(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_arena arena;
    gs_arena_init(&arena);
    struct gs_node *root = parse(ctx, &arena, "{\"a\": {\"b\": [1.5, null, true]}}");
    assert_true(gs_node_is_null(gs_node_get(gs_node_get(root, "a"), "b")->children->next));
    root = parse(ctx, &arena, "x: &v {type: distance}\ny: *v\n");
    assert_string_equal(gs_node_get(gs_node_get(root, "y"), "type")->text, "distance");
    gs_arena_release(&arena);
    gs_ctx_free(ctx);
}

static void reject(const char *text, const char *part, unsigned line, unsigned column)
{
    struct gs_ctx *ctx = test_ctx();
    struct gs_arena arena;
    struct gs_node *root;
    gs_arena_init(&arena);
    assert_status(ctx, gs_node_parse(ctx, &arena, "t.yaml", text, strlen(text), &root), GS_ESTUDY);
    assert_diagnostic(ctx, part);
    struct gs_diagnostic diag = gs_diagnostic_at(ctx, 0);
    assert_string_equal(diag.file, "t.yaml");
    assert_int_equal(diag.line, line);
    assert_int_equal(diag.column, column);
    gs_arena_release(&arena);
    gs_ctx_free(ctx);
}

static void test_faults(void **state)
{
    (void)state;
    reject("a: 1\nb: 2\na: 3\n", "key `a` stands twice, first in line 1", 3, 1);
    reject("x: &v {a: 1}\ny:\n  <<: *v\n", "merge keys", 3, 3);
    reject("a: [1, 2\nb: 3\n", "not YAML", 2, 2);
    reject("", "it is empty", 1, 1);
    reject("# only a comment\n", "it is empty", 1, 1);
    reject("a: 1\n---\nb: 2\n", "second YAML document", 3, 1);
    reject("? [a]\n: 1\n", "single word", 1, 3);
    reject("a: \"\\0\"\n", "NUL", 1, 4);
    reject("&x [*x]", "nested deeper", 1, 1);
    reject("a: \xff", "not YAML", 1, 1);
}

static void test_bombs(void **state)
{
    (void)state;
    char text[4096] = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 12; i++) /* 10^12 values */
        sprintf(text + strlen(text),
                "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i, i - 1,
                i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    struct gs_ctx *ctx = test_ctx();
    struct gs_arena arena;
    struct gs_node *root;
    gs_arena_init(&arena);
    assert_status(ctx, gs_node_parse(ctx, &arena, "t", text, strlen(text), &root), GS_ESTUDY);
    assert_diagnostic(ctx, "more than 200000 values");
    char *deep = malloc(100001);
    memset(deep, '[', 100000);
    deep[100000] = 0;
    assert_status(ctx, gs_node_parse(ctx, &arena, "t", deep, 100000, &root), GS_ESTUDY);
    assert_diagnostic(ctx, "nested deeper");
    free(deep);
    gs_arena_release(&arena);
    gs_ctx_free(ctx);
}

static void test_large_file(void **state)
{
    (void)state;
    char *text = malloc((1 << 20) + 10);
    memset(text, '#', (1 << 20) + 9);
    text[(1 << 20) + 9] = 0;
    const char *path = test_write("large.yaml", text);
    free(text);
    struct gs_ctx *ctx = test_ctx();
    struct gs_arena arena;
    struct gs_node *root;
    const char *kept;
    gs_arena_init(&arena);
    assert_status(ctx, gs_node_load(ctx, &arena, path, &root, &kept), GS_ESTUDY);
    assert_diagnostic(ctx, "larger than 1 MiB");
    assert_status(ctx, gs_node_load(ctx, &arena, "/nonexistent/x.yaml", &root, &kept), GS_ESTUDY);
    assert_diagnostic(ctx, "No such file");
    gs_arena_release(&arena);
    gs_ctx_free(ctx);
}

static void test_settings(void **state)
{
    (void)state;
    struct gs_ctx *ctx = test_ctx();
    struct gs_arena arena;
    gs_arena_init(&arena);
    struct gs_node *root = parse(ctx, &arena,
                                 "facility: {pue: 1.2}\n"
                                 "criteria:\n"
                                 "- id: grid\n"
                                 "  criteria:\n"
                                 "  - {id: near, weight: 1}\n"
                                 "- {id: wind, weight: 2}\n");
    assert_ok(ctx, gs_node_set(ctx, &arena, root, "facility.pue=1.5"));
    assert_ok(ctx, gs_node_set(ctx, &arena, root, "facility.land=60 ha"));
    assert_ok(ctx, gs_node_set(ctx, &arena, root, "criteria.near.weight=7"));
    assert_ok(ctx, gs_node_set(ctx, &arena, root, "criteria.1.weight=9"));
    assert_ok(ctx, gs_node_set(ctx, &arena, root, "decision.missing=worst"));
    assert_ok(ctx, gs_node_set(ctx, &arena, root, "title={a: [1, 2]}"));
    struct gs_text flow;
    gs_text_init(&flow);
    gs_node_flow(&flow, root);
    assert_string_equal(flow.bytes,
                        "{facility: {pue: 1.5, land: 60 ha}, criteria: [{id: grid, criteria: [{id: "
                        "near, weight: 7}]}, {id: wind, weight: 9}], decision: {missing: worst}, "
                        "title: {a: [1, 2]}}");
    gs_text_release(&flow);
    assert_status(ctx, gs_node_set(ctx, &arena, root, "nothing"), GS_ESTUDY);
    assert_diagnostic(ctx, "PATH=VALUE");
    assert_status(ctx, gs_node_set(ctx, &arena, root, "criteria.sun.weight=1"), GS_ESTUDY);
    assert_diagnostic(ctx, "there is no `sun`");
    assert_status(ctx, gs_node_set(ctx, &arena, root, "title=[1"), GS_ESTUDY);
    gs_arena_release(&arena);
    gs_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),       cmocka_unit_test(test_json_and_aliases),
        cmocka_unit_test(test_faults),     cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_large_file), cmocka_unit_test(test_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
