// SPDX-License-Identifier: Apache-2.0
/* Writing JSON, indented for people. Keys are NULL inside arrays. The text turns NULL when memory
 * is out (base/text.h), so nothing here fails. */
#ifndef GS_STUDY_JSON_H
#define GS_STUDY_JSON_H

#include "base/text.h"

struct gs_json {
    struct gs_text *text;
    unsigned depth;
    bool is_first; /* of the innermost object or array */
};

/* `bracket`: '{' or '['; each begin has its end. */
void gs_json_begin(struct gs_json *json, const char *key, char bracket);
void gs_json_end(struct gs_json *json, char bracket);
/* NULL becomes null. */
void gs_json_text(struct gs_json *json, const char *key, const char *value);
/* null when not finite */
void gs_json_number(struct gs_json *json, const char *key, double value);
void gs_json_flag(struct gs_json *json, const char *key, bool value);
/* An array of texts on one line. */
void gs_json_texts(struct gs_json *json, const char *key, const char *const *values, size_t n);

#endif
