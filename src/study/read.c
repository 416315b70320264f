// SPDX-License-Identifier: Apache-2.0
#include "study/read.h"

#include "base/mem.h"
#include "base/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void gs_reader_fault(struct gs_reader *reader, const struct gs_pos *pos, const char *hint,
                     const char *format, ...)
{
    struct gs_text message;
    gs_text_init(&message);
    va_list args;
    va_start(args, format);
    gs_text_vprintf(&message, format, args);
    va_end(args);
    reader->n_faults++;
    gs_fail(reader->ctx, GS_ESTUDY, pos, hint, "%s", message.bytes ? message.bytes : "");
    gs_text_release(&message);
}

enum gs_status gs_reader_count(struct gs_reader *reader, enum gs_status status)
{
    if (status != GS_ESTUDY)
        return status;
    reader->n_faults++;
    return GS_OK;
}

struct gs_pos gs_node_pos(const struct gs_node *node, const struct gs_node *fallback)
{
    return node ? node->pos : fallback->pos;
}

/* -- quantities -------------------------------------------------------------------------------- */

/* `facility.power` and `1.5 * facility.power` as text with a number and a unit. */
static enum gs_status expand_facility(struct gs_reader *reader, const struct gs_pos *pos,
                                      const char *text, const char **out)
{
    const struct gs_facility *f = reader->facility;
    const struct {
        const char *name, *unit;
        double value;
    } sizes[] = {
        {"power", "MW", f ? f->power_mw : NAN},
        {"energy", "GWh/year", f ? f->energy_gwh_year : NAN},
        {"water", "m3/year", f ? f->water_m3_year : NAN},
        {"land", "m2", f ? f->land_m2 : NAN},
        {"accelerators", "", f ? f->accelerators : NAN},
    };
    *out = text;
    double factor = 1;
    const char *p = text;
    if (gs_parse_number(text, &factor, &p)) {
        p += strspn(p, " ");
        if (*p == '*')
            p++;
        else if (strncmp(p, "\xC3\x97", 2) == 0) /* × */
            p += 2;
        else
            return GS_OK;
        p += strspn(p, " ");
    } else {
        factor = 1;
        p = text;
    }
    if (strncmp(p, "facility.", 9) != 0)
        return GS_OK;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (strcmp(p + 9, sizes[i].name) != 0)
            continue;
        if (isnan(sizes[i].value))
            return gs_fail(reader->ctx, GS_ESTUDY, pos,
                           "give it, or what it is derived from, under `facility:`",
                           "`%s` is not known in this study", p);
        *out = gs_arena_printf(reader->ctx, reader->arena, "%.17g %s", factor * sizes[i].value,
                               sizes[i].unit);
        return *out ? GS_OK : GS_ENOMEM;
    }
    return gs_fail(reader->ctx, GS_ESTUDY, pos,
                   "there are facility.power, .energy, .water, .land and .accelerators",
                   "`%s` is no size of the facility", p);
}

/* The unit a quantity is written in, "" when it is a bare number. */
static const char *written_unit(const char *text)
{
    double number;
    const char *rest;
    if (!gs_parse_number(text, &number, &rest))
        return "";
    return rest + strspn(rest, " \t");
}

/* The unit that the quantities of a table without one are in: the first that is written. */
struct adoption {
    const char *unit;
    bool difference; /* quantities of the measured unit are differences */
};

static enum gs_status parse_scalar(struct gs_reader *reader, const struct gs_param *param,
                                   const char *unit, struct adoption *adoption,
                                   const struct gs_node *node, void *to)
{
    const char *text = node->text;
    bool measured = param->unit && strcmp(param->unit, GS_UNIT_MEASURED) == 0;
    if (param->type == GS_PARAM_QUANTITY || param->type == GS_PARAM_POINTS) {
        enum gs_status status = expand_facility(reader, &node->pos, text, &text);
        if (status)
            return status;
    }
    if (measured && !unit) {
        const char *written = written_unit(text);
        if (*written && !adoption->unit) {
            adoption->unit = gs_arena_text(reader->ctx, reader->arena, written);
            if (!adoption->unit)
                return GS_ENOMEM;
        }
        unit = adoption->unit ? adoption->unit : "";
    }
    struct gs_param spread = *param;
    if (measured && adoption->difference) {
        spread.flags |= GS_PARAM_DIFFERENCE;
        param = &spread;
    }
    if (param->type == GS_PARAM_POINTS) { /* one quantity of a pair, see read_points() */
        const char *in = measured ? unit : param->unit;
        return param->flags & GS_PARAM_DIFFERENCE
                   ? gs_parse_difference(reader->ctx, text, in, "the quantity", &node->pos, to)
                   : gs_parse_quantity(reader->ctx, text, in, "the quantity", &node->pos, to);
    }
    return gs_param_parse(reader->ctx, reader->arena, param, unit, text, &node->pos, to);
}

