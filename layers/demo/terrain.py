# SPDX-License-Identifier: Apache-2.0
"""The land of the demo: coast, relief, rivers and lakes from noise, uplift and erosion.

Arrays are [row, column] with row 0 in the north, on two grids over the same extent: `coarse` of
1 km, on which water is routed, and `fine` of 500 m, which is published. Randomness comes from
integer hashes only, so the same program gives the same land.
"""
import heapq

import numpy as np
from osgeo import gdal, ogr, osr

X0, Y1 = 2200000, 3300000          # upper left corner, EPSG:3035, in the open North Atlantic
WIDTH_KM, HEIGHT_KM = 400, 300
SEA = -1


def spatial_reference(code):
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(code)
    crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return crs


# -- numbers from hashes ---------------------------------------------------------------------------
def hashed(x, y, seed):
    """Uniform in [0, 1) from integers; arrays or scalars."""
    h = (np.asarray(x).astype(np.int64) * 0x8DA6B343 + np.asarray(y).astype(np.int64) * 0xD8163841
         + seed * 0xCB1AB31F) & 0xFFFFFFFF
    h = h.astype(np.uint64)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        h = ((h ^ (h >> np.uint64(shift))) * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    return (h ^ (h >> np.uint64(16))).astype(np.float64) / 4294967296.0


def pick(i, seed, low=0.0, high=1.0):
    return low + (high - low) * float(hashed(i, 77, seed))


def noise(x, y, seed):
    """Value noise of wavelength 1, in [-1, 1]."""
    i, j = np.floor(x), np.floor(y)
    s, t = x - i, y - j
    s, t = s * s * s * (s * (s * 6 - 15) + 10), t * t * t * (t * (t * 6 - 15) + 10)
    a, b = hashed(i, j, seed), hashed(i + 1, j, seed)
    c, d = hashed(i, j + 1, seed), hashed(i + 1, j + 1, seed)
    return 2 * (a + (b - a) * s + (c - a) * t + (a - b - c + d) * s * t) - 1


def fractal(x, y, seed, wavelength, octaves, gain=0.5):
    total, amplitude, sum_of = 0, 1.0, 0.0
    for octave in range(octaves):
        f = 2.0 ** octave / wavelength
        layer = noise(x * f + 13.7 * octave, y * f + 7.3 * octave, seed + octave)
        total = total + amplitude * layer
        sum_of += amplitude
        amplitude *= gain
    return total / sum_of


# -- grids -----------------------------------------------------------------------------------------
def centres_km(cell_km):
    """x to the east and y to the north of the lower left corner, in km, of every cell's centre."""
    columns, rows = round(WIDTH_KM / cell_km), round(HEIGHT_KM / cell_km)
    x = (np.arange(columns) + 0.5) * cell_km
    y = HEIGHT_KM - (np.arange(rows) + 0.5) * cell_km
    return np.meshgrid(x, y)


def to_metres(x_km, y_km):
    return X0 + x_km * 1000.0, Y1 - (HEIGHT_KM - y_km) * 1000.0


def sample(grid, x_km, y_km):
    """Bilinear, for arrays of positions; the border is repeated outside."""
    cell = WIDTH_KM / grid.shape[1]
    c = np.clip(np.asarray(x_km) / cell - 0.5, 0, grid.shape[1] - 1.001)
    r = np.clip((HEIGHT_KM - np.asarray(y_km)) / cell - 0.5, 0, grid.shape[0] - 1.001)
    i, j = r.astype(int), c.astype(int)
    t, s = r - i, c - j
    return ((grid[i, j] * (1 - s) + grid[i, j + 1] * s) * (1 - t)
            + (grid[i + 1, j] * (1 - s) + grid[i + 1, j + 1] * s) * t)


def memory_raster(array, kind=gdal.GDT_Float64):
    rows, columns = array.shape
    dataset = gdal.GetDriverByName('MEM').Create('', columns, rows, 1, kind)
    cell = WIDTH_KM * 1000.0 / columns
    dataset.SetGeoTransform((X0, cell, 0, Y1, 0, -cell))
    dataset.SetProjection(spatial_reference(3035).ExportToWkt())
    dataset.GetRasterBand(1).WriteArray(array)
    return dataset


def distance_km(mask):
    """To the nearest true cell, centre to centre."""
    source = memory_raster(mask.astype(np.uint8), gdal.GDT_Byte)
    target = memory_raster(np.zeros(mask.shape, np.float32), gdal.GDT_Float32)
    gdal.ComputeProximity(source.GetRasterBand(1), target.GetRasterBand(1),
                          ['VALUES=1', 'DISTUNITS=PIXEL'])
    return target.ReadAsArray().astype(np.float64) * WIDTH_KM / mask.shape[1]


def contour_polygons(field, simplify_m=60):
    """Polygons of EPSG:3035 around the cells with field > 0, largest first."""
    memory = ogr.GetDriverByName('Memory').CreateDataSource('')
    layer = memory.CreateLayer('contours', spatial_reference(3035), ogr.wkbMultiPolygon)
    for name in ('low', 'high'):
        layer.CreateField(ogr.FieldDefn(name, ogr.OFTReal))
    raster = memory_raster(field)
    gdal.ContourGenerateEx(raster.GetRasterBand(1), layer, options=[
        'FIXED_LEVELS=0', 'POLYGONIZE=YES', 'ELEV_FIELD_MIN=0', 'ELEV_FIELD_MAX=1'])
    parts = []
    for feature in layer:
        if feature.GetField('high') <= 0:
            continue
        shape = feature.GetGeometryRef()
        for i in range(shape.GetGeometryCount()):
            parts.append(shape.GetGeometryRef(i).Clone().SimplifyPreserveTopology(simplify_m))
    return sorted(parts, key=lambda part: -part.GetArea())


# -- coast -----------------------------------------------------------------------------------------
def potential(x, y):
    """Above 0 is land. An island of two uplands with a gulf between them, and a fractal edge."""
    wx = x + 22 * fractal(x, y, 101, 90, 3)
    wy = y + 22 * fractal(x, y, 111, 90, 3)
    u, v = (wx - 200) / 165, (wy - 150) / 112
    land = 0.80 - u * u - v * v
    for cx, cy, radius, height in ((78, 92, 46, -0.85), (330, 205, 40, -0.75), (215, 262, 34, -0.5),
                                   (120, 235, 42, 0.45), (300, 75, 40, 0.40), (38, 160, 30, 0.25),
                                   (350, 236, 20, 0.95), (47, 240, 17, 0.75), (66, 88, 14, 0.7)):
        d2 = ((wx - cx) ** 2 + (wy - cy) ** 2) / (radius * radius)
        land = land + height * np.maximum(0, 1 - d2 / 4) ** 3
    land = land + 1.05 * fractal(x, y, 121, 80, 7, 0.60)
    edge = np.minimum(np.minimum(x, WIDTH_KM - x), np.minimum(y, HEIGHT_KM - y))
    return land - np.maximum(0, 1 - edge / 18) * 2.5


def label(mask):
    """Connected parts (4 neighbours): array of numbers from 1, and the sizes in cells."""
    labels, sizes = np.zeros(mask.shape, int), [0]
    for start in np.argwhere(mask):
        if labels[tuple(start)]:
            continue
        number, stack, size = len(sizes), [tuple(start)], 0
        labels[tuple(start)] = number
        while stack:
            r, c = stack.pop()
            size += 1
            for i, j in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
                if (0 <= i < mask.shape[0] and 0 <= j < mask.shape[1] and mask[i, j]
                        and not labels[i, j]):
                    labels[i, j] = number
                    stack.append((i, j))
        sizes.append(size)
    return labels, np.array(sizes)


def coast():
    """The fine field whose zero line is the coast: no holes, no islets below 6 km2."""
    field = potential(*centres_km(0.5))
    labels, sizes = label(field <= 0)
    field[(labels > 0) & (labels != labels[0, 0])] = 0.02
    labels, sizes = label(field > 0)
    field[(labels > 0) & (sizes[labels] < 24)] = -0.02
    return field


# -- relief ----------------------------------------------------------------------------------------
NEIGHBOURS = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]


