// SPDX-License-Identifier: Apache-2.0
/* A filter is handed to OGR as written, but for its field names: these become the source's columns,
 * quoted, and an unknown one is reported here, because SQLite would take "misspelt" for a text. */
#include "base/mem.h"
#include "geo/vector_parts.h"

#include <ctype.h>
#include <string.h>

#include <cpl_string.h>

struct scanner {
    const struct gs_vector *vector;
    const char *p; /* what is left of the filter */
    struct gs_text out;
    bool *used;
    bool subquery;     /* names may belong to other tables */
    bool type_follows; /* after AS */
    bool qualified;    /* after a dot */
    int depth;         /* of parentheses */
};

static bool starts_word(char c)
{
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_among(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (EQUAL(word, *list))
            return true;
    return false;
}

/* No field of these names can be meant without quotes. */
static bool is_operator(const char *word)
{
    static const char *const words[] = {"and",    "or",     "not",     "in",     "like", "ilike",
                                        "is",     "null",   "between", "case",   "when", "then",
                                        "else",   "end",    "as",      "escape", "cast", "glob",
                                        "regexp", "exists", NULL};
    return is_among(word, words);
}

/* Words that are no fields unless a field has that name. */
static bool is_special(const char *word)
{
    static const char *const words[] = {
        "true",   "false",        "current_date", "current_time",  "current_timestamp", "rowid",
        "oid",    "ogr_geometry", "ogr_geom_wkt", "ogr_geom_area", "ogr_style",         "collate",
        "nocase", "binary",       "date",         "timestamp",     "interval",          "distinct",
        NULL};
    return is_among(word, words);
}

/* Copies a quoted text with its quotes; doubled quotes are part of it. */
static void copy_quoted(struct scanner *scanner)
{
    const char *p = scanner->p, quote = *p++;
    while (*p && !(*p == quote && p[1] != quote))
        p += *p == quote ? 2 : 1;
    if (*p)
        p++;
    gs_text_append_bytes(&scanner->out, scanner->p, (size_t)(p - scanner->p));
    scanner->p = p;
}

static void append_column(struct scanner *scanner, int column)
{
    const struct gs_vector *vector = scanner->vector;
    if (column == GS_FIELD_FID) {
        const char *fid = OGR_L_GetFIDColumn(vector->table);
        gs_text_append_name(&scanner->out, fid[0] ? fid : "FID");
        return;
    }
    const char *name = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(vector->columns, column));
    scanner->used[column] = true;
    bool number = vector->is_number && vector->is_number[column];
    gs_text_append(&scanner->out, number ? "CAST(" : "");
    gs_text_append_name(&scanner->out, name);
    gs_text_append(&scanner->out, number ? " AS FLOAT)" : "");
}

static enum gs_status report_unknown(struct gs_ctx *ctx, const struct scanner *scanner,
                                     const char *word, bool quoted, const struct gs_pos *pos)
{
    const struct gs_vector *vector = scanner->vector;
    const char *nearest = gs_nearest_word(word, vector->names, vector->n_names);
    struct gs_text text;
    char *hint = NULL;
    gs_text_init(&text);
    if (nearest)
        gs_text_printf(&text, "did you mean `%s`?", nearest);
    else if (quoted)
        gs_text_printf(&text, "a text stands in single quotes: '%s'", word);
    else
        gs_text_append(&text, "there are: ");
    for (size_t i = 0; !nearest && !quoted && i < vector->n_names && i < 10; i++)
        gs_text_printf(&text, "%s`%s`", i ? ", " : "", vector->names[i]);
    enum gs_status status = gs_text_finish(ctx, &text, &hint);
    if (!status)
        status = gs_fail(ctx, GS_ESTUDY, pos, hint, "`where`: layer `%s` has no field `%s`",
                         vector->layer->id, word);
    gs_free(hint);
    return status;
}

