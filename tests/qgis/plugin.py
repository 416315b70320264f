# SPDX-License-Identifier: Apache-2.0
"""The Processing plugin: what its algorithms give, that progress and cancel work, that a missing program is told, and
that QGIS itself loads it."""
import json, os, shutil, sqlite3, subprocess, sys
from pathlib import Path

from support import FOLDER, GIGASITE, SOURCE, quiet_profile, skip

quiet_profile()
try:
    from qgis.core import (QgsApplication, QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback, QgsProject,
                           QgsRasterLayer, QgsVectorLayer)
    sys.path.append("/usr/share/qgis/python/plugins")
    import processing
    from processing.core.Processing import Processing
    from processing.core.ProcessingConfig import ProcessingConfig
except ImportError as fault:
    skip(f"no QGIS with Processing for Python: {fault}")

DEMO = str(SOURCE / "criteria/demo.yaml")
PATH = os.environ["PATH"]
os.environ["PATH"] = f"{Path(GIGASITE).resolve().parent}{os.pathsep}{PATH}"
application = QgsApplication([], False)
application.initQgis()
Processing.initialize()
sys.path.append(str(SOURCE / "qgis"))
import gigasite  # noqa: E402

plugin = gigasite.classFactory(None)
plugin.initProcessing()


class Feedback(QgsProcessingFeedback):
    """Keeps what it is told; cancels as soon as there is progress when asked to."""

    def __init__(self, cancels=False):
        super().__init__(False)
        self.cancels, self.shares, self.stages, self.messages = cancels, [], [], []

    def setProgress(self, share):
        self.shares.append(share)
        if self.cancels:
            self.cancel()

    def setProgressText(self, text):
        self.stages.append(text)

    def reportError(self, text, _fatal=False):
        self.messages.append(text)

    def pushWarning(self, text):
        self.messages.append(text)


contexts = []  # they delete what they hold


