# SPDX-License-Identifier: Apache-2.0
"""What people built on the demo's land: towns, the transmission grid, fibre routes."""
import heapq

import numpy as np

from terrain import HEIGHT_KM, hashed, noise, pick, sample

TOWN_NAMES = """Verium;Port Ansel;Karsholm;Tolmere;Brannoch;Luthen;Ostwick;Selvany;Dunmora;
Hollinfeld;Pelworth;Saltmere;Thornecastle;Rivenhal;Vessany;Wendrith;Yarrowden;Ardenmouth;
Belcastra;Fennick;Gorsemoor;Halvern;Istra Bay;Jorrick;Kelvane;Lochmere;Mirefold;Nessbrook;
Orrinsund;Pike Hollow;Quellin;Redmark;Stavenport;Tarnfell;Ulverham;Varrick;Westerlay;Zellis;
Aldercross;Birkensee;Coldharrow;Dravel
""".replace('\n', '').split(';')


def distance_to(points, x, y):
    """From one position to each of an array of points, km."""
    points = np.asarray(points)
    return np.hypot(points[:, 0] - x, points[:, 1] - y)


# -- towns -----------------------------------------------------------------------------------------
def place_towns(fine):
    """Best places first, by water, flatness and shelter; populations fall off as Zipf says."""
    n = 9000
    x = 400 * hashed(np.arange(n), 1, 401)
    y = 300 * hashed(np.arange(n), 2, 401)
    at = {key: sample(grid, x, y) for key, grid in fine.items()}
    worth = (1.3 / (1 + at['river_km'] / 5) + 1.0 / (1 + at['coast_km'] / 6)
             + 0.9 / (1 + (at['elevation'] / 180) ** 2) + 0.4 / (1 + at['slope'] / 2)
             + 0.7 * hashed(np.arange(n), 3, 401) + 0.3 * noise(x / 90, y / 90, 411))
    worth[(at['land'] < 0.99) | (at['slope'] > 5) | (at['lake_km'] < 1.5)
          | (at['coast_km'] < 1.8)] = -1
    towns = []
    for i in np.argsort(-worth, kind='stable'):
        if len(towns) == len(TOWN_NAMES) or worth[i] < 0:
            break
        rank = len(towns)
        apart = 62 if rank < 6 else 28 if rank < 20 else 17
        if all(d > apart for d in distance_to([(t['x'], t['y']) for t in towns], x[i], y[i])
               ) if towns else True:
            people = 1180000 / (rank + 1) ** 1.12 * (0.9 + 0.2 * pick(rank, 421))
            towns.append({'name': TOWN_NAMES[rank], 'x': x[i], 'y': y[i],
                          'population': int(round(people, -2))})
    return towns


