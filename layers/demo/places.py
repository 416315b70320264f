# SPDX-License-Identifier: Apache-2.0
"""What lies on the demo's land: land cover, wind, sun, water stress, provinces, protected areas and
the candidate sites."""
import numpy as np
from osgeo import ogr

from networks import distance_to
from terrain import centres_km, contour_polygons, fractal, hashed, noise, pick, sample

CLASSES = {'urban': 1, 'industrial': 2, 'cropland': 3, 'grassland': 4, 'forest': 5, 'wetland': 6,
           'water': 7, 'rock': 8}

# name, seat (index of a town; the province grows from there), handicap in km, planning regime
PROVINCES = [('Verium District', 0, 37, 'moratorium'), ('Anselmark', 1, 0, 'fast-track'),
             ('Karsland', 2, 0, 'standard'), ('Tolmere', 3, 0, 'standard'),
             ('Brannoch', 4, 0, 'slow'), ('Luthenshire', 5, 0, 'fast-track')]


# -- surfaces --------------------------------------------------------------------------------------
def wind_speed(fine):
    """m/s at 100 m on the fine grid: westerlies off the sea, ridges, a sheltered inside."""
    x, y = centres_km(0.5)
    sea = fine['land'] < 0.5
    ridge = fine['elevation'] - fine['broad']     # above the surroundings, m
    inland = 5.25 + 2.5 / (1 + (fine['coast_km'] / 16) ** 1.5) * (1.15 - x / 520)
    inland = inland + 0.9 * fine['elevation'] / 1000 + np.clip(ridge, -250, 400) / 260
    offshore = 7.9 + 1.3 * fine['land_km'] / (fine['land_km'] + 25) * (1.1 - x / 900)
    return np.where(sea, offshore, inland) + 0.45 * fractal(x, y, 501, 45, 4)


def solar(x_km, y_km, elevation, coast_km):
    """kWh/m2/day: more in the south, less where the windward slopes make clouds."""
    windward = np.clip(elevation / 900, 0, 1) * np.clip((260 - x_km) / 160, 0, 1)
    return (2.75 + 0.95 * (1 - y_km / 300) + 0.0009 * x_km - 0.45 * windward
            + 0.15 / (1 + coast_km / 8) + 0.16 * fractal(x_km, y_km, 511, 70, 3))


def water_stress(fine, towns):
    """0 to 5: high in the dry east and around large towns, low in the mountains and along large
    rivers; NaN at sea and where the survey is not finished, in the north-west."""
    x, y = centres_km(0.5)
    stress = 0.9 + 3.0 * np.clip((x - 90) / 260, 0, 1) * np.clip((230 - y) / 150, 0.2, 1)
    stress = stress - 1.2 * np.clip(fine['elevation'] / 700, 0, 1)
    stress = stress - 0.9 / (1 + fine['big_river_km'] / 8)
    for town in towns[:12]:
        d2 = (x - town['x']) ** 2 + (y - town['y']) ** 2
        stress = stress + 1.5 * town['population'] / 700000 / (1 + d2 / 900)
    stress = np.clip(stress + 0.5 * fractal(x, y, 521, 60, 3), 0, 5)
    unsurveyed = ((x < 118 + 12 * noise(x / 20, y / 20, 522))
                  & (y > 218 + 10 * noise(x / 25, y / 25, 523)))
    return np.where((fine['land'] < 0.5) | unsurveyed, np.nan, stress)


