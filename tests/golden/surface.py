#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The surface against GDAL and NumPy: distances of what gdal.RasterizeLayer burns by brute force,
gdaldem's slope, gdalwarp's bilinear without approximation, masks, worths and the weighted sum; and
the same bytes for any number of threads and any memory. The program is in $GIGASITE. Exit status
77 (skipped) without GDAL's Python bindings and NumPy."""
import os
import sqlite3
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
WIDTH, HEIGHT, CELL = 530, 1100, 100  # three bands of 512 rows
X0, Y0 = 4310000, 3000000
failures = []


def check(name, ok, more=""):
    print(f"{'ok' if ok else 'FAILED'}  {name} {more}")
    if not ok:
        failures.append(name)


def spatial(code):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(code)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def write_raster(name, array, transform, code, kind, nodata, options=()):
    rows, cols = array.shape
    dataset = gdal.GetDriverByName("GTiff").Create(name, cols, rows, 1, kind, list(options))
    dataset.SetGeoTransform(transform)
    dataset.SetSpatialRef(spatial(code))
    dataset.GetRasterBand(1).WriteArray(array)
    dataset.GetRasterBand(1).SetNoDataValue(nodata)


def make_data():
    chance = np.random.RandomState(5)  # legacy generator: the same numbers in any version
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    dem = 400 + 60 * np.sin(x / 17) * np.cos(y / 23) + 30 * np.sin(x / 5 + y / 7) + x / 10
    dem[300:330, 200:260] = -9999
    write_raster("dem.tif", dem.astype(np.float32), (X0, CELL, 0, Y0, 0, -CELL), 3035,
                 gdal.GDT_Float32, -9999,
                 ["TILED=YES", "BLOCKXSIZE=128", "BLOCKYSIZE=128", "COMPRESS=DEFLATE", "PREDICTOR=3"])
    cover = (np.floor(x / 40) * 3 + np.floor(y / 55) * 7) % 12
    write_raster("cover.tif", cover.astype(np.uint8), (X0, CELL, 0, Y0, 0, -CELL), 3035,
                 gdal.GDT_Byte, 0, ["COMPRESS=LZW"])
    rows, cols = 110, 120
    v, u = np.mgrid[0:rows, 0:cols]
    solar = 1000 + 2.5 * u + 1.5 * v + 20 * np.sin(u / 6)
    solar[40:44, 50:53] = -1
    write_raster("solar.tif", solar.astype(np.float32), (9.6, 0.011, 0, 50.4, 0, -0.013), 4326,
                 gdal.GDT_Float32, -1)
    source = ogr.GetDriverByName("GPKG").CreateDataSource("features.gpkg")
    for name, kind in (("stations", ogr.wkbPoint), ("lines", ogr.wkbLineString),
                       ("parks", ogr.wkbPolygon), ("sites", ogr.wkbPoint)):
        layer = source.CreateLayer(name, spatial(3035), kind)
        for _ in range(25 if name != "sites" else 4):
            px = X0 + chance.uniform(-50, WIDTH + 50) * CELL
            py = Y0 - chance.uniform(-50, HEIGHT + 50) * CELL
            if kind == ogr.wkbPoint:
                if name == "sites":
                    px = min(max(px, X0 + 1), X0 + WIDTH * CELL - 1)
                    py = min(max(py, Y0 - HEIGHT * CELL + 1), Y0 - 1)
                wkt = f"POINT ({px} {py})"
            elif kind == ogr.wkbLineString:
                step = np.cumsum(chance.uniform(-4000, 4000, (12, 2)), axis=0)
                wkt = "LINESTRING (" + ",".join(f"{px + a} {py + b}" for a, b in step) + ")"
            else:
                turn = np.linspace(0, 2 * np.pi, 9)[:-1]
                size = chance.uniform(1000, 4000, 8)
                ring = [(px + r * np.cos(t), py + r * np.sin(t)) for r, t in zip(size, turn)]
                wkt = "POLYGON ((" + ",".join(f"{a} {b}" for a, b in ring + ring[:1]) + "))"
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
            layer.CreateFeature(feature)
    with open("layers.yaml", "w", encoding="utf-8") as file:
        file.write("""
gigasite: 1
layers:
  dem: {source: dem.tif, unit: m}
  cover: {source: cover.tif, classes: {1: urban, 11: water}}
  solar: {source: solar.tif}
  sites: {source: features.gpkg, layer: sites}
  stations: {source: features.gpkg, layer: stations}
  lines: {source: features.gpkg, layer: lines}
  parks: {source: features.gpkg, layer: parks}
""")
    with open("study.yaml", "w", encoding="utf-8") as file:
        file.write(f"""
gigasite: 1
title: Surface
catalogue: layers.yaml
area:
  crs: EPSG:3035
  resolution: 100 m
  extent: {{bbox: [{X0}, {Y0 - HEIGHT * CELL}, {X0 + WIDTH * CELL}, {Y0}]}}
candidates: {{layer: sites}}
constraints:
  - {{id: parks, layer: parks, measure: {{type: distance}}, require: {{min: 450 m}}}}
  - {{id: cover, layer: cover, measure: {{type: value}}, require: {{not_in: [urban, 11]}}}}
  - {{id: steep, layer: dem, measure: {{type: slope}}, require: {{max: 7 degree}}}}
criteria:
  - {{id: slope, layer: dem, weight: 20, measure: {{type: slope}}, value: {{type: linear, worst: 15 degree, best: 0 degree}}}}
  - {{id: solar, layer: solar, weight: 25, measure: {{type: value}}, value: {{type: linear, worst: 900, best: 1500}}}}
  - {{id: stations, layer: stations, weight: 30, measure: {{type: distance}}, value: {{type: linear, worst: 20 km, best: 1 km}}}}
  - {{id: lines, layer: lines, weight: 25, measure: {{type: distance}}, value: {{type: linear, worst: 6 km, best: 0 km}}}}
""")


