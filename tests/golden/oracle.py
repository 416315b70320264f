#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where many expected numbers of measure/*.yaml come from: oracle.py FILE… computes the expectations of
each case by brute force with GEOS and GDAL (python3-gdal), PROJ (python3-pyproj) and Python, nothing of
gigasite, and compares them with what the file says. Cases it cannot compute (numbers from
publications, closed forms) are left out. `--print` prints what it computes. Exit status 0 when all
agree, 1 when not, 77 (skipped) without the modules."""
import heapq
import json
import math
import sys
from pathlib import Path

try:
    from osgeo import gdal, ogr, osr
    from pyproj import Geod

    import run_case
except ImportError as fault:
    print(f"skipped: {fault}")
    sys.exit(77)

gdal.UseExceptions()
gdal.PushErrorHandler("CPLQuietErrorHandler")  # the area of a line, the length of a polygon: 0
FINE = 1024  # segments a quarter circle, where the reference has a true circle


class Unknown(Exception):
    """Not computed here."""


class Study:
    """A document of a case file with its geometries in the analysis CRS."""

    def __init__(self, document):
        self.document = document
        self.srs = osr.SpatialReference()
        self.srs.SetFromUserInput(document["crs"])
        self.srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        self.geographic = bool(self.srs.IsGeographic())
        self.geod = Geod(a=self.srs.GetSemiMajor(), rf=self.srs.GetInvFlattening())
        self.sites = {}
        for site, given in document["sites"].items():
            given = {"wkt": given} if isinstance(given, str) else given
            self.sites[site] = self.geometry(given["wkt"], document.get("sites_crs"))

    def geometry(self, wkt, crs=None):
        shape = ogr.CreateGeometryFromWkt(wkt)
        if crs and crs != self.document["crs"]:
            source = osr.SpatialReference()
            source.SetFromUserInput(crs)
            source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
            shape.Transform(osr.CoordinateTransformation(source, self.srs))
        return shape

    def lonlat(self, shape):
        if self.geographic:
            return shape
        shape = shape.Clone()
        target = self.srs.CloneGeogCS()
        target.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        shape.Transform(osr.CoordinateTransformation(self.srs, target))
        return shape

    def layer(self, case):
        layers = self.document.get("layers", {})
        return layers[case["layer"]] if "layer" in case else next(iter(layers.values()))

    def features(self, case):
        """[(geometry, {field: value})], without those that `where` leaves out or that are empty."""
        layer = self.layer(case)
        if "features" not in layer:
            raise Unknown
        out = []
        for given in layer["features"]:
            given = {"wkt": given} if isinstance(given, str) else given
            attributes = {k: v for k, v in given.items() if k != "wkt"}
            for name, field in (layer.get("fields") or {}).items():
                value = attributes.get(field.get("column", name))
                attributes[name] = None if value in field.get("missing", []) else value
            if "where" in case and not holds(case["where"], attributes):
                continue
            if given["wkt"] and "EMPTY" not in given["wkt"]:
                out.append((self.geometry(given["wkt"], layer.get("crs")), attributes))
        return out


def holds(where, attributes):
    """`FIELD OPERATOR LITERAL`."""
    field, operator, literal = where.split()
    actual, wanted = attributes.get(field), literal.strip("'")
    if actual is None:
        return False
    if not literal.startswith("'"):
        wanted = float(wanted)
    return {"=": actual == wanted, "<>": actual != wanted, ">": actual > wanted if operator == ">" else 0,
            ">=": actual >= wanted if operator == ">=" else 0,
            "<=": actual <= wanted if operator == "<=" else 0}[operator]


# -- distances -------------------------------------------------------------------------------------


def parts_of(shape):
    """Points and segments of a shape."""
    if shape.GetGeometryCount():
        return [p for i in range(shape.GetGeometryCount()) for p in parts_of(shape.GetGeometryRef(i))]
    points = shape.GetPoints()
    if len(points) == 1:
        return [(points[0][:2], points[0][:2])]
    return [(a[:2], b[:2]) for a, b in zip(points, points[1:])]


def golden(f, tolerance=1e-12):
    """Minimum over 0..1 of a function with one valley."""
    ratio, low, high = (math.sqrt(5) - 1) / 2, 0.0, 1.0
    a, b = high - ratio * (high - low), low + ratio * (high - low)
    fa, fb = f(a), f(b)
    while high - low > tolerance:
        if fa < fb:
            high, b, fb = b, a, fa
            a = high - ratio * (high - low)
            fa = f(a)
        else:
            low, a, fa = a, b, fb
            b = low + ratio * (high - low)
            fb = f(b)
    return min(fa, fb, f(0.0), f(1.0))


def point_to_segment(study, point, segment):
    """On the ellipsoid, to the geodesic between the segment's ends."""
    azimuth, _, length = study.geod.inv(*segment[0], *segment[1])

    def at(t):
        x, y, _ = study.geod.fwd(*segment[0], azimuth, t * length)
        return study.geod.inv(*point, x, y)[2]
    return at(0.0) if segment[0] == segment[1] else golden(at)


