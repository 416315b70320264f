#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema that `gigasite schema` prints, held by an independent validator against studies and
catalogues that are right, and against ones with one fault each: check_schema.py PROGRAM|SCHEMA.json

Exit 77 (skipped) without the modules jsonschema and yaml."""
import copy
import json
import re
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError as reason:
    print(f"skipped: {reason} (Debian: python3-jsonschema, python3-yaml)")
    sys.exit(77)

STUDY = """
gigasite: 1
title: Where could Europe host an AI gigafactory?
catalogue: ../layers/europe.yaml
area: {crs: 'EPSG:3035', resolution: 1 km, extent: {layer: countries}}
facility: {accelerators: 100000, accelerator_power: 1.5 kW, pue: 1.2, wue: 0.3 L/kWh,
           utilisation: 0.85, land: 60 ha}
candidates: {layer: sites, id: code, name: name}
constraints:
  - id: protected
    title: Clear of protected land
    layer: protected_areas
    measure: {type: distance}
    require: {min: 500 m}
  - id: headroom
    layer: substations
    measure: {type: max_within, field: headroom, radius: 30 km}
    require: {min: facility.power}
    missing: pass
  - {id: cover, layer: land_cover, measure: value, require: {not_in: [12, urban]}}
criteria:
  - id: grid
    title: Grid capacity
    weight: 35
    criteria:
      - id: substation_distance
        layer: substations
        where: voltage >= 220
        measure: {type: distance}
        value: {type: linear, worst: 50 km, best: 2 km}
        weight: 60
      - id: headroom_mw
        layer: substations
        measure: {type: max_within, field: headroom, radius: 30 km, decay: linear}
        value: {type: points, points: [[0 MW, 0], [200 MW, 0.7], [600 MW, 1]]}
        weight: 40
  - id: wind
    layer: wind_speed
    measure: {type: mean, radius: 50 km}
    value: {type: logistic, midpoint: 6.5 m/s, steepness: 2}
    weight: 15
    missing: 0.25
  - id: 2030
    layer: land_cover
    measure: value
    value: {type: classes, classes: {12: 1, urban: 0.5, 'a b': 30 %}, other: 0}
decision: {method: weighted_sum, missing: exclude, also: [topsis, {method: owa, attitude: 0.3}]}
robustness: {draws: 1000, seed: 1, top: 3, weights: {spread: 30 %}}
portfolio: {count: 4, spacing: 300 km, at_most: {country: 1}, include: [a], budget: {field: cost, max: 5 GEUR},
            headroom: {layer: substations, field: headroom, radius: 30 km}, objective: worst, time_limit: 10 s}
scenarios:
  - {id: half, facility: {accelerators: 50000}}
  - {id: green, weights: {wind: 40}, constraints: {headroom: none, protected: {require: {min: 1 km}}},
     layers: {substations: substations_2030}}
"""

CATALOGUE = """
gigasite: 1
root: europe
layers:
  substations:
    title: Transmission substations
    theme: grid
    source: grid.gpkg
    layer: substations
    fields:
      voltage: {column: voltage, unit: kV}
      headroom: {column: headroom_mw, unit: MW, missing: [-1, 999999]}
    vintage: 2022-03-01
    licence: ODbL-1.0
    attribution: © OpenStreetMap contributors
    fetch: {url: 'https://example.org/grid.gpkg', sha256: abc}
  sites: {source: sites.csv, x: lon, y: lat, crs: 'EPSG:4326', crs_override: true}
  land_cover:
    source: landcover.tif
    band: 1
    nodata: [255]
    resampling: nearest
    classes: {12: cropland, 13: urban}
    options: {NUM_THREADS: 2}
