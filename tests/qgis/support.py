# SPDX-License-Identifier: Apache-2.0
"""What the tests with QGIS share: the program, a scratch folder, a study of hostile names."""
import json, os, shutil, subprocess, sys, tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
GIGASITE = os.environ.get("GIGASITE", str(SOURCE / "build/dev/gigasite"))
FOLDER = Path(tempfile.mkdtemp(prefix="gigasite-qgis-"))


def skip(why):
    """77 tells the test driver that the test was skipped; where QGIS is installed for it, that is a failure."""
    print(why)
    sys.exit(1 if os.environ.get("GIGASITE_QGIS") == "required" else 77)


def quiet_profile():
    """QGIS without a screen and without the settings of whoever runs the test."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QGIS_CUSTOM_CONFIG_PATH"] = str(FOLDER / "profile")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(FOLDER))
    os.environ.setdefault("LC_ALL", "C.UTF-8")  # else Qt opens no path with an accent


def gigasite(*arguments):
    return subprocess.run([GIGASITE, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


NASTY = ["Zürich \"Nord\"", "O'Hara <script>alert(1)</script>", "東京 🚀", "a & b; DROP TABLE ranking; --", "[% 1/0 %]",
         "back\\slash/%20", "</mapTip></qgis>", "   blank   "]


def hostile_study():
    """A study in which every name that comes from a user is nasty: sites, criteria, constraints, titles, layers."""
    east, north = 4_000_000, 3_000_000
    features = [{"type": "Feature", "properties": {"code": name, "label": f"{name} – Ω", "size": 10 * i},
                 "geometry": {"type": "Point", "coordinates": [east + 20_000 * (i % 3), north + 9_000 * i]}}
                for i, name in enumerate(NASTY)]
    sites = {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:3035"}},
             "features": features}
    folder = FOLDER / "hostile é"
    folder.mkdir(exist_ok=True)
    (folder / "sites.geojson").write_text(json.dumps(sites, ensure_ascii=False))
    catalogue = {"gigasite": 1, "layers": {"sites": {
        "source": "sites.geojson", "title": NASTY[1], "attribution": NASTY[6], "licence": NASTY[3], "vintage": NASTY[2]}}}
    measure = {"type": "attribute", "field": "size"}
    study = {
        "gigasite": 1, "title": " ".join(NASTY), "description": NASTY[6], "catalogue": "layers.json",
        "area": {"crs": "EPSG:3035"}, "candidates": {"layer": "sites", "id": "code", "name": "label"},
        "constraints": [{"id": name, "title": name, "measure": measure, "require": {"min": 10 * i}}
                        for i, name in enumerate(NASTY[:3], 1)],
        "criteria": [{"id": f"{name}.", "title": name, "measure": measure, "weight": 1,
                      "value": {"type": "linear", "worst": 0, "best": 80}} for name in NASTY],
        "robustness": {"draws": 100, "weights": "any"}, "portfolio": {"count": 3},
        "scenarios": [{"id": "é <b>", "title": NASTY[5], "weights": {f"{NASTY[0]}.": 7}}],
    }
    (folder / "layers.json").write_text(json.dumps(catalogue, ensure_ascii=False))
    (folder / "study.json").write_text(json.dumps(study, ensure_ascii=False))
    return folder / "study.json"


def layered_studies():
    """Two studies: the result of one has ways of least cost, that of the other the best site in each candidate."""
    folder = FOLDER / "layered"
    for part in ("shared", "run/cost_kept", "run/candidates_represent"):
        shutil.copytree(SOURCE / "tests/cli" / part, folder, dirs_exist_ok=True)
    study = (folder / "price.yaml").read_text().replace("{layer: sites, id: code, name: name}",
                                                        "{layer: plots, id: code, represent: best_site}")
    study = study.replace("candidates:", "facility: {land: 300 ha}\ncandidates:")
    (folder / "best.yaml").write_text(study)
    with open(folder / "price_layers.yaml", "a") as catalogue:
        catalogue.write("  plots: {source: plots.geojson}\n")
    return folder / "price.yaml", folder / "best.yaml"