/* -- lists and mappings ------------------------------------------------------------------------ */

static void wrong_kind(struct gs_reader *reader, const struct gs_node *node, const char *key,
                       const char *wanted)
{
    gs_reader_fault(reader, &node->pos, NULL, "`%s` must be %s, not %s", key, wanted,
                    gs_node_kind_name(node));
}

static enum gs_status read_texts(struct gs_reader *reader, const struct gs_param *param,
                                 const struct gs_node *node, struct gs_texts *out)
{
    bool single = node->kind == GS_NODE_SCALAR;
    if (node->kind == GS_NODE_MAP) {
        wrong_kind(reader, node, param->key, "a list");
        return GS_OK;
    }
    size_t n = single ? 1 : gs_node_count(node);
    const char **items = GS_ARENA_ARRAY(reader->ctx, reader->arena, const char *, n);
    if (!items)
        return GS_ENOMEM;
    size_t i = 0;
    for (const struct gs_node *child = single ? node : node->children; child;
         child = single ? NULL : child->next) {
        if (child->kind != GS_NODE_SCALAR) {
            wrong_kind(reader, child, param->key, "a list of single values");
            return GS_OK;
        }
        items[i++] = child->text;
    }
    *out = (struct gs_texts){items, i};
    return GS_OK;
}

static enum gs_status read_numbers(struct gs_reader *reader, const struct gs_param *param,
                                   const struct gs_node *node, struct gs_numbers *out)
{
    if (node->kind != GS_NODE_LIST) {
        wrong_kind(reader, node, param->key, "a list of numbers");
        return GS_OK;
    }
    double *items = GS_ARENA_ARRAY(reader->ctx, reader->arena, double, gs_node_count(node));
    if (!items)
        return GS_ENOMEM;
    size_t n = 0, faults = reader->n_faults;
    for (const struct gs_node *child = node->children; child; child = child->next, n++) {
        if (child->kind != GS_NODE_SCALAR) {
            wrong_kind(reader, child, param->key, "a list of numbers");
            return GS_OK;
        }
        enum gs_status status = gs_parse_quantity(reader->ctx, child->text, param->unit,
                                                  "the number", &child->pos, &items[n]);
        if (!status)
            status = gs_param_check_range(reader->ctx, param, items[n], &child->pos);
        status = gs_reader_count(reader, status);
        if (status)
            return status;
    }
    if (reader->n_faults == faults)
        *out = (struct gs_numbers){items, n, node->pos};
    return GS_OK;
}

static enum gs_status read_points(struct gs_reader *reader, const struct gs_param *param,
                                  const char *unit, struct adoption *adoption,
                                  const struct gs_node *node, struct gs_points *out)
{
    if (node->kind != GS_NODE_LIST) {
        wrong_kind(reader, node, param->key, "a list of [quantity, worth] pairs");
        return GS_OK;
    }
    double(*items)[2] =
        gs_arena_alloc(reader->ctx, reader->arena, gs_node_count(node), sizeof *items);
    if (!items)
        return GS_ENOMEM;
    size_t n = 0;
    for (const struct gs_node *pair = node->children; pair; pair = pair->next, n++) {
        if (pair->kind != GS_NODE_LIST || gs_node_count(pair) != 2 ||
            pair->children->kind != GS_NODE_SCALAR ||
            pair->children->next->kind != GS_NODE_SCALAR) {
            gs_reader_fault(reader, &pair->pos, "write it as [200 MW, 0.7]",
                            "each of `%s` must be a pair of a quantity and a number", param->key);
            return GS_OK;
        }
        enum gs_status status = gs_reader_count(reader, parse_scalar(reader, param, unit, adoption,
                                                                     pair->children, &items[n][0]));
        const struct gs_node *worth = pair->children->next;
        if (!status)
            status =
                gs_reader_count(reader, gs_parse_quantity(reader->ctx, worth->text, "", "the worth",
                                                          &worth->pos, &items[n][1]));
        if (!status)
            status = gs_reader_count(reader, gs_param_check_range(reader->ctx, param, items[n][1],
                                                                  &worth->pos));
        if (status)
            return status;
    }
    *out = (struct gs_points){items, n};
    return GS_OK;
}