"""

# (path into the document, what to put there; REMOVE takes it away)
REMOVE = object()
MENDED = [
    ("decision", {"missing": "worst"}),
    ("decision", REMOVE),
    ("facility", REMOVE),
    ("area.extent", {"bbox": [1, 2, 3, 4]}),
    ("criteria.1.measure", {"type": "quantile", "q": "50 %", "radius": "1 km"}),
    ("criteria.1.measure", {"type": "share", "classes": [12, "urban"]}),
    ("criteria.1.value", {"type": "step", "threshold": 3, "below": 1, "above": 0}),
    ("criteria.0.criteria.0.measure", "distance"),
    ("criteria.0.criteria.0.measure", {"type": "distance", "geodesic": True}),
    ("criteria.0.criteria.0.value.best", "0.1 * facility.land"),
    ("title", 2030),
    ("criteria.1", {"id": "x", "layer": "y", "measure": "value", "better": "lower", "normalise": "minmax",
                    "preference": {"type": "linear", "indifference": "1 m/s", "preference": "3 m/s"}}),
    ("weights", {"method": "ahp", "judgements": [["grid", "wind", "1/3"]], "accept_inconsistency": True}),
    ("weights", {"method": "rank_sum", "order": ["grid", ["wind", "2030"]]}),
    ("criteria.0.weights", {"method": "equal"}),
    ("criteria.1.uncertainty", "10 %"),
    ("criteria.1.uncertainty", {"interval": "0.3 m/s", "common": True}),
    ("decision.also", ["electre3", {"method": "vikor", "v": 0.3}]),
    ("robustness.weights", "order"),
    ("robustness.weights", {"bounds": {"wind": [0.1, "30 %"]}}),
]
BROKEN = [
    ("critera", []),
    ("gigasite", REMOVE),
    ("gigasite", "one"),
    ("area", REMOVE),
    ("area.crs", REMOVE),
    ("area.resolution", -5),
    ("area.resolutoin", "1 km"),
    ("area.extent", {"bbox": [1, 2, 3]}),
    ("facility.pue", 0.9),
    ("facility.utilisation", 1.2),
    ("candidates.layer", REMOVE),
    ("constraints", {}),
    ("constraints.0.id", REMOVE),
    ("constraints.0.require", {}),
    ("constraints.0.require", {"minimum": 5}),
    ("constraints.1.missing", "worst"),
    ("criteria", []),
    ("criteria.0.criteria", []),
    ("criteria.0.measure", {"type": "distance"}),
    ("criteria.0.criteria.0.weight", -1),
    ("criteria.1.measure", REMOVE),
    ("criteria.1.measure", {"type": "mena", "radius": "50 km"}),
    ("criteria.1.measure", {"radius": "50 km"}),
    ("criteria.1.measure", {"type": "mean", "raduis": "50 km"}),
    ("criteria.1.measure", {"type": "mean", "radius": True}),
    ("criteria.1.measure", "max_within"),
    ("criteria.1.measure", {"type": "max_within", "radius": "50 km"}),
    ("criteria.1.value", REMOVE),
    ("criteria.1.value", {"type": "logistic", "midpoint": 6.5}),
    ("criteria.1.value", {"type": "logistic", "midpoint": 6.5, "steepness": 2, "slope": 1}),
    ("criteria.1.value", {"type": "gaussian", "midpoint": 6.5, "sigma": 0}),
    ("criteria.1.value", {"type": "step", "threshold": 3, "below": 1.5}),
    ("criteria.1.value", {"type": "points", "points": [[0, 0]]}),
    ("criteria.1.value", {"type": "points", "points": [[0, 0], [1, 2]]}),
    ("criteria.1.value", {"type": "points", "points": [[0, 0], [1, 0.5, 1]]}),
    ("criteria.1.value", {"type": "classes", "classes": {}}),
    ("criteria.1.value", {"type": "classes", "classes": {"12": 3}}),
    ("criteria.1.missing", "ignore"),
    ("criteria.1.missing", 1.5),
    ("decision.method", "weighted_sums"),
    ("decision.weigths", 1),
    ("decision.also", [{"attitude": 0.3}]),
    ("weights", {"judgements": []}),
    ("weights", {"method": "saaty"}),
    ("criteria.1.better", "lower"),
    ("criteria.1.preference", {"type": "vee"}),
    ("robustness.draws", 0),
    ("robustness.weights", "some"),
    ("robustness.weights", {"bounds": {"wind": 0.1}}),
    ("portfolio.count", REMOVE),
    ("portfolio.at_most", {"country": "one"}),
    ("portfolio.headroom.radius", REMOVE),
    ("scenarios.0.id", REMOVE),
    ("scenarios.1.weights", {"wind": -1}),
]
BROKEN_CATALOGUE = [
    ("layer", {}),
    ("gigasite", REMOVE),
    ("layers.substations.source", REMOVE),
    ("layers.substations.theme", "power"),
    ("layers.substations.fields.voltage.units", "kV"),
    ("layers.substations.fetch.url", REMOVE),
    ("layers.sites.crs_override", "maybe"),
    ("layers.land_cover.band", 0),
    ("layers.land_cover.resampling", "cubik"),
    ("layers.land_cover.classes", [12, 13]),
    ("layers.land_cover.nodata", [[255]]),
]


class Loader(yaml.SafeLoader):
    """YAML 1.2's core types, as editors read them: no dates, no yes and no, keys are text."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=True):
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


for tag, pattern, first in [
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
]:
    Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first)
    )
Loader.add_constructor("tag:yaml.org,2002:map", Loader.construct_mapping)


def changed(document, path, value):
    result = copy.deepcopy(document)
    at, *steps = result, *path.split(".")
    for step in steps[:-1]:
        at = at[int(step) if isinstance(at, list) else step]
    if value is REMOVE:
        del at[steps[-1]]
    else:
        at[int(steps[-1]) if isinstance(at, list) else steps[-1]] = value
    return result


def main():
    source = sys.argv[1]
    if source.endswith(".json"):
        text = open(source, encoding="utf-8").read()
    else:
        text = subprocess.run(
            [source, "schema"], check=True, capture_output=True, encoding="utf-8"
        ).stdout
    schema = json.loads(text)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    study, catalogue = (yaml.load(text, Loader) for text in (STUDY, CATALOGUE))

    faults = 0
    right = [("the study", study), ("the catalogue", catalogue)]
    right += [(f"{path} = {value}", changed(study, path, value)) for path, value in MENDED]
    for name, document in right:
        for error in validator.iter_errors(document):
            where = "/".join(map(str, error.absolute_path))
            print(f"{name}: refused at {where}: {error.message[:300]}")
            faults += 1
    for document, changes in ((study, BROKEN), (catalogue, BROKEN_CATALOGUE)):
        for path, value in changes:
            if validator.is_valid(changed(document, path, value)):
                print(f"{path} = {value}: not refused")
                faults += 1
    for target in set(re.findall(r'"#/definitions/([^"]*)"', text)):
        if target not in schema["definitions"]:
            print(f"no definition {target}")
            faults += 1
    print(f"{len(right)} right, {len(BROKEN) + len(BROKEN_CATALOGUE)} broken, {faults} faults")
    return faults != 0


sys.exit(main())