def distance(study, site, feature, geodesic):
    if not (geodesic or study.geographic):
        return site.Distance(feature)
    site, feature = study.lonlat(site), study.lonlat(feature)
    if site.Intersects(feature):
        return 0.0
    best = math.inf
    for one, other in ((site, feature), (feature, site)):
        points = {p for part in parts_of(one) for p in part}
        best = min([best] + [point_to_segment(study, p, s) for p in points for s in parts_of(other)])
    return best


def near(study, case, site):
    """[(distance, attributes)] of all features, the nearest first."""
    geodesic = case["measure"].get("geodesic", False)
    found = [(distance(study, study.sites[site], shape, geodesic), attributes)
             for shape, attributes in study.features(case)]
    return sorted(found, key=lambda pair: pair[0])


def metres(text):
    if isinstance(text, str):
        number, _, unit = text.partition(" ")
        return float(number) * {"": 1, "m": 1, "km": 1000, "ha": 1e4}[unit]
    return text


def measure_distance(study, case, site):
    found = near(study, case, site)
    return found[0][0] if found else None


def measure_nearest(study, case, site):
    measure, found = case["measure"], near(study, case, site)
    if not found or found[0][0] > metres(measure.get("radius", math.inf)):
        return None
    values = [a.get(measure["field"]) for d, a in found if d == found[0][0]]
    values = [v for v in values if v is not None]
    return min(values, key=lambda v: v.encode() if isinstance(v, str) else v) if values else None


def weight(measure, d):
    radius, decay = metres(measure["radius"]), measure.get("decay", "none")
    if decay == "none" or d == 0:
        return 1.0
    if decay == "linear":
        return 1 - d / radius
    if decay == "gaussian":
        return math.exp(-(d / metres(measure.get("sigma", radius / 3)))**2 / 2)
    half = metres(measure.get("half_distance", radius / 10))
    return half / (half + d)


def measure_within(study, case, site):
    measure = case["measure"]
    found = [(d, a) for d, a in near(study, case, site) if d <= metres(measure["radius"])]
    if measure["type"] == "count_within":
        return math.fsum(weight(measure, d) for d, _ in found)
    pairs = [(weight(measure, d), a[measure["field"]]) for d, a in found]
    pairs = [(w, x) for w, x in pairs if x is not None]
    if measure["type"] == "sum_within" and not found:
        return 0
    if not pairs:
        return None
    if measure["type"] == "max_within":
        return max(w * x for w, x in pairs)
    total = math.fsum(w * x for w, x in pairs)
    return total / math.fsum(w for w, _ in pairs) if measure["type"] == "mean_within" else total


def measure_distinct(study, case, site):
    measure = case["measure"]
    values = {a.get(measure["field"]) for d, a in near(study, case, site)
              if d <= metres(measure["radius"])}
    return len(values - {None})


