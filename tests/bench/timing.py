# SPDX-License-Identifier: Apache-2.0
"""Runs of one process each, their medians, and rows of a Markdown table.

Every run is also appended to runs.csv in the work folder as soon as it is over, so that a bench that
is stopped loses nothing.
"""
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HEAD = "| | seconds | from-to | CPU s | peak MiB | {} |\n|---|---|---|---|---|---|"
log_path = None  # set by bench.py


class Run:
    """What one process took.

    A small program between Python and the process, time(1), tells its peak: a child's own starts
    with what Python holds when it forks."""

    def __init__(self, command, output=None, environment=None, name=None, messages=None):
        environment = dict(environment or os.environ, SOURCE_DATE_EPOCH="1767225600", LC_ALL="C")
        os.sync()  # what one wrote is not flushed while the next one runs
        with tempfile.NamedTemporaryFile("r") as usage:
            start = time.perf_counter()
            with open(output or os.devnull, "wb") as file, open(messages or os.devnull, "ab") as told:
                status = subprocess.call(["time", "-q", "-o", usage.name, "-f", "%U %S %M", *command],
                                         stdout=file, stderr=told if messages else None,
                                         env=environment)
            self.wall = time.perf_counter() - start
            if status:
                sys.exit(f"failed with status {status}: {' '.join(command)}"
                         + (f"; see {messages}" if messages else ""))
            user, system, kib = usage.read().split()
        self.cpu = float(user) + float(system)
        self.mib = int(kib) / 1024
        if log_path:
            with open(log_path, "a", encoding="utf-8", newline="") as file:
                csv.writer(file).writerow([name or os.path.basename(command[0]), f"{self.wall:.3f}",
                                           f"{self.cpu:.3f}", f"{self.mib:.0f}"])


class Series:
    """The medians of several runs."""

    def __init__(self, *runs):
        self.runs = list(runs)

    def _median(self, name):
        return statistics.median(getattr(run, name) for run in self.runs)

    wall = property(lambda self: self._median("wall"))
    cpu = property(lambda self: self._median("cpu"))
    mib = property(lambda self: max(run.mib for run in self.runs))

    def __str__(self):
        low, high = min(r.wall for r in self.runs), max(r.wall for r in self.runs)
        return f"{self.wall:.2f} | {low:.2f}-{high:.2f} | {self.cpu:.2f} | {self.mib:.0f}"


def interleaved(commands, reps):
    """Runs all commands in turn, `reps` times over, so that a disturbance falls on all of them."""
    series = {name: Series() for name in commands}
    for _ in range(reps):
        for name, command in commands.items():
            series[name].runs.append(Run(command, name=str(name)))
    return series


def copy_data(folder, copy):
    """Made anew at `copy`, for layers to be changed there; rasters stay where they are."""
    shutil.rmtree(copy, ignore_errors=True)
    os.makedirs(copy)
    for name in os.listdir(folder):
        if name != "bench.gpkg":
            os.symlink(os.path.join(folder, name), os.path.join(copy, name))
    shutil.copy(os.path.join(folder, "bench.gpkg"), copy)
    return copy


def change_layers(data, sql):
    subprocess.run(["ogrinfo", "-q", os.path.join(data, "bench.gpkg"), "-sql", sql], check=True,
                   stdout=subprocess.DEVNULL)


def warm(*folders):
    """Into the page cache: what a disk does is not measured."""
    for folder in folders:
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    while file.read(1 << 24):
                        pass


def say(text=""):
    print(text, flush=True)


def head(last="times as long"):
    say(HEAD.format(last))


def row(name, series, last=""):
    say(f"| {name} | {series} | {last} |")