def run(output, *more):
    os.makedirs(os.path.dirname(output), exist_ok=True)
    environment = dict(os.environ, SOURCE_DATE_EPOCH="1700000000", LC_ALL="C")
    subprocess.run([os.environ["GIGASITE"], "run", "study.yaml", "--surface", "-q", "-o", output,
                    *more], check=True, env=environment, stdout=subprocess.DEVNULL)


def read(path):
    return gdal.Open(path).ReadAsArray()


def distances(layer, margin=60):
    """Brute force, over a wider window: features outside the area count."""
    wide = gdal.GetDriverByName("MEM").Create("", WIDTH + 2 * margin, HEIGHT + 2 * margin, 1)
    wide.SetGeoTransform((X0 - margin * CELL, CELL, 0, Y0 + margin * CELL, 0, -CELL))
    wide.SetSpatialRef(spatial(3035))
    source = ogr.Open("features.gpkg")
    gdal.RasterizeLayer(wide, [1], source.GetLayerByName(layer), burn_values=[1])
    rows, cols = np.nonzero(wide.ReadAsArray())
    # of each column's touched cells the nearest up or down, then over all columns
    best = np.full((HEIGHT, WIDTH), np.inf)
    y = np.arange(HEIGHT) + margin
    for col in np.unique(cols):
        touched = rows[cols == col]
        g = np.abs(y[:, None] - touched[None, :]).min(axis=1).astype(np.float64)
        dx = (np.arange(WIDTH) + margin - col).astype(np.float64)
        np.minimum(best, g[:, None] ** 2 + dx[None, :] ** 2, out=best)
    return np.sqrt(best) * CELL


def compare(name, actual, expected, tolerance, n_off=0):
    off = np.isnan(actual) != np.isnan(expected)
    with np.errstate(invalid="ignore"):
        off |= np.abs(actual - expected) > tolerance
    largest = np.nanmax(np.abs(actual - expected))
    check(name, off.sum() <= n_off, f"({off.sum()} of {off.size} cells differ, by {largest:.2g} at most)")


def expected_surface():
    dem = gdal.Open("dem.tif")
    slope = gdal.DEMProcessing("", dem, "slope", format="MEM").ReadAsArray().astype(np.float64)
    slope[slope == -9999] = np.nan
    warped = gdal.Warp("", "solar.tif", format="MEM", dstSRS="EPSG:3035", width=WIDTH, height=HEIGHT,
                       outputBounds=[X0, Y0 - HEIGHT * CELL, X0 + WIDTH * CELL, Y0],
                       resampleAlg="bilinear", errorThreshold=0, outputType=gdal.GDT_Float64)
    solar = warped.ReadAsArray()
    solar[solar == -1] = np.nan
    cover = read("cover.tif").astype(np.float64)
    cover[cover == 0] = np.nan
    return {"slope": slope, "solar": solar, "cover": cover, "parks": distances("parks"),
            "stations": distances("stations"), "lines": distances("lines")}


def worth(x, worst, best):
    return np.clip((x - worst) / (best - worst), 0, 1)


