// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include "base/ctx.h"
#include "base/locale.h"
#include "base/mem.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool gs_text_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

void gs_text_init(struct gs_text *text)
{
    *text = (struct gs_text){0};
}

void gs_text_release(struct gs_text *text)
{
    gs_free(text->bytes);
    gs_text_init(text);
}

static bool make_room(struct gs_text *text, size_t more)
{
    if (text->failed)
        return false;
    size_t wanted = text->length + more + 1;
    if (wanted <= text->capacity)
        return true;
    size_t capacity = text->capacity + text->capacity / 2 + 64;
    if (capacity < wanted)
        capacity = wanted;
    char *bytes = gs_raw_realloc(text->bytes, capacity);
    if (!bytes) {
        gs_text_release(text);
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void gs_text_append_bytes(struct gs_text *text, const char *more, size_t bytes)
{
    if (!make_room(text, bytes))
        return;
    memcpy(text->bytes + text->length, more, bytes);
    text->length += bytes;
    text->bytes[text->length] = 0;
}

void gs_text_append(struct gs_text *text, const char *more)
{
    gs_text_append_bytes(text, more, strlen(more));
}

void gs_text_vprintf(struct gs_text *text, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    locale_t before = gs_locale_enter();
    int bytes = vsnprintf(NULL, 0, format, args);
    if (bytes < 0) {
        text->failed = true;
    } else if (make_room(text, (size_t)bytes)) {
        vsnprintf(text->bytes + text->length, (size_t)bytes + 1, format, again);
        text->length += (size_t)bytes;
    }
    gs_locale_leave(before);
    va_end(again);
}

void gs_text_printf(struct gs_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    gs_text_vprintf(text, format, args);
    va_end(args);
}

void gs_text_pad(struct gs_text *text, size_t column)
{
    size_t start = text->length;
    while (start > 0 && text->bytes[start - 1] != '\n')
        start--;
    size_t width = text->bytes ? gs_text_width(text->bytes + start, text->length - start) : 0;
    for (; width < column; width++)
        gs_text_append(text, " ");
}

char *gs_text_take(struct gs_text *text)
{
    if (text->failed)
        gs_text_release(text);
    else if (!text->bytes)
        gs_text_append_bytes(text, "", 0);
    char *bytes = text->bytes;
    gs_text_init(text);
    return bytes;
}

enum gs_status gs_text_finish(struct gs_ctx *ctx, struct gs_text *text, char **out)
{
    char *bytes = gs_text_take(text);
    if (!bytes)
        return gs_fail_memory(ctx);
    *out = bytes;
    return GS_OK;
}

void gs_text_append_double(struct gs_text *text, double value)
{
    char buffer[40];
    if (isnan(value)) { /* never "-nan" */
        gs_text_append(text, "nan");
        return;
    }
    locale_t before = gs_locale_enter();
    /* A decimal of up to 15 digits is what its double prints in 15 (C17 5.2.4.2.2, DBL_DIG), for
     * `g` leaves out zeros at the end: fewer need not be tried, but for subnormal numbers. */
    int least = value == 0 || fabs(value) >= DBL_MIN ? DBL_DIG : 1;
    for (int digits = least; digits <= 17; digits++) {
        snprintf(buffer, sizeof buffer, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value)
            break;
    }
    if (strchr(buffer, 'e') && fabs(value) >= 1 && fabs(value) < 1e15)
        snprintf(buffer, sizeof buffer, "%.0f", value); /* a whole number: 60, not 6e+01 */
    gs_locale_leave(before);
    gs_text_append(text, buffer);
}

void gs_text_append_rounded(struct gs_text *text, double value, int digits)
{
    if (!isfinite(value) || value == 0) {
        gs_text_append_double(text, value + 0.0);
        return;
    }
    int magnitude = (int)floor(log10(fabs(value)));
    if (magnitude > 14 || magnitude < -4) {
        gs_text_printf(text, "%.*g", digits, value);
        return;
    }
    int decimals = digits - 1 - magnitude;
    char buffer[64];
    locale_t before = gs_locale_enter();
    snprintf(buffer, sizeof buffer, "%.*f", decimals > 0 ? decimals : 0, value);
    gs_locale_leave(before);
    char *point = strchr(buffer, '.');
    if (point) { /* no trailing zeros */
        char *end = buffer + strlen(buffer) - 1;
        while (end > point && *end == '0')
            *end-- = 0;
        if (end == point)
            *end = 0;
    }
    gs_text_append(text, buffer);
}

/* Decodes one character; an invalid byte counts as one character of U+FFFD. */
static size_t decode_utf8(const unsigned char *p, size_t bytes, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC2 ? 2 : 0;
    *code = 0xFFFD;
    if (n == 0 || n > bytes || p[0] > 0xF4)
        return 1;
    uint32_t value = n == 1 ? p[0] : p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (p[i] & 0x3Fu);
    }
    if (value < smallest[n] || (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF)
        return 1;
    *code = value;
    return n;
}

void gs_text_append_json(struct gs_text *text, const char *value)
{
    if (!value) {
        gs_text_append(text, "null");
        return;
    }
    size_t left = strlen(value);
    gs_text_append(text, "\"");
    for (const unsigned char *p = (const unsigned char *)value; left > 0;) {
        uint32_t code;
        size_t n = decode_utf8(p, left, &code);
        if (code == '"' || code == '\\')
            gs_text_printf(text, "\\%c", (char)code);
        else if (code == '\n')
            gs_text_append(text, "\\n");
        else if (code == '\t')
            gs_text_append(text, "\\t");
        else if (code < 0x20 || code == 0x7F)
            gs_text_printf(text, "\\u%04x", (unsigned)code);
        else if (n == 1 && code == 0xFFFD)
            gs_text_append(text, "\xEF\xBF\xBD");
        else
            gs_text_append_bytes(text, (const char *)p, n);
        p += n;
        left -= n;
    }
    gs_text_append(text, "\"");
}

void gs_text_append_json_double(struct gs_text *text, double value)
{
    if (isfinite(value))
        gs_text_append_double(text, value);
    else
        gs_text_append(text, "null");
}

void gs_text_append_name(struct gs_text *text, const char *name)
{
    gs_text_append(text, "\"");
    for (const char *c = name; *c; c++)
        gs_text_append_bytes(text, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    gs_text_append(text, "\"");
}

void gs_text_append_xml(struct gs_text *text, const char *value)
{
    size_t left = strlen(value);
    for (const unsigned char *p = (const unsigned char *)value; left > 0;) {
        uint32_t code;
        size_t n = decode_utf8(p, left, &code);
        bool forbidden = (code < 0x20 && code != '\t' && code != '\n' && code != '\r') ||
                         (n == 1 && code == 0xFFFD) || code == 0xFFFE || code == 0xFFFF;
        if (code == '&')
            gs_text_append(text, "&amp;");
        else if (code == '<')
            gs_text_append(text, "&lt;");
        else if (code == '>')
            gs_text_append(text, "&gt;");
        else if (code == '"')
            gs_text_append(text, "&quot;");
        else if (code == '\'')
            gs_text_append(text, "&#39;");
        else if (forbidden)
            gs_text_append(text, "\xEF\xBF\xBD");
        else
            gs_text_append_bytes(text, (const char *)p, n);
        p += n;
        left -= n;
    }
}

static size_t code_width(uint32_t code)
{
    if ((code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F) ||
        (code >= 0xFE00 && code <= 0xFE0F) || code < 0x20)
        return 0;
    if ((code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
        (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
        (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
        (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD))
        return 2;
    return 1;
}

size_t gs_text_width(const char *text, size_t bytes)
{
    size_t width = 0;
    for (const unsigned char *p = (const unsigned char *)text; bytes > 0;) {
        uint32_t code;
        size_t n = decode_utf8(p, bytes, &code);
        width += code_width(code);
        p += n;
        bytes -= n;
    }
    return width;
}

void gs_text_append_clipped(struct gs_text *text, const char *value, size_t width)
{
    size_t bytes = strlen(value), keep = bytes;
    bool cut = gs_text_width(value, bytes) > width;
    while (cut && keep > 0 &&
           (((unsigned char)value[keep] & 0xC0) == 0x80 || gs_text_width(value, keep) >= width))
        keep--;
    for (size_t i = 0; i < keep; i++)
        gs_text_append_bytes(text, (unsigned char)value[i] < ' ' ? " " : value + i, 1);
    if (cut)
        gs_text_append(text, "…");
}

void gs_text_append_wrapped(struct gs_text *text, size_t indent, size_t columns,
                            const char *paragraph)
{
    size_t column = indent;
    gs_text_pad(text, indent);
    for (const char *p = paragraph; *p;) {
        p += strspn(p, " ");
        size_t bytes = strcspn(p, " "), width = gs_text_width(p, bytes);
        if (column > indent && column + 1 + width > columns) {
            gs_text_append(text, "\n");
            gs_text_pad(text, indent);
            column = indent;
        } else if (column > indent) {
            gs_text_append(text, " ");
            column++;
        }
        gs_text_append_bytes(text, p, bytes);
        column += width;
        p += bytes;
    }
    gs_text_append(text, "\n");
}
