// SPDX-License-Identifier: Apache-2.0
#include "geo/crs_osr.h"

#include "base/mem.h"
#include "geo/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <proj.h>

#define DEGREE 0.0174532925199433 /* radians, as SRS_UA_DEGREE_CONV writes it */

struct gs_crs {
    OGRSpatialReferenceH srs;
    char *name, *wkt;
    int epsg;
    bool geographic;
    double metres_per_unit, a_m, f;
};

/* EPSG:4326 and its lon-lat twin OGC:CRS84 mean the same once the axes are in GIS order. */
static const char *const same_options[] = {
    "CRITERION=EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS",
    "IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES",
    NULL,
};

/* The code the CRS states, else that of the one certain match in PROJ's database. */
static int identify_epsg(OGRSpatialReferenceH srs)
{
    const char *authority = OSRGetAuthorityName(srs, NULL);
    const char *code = OSRGetAuthorityCode(srs, NULL);
    if (authority && code)
        return strcmp(authority, "EPSG") == 0 ? (int)strtol(code, NULL, 10) : 0;
    int n = 0, *confidence = NULL, epsg = 0;
    OGRSpatialReferenceH *matches = OSRFindMatches(srs, NULL, &n, &confidence);
    for (int i = 0; i < n && !epsg; i++) {
        authority = OSRGetAuthorityName(matches[i], NULL);
        code = OSRGetAuthorityCode(matches[i], NULL);
        if (confidence[i] >= 90 && authority && code && strcmp(authority, "EPSG") == 0 &&
            OSRIsSameEx(srs, matches[i], same_options))
            epsg = (int)strtol(code, NULL, 10);
    }
    OSRFreeSRSArray(matches);
    CPLFree(confidence);
    return epsg;
}

/* What makes a CRS unusable, or NULL. */
static const char *unusable_kind(OGRSpatialReferenceH srs)
{
    if (OSRIsLocal(srs))
        return "an engineering CRS (LOCAL_CS)";
    if (OSRIsGeocentric(srs))
        return "a geocentric CRS";
    if (!OSRIsProjected(srs) && !OSRIsGeographic(srs))
        return OSRIsVertical(srs) ? "a vertical CRS" : "neither geographic nor projected";
    return NULL;
}

static enum gs_status refuse_kind(struct gs_ctx *ctx, enum gs_status status,
                                  const struct gs_pos *pos, const char *what, const char *name,
                                  const char *kind)
{
    const char *why = strstr(kind, "geocentric") ? "its coordinates are no map coordinates"
                                                 : "it cannot be related to places on Earth";
    return gs_fail(ctx, status, pos,
                   status == GS_ESTUDY ? "name a geographic or projected one, such as EPSG:3035"
                                       : "state the true one with `crs:` and `crs_override: true`",
                   "the CRS of %s, `%s`, is %s: %s", what, name, kind, why);
}

/* Takes `srs` over, whatever becomes of it. */
static enum gs_status adopt(struct gs_ctx *ctx, OGRSpatialReferenceH srs, enum gs_status fault,
                            const struct gs_pos *pos, const char *what, struct gs_crs **out)
{
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    enum gs_status status = GS_ENOMEM;
    char *wkt = NULL;
    const char *wkt_options[] = {"FORMAT=WKT2_2019", NULL};
    struct gs_crs *crs = GS_NEW(ctx, struct gs_crs);
    if (!crs)
        goto out;
    crs->srs = srs;
    if (OSRIsCompound(srs))
        OSRStripVertical(srs);
    const char *name = OSRGetName(srs);
    crs->name = gs_strdup(ctx, name ? name : "");
    if (!crs->name)
        goto out;
    const char *kind = unusable_kind(srs);
    if (kind) {
        status = refuse_kind(ctx, fault, pos, what, crs->name, kind);
        goto out;
    }
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    if (OSRExportToWktEx(srs, &wkt, wkt_options) || !wkt) {
        status =
            gs_fail(ctx, fault, pos, NULL, "the CRS of %s cannot be used: %s", what, errors.last);
        goto out;
    }
    crs->wkt = gs_strdup(ctx, wkt);
    if (!crs->wkt)
        goto out;
    crs->geographic = OSRIsGeographic(srs);
    crs->metres_per_unit = crs->geographic ? 0 : OSRGetLinearUnits(srs, NULL);
    crs->a_m = OSRGetSemiMajor(srs, NULL);
    double inverse_f = OSRGetInvFlattening(srs, NULL);
    crs->f = inverse_f > 0 ? 1 / inverse_f : 0; /* 0 stands for a sphere */
    crs->epsg = identify_epsg(srs);
    *out = crs;
    status = GS_OK;
out:
    CPLFree(wkt);
    if (status && crs)
        gs_crs_free(crs);
    else if (status)
        OSRDestroySpatialReference(srs);
    gs_geo_errors_end(&errors);
    return status;
}

/* A file or an address: OSR would read it, and the CRS would change with the folder or the network.
 * Identifiers of the form http://www.opengis.net/def/crs/… are known without asking. */
static bool names_elsewhere(const char *text)
{
    VSIStatBufL info;
    if (strstr(text, "://"))
        return !strstr(text, "opengis.net/");
    return strlen(text) < 1000 && VSIStatL(text, &info) == 0;
}