static enum gs_status read_worths(struct gs_reader *reader, const struct gs_param *param,
                                  const struct gs_node *node, struct gs_worths *out)
{
    if (node->kind != GS_NODE_MAP) {
        wrong_kind(reader, node, param->key, "a mapping of classes to worths");
        return GS_OK;
    }
    size_t capacity = gs_node_count(node), n = 0;
    const char **keys = GS_ARENA_ARRAY(reader->ctx, reader->arena, const char *, capacity);
    double *worths = GS_ARENA_ARRAY(reader->ctx, reader->arena, double, capacity);
    if (!keys || !worths)
        return GS_ENOMEM;
    for (const struct gs_node *child = node->children; child; child = child->next, n++) {
        if (child->kind != GS_NODE_SCALAR) {
            wrong_kind(reader, child, child->key, "a worth");
            return GS_OK;
        }
        keys[n] = child->key;
        enum gs_status status =
            gs_reader_count(reader, gs_parse_quantity(reader->ctx, child->text, "", "the worth",
                                                      &child->pos, &worths[n]));
        if (!status)
            status = gs_reader_count(reader, gs_param_check_range(reader->ctx, param, worths[n],
                                                                  &child->pos));
        if (status)
            return status;
    }
    *out = (struct gs_worths){keys, worths, n};
    return GS_OK;
}

static enum gs_status read_param(struct gs_reader *reader, const struct gs_table *table,
                                 const struct gs_param *param, struct adoption *adoption,
                                 const struct gs_node *node)
{
    void *member = (char *)table->to + param->offset;
    if (param->type == GS_PARAM_NODE)
        return GS_OK;
    if (gs_node_is_null(node)) {
        gs_reader_fault(reader, &node->key_pos, "remove the key, or give it a value",
                        "`%s` is empty", param->key);
        return GS_OK;
    }
    switch (param->type) {
    case GS_PARAM_TEXTS:
    case GS_PARAM_CLASSES:
        return read_texts(reader, param, node, member);
    case GS_PARAM_NUMBERS:
        return read_numbers(reader, param, node, member);
    case GS_PARAM_POINTS:
        return read_points(reader, param, table->unit, adoption, node, member);
    case GS_PARAM_WORTHS:
        return read_worths(reader, param, node, member);
    default:
        break;
    }
    if (node->kind != GS_NODE_SCALAR) {
        struct gs_text wanted;
        gs_text_init(&wanted);
        gs_text_printf(&wanted, "a %s", gs_param_type_name(param->type));
        wrong_kind(reader, node, param->key, wanted.bytes ? wanted.bytes : "a single value");
        gs_text_release(&wanted);
        return GS_OK;
    }
    if (!node->plain && (param->type == GS_PARAM_INTEGER || param->type == GS_PARAM_FLAG)) {
        gs_reader_fault(reader, &node->pos, "write it without quotes",
                        "`%s` must be a %s, not text", param->key, gs_param_type_name(param->type));
        return GS_OK;
    }
    return gs_reader_count(reader,
                           parse_scalar(reader, param, table->unit, adoption, node, table->to));
}

static const struct gs_param *find_param(const struct gs_table *tables, size_t n_tables,
                                         const char *key, const struct gs_table **in)
{
    for (size_t t = 0; t < n_tables; t++)
        for (size_t i = 0; i < tables[t].n_params; i++)
            if (strcmp(tables[t].params[i].key, key) == 0) {
                *in = &tables[t];
                return &tables[t].params[i];
            }
    return NULL;
}

static bool is_future(const char *block, const char *key)
{
    for (size_t i = 0; gs_future_keys[i][0]; i++)
        if (strcmp(gs_future_keys[i][0], block) == 0 && strcmp(gs_future_keys[i][1], key) == 0)
            return true;
    return false;
}

