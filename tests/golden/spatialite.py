#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Vector measures of random studies against SQL of SpatiaLite: spatialite.py [SEED [COUNT]], with the
program in $GIGASITE. Exit status 77 (skipped) without mod_spatialite or PyYAML."""
import random
import sqlite3
import sys
import tempfile
from pathlib import Path

try:
    import metamorphic
    import run_case

    base = sqlite3.connect(":memory:")
    base.enable_load_extension(True)
    base.load_extension("mod_spatialite")
    base.close()
except (ImportError, AttributeError, sqlite3.Error) as fault:
    print(f"skipped: {fault}")
    sys.exit(77)

NEAR = "FROM {layer} f WHERE ST_Distance(f.g, s.g) <= {radius}"
# layer, measure, what SpatiaLite says of site s, relative tolerance
CASES = [
    ("stations", {"type": "distance"}, "SELECT min(ST_Distance(f.g, s.g)) FROM {layer} f", 1e-9),
    ("lines", {"type": "distance"}, "SELECT min(ST_Distance(f.g, s.g)) FROM {layer} f", 1e-9),
    ("parks", {"type": "distance"}, "SELECT min(ST_Distance(f.g, s.g)) FROM {layer} f", 1e-9),
    ("stations", {"type": "count_within"}, f"SELECT count(*) {NEAR}", 0),
    ("lines", {"type": "count_within"}, f"SELECT count(*) {NEAR}", 0),
    ("parks", {"type": "count_within"}, f"SELECT count(*) {NEAR}", 0),
    ("stations", {"type": "sum_within", "field": "mw"},
     f"SELECT CASE count(*) WHEN 0 THEN 0 ELSE sum(mw) END {NEAR}", 1e-12),
    ("stations", {"type": "mean_within", "field": "mw"}, f"SELECT avg(mw) {NEAR}", 1e-12),
    ("stations", {"type": "max_within", "field": "mw"}, f"SELECT max(mw) {NEAR}", 0),
    ("stations", {"type": "sum_within", "field": "mw", "decay": "linear"},
     "SELECT CASE count(*) WHEN 0 THEN 0 ELSE sum(mw * (1 - ST_Distance(f.g, s.g) / {radius})) END "
     f"{NEAR}", 1e-9),
    ("stations", {"type": "count_distinct_within", "field": "who"}, f"SELECT count(DISTINCT who) {NEAR}", 0),
    ("stations", {"type": "nearest", "field": "mw"},
     "SELECT min(mw) FROM {layer} f WHERE ST_Distance(f.g, s.g) ="
     " (SELECT min(ST_Distance(f.g, s.g)) FROM {layer} f)", 0),
    # areas around polygons and several points are drawn with the same 64 segments a quarter circle
    ("lines", {"type": "length_within"},
     "SELECT total(ST_Length(ST_Intersection(f.g, ST_Buffer(s.g, {radius}, s.arc)))) FROM {layer} f", 1e-4),
    ("parks", {"type": "area_share"},
     "SELECT coalesce(ST_Area(ST_Intersection(ST_Union(f.g), ST_Buffer(s.g, {radius}, s.arc)))"
     " / ST_Area(ST_Buffer(s.g, {radius}, s.arc)), 0) FROM {layer} f", 1e-4),
    ("parks", {"type": "overlap", "field": "n"},
     "SELECT min(n) FROM {layer} f WHERE ST_Intersects(f.g, s.g)", 0),
]


def load(given):
    """Sites and layers as tables."""
    table = sqlite3.connect(":memory:")
    table.enable_load_extension(True)
    table.load_extension("mod_spatialite")
    for name in ("stations", "lines", "parks"):
        table.execute(f"CREATE TABLE {name} (g, mw, who, n)")
        table.executemany(f"INSERT INTO {name} VALUES (ST_GeomFromText(?), ?, ?, ?)",
                          [(f["wkt"], f.get("mw"), f.get("who"), f.get("n"))
                           for f in given["layers"][name]["features"]])
    table.execute("CREATE TABLE sites (id, g, arc)")
    table.executemany("INSERT INTO sites VALUES (?, ST_GeomFromText(?), ?)",
                      [(site, row["wkt"], 2000 if row["wkt"].startswith("POINT") else 64) for site, row in given["sites"].items()])
    return table


def check(folder, seed):
    numbers = random.Random(seed)
    given = metamorphic.make(seed)
    criteria, queries = [], []
    for i, (layer, measure, query, tolerance) in enumerate(CASES):
        radius = numbers.choice(metamorphic.RADII)
        if measure["type"].endswith(("within", "area_share")):
            measure = measure | {"radius": radius}
        criteria.append({"id": f"c{i}", "layer": layer, "measure": measure, "missing": 0,
                         "value": {"type": "linear", "worst": 0, "best": 1}})
        queries.append((query.format(layer=layer, radius=radius), tolerance))
    study = {"criteria": criteria}
    path = run_case.write_study(folder, given["crs"], given["sites"], given["layers"], study)
    parts, _ = run_case.run(folder, path)
    table, compared, faults = load(given), 0, []
    for i, (query, tolerance) in enumerate(queries):
        for site, expected in table.execute(f"SELECT s.id, ({query}) FROM sites s"):
            if criteria[i]["measure"]["type"] == "overlap" and "POLYGON" in given["sites"][site]["wkt"]:
                continue  # goes by the shared area
            actual = parts[site, f"c{i}"]["measured"]
            compared += 1
            if not metamorphic.near(actual, expected, tolerance, 1e-6 if tolerance else 0):
                faults.append(f"seed {seed}: {criteria[i]['measure']} of {criteria[i]['layer']} at {site}: "
                              f"{actual!r}, SpatiaLite {expected!r}")
    return compared, faults


def main(seed, count):
    compared, faults = 0, []
    for k in range(seed, seed + count):
        with tempfile.TemporaryDirectory() as folder:
            n, more = check(Path(folder), k)
        compared += n
        faults += more
    for fault in faults[:40]:
        print(fault)
    print(f"{compared} comparisons, {len(faults)} faults")
    return 1 if faults or not compared else 0


if __name__ == "__main__":
    arguments = [int(a) for a in sys.argv[1:3]]
    sys.exit(main(*(arguments + [1, 2][len(arguments):])))
