#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one golden test: run_case.py FILE.yaml, with the program in $GIGASITE. README.md tells the form.

The folder of the file says what it holds: measure/, value/ or method/. Each document of the file is
a study of its own; it is written to a scratch folder with its data, run, and its tables compared
with the expected numbers. Exit status 0 when all agree, 1 when not or when the file is wrong, 77
(skipped) without PyYAML."""
import csv
import json
import math
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import yaml
except ImportError:
    print("skipped: python3-yaml is not installed")
    sys.exit(77)


class CaseError(Exception):
    """The case file itself is wrong."""


# -- reading the case file -------------------------------------------------------------------------


class Loader(yaml.SafeLoader):
    """Refuses keys that stand twice, which would hide an expectation."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise CaseError(f"line {node.start_mark.line + 1}: `{key}` stands twice")
        return super().construct_mapping(node, deep)


def take(mapping, what, required=(), optional=()):
    """The mapping, after a look at its keys."""
    if not isinstance(mapping, dict):
        raise CaseError(f"{what}: a mapping is wanted, not {mapping!r}")
    for key in mapping:
        if key not in required and key not in optional:
            raise CaseError(f"{what}: unknown key `{key}`")
    for key in required:
        if mapping.get(key) in (None, "", [], {}):
            raise CaseError(f"{what}: `{key}` is missing")
    return mapping


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def expected_of(value, what):
    """A number, a text or None (missing)."""
    if isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return value
        raise CaseError(f"{what}: `{value}` is text in YAML; write the number as 1.0e-9")
    if value is None or is_number(value):
        return value
    raise CaseError(f"{what}: a number, a text or null is wanted, not {value!r}")


class Tolerance:
    """`exact`, {absolute: number} or {relative: number}, of a case or of its document."""

    def __init__(self, given, what):
        self.kind, self.size = "absolute", 0.0
        if given == "exact":
            return
        given = take(given, f"{what}: tolerance", optional=("absolute", "relative"))
        if len(given) != 1:
            raise CaseError(f"{what}: tolerance is `exact`, {{absolute: …}} or {{relative: …}}")
        (self.kind, self.size), = given.items()
        if not is_number(self.size) or not 0 < self.size <= 0.01:
            raise CaseError(f"{what}: tolerance {self.size!r} is no number in (0, 0.01]")

    def holds(self, actual, expected):
        if not is_number(expected) or not is_number(actual):
            return actual == expected and type(actual) is type(expected)
        limit = self.size * (abs(expected) if self.kind == "relative" else 1)
        return math.isfinite(actual) and abs(actual - expected) <= limit


def tolerance_of(case, document, what):
    given = case.get("tolerance", document.get("tolerance"))
    if given is None:
        raise CaseError(f"{what}: `tolerance` is missing")
    return Tolerance(given, what)


# -- writing data and study ------------------------------------------------------------------------


def write_features(path, features, what):
    """Features [{wkt:, field: …} or WKT] as CSV, the types of the columns beside it."""
    rows = [{"wkt": f} if isinstance(f, str) else f for f in features]
    columns = ["number"]  # GDAL does not take a file of one column for CSV
    for row in rows:
        if "wkt" not in row:
            raise CaseError(f"{what}: `wkt` is missing in {row!r}")
        columns += [key for key in row if key != "wkt" and key not in columns]
    texts = {c for c in columns if any(isinstance(row.get(c), str) for row in rows)}
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_MINIMAL)
        out.writerow(["WKT"] + columns)
        for i, row in enumerate(rows):
            cells = [row.get(c, i + 1 if c == "number" else None) for c in columns]
            cells = ["" if cell is None else cell for cell in cells]
            out.writerow([row["wkt"]] + cells)
    types = ["WKT"] + ["String" if c in texts else "Real" for c in columns]
    path.with_suffix(".csvt").write_text(",".join(types) + "\n", encoding="utf-8")
    return {"source": path.name, "options": {"EMPTY_STRING_AS_NULL": "YES"}}


RASTER_KEYS = ("xll", "yll", "rows")
RASTER_OPTIONS = ("cellsize", "dx", "dy", "nodata", "unit", "classes", "resampling", "datatype")