def land_cover(fine, towns, nodes):
    """Classes on the fine grid, 255 at sea."""
    x, y = centres_km(0.5)
    patch, grain = fractal(x, y, 531, 26, 5), fractal(x, y, 532, 7, 4)
    high, slope = fine['elevation'], fine['slope']
    cover = np.where(patch + 0.5 * grain > 0.02 - x / 3000,
                     CLASSES['cropland'], CLASSES['grassland'])
    cover[(patch < -0.22) | (high > 230 + 160 * patch) | (slope > 4.5)] = CLASSES['forest']
    cover[(high > 900 + 300 * grain)] = CLASSES['grassland']
    cover[(high > 1350 + 300 * grain) | (slope > 26)] = CLASSES['rock']
    cover[(high < 16) & (fine['coast_km'] < 5) & (grain > 0.22)] = CLASSES['wetland']
    cover[(fine['lake_km'] < 1.6) & (grain > 0.1)] = CLASSES['wetland']
    for town in towns:
        far = np.hypot(x - town['x'], y - town['y'])
        radius = (town['population'] / 3000 / np.pi) ** 0.5
        edge = radius * (0.85 + 0.7 * grain) + 0.3
        cover[(far < edge * 1.35) & (grain - patch > 0.28)] = CLASSES['industrial']
        cover[far < edge] = CLASSES['urban']
    for node in nodes:
        if node['kind'] == 'coal':
            far = np.hypot(x - node['x'], y - node['y'])
            cover[far < 1.5 + 0.8 * grain] = CLASSES['industrial']
    cover[fine['lake_km'] == 0] = CLASSES['water']
    cover[fine['land'] < 0.5] = 255
    return cover.astype(np.uint8)


# -- areas -----------------------------------------------------------------------------------------
def provinces(country, towns):
    """The country cut along noisy borders; each takes
    what is left where its own seat is nearest."""
    x, y = centres_km(0.5)
    x = x + 9 * fractal(x, y, 541, 40, 4)
    y = y + 9 * fractal(x, y, 551, 40, 4)
    far = [np.hypot(x - towns[seat]['x'], y - towns[seat]['y']) + handicap
           for _, seat, handicap, _ in PROVINCES]
    left, found = country.Clone(), []
    for i, (name, _, _, planning) in enumerate(PROVINCES):
        if i + 1 == len(PROVINCES):
            shape = left
        else:
            own = ogr.Geometry(ogr.wkbMultiPolygon)
            others = np.min([far[j] for j in range(len(far)) if j != i], 0)
            for part in contour_polygons(others - far[i], 150):
                own.AddGeometry(part)
            shape, left = left.Intersection(own), left.Difference(own)
        found.append({'name': name, 'planning': planning, 'shape': shape})
    # Slivers between simplified borders were left to the last: each goes to the province it shares
    # the longest edge with.
    last = ogr.Geometry(ogr.wkbMultiPolygon)
    for part in (left.GetGeometryRef(i) for i in range(left.GetGeometryCount())):
        edges = [part.Boundary().Intersection(p['shape']) for p in found[:-1]]
        shared = [edge.Length() if edge.GetDimension() == 1 else 0 for edge in edges]
        if part.GetArea() < 5e6 and max(shared) > 0:
            beside = found[shared.index(max(shared))]
            beside['shape'] = beside['shape'].Union(part)
        else:
            last.AddGeometry(part)
    found[-1]['shape'] = last
    return found


def blob(x, y, radius, seed):
    """A closed, irregular ring in km around a point."""
    angles = np.arange(48) * 2 * np.pi / 48
    r = radius * (1 + 0.42 * fractal(2 * np.cos(angles), 2 * np.sin(angles), seed, 1.3, 3))
    return list(zip(x + r * np.cos(angles), y + r * np.sin(angles)))


PROTECTED = {
    'national park': ['Highspine', 'Karn Massif', 'Orrin Heights', 'Estfell'],
    'coastal reserve': ['Ansel Dunes', 'Saltmere Flats', 'Grey Cape', 'Seal Sound', 'Thorne Marsh',
                        'Pelworth Bar'],
    'wetland reserve': ['Aldra Meadows', 'Vere Oxbows', 'Sarn Fen', 'Lower Morva', 'Ketter Carr'],
    'forest reserve': ['Halvern Wood', 'Quellin Forest', 'Redmark Oaks', 'Tarn Wood',
                       'Wendrith Chase'],
}


