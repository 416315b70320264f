#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Radius measures on the surface against NumPy (points) and GEOS by way of OGR (lines, polygons with
holes), cell by cell. GEOS draws circles with segments, so lengths and areas in them agree to what the
64 segments a quarter circle leave out. The program is in $GIGASITE. Exit status 77 (skipped) without
GDAL's Python bindings and NumPy."""
import os
import subprocess
import sys
import tempfile

try:
    import numpy as np
    from osgeo import gdal, ogr, osr
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

gdal.UseExceptions()
WIDTH, HEIGHT, CELL, RADIUS = 110, 90, 200, 2600
X0, Y0 = 4310000, 3000000
XS = X0 + (np.arange(WIDTH) + 0.5) * CELL
YS = Y0 - (np.arange(HEIGHT) + 0.5) * CELL
failures = []

MEASURES = {
    "p_count": ("points", f"{{type: count_within, radius: {RADIUS}}}"),
    "p_sum": ("points", f"{{type: sum_within, field: mw, radius: {RADIUS}}}"),
    "p_max": ("points", f"{{type: max_within, field: mw, radius: {RADIUS}}}"),
    "p_mean": ("points", f"{{type: mean_within, field: mw, radius: {RADIUS}}}"),
    "p_linear": ("points", f"{{type: sum_within, field: mw, radius: {RADIUS}, decay: linear}}"),
    "p_gaussian": ("points", f"{{type: count_within, radius: {RADIUS}, decay: gaussian}}"),
    "p_inverse": ("points", f"{{type: mean_within, field: mw, radius: {RADIUS}, decay: inverse}}"),
    "p_distinct": ("points", f"{{type: count_distinct_within, field: owner, radius: {RADIUS}}}"),
    "p_nearest": ("points", "{type: nearest, field: mw}"),
    "l_sum": ("lines", f"{{type: sum_within, field: mw, radius: {RADIUS}}}"),
    "l_linear": ("lines", f"{{type: sum_within, field: mw, radius: {RADIUS}, decay: linear}}"),
    "l_length": ("lines", f"{{type: length_within, radius: {RADIUS}}}"),
    "a_count": ("parks", f"{{type: count_within, radius: {RADIUS}}}"),
    "a_max": ("parks", "{type: max_within, field: mw, radius: 0}"),
    "a_overlap": ("parks", "{type: overlap, field: mw}"),
    "a_share": ("parks", f"{{type: area_share, radius: {RADIUS}}}"),
}


def make_features():
    chance = np.random.RandomState(11)  # legacy generator: the same numbers in any version
    out = {"points": [], "lines": [], "parks": []}
    for name, features in out.items():
        for i in range(30):
            x = X0 + chance.uniform(-15, WIDTH + 15) * CELL
            y = Y0 - chance.uniform(-15, HEIGHT + 15) * CELL
            if name == "points":
                wkt = f"POINT ({x} {y})"
            elif name == "lines":
                step = np.cumsum(chance.uniform(-1500, 1500, (14, 2)), axis=0)
                wkt = "LINESTRING (" + ",".join(f"{x + a} {y + b}" for a, b in step) + ")"
            else:
                turn = np.linspace(0, 2 * np.pi, 10)[:-1]
                size = chance.uniform(900, 3500, 9)
                rings = []
                for scale in (1, 0.4) if i % 3 == 0 else (1,):
                    ring = [(x + scale * r * np.cos(t), y + scale * r * np.sin(t))
                            for r, t in zip(size, turn)]
                    rings.append("(" + ",".join(f"{a} {b}" for a, b in ring + ring[:1]) + ")")
                wkt = f"POLYGON ({','.join(rings)})"
            mw = None if i % 6 == 5 else round(chance.uniform(1, 500), 3)
            features.append((ogr.CreateGeometryFromWkt(wkt), mw, f"owner {i % 7}"))
    return out


def write_study(features):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(3035)
    source = ogr.GetDriverByName("GPKG").CreateDataSource("features.gpkg")
    for name, items in list(features.items()) + [("sites", [(ogr.CreateGeometryFromWkt(
            f"POINT ({X0 + 100} {Y0 - 100})"), None, "")])]:
        layer = source.CreateLayer(name, reference, items[0][0].GetGeometryType())
        layer.CreateField(ogr.FieldDefn("mw", ogr.OFTReal))
        layer.CreateField(ogr.FieldDefn("owner", ogr.OFTString))
        for geometry, mw, owner in items:
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(geometry)
            if mw is not None:
                feature.SetField("mw", mw)
            feature.SetField("owner", owner)
            layer.CreateFeature(feature)
    source = None
    with open("layers.yaml", "w", encoding="utf-8") as file:
        file.write("gigasite: 1\nlayers:\n")
        for name in list(features) + ["sites"]:
            file.write(f"  {name}: {{source: features.gpkg, layer: {name}}}\n")
    with open("study.yaml", "w", encoding="utf-8") as file:
        file.write(f"""
gigasite: 1
title: Radii
catalogue: layers.yaml
area:
  crs: EPSG:3035
  resolution: {CELL} m
  extent: {{bbox: [{X0}, {Y0 - HEIGHT * CELL}, {X0 + WIDTH * CELL}, {Y0}]}}
candidates: {{layer: sites}}
criteria:
""")
        for name, (layer, measure) in MEASURES.items():
            file.write(f"  - {{id: {name}, layer: {layer}, weight: 1, measure: {measure}, "
                       "value: {type: linear, worst: 0, best: 1000}, missing: worst}\n")


