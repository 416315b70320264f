#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the demo data set: Veridia, a country that does not exist.

    /usr/bin/python3 layers/demo/make_demo.py [FOLDER]

writes veridia.gpkg and five GeoTIFFs beside this file (or to FOLDER). Needs Python 3, numpy and
GDAL's Python bindings. Everything comes from noise with fixed seeds: two runs give the same bytes.
"""
import os
import sys

sys.dont_write_bytecode = True
os.environ['OGR_CURRENT_DATE'] = '2026-01-01T00:00:00.000Z'

import numpy as np                                                                   # noqa: E402
from osgeo import gdal, ogr, osr                                                     # noqa: E402

import networks                                                                      # noqa: E402
import places                                                                        # noqa: E402
import terrain                                                                       # noqa: E402

for module in (gdal, ogr, osr):
    module.UseExceptions()

RIVER_NAMES = ('Aldra', 'Vere', 'Sarn', 'Morva', 'Ketter', 'Tamsel', 'Ouren', 'Lisk', 'Yssa',
               'Dorrin', 'Fenna', 'Hathel', 'Brae', 'Little Vere')
LAKE_NAMES = ('Lake Orrin', 'Lake Sible', 'Lake Tessaly', 'Mirror Lake', 'Lake Hald', 'Long Water',
              'Lake Ember', 'Lake Brann')
NOTE = 'Synthetic: Veridia is a fictional country made by layers/demo/make_demo.py'


# -- the land --------------------------------------------------------------------------------------
def crossed(lines):
    """Fine cells that lines in km pass through."""
    mask = np.zeros((600, 800), bool)
    for line in lines:
        for (ax, ay), (bx, by) in zip(line, line[1:]):
            t = np.linspace(0, 1, 2 + int(8 * np.hypot(bx - ax, by - ay)))
            r = ((terrain.HEIGHT_KM - (ay + (by - ay) * t)) * 2).astype(int)
            c = ((ax + (bx - ax) * t) * 2).astype(int)
            mask[np.clip(r, 0, 599), np.clip(c, 0, 799)] = True
    return mask


def make_land():
    """Grids of 500 m by name, and the shapes of coast, rivers and lakes."""
    field = terrain.coast()
    land = field > 0
    coarse_land = field.reshape(300, 2, 400, 2).mean((1, 3)) > 0
    height = terrain.relief(coarse_land)
    height, receiver, order = terrain.route(height, coarse_land)
    x, y = terrain.centres_km(1)
    runoff = 0.010 + 0.022 * np.clip(height / 900, 0, 1) + 0.008 * (1 - x / 400)  # m3/s from 1 km2
    flow = terrain.accumulate(runoff * coarse_land, receiver, order)
    rivers = [(terrain.smooth_line(path), q, stem)
              for path, q, stem in terrain.rivers(flow, receiver, order)]

    x, y = terrain.centres_km(0.5)
    river_km = terrain.distance_km(crossed([p for p, _, _ in rivers]))
    rough = 0.10 * terrain.fractal(x, y, 251, 6, 4) * np.clip(river_km / 2, 0, 1)
    fine = terrain.refine(height) * (1 + rough) + 2     # smooth where water was routed
    fine = np.where(land, np.maximum(fine, 1), 0)
    drowned = np.full(fine.shape, -9.0)
    for level, cells in terrain.lakes(height, flow, receiver, order, len(LAKE_NAMES)):
        mask = np.zeros(height.size, bool)
        mask[cells] = True
        depth = np.where(mask, np.maximum(level - height.ravel(), 4), -9).reshape(height.shape)
        depth = terrain.refine(depth) + 3 * terrain.fractal(x, y, 261, 5, 3)
        fine = np.where(depth > 0, level, fine)
        drowned = np.maximum(drowned, depth)

    north, east = np.gradient(fine, 500.0)
    broad = fine
    for _ in range(3):                            # mean of 8 km around, thrice
        padded = np.pad(broad, 8, 'edge')
        broad = sum(padded[i:i + 600, 8:808] for i in range(0, 17)) / 17
        padded = np.pad(broad, 8, 'edge')
        broad = sum(padded[8:608, j:j + 800] for j in range(0, 17)) / 17
    grids = {
        'land': land.astype(float), 'elevation': fine, 'broad': broad,
        'slope': np.degrees(np.arctan(np.hypot(north, east))),
        'coast_km': terrain.distance_km(~land), 'land_km': terrain.distance_km(land),
        'lake_km': terrain.distance_km(drowned > 0),
        'river_km': river_km,
        'big_river_km': terrain.distance_km(crossed([p for p, q, _ in rivers if q >= 20])),
    }
    grids['wind'] = places.wind_speed(grids)
    country = ogr.Geometry(ogr.wkbMultiPolygon)
    for part in terrain.contour_polygons(field):
        country.AddGeometry(part)
    lakes = [part for part in terrain.contour_polygons(drowned) if part.GetArea() >= 1e6]
    return grids, country, rivers, lakes


# -- writing ---------------------------------------------------------------------------------------
def line_of(path):
    shape = ogr.Geometry(ogr.wkbLineString)
    for x, y in path:
        shape.AddPoint_2D(*terrain.to_metres(x, y))
    return shape


def point_of(item):
    shape = ogr.Geometry(ogr.wkbPoint)
    shape.AddPoint_2D(*terrain.to_metres(item['x'], item['y']))
    return shape


def polygon_of(ring):
    edge = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in ring + ring[:1]:
        edge.AddPoint_2D(*terrain.to_metres(x, y))
    shape = ogr.Geometry(ogr.wkbPolygon)
    shape.AddGeometry(edge)
    return shape


def rounded(shape):
    """To 1e-6 degrees, about 0.1 m, so that the last bits of PROJ do not show in the file."""
    if shape.GetGeometryCount():
        for i in range(shape.GetGeometryCount()):
            rounded(shape.GetGeometryRef(i))
    else:
        for i in range(shape.GetPointCount()):
            shape.SetPoint_2D(i, round(shape.GetX(i), 6), round(shape.GetY(i), 6))
    return shape


class GeoPackage:
    """All vectors, in EPSG:4326: the studies' CRS is another one on purpose."""

    def __init__(self, path):
        if os.path.exists(path):
            os.remove(path)
        self.file = gdal.GetDriverByName('GPKG').Create(path, 0, 0, 0, gdal.GDT_Unknown)
        self.crs = terrain.spatial_reference(4326)
        self.turn = osr.CoordinateTransformation(terrain.spatial_reference(3035), self.crs)

    def add(self, name, kind, fields, rows):
        """Rows are (shape in EPSG:3035, value, value …) in the order of `fields`."""
        layer = self.file.CreateLayer(name, self.crs, kind, options=[
            'GEOMETRY_NAME=geom', f'DESCRIPTION={NOTE}'])
        for field, of in fields.items():
            layer.CreateField(ogr.FieldDefn(field, of))
        for shape, *values in rows:
            shape = shape.Clone()
            shape.Transform(self.turn)
            if kind in (ogr.wkbMultiPolygon,):
                shape = ogr.ForceToMultiPolygon(shape)
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometryDirectly(rounded(shape))
            for i, value in enumerate(values):
                feature.SetField(i, value)
            layer.CreateFeature(feature)


