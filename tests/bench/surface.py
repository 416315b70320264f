#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Times `gigasite run --surface` against GDAL's tools and against GRASS where it is installed.

Called by scripts/bench; prints a Markdown report, each part as soon as it is known. Parts may be run
singly. The main study: distances to five layers, slope, warped solar, land cover, masks, weighted
overlay. Exit status 1 when numbers disagree.
"""
import filecmp
import os
import shutil
import sqlite3

import numpy as np
from osgeo import gdal, ogr

import grass
from surface_study import (LAYERS, RASTERS, SIX, Study, chain, focal, fresh, gdal_steps, gigasite,
                           least_cost, one_distance, ours, polygons, sum_of_six)
from timing import Run, Series, head, row, say, warm

gdal.UseExceptions()
ogr.UseExceptions()
# of classes 1 to 7 of the land cover; no friction elsewhere would be a barrier
FRICTION = [1, 3, 1.5, 2, 1.2, 4, 2.5, 1.1]


# ---- checks


def check_same_bytes(s, options, path):
    good = True
    for threads, more in ((1, []), (7, ["--memory", "700M"])):
        out = s.out(f"same{threads}.gpkg")
        Run(gigasite(options, path, out, threads, *more))
        good &= filecmp.cmp(s.out("chain_suitability.tif"), out.replace(".gpkg", "_suitability.tif"),
                            shallow=False)
    say(f"\nThe same bytes with 1, 2 and 7 threads: {'yes' if good else '**no**'}.")
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
    say(f"\nBeside GDAL's overlay, {m} cells from the border on: {n_mask / n:.5%} of the cells are "
          f"masked differently; values differ by {off.max():.2g} at most, 99.9 % of them by less "
          f"than {np.quantile(off, 0.999):.2g} (gdal_proximity is not exact).")
    return n_mask / n < 0.002


def strips(*paths):
    """Rows of several rasters side by side, as float; what they hold for no data is NaN."""
    files = [gdal.Open(path) for path in paths]
    n_cols, n_rows = files[0].RasterXSize, files[0].RasterYSize
    for y in range(0, n_rows, 512):
        arrays = []
        for file in files:
            band = file.GetRasterBand(1)
            array = band.ReadAsArray(0, y, n_cols, min(512, n_rows - y)).astype(float)
            nodata = band.GetNoDataValue()
            if nodata is not None and not np.isnan(nodata):
                array[array == nodata] = np.nan
            arrays.append(array)
        yield arrays


def check_against(what, mine, theirs, scale, tolerance, allowed):
    """Cells that differ by more than a relative tolerance, or are missing in one only."""
    n = wrong = missing = 0
    largest = 0.0
    for a, b in strips(mine, theirs):
        b *= scale
        both = ~np.isnan(a) & ~np.isnan(b)
        off = np.abs(a - b)[both] / np.maximum(np.abs(b[both]), 1e-30)
        off[b[both] == a[both]] = 0
        n += a.size
        missing += int((np.isnan(a) != np.isnan(b)).sum())
        wrong += int((off > tolerance).sum())
        largest = max(largest, off.max(initial=0))
    good = (wrong + missing) / n <= allowed
    say(f"\n{what}: {wrong / n:.4%} of the cells differ by more than {tolerance:.0e} of their value "
        f"(the largest difference: {largest:.1e}), {missing / n:.4%} are missing in one only"
        f"{'' if good else ': **too many**'}.")
    return good


# ---- parts


def part_chain(options, s):
    path, out = chain(s), s.out("chain.gpkg")
    say(f"\n## The whole chain against GDAL's tools, {s.size}\n")
    mine, single, read = Series(), Series(), Series()
    peers = {name: Series() for name in gdal_steps(s)}
    inputs = [s.path("bench.gpkg")] + [s.path(name) for name in RASTERS.values()]
    for _ in range(options.reps):
        mine.runs += ours(options, path, out, reps=1).runs
        single.runs += ours(options, path, out, threads=1, reps=1).runs
        read.runs.append(Run([options.read, *inputs], name="reading"))
        for name, command in gdal_steps(s).items():
            fresh(command)
            peers[name].runs.append(Run(command, name=f"GDAL: {name}"))
    total = sum(p.wall for p in peers.values())
    floor = read.wall + peers["to COG"].wall
    head("")
    row("`gigasite run --surface`, 2 threads", mine)
    row("the same, 1 thread", single)
    row("GDAL reads the inputs once, 1 thread", read)
    for name, series in peers.items():
        row(f"GDAL: {name}", series)
    say(f"\nGDAL's tools together: {total:.1f} s, **{total / mine.wall:.1f} times** as long (at least "
        f"10, aim 16). Merely decoding the inputs (one thread) and writing the COG (two): "
        f"{floor:.2f} s; ours is {mine.wall / floor:.2f} times that (at most 2, aim 1.3).")
    good = check_values(s)
    good &= check_same_bytes(s, options, path)
    with sqlite3.connect(out) as result:
        n = result.execute("SELECT value FROM run WHERE key = 'surface.suitable'").fetchone()[0]
    say(f"\n{float(n):.1%} of the cells have a score.")
    return good


def no_grass(what):
    if grass.is_there():
        return False
    say(f"\nGRASS is not installed: {what} not compared.")
    return True


def grass_table(g):
    for name, series in g.steps.items():
        row(f"GRASS: {name}", series)


def part_grass(options, s):
    say(f"\n## The whole chain against GRASS, {s.size}\n")
    mine = ours(options, chain(s), s.out("chain.gpkg"))
    head("")
    row("`gigasite run --surface`, 2 threads", mine)
    if no_grass("the chain is"):
        return True
    g = grass.Grass(s.out("grass-chain"))
    for _ in range(options.peer_reps):
        grass.whole_chain(g, s, LAYERS)
    grass_table(g)
    say(f"\nGRASS together: {g.wall():.1f} s, **{g.wall() / mine.wall:.1f} times** as long (at least "
        "30, aim 50).")
    return True


def part_distance(options, s):
    say(f"\n## One exact distance surface, file to file, {s.size}\n")
    steps = gdal_steps(s)
    names = ["rasterize rivers", "proximity rivers"]
    one, peers = Series(), {name: Series() for name in names}
    path, out = one_distance(s), s.out("distance.gpkg")
    for _ in range(options.reps):
        one.runs += ours(options, path, out, reps=1).runs
        for name in names:
            fresh(steps[name])
            peers[name].runs.append(Run(steps[name], name=f"GDAL: {name}"))
    head("")
    row("`gigasite run --surface` (reads features, writes two COGs)", one)
    row("gdal_rasterize", peers[names[0]])
    row("gdal_proximity.py (plain TIFF; not exact)", peers[names[1]])
    both = sum(p.wall for p in peers.values())
    say(f"\ngdal_proximity.py alone: **{peers[names[1]].wall / one.wall:.1f} times** as long (at "
        f"least 5, aim 7); with gdal_rasterize, from the same files: {both / one.wall:.1f} times.")
    return True


def part_focal(options, s):
    say(f"\n## Mean over a disc of 10 cells, file to file, {s.size}\n")
    mean = ours(options, focal(s), s.out("focal.gpkg"))
    head("")
    row("`gigasite run --surface`", mean)
    if no_grass("focal means are"):
        return True
    g = grass.Grass(s.out("grass-focal"))
    for _ in range(options.peer_reps):
        grass.link_height(g, s)
        g.run("r.neighbors", "r.neighbors", "-c", "input=height", "output=mean", "size=21",
              "method=average", "nprocs=2", f"memory={grass.MEMORY}")
        grass.export(g, "mean", s.out("grass_mean.tif"), "write the result")
    grass_table(g)
    say(f"\nr.neighbors alone: {g.wall('r.neighbors') / mean.wall:.1f} times as long; file to file: "
        f"**{g.wall() / mean.wall:.1f} times** (at least 15, aim 30).")
    return True


def make_friction(s):
    """From the land cover: a friction for every cell."""
    path = s.out("friction.tif")
    if os.path.exists(path):
        return
    source = gdal.Open(s.path(RASTERS["landcover"]))
    table = np.ones(256, np.float32)
    table[:len(FRICTION)] = FRICTION
    out = gdal.GetDriverByName("GTiff").Create(
        path, s.cols, s.rows, 1, gdal.GDT_Float32,
        ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=ZSTD", "PREDICTOR=3"])
    out.SetGeoTransform(source.GetGeoTransform())
    out.SetProjection(source.GetProjection())
    for y in range(0, s.rows, 512):
        n = min(512, s.rows - y)
        out.GetRasterBand(1).WriteArray(table[source.ReadAsArray(0, y, s.cols, n)], 0, y)
    out.FlushCache()


def part_cost(options, s):
    say(f"\n## Least cost from 2,000 sources, file to file, {s.size}\n")
    make_friction(s)
    mine = ours(options, least_cost(s), s.out("cost.gpkg"))
    head("")
    row("`gigasite run --surface`", mine)
    if no_grass("least costs are"):
        return True
    g = grass.Grass(s.out("grass-cost"))
    for _ in range(options.peer_reps):
        g.run("link friction", "r.external", "-o", f"input={s.out('friction.tif')}",
              "output=friction")
        g.run("set the region", "g.region", "raster=friction")
        # r.cost takes no point on the eastern or southern border of the region
        west, south, east, north = s.box
        g.run("import substations", "v.in.ogr", f"input={s.path('bench.gpkg')}",
              f"layer={s.layers['substations']}", "output=substations",
              f"spat={west},{south + 0.1},{east - 0.1},{north}")
        g.run("r.cost", "r.cost", "input=friction", "output=cost", "start_points=substations",
              "memory=8000")
        grass.export(g, "cost", s.out("grass_cost.tif"), "write the result")
    grass_table(g)
    say(f"\nr.cost alone: {g.wall('r.cost') / mine.wall:.1f} times as long; file to file: "
        f"**{g.wall() / mine.wall:.1f} times** (at least 20, aim 40).")
    # r.cost counts lengths in cells
    Run(gigasite(options, least_cost(s, "costs", surface={"keep": "measured"}), s.out("costs.gpkg")))
    return check_against("Costs beside r.cost", s.out("costs_cost.tif"), s.out("grass_cost.tif"),
                         s.cell, 1e-5, 1e-4)


def make_six(options, s):
    """What the chain measures, as six rasters of plain floating-point numbers."""
    if all(os.path.exists(s.out(f"six_{name}.tif")) for name in SIX):
        return
    path = chain(s, "six", surface={"keep": "measured", "compression": "none"})
    Run(gigasite(options, path, s.out("six.gpkg")))


def part_sum(options, s):
    say(f"\n## Weighted sum of six rasters, uncompressed files to an uncompressed file, {s.size}\n")
    make_six(options, s)
    letters = dict(zip("ABCDEF", SIX))
    command = ["gdal_calc.py", "--quiet", "--overwrite", "--type=Float32", "--co", "TILED=YES",
               "--co", "BIGTIFF=IF_SAFER", "--outfile", s.out("calc_sum.tif"), "--calc",
               "+".join(f"{SIX[name]}*{letter}" for letter, name in letters.items())]
    for letter, name in letters.items():
        command += [f"-{letter}", s.out(f"six_{name}.tif")]
    path, mine, peer = sum_of_six(s), Series(), Series()
    for name in SIX:
        with open(s.out(f"six_{name}.tif"), "rb") as file:
            while file.read(1 << 24):
                pass
    for _ in range(options.reps):
        mine.runs += ours(options, path, s.out("sum.gpkg"), reps=1).runs
        peer.runs.append(Run(command, name="gdal_calc"))
    head("times as long")
    row("`gigasite run --surface` (values, overviews and the exclusion raster too)", mine)
    row("gdal_calc.py", peer, f"**{peer.wall / mine.wall:.1f}** (at least 3, aim 5)")
    return check_against("Sums beside gdal_calc's", s.out("sum_suitability.tif"),
                         s.out("calc_sum.tif"), 1e-6, 1e-5, 1e-6)


def box_cells(s):
    source = ogr.Open(s.path("bench.gpkg"))
    layer = source.GetLayerByName(s.layers["protected"])
    n = cells = 0
    for feature in layer:
        west, east, south, north = feature.GetGeometryRef().GetEnvelope()
        cells += (east - west) * (north - south) / s.cell ** 2
        n += 1
    return n, cells


def part_polygons(options, s):
    n, cells = box_cells(s)
    say(f"\n## Mean, least, greatest and deviation within {n:,} polygons, exact coverage, raster of "
        f"{s.size}\n\nThe boxes around the polygons hold {cells / 1e6:.0f} million cells.\n")
    command = [options.gigasite, "run", polygons(s), "-q", "--no-cache", "-o", s.out("polygons.gpkg"), "--threads"]
    mine = Series(*(Run([*command, "2"]) for _ in range(options.reps)))
    head("times as long")
    row("`gigasite run` (ranks and writes the polygons too)", mine)
    peer = shutil.which("exactextract")
    if peer:
        exact = Series(*(Run([peer, "-r", f"h:{s.path(RASTERS['height'])}", "-p",
                              f"{s.path('bench.gpkg')}[{s.layers['protected']}]", "-f", "fid", "-o",
                              s.out("exactextract.csv"),
                              *(f"-s={what}(h)" for what in ("mean", "min", "max", "stdev"))])
                         for _ in range(options.reps)))
        row("exactextract", exact, f"**{exact.wall / mine.wall:.1f}** (at least 2, aim 4)")
    elif not grass.is_there():
        say("\nNeither exactextract nor GRASS is installed: polygons are not compared.")
        return True
    if grass.is_there():
        g = grass.Grass(s.out("grass-polygons"))
        for _ in range(options.peer_reps):
            grass.link_height(g, s)
            g.run("import polygons", "v.in.ogr", f"input={s.path('bench.gpkg')}",
                  f"layer={s.layers['protected']}", "output=protected", "snap=1e-3")
            g.run("v.rast.stats (whole cells)", "v.rast.stats", "-c", "map=protected",
                  "raster=height", "column_prefix=h", "method=average,minimum,maximum,stddev")
        grass_table(g)
        say(f"\nv.rast.stats alone, which counts whole cells and each once: "
            f"{g.wall('v.rast.stats (whole cells)') / mine.wall:.1f} times as long; file to file "
            f"{g.wall() / mine.wall:.1f} times.")
    if not peer:
        say("\nexactextract, the peer to beat, is not installed (Debian has no package of it): put "
            "it on the PATH to compare with it.")
    return True


def part_growth(options, s, large):
    """Both within 1 GiB."""
    say(f"\n## Growth from {s.size} to {large.size}\n\nBoth with `--memory 1G`.\n")
    per_cell = []
    head("ns a cell")
    for one in (s, large):
        warm(one.folder)
        series = ours(options, chain(one), one.out("growth.gpkg"), "--memory", "1G")
        per_cell.append(series.wall / (one.cols * one.rows) * 1e9)
        row(one.size, series, f"{per_cell[-1]:.1f}")
    say(f"\nA cell of the larger takes **{per_cell[1] / per_cell[0]:.2f} times** as long (at most "
        "1.15); the peak is to stay below 1,024 MiB.")
    return True


PARTS = {"chain": part_chain, "grass": part_grass, "distance": part_distance, "focal": part_focal,
         "cost": part_cost, "sum": part_sum, "polygons": part_polygons}


def main(options, folder, wanted):
    """`wanted`: names of parts."""
    s = Study(folder, os.path.join(options.work, "surface"))
    os.environ["GDAL_NUM_THREADS"] = "2"
    os.environ.setdefault("GDAL_CACHEMAX", "2048")
    good = True
    for name in wanted:
        warm(folder)
        good &= PARTS[name](options, s)
    return good


def growth(options, folder, large):
    return part_growth(options, Study(folder, os.path.join(options.work, "surface")),
                       Study(large, os.path.join(options.work, "surface-large")))
