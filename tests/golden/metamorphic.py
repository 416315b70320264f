#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Properties that hold for every study, tried on random ones: metamorphic.py [SEED [COUNT]], with the
program in $GIGASITE.

Moving everything, another order, a layer stored in another CRS, cut lines and polygons, features that
stand twice, other units, more candidates, scaled weights, threads and memory change nothing, or just what
they should; a better quantity never lowers a site's score; a surface of a part is that part of the
surface. Exit status 77 (skipped) without python3-gdal, NumPy or PyYAML."""
import copy
import json
import math
import random
import re
import sys
import tempfile
from pathlib import Path

try:
    import numpy
    from osgeo import gdal, ogr, osr

    import invariance
    import run_case
except ImportError as fault:
    print(f"skipped: {fault}")
    sys.exit(77)

gdal.UseExceptions()
osr.UseExceptions()
FAULTS = []
COMPARED = {}
CRS, CELL, SIZE, X0, Y0 = "EPSG:3035", 500, 20000, 4300000, 2900000
RADII = (1033.3, 2017.7, 4009.1)  # no distance between points of the grid
VALUE_METHODS = [{"method": "weighted_sum"}, {"method": "weighted_product"},
                 {"method": "owa", "attitude": 0.3}] + [
                     {"method": "fuzzy", "operator": o} for o in ("and", "or", "product", "sum")] + [
                     {"method": "fuzzy", "operator": "gamma", "gamma": 0.6}]
# layer, measure, and which changes leave it as it is: l cut lines, p cut polygons, d doubled features,
# t moved, c another CRS
MEASURES = [
    ("stations", {"type": "distance"}, "lpdtc"), ("stations", {"type": "nearest", "field": "mw"}, "lpdt"),
    ("stations", {"type": "count_within"}, "lptc"),
    ("stations", {"type": "count_within", "decay": "gaussian"}, "lptc"),
    ("stations", {"type": "sum_within", "field": "mw"}, "lptc"),
    ("stations", {"type": "sum_within", "field": "mw", "decay": "inverse"}, "lptc"),
    ("stations", {"type": "mean_within", "field": "mw", "decay": "linear"}, "lpdtc"),
    ("stations", {"type": "max_within", "field": "mw", "decay": "linear"}, "lpdtc"),
    ("stations", {"type": "count_distinct_within", "field": "who"}, "lpdtc"),
    ("stations", {"type": "distance", "geodesic": True}, "lpdc"),
    ("lines", {"type": "length_within"}, "lptc"), ("lines", {"type": "distance"}, "lpdtc"),
    ("parks", {"type": "area_share"}, "lpdtc"), ("parks", {"type": "distance"}, "lpdtc"),
    ("parks", {"type": "overlap", "field": "n"}, "ldtc"),
    ("ground", {"type": "value"}, "lpdt"), ("ground", {"type": "mean"}, "lpdtc"),
    ("ground", {"type": "min"}, "lpdtc"), ("ground", {"type": "max"}, "lpdtc"),
    ("ground", {"type": "sum"}, "lpdtc"), ("ground", {"type": "stdev"}, "lpdtc"),
    ("ground", {"type": "quantile", "q": 0.3}, "lpdtc"), ("ground", {"type": "slope"}, "lpdt"),
    ("cover", {"type": "share", "classes": [1, 3]}, "lpdtc"),
]
NEEDS_RADIUS = ("within", "area_share", "mean", "min", "max", "sum", "stdev", "quantile", "share")


def say(property_name, compared, faults):
    kind = property_name.split(", seed")[0]
    COMPARED[kind] = COMPARED.get(kind, 0) + compared
    FAULTS.extend(f"{property_name}: {fault}" for fault in faults)


# -- random studies --------------------------------------------------------------------------------


def value_of(numbers):
    """A value function that never falls, or never rises, with the quantity."""
    kind = numbers.choice(["linear", "logistic", "points", "step", "linear"])
    if kind == "linear":
        worst, best = numbers.choice([(0, 5000), (12000, 100), (0, 1), (50, 300)])
        return {"type": "linear", "worst": worst, "best": best}
    if kind == "logistic":
        return {"type": "logistic", "midpoint": numbers.uniform(0, 900), "steepness": 0.01}
    if kind == "points":
        return {"type": "points", "points": [[0, 0.1], [100, 0.3], [2500, 0.9]]}
    return {"type": "step", "threshold": numbers.uniform(1, 900)}


def raster(numbers, kind):
    n = SIZE // CELL + 40
    rows = [[300 + 40 * math.sin(x / 3 + numbers.uniform(0, 0.5)) + 3 * y for x in range(n)] for y in range(n)]
    if kind == "cover":
        rows = [[int(cell) // 7 % 5 for cell in row] for row in rows]
    else:
        for _ in range(30):
            rows[numbers.randrange(n)][numbers.randrange(n)] = -9999.0
    return {"raster": {"xll": X0 - 20 * CELL, "yll": Y0 - 20 * CELL, "cellsize": CELL, "rows": rows,
                       "nodata": -9999} | ({"resampling": "nearest"} if kind == "cover" else {})}


def make(seed):
    """A study with data: {crs, sites, layers, study}."""
    numbers = random.Random(seed)

    def at(margin=0):
        return tuple(low + numbers.randrange(-margin, SIZE + margin, 50) + 13.5 for low in (X0, Y0))

    def polygon(size, margin=0):
        x, y = at(margin)
        ring = [(x + size * math.cos(a) * numbers.uniform(0.5, 1), y + size * math.sin(a) *
                 numbers.uniform(0.5, 1)) for a in (k * math.pi / 4 for k in range(8))]
        return "POLYGON ((" + ", ".join(f"{a!r} {b!r}" for a, b in ring + ring[:1]) + "))"

    def point(margin=0):
        return "POINT ({} {})".format(*at(margin))

    kinds = (point, lambda: polygon(700), point, lambda: "MULTIPOINT (({} {}), ({} {}))".format(*at(), *at()))
    sites = {f"s{k}": {"wkt": kinds[k % 4](), "own": numbers.uniform(0, 900)}
             for k in range(numbers.randrange(8, 30))}
    n = numbers.choice([3, 40, 200])
    m = numbers.choice([0, 3000])  # features outside the area
    layers = {
        "stations": {"features": [{"wkt": point(m), "mw": numbers.choice([None, 0.1, 30, 300, 42.5]),
                                   "who": numbers.choice(["a", "B", "é"])} for _ in range(n)]},
        "lines": {"features": [{"wkt": "LINESTRING ({} {}, {} {}, {} {})".format(*at(m), *at(m), *at(m))}
                               for _ in range(2 + n // 8)]},
        "parks": {"features": [{"wkt": polygon(numbers.choice([300, 900, 2500]), m),
                                "n": numbers.uniform(0, 1)} for _ in range(2 + n // 4)]},
        "ground": raster(numbers, "ground"), "cover": raster(numbers, "cover"),
    }
    criteria = []
    for i, (layer, measure, unmoved) in enumerate(MEASURES):
        if numbers.random() < 0.4:
            continue
        if measure["type"].endswith(NEEDS_RADIUS):
            measure = measure | {"radius": numbers.choice(RADII)}
        criteria.append({"id": f"c{i}_{unmoved}", "layer": layer, "measure": measure, "value": value_of(numbers),
                         "weight": numbers.choice([1, 2, 5, 0.3]), "missing": 0.3})
    criteria.append({"id": "own_lpdtc", "measure": {"type": "attribute", "field": "own"}, "weight": 3,
                     "value": {"type": "linear", "worst": 0, "best": 1000}})
    half = len(criteria) // 2
    study = {"criteria": [{"id": "group", "weight": 4, "criteria": criteria[:half]}] * (half > 0)
             + criteria[half:], "decision": dict(numbers.choice(VALUE_METHODS)), "facility": {"land": "40 ha"},
             "constraints": [{"id": "clear", "layer": "parks", "measure": {"type": "distance"},
                              "require": {"min": 301.7}}]}
    return {"crs": CRS, "sites": sites, "layers": layers, "study": study}


def run(folder, given, *options):
    path = run_case.write_study(folder, given["crs"], given["sites"], given["layers"], given["study"])
    return invariance.run(path, *options)


# -- comparing -------------------------------------------------------------------------------------


def near(one, other, relative, absolute):
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= absolute + relative * max(abs(one), abs(other))
    return one == other


def same(name, before, after, columns=None, letter="", relative=0.0, absolute=0.0, sites=None):
    """The rows of both: `letter` limits them to criteria that the change leaves alone."""
    before, after = (invariance.tables_of(x) for x in (before, after))
    faults, compared = [], 0
    for key, row in before.items():
        if sites is not None and key[1] not in sites:
            continue
        if letter and (key[0] == "ranking" or letter not in key[2].split("_")[-1]):
            continue
        for column, value in row.items():
            if columns and column not in columns:
                continue
            compared += 1
            if key not in after or not near(value, after[key].get(column), relative, absolute):
                faults.append(f"{column} of {key}: {value!r} becomes {after.get(key, {}).get(column)!r}")
    say(name, compared, faults)


# -- changes ---------------------------------------------------------------------------------------

PAIR = re.compile(r"(-?[\d.]+(?:e[-+]?\d+)?) (-?[\d.]+(?:e[-+]?\d+)?)")


def each_geometry(given, change, sites=True):
    """A copy whose geometries went through `change`: WKT in, WKT out."""
    new = copy.deepcopy(given)
    for layer in new["layers"].values():
        for feature in layer.get("features", []):
            feature["wkt"] = change(feature["wkt"])
    for site in new["sites"].values() if sites else ():
        site["wkt"] = change(site["wkt"])
    return new


def moved(given, dx, dy):
    new = each_geometry(given, lambda wkt: PAIR.sub(
        lambda m: f"{float(m[1]) + dx!r} {float(m[2]) + dy!r}", wkt))
    for layer in new["layers"].values():
        if "raster" in layer:
            layer["raster"]["xll"] += dx
            layer["raster"]["yll"] += dy
    return new


def permuted(given, numbers):
    new = copy.deepcopy(given)
    order = list(new["sites"])
    numbers.shuffle(order)
    new["sites"] = {site: new["sites"][site] for site in order}
    for layer in new["layers"].values():
        if "features" in layer:
            numbers.shuffle(layer["features"])
    return new


def each_feature(given, name, change):
    """A copy where every feature of one layer became several: WKT in, list of WKT out."""
    new = copy.deepcopy(given)
    layer = new["layers"][name]
    layer["features"] = [feature | {"wkt": wkt} for feature in layer["features"]
                         for wkt in change(feature["wkt"])]
    return new


def segments(wkt):
    ends = PAIR.findall(wkt)
    return [f"LINESTRING ({a[0]} {a[1]}, {b[0]} {b[1]})" for a, b in zip(ends, ends[1:])]


def halves(wkt):
    whole = ogr.CreateGeometryFromWkt(wkt)
    left, right, low, high = whole.GetEnvelope()
    middle = (left + right) / 2
    parts = []
    for a, b in ((left - 1, middle), (middle, right + 1)):
        box = ogr.CreateGeometryFromWkt(f"POLYGON (({a!r} {low - 1}, {b!r} {low - 1}, {b!r} {high + 1}, "
                                        f"{a!r} {high + 1}, {a!r} {low - 1}))")
        part = whole.Intersection(box)
        pieces = [part.GetGeometryRef(i) for i in range(part.GetGeometryCount())]
        parts += [p.ExportToWkt() for p in ([part] if part.GetGeometryName() == "POLYGON" else pieces)
                  if p.GetGeometryName() == "POLYGON"]
    return parts


def in_crs(given, code):
    """The vector layers and the sites stored in another CRS."""
    frames = []
    for epsg in (3035, code):
        frames.append(osr.SpatialReference())
        frames[-1].ImportFromEPSG(epsg)
        frames[-1].SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transform = osr.CoordinateTransformation(*frames)

    def change(wkt):
        geometry = ogr.CreateGeometryFromWkt(wkt)
        geometry.Transform(transform)
        return geometry.ExportToWkt()

    new = each_geometry(given, change, sites=False)
    for layer in new["layers"].values():
        if "features" in layer:
            layer["crs"] = f"EPSG:{code}"
    return new


def each_criterion(given, change):
    new = copy.deepcopy(given)

    def go(members):
        for member in members:
            if "criteria" in member:
                go(member["criteria"])
            change(member)

    go(new["study"]["criteria"])
    return new


# -- properties of studies -------------------------------------------------------------------------


def check_study(folder, seed):
    numbers = random.Random(seed)
    given = make(seed)
    before = run(folder, given, "--threads", "1")
    if run(folder, given, "--threads", "5", "--memory", "64M") != before:
        say("threads and memory", 0, [f"seed {seed}: other bytes"])
    after = run(folder, permuted(given, numbers))
    same(f"another order, seed {seed}", before, after)

    dx, dy = (numbers.randrange(-400, 400) * CELL for _ in range(2))
    after = run(folder, moved(given, dx, dy))
    same(f"moved, seed {seed}", before, after, ("measured", "measured_text", "value"), "t", 1e-7, 1e-6)

    after = run(folder, each_feature(given, "lines", segments))
    same(f"cut lines, seed {seed}", before, after, ("measured",), "l", 1e-9, 1e-6)
    after = run(folder, each_feature(given, "parks", halves))
    same(f"cut polygons, seed {seed}", before, after, ("measured",), "p", 1e-8, 1e-6)
    twice = given
    for layer in ("stations", "lines", "parks"):
        twice = each_feature(twice, layer, lambda wkt: [wkt, wkt])
    same(f"doubled, seed {seed}", before, run(folder, twice), ("measured", "measured_text", "value"), "d",
         1e-12)

    for code in (4326, 25832):
        after = run(folder, in_crs(given, code))
        same(f"stored in EPSG:{code}, seed {seed}", before, after, ("measured",), "c", 1e-6, 1e-2)

    more = copy.deepcopy(given)
    more["sites"]["zz"] = {"wkt": f"POINT ({X0 + 900} {Y0 + 700})", "own": 0}
    more["layers"]["unrelated"] = copy.deepcopy(given["layers"]["lines"])
    after = run(folder, more)
    same(f"one more candidate, seed {seed}", before, after,
         ("measured", "measured_text", "value", "score", "feasible", "part", "weight"))

    def scale(member):
        member["weight"] *= 3

    after = run(folder, each_criterion(given, scale))
    same(f"weights times 3, seed {seed}", before, after, ("measured", "value", "score", "weight", "part"),
         relative=1e-14)


def check_units(folder, seed):
    """The same megawatts, written in kilowatts; the same metres, asked in kilometres."""
    given = make(seed)
    given["layers"]["stations"]["fields"] = {"mw": {"column": "mw", "unit": "MW"}}
    given["study"]["criteria"] = [
        {"id": "sum", "layer": "stations", "measure": {"type": "sum_within", "field": "mw", "radius": "4.0091 km"},
         "value": {"type": "linear", "worst": "0 MW", "best": "3 GW"}, "missing": 0},
        {"id": "far", "layer": "stations", "measure": {"type": "distance"},
         "value": {"type": "linear", "worst": "12000 m", "best": "100 m"}}]
    before = run(folder, given)
    other = copy.deepcopy(given)
    for station in other["layers"]["stations"]["features"]:
        station["mw"] = station["mw"] and station["mw"] * 1000
    other["layers"]["stations"]["fields"]["mw"]["unit"] = "kW"
    other["study"]["criteria"][0]["measure"]["radius"] = 4009.1
    other["study"]["criteria"][1]["value"] = {"type": "linear", "worst": "12 km", "best": 100}
    same(f"other units, seed {seed}", before, run(folder, other), ("value", "score"), relative=1e-12)


def check_better(folder, seed):
    """One site gets a better quantity in one criterion: its score does not fall."""
    numbers = random.Random(seed)
    methods = VALUE_METHODS + [{"method": "topsis"}, {"method": "promethee2"}]
    method = methods[seed % len(methods)]
    sites = {f"s{k}": {"wkt": f"POINT ({k} 0)"} | {f"x{i}": numbers.choice([0, 0.2, 0.5, 0.9, 1]) for i in range(4)}
             for k in range(7)}
    criteria = [{"id": f"x{i}", "measure": {"type": "attribute", "field": f"x{i}"}, "weight": i + 1,
                 "value": value_of(numbers) if i else {"type": "linear", "worst": 0, "best": 1}}
                for i in range(4)]
    given = {"crs": CRS, "sites": sites, "layers": {}, "study": {"criteria": criteria, "decision": method}}
    before = invariance.tables_of(run(folder, given))
    faults = []
    for _ in range(4):
        site, i = f"s{numbers.randrange(7)}", numbers.randrange(4)
        value = criteria[i]["value"]
        falls = value["type"] == "linear" and value["best"] < value["worst"]
        other = copy.deepcopy(given)
        other["sites"][site][f"x{i}"] += -0.37 if falls else 0.37
        after = invariance.tables_of(run(folder, other))
        old, new = (t["ranking", site]["score"] for t in (before, after))
        if new < old - 1e-12:
            faults.append(f"seed {seed}: {json.dumps(method)}: {site} falls from {old} to {new} with a better x{i}")
    say("a better quantity", 4, faults)


# -- the surface -----------------------------------------------------------------------------------


def surface(folder, given, box, *options):
    study = copy.deepcopy(given)
    study["study"]["area"] = {"crs": CRS, "resolution": 250, "extent": {"bbox": box}}
    study["study"].pop("constraints")
    run(folder, study, "--surface", *options)
    path = folder / "run_suitability.tif"
    return gdal.Open(str(path)).ReadAsArray().astype(float), path.read_bytes()


def differ(name, one, other, tolerance):
    faults = []
    if one.shape != other.shape or not numpy.array_equal(numpy.isnan(one), numpy.isnan(other)):
        faults = [f"shape {one.shape} and {other.shape}, or other cells without data"]
    elif numpy.isnan(one).all() or numpy.nanmin(one) == numpy.nanmax(one):
        faults = ["nothing to compare: every cell is the same"]
    elif not numpy.allclose(one, other, rtol=0, atol=tolerance, equal_nan=True):
        faults = [f"up to {numpy.nanmax(numpy.abs(one - other))} in {numpy.sum(one != other)} cells"]
    say(name, one.size, faults)


def check_surface(folder, seed):
    given = make(seed)

    def surfaced(members):
        return [m | {"criteria": surfaced(m["criteria"])} if "criteria" in m else m for m in members
                if "criteria" in m or (m["measure"]["type"] != "attribute"
                                       and "geodesic" not in m["measure"])]

    given["study"]["criteria"] = surfaced(given["study"]["criteria"])
    given["study"]["decision"] = {"method": "weighted_sum"}  # others are often the same everywhere
    box = [X0, Y0, X0 + SIZE, Y0 + SIZE]
    whole, raw = surface(folder, given, box, "--threads", "1")
    if surface(folder, given, box, "--threads", "5", "--memory", "256M")[1] != raw:
        say("surface by threads", 0, [f"seed {seed}: other bytes"])
    differ(f"surface in another order, seed {seed}", whole,
           surface(folder, permuted(given, random.Random(seed)), box)[0], 0)
    part = surface(folder, given, [X0 + 2500, Y0 + 3000, X0 + 9000, Y0 + 12000])[0]
    differ(f"part of the surface, seed {seed}", whole[32:68, 10:36], part, 1e-6)
    dx, dy = 37 * CELL, -21 * CELL
    away = surface(folder, moved(given, dx, dy), [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy])[0]
    differ(f"surface moved, seed {seed}", whole, away, 1e-6)


def main(seed, count):
    for k in range(seed, seed + count):
        for check in (check_study, check_units, check_better, check_surface):
            with tempfile.TemporaryDirectory() as folder:
                check(Path(folder), k)
    for name, compared in COMPARED.items():
        print(f"{name}: {compared} values")
        if not compared and not FAULTS:
            FAULTS.append(f"{name}: nothing was compared")
    for fault in FAULTS[:40]:
        print(fault)
    print(f"{len(FAULTS)} faults")
    return 1 if FAULTS else 0


if __name__ == "__main__":
    arguments = [int(a) for a in sys.argv[1:3]]
    sys.exit(main(*(arguments + [1, 2][len(arguments):])))
