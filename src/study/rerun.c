// SPDX-License-Identifier: Apache-2.0
/* A run repeated from what it holds, and whether its inputs have changed since. */
#include "study/compare.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "study/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum gs_status gs_study_open_run(struct gs_ctx *ctx, const char *run_path, const char *layers_dir,
                                 struct gs_run_record *record, struct gs_study **out)
{
    struct gs_run_side side;
    struct gs_study *study = NULL;
    enum gs_status status = gs_run_facts_load(ctx, run_path, &side);
    if (!status && (!side.study_path || !side.texts.study || !side.texts.catalogue))
        status = gs_fail(ctx, GS_EDATA, NULL, "run the study itself with `gigasite run`",
                         "%s does not hold its study", run_path);
    side.texts.layers_dir = layers_dir ? layers_dir : gs_run_fact(&side, "layers_dir");
    if (!status)
        status = gs_study_open_texts(ctx, side.study_path, &side.texts, &study);
    if (!status) {
        const char *line = gs_run_fact(&side, "command"), *created = gs_run_fact(&side, "created");
        *record = (struct gs_run_record){.surface = gs_run_fact(&side, "surface.suitability")};
        record->command_line = line ? gs_arena_text(ctx, &study->arena, line) : NULL;
        record->created = created ? gs_arena_text(ctx, &study->arena, created) : NULL;
        if ((line && !record->command_line) || (created && !record->created))
            status = GS_ENOMEM;
    }
    gs_run_side_release(&side);
    if (status)
        gs_study_free(study);
    else
        *out = study;
    return status;
}

/* -- what has changed ---------------------------------------------------------------------------
 */

struct difference {
    const char *what, *old, *new;
};

struct differences {
    struct gs_ctx *ctx;
    struct gs_arena arena;
    struct difference *items;
    size_t n, capacity;
    enum gs_status status;
};

static void add(struct differences *d, const char *what, const char *old, const char *new)
{
    if (!d->status)
        d->status = gs_grow(d->ctx, &d->items, &d->capacity, d->n + 1, sizeof *d->items);
    if (!d->status)
        d->items[d->n++] = (struct difference){what, old, new};
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* "layer ID" of the key "layer.ID.fingerprint"; NULL: another key. */
static const char *layer_of_key(struct differences *d, const char *key)
{
    const char *found;
    size_t length = gs_layer_in_key(key, "fingerprint", &found);
    if (!length)
        return NULL;
    const char *id = gs_arena_printf(d->ctx, &d->arena, "layer %.*s", (int)length, found);
    if (!id)
        d->status = GS_ENOMEM;
    return id;
}

/* Layers whose content is another, versions, and vintages by the catalogue. */
static void find_differences(struct differences *d, const struct gs_run_side sides[2])
{
    for (size_t i = 0; i < sides[1].n_facts && !d->status; i++) {
        const char *key = sides[1].facts[i].key, *new = sides[1].facts[i].value;
        const char *old = gs_run_fact(&sides[0], key), *layer = layer_of_key(d, key);
        if (gs_text_same(old, new))
            continue;
        if (layer)
            add(d, layer, old, new);
        else if (strcmp(key, "gigasite") == 0 || starts(key, "version."))
            add(d, starts(key, "version.") ? key + strlen("version.") : key, old, new);
        else if (strcmp(key, "layers_dir") == 0)
            add(d, "folder of the layers", old, new);
    }
}

/* Layers of which nothing tells whether they changed: databases and services. */
static void find_unknown(struct differences *d, const struct gs_run_side *side, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < side->n_facts; i++) {
        const char *found;
        size_t length = gs_layer_in_key(side->facts[i].key, "source", &found);
        if (!length)
            continue;
        const char *id =
            gs_arena_printf(d->ctx, &d->arena, "layer.%.*s.fingerprint", (int)length, found);
        if (!id)
            d->status = GS_ENOMEM;
        else
            *n += gs_run_fact(side, id) == NULL;
    }
}

/* The file of that name now: another text than the run holds? Only told, never used. */
static void check_file(struct differences *d, const char *path, const char *text, const char *what)
{
    FILE *file = path && text ? fopen(path, "rb") : NULL;
    if (!file)
        return;
    size_t length = strlen(text);
    char *bytes = GS_ARRAY(d->ctx, char, length + 1);
    if (!bytes)
        d->status = GS_ENOMEM;
    else {
        size_t n = fread(bytes, 1, length + 1, file);
        bool whole = n == length;
        bytes[whole ? n : 0] = '\0';
        gs_hide_secrets(bytes); /* as the run holds it */
        if (!whole || memcmp(bytes, text, length) != 0)
            add(d, what, NULL, "has changed; the text that the run holds was used");
    }
    gs_free(bytes);
    fclose(file);
}

