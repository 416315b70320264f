#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Crashes and failing calls: faults.py quick|long SHIM [SHIM_OF_MALLOC], with the program in $GIGASITE.

Whatever happens to `run`, `compare`, `report`, `layers fetch` and the cache: the output is the old file or the complete new one,
byte for byte; the exit status is 0 with a new file, else 1 (2 where the command asks for more than there
is) with an error that is told; the next run leaves no file but its output. What needs root or mount is
left out without it."""
import atexit
import errno
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
PROGRAM = os.environ["GIGASITE"]
FAULTS = []
TRIED = {}


def has_asan():
    return b"libasan" in Path(PROGRAM).read_bytes()


class Work:
    """One command with an old output, and what its new output is."""

    def __init__(self, folder, name, arguments, outputs, scratch=()):
        """`scratch`: files and folders that are gone when it begins."""
        self.folder, self.name, self.arguments, self.outputs = folder, name, arguments, outputs
        self.scratch = [folder / one for one in scratch]
        self.old = {o: (folder / o).read_bytes() if (folder / o).exists() else None for o in outputs}
        began = time.monotonic()
        process = self.start()
        done = process.communicate()
        self.seconds = time.monotonic() - began
        if process.returncode:
            sys.exit(f"{name}: exit status {process.returncode}\n{done[1]}")
        self.new = {o: (folder / o).read_bytes() for o in outputs}
        if self.old == self.new:
            sys.exit(f"{name}: the new output is the old one\n{done[1]}")
        self.reset()

    def start(self, environment=None, limit=None):
        return subprocess.Popen([PROGRAM, *self.arguments], cwd=self.folder, text=True,
                                env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000"} | (environment or {}),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limit)

    def reset(self):
        for path in self.scratch:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        for output, data in self.old.items():
            if data is None:
                (self.folder / output).unlink(missing_ok=True)
            else:
                (self.folder / output).write_bytes(data)

    def leftovers(self):
        return [p.name for p in self.folder.iterdir() if ".tmp-" in p.name or ".gigasite-" in p.name
                or p.name.endswith(("-journal", "-wal", "-shm"))]

    def check(self, what, status=None, messages="", leftovers=False, statuses=(1,), all_or_none=False):
        """The outputs, and the exit status unless the program was killed."""
        TRIED[what.split(" ")[0]] = TRIED.get(what.split(" ")[0], 0) + 1
        what = f"{self.name}: {what}"
        fresh = []
        for output in self.outputs:
            path = self.folder / output
            data = path.read_bytes() if path.exists() else None
            fresh.append(data == self.new[output])
            if data not in (self.old[output], self.new[output]):
                FAULTS.append(f"{what}: {output} is neither the old nor the new file")
            elif data and output.endswith(".gpkg"):
                base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
                if base.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                    FAULTS.append(f"{what}: {output} is damaged")
                base.close()
        if re.search("Sanitizer|runtime error:", messages):
            FAULTS.append(f"{what}: a sanitizer complains\n{messages}")
        elif status == 0 and not all(fresh):
            FAULTS.append(f"{what}: exit status 0 without a new output\n{messages}")
        elif status not in (None, 0, *statuses):
            FAULTS.append(f"{what}: exit status {status}\n{messages}")
        elif status not in (None, 0) and "error:" not in messages:
            FAULTS.append(f"{what}: fails without an error\n{messages}")
        if all_or_none and len(set(fresh)) > 1:
            FAULTS.append(f"{what}: some outputs are old, some new")
        if not leftovers and self.leftovers():
            FAULTS.append(f"{what}: leaves {self.leftovers()}")
            for name in self.leftovers():
                (self.folder / name).unlink()


def fetching(folder):
    """Layers that the publisher has renewed since they were fetched."""
    shop = folder / "www/good.test"
    shop.mkdir(parents=True)
    (folder / "shelf.yaml").write_text("""gigasite: 1
layers:
  stations: {source: data/stations.geojson, fetch: {url: "http://good.test/stations.geojson"}}
  wind: {source: data/wind.tif, crs: EPSG:3035, fetch: {url: "http://good.test/wind.asc"}}
