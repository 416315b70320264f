// SPDX-License-Identifier: Apache-2.0
/* `fetch:` of a layer: read and checked, long before anything is downloaded. */
#include "study/parse.h"

#include "base/file.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool starts(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

static void check_url(struct gs_reader *reader, const struct gs_fetch *fetch)
{
    static const char *const beginnings[] = {"https://", "http://", "/vsi"};
    const char *rest = NULL;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (starts(fetch->url, beginnings[i]))
            rest = fetch->url + strlen(beginnings[i]);
    if (!rest || !*rest || *rest == '/') {
        gs_reader_fault(reader, &fetch->url_pos, "write https://HOST/FILE",
                        "`url` must be the address of a file");
        return;
    }
    for (const char *c = fetch->url; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7F) {
            gs_reader_fault(reader, &fetch->url_pos, "write a space as %20",
                            "`url` must not hold spaces");
            return;
        }
}

static void check_sha256(struct gs_reader *reader, const struct gs_fetch *fetch)
{
    size_t n = strlen(fetch->sha256);
    bool digits = strspn(fetch->sha256, "0123456789abcdefABCDEF") == n;
    if (n != 64 || !digits)
        gs_reader_fault(reader, &fetch->sha256_pos, "`sha256sum FILE` prints it",
                        digits ? "`sha256` must have 64 digits, not %zu"
                               : "`sha256` must be hexadecimal digits",
                        n);
}

/* A path within an archive: it may lead nowhere else. */
static void check_member(struct gs_reader *reader, const struct gs_fetch *fetch)
{
    bool leads_out = *fetch->member == '/' || strpbrk(fetch->member, "\\{}");
    for (const char *at = fetch->member; at; at = strchr(at, '/')) {
        at += *at == '/';
        size_t n = strcspn(at, "/");
        leads_out = leads_out || n == 0 || (n == 1 && at[0] == '.') ||
                    (n == 2 && at[0] == '.' && at[1] == '.');
    }
    if (leads_out)
        gs_reader_fault(reader, &fetch->member_pos, "as `unzip -l` lists it",
                        "`member` must be a path within the archive, not `%s`", fetch->member);
}

/* What is written must be one file. */
static void check_source(struct gs_reader *reader, const char *source, const struct gs_layer *layer)
{
    static const char *const several[] = {".shp", ".gdb", ".tab", ".mif", NULL};
    const char *name = gs_file_name(source), *dot = strrchr(name, '.');
    if (starts(source, "/vsi") || strchr(source, ':') || *source == '<' || !*name) {
        gs_reader_fault(reader, &layer->source_pos, "name the file that it is to become",
                        "a layer that is fetched needs a file as its `source`");
        return;
    }
    for (size_t i = 0; dot && several[i]; i++)
        if (strcasecmp(dot, several[i]) == 0)
            gs_reader_fault(reader, &layer->source_pos,
                            "let `source` end in .gpkg: it is converted when it is fetched",
                            "a fetched layer must be one file, and `%s` are several", several[i]);
    if (!dot || dot == name)
        gs_reader_fault(reader, &layer->source_pos, "such as .gpkg, .tif, .csv",
                        "the `source` of a layer that is fetched needs an ending");
}

enum gs_status gs_parse_fetch(struct gs_reader *reader, const struct gs_node *node,
                              const char *source, struct gs_layer *layer)
{
    struct gs_fetch *fetch = &layer->fetch;
    if (!node)
        return GS_OK;
    enum gs_status status = gs_read_block(reader, node, &gs_block_fetch, fetch);
    if (status)
        return status;
    fetch->pos = node->pos;
    fetch->url_pos = gs_node_pos(gs_node_get(node, "url"), node);
    fetch->sha256_pos = gs_node_pos(gs_node_get(node, "sha256"), node);
    fetch->member_pos = gs_node_pos(gs_node_get(node, "member"), node);
    if (fetch->url)
        check_url(reader, fetch);
    if (fetch->sha256)
        check_sha256(reader, fetch);
    if (fetch->member)
        check_member(reader, fetch);
    if (source)
        check_source(reader, source, layer);
    return GS_OK;
}

/* Does it say another way than a layer before it of the same source? */
static void check_same(struct gs_reader *reader, const struct gs_layer *layer,
                       const struct gs_layer *other)
{
    if (!gs_text_same(other->fetch.url, layer->fetch.url) ||
        !gs_text_same(other->fetch.sha256, layer->fetch.sha256) ||
        !gs_text_same(other->fetch.member, layer->fetch.member))
        gs_reader_fault(reader, &layer->fetch.pos,
                        "say it once: layers of one source are fetched together",
                        "layer `%s` fetches the same `source` in another way", other->id);
}

void gs_share_fetches(struct gs_reader *reader, struct gs_catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->n_layers; i++) {
        struct gs_layer *layer = &catalogue->layers[i];
        for (size_t k = 0; k < i && layer->source; k++) {
            struct gs_layer *other = &catalogue->layers[k];
            if (!gs_text_same(other->source, layer->source))
                continue;
            if (layer->fetch.url && other->fetch.url)
                check_same(reader, layer, other);
            else if (layer->fetch.url)
                other->fetch = layer->fetch;
            else
                layer->fetch = other->fetch;
            if (other->fetch.url)
                break;
        }
    }
}