def protected_areas(fine, towns):
    """Rings in km by character. Three bird areas overlap others, and one ring crosses itself, as
    happens in real data: readers must repair it."""
    n = 5000
    x, y = 400 * hashed(np.arange(n), 1, 561), 300 * hashed(np.arange(n), 2, 561)
    at = {key: sample(grid, x, y) for key, grid in fine.items()}
    quiet = np.min([np.hypot(x - t['x'], y - t['y']) for t in towns], 0)
    worth = {
        'national park': at['broad'] / 400 + hashed(np.arange(n), 3, 561),
        'coastal reserve': 2 / (1 + at['coast_km'] / 1.5) + np.minimum(quiet, 18) / 10,
        'wetland reserve': 2 / (1 + at['big_river_km']) + np.minimum(quiet, 14) / 10
                           - at['elevation'] / 300,
        'forest reserve': 2 / (1 + (at['elevation'] / 330 - 1) ** 2 * 6)
                          + np.minimum(quiet, 15) / 10,
    }
    size = {'national park': (13, 20), 'coastal reserve': (4, 8), 'wetland reserve': (3, 6),
            'forest reserve': (5, 9)}
    found = []
    for category, names in PROTECTED.items():
        apart = 62 if category == 'national park' else 38
        order = np.argsort(-np.where(at['land'] > 0.9, worth[category], -9), kind='stable')
        for name in names:
            for i in order:
                if quiet[i] > size[category][0] and all(
                        np.hypot(x[i] - p['x'], y[i] - p['y'])
                        > (apart if p['category'] == category else 24) for p in found):
                    break
            radius = pick(len(found), 571, *size[category])
            found.append({'name': name, 'category': category, 'x': x[i], 'y': y[i],
                          'ring': blob(x[i], y[i], radius, 580 + len(found)), 'radius': radius})
    for parent, name in ((0, 'Highspine Raptors'), (4, 'Ansel Terns'), (10, 'Aldra Waders')):
        p = found[parent]
        found.append({'name': name, 'category': 'bird area',
                      'ring': blob(p['x'] + 0.8 * p['radius'], p['y'] + 0.3 * p['radius'],
                                   0.7 * p['radius'], 620 + parent)})
    crossing = next(p for p in found if p['name'] == 'Quellin Forest')['ring']
    crossing[9], crossing[33] = crossing[33], crossing[9]
    return found


# -- candidates ------------------------------------------------------------------------------------
# archetype: how many, kind of land, owners, words for the name
ARCHETYPES = {
    'plant': (7, 'brownfield', ('Veridia Power', 'Provincial estate'),
              ('Power Station', 'Ash Yard', 'Switchyard', 'Turbine Hall', 'Cooling Towers')),
    'port': (5, 'port', ('Port authority',), ('Docks', 'Free Port', 'Shipyard', 'Container Quay')),
    'coast': (6, 'greenfield', ('Private', 'Crown estate'), ('Head', 'Downs', 'Moor', 'Point')),
    'valley': (6, 'industrial', ('Orrin Aluminium', 'Private'),
               ('Smelter', 'Mill', 'Quarry', 'Valley')),
    'shore': (1, 'port', ('Port authority',), ('Breakwater',)),
    'slope': (1, 'greenfield', ('Private',), ('Terraces',)),
    'reserve': (1, 'greenfield', ('Crown estate',), ('Park Gate',)),
    'belt': (5, 'industrial', ('Private', 'Municipal'),
             ('Business Park', 'Logistics Park', 'Airfield')),
    'plain': (8, 'greenfield', ('Private', 'Farm cooperative'),
              ('Fields', 'Grange', 'Levels', 'Common')),
}