""", encoding="utf-8")
    for name in ("stations.geojson", "wind.asc"):
        shutil.copy(folder / name, shop)
    server = subprocess.Popen([sys.executable, SOURCE / "tests/support/server.py", "www"], cwd=folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    atexit.register(server.kill)
    arguments = ["layers", "fetch", "shelf.yaml", "--mirror", server.stdout.readline().strip()]
    subprocess.run([PROGRAM, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env=os.environ | {"SOURCE_DATE_EPOCH": "1600000000"})
    stations = (shop / "stations.geojson").read_text(encoding="utf-8")
    (shop / "stations.geojson").write_text(stations.replace("300", "310"), encoding="utf-8")
    head, cells = (shop / "wind.asc").read_text(encoding="utf-8").rstrip().rsplit(" ", 1)
    (shop / "wind.asc").write_text(f"{head} {float(cells) + 1}\n", encoding="utf-8")
    outputs = [f"data/{name}{end}" for name in ("stations.geojson", "wind.tif") for end in ("", ".fetched.json")]
    return Work(folder, "fetch", arguments, outputs, [f"data/{name}.part" for name in ("stations.geojson", "wind.tif")])


def make_works(folder, long):
    shutil.copytree(SOURCE / "tests/cli/shared", folder, dirs_exist_ok=True)
    study = folder / "study.yaml"
    study.write_text(study.read_text(encoding="utf-8").replace(
        "  crs: EPSG:3035\n", "  crs: EPSG:3035\n  resolution: 500 m\n"), encoding="utf-8")
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}
    for name, more in (("run", ["--surface"]), ("a", []), ("b", ["--set", "criteria.wind.weight=90"])):
        subprocess.run([PROGRAM, "run", "-q", "--no-cache", "study.yaml", "-o", f"{name}.gpkg", *more], cwd=folder,
                       check=True, env=environment, stdout=subprocess.DEVNULL)
    for old in ("changes.gpkg",):
        subprocess.run([PROGRAM, "compare", "a.gpkg", "a.gpkg", "-q", "-o", old], cwd=folder, check=True,
                       env=environment, stdout=subprocess.DEVNULL)
    (folder / "page.html").write_text("<!DOCTYPE html>old", encoding="utf-8")
    setting = ["--set", "criteria.wind.weight=70", "--threads", "2"]
    works = [
        Work(folder, "run", ["run", "study.yaml", "-q", "--no-cache", "-o", "a.gpkg", *setting], ["a.gpkg"]),
        Work(folder, "compare", ["compare", "a.gpkg", "b.gpkg", "-q", "-o", "changes.gpkg"], ["changes.gpkg"]),
        Work(folder, "report", ["report", "b.gpkg", "-o", "page.html"], ["page.html"]),
    ]
    if long:
        works.append(Work(folder, "cached", ["run", "study.yaml", "-q", "--surface", "-o", "run.gpkg", "--cache", "kept",
                                             *setting], ["run.gpkg", "run_suitability.tif"], ["kept"]))
        works.append(fetching(folder))
        works.append(Work(folder, "surface", ["run", "study.yaml", "-q", "--no-cache", "--surface", "-o", "run.gpkg", *setting],
                          ["run.gpkg", "run_suitability.tif"]))
    return works


# -- crashes ---------------------------------------------------------------------------------------


def check_kills(works, times, numbers):
    for work in works:
        for _ in range(times):
            process = work.start()
            time.sleep(numbers.uniform(0.3, 1.1) * work.seconds)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            work.check("killed", leftovers=True)
            if work.scratch: # what was left half done is gone on with
                process = work.start()
                messages = process.communicate()[1]
                work.check("after a kill", process.returncode, messages, statuses=())
            work.reset()
        process = work.start()
        messages = process.communicate()[1]
        work.check("after kills", process.returncode, messages, statuses=())
        work.reset()


def check_together(works, times):
    """Several at once onto one output."""
    for work in works:
        for _ in range(times):
            processes = [work.start() for _ in range(3)]
            for process in processes:
                messages = process.communicate()[1]
                if process.returncode not in (0, 1) or "Sanitizer" in messages:
                    FAULTS.append(f"{work.name}: together: exit status {process.returncode}\n{messages}")
            work.check("together")
            work.reset()


# -- failing calls ---------------------------------------------------------------------------------

CALLS = [("write", errno.ENOSPC), ("pwrite", errno.ENOSPC), ("fsync", errno.EIO), ("rename", errno.EACCES),
         ("ftruncate", errno.EIO), ("fchmod", errno.EPERM), ("open", errno.EMFILE), ("mmap", errno.ENODEV),
         ("pthread_create", errno.EAGAIN)]


def check_calls(works, shim, most, numbers):
    for work in works:
        for call, reason in CALLS:
            counted = work.folder / "counted"
            environment = {"LD_PRELOAD": shim, "FAIL_CALL": call, "FAIL_ERRNO": str(reason),
                           "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}
            work.start(environment | {"FAIL_COUNT": str(counted)}).communicate()
            total = int(counted.read_text(encoding="ascii"))
            work.reset()
            if total == 0 and call == "pwrite" and work.name == "run":
                FAULTS.append(f"{work.name}: no call of {call} is seen: is {shim} preloaded?")
            places = sorted(numbers.sample(range(1, total + 1), min(total, most)))
            for place in places:
                for on in ({}, {"FAIL_ON": "1"}):
                    process = work.start(environment | {"FAIL_AT": str(place)} | on)
                    try:
                        messages = process.communicate(timeout=120)[1]
                    except subprocess.TimeoutExpired:
                        process.kill()
                        messages = "error: hangs\n" + process.communicate()[1]
                        FAULTS.append(f"{work.name}: {call} {place}: hangs")
                    work.check(f"{call} number {place} of {total} fails{' and all after it' * bool(on)}",
                               process.returncode, messages)
                    work.reset()


def check_memory(works, shim, most, numbers):
    """GDAL and UDUNITS end the program when their allocations fail, so that only the files count then."""
    for work in works:
        for least in (1, 20000):
            counted = work.folder / "counted"
            environment = {"LD_PRELOAD": shim, "FAIL_BYTES": str(least)}
            work.start(environment | {"FAIL_COUNT": str(counted)}).communicate()
            total = int(counted.read_text(encoding="ascii"))
            work.reset()
            for place in sorted(numbers.sample(range(1, total + 1), min(total, most))):
                process = work.start(environment | {"FAIL_AT": str(place)})
                messages = process.communicate(timeout=120)[1]
                by_gdal = process.returncode == -signal.SIGABRT and "FATAL" in messages
                by_others = process.returncode < 0 or "terminate called" in messages or \
                    "out of dynamic memory in ut_" in messages  # of UDUNITS' parser
                # libgeotiff takes what malloc gives it, when the keys of a GeoTIFF are made
                if least > 1 and process.returncode == -signal.SIGSEGV and "--surface" not in work.arguments:
                    FAULTS.append(f"{work.name}: allocation {place} of {total}: {process.returncode}\n{messages}")
                work.check(f"memory gone from allocation {place} of {total}",
                           None if by_gdal or by_others else process.returncode, messages,
                           leftovers=True, statuses=(1, 2))
                work.reset()


# -- limits ----------------------------------------------------------------------------------------


def check_limits(works, long):
    def limit(kind, value):
        return lambda: resource.setrlimit(kind, (value, value))

    cases = [(f"file of at most {size} bytes", resource.RLIMIT_FSIZE, size) for size in (0, 4096, 65536)]
    cases += [(f"open files: {n}", resource.RLIMIT_NOFILE, n) for n in (5, 7, 9, 12, 16)]
    if not has_asan():
        cases += [(f"address space of {n} MiB", resource.RLIMIT_AS, n << 20) for n in (150, 200, 250, 300, 400)]
    for work in works:
        for what, kind, value in cases if long else cases[1:5:3]:
            process = work.start(limit=limit(kind, value))
            messages = process.communicate(timeout=120)[1]
            loader = "shared libraries" in messages or "FATAL" in messages or "terminate called" in messages
            work.check(what, None if loader else process.returncode, messages, statuses=(1, 2),
                       leftovers=loader)
            work.reset()


def check_full_disks(folder, works):
    disk = folder / "disk"
    disk.mkdir()
    for size in (8, 64, 128, 200, 256, 320, 512):
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(disk)]
        if subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode:
            print("full disks: left out, they need mount")
            return
        try:
            for work in works:
                name = work.outputs[0]
                arguments = [f"disk/{a}" if a == name and work.arguments[i - 1] == "-o" else a
                             for i, a in enumerate(work.arguments)]
                done = subprocess.run([PROGRAM, *arguments], cwd=folder, capture_output=True, text=True,
                                      check=False)
                TRIED["disk"] = TRIED.get("disk", 0) + 1
                left = [p.name for p in disk.iterdir()]
                if done.returncode not in (0, 1, 2) or (done.returncode and "error:" not in done.stderr) or \
                        any(".tmp-" in name for name in left) or (done.returncode and name in left):
                    FAULTS.append(f"{work.name}: disk of {size} KiB: {done.returncode}, {left}\n{done.stderr}")
                for path in disk.iterdir():
                    path.unlink()
        finally:
            subprocess.run(["umount", str(disk)], check=True)


def main(long, shim, shim_of_malloc):
    numbers = random.Random(1)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        folder = Path(folder)
        works = make_works(folder, long)
        check_kills(works, 70 if long else 4, numbers)
        check_together(works[:1] if not long else works, 20 if long else 1)
        check_calls(works if long else works[:1], shim, 40 if long else 2, numbers)
        check_limits(works if long else works[:1], long)
        if long:
            check_full_disks(folder, works)
            if shim_of_malloc and not has_asan():
                check_memory(works, shim_of_malloc, 150, numbers)
    for what, n in TRIED.items():
        print(f"{what}: {n}")
    for fault in FAULTS[:40]:
        print(fault)
    print(f"{len(FAULTS)} faults")
    return 1 if FAULTS else 0


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("quick", "long"):
        sys.exit("usage: GIGASITE=PROGRAM faults.py quick|long SHIM [SHIM_OF_MALLOC]")
    sys.exit(main(sys.argv[1] == "long", sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None))