/* How many sites of the ranking differ in rank or score, or are only in one. */
static size_t count_moved(const struct gs_run_side sides[2])
{
    const struct gs_column *ids[2], *ranks[2], *scores[2];
    size_t n[2], n_moved = 0;
    for (int run = 0; run < 2; run++) {
        ids[run] = gs_run_column(&sides[run], "candidate_id");
        ranks[run] = gs_run_column(&sides[run], "rank");
        scores[run] = gs_run_column(&sides[run], "score");
        n[run] = sides[run].features.shapes.n;
    }
    size_t longest = n[0] > n[1] ? n[0] : n[1];
    for (size_t i = 0; i < longest; i++) { /* both come in ranking order */
        if (i >= n[0] || i >= n[1] || strcmp(ids[0]->text[i], ids[1]->text[i]) != 0) {
            n_moved++;
            continue;
        }
        double a = ranks[0]->number[i], b = ranks[1]->number[i];
        double x = scores[0]->number[i], y = scores[1]->number[i];
        n_moved += (a != b && !(isnan(a) && isnan(b))) || (x != y && !(isnan(x) && isnan(y)));
    }
    return n_moved;
}

/* -- told ---------------------------------------------------------------------------------------
 */

static void append_text(struct gs_text *text, const struct differences *d,
                        const struct gs_run_side sides[2], size_t n_moved, size_t n_unknown)
{
    gs_text_printf(text, "%s, made %s, repeated as %s\n", sides[0].path,
                   gs_run_fact(&sides[0], "created") ? gs_run_fact(&sides[0], "created") : "once",
                   sides[1].path);
    gs_text_append(text, d->n ? "  Inputs that changed\n" : "  No input has changed\n");
    for (size_t i = 0; i < d->n; i++) {
        const struct difference *one = &d->items[i];
        gs_text_printf(text, "    %s: ", one->what);
        if (starts(one->what, "layer "))
            gs_text_append(text, "content changed\n");
        else if (!one->old)
            gs_text_printf(text, "%s\n", one->new);
        else
            gs_text_printf(text, "%s -> %s\n", one->old, one->new);
    }
    if (n_unknown)
        gs_text_printf(text, "  Of %zu layer%s nothing tells whether they changed\n", n_unknown,
                       n_unknown == 1 ? "" : "s");
    if (n_moved)
        gs_text_printf(text,
                       "  The ranking differs in %zu places: `gigasite compare %s %s` tells why\n",
                       n_moved, sides[0].path, sides[1].path);
    else
        gs_text_append(text, "  The ranking is the same\n");
}

static void append_json(struct gs_text *text, const struct differences *d,
                        const struct gs_run_side sides[2], size_t n_moved, size_t n_unknown)
{
    struct gs_json json = {.text = text, .is_first = true};
    gs_json_begin(&json, NULL, '{');
    gs_json_text(&json, "run", sides[0].path);
    gs_json_text(&json, "again", sides[1].path);
    gs_json_flag(&json, "inputs_changed", d->n > 0);
    gs_json_begin(&json, "changes", '[');
    for (size_t i = 0; i < d->n; i++) {
        gs_json_begin(&json, NULL, '{');
        gs_json_text(&json, "what", d->items[i].what);
        gs_json_text(&json, "old", d->items[i].old);
        gs_json_text(&json, "new", d->items[i].new);
        gs_json_end(&json, '}');
    }
    gs_json_end(&json, ']');
    gs_json_number(&json, "layers_unknown", (double)n_unknown);
    gs_json_flag(&json, "same_ranking", n_moved == 0);
    gs_json_number(&json, "places_that_differ", (double)n_moved);
    gs_json_end(&json, '}');
    gs_text_append(text, "\n");
}

enum gs_status gs_rerun_summary(struct gs_ctx *ctx, const char *run_path, const char *again_path,
                                enum gs_format format, char **out)
{
    struct gs_run_side sides[2] = {{.path = NULL}, {.path = NULL}};
    struct differences d = {.ctx = ctx};
    struct gs_text text;
    size_t n_unknown = 0;
    gs_arena_init(&d.arena);
    gs_text_init(&text);
    enum gs_status status = gs_run_side_load(ctx, again_path, NULL, &sides[1]);
    if (!status)
        status = gs_run_side_load(ctx, run_path, sides[1].crs, &sides[0]);
    if (!status) {
        find_differences(&d, sides);
        find_unknown(&d, &sides[1], &n_unknown);
        check_file(&d, sides[0].study_path, sides[0].texts.study, "the study's file");
        check_file(&d, gs_run_fact(&sides[0], "catalogue.path"), sides[0].texts.catalogue,
                   "the catalogue's file");
        status = d.status;
    }
    if (!status) {
        (format == GS_FORMAT_JSON ? append_json : append_text)(&text, &d, sides, count_moved(sides),
                                                               n_unknown);
        status = gs_text_finish(ctx, &text, out);
    }
    gs_text_release(&text);
    gs_free(d.items);
    gs_arena_release(&d.arena);
    gs_run_side_release(&sides[0]);
    gs_run_side_release(&sides[1]);
    return status;
}