# -- areas -----------------------------------------------------------------------------------------


def area_of(study, case, site, fine=FINE):
    """The area a measure looks at, None for a point without one."""
    shape, radius = study.sites[site], case["measure"].get("radius")
    point = shape.GetGeometryType() == ogr.wkbPoint
    if radius is not None:
        return shape.Buffer(metres(radius), fine if point else 64)
    if shape.GetDimension() == 2:
        return shape
    land = study.document.get("facility", {}).get("land")
    return shape.Buffer(math.sqrt(metres(land) / math.pi), fine) if land and point else None


def measure_length(study, case, site):
    area = area_of(study, case, site, 4096)
    return math.fsum(shape.Intersection(area).Length() for shape, _ in study.features(case))


def measure_area_share(study, case, site):
    area = area_of(study, case, site, 16384)
    land = ogr.Geometry(ogr.wkbMultiPolygon)
    for shape, _ in study.features(case):
        for i in range(shape.GetGeometryCount() if shape.GetGeometryType() == ogr.wkbMultiPolygon else 1):
            land.AddGeometry(shape.GetGeometryRef(i)
                             if shape.GetGeometryType() == ogr.wkbMultiPolygon else shape)
    return land.UnionCascaded().Intersection(area).GetArea() / area.GetArea() if not land.IsEmpty() else 0


def measure_overlap(study, case, site):
    shape = study.sites[site]
    found = [(shape.Intersection(f).GetArea() if shape.GetDimension() == 2 else 1.0, a)
             for f, a in study.features(case) if shape.Intersects(f)]
    best = max((size for size, _ in found), default=0)
    values = [a[case["measure"]["field"]] for size, a in found if size == best and size > 0]
    values = [v for v in values if v is not None]
    return min(values, key=lambda v: v.encode() if isinstance(v, str) else v) if values else None


# -- rasters ---------------------------------------------------------------------------------------


def cells_of(study, case):
    """{(row, column): value} of the cells with data, and the raster."""
    raster = study.layer(case).get("raster")
    if raster is None or "cellsize" not in raster:
        raise Unknown
    return {(r, c): v for r, row in enumerate(raster["rows"]) for c, v in enumerate(row)
            if v != raster.get("nodata")}, raster


def box(raster, r, c):
    size, n = raster["cellsize"], len(raster["rows"])
    x, y = raster["xll"] + c * size, raster["yll"] + (n - 1 - r) * size
    return ogr.CreateGeometryFromWkt(f"POLYGON (({x!r} {y!r}, {x + size!r} {y!r}, {x + size!r} {y + size!r}, "
                                     f"{x!r} {y + size!r}, {x!r} {y!r}))")


def covered(study, case, site, cells, raster):
    """[(value, covered share)] of the cells in the site's area."""
    area = area_of(study, case, site)
    if area is None:
        return []
    size, n = raster["cellsize"], len(raster["rows"])
    west, east, south, north = area.GetEnvelope()

    def is_near(at):
        x, y = raster["xll"] + at[1] * size, raster["yll"] + (n - 1 - at[0]) * size
        return west < x + size and x < east and south < y + size and y < north
    shares = [(v, area.Intersection(box(raster, *at)).GetArea() / size**2)
              for at, v in cells.items() if is_near(at)]
    return [(v, c) for v, c in shares if c > 1e-12]


def quantile(pairs, q):
    """The weighted quantile of wsim and exactextract: the k-th of n values, in order, stands at
    k w[k] + (n - 1) Σ w before it; between two of them a straight line."""
    merged = {}
    for v, c in pairs:
        merged[v] = merged.get(v, 0) + c
    values, n, before, places = sorted(merged), len(merged), 0.0, []
    for k, v in enumerate(values):
        places.append(k * merged[v] + (n - 1) * before)
        before += merged[v]
    at = q * places[-1]
    for k in range(1, n):
        if places[k] >= at:
            t = (at - places[k - 1]) / (places[k] - places[k - 1])
            return values[k - 1] + t * (values[k] - values[k - 1])
    return values[-1]


