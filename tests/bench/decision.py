# SPDX-License-Identifier: Apache-2.0
"""Times the deciding: SMAA-2 beside the same loop in NumPy, promethee2, a portfolio.

All of it runs through the program on made-up tables of attributes, so each time is that of a run with
it less that of the same run without.
"""
import math
import os
import random
import sqlite3
import time

from timing import Run, Series, head, row, say

DRAWS, SITES, CRITERIA = 10_000, 5_000, 12


def write_study(folder, name, n_sites, n_criteria, extra, criterion):
    """A study of its own: points all over Europe, even attributes."""
    dice = random.Random(1)
    attributes = [f"a{k}" for k in range(n_criteria)]
    table = os.path.join(folder, f"{n_sites}x{n_criteria}.csv")
    with open(table, "w", encoding="utf-8") as file:
        file.write("id,x,y,country," + ",".join(attributes) + "\n")
        for i in range(n_sites):
            file.write(f"s{i},{dice.uniform(3e6, 6e6):.1f},{dice.uniform(1.5e6, 4.5e6):.1f},c{dice.randrange(27)},"
                       + ",".join(f"{dice.random():.6f}" for _ in attributes) + "\n")
    with open(os.path.join(folder, f"{name}_layers.yaml"), "w", encoding="utf-8") as file:
        file.write(f"gigasite: 1\nlayers:\n  sites: {{source: {os.path.basename(table)}, x: x, y: y, crs: EPSG:3035}}\n")
    path = os.path.join(folder, f"{name}.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"gigasite: 1\ntitle: Bench\ncatalogue: {name}_layers.yaml\narea: {{crs: EPSG:3035}}\n"
                   "candidates: {layer: sites, id: id}\ncriteria:\n")
        for k, attribute in enumerate(attributes):
            file.write(f"  - {{id: {attribute}, measure: {{type: attribute, field: {attribute}}}, "
                       f"{criterion}, weight: {k + 1}}}\n")
        file.write(extra + "\n")
    return path, table


def beside(gigasite, folder, reps, base, full):
    """Runs of both in turn: the times of what the second does besides."""
    command = [gigasite, "run", "-q", "--no-cache", "--threads", "2", "-o", os.path.join(folder, "decision.gpkg")]
    without, within = Series(), Series()
    for _ in range(reps):
        without.runs.append(Run(command + [base], name="without"))
        within.runs.append(Run(command + [full], name="with"))
    return without, within


def numpy_smaa(table):
    """10,000 draws: one product, a sort of each draw, full counts. Wall seconds and shares of first places."""
    import numpy
    values = numpy.loadtxt(table, delimiter=",", skiprows=1, usecols=range(4, 4 + CRITERIA))
    given = numpy.arange(1, CRITERIA + 1) / sum(range(1, CRITERIA + 1))
    start = time.perf_counter()
    generator = numpy.random.default_rng(1)
    counts = numpy.zeros((SITES, SITES), dtype=numpy.uint32)
    sites = numpy.arange(SITES)
    for first in range(0, DRAWS, 500):
        weights = given * (1 + 0.3 * (2 * generator.random((500, CRITERIA)) - 1))
        weights /= weights.sum(axis=1, keepdims=True)
        scores = weights @ values.T
        order = numpy.argsort(-scores, axis=1)
        ranks = numpy.empty_like(order)
        numpy.put_along_axis(ranks, order, sites[None, :].repeat(500, axis=0), axis=1)
        for row_of in ranks:
            counts[sites, row_of] += 1
    return time.perf_counter() - start, counts[:, 0] / DRAWS


def smaa(gigasite, folder, reps):
    worth = "value: {type: linear, worst: 0, best: 1}"
    base, table = write_study(folder, "plain", SITES, CRITERIA, "", worth)
    full, _ = write_study(folder, "smaa", SITES, CRITERIA,
                          f"robustness: {{draws: {DRAWS}, weights: {{spread: 30 %}}}}", worth)
    without, within = beside(gigasite, folder, reps, base, full)
    peers = [numpy_smaa(table) for _ in range(reps)]
    peer = sorted(seconds for seconds, _ in peers)[reps // 2]
    say(f"\n## SMAA-2: {DRAWS:,} draws, {SITES:,} sites, {CRITERIA} criteria, all ranks counted\n")
    head()
    row("whole run without it", without)
    row("whole run with it", within)
    own = within.wall - without.wall
    say(f"| SMAA-2 alone | {own:.2f} | | {within.cpu - without.cpu:.2f} | | 1 |")
    say(f"| NumPy, a sort a draw | {peer:.2f} | | | | {peer / own:.1f} |")
    base_file = sqlite3.connect(os.path.join(folder, "decision.gpkg"))
    worst = 0
    for site, share in base_file.execute("SELECT candidate_id, p_first FROM ranking WHERE rank <= 20"):
        expected = peers[0][1][int(site[1:])]
        worst = max(worst, abs(share - expected) / math.sqrt((expected * (1 - expected) + 1e-3) * 2 / DRAWS))
    base_file.close()
    say(f"\nShares of first places differ by at most {worst:.1f} standard errors.")
    return worst < 5


def promethee(gigasite, folder, reps):
    worth = "better: higher, preference: {type: linear, indifference: 0.05, preference: 0.4}"
    base, _ = write_study(folder, "sum", 100_000, 10, "", worth.split(", preference")[0])
    full, _ = write_study(folder, "promethee", 100_000, 10, "decision: {method: promethee2}", worth)
    without, within = beside(gigasite, folder, reps, base, full)
    say("\n## promethee2, linear preference: 100,000 sites, 10 criteria\n")
    head()
    row("whole run, weighted sum", without)
    row("whole run, promethee2", within, f"{within.wall / without.wall:.2f}")
    return True


def portfolio(gigasite, folder, reps):
    worth = "value: {type: linear, worst: 0, best: 1}"
    base, _ = write_study(folder, "few", 2_000, CRITERIA, "", worth)
    full, _ = write_study(folder, "set", 2_000, CRITERIA,
                          "portfolio: {count: 4, spacing: 300 km, at_most: {country: 1}, headroom: {layer: sites, "
                          "field: a0, radius: 30 km, demand: 0.5}}", worth)
    without, within = beside(gigasite, folder, reps, base, full)
    say("\n## Portfolio: 4 of 2,000 sites, spacing, quota, shared headroom, 10 runners-up\n")
    head()
    row("whole run without it", without)
    row("whole run with it", within, f"{within.wall / without.wall:.2f}")
    return True


def bench(gigasite, folder, reps):
    os.makedirs(folder, exist_ok=True)
    good = smaa(gigasite, folder, reps)
    good &= promethee(gigasite, folder, reps)
    return portfolio(gigasite, folder, reps) and good
