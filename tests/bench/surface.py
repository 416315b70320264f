#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Times `gigasite run --surface` against GDAL's tools, and GRASS where it is installed.

Called by scripts/bench --only surface; prints a Markdown report. The study: distances to five layers,
slope, warped solar, land cover, masks, weighted overlay. Exit status 1 when numbers disagree.
"""
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import numpy as np
from osgeo import gdal, ogr

gdal.UseExceptions()
RASTERS = {"height": "height.tif", "landcover": "landcover.tif", "solar": "solar.tif"}
LAYERS = ["substations", "lines", "rivers", "fibre", "protected"]


def layer_names(folder):
    source = ogr.Open(os.path.join(folder, "bench.gpkg"))
    return [source.GetLayer(i).GetName() for i in range(source.GetLayerCount())]


def find_layer(names, *words):
    for word in words:
        for name in names:
            if word in name:
                return name
    sys.exit(f"the bench data have no layer like {words[0]}")


class Study:
    """Names, grid and files of the study on one folder of data."""

    def __init__(self, folder, work):
        self.folder, self.work = os.path.abspath(folder), os.path.abspath(work)
        shutil.rmtree(self.work, ignore_errors=True)  # gdal_proximity writes into what is there
        os.makedirs(self.work)
        names = layer_names(folder)
        self.layers = {"substations": find_layer(names, "substation"),
                       "lines": find_layer(names, "line"), "rivers": find_layer(names, "river"),
                       "fibre": find_layer(names, "fibre"),
                       "protected": find_layer(names, "protected"),
                       "sites": find_layer(names, "point", "candidate", "site")}
        height = gdal.Open(self.path(RASTERS["height"]))
        t = height.GetGeoTransform()
        self.cols, self.rows, self.cell = height.RasterXSize, height.RasterYSize, t[1]
        self.box = [t[0], t[3] + self.rows * t[5], t[0] + self.cols * t[1], t[3]]
        self.water = 11

    def path(self, name):
        return os.path.join(self.folder, name)

    def out(self, name):
        return os.path.join(self.work, name)

    def write(self, name, constraints, criteria):
        catalogue = {"gigasite": 1, "layers": {
            "height": {"source": self.path(RASTERS["height"]), "unit": "m"},
            "landcover": {"source": self.path(RASTERS["landcover"]),
                          "classes": {"1": "urban", str(self.water): "water"}},
            "solar": {"source": self.path(RASTERS["solar"])}}}
        for layer, table in self.layers.items():
            catalogue["layers"][layer] = {"source": self.path("bench.gpkg"), "layer": table}
        catalogue["layers"]["sites"]["where"] = "fid <= 20"
        study = {"gigasite": 1, "title": "surface", "catalogue": f"{name}-layers.json",
                 "area": {"crs": "EPSG:3035", "resolution": f"{self.cell} m",
                          "extent": {"bbox": self.box}},
                 "candidates": {"layer": "sites"}, "constraints": constraints,
                 "criteria": criteria}
        for path, what in ((f"{name}-layers.json", catalogue), (f"{name}.json", study)):
            with open(self.out(path), "w", encoding="utf-8") as file:
                json.dump(what, file)
        return self.out(f"{name}.json")


def distance(layer, weight, worst):
    return {"id": layer, "layer": layer, "weight": weight, "measure": "distance",
            "value": {"type": "linear", "worst": worst, "best": 0}}


def chain(study):
    return study.write("chain", [
        {"id": "protected", "layer": "protected", "measure": "distance", "require": {"min": 500}},
        {"id": "cover", "layer": "landcover", "measure": "value",
         "require": {"not_in": [1, study.water]}},
        {"id": "steep", "layer": "height", "measure": "slope", "require": {"max": 15}},
    ], [
        {"id": "slope", "layer": "height", "weight": 20, "measure": "slope",
         "value": {"type": "linear", "worst": 15, "best": 0}},
        {"id": "solar", "layer": "solar", "weight": 20, "measure": "value",
         "value": {"type": "linear", "worst": 900, "best": 1400}},
        distance("substations", 20, 50000), distance("lines", 15, 20000),
        distance("rivers", 15, 10000), distance("fibre", 10, 20000),
    ])


def one_distance(study):
    return study.write("distance", [], [distance("rivers", 1, 1e9)])


def focal(study):
    return study.write("focal", [], [
        {"id": "mean", "layer": "height", "measure": {"type": "mean", "radius": 10 * study.cell},
         "value": {"type": "linear", "worst": 0, "best": 3000}}])


def gigasite(options, path, output, threads=2, *more):
    return [options.gigasite, "run", path, "--surface", "-q", "-o", output, "--threads",
            str(threads), *more]


def gdal_steps(s):
    """What GDAL's tools need for the same chain, each in its fastest form."""
    grid = ["-te", *map(str, s.box), "-ts", str(s.cols), str(s.rows)]
    plain = ["-co", "TILED=YES", "-co", "BIGTIFF=IF_SAFER"]
    steps = {}
    for layer in LAYERS:
        burnt, far = s.out(f"burnt_{layer}.tif"), s.out(f"far_{layer}.tif")
        steps[f"rasterize {layer}"] = ["gdal_rasterize", "-q", "-burn", "1", "-l", s.layers[layer],
                                       "-ot", "Byte", *grid, *plain, s.path("bench.gpkg"), burnt]
        steps[f"proximity {layer}"] = ["gdal_proximity.py", "-q", burnt, far, "-distunits", "GEO",
                                       "-ot", "Float32", *plain]
    steps["slope"] = ["gdaldem", "slope", "-q", s.path(RASTERS["height"]), s.out("slope.tif"), *plain]
    steps["warp solar"] = ["gdalwarp", "-q", "-overwrite", "-t_srs", "EPSG:3035", *grid, "-r",
                           "bilinear", "-multi", "-wo", "NUM_THREADS=2", "-wm", "512", *plain,
                           s.path(RASTERS["solar"]), s.out("solar.tif")]
    rule = (f"where((P>=500)*(L!={s.water})*(L!=1)*(A<=15), 0.2*clip(1-A/15.0,0,1)+"
            "0.2*clip((B-900)/500.0,0,1)+0.2*clip(1-C/50000.0,0,1)+0.15*clip(1-D/20000.0,0,1)+"
            "0.15*clip(1-E/10000.0,0,1)+0.1*clip(1-F/20000.0,0,1), -9999)")
    steps["overlay"] = ["gdal_calc.py", "--quiet", "--overwrite", "--type=Float32",
                        "--NoDataValue=-9999", "--co", "TILED=YES", "--co", "BIGTIFF=IF_SAFER",
                        "-A", s.out("slope.tif"), "-B", s.out("solar.tif"),
                        "-C", s.out("far_substations.tif"), "-D", s.out("far_lines.tif"),
                        "-E", s.out("far_rivers.tif"), "-F", s.out("far_fibre.tif"),
                        "-L", s.path(RASTERS["landcover"]), "-P", s.out("far_protected.tif"),
                        "--outfile", s.out("overlay.tif"), "--calc", rule]
    steps["to COG"] = ["gdal_translate", "-q", "-of", "COG", "-co", "COMPRESS=ZSTD", "-co",
                       "LEVEL=1", "-co", "PREDICTOR=YES", "-co", "NUM_THREADS=2",
                       s.out("overlay.tif"), s.out("overlay_cog.tif")]
    return steps