/* The word at scanner->p, [p, end), which may stand in double quotes. */
static enum gs_status put_name(struct gs_ctx *ctx, struct scanner *scanner, const char *word,
                               bool quoted, const char *end, const struct gs_pos *pos)
{
    const char *begin = scanner->p, *next = end + strspn(end, " \t\r\n");
    scanner->p = end;
    int column = scanner->qualified ? GS_FIELD_NONE : gs_vector_find(scanner->vector, word, NULL);
    bool type = scanner->type_follows && !quoted;
    scanner->type_follows = !quoted && EQUAL(word, "as");
    if (!quoted && EQUAL(word, "select"))
        scanner->subquery = true;
    bool plain = type || scanner->qualified || *next == '.' ||
                 (!quoted && (*next == '(' || is_operator(word)));
    if (!plain && column != GS_FIELD_NONE) {
        append_column(scanner, column);
        return GS_OK;
    }
    const char *geometry = OGR_L_GetGeometryColumn(scanner->vector->table);
    if (!plain && !scanner->subquery && !is_special(word) && !EQUAL(word, geometry))
        return report_unknown(ctx, scanner, word, quoted, pos);
    gs_text_append_bytes(&scanner->out, begin, (size_t)(end - begin));
    return GS_OK;
}

static enum gs_status put_word(struct gs_ctx *ctx, struct scanner *scanner,
                               const struct gs_pos *pos)
{
    bool quoted = *scanner->p == '"';
    const char *first = scanner->p + quoted, *end = first;
    if (quoted)
        end += strcspn(end, "\"");
    else
        while (starts_word(*end) || isdigit((unsigned char)*end))
            end++;
    if (quoted && !*end)
        return gs_fail(ctx, GS_ESTUDY, pos, NULL, "`where` has a quote \" without its partner");
    struct gs_text word;
    gs_text_init(&word);
    gs_text_append_bytes(&word, first, (size_t)(end - first));
    char *name = NULL;
    enum gs_status status = gs_text_finish(ctx, &word, &name);
    if (!status)
        status = put_name(ctx, scanner, name, quoted, end + quoted, pos);
    gs_free(name);
    return status;
}

/* "3", "2.5e3": its e is no name. */
static void copy_number(struct scanner *scanner)
{
    const char *end = scanner->p;
    while (isalnum((unsigned char)*end) || *end == '.')
        end++;
    gs_text_append_bytes(&scanner->out, scanner->p, (size_t)(end - scanner->p));
    scanner->p = end;
}

/* The filter will stand in parentheses beside another: it must not step out of them. */
static enum gs_status check_sign(struct gs_ctx *ctx, struct scanner *scanner,
                                 const struct gs_pos *pos)
{
    const char *p = scanner->p;
    scanner->depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
    const char *fault = scanner->depth < 0           ? "closes a parenthesis it did not open"
                        : *p == ';'                  ? "must be one expression, without `;`"
                        : p[0] == '-' && p[1] == '-' ? "must not hold a comment (`--`)"
                        : p[0] == '/' && p[1] == '*' ? "must not hold a comment (`/*`)"
                                                     : NULL;
    if (!fault)
        return GS_OK;
    return gs_fail(ctx, GS_ESTUDY, pos, NULL, "`where` of layer `%s`: %s",
                   scanner->vector->layer->id, fault);
}

enum gs_status gs_vector_translate(struct gs_ctx *ctx, const struct gs_vector *vector,
                                   const char *where, const struct gs_pos *pos, bool *used,
                                   char **out)
{
    struct scanner scanner = {.vector = vector, .p = where, .used = used};
    enum gs_status status = GS_OK;
    gs_text_init(&scanner.out);
    while (*scanner.p && !status) {
        char c = *scanner.p;
        if (c == '\'') {
            copy_quoted(&scanner);
        } else if (c == '"' || starts_word(c)) {
            status = put_word(ctx, &scanner, pos);
        } else if (isdigit((unsigned char)c)) {
            copy_number(&scanner);
        } else {
            status = check_sign(ctx, &scanner, pos);
            gs_text_append_bytes(&scanner.out, scanner.p++, 1);
        }
        if (!isspace((unsigned char)c))
            scanner.qualified = c == '.';
    }
    if (!status && scanner.depth > 0)
        status = gs_fail(ctx, GS_ESTUDY, pos, NULL,
                         "`where` of layer `%s`: a parenthesis is not closed", vector->layer->id);
    if (scanner.subquery)
        memset(used, true, (size_t)vector->n_columns);
    if (!status)
        return gs_text_finish(ctx, &scanner.out, out);
    gs_text_release(&scanner.out);
    return status;
}
