// SPDX-License-Identifier: Apache-2.0
/* Table `run` for a page that anybody may read. */
#include "study/report.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"

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

enum gs_status gs_report_facts(struct gs_reported *report)
{
    struct gs_text *json = &report->json;
    gs_text_append(json, ",\n\"facts\": [");
    for (size_t i = 0; i < report->n_facts; i++) {
        const struct gs_fact *fact = &report->facts[i];
        char *value = gs_strdup(report->ctx, without_folders(fact->key, fact->value));
        if (!value)
            return GS_ENOMEM;
        gs_hide_secrets(value);
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
