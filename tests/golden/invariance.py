#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What must not change a result does not: invariance.py, with the program in $GIGASITE.

The demo and a study made here are run with 1, 2 and 7 threads and little memory (the same bytes), with
the features of all layers and the sites in another order, with one more layer in the catalogue (the
same bits for every site) and with all weights times 7 (scores within one unit in the last place).
Exit status 77 (skipped) without python3-gdal or PyYAML."""
import math
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    from osgeo import ogr

    import run_case
except ImportError as fault:
    print(f"skipped: {fault}")
    sys.exit(77)

ogr.UseExceptions()
SOURCE = Path(__file__).resolve().parents[2]
FAULTS = []


def run(study, *options):
    """The bytes of the result, which is written to the same place each time."""
    output = study.parent / "run.gpkg"
    command = [os.environ["GIGASITE"], "run", "-q", "-o", str(output), str(study), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000"})
    if done.returncode != 0 or "Sanitizer" in done.stderr:
        sys.exit(f"{command}: exit status {done.returncode}\n{done.stderr}")
    return output.read_bytes()


def tables_of(result):
    """{(table, site, …): {column: value}} of what was measured and decided."""
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        file.write(result)
        file.flush()
        base = sqlite3.connect(file.name)
        base.row_factory = sqlite3.Row
        rows = {}
        for row in base.execute("SELECT * FROM contributions"):
            rows["contributions", row["candidate_id"], row["criterion"]] = dict(row)
        for row in base.execute("SELECT * FROM ranking"):
            rows["ranking", row["candidate_id"]] = dict(row)
        base.close()
    for row in rows.values():
        for column in ("fid", "geom"):  # the place in the file, and bytes that the id stands for
            row.pop(column, None)
    return rows


def same(one, other, ulps):
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= ulps * math.ulp(max(abs(one), abs(other)))
    return one == other


def compare(what, before, after, columns=None, ulps=0):
    """Every column of every row, or some, exactly or within so many units in the last place."""
    before, after = tables_of(before), tables_of(after)
    if not before or before.keys() != after.keys():
        FAULTS.append(f"{what}: the rows differ")
        return
    compared = 0
    for key, row in before.items():
        for column, value in row.items():
            if columns and column not in columns:
                continue
            compared += 1
            if not same(value, after[key].get(column), ulps):
                FAULTS.append(f"{what}: {column} of {key}: {value!r} becomes {after[key].get(column)!r}")
    print(f"{what}: {compared} values")
    if not compared:
        FAULTS.append(f"{what}: nothing was compared")


def compare_threads(name, study):
    before = run(study, "--threads", "1")
    for options in (("--threads", "2", "--memory", "64M"), ("--threads", "7", "--memory", "3G")):
        if run(study, *options) != before:
            FAULTS.append(f"{name}: other bytes with {' '.join(options)}")
            compare(f"{name} with {' '.join(options)}", before, run(study, *options))
    return before


# -- the demo --------------------------------------------------------------------------------------


def shuffle_geopackage(source, target, seed):
    """The same layers with their features in another order."""
    old = ogr.Open(str(source))
    new = ogr.GetDriverByName("GPKG").CreateDataSource(str(target))
    for layer in old:
        copy = new.CreateLayer(layer.GetName(), layer.GetSpatialRef(), layer.GetGeomType())
        definition = layer.GetLayerDefn()
        for i in range(definition.GetFieldCount()):
            copy.CreateField(definition.GetFieldDefn(i))
        features = list(layer)
        order = list(range(len(features)))
        random.Random(seed).shuffle(order)
        copy.StartTransaction()
        for i in order:
            feature = ogr.Feature(copy.GetLayerDefn())
            feature.SetFrom(features[i])
            feature.SetFID(-1)
            copy.CreateFeature(feature)
        copy.CommitTransaction()


def check_demo(folder):
    shutil.copytree(SOURCE / "layers/demo", folder / "layers/demo")
    (folder / "criteria").mkdir()
    for name in ("layers/demo.yaml", "criteria/demo.yaml"):
        shutil.copy(SOURCE / name, folder / name)
    study, catalogue = folder / "criteria/demo.yaml", folder / "layers/demo.yaml"
    before = compare_threads("demo", study)

    geopackage = folder / "layers/demo/veridia.gpkg"
    other = folder / "other.gpkg"
    shuffle_geopackage(SOURCE / "layers/demo/veridia.gpkg", other, 1)
    shutil.copy(other, geopackage)
    compare("demo in another order", before, run(study))

    shutil.copy(SOURCE / "layers/demo/veridia.gpkg", geopackage)
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text + "\n  unrelated: {source: veridia.gpkg, layer: lakes}\n", encoding="utf-8")
    compare("demo with one more layer", before, run(study))

    catalogue.write_text(text, encoding="utf-8")
    text, n = re.subn(r"\bweight: (\d+)", lambda m: f"weight: {7 * int(m[1])}",
                      study.read_text(encoding="utf-8"))
    if n < 10:
        FAULTS.append(f"demo: only {n} weights")
    study.write_text(text, encoding="utf-8")
    after, columns = run(study), ("measured", "measured_text", "value", "rank", "feasible")
    compare("demo with 7 times the weights", before, after, columns)
    compare("its scores", before, after, ("score",), ulps=1)
    compare("its parts", before, after, ("weight", "part"), ulps=4)  # a product of groups' shares


# -- a study made here -----------------------------------------------------------------------------


def make(numbers, n_sites, n_features):
    """Sites of all kinds and crowded layers, on a grid coarse enough for many ties."""
    def at():
        return numbers.randrange(0, 20000, 50), numbers.randrange(0, 20000, 50)

    def polygon(size):
        x, y = at()
        ring = [(x + size * math.cos(a) * numbers.uniform(0.5, 1), y + size * math.sin(a) *
                 numbers.uniform(0.5, 1)) for a in (k * math.pi / 4 for k in range(8))]
        return "POLYGON ((" + ", ".join(f"{a!r} {b!r}" for a, b in ring + ring[:1]) + "))"

    def point():
        return "POINT ({} {})".format(*at())

    def several():
        return "MULTIPOINT (({} {}), ({} {}))".format(*at(), *at())

    sites = {f"s{k}": (point, point, lambda: polygon(400), several)[k % 4]() for k in range(n_sites)}
    stations = [{"wkt": point(), "mw": numbers.choice([None, 1e16, 0.1, 0.7, -1e16, 300]),
                 "who": numbers.choice(["a", "B", "é"])} for _ in range(n_features)]
    lines = ["LINESTRING ({} {}, {} {}, {} {})".format(*at(), *at(), *at()) for _ in range(n_features // 8)]
    parks = [{"wkt": polygon(numbers.choice([300, 900, 1500])), "n": numbers.uniform(0, 1)}
             for _ in range(n_features // 4)]
    return sites, {"stations": {"features": stations}, "lines": {"features": lines},
                   "parks": {"features": parks}}


MEASURES = [
    ("stations", {"type": "distance"}), ("stations", {"type": "nearest", "field": "mw"}),
    ("stations", {"type": "count_within", "radius": 3000, "decay": "gaussian"}),
    ("stations", {"type": "sum_within", "field": "mw", "radius": 3000}),
    ("stations", {"type": "sum_within", "field": "mw", "radius": 5000, "decay": "inverse"}),
    ("stations", {"type": "mean_within", "field": "mw", "radius": 4000, "decay": "linear"}),
    ("stations", {"type": "max_within", "field": "mw", "radius": 3000, "decay": "linear"}),
    ("stations", {"type": "count_distinct_within", "field": "who", "radius": 2000}),
    ("stations", {"type": "distance", "geodesic": True}),
    ("lines", {"type": "length_within", "radius": 3000}), ("lines", {"type": "distance"}),
    ("parks", {"type": "area_share", "radius": 2000}), ("parks", {"type": "overlap", "field": "n"}),
    ("parks", {"type": "distance"}),
]


def check_made(folder):
    numbers = random.Random(20)
    sites, layers = make(numbers, 60, 400)
    criteria = [{"id": f"c{i}", "layer": layer, "measure": measure, "weight": 1 + i % 3,
                 "value": {"type": "logistic", "midpoint": 1, "steepness": 0.37}, "missing": 0.3}
                for i, (layer, measure) in enumerate(MEASURES)]
    study = run_case.write_study(folder, "EPSG:3035", sites, layers, {"criteria": criteria})
    before = compare_threads("made", study)
    for seed in (1, 2):
        shuffler = random.Random(seed)
        order = list(sites)
        shuffler.shuffle(order)
        for layer in layers.values():
            shuffler.shuffle(layer["features"])
        run_case.write_study(folder, "EPSG:3035", {site: sites[site] for site in order}, layers,
                             {"criteria": criteria})
        compare(f"made in another order ({seed})", before, run(study))


def main():
    for check in (check_demo, check_made):
        with tempfile.TemporaryDirectory() as folder:
            check(Path(folder))
    for fault in FAULTS[:20]:
        print(fault)
    print(f"{len(FAULTS)} faults")
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