def check_surface(e):
    run("all/run.gpkg", "--set", "surface.keep=all")
    # the sun changes by up to 5 from cell to cell, and positions are right to 0.001 cells
    for name, tolerance in (("slope", 5e-5), ("solar", 5e-3), ("stations", 4e-3), ("lines", 4e-3)):
        compare(f"measured {name}", read(f"all/run_{name}.tif"), e[name], tolerance)
    values = {"slope": worth(e["slope"], 15, 0), "solar": worth(e["solar"], 900, 1500),
              "stations": worth(e["stations"], 20000, 1000), "lines": worth(e["lines"], 6000, 0)}
    for name, value in values.items():
        compare(f"worth of {name}", read(f"all/run_{name}_value.tif"), value, 1e-5)
    # a slope within rounding of its limit may fall to either side
    fails = [e["parks"] < 450, np.isnan(e["cover"]) | (e["cover"] == 1) | (e["cover"] == 11),
             np.isnan(e["slope"]) | (e["slope"] > 7)]
    missing = np.isnan(e["slope"]) | np.isnan(e["solar"])
    codes = np.where(fails[0], 1, np.where(fails[1], 2, np.where(fails[2], 3,
                                                                 np.where(missing, 254, 0))))
    compare("exclusion codes", read("all/run_exclusion.tif").astype(float), codes.astype(float), 0, 3)
    score = (0.2 * values["slope"] + 0.25 * values["solar"] + 0.3 * values["stations"] +
             0.25 * values["lines"])
    compare("scores", read("all/run_suitability.tif"), np.where(codes == 0, score, np.nan), 4e-6, 3)
    rows = sqlite3.connect("all/run.gpkg").execute(
        "SELECT area_alone, area_only, area_together FROM constraints ORDER BY rowid").fetchall()
    together = np.zeros_like(missing)
    n_fails = sum(f.astype(int) for f in fails)
    for i, (row, f) in enumerate(zip(rows, fails)):
        together |= f
        expected = (f.mean(), (f & (n_fails == 1)).mean(), together.mean())
        check(f"area shares of constraint {i + 1}", np.allclose(row, expected, rtol=0, atol=1e-5),
              f"{row}")
    info = gdal.Info("all/run_suitability.tif", format="json")["bands"][0]
    scores = read("all/run_suitability.tif").astype(np.float64)
    statistics = info["metadata"][""]
    for key, value in (("MINIMUM", np.nanmin(scores)), ("MAXIMUM", np.nanmax(scores)),
                       ("MEAN", np.nanmean(scores)), ("STDDEV", np.nanstd(scores))):
        check(f"STATISTICS_{key}", abs(float(statistics[f"STATISTICS_{key}"]) - value) < 1e-9)


def check_sites(e):
    """A cell and a point site at its centre measure the same, but for distances to burnt cells."""
    scores = dict(sqlite3.connect("all/run.gpkg").execute(
        "SELECT candidate_id, slope FROM ranking WHERE slope IS NOT NULL"))
    source = ogr.Open("features.gpkg")
    for i, feature in enumerate(source.GetLayerByName("sites")):
        point = feature.GetGeometryRef()
        col, row = int((point.GetX() - X0) // CELL), int((Y0 - point.GetY()) // CELL)
        if str(i + 1) in scores:
            check(f"slope of site {i + 1}",
                  abs(scores[str(i + 1)] - float(e["slope"][row, col])) < 1e-4)


def check_bytes():
    names = ["run_suitability.tif", "run_exclusion.tif", "run_lines_value.tif",
             "run_suitability.qml", "run_exclusion.qml", "run.gpkg"]
    first = None
    for folder, more in (("one", ["--threads", "1"]), ("two", ["--threads", "2"]),
                         ("seven", ["--threads", "7"]),
                         ("small", ["--threads", "3", "--memory", "150M"])):
        run(f"{folder}/run.gpkg", "--set", "surface.keep=values", *more)
        if first is None:
            first = folder
            continue
        for name in names:
            with open(f"{first}/{name}", "rb") as a, open(f"{folder}/{name}", "rb") as b:
                check(f"{name}: {folder} as {first}", a.read() == b.read())


def check_exact():
    """`exact: true`: to the features themselves, as OGR measures."""
    run("exact/run.gpkg", "--set", "surface.keep=measured", "--set", "area.resolution=2000",
        "--set", "criteria.lines.measure={type: distance, exact: true}")
    dataset = gdal.Open("exact/run_lines.tif")
    t = dataset.GetGeoTransform()
    actual = dataset.ReadAsArray()
    source = ogr.Open("features.gpkg")
    lines = [feature.GetGeometryRef().Clone() for feature in source.GetLayerByName("lines")]
    expected = np.empty(actual.shape)
    for row, col in np.ndindex(actual.shape):
        point = ogr.Geometry(ogr.wkbPoint)
        point.AddPoint_2D(t[0] + (col + 0.5) * t[1], t[3] + (row + 0.5) * t[5])
        expected[row, col] = min(line.Distance(point) for line in lines)
    compare("exact distance", actual, expected, 4e-3)


def check_cog():
    try:
        from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate
    except ImportError:
        print("not checked: osgeo_utils is not installed")
        return
    for name in ("suitability", "exclusion", "slope"):
        _, errors, _ = validate(f"all/run_{name}.tif", full_check=True)
        check(f"{name} is a valid COG", not errors, f"{errors}")
    dataset = gdal.Open("all/run_suitability.tif")
    full = dataset.ReadAsArray().astype(np.float64)
    half = dataset.GetRasterBand(1).GetOverview(0).ReadAsArray()
    padded = np.full((full.shape[0] + 1, full.shape[1] + 1), np.nan)
    padded[:full.shape[0], :full.shape[1]] = full
    blocks = np.stack([padded[a:2 * half.shape[0] + a:2, b:2 * half.shape[1] + b:2][
        :half.shape[0], :half.shape[1]] for a in (0, 1) for b in (0, 1)])
    count = (~np.isnan(blocks)).sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean = np.nansum(blocks, axis=0) / np.where(count == 0, np.nan, count)
    compare("overview", half, mean, 1e-6)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_data()
        expected = expected_surface()
        check_surface(expected)
        check_sites(expected)
        check_exact()
        check_bytes()
        check_cog()
        os.chdir("/")
    sys.exit(1 if failures else 0)


main()