# -- routes ----------------------------------------------------------------------------------------
class Router:
    """Least-cost paths on a 2 km grid: steep ground costs more, water much more."""

    def __init__(self, fine, seed, sea_cost=25.0, wobble=0.5):
        x, y = np.meshgrid(np.arange(200) * 2 + 1.0, HEIGHT_KM - np.arange(150) * 2 - 1.0)
        slope, land = sample(fine['slope'], x, y), sample(fine['land'], x, y)
        cost = (1 + 0.25 * slope + sample(fine['elevation'], x, y) / 500
                + 6 * np.maximum(0, 1 - sample(fine['lake_km'], x, y) / 1.5)
                + wobble * (noise(x / 14, y / 14, seed) + 1))
        self.cost = np.where(land > 0.5, cost, sea_cost)
        self.x, self.y = x, y

    def cell(self, x, y):
        return (int(min(149, max(0, (HEIGHT_KM - y) // 2))), int(min(199, max(0, x // 2))))

    def path(self, a, b):
        start, goal = self.cell(*a), self.cell(*b)
        best, came, heap = {start: 0.0}, {}, [(0.0, start)]
        while heap:
            so_far, cell = heapq.heappop(heap)
            if cell == goal:
                break
            if so_far > best[cell]:
                continue
            r, c = cell
            for i in (-1, 0, 1):
                for j in (-1, 0, 1):
                    k = (r + i, c + j)
                    if k == cell or not (0 <= k[0] < 150 and 0 <= k[1] < 200):
                        continue
                    step = (i * i + j * j) ** 0.5 * (self.cost[cell] + self.cost[k])
                    if so_far + step < best.get(k, 1e18):
                        best[k] = so_far + step
                        came[k] = cell
                        heapq.heappush(heap, (so_far + step, k))
        cells = [goal]
        while cells[-1] != start:
            cells.append(came[cells[-1]])
        inner = [(self.x[c] + 1.2 * (float(hashed(c[0], c[1], 431)) - 0.5),
                  self.y[c] + 1.2 * (float(hashed(c[0], c[1], 432)) - 0.5))
                 for c in cells[::-1][1:-1]]
        return straighten([tuple(a)] + inner + [tuple(b)], 1.1)


def straighten(points, tolerance_km):
    """Douglas and Peucker 1973."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = np.hypot(bx - ax, by - ay) or 1e-9
    off = [abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length for x, y in points[1:-1]]
    worst = int(np.argmax(off)) + 1
    if off[worst - 1] <= tolerance_km:
        return [points[0], points[-1]]
    return (straighten(points[:worst + 1], tolerance_km)[:-1]
            + straighten(points[worst:], tolerance_km))


def neighbour_graph(points):
    """Pairs without a third point nearer to both than they are to each other (Toussaint 1980):
    connected, with a few loops, as real networks are."""
    p = np.asarray(points)
    d = np.hypot(p[:, None, 0] - p[None, :, 0], p[:, None, 1] - p[None, :, 1])
    return [(i, j) for i in range(len(p)) for j in range(i + 1, len(p))
            if not (np.maximum(d[i], d[j]) < d[i, j]).any()]


# -- grid ------------------------------------------------------------------------------------------
PLANTS = [('Karn Coal (closed)', 'coal', 380), ('Estmark Coal (closed)', 'coal', 380),
          ('Cape Ansel Wind', 'wind', 380), ('Spine Hydro', 'hydro', 220),
          ('Orrin Hydro', 'hydro', 220), ('Nordsund Wind', 'wind', 220)]


def place_plants(fine, towns):
    """Closed coal plants by rivers off the big towns, wind on the breeziest coast, hydro in the
    mountains."""
    n = 4000
    x = 400 * hashed(np.arange(n), 1, 441)
    y = 300 * hashed(np.arange(n), 2, 441)
    at = {key: sample(grid, x, y) for key, grid in fine.items()}
    near_town = np.min([np.hypot(x - t['x'], y - t['y']) for t in towns[:14]], 0)
    worth = {
        'coal': 2 / (1 + at['river_km'] / 2) + 1 / (1 + np.abs(near_town - 24) / 8)
                - at['slope'] / 3,
        'wind': at['wind'] / 2 - np.abs(at['coast_km'] - 6) / 8 - at['slope'] / 4,
        'hydro': 2 / (1 + at['river_km'] / 2) - np.abs(at['elevation'] - 420) / 300,
    }
    placed = []
    for name, kind, voltage in PLANTS:
        w = np.where((at['land'] > 0.99) & (at['lake_km'] > 1) & (near_town > 9), worth[kind], -9)
        for i in np.argsort(-w, kind='stable'):
            if not placed or min(distance_to([(p['x'], p['y']) for p in placed], x[i], y[i])) > 85:
                placed.append({'name': name, 'kind': kind, 'voltage': voltage,
                               'x': x[i], 'y': y[i]})
                break
    return placed


def place_substations(fine, towns):
    """380 kV at the largest towns and plants, 220 kV at the next, 110 kV at the rest. Headroom is
    small where many people live and large where a plant closed; -1 where nobody published it."""
    plants = place_plants(fine, towns)
    nodes = [dict(p) for p in plants]
    for rank, town in enumerate(towns):
        voltage = 380 if rank in (0, 1, 2, 3, 5, 8) else 220 if rank < 18 else 110
        for attempt in range(60):
            angle, far = pick(rank * 64 + attempt, 451, 0, 2 * np.pi), 3.5 + pick(rank, 452, 0, 4)
            x, y = town['x'] + far * np.cos(angle), town['y'] + far * np.sin(angle)
            if (sample(fine['land'], x, y) > 0.99 and sample(fine['slope'], x, y) < 4
                    and sample(fine['lake_km'], x, y) > 1 and sample(fine['coast_km'], x, y) > 1.5):
                break
        side = ('East', 'North', 'West', 'South')[int(((angle + np.pi / 4) // (np.pi / 2)) % 4)]
        nodes.append({'name': f"{town['name']} {side}", 'kind': 'town', 'voltage': voltage,
                      'x': x, 'y': y, 'population': town['population']})
    for i, node in enumerate(nodes):
        draw = pick(i, 461)
        if node['kind'] == 'coal':
            headroom = 560 + 320 * draw
        elif node['kind'] == 'wind':
            headroom = 90 + 160 * draw
        elif node['kind'] == 'hydro':
            headroom = 210 + 170 * draw
        else:
            base = {380: 560, 220: 500, 110: 95}[node['voltage']]
            crowded = 1 / (1 + node['population'] / 420000)
            headroom = base * crowded * (0.12 + 1.05 * draw)
        node['headroom'] = int(5 * round(headroom / 5))
        if node['kind'] == 'town' and i % 9 == 4:
            node['headroom'] = -1
    return nodes


def grid_lines(fine, nodes):
    router, lines, known = Router(fine, 471), [], set()
    for voltage in (380, 220, 110):
        members = [n for n in nodes if n['voltage'] >= voltage]
        for i, j in neighbour_graph([(n['x'], n['y']) for n in members]):
            a, b = members[i], members[j]
            key = tuple(sorted((a['name'], b['name'])))
            if key in known or (voltage < 380 and min(a['voltage'], b['voltage']) > voltage):
                continue                          # a higher level already joins these
            known.add(key)
            path = router.path((a['x'], a['y']), (b['x'], b['y']))
            lines.append({'name': f"{a['name']} – {b['name']}", 'voltage': voltage, 'path': path})
    return lines


# -- fibre -----------------------------------------------------------------------------------------
def fibre_routes(fine, towns):
    """Three carriers between the towns they serve, and two sea cables."""
    routes = []
    for number, (carrier, share, least) in enumerate((('Corda', 1.0, 16), ('Tellan', 0.55, 9),
                                                      ('Northlight', 0.38, 6))):
        served = [t for i, t in enumerate(towns[:34])
                  if i < least or pick(i, 481 + number) < share * 0.8]
        router = Router(fine, 490 + number, wobble=1.6)
        for i, j in neighbour_graph([(t['x'], t['y']) for t in served]):
            a, b = served[i], served[j]
            routes.append({'carrier': carrier, 'name': f"{a['name']} – {b['name']}",
                           'path': router.path((a['x'], a['y']), (b['x'], b['y']))})
    cable = Router(fine, 499, sea_cost=0.6, wobble=0.2)
    ports = sorted(towns[:16], key=lambda t: float(sample(fine['coast_km'], t['x'], t['y'])))
    west = min(ports[:8], key=lambda t: t['x'] + t['y'] / 3)
    south = min((t for t in ports[:8] if t is not west), key=lambda t: t['y'] - t['x'] / 4)
    for town, end, name in ((west, (1, 60), 'Atlantic Crossing West'),
                            (south, (399, 25), 'Atlantic Crossing East')):
        routes.append({'carrier': 'Abyssal', 'name': name,
                       'path': cable.path((town['x'], town['y']), end)})
    return routes
