#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Registries (.def) against the files and the tests: every entry has its file, which defines it, a test
and, where numbers come of it, a golden case; every file of a registry's room is an entry's or is shared by the room (it has a header)."""
import re
import sys
from pathlib import Path

# room: (registry, macro, descriptor's prefix, files that are neither an entry nor have a header)
REGISTRIES = {
    "measure": ("measure.def", "GS_MEASURE", "gs_measure_", set()),
    "value": ("value.def", "GS_VALUE", "gs_value_", set()),
    "decision": ("method.def", "GS_METHOD", "gs_method_", set()),
    "output": ("writer.def", "GS_WRITER", "gs_writer_", set()),
    "cli": ("command.def", "GS_COMMAND", "gs_command_", {"main"}),
}

GOLDEN = {"measure": "measure", "value": "value", "decision": "method"}  # room: folder of tests/golden


def entries_of(path, macro):
    """[(name, file)] of the lines MACRO(name) and MACRO(name, file)."""
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.match(macro + r"\(\s*(\w+)\s*(?:,\s*(\w+)\s*)?\)", line)
        if match:
            entries.append((match[1], match[2] or match[1]))
    return entries


def has_test(source, room, name, file, prefix):
    """A folder of whole-command cases; else the unit test of its file, or any of the room, names it."""
    if room == "cli":
        return any((source / "tests/cli" / name).glob("*/cmd"))
    for test in (source / "tests/unit" / room).glob("test_*.c"):
        text = test.read_text(encoding="utf-8")
        own = test.stem == f"test_{file}" and re.search(rf"\b{name}\b", text)
        if own or re.search(rf'"{name}"|\b{prefix}{name}\b|\btype: {name}\b', text):
            return True
    return False


def faults_of(source, room):
    registry, macro, prefix, alone = REGISTRIES[room]
    folder = source / "src" / room
    entries = entries_of(folder / registry, macro)
    names = [name for name, _ in entries]
    if not entries:
        yield f"{folder / registry}: no entries"
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{folder / registry}: {name} stands twice"
    for name, file in entries:
        path = folder / f"{file}.c"
        if not path.is_file():
            yield f"{folder / registry}: {name} has no file {path.name}"
        elif not re.search(rf"\b{prefix}({name}\b|##)", path.read_text(encoding="utf-8")):
            yield f"{path}: does not define {prefix}{name}"
        if not has_test(source, room, name, file, prefix):
            yield f"{folder / registry}: {name} has no test"
        golden = source / "tests/golden" / GOLDEN.get(room, "") / f"{name}.yaml"
        if room in GOLDEN and not golden.is_file():
            yield f"{folder / registry}: {name} has no golden case {golden}"
    if room in GOLDEN:
        for path in sorted((source / "tests/golden" / GOLDEN[room]).glob("*")):
            if path.suffix != ".yaml" or path.stem not in names:
                yield f"{path}: the golden case of no entry of {folder / registry}"
    listed = {file for _, file in entries}
    for path in sorted(folder.glob("*.c")):
        if path.stem in listed | alone or path.with_suffix(".h").is_file():
            continue
        # A part of a larger whole of the room, declared in one of its headers.
        headers = "".join(h.read_text(encoding="utf-8") for h in folder.glob("*.h"))
        exported = re.findall(r"^(?!static)\w[\w *]*\b(gs_\w+)\(", path.read_text(encoding="utf-8"), re.M)
        if not any(re.search(rf"\b{name}\(", headers) for name in exported):
            yield f"{path}: neither listed in {registry} nor declared in a header of the room"


def main(source):
    faults = [fault for room in REGISTRIES for fault in faults_of(source, room)]
    print("\n".join(faults))
    return 1 if faults else 0


sys.exit(main(Path(sys.argv[1])))
