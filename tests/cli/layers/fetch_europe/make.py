"""What each recipe of a catalogue downloads, as small files in www/HOST/PATH: make.py LIST.json, as
`gigasite layers list --format json` prints it."""
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path


def make(path, name):
    """A dataset of the format that the path ends in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        path.write_text("id,x,y,lon,lat,voltage,country\n1,10.5,50.5,10.5,50.5,380,DE\n")
    elif path.suffix == ".geojson":
        shutil.copy("parks.geojson", path)
    elif path.suffix == ".shp":
        subprocess.run(["ogr2ogr", path, "parks.geojson"], check=True)
    elif path.suffix == ".gdb":
        subprocess.run(["ogr2ogr", "-f", "OpenFileGDB", "-nlt", "MULTIPOLYGON", "-nln", "baseline_annual", path,
                        "parks.geojson"], check=True)
    else:
        tif = path.with_suffix(".tif")
        subprocess.run(["gdal_translate", "-q", "wind.asc", tif], check=True, stderr=subprocess.DEVNULL)
        tif.rename(path)


def main(layers):
    for layer in layers:
        if not layer["url"]:
            continue
        place = Path("www") / layer["url"].split("://")[1].partition("?")[0]
        if not layer["member"]:
            make(place, layer["id"])
            continue
        folder = Path("parts") / layer["id"]
        make(folder / layer["member"], layer["id"])
        place.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(place, "w") as archive:
            for root, _, files in os.walk(folder):
                for file in sorted(files):
                    full = Path(root) / file
                    archive.write(full, full.relative_to(folder))
            archive.writestr("README.txt", "about the data")


main(json.load(open(sys.argv[1], encoding="utf-8"))["layers"])
