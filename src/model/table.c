// SPDX-License-Identifier: Apache-2.0
#include "model/table.h"

#include "base/mem.h"

#include <string.h>

void gs_features_init(struct gs_features *features)
{
    *features = (struct gs_features){0};
    gs_shapes_init(&features->shapes);
    gs_arena_init(&features->arena);
}

void gs_features_release(struct gs_features *features)
{
    gs_shapes_release(&features->shapes);
    for (size_t i = 0; i < features->n_columns; i++) {
        gs_free(features->columns[i].number);
        gs_free(features->columns[i].text);
    }
    gs_free(features->columns);
    gs_free(features->lonlat);
    gs_arena_release(&features->arena);
    gs_features_init(features);
}

const struct gs_column *gs_features_column(const struct gs_features *features, const char *name)
{
    for (size_t i = 0; i < features->n_columns; i++)
        if (strcmp(features->columns[i].name, name) == 0)
            return &features->columns[i];
    return NULL;
}

const struct gs_column *gs_features_column_as(const struct gs_features *features, const char *name,
                                              bool text)
{
    for (size_t i = 0; i < features->n_columns; i++)
        if (strcmp(features->columns[i].name, name) == 0 &&
            (features->columns[i].text != NULL) == text)
            return &features->columns[i];
    return NULL;
}

void gs_sites_init(struct gs_sites *sites)
{
    *sites = (struct gs_sites){0};
    gs_features_init(&sites->features);
}

void gs_sites_release(struct gs_sites *sites)
{
    gs_features_release(&sites->features);
    gs_free(sites->ids);
    gs_free(sites->names);
    if (sites->shown)
        gs_shapes_release(sites->shown);
    gs_free(sites->shown);
    gs_free(sites->located_mean);
    gs_free(sites->located_min);
    gs_sites_init(sites);
}

const struct gs_shapes *gs_sites_shown(const struct gs_sites *sites)
{
    return sites->shown ? sites->shown : &sites->features.shapes;
}
