# SPDX-License-Identifier: Apache-2.0
"""Times the report of 5,000 sites × 12 criteria: written by the program, opened and re-ranked in Chromium."""
import json
import os
import statistics
import subprocess
import sys

from decision import CRITERIA, SITES, write_study
from timing import HEAD, Run, Series

HERE = os.path.dirname(os.path.abspath(__file__))
MEBIBYTE = 1 << 20


def in_browser(page, reps):
    """Milliseconds to open it, and of each step of a slider; None without a browser."""
    script = os.path.join(HERE, "..", "browser", "time.mjs")
    done = subprocess.run(["node", script, page, str(reps)], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        print(f"\nNot opened: {done.stdout.strip()}.")
        return None
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return json.loads(done.stdout)


def bench(gigasite, folder, reps):
    print(f"\n## The report of {SITES:,} sites × {CRITERIA} criteria\n")
    os.makedirs(folder, exist_ok=True)
    study, _ = write_study(folder, "report", SITES, CRITERIA,
                           "robustness: {draws: 1000, seed: 1, weights: {spread: 30 %}}",
                           "value: {type: linear, worst: 0, best: 1}")
    run, page = os.path.join(folder, "report.gpkg"), os.path.join(folder, "report.html")
    Run([gigasite, "run", "-q", "--no-cache", "-o", run, study])
    written = Series(*(Run([gigasite, "report", "-q", run], name="report") for _ in range(reps)))
    size = os.path.getsize(page)
    print(HEAD.format("aim") + f"\n| `gigasite report` | {written} | below 1 s |")
    print(f"\nThe page has {size / MEBIBYTE:.2f} MiB; aim: below 6 MB.")
    told = in_browser(page, reps)
    if told:
        print(f"Chromium opens it in {statistics.median(told['open']) / 1000:.2f} s "
              f"({min(told['open']) / 1000:.2f} to {max(told['open']) / 1000:.2f}); aim: below 2 s.")
        print(f"A step of a slider ranks anew and updates table and map in {statistics.median(told['steps']):.0f} ms, "
              f"at most {max(told['steps']):.0f} ms of {len(told['steps'])} steps; aim: at most 30 ms.")
    return size < 6e6
