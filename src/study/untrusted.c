// SPDX-License-Identifier: Apache-2.0
#include "study/untrusted.h"

#include "geo/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define MAX_FILE_BYTES ((off_t)2 << 30)
#define MAX_CELLS      100000000
#define MAX_FEATURES   10000000

/* Open options that only say how to understand the file. */
static const char *const plain_options[] = {"AUTODETECT_TYPE",
                                            "DATATYPE",
                                            "EMPTY_STRING_AS_NULL",
                                            "ENCODING",
                                            "GEOM_POSSIBLE_NAMES",
                                            "HEADERS",
                                            "SEPARATOR",
                                            "X_POSSIBLE_NAMES",
                                            "Y_POSSIBLE_NAMES"};

/* Is the file below the folder, links followed? */
static bool is_below(const char *path, const char *folder)
{
    char *real = realpath(path, NULL), *top = realpath(folder, NULL);
    size_t n = top ? strlen(top) : 0;
    bool below = real && top && strncmp(real, top, n) == 0 && (real[n] == '/' || n == 1);
    free(real); /* of the C library */
    free(top);
    return below;
}

static bool is_plain_option(const char *option)
{
    size_t n = strcspn(option, "=");
    for (size_t i = 0; i < sizeof plain_options / sizeof *plain_options; i++)
        if (strlen(plain_options[i]) == n && strncasecmp(option, plain_options[i], n) == 0)
            return true;
    return false;
}

/* The folder a file lies in, for realpath(). */
static const char *folder_of(struct gs_reader *reader, const char *path, const char *below)
{
    const char *slash = strrchr(path, '/');
    int n = slash ? (int)(slash - path) : 1;
    return gs_arena_printf(reader->ctx, reader->arena, "%.*s/%s", n, slash ? path : ".", below);
}

static void check_source(struct gs_reader *reader, const struct gs_layer *layer, const char *folder)
{
    struct stat info;
    if (strncmp(layer->source, "/vsi", 4) == 0 || stat(layer->source, &info) ||
        !S_ISREG(info.st_mode))
        gs_reader_fault(reader, &layer->source_pos,
                        "--untrusted takes no folders, addresses or databases",
                        "layer `%s` is no plain file", layer->id);
    else if (!is_below(layer->source, folder))
        gs_reader_fault(reader, &layer->source_pos, "or say with --layers-dir where the data are",
                        "layer `%s` lies outside the catalogue's folder, which --untrusted refuses",
                        layer->id);
    else if (info.st_size > MAX_FILE_BYTES)
        gs_reader_fault(reader, &layer->source_pos, NULL,
                        "layer `%s` has %lld bytes, --untrusted takes up to 2 GiB", layer->id,
                        (long long)info.st_size);
}

static void check_layer(struct gs_reader *reader, const struct gs_layer *layer, const char *folder)
{
    check_source(reader, layer, folder);
    if (layer->sql)
        gs_reader_fault(reader, &layer->sql_pos, "`where:` selects features too",
                        "--untrusted takes no `sql:`");
    for (const char **option = layer->options; option && *option; option++)
        if (!is_plain_option(*option))
            gs_reader_fault(reader, &layer->pos, NULL,
                            "--untrusted does not take the open option `%.*s`",
                            (int)strcspn(*option, "="), *option);
}

void gs_untrusted_catalogue(struct gs_reader *reader, const struct gs_study *study,
                            const struct gs_pos *pos)
{
    const char *folder = folder_of(reader, study->path, "..");
    if (folder && !is_below(study->catalogue_path, folder))
        gs_reader_fault(
            reader, pos, NULL,
            "the catalogue lies outside the folders of the study, which --untrusted refuses");
}

enum gs_status gs_untrusted_layers(struct gs_reader *reader, const struct gs_study *study,
                                   const char *layers_dir)
{
    const char *folder = layers_dir ? layers_dir : folder_of(reader, study->catalogue_path, ".");
    enum gs_status status = folder ? gs_geo_restrict(reader->ctx) : GS_ENOMEM;
    for (size_t i = 0; i < study->catalogue.n_layers && !status; i++)
        check_layer(reader, &study->catalogue.layers[i], folder);
    reader->ctx->max_features = MAX_FEATURES;
    reader->ctx->max_cells = MAX_CELLS;
    return status;
}