def route(height, land):
    """Fills hollows and finds where each cell drains (Barnes et al. 2014, priority flood; then the
    steepest of 8). Returns filled heights, receivers (flat index; SEA where there is sea) and the
    land cells from low to high. The grid's border must be sea."""
    rows, columns = height.shape
    steps = [i * columns + j for i, j in NEIGHBOURS]
    filled = height.ravel().tolist()
    wet = (~land).ravel()
    done = wet.tolist()
    beside = np.zeros_like(land)
    for i, j in NEIGHBOURS:
        beside |= np.roll(land, (i, j), (0, 1))
    heap = [(0.0, int(c)) for c in np.flatnonzero(wet & beside.ravel())]
    while heap:
        level, cell = heapq.heappop(heap)
        for step in steps:
            other = cell + step
            if 0 <= other < len(filled) and not done[other]:
                done[other] = True
                filled[other] = max(filled[other], level + 0.01)
                heapq.heappush(heap, (filled[other], other))
    filled = np.where(land, np.array(filled).reshape(height.shape), 0.0)
    best = np.zeros_like(filled)
    receiver = np.full(filled.shape, SEA)
    index = np.arange(filled.size).reshape(filled.shape)
    for i, j in NEIGHBOURS:
        drop = (filled - np.roll(filled, (-i, -j), (0, 1))) / (i * i + j * j) ** 0.5
        better = land & (drop > best)
        best[better] = drop[better]
        receiver[better] = np.roll(index, (-i, -j), (0, 1))[better]
    order = np.argsort(filled.ravel(), kind='stable')
    return filled, receiver.ravel(), order[land.ravel()[order]]


