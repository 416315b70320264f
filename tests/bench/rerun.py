# SPDX-License-Identifier: Apache-2.0
"""Times `gigasite run` with a cache: the first run, one with nothing changed, one after each layer
changed, beside runs without a cache, whose results they must equal."""
import filecmp
import os
import shutil

from timing import Run, Series, change_layers, copy_data

LAYERS = ["substations", "lines", "rivers", "protected", "fibre"]


def bench(options, folder, n_sites):
    print(f"\n## Running again, {n_sites:,} candidates\n")
    data = copy_data(folder, os.path.join(options.work, "rerun-data"))
    cache = os.path.join(options.work, "rerun-cache")
    shutil.rmtree(cache, ignore_errors=True)
    run, other = (os.path.join(options.work, name, "rerun.gpkg") for name in ("kept", "anew"))
    for path in (run, other):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    study = os.path.join(data, "bench.yaml")
    without = [options.gigasite, "run", study, "-q", "--no-cache", "-o", other]
    keeping = [options.gigasite, "run", study, "-q", "--cache", cache, "-o", run]
    series = {name: Series() for name in ("without a cache", "nothing changed", "one layer changed")}
    first, good = Series(Run(keeping)), True
    for i in range(max(options.reps, len(LAYERS))):
        series["nothing changed"].runs.append(Run(keeping))
        layer = LAYERS[i % len(LAYERS)]
        change_layers(data, f"DELETE FROM {layer} WHERE fid = {i + 1}")
        series["one layer changed"].runs.append(Run(keeping))
        series["without a cache"].runs.append(Run(without))
        good &= filecmp.cmp(run, other, shallow=False)
    whole = series["without a cache"].wall
    print("| | seconds | from-to | CPU s | peak MiB | of a whole run |\n|---|---|---|---|---|---|")
    print(f"| the first run | {first} | {first.wall / whole:.0%} |")
    for name, one in series.items():
        print(f"| {name} | {one} | {one.wall / whole:.0%} |")
    print("\nAim: at most 10 % with nothing changed, 30 % with one layer of eight changed. The results are "
          f"{'the same bytes as' if good else '**others than**'} those without a cache.")
    return good