def place_candidates(fine, towns, nodes, protected, province_of):
    """Forty sites. Most are chosen for what is good about their kind, so that no site is best at
    everything; `shore`, `slope` and `reserve` have what a study should find: water, steep ground,
    protected land."""
    n = 12000
    x, y = 400 * hashed(np.arange(n), 1, 641), 300 * hashed(np.arange(n), 2, 641)
    keep = sample(fine['land'], x, y) > 0.75
    x, y = x[keep], y[keep]
    n = len(x)
    at = {key: sample(grid, x, y) for key, grid in fine.items()}
    strong = [s for s in nodes if s['voltage'] >= 220 and s['headroom'] > 150]
    to_node = np.min([np.hypot(x - s['x'], y - s['y']) for s in strong], 0)
    to_town = np.min([np.hypot(x - t['x'], y - t['y']) for t in towns], 0)
    to_city = np.min([np.hypot(x - t['x'], y - t['y']) for t in towns[:9]], 0)
    to_reserve = np.min([np.hypot(x - p['x'], y - p['y']) / p['radius'] for p in protected
                         if 'radius' in p], 0)    # below 1: about inside
    luck = hashed(np.arange(n), 3, 641)
    flat = 1 / (1 + (at['slope'] / 4) ** 2)
    worth = {
        'plant': 2 / (1 + to_node / 5) + 1 / (1 + at['river_km'] / 3) + flat + 0.3 * luck,
        'port': 2 / (1 + np.abs(at['coast_km'] - 1.5) / 2) + 1.5 / (1 + to_city / 12) + 0.5 * luck,
        'coast': at['wind'] / 3 + 0.9 / (1 + to_node / 20) + 0.6 * luck + 0.6 * flat
                 - 0.5 * (at['coast_km'] < 1.5) - at['coast_km'] / 30,
        'valley': 1.6 / (1 + at['big_river_km'] / 3) + np.clip(at['elevation'] / 300, 0, 1.2)
                  + 1.3 / (1 + to_node / 15) + 1.1 * flat + 0.6 * luck,
        'shore': 4 / (1 + (at['coast_km'] / 0.7) ** 2) + 2 / (1 + to_node / 10),
        'slope': 2 / (1 + np.abs(at['slope'] - 10) / 3) + 2 / (1 + to_node / 6)
                 + 3 * (to_reserve > 1.7),
        'reserve': 2 / (1 + to_reserve) + 3 / (1 + to_node / 8),
        'belt': 2 / (1 + np.abs(to_city - 11) / 5) + 0.4 * flat + 0.7 * luck,
        'plain': flat + 0.8 / (1 + to_node / 20) + 1.2 * luck - 0.3 * (at['coast_km'] < 8),
    }
    chosen = []
    for archetype, (count, kind, owners, words) in ARCHETYPES.items():
        taken = 0
        for i in np.argsort(-worth[archetype], kind='stable'):
            if chosen and distance_to([(c['x'], c['y']) for c in chosen], x[i], y[i]).min() < 15:
                continue
            if to_town[i] < 1.5 or at['lake_km'][i] < 0.8:
                continue
            province = province_of(x[i], y[i])
            if province is None:
                continue                          # in the surf
            number = len(chosen)
            place = towns[int(distance_to([(t['x'], t['y']) for t in towns], x[i], y[i]).argmin())]
            names = {c['name'] for c in chosen}
            name = next(w for k in range(9) for w in [f"{place['name']} "
                        f"{words[(number + k) % len(words)]}" + (' II' if k >= len(words) else '')]
                        if w not in names)
            low, high = {'brownfield': (55, 160), 'port': (50, 120), 'industrial': (42, 150)
                         }.get(kind, (80, 240))
            chosen.append({'name': name, 'kind': kind, 'x': x[i], 'y': y[i],
                           'owner': owners[int(pick(number, 651) * len(owners))],
                           'land_ha': int(round(pick(number, 652, low, high))),
                           'province': province})
            taken += 1
            if taken == count:
                break
    chosen.sort(key=lambda c: (c['x'], c['y']))
    for number, site in enumerate(chosen, 1):
        site['code'] = f'V{number:02d}'
    return chosen
