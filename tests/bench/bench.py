#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Times `gigasite run` on a made-up study against reading its inputs, and against SpatiaLite.

Prints a Markdown report on standard output. scripts/bench builds what is needed and calls this.
Exit status 1 when numbers disagree (threads against each other, SpatiaLite against gigasite); how
long anything takes decides nothing.
"""
import argparse
import csv
import filecmp
import hashlib
import math
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

import compare as comparing
import decision
import report
import rerun as rerunning
import surface
import timing
from timing import Run, Series, interleaved, warm

HERE = os.path.dirname(os.path.abspath(__file__))
RASTERS = ["height.tif", "wind.tif", "landcover.tif", "solar.tif"]
EVERY = 10  # SpatiaLite measures every tenth candidate

# What SpatiaLite measures, in the order of spatialite.sql, and how near the numbers must be.
# Distances are exact in both. SpatiaLite's buffer is a polygon of 120 corners in the circle: it has
# 1 - 4.6e-4 of the circle's area, so a share of it differs by at most that, and lines in it are
# shorter.
COLUMNS = {
    "substation_distance": 1e-6, "river_distance": 1e-6, "fibre_distance": 1e-6,
    "clear_of_protected": 1e-6, "headroom": 0, "feed_in": 1e-6, "carriers": 0,
    "line_length": "inside", "protected_share": 5e-4,
}


def plural(threads):
    return f"{threads} thread{'s' * (threads > 1)}"


def pair(command, reps):
    """How long two of a kind take side by side: what a second processor is worth just now."""
    walls = []
    for _ in range(reps):
        start = time.perf_counter()
        both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
        for process in both:
            process.wait()
        walls.append(time.perf_counter() - start)
    return statistics.median(walls)


def make_data(folder, points, polygons, size, wind=True):
    """Makes the data unless it is there, from these programs and of this size."""
    files = ["make_bench.py", "chance.py", "catalogue.yaml", "bench.yaml"]
    digest = hashlib.sha256(f"{points} {polygons} {size} {wind}".encode())
    for name in files:
        with open(os.path.join(HERE, name), "rb") as file:
            digest.update(file.read())
    stamp = os.path.join(folder, "made-from")
    if os.path.exists(stamp) and open(stamp, encoding="ascii").read() == digest.hexdigest():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    print(f"making {folder}", file=sys.stderr)
    subprocess.run([sys.executable, os.path.join(HERE, files[0]), folder, f"--points={points}",
                    f"--polygons={polygons}", f"--size={size}", *[[], ["--no-wind"]][not wind]],
                   check=True)
    with open(stamp, "w", encoding="ascii") as file:
        file.write(digest.hexdigest())
    return folder


def inputs(folder, rasters=True):
    return [os.path.join(folder, name) for name in ["bench.gpkg"] + (RASTERS if rasters else [])]


def gigasite(options, study, output, threads, *more):
    return [options.gigasite, "run", study, "--no-cache", "-o", output, "--threads", str(threads), "-q", *more]


def check_same(outputs):
    """The same bytes, whatever the number of threads."""
    for other in outputs[1:]:
        if not filecmp.cmp(outputs[0], other, shallow=False):
            print(f"\n**{outputs[0]} and {other} differ.**")
            return False
    print("\nThe results of all thread counts are the same bytes.")
    return True


def whole_run(options, folder):
    print("\n## The whole run against merely reading its inputs\n")
    study, names = os.path.join(folder, "bench.yaml"), [1, 2]
    # one name: the embedded project holds it
    outputs = [os.path.join(options.work, f"threads-{n}", "run.gpkg") for n in names]
    for output in outputs:
        os.makedirs(os.path.dirname(output), exist_ok=True)
    commands = {"read": [options.read, *inputs(folder)]}
    for n, output in zip(names, outputs):
        commands[n] = gigasite(options, study, output, n)
    warm(folder)
    series = interleaved(commands, options.reps)
    read = series["read"]
    print("| | seconds | from-to | CPU s | peak MiB | times reading | in CPU time |\n"
          "|---|---|---|---|---|---|---|")
    print(f"| GDAL reads all inputs once | {read} | 1 | 1 |")
    for n in names:
        s = series[n]
        print(f"| `gigasite run`, {plural(n)} | {s} | {s.wall / read.wall:.2f} | "
              f"{s.cpu / read.cpu:.2f} |")
    print("\nAim: at most 3 times reading, below 500 MiB. Two readings at once take "
          f"{pair(commands['read'], options.reps) / read.wall:.2f} times as long as one (1: the "
          "second processor is free; 2: it is taken, and threads gain nothing).")
    return check_same(outputs)


def growth(options, folder, n_all):
    """One data set, of which `where` takes about a hundredth, a tenth, all."""
    print(f"\n## Growth to {n_all:,} candidates\n")
    study = os.path.join(folder, "bench.yaml")
    parts = {"%77": 0, "%7": 0, "%": 0}
    outputs = {part: os.path.join(options.work, f"growth-{at}.gpkg") for at, part in enumerate(parts)}
    commands = {part: gigasite(options, study, outputs[part], options.threads, "--set",
                               f"candidates.where=code LIKE '{part}'") for part in parts}
    warm(folder)
    series = interleaved(commands, options.reps)
    for part, output in outputs.items():
        with sqlite3.connect(output) as result:
            parts[part] = result.execute("SELECT count(*) FROM ranking").fetchone()[0]
    print("| candidates | seconds | from-to | CPU s | peak MiB | ms a candidate | ms one more |\n"
          "|---|---|---|---|---|---|---|")
    before, marginal = None, []
    for part, n in parts.items():
        s = series[part]
        step = ""
        if before:
            marginal.append((s.cpu - before[1]) / (n - before[0]) * 1000)
            step = f"{marginal[-1]:.3f}"
        print(f"| {n:,} | {s} | {s.cpu / n * 1000:.3f} | {step} |")
        before = n, s.cpu
    print(f"\n{plural(options.threads)}; ms are of CPU time. From {list(parts.values())[1]:,} to "
          f"{n_all:,} a candidate more costs {marginal[1] / marginal[0]:.2f} times what it costs "
          "below.")


def make_spatialite(folder):
    path = os.path.join(folder, "bench.sqlite")
    if not os.path.exists(path):
        print(f"making {path}", file=sys.stderr)
        subprocess.run(["ogr2ogr", "-f", "SQLite", "-dsco", "SPATIALITE=YES", "-gt", "unlimited",
                        "-lco", "GEOMETRY_NAME=geom", path, inputs(folder)[0]], check=True)
    return path


def read_answers(path):
    """Seconds a measure, and the numbers by candidate."""
    seconds, rows, name = {}, {}, None
    with open(path, encoding="utf-8") as file:
        for text in file:
            if text.startswith("measure "):
                name = text.split()[1]
            elif text.startswith("Run Time: real ") and name:
                seconds[name] = float(text.split()[3])
            elif text.strip() == "results":
                break
        for row in csv.reader(file):
            rows[row[0]] = [float(cell) if cell else math.nan for cell in row[1:]]
    return seconds, rows


def compare(rows, result_path):
    """gigasite's numbers against SpatiaLite's. Says what differs; true when nothing does."""
    names = list(COLUMNS)
    with sqlite3.connect(result_path) as result:
        known = [row[1] for row in result.execute("PRAGMA table_info(ranking)")]
        shown = [name for name in names if name in known]
        cells = ", ".join(f'"{name}"' for name in shown)
        ours = {row[0]: dict(zip(shown, row[1:])) for row in
                result.execute(f"SELECT candidate_id, {cells} FROM ranking")}
    good = len(rows) > 0
    print("\n| measure | sites | largest difference | allowed | wrong |\n|---|---|---|---|---|")
    for at, name in enumerate(names):
        if name not in shown:
            if name == "clear_of_protected":  # a constraint: what it measured is not in `ranking`
                continue
            sys.exit(f"{result_path}: table `ranking` has no column `{name}`")
        tolerance, wrong, largest, totals = COLUMNS[name], 0, 0.0, [0.0, 0.0]
        for code, row in rows.items():
            a = ours.get(code, {}).get(name)
            a, b = math.nan if a is None else float(a), row[at]
            if math.isnan(a) or math.isnan(b):
                wrong += math.isnan(a) != math.isnan(b)
                continue
            totals = [totals[0] + a, totals[1] + b]
            largest = max(largest, abs(a - b))
            if tolerance == "inside":  # for discs: never longer in the polygon than in the circle
                wrong += code.startswith("P") and b > a + 1e-6
            else:
                wrong += abs(a - b) > tolerance
        allowed = tolerance
        if tolerance == "inside":
            allowed = "0.1 % of the total, not longer"
            wrong += abs(totals[0] - totals[1]) > 1e-3 * totals[0]
        print(f"| {name} | {len(rows)} | {largest:.3g} | {allowed} | {wrong} |")
        good &= wrong == 0
    return good


def beside_spatialite(options, folder, n_sites):
    print("\n## Beside SpatiaLite, with spatial indexes\n")
    database, answers = make_spatialite(folder), os.path.join(options.work, "spatialite.txt")
    study, output = os.path.join(folder, "vector.yaml"), os.path.join(options.work, "vector.gpkg")
    warm(folder)
    script = os.path.join(HERE, "spatialite.sql")
    peer, ours = Series(), {n: Series() for n in (1, 2)}
    for _ in range(options.reps):
        sqlite = f'sqlite3 -cmd ".parameter set @every {EVERY}" "$1" <"$2"'
        peer.runs.append(Run(["sh", "-c", sqlite, "sh", database, script], answers))
        for n, one in ours.items():
            one.runs.append(Run(gigasite(options, study, output, n)))
    seconds, rows = read_answers(answers)
    if len(rows) != n_sites // EVERY:
        sys.exit(f"SpatiaLite measured {len(rows)} sites, not {n_sites // EVERY}; see {answers}")
    scaled = peer.wall * n_sites / len(rows)
    print("The 8 vector criteria and the constraint on protected land.\n\n| | seconds | from-to | "
          f"CPU s | peak MiB | for {n_sites:,} sites | ratio |\n|---|---|---|---|---|---|---|")
    for n, one in ours.items():
        print(f"| `gigasite run`, {plural(n)}, {n_sites:,} sites, read, ranked and written | {one} "
              f"| {one.wall:.2f} s | 1 |")
    ratios = ", ".join(f"{scaled / one.wall:.1f} ({plural(n)})" for n, one in ours.items())
    print(f"| SpatiaLite, {len(rows):,} sites, measured only | {peer} | {scaled:.1f} s, scaled | "
          f"{ratios} |")
    print("\nLoading SpatiaLite's database and building its indexes is not counted. Its last run: "
          + ", ".join(f"{name} {s:.2f} s" for name, s in seconds.items()) + ".")
    return compare(rows, output)


def machine():
    model = platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for text in file:
            if text.startswith("model name"):
                model = text.split(":", 1)[1].strip()
                break
    gdal = subprocess.run(["gdalinfo", "--version"], capture_output=True, text=True, check=True)
    return (f"{os.cpu_count()} cores ({model}), {gdal.stdout.strip()}, "
            f"load {os.getloadavg()[0]:.1f} at the start")


# What may be asked for, in the order in which it is done.
SURFACE = ["surface-" + name for name in surface.PARTS]
PARTS = ["run", "spatialite", *SURFACE, "decision", "compare", "rerun", "report", "growth", "surface-growth"]


def part_names(text):
    """A list such as run,surface-cost; `surface` stands for all its parts but growth."""
    names = []
    for name in text.split(","):
        if name not in PARTS and name != "surface":
            raise argparse.ArgumentTypeError(f"there is no part {name}; there are {', '.join(PARTS)}")
        names += SURFACE if name == "surface" else [name]
    return names


def parse_options():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    counts = {"surface": (10_000, "CELLS", "side of the surface"),
              "large": (30_000, "CELLS", "side of the surface it grows to"),
              "reps": (3, "N", "runs of each; their medians are told"),
              "peer-reps": (1, "N", "runs of GRASS, which takes minutes"),
              "points": (20_000, "N", "point candidates"),
              "polygons": (1_000, "N", "polygon candidates"),
              "size": (5_000, "CELLS", "side of the rasters"),
              "threads": (os.cpu_count(), "N", "of the runs of growth")}
    for name, (number, unit, text) in counts.items():
        parser.add_argument(f"--{name}", type=int, default=number, metavar=unit, help=text)
    parser.add_argument("--only", type=part_names, metavar="PART,…",
                        default=[name for name in PARTS if name != "surface-growth"],
                        help="these parts: run, spatialite, growth, decision, compare, rerun, report, surface (all of the following), "
                        + ", ".join(SURFACE) + "; only when asked for: surface-growth (about 10 GB)")
    hidden = {"work": "build/bench", "gigasite": "build/release/gigasite",
              "read": "build/release/tests/bench/gs_bench_read"}
    for name, path in hidden.items():
        parser.add_argument(f"--{name}", default=path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = parse_options()
    sys.stdout.reconfigure(line_buffering=True)  # what is known is told, should the rest be stopped
    n_sites, only = options.points + options.polygons, options.only
    os.makedirs(options.work, exist_ok=True)
    options.work = os.path.abspath(options.work)
    timing.log_path = os.path.join(options.work, "runs.csv")
    good = True
    print(f"# gigasite\n\n{machine()}; medians of {options.reps} runs, of GRASS {options.peer_reps}; "
          "inputs in the page cache.")
    if {"run", "spatialite", "compare", "rerun"} & set(only):
        print(f"\n{n_sites:,} candidates, rasters of {options.size:,} × {options.size:,} cells.")
        folder = make_data(os.path.join(options.work, "study"), options.points, options.polygons,
                           options.size)
        good &= "run" not in only or whole_run(options, folder)
        good &= "spatialite" not in only or beside_spatialite(options, folder, n_sites)
        good &= "compare" not in only or comparing.bench(options, folder, n_sites)
        good &= "rerun" not in only or rerunning.bench(options, folder, n_sites)
    parts = [name[len("surface-"):] for name in only if name in SURFACE]
    if parts or "surface-growth" in only:
        folder = make_data(os.path.join(options.work, "surface-data"), 2_000, 100, options.surface,
                           wind=False)
        good &= surface.main(options, folder, parts)
    if "decision" in only:
        good &= decision.bench(os.path.abspath(options.gigasite),
                               os.path.join(options.work, "decision"), options.reps)
    if "report" in only:
        good &= report.bench(os.path.abspath(options.gigasite), os.path.join(options.work, "report"), options.reps)
    if "growth" in only:
        large = make_data(os.path.join(options.work, "study-10"), 10 * options.points,
                          10 * options.polygons, options.size)
        growth(options, large, 10 * n_sites)
    if "surface-growth" in only:
        large = make_data(os.path.join(options.work, "surface-data-large"), 2_000, 100,
                          options.large, wind=False)
        good &= surface.growth(options, folder, large)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