def accumulate(amount, receiver, order):
    total = amount.ravel().tolist()
    for cell in order[::-1].tolist():
        total[receiver[cell]] += total[cell]
    return np.array(total).reshape(amount.shape)


def relief(land):
    """Coarse heights in metres: uplift against stream-power erosion, dh/dt = U - K sqrt(A) S,
    solved implicitly from the sea upwards (Braun and Willett 2013)."""
    x, y = centres_km(1)
    bend = 18 * fractal(x, y, 201, 80, 3)
    spine = (y + bend) - (95 + 0.42 * x)   # the main range, from south-west to north-east
    second = (x + bend) - (318 + 0.10 * y)
    rise = (0.10 + 0.05 * fractal(x, y, 211, 60, 3)
            + (1.0 + 0.5 * fractal(x, y, 221, 70, 3)) / (1 + (spine / 26) ** 4)
            + 0.55 * np.maximum(0, 1 - y / 110) / (1 + (second / 22) ** 4))
    rise = np.maximum(rise, 0.03) * land
    rock = 1 + 0.5 * fractal(x, y, 231, 40, 4)
    height = land * (5 + 8 * hashed(np.arange(land.size).reshape(land.shape), 0, 241) + 20 * rise)
    for _ in range(28):
        height, receiver, order = route(height, land)
        cut = 0.19 * rock * np.sqrt(accumulate(land.astype(float), receiver, order))
        flat, cut = (height + 30 * rise).ravel().tolist(), cut.ravel().tolist()
        to = receiver.tolist()
        for cell in order.tolist():
            flat[cell] = (flat[cell] + cut[cell] * flat[to[cell]]) / (1 + cut[cell])
        height = np.array(flat).reshape(height.shape)
    return land * (height + height * height / 560)


