// SPDX-License-Identifier: Apache-2.0
/* A growing text. Appending never fails visibly: when memory is out `failed` is set and stays,
 * which gs_text_take() tells once at the end. Who builds one text from another passes `failed` on.
 */
#ifndef GS_BASE_TEXT_H
#define GS_BASE_TEXT_H

#include "gigasite.h"

#include <stdarg.h>

struct gs_text {
    char *bytes; /* NUL-terminated; NULL while nothing was appended, or after a failure */
    size_t length, capacity;
    bool failed;
};

/* The same text, or none both times. */
bool gs_text_same(const char *a, const char *b);

void gs_text_init(struct gs_text *text);
void gs_text_release(struct gs_text *text);
void gs_text_append(struct gs_text *text, const char *more);
void gs_text_append_bytes(struct gs_text *text, const char *more, size_t bytes);
void gs_text_printf(struct gs_text *text, const char *format, ...) GS_PRINTF(2, 3);
void gs_text_vprintf(struct gs_text *text, const char *format, va_list args);
/* Spaces until `column` characters (not bytes) stand on the last line. */
void gs_text_pad(struct gs_text *text, size_t column);
/* The text for the caller to gs_free(), and `text` empty again; NULL after a failure. */
char *gs_text_take(struct gs_text *text);
/* The same, reporting GS_ENOMEM. */
enum gs_status gs_text_finish(struct gs_ctx *ctx, struct gs_text *text, char **out) GS_NODISCARD;

/* A double in the fewest digits that read back to the same value ("0.1", "1e+30", "nan"). */
void gs_text_append_double(struct gs_text *text, double value);
/* The same rounded to `digits` significant digits, for people ("47.3", "1200000"). */
void gs_text_append_rounded(struct gs_text *text, double value, int digits);

/* A JSON string with its quotes; invalid UTF-8 becomes U+FFFD. NULL becomes null. */
void gs_text_append_json(struct gs_text *text, const char *value);
/* A JSON number, null when not finite. */
void gs_text_append_json_double(struct gs_text *text, double value);
/* A name as SQL and QGIS expressions quote it: "a ""b""". */
void gs_text_append_name(struct gs_text *text, const char *name);
/* Text between XML or HTML tags or in a quoted attribute; characters XML forbids become U+FFFD. */
void gs_text_append_xml(struct gs_text *text, const char *value);

/* How many terminal columns the text takes (combining marks none, wide East Asian ones two). */
size_t gs_text_width(const char *text, size_t bytes);

/* Words of `paragraph` from column `indent` on (where the text already may stand on its last line),
 * wrapped at `columns`, with a line end. */
void gs_text_append_wrapped(struct gs_text *text, size_t indent, size_t columns,
                            const char *paragraph);

/* At most `width` terminal columns of `value`, a rest told by "…"; control characters become
 * spaces. */
void gs_text_append_clipped(struct gs_text *text, const char *value, size_t width);

#endif
