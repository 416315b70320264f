// SPDX-License-Identifier: Apache-2.0
/* Table `run` for a page that anybody may read. */
#include "study/report.h"

#include "base/file.h"
#include "base/mem.h"

#include <string.h>

/* A page that is shown in public does not tell the folders of the machine it was made on. */
static const char *without_folders(const char *key, const char *value)
{
    static const char suffix[] = ".source";
    size_t n = strlen(key), k = sizeof suffix - 1;
    bool is_source = n > k && strcmp(key + n - k, suffix) == 0;
    bool is_path =
        is_source || strcmp(key, "study.path") == 0 || strcmp(key, "catalogue.path") == 0;
    return is_path && !strchr(value, ':') ? gs_file_name(value) : value;
}

/* The value after `password=`, `pwd: ` and the like becomes asterisks. Returns where to look on. */
static char *hide_value(char *at)
{
    char *value = at + strspn(at, " ");
    if (*value != '=' && *value != ':')
        return at;
    value += 1 + strspn(value + 1, " ");
    const char *ends = " \t\r\n'\"&,;}";
    if (*value == '\'' || *value == '"')
        ends = *value++ == '\'' ? "'" : "\"";
    size_t n = strcspn(value, ends);
    memset(value, '*', n);
    return value + n;
}

/* Nor what opens a database: passwords of a connection, and of an address with `user:…@`. */
static void hide_secrets(char *text)
{
    static const char *const keys[] = {"password", "passwd", "pwd", "secret", "token", "apikey"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        for (char *at = text; (at = strcasestr(at, keys[k]));)
            at = hide_value(at + strlen(keys[k]));
    for (char *at = text; (at = strstr(at, "://"));) {
        at += 3;
        size_t n = strcspn(at, "/ \t\r\n'\"@");
        char *colon = at[n] == '@' ? memchr(at, ':', n) : NULL;
        if (colon)
            memset(colon + 1, '*', (size_t)(at + n - colon - 1));
    }
}

enum gs_status gs_report_facts(struct gs_reported *report)
{
    struct gs_text *json = &report->json;
    gs_text_append(json, ",\n\"facts\": [");
    for (size_t i = 0; i < report->n_facts; i++) {
        const struct gs_fact *fact = &report->facts[i];
        char *value = gs_strdup(report->ctx, without_folders(fact->key, fact->value));
        if (!value)
            return GS_ENOMEM;
        hide_secrets(value);
        gs_text_append(json, i ? ",\n[" : "\n[");
        gs_text_append_json(json, fact->key);
        gs_text_append(json, ", ");
        gs_text_append_json(json, value);
        gs_text_append(json, "]");
        gs_free(value);
    }
    gs_text_append(json, "]");
    return GS_OK;
}