def refine(grid):
    """From coarse to fine with cubic (Catmull-Rom) weights at the quarter points."""
    def double(a):
        p = np.pad(a, ((2, 2), (0, 0)), 'edge')
        n = len(a)
        w = (-0.0703125, 0.8671875, 0.2265625, -0.0234375)
        up = w[3] * p[0:n] + w[2] * p[1:n + 1] + w[1] * p[2:n + 2] + w[0] * p[3:n + 3]
        down = w[0] * p[1:n + 1] + w[1] * p[2:n + 2] + w[2] * p[3:n + 3] + w[3] * p[4:n + 4]
        return np.stack([up, down], 1).reshape(2 * n, -1)
    return double(double(grid).T).T


# -- water -----------------------------------------------------------------------------------------
def smooth_line(points, rounds=2):
    """Chaikin's corner cutting; the ends stay."""
    for _ in range(rounds):
        cut = [points[0]]
        for (ax, ay), (bx, by) in zip(points, points[1:]):
            cut += [(0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by),
                    (0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by)]
        points = cut + [points[-1]]
    return points


def rivers(flow, receiver, order, least=3.0):
    """Reaches between confluences, as positions in km from the upper end to the lower (the sea's
    edge for the last), the flow at the lower end and the number of the stem: 1 for the river with
    the largest mouth."""
    columns = flow.shape[1]
    flat = flow.ravel()
    wet = sorted(int(c) for c in order if flat[c] >= least)
    feeders = {}
    for cell in wet:
        feeders.setdefault(int(receiver[cell]), []).append(cell)

    def is_sea(cell):
        return receiver[cell] == SEA

    stem = {}
    mouths = sorted((c for c in wet if is_sea(receiver[c])), key=lambda c: -flat[c])
    for number, cell in enumerate(mouths, 1):
        while cell is not None:                   # upstream along the largest feeder
            stem[cell] = number
            cell = max(feeders.get(cell, []), key=lambda c: flat[c], default=None)

    def position(cell):
        return (cell % columns + 0.5 + 0.5 * (float(hashed(cell, 1, 301)) - 0.5),
                HEIGHT_KM - (cell // columns + 0.5) + 0.5 * (float(hashed(cell, 2, 301)) - 0.5))

    reaches = []
    for cell in wet:
        if len(feeders.get(cell, [])) == 1:
            continue                              # neither a source nor a confluence
        path = [cell]
        while not is_sea(path[-1]) and (len(path) == 1 or len(feeders[path[-1]]) == 1):
            path.append(int(receiver[path[-1]]))
        reaches.append(([position(c) for c in path], float(flat[path[-2]]), stem.get(cell, 0)))
    return reaches


def lakes(height, flow, receiver, order, count):
    """Valleys drowned behind a sill: {level, cells}, chosen for area and distance to each other."""
    children = {}
    for cell in order.tolist():
        children.setdefault(int(receiver[cell]), []).append(cell)
    h, q = height.ravel(), flow.ravel()
    found = []
    for cell in order.tolist():
        if not (4 <= q[cell] <= 70 and 40 <= h[cell] <= 900):
            continue
        level = h[cell] + 22 + 30 * float(hashed(cell, 3, 311))
        cells, stack = [], [cell]
        while stack:
            c = stack.pop()
            cells.append(c)
            stack += [k for k in children.get(c, []) if h[k] < level]
        if 12 <= len(cells) <= 120:
            found.append((len(cells), level, cells))
    found.sort(key=lambda item: (-item[0], item[1]))
    columns, chosen = height.shape[1], []
    for item in found:
        r, c = divmod(item[2][0], columns)
        if all((r - i) ** 2 + (c - j) ** 2 > 32 ** 2
               for i, j in (divmod(k[2][0], columns) for k in chosen)):
            chosen.append(item)
        if len(chosen) == count:
            break
    return [(level, cells) for _, level, cells in chosen]
