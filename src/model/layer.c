// SPDX-License-Identifier: Apache-2.0
#include "model/layer.h"

#include <string.h>

const struct gs_layer *gs_catalogue_layer(const struct gs_catalogue *catalogue, const char *id)
{
    for (size_t i = 0; i < catalogue->n_layers; i++)
        if (strcmp(catalogue->layers[i].id, id) == 0)
            return &catalogue->layers[i];
    return NULL;
}

const struct gs_field *gs_layer_field(const struct gs_layer *layer, const char *name)
{
    for (size_t i = 0; i < layer->n_fields; i++)
        if (strcmp(layer->fields[i].name, name) == 0)
            return &layer->fields[i];
    return NULL;
}

const struct gs_class *gs_layer_class(const struct gs_layer *layer, const char *name)
{
    for (size_t i = 0; i < layer->n_classes; i++)
        if (strcmp(layer->classes[i].name, name) == 0)
            return &layer->classes[i];
    return NULL;
}
