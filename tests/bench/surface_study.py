# SPDX-License-Identifier: Apache-2.0
"""The studies that surface.py runs, and what GDAL's tools need for the chain."""
import json
import os
import shutil
import sys

from osgeo import gdal, ogr

from timing import Run, Series

gdal.UseExceptions()
ogr.UseExceptions()
RASTERS = {"height": "height.tif", "landcover": "landcover.tif", "solar": "solar.tif"}
LAYERS = ["substations", "lines", "rivers", "fibre", "protected"]
SIX = {"slope": 0.3, "solar": 0.2, "substations": 0.15, "lines": 0.15, "rivers": 0.1, "fibre": 0.1}


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
        self.size = f"{self.cols:,} × {self.rows:,} cells"
        self.water = 11

    def path(self, name):
        return os.path.join(self.folder, name)

    def out(self, name):
        return os.path.join(self.work, name)

    def write(self, name, constraints, criteria, candidates=None, layers=None, **more):
        """`layers`: of the catalogue, besides those that all studies have."""
        catalogue = {"gigasite": 1, "layers": {
            "height": {"source": self.path(RASTERS["height"]), "unit": "m"},
            "landcover": {"source": self.path(RASTERS["landcover"]),
                          "classes": {"1": "urban", str(self.water): "water"}},
            "solar": {"source": self.path(RASTERS["solar"])}}}
        for layer, table in self.layers.items():
            catalogue["layers"][layer] = {"source": self.path("bench.gpkg"), "layer": table}
        catalogue["layers"]["sites"]["where"] = "fid <= 20"
        catalogue["layers"].update(layers or {})
        study = {"gigasite": 1, "title": "surface", "catalogue": f"{name}-layers.json",
                 "area": {"crs": "EPSG:3035", "resolution": f"{self.cell} m",
                          "extent": {"bbox": self.box}},
                 "candidates": candidates or {"layer": "sites"}, "constraints": constraints,
                 "criteria": criteria, **more}
        for path, what in ((f"{name}-layers.json", catalogue), (f"{name}.json", study)):
            with open(self.out(path), "w", encoding="utf-8") as file:
                json.dump(what, file)
        return self.out(f"{name}.json")


def distance(layer, weight, worst):
    return {"id": layer, "layer": layer, "weight": weight, "measure": "distance",
            "value": {"type": "linear", "worst": worst, "best": 0}}


def chain(study, name="chain", **more):
    return study.write(name, [
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
    ], **more)


def one_distance(study):
    return study.write("distance", [], [distance("rivers", 1, 1e9)])


def focal(study):
    return study.write("focal", [], [
        {"id": "mean", "layer": "height", "measure": {"type": "mean", "radius": 10 * study.cell},
         "value": {"type": "linear", "worst": 0, "best": 3000}}])


def least_cost(study, name="cost", **more):
    """Without a margin, so that the grid is the peer's."""
    return study.write(name, [], [
        {"id": "cost", "layer": "substations",
         "measure": {"type": "cost_distance", "friction": "friction", "margin": 0},
         "value": {"type": "linear", "worst": 1e6, "best": 0}}],
        layers={"friction": {"source": study.out("friction.tif"), "unit": "1"}}, **more)


def sum_of_six(study):
    """Worths that are the numbers themselves, on a scale that none of them leaves."""
    return study.write("sum", [], [
        {"id": name, "layer": f"six_{name}", "weight": 100 * weight, "measure": "value",
         "value": {"type": "linear", "worst": 0, "best": 1e6}} for name, weight in SIX.items()],
        layers={f"six_{name}": {"source": study.out(f"six_{name}.tif")} for name in SIX},
        surface={"compression": "none"})


def polygons(study):
    """Sites that are polygons: exact coverage of every cell."""
    return study.write("polygons", [], [
        {"id": name, "layer": "height", "weight": 1, "measure": name, "missing": 0,
         "value": {"type": "linear", "worst": 0, "best": 3000}}
        for name in ("mean", "min", "max", "stdev")], candidates={"layer": "protected"})


def gigasite(options, path, output, threads=2, *more):
    """With a surface; the raster beside the run, what it holds."""
    return [options.gigasite, "run", path, "--surface", "-q", "--no-cache", "-o", output, "--threads",
            str(threads), *more]


def ours(options, path, output, *more, threads=2, reps=None):
    return Series(*(Run(gigasite(options, path, output, threads, *more), name=f"gigasite: {path}")
                    for _ in range(reps or options.reps)))


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