def total(weights, values):
    """Sums over the features in reach (weight not NaN); NaN: some, but none has a value."""
    reached, known = ~np.isnan(weights), ~np.isnan(values)[:, None, None]
    sums = np.nansum(np.where(known, weights * np.nan_to_num(values)[:, None, None], 0), axis=0)
    return np.where(reached.any(axis=0) & ~(reached & known).any(axis=0), np.nan, sums)


def largest(weights, values):
    products = np.where(np.isnan(weights), np.nan, weights * values[:, None, None])
    out = np.nanmax(np.where(np.isnan(products), -np.inf, products), axis=0)
    return np.where(np.isinf(out), np.nan, out)


def mean(weights, values):
    known = ~np.isnan(weights) & ~np.isnan(values)[:, None, None]
    w = np.where(known, weights, 0).sum(axis=0)
    products = np.where(known, weights * np.nan_to_num(values)[:, None, None], 0).sum(axis=0)
    return np.divide(products, w, out=np.full_like(w, np.nan), where=w > 0)


def distances(items):
    """One layer per feature, by GEOS."""
    out = np.empty((len(items), HEIGHT, WIDTH))
    point = ogr.Geometry(ogr.wkbPoint)
    for row, y in enumerate(YS):
        for col, x in enumerate(XS):
            point.SetPoint_2D(0, x, y)
            for i, item in enumerate(items):
                out[i, row, col] = item[0].Distance(point)
    return out


def expect(features):
    e, near, values, d = {}, {}, {}, {}
    for name, items in features.items():
        d[name] = distances(items)
        near[name] = np.where(d[name] <= RADIUS, 1.0, np.nan)
        values[name] = np.array([np.nan if f[1] is None else f[1] for f in items])
    p, v, n = d["points"], values["points"], near["points"]
    e["p_count"] = np.nansum(n, axis=0)
    e["p_sum"], e["p_max"], e["p_mean"] = total(n, v), largest(n, v), mean(n, v)
    e["p_linear"] = total(n * (1 - p / RADIUS), v)
    e["p_gaussian"] = np.nansum(n * np.exp(-(p / (RADIUS / 3)) ** 2 / 2), axis=0)
    e["p_inverse"] = mean(n * (RADIUS / 10) / (RADIUS / 10 + p), v)
    owners = np.array([f[2] for f in features["points"]])
    e["p_distinct"] = sum((~np.isnan(n[owners == o])).any(axis=0) for o in set(owners)).astype(float)
    e["p_nearest"] = v[p.argmin(axis=0)]
    e["l_sum"] = total(near["lines"], values["lines"])
    e["l_linear"] = total(near["lines"] * (1 - d["lines"] / RADIUS), values["lines"])
    e["a_count"] = np.nansum(near["parks"], axis=0)
    under = np.where(d["parks"] == 0, 1.0, np.nan)
    e["a_max"] = largest(under, values["parks"])
    e["a_overlap"] = -largest(under, -values["parks"])
    return e


def check(name, ok, more=""):
    print(f"{'ok' if ok else 'FAILED'}  {name} {more}")
    if not ok:
        failures.append(name)


def compare(name, actual, expected):
    off = np.isnan(actual) != np.isnan(expected)
    with np.errstate(invalid="ignore"):
        off |= np.abs(actual - expected) > 5e-7 * np.maximum(1, np.abs(expected))
    check(name, off.sum() == 0 and np.nanmax(actual) > np.nanmin(actual),
          f"({off.sum()} of {off.size} cells differ)")


def check_circles(features):
    """Every 37th cell: lines and the union of polygons, cut with a circle drawn by GEOS."""
    lines, parks = ogr.Geometry(ogr.wkbMultiLineString), None
    for line, _, _ in features["lines"]:
        lines.AddGeometry(line)
    for park, _, _ in features["parks"]:
        parks = park.Clone() if parks is None else parks.Union(park)
    length, share = read("l_length"), read("a_share")
    worst_length = worst_share = 0
    for k in range(0, WIDTH * HEIGHT, 37):
        row, col = divmod(k, WIDTH)
        point = ogr.CreateGeometryFromWkt(f"POINT ({XS[col]} {YS[row]})")
        circle = point.Buffer(RADIUS, 64)
        cut = sum(line[0].Intersection(circle).Length() for line in features["lines"])
        worst_length = max(worst_length, abs(cut - length[row, col]))
        worst_share = max(worst_share, abs(parks.Intersection(circle).Area() /
                                           (np.pi * RADIUS ** 2) - share[row, col]))
    # an arc stays within RADIUS × 7.6e-5 of its chord; lines may run along it for a while
    check("lengths", worst_length < 15, f"(off by {worst_length:.2g} m at most)")
    check("shares", worst_share < 1.6e-4, f"(off by {worst_share:.2g} at most)")
    check("some of each", length.max() > 5000 and share.max() > 0.5)


def read(name):
    return gdal.Open(f"run_{name}.tif").ReadAsArray().astype(np.float64)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        features = make_features()
        write_study(features)
        subprocess.run([os.environ["GIGASITE"], "run", "study.yaml", "--surface", "-q", "-o",
                        "run.gpkg", "--set", "surface.keep=all"], check=True,
                       stdout=subprocess.DEVNULL)
        for name, expected in expect(features).items():
            compare(name, read(name), expected)
        check_circles(features)
        os.chdir("/")
    sys.exit(1 if failures else 0)


main()