def measure_statistic(study, case, site):
    cells, raster = cells_of(study, case)
    kind, pairs = case["measure"]["type"], covered(study, case, site, cells, raster)
    if not pairs:
        return None
    total = math.fsum(c for _, c in pairs)
    mean = math.fsum(v * c for v, c in pairs) / total
    q = case["measure"].get("q", 0)
    q = float(q.rstrip("% ")) / 100 if isinstance(q, str) else q
    return {"mean": mean, "sum": mean * total, "min": min(pairs)[0], "max": max(pairs)[0],
            "stdev": math.sqrt(math.fsum(c * (v - mean)**2 for v, c in pairs) / total),
            "quantile": quantile(pairs, q)}[kind]


def measure_share(study, case, site):
    cells, raster = cells_of(study, case)
    pairs = covered(study, case, site, cells, raster)
    names = {name: code for code, name in raster.get("classes", {}).items()}
    chosen = {names.get(c, c) for c in case["measure"]["classes"]}
    if not pairs:
        return None
    return math.fsum(c for v, c in pairs if v in chosen) / math.fsum(c for _, c in pairs)


def cell_at(raster, point):
    size, n = raster["cellsize"], len(raster["rows"])
    return n - 1 - math.floor((point.GetY() - raster["yll"]) / size), \
        math.floor((point.GetX() - raster["xll"]) / size)


def measure_slope(study, case, site):
    """gdaldem."""
    cells, raster = cells_of(study, case)
    if study.geographic or "unit" in raster:
        raise Unknown
    folder = "/vsimem/oracle"
    lines = [f"ncols {len(raster['rows'][0])}", f"nrows {len(raster['rows'])}",
             f"xllcorner {raster['xll']}", f"yllcorner {raster['yll']}", f"cellsize {raster['cellsize']}",
             f"NODATA_value {raster.get('nodata', -9999)}"]
    lines += [" ".join(map(str, row)) for row in raster["rows"]]
    gdal.FileFromMemBuffer(f"{folder}.asc", "\n".join(lines))
    form = case["measure"].get("unit", "degree")
    out = gdal.DEMProcessing(f"{folder}.tif", f"{folder}.asc", "slope", slopeFormat=form)
    data = out.ReadAsArray()
    slopes = {(r, c): float(data[r, c]) for r, c in cells if data[r, c] != -9999}
    if area_of(study, case, site) is None:
        return slopes.get(cell_at(raster, study.sites[site]))
    pairs = covered(study, case, site, slopes, raster)
    return math.fsum(v * c for v, c in pairs) / math.fsum(c for _, c in pairs) if pairs else None


def measure_value(study, case, site):
    """The cell under the point; interpolation is left to closed forms."""
    cells, raster = cells_of(study, case)
    if "classes" not in raster and raster.get("resampling") != "nearest":
        raise Unknown
    shape = study.sites[site]
    shape = shape.PointOnSurface() if shape.GetDimension() == 2 else shape
    points = [shape.GetGeometryRef(i) for i in range(shape.GetGeometryCount())] or [shape]
    values = sorted(v for v in (cells.get(cell_at(raster, p)) for p in points) if v is not None)
    if not values:
        return None
    return max(values, key=values.count) if "classes" in raster else math.fsum(values) / len(values)


STEPS = [(dx, dy) for dx in range(-2, 3) for dy in range(-2, 3)
         if 0 < abs(dx) + abs(dy) < 4 and sorted((abs(dx), abs(dy))) != [0, 2]]


