# SPDX-License-Identifier: Apache-2.0
"""Times `gigasite compare` on two runs of the made-up study that differ in a layer, weights, a value
function and a constraint, and checks that what it tells adds up."""
import json
import os
import sqlite3

from timing import Run, Series, change_layers, copy_data

LIMIT_S = 2
CHANGES = ["criteria.headroom.weight=25", "criteria.river_distance.value.worst=15 km",
           "constraints.grid_reach.require.max=35 km"]


def changed_copy(folder, work):
    """The data with some substations gone and all others with more headroom."""
    copy = copy_data(folder, os.path.join(work, "compare-data"))
    change_layers(copy, "DELETE FROM substations WHERE fid % 10 = 0")
    return copy


def adds_up(path):
    """Every change is the sum of its criteria and of its causes."""
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    good, n = len(told["causes"]) >= 3, 0
    for site in told["sites"]:
        if site["score_change"] is None:
            continue
        n += 1
        for key in ("by_criterion", "by_cause"):
            good &= abs(sum(site[key].values()) - site["score_change"]) < 1e-9
    return good and n > 0, n, len(told["causes"])


def bench(options, folder, n_sites):
    print(f"\n## Comparing two runs of {n_sites:,} sites\n")
    runs = [os.path.join(options.work, name) for name in ("compare-old.gpkg", "compare-new.gpkg")]
    copy = changed_copy(folder, options.work)
    settings = [word for change in CHANGES for word in ("--set", change)]
    for data, run, more in ((folder, runs[0], []), (copy, runs[1], settings)):
        Run([options.gigasite, "run", os.path.join(data, "bench.yaml"), "-q", "--no-cache", "-o", run, *more])
    changes, told = (os.path.join(options.work, name) for name in ("changes.gpkg", "changes.json"))
    compare = [options.gigasite, "compare", *runs, "-q"]
    ways = {"and layer `changes` written": (compare + ["-o", changes], None),
            "and all sites as JSON": (compare + ["--format", "json"], told)}
    series = {name: Series() for name in ways}
    for _ in range(options.reps):
        for name, (command, output) in ways.items():
            series[name].runs.append(Run(command, output))
    good, n_split, n_causes = adds_up(told)
    with sqlite3.connect(changes) as result:
        n_written = result.execute("SELECT count(*) FROM changes").fetchone()[0]
    good &= n_written == n_sites
    print("| | seconds | from-to | CPU s | peak MiB |\n|---|---|---|---|---|")
    for name, one in series.items():
        print(f"| `gigasite compare`, {n_causes} causes, {name} | {one} |")
    print(f"\nAim: below {LIMIT_S} s. The changes of {n_split:,} sites "
          f"{'add up' if good else '**do not add up**'}, over criteria and over causes.")
    return good