static void unknown_key(struct gs_reader *reader, const struct gs_node *child, const char *block,
                        const char *what, const struct gs_table *tables, size_t n_tables)
{
    if (is_future(block, child->key)) {
        gs_reader_fault(reader, &child->key_pos, NULL, "`%s` is not available yet in gigasite %s",
                        child->key, gs_version());
        return;
    }
    const char *keys[96] = {NULL};
    size_t n = 0;
    for (size_t t = 0; t < n_tables; t++)
        for (size_t i = 0; i < tables[t].n_params && n < sizeof keys / sizeof *keys; i++)
            keys[n++] = tables[t].params[i].key;
    const char *near = gs_nearest_word(child->key, keys, n);
    struct gs_text hint;
    gs_text_init(&hint);
    if (near) {
        gs_text_printf(&hint, "did you mean `%s`?", near);
    } else {
        gs_text_append(&hint, n ? "there are " : "it takes none");
        for (size_t i = 0; i < n; i++)
            gs_text_printf(&hint, "%s`%s`", i ? ", " : "", keys[i]);
    }
    gs_reader_fault(reader, &child->key_pos, hint.bytes, "unknown key `%s` in %s", child->key,
                    what);
    gs_text_release(&hint);
}

static void check_required(struct gs_reader *reader, const struct gs_node *node, const char *what,
                           const struct gs_table *table)
{
    for (size_t i = 0; i < table->n_params; i++)
        if ((table->params[i].flags & GS_PARAM_REQUIRED) &&
            !gs_node_get(node, table->params[i].key))
            gs_reader_fault(reader, &node->pos, table->params[i].help, "%s needs `%s`", what,
                            table->params[i].key);
}

enum gs_status gs_read_map(struct gs_reader *reader, const struct gs_node *node, const char *block,
                           const char *what, const struct gs_table *tables, size_t n_tables,
                           const char **adopted_unit)
{
    for (size_t t = 0; t < n_tables; t++) {
        enum gs_status status = gs_param_defaults(reader->ctx, reader->arena, tables[t].params,
                                                  tables[t].n_params, tables[t].to);
        if (status)
            return status;
    }
    if (adopted_unit)
        *adopted_unit = NULL;
    if (node->kind != GS_NODE_MAP) {
        gs_reader_fault(reader, &node->pos, NULL, "%s must be a mapping, not %s", what,
                        gs_node_kind_name(node));
        return GS_OK;
    }
    struct adoption adoption = {NULL, tables[0].difference};
    for (const struct gs_node *child = node->children; child; child = child->next) {
        const struct gs_table *table = NULL;
        const struct gs_param *param = find_param(tables, n_tables, child->key, &table);
        enum gs_status status = GS_OK;
        if (param)
            status = read_param(reader, table, param, &adoption, child);
        else
            unknown_key(reader, child, block, what, tables, n_tables);
        if (status)
            return status;
    }
    for (size_t t = 0; t < n_tables; t++)
        check_required(reader, node, what, &tables[t]);
    if (adopted_unit)
        *adopted_unit = adoption.unit;
    return GS_OK;
}

enum gs_status gs_read_block(struct gs_reader *reader, const struct gs_node *node,
                             const struct gs_block *block, void *to)
{
    struct gs_table table = {block->params, block->n_params, to, NULL, false};
    struct gs_text what;
    gs_text_init(&what);
    gs_text_printf(&what, "%s%s", strcmp(block->name, "study") == 0 ? "the " : "", block->name);
    enum gs_status status = gs_read_map(reader, node, block->name,
                                        what.bytes ? what.bytes : block->name, &table, 1, NULL);
    gs_text_release(&what);
    return status;
}

/* What follows a number: nothing, or a percent sign that divides it by 100. */
static bool read_percent(const char *rest, double *number)
{
    rest += strspn(rest, " ");
    if (*rest == '%') {
        *number /= 100;
        rest++;
    }
    return !*rest;
}

void gs_read_missing(struct gs_reader *reader, const struct gs_node *node, enum gs_missing *missing,
                     double *worth)
{
    const char *text = node->kind == GS_NODE_SCALAR ? node->text : "", *rest = NULL;
    double number;
    if (strcmp(text, "exclude") == 0) {
        *missing = GS_MISSING_EXCLUDE;
        return;
    }
    if (strcmp(text, "worst") == 0)
        number = 0;
    else if (strcmp(text, "best") == 0)
        number = 1;
    else if (!gs_parse_number(text, &number, &rest) || !read_percent(rest, &number) || number < 0 ||
             number > 1) {
        gs_reader_fault(reader, &node->pos, NULL,
                        "`missing` must be exclude, worst, best, or a worth between 0 and 1");
        return;
    }
    *missing = GS_MISSING_WORTH;
    *worth = number;
}
