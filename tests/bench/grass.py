# SPDX-License-Identifier: Apache-2.0
"""GRASS as a peer: its modules run one by one, each timed by itself, in a throw-away location.

No session is started for each of them, which would add its own second to their times: they get the
environment that a session would give them.
"""
import os
import shutil
import subprocess
import sys

from timing import Run, Series

MEMORY = "4000"  # MB, to modules that ask how much they may take


def is_there():
    return shutil.which("grass") is not None


class Grass:
    def __init__(self, folder, epsg=3035):
        base = subprocess.run(["grass", "--config", "path"], capture_output=True, text=True,
                              check=True).stdout.strip()
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        subprocess.run(["grass", "-c", f"EPSG:{epsg}", os.path.join(folder, "location"), "-e"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        session = os.path.join(folder, "session")
        with open(session, "w", encoding="ascii") as file:
            file.write(f"GISDBASE: {folder}\nLOCATION_NAME: location\nMAPSET: PERMANENT\n")
        self.folder = folder
        self.steps = {}
        old = os.environ
        self.environment = dict(
            old, GISBASE=base, GISRC=session, GRASS_OVERWRITE="1", GRASS_VERBOSE="0",
            GRASS_PYTHON="/usr/bin/python3", GRASS_MESSAGE_FORMAT="plain",
            PATH=f"{base}/bin:{base}/scripts:{old['PATH']}",
            LD_LIBRARY_PATH=f"{base}/lib:{old.get('LD_LIBRARY_PATH', '')}",
            PYTHONPATH=f"{base}/etc/python:{old.get('PYTHONPATH', '')}")

    def run(self, name, module, *arguments):
        """One module, timed; again under the same name: one more run of the series."""
        path = shutil.which(module, path=self.environment["PATH"])
        if not path:
            sys.exit(f"GRASS has no module {module}")
        run = Run([path, *arguments], environment=self.environment, name=f"GRASS: {name}",
                  messages=os.path.join(self.folder, "messages"))
        self.steps.setdefault(name, Series()).runs.append(run)
        return run

    def wall(self, *names):
        return sum(self.steps[name].wall for name in names or self.steps)


def link_height(grass, s):
    """The raster that tells the region too."""
    grass.run("link height", "r.external", "-o", f"input={s.path('height.tif')}", "output=height")
    grass.run("set the region", "g.region", "raster=height")


def whole_chain(grass, s, layers):
    """The study of the surface, files to file, as its user would have it made fastest: rasters are
    linked instead of imported, and steps use the processors that their modules can use."""
    g = grass.run
    link_height(grass, s)
    g("link land cover", "r.external", "-o", f"input={s.path('landcover.tif')}", "output=cover")
    for layer in layers:
        kind = {"substations": "point", "protected": "area"}.get(layer, "line")
        g(f"import {layer}", "v.in.ogr", f"input={s.path('bench.gpkg')}",
          f"layer={s.layers[layer]}", f"output={layer}", "snap=1e-3")
        g(f"rasterise {layer}", "v.to.rast", f"input={layer}", f"output=on_{layer}", "use=val",
          "value=1", f"type={kind}", "memory=2000")
        g(f"distance {layer}", "r.grow.distance", f"input=on_{layer}", f"distance=to_{layer}")
    g("slope", "r.slope.aspect", "-n", "elevation=height", "slope=slope", "nprocs=2",
      f"memory={MEMORY}")
    g("warp solar", "r.import", f"input={s.path('solar.tif')}", "output=solar",
      "resample=bilinear", "extent=region", "resolution=region", "memory=2000")
    rule = (f"suit = if(to_protected >= 500 && cover != {s.water} && cover != 1 && slope <= 15, "
            "float(0.2*max(0,min(1,1-slope/15.0)) + 0.2*max(0,min(1,(solar-900)/500.0)) + "
            "0.2*max(0,min(1,1-to_substations/50000.0)) + 0.15*max(0,min(1,1-to_lines/20000.0)) + "
            "0.15*max(0,min(1,1-to_rivers/10000.0)) + 0.1*max(0,min(1,1-to_fibre/20000.0))), null())")
    g("overlay", "r.mapcalc", f"expression={rule}")
    export(grass, "suit", s.out("grass_suit.tif"), "write the result")


def export(grass, name, path, step):
    if os.path.exists(path):
        os.remove(path)
    grass.run(step, "r.out.gdal", "-c", "-f", f"input={name}", f"output={path}", "type=Float32",
              "createopt=TILED=YES,COMPRESS=ZSTD,ZSTD_LEVEL=1,PREDICTOR=3,NUM_THREADS=2,"
              "BIGTIFF=IF_SAFER")