def write_raster(path, array, kind, geotransform, code, nodata=None, unit='', predictor=2):
    rows, columns = array.shape
    out = gdal.GetDriverByName('GTiff').Create(path, columns, rows, 1, kind, [
        'COMPRESS=DEFLATE', 'ZLEVEL=9', f'PREDICTOR={predictor}', 'BLOCKYSIZE=64'])
    out.SetGeoTransform(geotransform)
    out.SetProjection(terrain.spatial_reference(code).ExportToWkt())
    out.SetMetadataItem('TIFFTAG_IMAGEDESCRIPTION', NOTE)
    band = out.GetRasterBand(1)
    if nodata is not None:
        band.SetNoDataValue(nodata)
    if unit:
        band.SetUnitType(unit)
    band.WriteArray(array)


def metre_grid(cell_m):
    return (terrain.X0, cell_m, 0, terrain.Y1, 0, -cell_m)


def write_rasters(folder, grids, towns, nodes):
    join = os.path.join
    write_raster(join(folder, 'elevation.tif'), np.round(grids['elevation']).astype(np.int16),
                 gdal.GDT_Int16, metre_grid(500), 3035, unit='m')
    write_raster(join(folder, 'land_cover.tif'), places.land_cover(grids, towns, nodes),
                 gdal.GDT_Byte, metre_grid(500), 3035, nodata=255, predictor=1)
    wind = np.round(grids['wind'].reshape(150, 4, 200, 4).mean((1, 3)) * 20) / 20
    write_raster(join(folder, 'wind_speed.tif'), wind.astype(np.float32), gdal.GDT_Float32,
                 metre_grid(2000), 3035, unit='m/s', predictor=3)
    stress = places.water_stress(grids, towns).reshape(150, 4, 200, 4)[:, 1, :, 1]
    stress = np.where(np.isnan(stress), -9999, np.round(stress * 20) / 20)
    write_raster(join(folder, 'water_stress.tif'), stress.astype(np.float32), gdal.GDT_Float32,
                 metre_grid(2000), 3035, nodata=-9999, predictor=3)
    # Sun comes in degrees, like most global data: a grid that lies askew over the others.
    west, top, cell, columns, rows = -20.0, 50.5, 0.05, 154, 86
    lon, lat = np.meshgrid(west + (np.arange(columns) + 0.5) * cell,
                           top - (np.arange(rows) + 0.5) * cell)
    turn = osr.CoordinateTransformation(terrain.spatial_reference(4326),
                                        terrain.spatial_reference(3035))
    at = np.array(turn.TransformPoints(np.column_stack([lon.ravel(), lat.ravel()]).tolist()))
    x = ((at[:, 0] - terrain.X0) / 1000).reshape(lon.shape)
    y = (terrain.HEIGHT_KM - (terrain.Y1 - at[:, 1]) / 1000).reshape(lon.shape)
    sun = places.solar(x, y, terrain.sample(grids['elevation'], x, y),
                       terrain.sample(grids['coast_km'], x, y))
    write_raster(join(folder, 'solar.tif'), (np.round(sun * 50) / 50).astype(np.float32),
                 gdal.GDT_Float32, (west, cell, 0, top, 0, -cell), 4326, unit='kWh/m2/day',
                 predictor=3)