enum gs_status gs_crs_new(struct gs_ctx *ctx, const char *text, const struct gs_pos *pos,
                          const char *what, struct gs_crs **out)
{
    enum gs_status status = gs_geo_start(ctx);
    if (status)
        return status;
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    if (!srs)
        return gs_fail_memory(ctx);
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    OGRErr failed = OGRERR_UNSUPPORTED_SRS;
    if (!names_elsewhere(text))
        failed = OSRSetFromUserInput(srs, text);
    gs_geo_errors_end(&errors);
    if (failed) {
        OSRDestroySpatialReference(srs);
        return gs_fail(ctx, GS_ESTUDY, pos, "write a code such as EPSG:3035, WKT or a PROJ string",
                       "the CRS of %s, `%.80s`, is unknown%s%s", what, text,
                       errors.last[0] ? ": " : "", errors.last);
    }
    return adopt(ctx, srs, GS_ESTUDY, pos, what, out);
}

enum gs_status gs_crs_from_osr(struct gs_ctx *ctx, OGRSpatialReferenceH srs,
                               const struct gs_pos *pos, const char *what, struct gs_crs **out)
{
    OGRSpatialReferenceH copy = OSRClone(srs);
    if (!copy)
        return gs_fail_memory(ctx);
    return adopt(ctx, copy, GS_EDATA, pos, what, out);
}

void gs_crs_free(struct gs_crs *crs)
{
    if (!crs)
        return;
    OSRDestroySpatialReference(crs->srs);
    gs_free(crs->name);
    gs_free(crs->wkt);
    gs_free(crs);
}

/* OSR objects change inside as they are asked, even through const: threads that share a CRS must
 * not touch crs->srs. They go by its WKT. */
static OGRSpatialReferenceH srs_of_own(struct gs_ctx *ctx, const struct gs_crs *crs)
{
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    OGRSpatialReferenceH srs = OSRNewSpatialReference(crs->wkt);
    if (srs)
        OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    gs_geo_errors_end(&errors);
    if (!srs)
        gs_fail_memory(ctx);
    return srs;
}

struct gs_crs *gs_crs_clone(struct gs_ctx *ctx, const struct gs_crs *crs)
{
    struct gs_crs *copy = GS_NEW(ctx, struct gs_crs);
    if (!copy)
        return NULL;
    *copy = *crs;
    copy->srs = srs_of_own(ctx, crs);
    copy->name = gs_strdup(ctx, crs->name);
    copy->wkt = gs_strdup(ctx, crs->wkt);
    if (copy->srs && copy->name && copy->wkt)
        return copy;
    gs_crs_free(copy);
    return NULL;
}

static void ignore(void *user, int level, const char *message)
{
    (void)user, (void)level, (void)message;
}

/* Coordinates are easting, northing here whatever the CRS says: EPSG:3035 (northing first) and the
 * same as an ESRI .prj (easting first) must not differ. */
static PJ *in_gis_order(PJ_CONTEXT *proj, const char *wkt)
{
    PJ *crs = proj_create(proj, wkt);
    PJ *ordered = crs ? proj_normalize_for_visualization(proj, crs) : NULL;
    if (!ordered)
        return crs;
    proj_destroy(crs);
    return ordered;
}

bool gs_crs_same(const struct gs_crs *a, const struct gs_crs *b)
{
    if (a == b || (a->epsg && a->epsg == b->epsg) || strcmp(a->wkt, b->wkt) == 0)
        return true;
    PJ_CONTEXT *proj = proj_context_create();
    if (!proj)
        return false;
    proj_log_func(proj, NULL, ignore);
    PJ *left = in_gis_order(proj, a->wkt), *right = in_gis_order(proj, b->wkt);
    bool same = left && right &&
                proj_is_equivalent_to_with_ctx(proj, left, right,
                                               PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS);
    proj_destroy(left);
    proj_destroy(right);
    proj_context_destroy(proj);
    return same;
}

bool gs_crs_is_geographic(const struct gs_crs *crs)
{
    return crs->geographic;
}

double gs_crs_metres_per_unit(const struct gs_crs *crs)
{
    return crs->metres_per_unit;
}

void gs_crs_ellipsoid(const struct gs_crs *crs, double *a_m, double *f)
{
    *a_m = crs->a_m;
    *f = crs->f;
}

int gs_crs_epsg(const struct gs_crs *crs)
{
    return crs->epsg;
}

const char *gs_crs_name(const struct gs_crs *crs)
{
    return crs->name;
}

const char *gs_crs_wkt(const struct gs_crs *crs)
{
    return crs->wkt;
}

/* In degrees even where the CRS counts in grads. A prime meridian other than Greenwich stays: it
 * turns all longitudes alike, which no distance notices. */
enum gs_status gs_crs_geographic(struct gs_ctx *ctx, const struct gs_crs *crs, struct gs_crs **out)
{
    OGRSpatialReferenceH srs = srs_of_own(ctx, crs);
    if (!srs)
        return GS_ENOMEM;
    struct gs_geo_errors errors;
    gs_geo_errors_begin(&errors);
    OGRSpatialReferenceH geographic = OSRCloneGeogCS(srs);
    if (geographic && fabs(OSRGetAngularUnits(geographic, NULL) - DEGREE) > 1e-12)
        OSRSetAngularUnits(geographic, SRS_UA_DEGREE, DEGREE);
    OSRDestroySpatialReference(srs);
    gs_geo_errors_end(&errors);
    if (!geographic)
        return gs_fail(ctx, GS_EINTERNAL, NULL, NULL, "`%s` has no geographic CRS beneath it: %s",
                       crs->name, errors.last);
    return adopt(ctx, geographic, GS_EDATA, NULL, crs->name, out);
}
