# SPDX-License-Identifier: Apache-2.0
"""What a run looks like to QGIS: its layers open styled, titled and described, its project opens complete, shows the
map, and does so wherever the files are moved to."""
import shutil, sqlite3, subprocess, sys

from support import FOLDER, SOURCE, gigasite, hostile_study, layered_studies, quiet_profile, skip

quiet_profile()
try:
    from qgis.core import (QgsApplication, QgsExpressionContext, QgsExpression, QgsExpressionContextUtils,
                           QgsMapRendererParallelJob, QgsMapSettings, QgsProject, QgsRectangle, QgsVectorLayer)
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor
except ImportError as fault:
    skip(f"no QGIS for Python: {fault}")

application = QgsApplication([], False)
application.initQgis()


def painted(layers, crs, extent):
    """The share of the map that is not white."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(crs)
    settings.setBackgroundColor(QColor(255, 255, 255))
    settings.setOutputSize(QSize(400, 300))
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.errors(), [error.message for error in job.errors()]
    image = job.renderedImage()
    colours = [image.pixel(x, y) & 0xFFFFFF for x in range(0, 400, 2) for y in range(0, 300, 2)]
    return sum(colour != 0xFFFFFF for colour in colours) / len(colours)


def check_graduated(layer):
    """Every feature falls into a class of the renderer."""
    renderer = layer.renderer()
    for feature in layer.getFeatures():
        value = feature[renderer.classAttribute()]
        assert any(r.lowerValue() <= value <= r.upperValue() for r in renderer.ranges()), (layer.name(), value)


def check_map_tips(layer):
    """Map tips can be evaluated for every feature, and what comes from the data stays text."""
    template = layer.mapTipTemplate()
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    for feature in layer.getFeatures():
        context.setFeature(feature)
        html = QgsExpression.replaceExpressionText(template, context)
        assert html and "[%" not in html.replace("[% 1/0 %]", ""), html
        assert "<script" not in html and "</mapTip" not in html, html


def check_layer(path, table):
    layer = QgsVectorLayer(f"{path}|layername={table}", table, "ogr")
    assert layer.isValid() and layer.featureCount() > 0, table
    assert layer.crs().authid() == "EPSG:3035", layer.crs().authid()
    message, found = layer.loadDefaultStyle()
    assert found and layer.renderer().type() != "singleSymbol", (table, message)
    unnamed = [f.name() for f in layer.fields() if not f.alias() and f.name() not in ("fid", "OGC_FID")]
    assert not unnamed, (table, unnamed)
    assert all(f.geometry().isNull() or f.geometry().isGeosValid() for f in layer.getFeatures()), table
    if layer.renderer().type() == "graduatedSymbol":
        check_graduated(layer)
    if table != "background":
        check_map_tips(layer)
    extent = QgsRectangle(layer.extent())
    extent.grow(max(0.05 * max(extent.width(), extent.height()), 1000))
    assert painted([layer], layer.crs(), extent) > 0.003, table
    return layer


def check_project(path, spatial, with_surface):
    project = QgsProject.instance()
    project.clear()
    assert project.read(f"geopackage:{path}?projectName=overview"), project.error()
    layers = project.mapLayers().values()
    assert all(layer.isValid() for layer in layers), [layer.source() for layer in layers if not layer.isValid()]
    tree = project.layerTreeRoot().findLayers()
    assert len(tree) == len(layers) and all(node.layer() for node in tree)
    order = [node.layerId() for node in tree]
    assert order.index("gigasite_ranking") < order.index("gigasite_background")
    assert not with_surface or order.index("gigasite_ranking") < order.index("gigasite_suitability")
    for table in spatial:
        metadata = project.mapLayer(f"gigasite_{table}").metadata()
        assert metadata.abstract() and metadata.history() and metadata.title(), table
    relation = project.relationManager().relation("gigasite_contributions")
    assert relation.isValid()
    site = next(project.mapLayer("gigasite_ranking").getFeatures())
    assert len(list(relation.getRelatedFeatures(site))) > 0
    shown = [node.layer() for node in tree if node.isVisible() and node.layer().isSpatial()]
    share = painted(shown, project.crs(), project.viewSettings().defaultViewExtent())
    assert share > 0.2, share
    project.clear()


def check_run(path, with_surface=False):
    print("opening", path.name)
    database = sqlite3.connect(path)
    spatial = [row[0] for row in database.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")]
    for table in spatial:
        check_layer(path, table)
    assert QgsVectorLayer(f"{path}|layername=ranking", "", "ogr").loadDefaultStyle()[1]
    check_project(path, spatial, with_surface)
    moved = FOLDER / "moved è"
    moved.mkdir(exist_ok=True)
    for file in path.parent.glob(path.stem + "[._]*"):
        shutil.copy(file, moved)
    check_project(moved / path.name, spatial, with_surface)
    subprocess.run(["/usr/bin/python3", "-m", "osgeo_utils.samples.validate_gpkg", "--extra", "--warning-as-error",
                    path], check=True)
    return spatial


demo = SOURCE / "criteria/demo.yaml"
gigasite("run", demo, "-q", "-o", FOLDER / "demo.gpkg")
check_run(FOLDER / "demo.gpkg")
gigasite("run", demo, "-q", "--surface", "-o", FOLDER / "surface.gpkg")
check_run(FOLDER / "surface.gpkg", with_surface=True)
gigasite("run", hostile_study(), "-q", "-o", FOLDER / "hostile é.gpkg")
check_run(FOLDER / "hostile é.gpkg")
for study, table in zip(layered_studies(), ("paths", "best_sites")):
    gigasite("run", study, "-q", "-o", FOLDER / f"{table}.gpkg")
    assert table in check_run(FOLDER / f"{table}.gpkg")
gigasite("run", demo, "-q", "--set", "criteria.wind.weight=40", "-o", FOLDER / "wind.gpkg")
gigasite("compare", FOLDER / "demo.gpkg", FOLDER / "wind.gpkg", "-q", "-o", FOLDER / "changes.gpkg")
check_layer(FOLDER / "changes.gpkg", "changes")
print("as it should be")
sys.stdout.flush()
shutil.rmtree(FOLDER, ignore_errors=True)
import os  # noqa: E402

os._exit(0)  # PyQGIS may crash when it is taken down; all is said by now
