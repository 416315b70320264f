// SPDX-License-Identifier: Apache-2.0
#include "output/report.h"

#include "base/ctx.h"
#include "geo/aside.h"
#include "output/report_parts.h"

#include <string.h>

static const struct {
    const char *name;
    const struct gs_report_part *texts;
} languages[] = {
#define GS_LANGUAGE(name) {#name, &gs_report_texts_##name},
#include "output/report/language.def"
#undef GS_LANGUAGE
};

enum { N_LANGUAGES = sizeof languages / sizeof *languages };

/* NULL: there is none. */
static const struct gs_report_part *texts_of(const char *language)
{
    for (size_t i = 0; i < N_LANGUAGES; i++)
        if (strcmp(languages[i].name, language) == 0)
            return languages[i].texts;
    return NULL;
}

enum gs_status gs_check_language(struct gs_ctx *ctx, const char *language)
{
    if (texts_of(language))
        return GS_OK;
    struct gs_text hint;
    gs_text_init(&hint);
    for (size_t i = 0; i < N_LANGUAGES; i++)
        gs_text_printf(&hint, "%s%s", i ? ", " : "there are ", languages[i].name);
    enum gs_status status = gs_fail(ctx, GS_EUSAGE, NULL, hint.bytes,
                                    "the report is not written in language `%s`", language);
    gs_text_release(&hint);
    return status;
}

void gs_text_append_base64(struct gs_text *text, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        unsigned long group = (unsigned long)bytes[i] << 16;
        group |= i + 1 < n ? (unsigned long)bytes[i + 1] << 8 : 0;
        group |= i + 2 < n ? (unsigned long)bytes[i + 2] : 0;
        char four[4];
        for (int k = 0; k < 4; k++)
            four[k] = digits[group >> (18 - 6 * k) & 63];
        if (i + 1 >= n)
            four[2] = '=';
        if (i + 2 >= n)
            four[3] = '=';
        gs_text_append_bytes(text, four, 4);
    }
}

/* 'sha256-…' as a Content-Security-Policy names a text. */
static void append_hash(struct gs_text *text, const char *sha256)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[32];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)((strchr(digits, sha256[2 * i]) - digits) << 4 |
                             (strchr(digits, sha256[2 * i + 1]) - digits));
    gs_text_append(text, "'sha256-");
    gs_text_append_base64(text, bytes, sizeof bytes);
    gs_text_append(text, "'");
}

/* Nothing but the page's own script and style, and pictures that it holds: no request, whatever a
 * text in the data looks like. */
static void append_policy(struct gs_text *text)
{
    gs_text_append(text, "default-src 'none'; script-src ");
    append_hash(text, gs_report_script.sha256);
    gs_text_append(text, "; style-src ");
    append_hash(text, gs_report_style.sha256);
    gs_text_append(text, "; img-src data:; base-uri 'none'; form-action 'none'");
}

/* JSON within a <script>: `<` stands in its strings only. */
static void append_json(struct gs_text *text, const char *json)
{
    while (*json) {
        size_t n = strcspn(json, "<");
        gs_text_append_bytes(text, json, n);
        json += n;
        if (*json) {
            gs_text_append(text, "\\u003c");
            json++;
        }
    }
}

static void append_place(struct gs_text *text, const char *name, size_t n,
                         const struct gs_page *page)
{
    if (strncmp(name, "language", n) == 0)
        gs_text_append(text, page->language);
    else if (strncmp(name, "title", n) == 0)
        gs_text_append_xml(text, page->title);
    else if (strncmp(name, "policy", n) == 0)
        append_policy(text);
    else if (strncmp(name, "style", n) == 0)
        gs_text_append(text, gs_report_style.text);
    else if (strncmp(name, "script", n) == 0)
        gs_text_append(text, gs_report_script.text);
    else if (strncmp(name, "texts", n) == 0)
        append_json(text, texts_of(page->language)->text);
    else if (strncmp(name, "data", n) == 0)
        append_json(text, page->data);
}

/* The page with its {{places}} filled in. */
static void append_page(struct gs_text *text, const struct gs_page *page)
{
    const char *rest = gs_report_page.text;
    for (const char *place; (place = strstr(rest, "{{")); rest = strstr(place, "}}") + 2) {
        gs_text_append_bytes(text, rest, (size_t)(place - rest));
        append_place(text, place + 2, (size_t)(strstr(place, "}}") - place - 2), page);
    }
    gs_text_append(text, rest);
}

enum gs_status gs_page_write(struct gs_ctx *ctx, const struct gs_page *page, const char *path)
{
    struct gs_aside aside = {.fd = -1};
    struct gs_text text;
    gs_text_init(&text);
    append_page(&text, page);
    enum gs_status status = text.failed ? gs_fail_memory(ctx) : gs_aside_open(ctx, path, &aside);
    if (!status)
        status = gs_aside_write(ctx, &aside, text.bytes, text.length);
    if (!status)
        status = gs_aside_finish(ctx, &aside);
    else
        gs_aside_discard(&aside);
    gs_text_release(&text);
    return status;
}