def run(name, parameters, feedback=None):
    """The results, and what would be loaded."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    feedback = feedback or Feedback()
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"gigasite:{name}")
    assert algorithm.checkParameterValues(parameters, context)[0]
    results, good = algorithm.run(parameters, context, feedback, catchExceptions=False)
    assert good
    contexts.append(context)
    return results, context.layersToLoadOnCompletion()


def test_run():
    feedback = Feedback()
    output = str(FOLDER / "a é.gpkg")
    results, to_load = run("run", {"STUDY": DEMO, "OUTPUT": output, "SURFACE": True, "REPORT": True,
                                   "SETTINGS": "criteria.wind.weight=40\n\nfacility.pue=1.3"}, feedback)
    assert results["OUTPUT"] == output and Path(results["PAGE"]).exists() and Path(results["SUITABILITY"]).exists()
    settings = sqlite3.connect(output).execute("SELECT value FROM run WHERE key = 'study.settings'").fetchone()[0]
    assert settings.split() == ["criteria.wind.weight=40", "facility.pue=1.3"], settings
    assert feedback.shares == sorted(feedback.shares) and feedback.shares[-1] == 100 and len(feedback.shares) > 5
    assert len(set(feedback.stages)) > 3
    assert any("covers" in message for message in feedback.messages), feedback.messages
    tables = {source.split("|layername=")[-1] for source in to_load}
    assert tables == {"background", "ranking", "portfolio", results["SUITABILITY"]}, tables
    project, context = QgsProject.instance(), QgsProcessingContext()
    context.setProject(project)
    for source, details in to_load.items():  # as QGIS does when it is done
        layer = project.addMapLayer(QgsVectorLayer(source, details.name, "ogr") if "|" in source
                                    else QgsRasterLayer(source, details.name))
        if details.postProcessor():
            details.postProcessor().postProcessLayer(layer, context, feedback)
    names = [node.name() for node in project.layerTreeRoot().findLayers()]
    assert sorted(names[:2]) == ["Chosen set", "Ranked sites"] and names[2:] == ["Suitability", "Background"], names
    project.clear()
    ranking = QgsVectorLayer(f"{output}|layername=ranking", "", "ogr")
    assert ranking.loadDefaultStyle()[1] and ranking.renderer().type() == "graduatedSymbol"


def test_cancel():
    feedback = Feedback(cancels=True)
    output = FOLDER / "cancelled.gpkg"
    results, to_load = run("run", {"STUDY": DEMO, "OUTPUT": str(output), "SURFACE": True}, feedback)
    assert not results.get("OUTPUT") and not to_load and feedback.shares[-1] < 100, results
    assert not list(FOLDER.glob("*cancelled*")) and not list(FOLDER.glob(".*cancelled*"))


def test_check():
    results, _ = run("check", {"STUDY": DEMO})
    assert results["SOUND"] is True and results["FAULTS"] == 0
    feedback = Feedback()
    results, _ = run("check", {"STUDY": DEMO, "SETTINGS": "facility.pue=x"}, feedback)
    assert results["SOUND"] is False and results["FAULTS"] == 3
    assert any("`pue` must be a number" in message for message in feedback.messages)
    assert len(json.loads(results["TEXT"])["faults"]) == 3


def test_compare():
    run("run", {"STUDY": DEMO, "OUTPUT": str(FOLDER / "b.gpkg")})
    results, to_load = run("compare", {"OLD": str(FOLDER / "b.gpkg"), "NEW": str(FOLDER / "a é.gpkg"),
                                       "OUTPUT": str(FOLDER / "changes.gpkg")})
    assert "because" in results["TEXT"] or "rank" in results["TEXT"]
    assert list(to_load) == [f"{FOLDER / 'changes.gpkg'}|layername=changes"]


def fault_of(name, parameters):
    try:
        run(name, parameters)
    except QgsProcessingException as fault:
        return str(fault)
    raise AssertionError("it has not failed")


def test_faults():
    assert "status 2" in fault_of("run", {"STUDY": str(FOLDER / "none.yaml"), "OUTPUT": str(FOLDER / "c.gpkg")})
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("gigasite:check")
    assert algorithm.canExecute()[0]
    ProcessingConfig.setSettingValue("GIGASITE_PROGRAM", str(SOURCE / "README.md"))
    good, message = algorithm.canExecute()
    assert not good and f"was not found at {SOURCE}" in message and "Settings > Options" in message, message
    assert fault_of("check", {"STUDY": DEMO}) == message
    ProcessingConfig.setSettingValue("GIGASITE_PROGRAM", "")


def qgis_process(*arguments, path):
    return subprocess.run(["qgis_process.bin", *arguments], capture_output=True, text=True,
                          env={**os.environ, "PATH": path, "QGIS_PLUGINPATH": str(SOURCE / "qgis")})


def test_qgis_process():
    """As QGIS loads it: by its metadata, from a folder of plugins."""
    if not shutil.which("qgis_process.bin"):  # of Debian; the wrapper of that name takes other options
        return
    assert "gigasite" in qgis_process("plugins", "enable", "gigasite", path=os.environ["PATH"]).stdout
    done = qgis_process("--json", "run", "gigasite:check", "--", f"STUDY={DEMO}", path=os.environ["PATH"])
    assert done.returncode == 0 and json.loads(done.stdout)["results"]["SOUND"] is True, done
    missing = qgis_process("run", "gigasite:check", "--", f"STUDY={DEMO}", path="/usr/bin:/bin")
    assert missing.returncode == 1 and "gigasite was not found" in missing.stdout + missing.stderr, missing


for test in (test_run, test_cancel, test_check, test_compare, test_faults, test_qgis_process):
    print(test.__name__, flush=True)
    test()
plugin.unload()
assert not QgsApplication.processingRegistry().providerById("gigasite")
shutil.rmtree(FOLDER, ignore_errors=True)
print("as it should be", flush=True)
os._exit(0)  # PyQGIS may crash when it is taken down; all is said by now