def write_vectors(path, grids, country, rivers, lakes):
    towns = networks.place_towns(grids)
    nodes = networks.place_substations(grids, towns)
    regions = places.provinces(country, towns)
    protected = places.protected_areas(grids, towns)

    def province_of(x, y):
        here = point_of({'x': x, 'y': y})
        return next((r['name'] for r in regions if r['shape'].Intersects(here)), None)

    sites = places.place_candidates(grids, towns, nodes, protected, province_of)
    text, whole, real = ogr.OFTString, ogr.OFTInteger, ogr.OFTReal
    lines, points, areas = ogr.wkbLineString, ogr.wkbPoint, ogr.wkbMultiPolygon
    package = GeoPackage(path)
    package.add('candidates', points,
                {'code': text, 'name': text, 'province': text, 'kind': text, 'owner': text,
                 'land_ha': whole},
                [(point_of(s), s['code'], s['name'], s['province'], s['kind'], s['owner'],
                  s['land_ha']) for s in sites])
    package.add('country', areas, {'name': text}, [(country, 'Veridia (fictional)')])
    package.add('regions', areas, {'name': text, 'planning': text},
                [(r['shape'], r['name'], r['planning']) for r in regions])
    package.add('rivers', lines, {'name': text, 'mean_flow_m3s': real},
                [(line_of(p), RIVER_NAMES[stem - 1] if 0 < stem <= len(RIVER_NAMES) else None,
                  round(q, 1)) for p, q, stem in rivers])
    package.add('lakes', areas, {'name': text},
                [(shape, LAKE_NAMES[i] if i < len(LAKE_NAMES) else None)
                 for i, shape in enumerate(lakes)])
    package.add('towns', points, {'name': text, 'population': whole},
                [(point_of(t), t['name'], t['population']) for t in towns])
    package.add('substations', points, {'name': text, 'voltage_kv': whole, 'headroom_mw': whole},
                [(point_of(s), s['name'], s['voltage'], s['headroom']) for s in nodes])
    package.add('grid_lines', lines, {'name': text, 'voltage_kv': whole},
                [(line_of(g['path']), g['name'], g['voltage'])
                 for g in networks.grid_lines(grids, nodes)])
    package.add('fibre', lines, {'name': text, 'carrier': text},
                [(line_of(f['path']), f['name'], f['carrier'])
                 for f in networks.fibre_routes(grids, towns)])
    package.add('protected_areas', ogr.wkbPolygon, {'name': text, 'category': text},
                [(polygon_of(p['ring']), p['name'], p['category'])
                 for p in protected])
    return towns, nodes


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    grids, country, rivers, lakes = make_land()
    package = os.path.join(folder, 'veridia.gpkg')
    towns, nodes = write_vectors(package, grids, country, rivers, lakes)
    write_rasters(folder, grids, towns, nodes)


if __name__ == '__main__':
    main()
