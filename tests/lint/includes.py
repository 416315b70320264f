#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads every #include under src against the floors of the house: includes point down only, rooms on
one floor do not know each other, and geo/ alone includes the geo libraries."""
import re
import sys
from pathlib import Path

FLOORS = [
    ["cli"],
    ["study"],
    ["measure", "value", "decision", "output"],
    ["flow"],
    ["kernel", "geo"],
    ["model"],
    ["base"],
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# What the command line may use: it is a user of the library like any other.
CLI_ROOMS = {"cli", "base"}
# Headers of the geo libraries, by their beginnings.
GEO_HEADERS = re.compile(r"(gdal|ogr|cpl_|vrt|proj|geodesic\.h|geos|sqlite3|spatialite|gaiageo|curl/)")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


def faults_of(path, room):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, header = match.groups()
        where = f"{path}:{number}: {room} includes {header}"
        if quote == "<" or GEO_HEADERS.match(header):
            if GEO_HEADERS.match(header) and room != "geo":
                yield f"{where}: only geo may"
            continue
        if header == "gigasite.h":
            continue
        target = header.split("/")[0]
        if target not in FLOOR or "/" not in header:
            yield f"{where}: no room of src (write room/file.h)"
        elif room == "cli" and target not in CLI_ROOMS:
            yield f"{where}: the command line uses gigasite.h and base only"
        elif target != room and FLOOR[target] <= FLOOR[room]:
            level = "beside" if FLOOR[target] == FLOOR[room] else "above"
            yield f"{where}: {target} is {level} it"


def main(source):
    faults = []
    rooms = sorted(folder for folder in (source / "src").iterdir() if folder.is_dir())
    for folder in rooms:
        if folder.name == "include":
            continue
        if folder.name not in FLOOR:
            faults.append(f"{folder}: no floor of the house has this room")
            continue
        for path in sorted(folder.rglob("*.[ch]")) + sorted(folder.rglob("*.def")):
            faults += faults_of(path, folder.name)
    print("\n".join(faults))
    return 1 if faults else 0


sys.exit(main(Path(sys.argv[1])))