def write_raster(path, raster, what):
    """An ASCII grid; `rows` run from the north, as in the file."""
    take(raster, what, required=("rows",), optional=("xll", "yll") + RASTER_OPTIONS)
    rows = raster["rows"]
    if len({len(row) for row in rows}) != 1:
        raise CaseError(f"{what}: rows of different length")
    size = [f"{key} {raster[key]!r}" for key in ("cellsize", "dx", "dy") if key in raster]
    lines = [f"ncols {len(rows[0])}", f"nrows {len(rows)}", f"xllcorner {raster['xll']!r}",
             f"yllcorner {raster['yll']!r}", *size]
    if "nodata" in raster:
        lines.append(f"NODATA_value {raster['nodata']!r}")
    lines += [" ".join(repr(value) for value in row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    whole = all(isinstance(value, int) for row in rows for value in row)
    layer = {"source": path.name,
             "options": {"DATATYPE": raster.get("datatype", "Int32" if whole else "Float64")}}
    layer.update({key: raster[key] for key in ("unit", "resampling") if key in raster})
    if "classes" in raster:
        layer["classes"] = {str(code): name for code, name in raster["classes"].items()}
    return layer


def write_layer(folder, name, layer, crs):
    what = f"layer {name}"
    take(layer, what, optional=("crs", "fields", "features", "raster"))
    if ("features" in layer) == ("raster" in layer):
        raise CaseError(f"{what}: either `features` or `raster` is wanted")
    if "raster" in layer:
        entry = write_raster(folder / f"{name}.asc", layer["raster"], what)
    else:
        entry = write_features(folder / f"{name}.csv", layer["features"], what)
    entry["crs"] = layer.get("crs", crs)
    if "fields" in layer:
        entry["fields"] = layer["fields"]
    return entry


def write_study(folder, crs, sites, layers, study, document=None):
    """Catalogue and study, in JSON, which is YAML. `sites`: {id: WKT or {wkt:, field: …}}; the document
    may state their CRS and the catalogue's `fields`."""
    document = document or {}
    rows = []
    for site, given in sites.items():
        if not isinstance(site, str):
            raise CaseError(f"site {site!r}: ids are text, quote them")
        row = {"wkt": given} if isinstance(given, str) else given
        rows.append({"wkt": row.get("wkt"), "site": site, **row})
    entries = {name: write_layer(folder, name, layer, crs) for name, layer in layers.items()}
    own = {"crs": document.get("sites_crs", crs)}
    if "site_fields" in document:
        own["fields"] = document["site_fields"]
    entries["sites"] = write_features(folder / "sites.csv", rows, "sites") | own
    catalogue = {"gigasite": 1, "layers": entries}
    (folder / "catalogue.yaml").write_text(json.dumps(catalogue, indent=1), encoding="utf-8")
    study = {"gigasite": 1, "catalogue": "catalogue.yaml", "area": {"crs": crs},
             "candidates": {"layer": "sites", "id": "site"}, **study}
    path = folder / "study.yaml"
    path.write_text(json.dumps(study, indent=1), encoding="utf-8")
    return path


def run(folder, study):
    """The run's tables: {(site, criterion): row} and {site: row}."""
    output = folder / "run.gpkg"
    command = [os.environ["GIGASITE"], "run", "-q", "-o", str(output), str(study)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or "Sanitizer" in done.stderr or "runtime error:" in done.stderr:
        raise CaseError(f"exit status {done.returncode}:\n{done.stderr}")
    base = sqlite3.connect(f"file:{output}?mode=ro", uri=True)
    base.row_factory = sqlite3.Row
    parts = {(r["candidate_id"], r["criterion"]): r for r in base.execute("SELECT * FROM contributions")}
    ranking = {r["candidate_id"]: r for r in base.execute("SELECT * FROM ranking")}
    base.close()
    return parts, ranking


# -- the three kinds of case -----------------------------------------------------------------------


class Report:
    def __init__(self):
        self.compared, self.faults = 0, []

    def compare(self, what, actual, expected, tolerance):
        self.compared += 1
        if not tolerance.holds(actual, expected):
            self.faults.append(f"{what}: {actual!r}, expected {expected!r}"
                               f" ({tolerance.kind} tolerance {tolerance.size})")


def run_measures(folder, document, name, report):
    take(document, "document", required=("source", "crs", "sites", "cases"),
         optional=("tolerance", "facility", "layers", "sites_crs", "site_fields", "area"))
    layers, sites = document.get("layers", {}), document["sites"]
    criteria, has_own = [], False
    for i, case in enumerate(document["cases"]):
        what = f"case {i + 1}"
        take(case, what, required=("measure", "expect"),
             optional=("layer", "where", "tolerance", "source", "unit"))
        has_own |= case["measure"]["type"] == name
        if set(case["expect"]) != set(sites):
            raise CaseError(f"{what}: expects {sorted(case['expect'])}, sites are {sorted(sites)}")
        texts = [x for x in case["expect"].values() if isinstance(x, str)]
        value = {"type": "linear", "worst": 0, "best": 1}
        if texts:
            value = {"type": "classes", "classes": {t: 1 for t in texts}, "other": 0}
        criterion = {"id": f"case_{i + 1}", "measure": case["measure"], "value": value}
        criterion.update({key: case[key] for key in ("layer", "where") if key in case})
        if "layer" not in case and len(layers) == 1 and case["measure"]["type"] != "attribute":
            criterion["layer"] = next(iter(layers))
        criteria.append(criterion)
    if not has_own:
        raise CaseError(f"no case measures `{name}`")
    study = {"criteria": criteria, "decision": {"method": "weighted_sum", "missing": "best"}}
    if "facility" in document:
        study["facility"] = document["facility"]
    if "area" in document:
        study["area"] = {"crs": document["crs"], **document["area"]}
    parts, _ = run(folder, write_study(folder, document["crs"], sites, layers, study, document))
    for i, case in enumerate(document["cases"]):
        tolerance = tolerance_of(case, document, f"case {i + 1}")
        for site, given in case["expect"].items():
            what = f"{json.dumps(case['measure'])} at {site}"
            row = parts[site, f"case_{i + 1}"]
            actual = row["measured_text"] if row["measured"] is None else row["measured"]
            report.compare(what, actual, expected_of(given, what), tolerance)
            if "unit" in case:
                report.compare(f"unit of {what}", row["unit"], case["unit"], Tolerance("exact", ""))


def run_values(folder, document, name, report):
    take(document, "document", required=("source", "cases"), optional=("tolerance",))
    criteria, has_own = [], False
    rows = max(len(case.get("given", [])) for case in document["cases"])
    sites = {f"s{k}": {"wkt": f"POINT ({k} 0)"} for k in range(rows)}
    for i, case in enumerate(document["cases"]):
        take(case, f"case {i + 1}", required=("value", "given"), optional=("tolerance", "source"))
        has_own |= case["value"]["type"] == name
        for k, pair in enumerate(case["given"]):
            if not isinstance(pair, list) or len(pair) != 2:
                raise CaseError(f"case {i + 1}: a pair [quantity, worth] is wanted, not {pair!r}")
            sites[f"s{k}"][f"x{i + 1}"] = expected_of(pair[0], f"case {i + 1}")
        criteria.append({"id": f"case_{i + 1}", "value": case["value"],
                         "measure": {"type": "attribute", "field": f"x{i + 1}"}})
    if not has_own:
        raise CaseError(f"no case is of value function `{name}`")
    # a site without a quantity must keep an empty worth: nothing may stand in for it
    study = {"criteria": criteria, "decision": {"method": "weighted_sum", "missing": "exclude"}}
    parts, _ = run(folder, write_study(folder, "EPSG:3035", sites, {}, study))
    for i, case in enumerate(document["cases"]):
        tolerance = tolerance_of(case, document, f"case {i + 1}")
        for k, (x, worth) in enumerate(case["given"]):
            what = f"{json.dumps(case['value'])} of {x!r}"
            actual = parts[f"s{k}", f"case_{i + 1}"]["value"]
            report.compare(what, actual, expected_of(worth, what), tolerance)


def criteria_of(members, value, leaves):
    """Criteria of a method's case: [{id, weight}] or groups [{id, weight, criteria}]."""
    made = []
    for member in members:
        take(member, "criteria", required=("id",),
             optional=("weight", "criteria", "missing", "better", "normalise", "preference"))
        if "criteria" in member:
            made.append(member | {"criteria": criteria_of(member["criteria"], value, leaves)})
        else:
            leaves.append(member["id"])
            made.append(member | {"measure": {"type": "attribute", "field": member["id"]}})
            if "better" not in member:
                made[-1]["value"] = value
    return made


def run_methods(folder, document, name, report):
    take(document, "document", required=("source", "decision", "criteria", "matrix", "expect"),
         optional=("tolerance", "value"))
    if document["decision"].get("method") != name:
        raise CaseError(f"`decision` is not of method `{name}`")
    leaves, sites = [], {}
    criteria = criteria_of(document["criteria"], document.get("value"), leaves)
    for k, (site, row) in enumerate(document["matrix"].items()):
        if len(row) != len(leaves):
            raise CaseError(f"matrix of {site}: {len(row)} numbers for {len(leaves)} criteria")
        sites[site] = {"wkt": f"POINT ({k} 0)", **dict(zip(leaves, row))}
    if set(document["expect"]) != set(sites):
        raise CaseError("`expect` and `matrix` name different sites")
    study = {"criteria": criteria, "decision": document["decision"]}
    _, ranking = run(folder, write_study(folder, "EPSG:3035", sites, {}, study))
    tolerance = tolerance_of(document, document, "document")
    for site, expected in document["expect"].items():
        if not {"score", "method_index"} & set(expected) or "rank" not in expected:
            raise CaseError(f"expect of {site}: `rank`, and `score` or `method_index`, are wanted")
        for column, figure in expected.items():
            if column not in ranking[site].keys():
                raise CaseError(f"expect of {site}: there is no column `{column}`")
            report.compare(f"{column} of {site}", ranking[site][column],
                           expected_of(figure, site),
                           Tolerance("exact", "") if column == "rank" else tolerance)


KINDS = {"measure": run_measures, "value": run_values, "method": run_methods}


def main(path):
    report = Report()
    try:
        kind = KINDS[path.parent.name]
        with path.open(encoding="utf-8") as file:
            documents = list(yaml.load_all(file, Loader))
        for document in documents:
            with tempfile.TemporaryDirectory() as folder:
                kind(Path(folder), document, path.stem, report)
    except (CaseError, yaml.YAMLError) as fault:
        print(f"{path}: {fault}")
        return 1
    if report.compared == 0:
        report.faults.append("nothing is expected")
    for fault in report.faults:
        print(f"{path}: {fault}")
    print(f"{report.compared} comparisons, {len(report.faults)} faults")
    return 1 if report.faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or "GIGASITE" not in os.environ:
        sys.exit("usage: GIGASITE=PROGRAM run_case.py FILE.yaml")
    sys.exit(main(Path(sys.argv[1]).resolve()))
