#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the study that scripts/bench times: made-up data, the same on every machine.

The world is a square of 1000 km in EPSG:3035 with towns, a grid between them, rivers, fibre
routes, protected land, and rasters of height, wind, land cover and sun (the last in EPSG:4326). OUT
receives bench.gpkg, four GeoTIFFs, catalogue.yaml, bench.yaml (the study) and vector.yaml (the same
with the criteria on vectors only). Needs numpy and GDAL's Python bindings.
"""
import argparse
import os
import struct

import numpy as np
from osgeo import gdal, ogr, osr

from chance import Noise, bell, uniform

gdal.UseExceptions()
ogr.UseExceptions()

SIDE = 1_000_000.0
WEST, SOUTH = 3_900_000.0, 2_500_000.0
MARGIN = 15_000.0  # candidates keep clear of the rasters' edges
NODATA = -9999.0

# ---- geometry as well-known binary: far faster than building it point by point through OGR


def coordinates(xy):
    return struct.pack("<I", len(xy)) + np.round(xy, 2).astype("<f8").tobytes()


def point(x, y):
    return struct.pack("<BI2d", 1, 1, round(float(x), 2), round(float(y), 2))


def line(xy):
    return struct.pack("<BI", 1, 2) + coordinates(xy)


def polygon(rings):
    return struct.pack("<BII", 1, 3, len(rings)) + b"".join(coordinates(r) for r in rings)


def multipolygon(polygons):
    return struct.pack("<BII", 1, 6, len(polygons)) + b"".join(polygons)


def star(name, at, x, y, radius, n, rough):
    """A closed ring around (x, y), seen whole from there and therefore simple: a few waves and
    jagged detail on a circle. Never nearer to the centre than a third of the radius."""
    angle = np.arange(n) * (2 * np.pi / n)
    shape = 1 + rough * 0.15 * bell(name + ".detail", n, 2048 * at)
    for wave, (a, b) in enumerate(bell(name + ".waves", 10, 10 * at).reshape(5, 2), 2):
        shape += rough / wave * (a * np.cos(wave * angle) + b * np.sin(wave * angle))
    r = radius * np.clip(shape, 1 / 3, 3)
    ring = np.column_stack([x + r * np.cos(angle), y + r * np.sin(angle)])
    return np.vstack([ring, ring[:1]])


def bridge(name, at, a, b, n, sway):
    """A wandering line of n points from a to b: a Brownian bridge about the straight one."""
    t = np.linspace(0, 1, n)[:, None]
    steps = bell(name, 2 * n, 2 * 640 * at).reshape(n, 2)
    walk = np.cumsum(steps, axis=0) / np.sqrt(n)
    walk -= walk[0] + (walk[-1] - walk[0]) * t
    return a + (b - a) * t + walk * sway * np.hypot(*(b - a))


def walk(name, at, x, y, n, step):
    """A river: a walk whose heading drifts."""
    heading = 2 * np.pi * uniform(name + ".start", 1, at) + np.cumsum(
        0.15 * bell(name + ".turn", n - 1, 640 * at))
    way = np.cumsum(step * np.column_stack([np.cos(heading), np.sin(heading)]), axis=0)
    return np.vstack([[x, y], [x, y] + way])


# ---- vectors


class Package:
    def __init__(self, path):
        self.crs = osr.SpatialReference()
        self.crs.ImportFromEPSG(3035)
        self.data = ogr.GetDriverByName("GPKG").CreateDataSource(path)

    def add(self, name, kind, fields, rows):
        """`rows` yields (WKB, value, …), one value a field."""
        layer = self.data.CreateLayer(name, self.crs, kind)
        for field, field_type in fields:
            layer.CreateField(ogr.FieldDefn(field, field_type))
        layer.StartTransaction()
        for wkb, *values in rows:
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(wkb))
            for i, value in enumerate(values):
                feature.SetField(i, value)
            layer.CreateFeature(feature)
        layer.CommitTransaction()


def places(name, n, margin=0.0):
    """n places: three in five around towns, the others anywhere."""
    towns = np.column_stack([uniform("town.x", 300), uniform("town.y", 300)]) * SIDE
    pick = uniform(name + ".pick", n)
    xy = np.column_stack([uniform(name + ".x", n), uniform(name + ".y", n)]) * SIDE
    home = towns[(uniform(name + ".home", n) * len(towns)).astype(int)]
    near = home + 12_000 * bell(name + ".near", 2 * n).reshape(n, 2)
    xy = np.where((pick < 0.6)[:, None], near, xy)
    return np.clip(xy, margin, SIDE - margin) + [WEST, SOUTH]


def vertices(name, n):
    return 100 + (501 * uniform(name + ".vertices", n)).astype(int)


def substations(n=2000):
    xy = places("substation", n)
    voltage = np.array([110, 220, 380])[(3 * uniform("substation.voltage", n)).astype(int)]
    headroom = np.round(900 * uniform("substation.headroom", n) ** 2, 1)
    feed_in = np.round(400 * uniform("substation.feed_in", n) ** 3, 1)
    for i in range(n):
        unknown = uniform("substation.unknown", 1, i)[0] < 0.05
        yield (point(*xy[i]), f"Substation {i:04}", int(voltage[i]),
               -1.0 if unknown else float(headroom[i]), float(feed_in[i]))


def power_lines(n=3000):
    """Between a substation and one of the eight nearest to it."""
    xy = places("substation", 2000)
    start = (2000 * uniform("line.start", n)).astype(int)
    choice = 1 + (8 * uniform("line.end", n)).astype(int)
    size = vertices("line", n)
    for i in range(n):
        order = np.argsort(np.hypot(*(xy - xy[start[i]]).T), kind="stable")
        end = order[choice[i]]
        way = bridge("line.way", i, xy[start[i]], xy[end], size[i], 0.05)
        yield line(way), 220 + 160 * (i % 2)


def rivers(n=3000):
    xy = places("river", n)
    size = vertices("river", n)
    step = 150 + 200 * uniform("river.step", n)
    flow = np.round(2 * uniform("river.flow", n) ** -0.8, 2)
    for i in range(n):
        yield line(walk("river.way", i, *xy[i], size[i], step[i])), float(min(flow[i], 3000))


def fibre(n=2000):
    """Long-haul routes: from a place to one up to some 150 km away, one of 24 carriers."""
    xy = places("fibre", n)
    far = xy + 50_000 * bell("fibre.far", 2 * n).reshape(n, 2)
    size = vertices("fibre", n)
    carrier = (24 * uniform("fibre.carrier", n) ** 2).astype(int)
    for i in range(n):
        yield line(bridge("fibre.way", i, xy[i], far[i], size[i], 0.06)), f"Carrier {carrier[i]:02}"


def protected(n=5000):
    """Sizes by a power law, from 1 km2 to reserves 60 km across; larger ones have more vertices.
    One in eight has a hole, one in ten a second part; they may overlap, as they do in life."""
    xy = places("protected", n)
    radius = 600 * np.minimum(uniform("protected.radius", n) ** (-1 / 1.6), 60)
    for i in range(n):
        size = int(min(50 * (radius[i] / 600) ** 0.9, 2000))
        rings = [star("protected", i, *xy[i], radius[i], size, 0.25)]
        draw = uniform("protected.form", 1, i)[0]
        if draw < 0.125:
            rings.append(star("protected.hole", i, *xy[i], radius[i] / 9.5, 24, 0.1)[::-1])
        parts = [polygon(rings)]
        if draw > 0.9:
            parts.append(polygon([star("protected.part", i, xy[i][0] + 7 * radius[i], xy[i][1],
                                       radius[i] / 2, size // 2 + 20, 0.25)]))
        yield multipolygon(parts), "IUCN " + ("Ia", "Ib", "II", "III", "IV", "V", "VI")[i % 7]


def candidates(n_points, n_polygons):
    """Points first. The polygons are plots of some 20 to 300 ha."""
    xy = places("candidate", n_points, MARGIN)
    for i in range(n_points):
        yield point(*xy[i]), f"P{i:06}", f"Plot {i}"
    xy = places("plot", n_polygons, MARGIN)
    radius = 250 + 700 * uniform("plot.radius", n_polygons) ** 2
    size = 8 + (40 * uniform("plot.vertices", n_polygons)).astype(int)
    for i in range(n_polygons):
        yield (polygon([star("plot", i, *xy[i], radius[i], size[i], 0.2)]), f"A{i:06}",
               f"Parcel {i}")


def make_vectors(path, n_points, n_polygons):
    text, real, whole = ogr.OFTString, ogr.OFTReal, ogr.OFTInteger
    package = Package(path)
    package.add("substations", ogr.wkbPoint,
                [("name", text), ("voltage", whole), ("headroom_mw", real), ("feed_in_mw", real)],
                substations())
    package.add("lines", ogr.wkbLineString, [("voltage", whole)], power_lines())
    package.add("rivers", ogr.wkbLineString, [("flow", real)], rivers())
    package.add("fibre", ogr.wkbLineString, [("carrier", text)], fibre())
    package.add("protected", ogr.wkbMultiPolygon, [("category", text)], protected())
    package.add("candidates", ogr.wkbUnknown, [("code", text), ("name", text)],
                candidates(n_points, n_polygons))


# ---- rasters


def create(path, n_cols, n_rows, kind, transform, epsg, nodata):
    options = ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE",
               f"PREDICTOR={2 if kind == gdal.GDT_Byte else 3}", "NUM_THREADS=ALL_CPUS"]
    data = gdal.GetDriverByName("GTiff").Create(path, n_cols, n_rows, 1, kind, options)
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(epsg)
    data.SetGeoTransform(transform)
    data.SetProjection(crs.ExportToWkt())
    data.GetRasterBand(1).SetNoDataValue(nodata)
    return data


def make_rasters(out, n, with_wind=True):
    """Height [m], wind [m/s] and land cover on n × n cells. Lakes have no height."""
    cell = SIDE / n
    x = WEST + (np.arange(n) + 0.5) * cell
    base = Noise("height", x, 300_000, 6)
    rough = Noise("rough", x, 20_000, 7, 0.6)
    breeze = Noise("wind", x, 150_000, 6, 0.6)
    cover_a, cover_b = Noise("cover.a", x, 30_000, 7, 0.65), Noise("cover.b", x, 15_000, 6, 0.65)
    transform = (WEST, cell, 0, SOUTH + SIDE, 0, -cell)
    height, cover = (create(os.path.join(out, name), n, n, kind, transform, 3035, nodata)
                     for name, kind, nodata in (("height.tif", gdal.GDT_Float32, NODATA),
                                                ("landcover.tif", gdal.GDT_Byte, 0)))
    wind = with_wind and create(os.path.join(out, "wind.tif"), n, n, gdal.GDT_Float32, transform,
                                3035, NODATA)
    for row in range(0, n, 256):
        y = SOUTH + SIDE - (np.arange(row, min(row + 256, n)) + 0.5) * cell
        a, r = base.rows(y), rough.rows(y)
        z = 400 + 900 * a + 250 * r + 1600 * np.maximum(a, 0) * (1 - np.abs(r))
        lake = (r < -0.55) & (a < 0.2)
        if wind:
            v = 6.2 + 3.5 * breeze.rows(y) + 0.0006 * z
            wind.GetRasterBand(1).WriteArray(np.round(v, 3), 0, row)
        u, w = cover_a.rows(y), cover_b.rows(y)
        c = np.select([lake, z > 1500, w > 0.45, u > 0.25, u > 0.05, u < -0.3], [6, 5, 1, 3, 4, 7],
                      2)
        z[lake] = NODATA
        height.GetRasterBand(1).WriteArray(np.round(z, 2), 0, row)
        cover.GetRasterBand(1).WriteArray(c.astype(np.uint8), 0, row)


def make_solar(out):
    """Yearly irradiation [kWh/m2] on a grid of 30 seconds of arc that covers the square."""
    west, east, south, north, step = 2.0, 18.5, 44.8, 54.8, 1 / 120
    n_cols, n_rows = round((east - west) / step), round((north - south) / step)
    noise = Noise("solar", west + (np.arange(n_cols) + 0.5) * step, 3.0, 7)
    data = create(os.path.join(out, "solar.tif"), n_cols, n_rows, gdal.GDT_Float32,
                  (west, step, 0, north, 0, -step), 4326, NODATA)
    for row in range(0, n_rows, 256):
        y = north - (np.arange(row, min(row + 256, n_rows)) + 0.5) * step
        v = 2400 - 26 * y[:, None].astype(np.float32) + 180 * noise.rows(y)
        data.GetRasterBand(1).WriteArray(np.round(v, 1), 0, row)


def make_studies(out):
    here = os.path.dirname(os.path.abspath(__file__))
    for name in ("catalogue.yaml", "bench.yaml"):
        with open(os.path.join(here, name), encoding="utf-8") as file:
            text = file.read()
        with open(os.path.join(out, name), "w", encoding="utf-8") as file:
            file.write(text)
    head, rasters = text.split("  # -- rasters\n")
    tail = rasters.split("  # -- end of rasters\n")[1]
    with open(os.path.join(out, "vector.yaml"), "w", encoding="utf-8") as file:
        file.write(head + tail)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("out", metavar="OUT", help="folder that receives the data and the studies")
    parser.add_argument("--points", type=int, default=20_000, help="point candidates")
    parser.add_argument("--polygons", type=int, default=1_000, help="polygon candidates")
    parser.add_argument("--size", type=int, default=5_000, help="cells along a side of the rasters")
    parser.add_argument("--no-wind", action="store_true", help="without wind.tif")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    package = os.path.join(options.out, "bench.gpkg")
    if os.path.exists(package):
        os.remove(package)
    os.environ["OGR_CURRENT_DATE"] = "2026-01-01T00:00:00.000Z"
    gdal.SetConfigOption("OGR_CURRENT_DATE", "2026-01-01T00:00:00.000Z")
    make_vectors(package, options.points, options.polygons)
    make_rasters(options.out, options.size, not options.no_wind)
    make_solar(options.out)
    make_studies(options.out)


if __name__ == "__main__":
    main()