def step_cost(friction, at, dx, dy):
    """Mean friction of the cells a step passes, times its length in cells; None: not allowed."""
    (r, c), passed = at, [at, (at[0] + dy, at[1] + dx)]
    if abs(dx) + abs(dy) == 3:
        passed += [(r, c + dx // 2), (r + dy, c + dx // 2)] if abs(dx) == 2 else \
            [(r + dy // 2, c), (r + dy // 2, c + dx)]
    values = [friction.get(cell) for cell in passed]
    return None if None in values else sum(values) / len(values) * math.hypot(dx, dy)


def measure_cost_distance(study, case, site):
    """Dijkstra over the raster, which must be the analysis grid itself; points only."""
    measure, document = case["measure"], study.document
    raster = document["layers"][measure["friction"]]["raster"]
    n_rows, n_cols, size = len(raster["rows"]), len(raster["rows"][0]), raster["cellsize"]
    x, y = raster["xll"], raster["yll"]
    if document["area"] != {"resolution": size, "extent": {"bbox": [x, y, x + n_cols * size, y + n_rows * size]}}:
        raise Unknown
    cells = {(r, c): value for r, row in enumerate(raster["rows"]) for c, value in enumerate(row)
             if value != raster.get("nodata")}
    shapes = [shape for shape, _ in study.features(case)] + [study.sites[site]]
    if any(shape.GetDimension() for shape in shapes) or any(shape.GetGeometryCount() for shape in shapes):
        raise Unknown
    scale = size * {None: 1, "EUR/km": 1e-3, "min/km": 1e-3}[raster.get("unit")]
    limit = float(str(measure.get("limit", "inf")).split()[0])
    best, heap = {}, [(0.0, cell_at(raster, shape)) for shape in shapes[:-1]]
    while heap:
        cost, at = heapq.heappop(heap)
        if at in best or at not in cells or cost > limit:
            continue
        best[at] = cost
        for dx, dy in STEPS:
            step = step_cost(cells, at, dx, dy)
            if step is not None and (measure.get("knight") or abs(dx) + abs(dy) < 3):
                heapq.heappush(heap, (cost + step * scale, (at[0] + dy, at[1] + dx)))
    return best.get(cell_at(raster, shapes[-1]))


def measure_attribute(study, case, site):
    raise Unknown


WITHIN = dict.fromkeys(("count_within", "sum_within", "max_within", "mean_within"), measure_within)
STATISTIC = dict.fromkeys(("mean", "min", "max", "sum", "stdev", "quantile"), measure_statistic)
MEASURES = WITHIN | STATISTIC | {
    "distance": measure_distance, "nearest": measure_nearest, "count_distinct_within": measure_distinct,
    "length_within": measure_length, "area_share": measure_area_share, "overlap": measure_overlap,
    "share": measure_share, "slope": measure_slope, "value": measure_value,
    "cost_distance": measure_cost_distance, "attribute": measure_attribute}


def main(paths, show):
    faults = computed = 0
    for path in paths:
        with path.open(encoding="utf-8") as file:
            documents = list(run_case.yaml.load_all(file, run_case.Loader))
        for document in documents:
            study = Study(document)
            for case in document["cases"]:
                what = f"{path.name}: {json.dumps(case['measure'])}"
                try:
                    found = {site: MEASURES[case["measure"]["type"]](study, case, site)
                             for site in study.sites}
                except Unknown:
                    if show:
                        print("- unknown")
                    continue
                if show:
                    print(json.dumps(found))
                    continue
                tolerance = run_case.tolerance_of(case, document, what)
                for site, value in found.items():
                    computed += 1
                    expected = case["expect"][site]
                    # GEOS and Python round as well
                    rounding = isinstance(value, (int, float)) and expected is not None and \
                        abs(value - expected) <= 1e-7 * max(1.0, abs(expected))
                    if not rounding and not tolerance.holds(value, expected):
                        faults += 1
                        print(f"{what} at {site}: {expected!r} stands there, {value!r} computed")
    if not show:
        print(f"{computed} numbers computed, {faults} faults")
    return 1 if faults or not (computed or show) else 0


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if name != "--print"]
    sys.exit(main([Path(name) for name in names], "--print" in sys.argv))