def fresh(command):
    """gdal_rasterize would burn into what is there."""
    target = command[-1]
    if target.endswith(".tif") and command[0] in ("gdal_rasterize", "gdal_translate"):
        if os.path.exists(target):
            os.remove(target)


def row(name, series, peer=None):
    ratio = f"{peer / series.wall:.1f}" if peer else ""
    print(f"| {name} | {series} | {ratio} |")


def check_same_bytes(s, options, path):
    import filecmp
    good = True
    for threads, more in ((1, []), (7, ["--memory", "700M"])):
        out = s.out(f"same{threads}.gpkg")
        subprocess.run(gigasite(options, path, out, threads, *more), check=True,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, SOURCE_DATE_EPOCH="1767225600"))
        good &= filecmp.cmp(s.out("chain_suitability.tif"), out.replace(".gpkg", "_suitability.tif"),
                            shallow=False)
    print(f"\nThe same bytes with 1, 2 and 7 threads: {'yes' if good else '**no**'}.")
    return good


def check_values(s):
    """Beside GDAL's overlay; its distances are not exact, and end at the border of the area."""
    ours = gdal.Open(s.out("chain_suitability.tif"))
    theirs = gdal.Open(s.out("overlay.tif"))
    n_mask = n = 0
    largest = []
    m = min(600, s.cols // 4)
    for y in range(m, s.rows - m, 512):
        rows = min(512, s.rows - m - y)
        a = ours.ReadAsArray(m, y, s.cols - 2 * m, rows)
        b = theirs.ReadAsArray(m, y, s.cols - 2 * m, rows)
        both = ~np.isnan(a) & (b != -9999)
        n += a.size
        n_mask += int((np.isnan(a) != (b == -9999)).sum())
        largest.append(np.abs(a - b)[both])
    off = np.concatenate(largest)
    print(f"\nBeside GDAL's overlay, {m} cells from the border on: {n_mask / n:.5%} of the cells are "
          f"masked differently; values differ by {off.max():.2g} at most, 99.9 % of them by less "
          f"than {np.quantile(off, 0.999):.2g} (gdal_proximity is not exact).")
    return n_mask / n < 0.002


def grass_script(s):
    """One GRASS session: import once, then the focal mean over a disc of 10 cells, timed inside."""
    return (f"r.external --q input={s.path(RASTERS['height'])} output=height --o && "
            "g.region raster=height && "
            "for i in 1 2 3; do s=$(date +%s.%N); "
            "r.neighbors -c --q --o input=height output=m size=21 nprocs=2; "
            "e=$(date +%s.%N); echo focal $(echo \"$e - $s\" | bc); done")


def beside_grass(s, ours):
    if not shutil.which("grass") or not shutil.which("bc"):
        print("\nGRASS (or bc) is not installed: focal means are not compared.")
        return
    location = s.out("grass")
    shutil.rmtree(location, ignore_errors=True)
    text = subprocess.run(["grass", "-c", s.path(RASTERS["height"]), location, "--exec", "bash", "-c",
                           grass_script(s)], capture_output=True, text=True, check=True).stdout
    times = sorted(float(line.split()[1]) for line in text.splitlines() if line.startswith("focal"))
    print(f"\nr.neighbors -c size=21 nprocs=2 (import not counted): {times[1]:.1f} s, "
          f"{times[1] / ours.wall:.1f} times as long as the whole run that reads and writes files.")


def main(options, folder, tools):
    s = Study(folder, os.path.join(options.work, "surface"))
    Run, Series, _, warm = tools
    path = chain(s)
    out = s.out("chain.gpkg")
    print(f"\n## The surface: {s.cols:,} × {s.rows:,} cells\n", flush=True)
    warm(folder)
    os.environ["GDAL_NUM_THREADS"] = "2"
    os.environ.setdefault("GDAL_CACHEMAX", "2048")
    ours, single, read = Series(), Series(), Series()
    peers = {name: Series() for name in gdal_steps(s)}
    inputs = [s.path("bench.gpkg")] + [s.path(name) for name in RASTERS.values()]
    for _ in range(options.reps):
        ours.runs.append(Run(gigasite(options, path, out, 2)))
        single.runs.append(Run(gigasite(options, path, out, 1)))
        read.runs.append(Run([options.read, *inputs]))
        for name, command in gdal_steps(s).items():
            fresh(command)
            peers[name].runs.append(Run(command))
    total = sum(p.wall for p in peers.values())
    floor = read.wall + peers["to COG"].wall
    print("| | seconds | from-to | CPU s | peak MiB | times as long |\n|---|---|---|---|---|---|")
    row("`gigasite run --surface`, 2 threads", ours)
    row("the same, 1 thread", single)
    for name, series in peers.items():
        row(f"GDAL: {name}", series)
    print(f"\nGDAL's tools together: {total:.1f} s, **{total / ours.wall:.1f} times** as long. Merely "
          f"decoding the inputs (one thread) and writing the COG (two): {floor:.2f} s; ours is "
          f"{ours.wall / floor:.2f} times that.")
    good = check_values(s)
    os.environ["SOURCE_DATE_EPOCH"] = "1767225600"
    Run(gigasite(options, path, out, 2))
    good &= check_same_bytes(s, options, path)

    print("\n## One exact distance surface, file to file\n")
    one, proximity = Series(), peers["proximity rivers"]
    for _ in range(options.reps):
        one.runs.append(Run(gigasite(options, one_distance(s), s.out("distance.gpkg"))))
    both = proximity.wall + peers["rasterize rivers"].wall
    print("| | seconds | from-to | CPU s | peak MiB | times as long |\n|---|---|---|---|---|---|")
    row("`gigasite run --surface` (reads features, writes two COGs)", one)
    row("gdal_proximity.py (plain TIFF; not exact)", proximity, None)
    print(f"\ngdal_rasterize and gdal_proximity.py: {both:.1f} s, {both / one.wall:.1f} times as long.")

    print("\n## Mean over a disc of 10 cells, file to file\n")
    mean = Series()
    for _ in range(options.reps):
        mean.runs.append(Run(gigasite(options, focal(s), s.out("focal.gpkg"))))
    print("| | seconds | from-to | CPU s | peak MiB | |\n|---|---|---|---|---|---|")
    row("`gigasite run --surface`", mean)
    beside_grass(s, mean)
    with sqlite3.connect(out) as result:
        n = result.execute("SELECT value FROM run WHERE key = 'surface.suitable'").fetchone()[0]
    print(f"\n{float(n):.1%} of the cells have a score.")
    return good
