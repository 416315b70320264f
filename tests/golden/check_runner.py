#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The runner of golden tests must be able to fail: case files with one fault each, which it must refuse,
beside the whole one, which it must pass."""
import subprocess
import sys
import tempfile
from pathlib import Path

MEASURE = """
source: by hand
crs: EPSG:3035
tolerance: exact
sites: {a: POINT (0 0), b: POINT (0 4)}
layers: {stations: {features: [{wkt: POINT (3 0), name: x}]}}
cases:
  - {measure: {type: distance}, unit: m, expect: {a: 3, b: 5}}
  - {measure: {type: nearest, field: name, radius: 4}, expect: {a: x, b: null}}
"""
VALUE = """
source: by hand
tolerance: {absolute: 1.0e-12}
cases:
  - {value: {type: linear, worst: 0, best: 10}, given: [[5, 0.5], [null, null]]}
"""
METHOD = """
source: by hand
tolerance: {relative: 1.0e-12}
decision: {method: weighted_sum}
value: {type: linear, worst: 0, best: 10}
criteria: [{id: c1}, {id: c2}]
matrix: {a: [5, 5], b: [10, 4]}
expect: {a: {score: 0.5, rank: 2}, b: {score: 0.7, rank: 1}}
"""
# (file, text, [(what it says, what it says in the faulty file)])
CASES = [
    ("measure/distance.yaml", MEASURE, [
        ("a: 3, b: 5", "a: 3, b: 5.0000001"), ("a: 3, b: 5", "a: null, b: 5"), ("a: 3, b: 5", "a: 3"),
        ("a: x, b: null", "a: y, b: null"), ("a: x, b: null", "a: x, b: 0"), ("unit: m", "unit: km"),
        ("expect: {a: 3, b: 5}", "expect: {}"), ("unit: m, expect: {a: 3, b: 5}", "unit: m"),
        ("a: 3, b: 5", "a: 3, a: 4, b: 5"), ("a: 3, b: 5", "a: 3e0, b: 5"),
        ("source: by hand", ""), ("tolerance: exact", ""), ("tolerance: exact", "tolerance: {absolute: 1}"),
        ("crs:", "surplus: 1\ncrs:"), ("unit: m", "units: m"), ("radius: 4", "radios: 4"),
        ("type: distance", "type: overlap, field: name"), (MEASURE[MEASURE.index("cases"):], "cases: []"),
        (MEASURE, ""),
    ]),
    ("value/linear.yaml", VALUE, [
        ("[5, 0.5]", "[5, 0.500001]"), ("[null, null]", "[null, 0]"), ("[5, 0.5]", "[5]"),
        ("given: [[5, 0.5], [null, null]]", "given: []"), ("type: linear, worst: 0, best", "type: power, "
         "exponent: 1, worst: 0, best"), ("source: by hand", "sauce: by hand"),
    ]),
    ("method/weighted_sum.yaml", METHOD, [
        ("score: 0.5,", "score: 0.51,"), ("rank: 2", "rank: 1"), (", rank: 1", ""),
        ("b: {score: 0.7, rank: 1}", ""), ("[10, 4]", "[10]"), ("source: by hand", "source:"),
    ]),
]


def status_of(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    runner = Path(__file__).with_name("run_case.py")
    done = subprocess.run([sys.executable, str(runner), str(path)], capture_output=True, text=True,
                          check=False)
    if done.returncode == 77:
        print(done.stdout)
        sys.exit(77)
    return -1 if "Traceback" in done.stderr else done.returncode, done.stdout + done.stderr


def main():
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text, changes in CASES:
            for old, new, wanted in [("", "", 0)] + [(old, new, 1) for old, new in changes]:
                assert old in text, old
                status, output = status_of(Path(folder) / name, text.replace(old, new, 1))
                if status != wanted:
                    faults += 1
                    print(f"{name}: `{old}` as `{new}`: status {status}, expected {wanted}\n{output}")
    print(f"{sum(len(changes) for _, _, changes in CASES)} faulty case files, {faults} passed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
