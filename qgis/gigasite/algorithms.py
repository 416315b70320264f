# SPDX-License-Identifier: Apache-2.0
"""The three algorithms: each turns its parameters into a command of the program."""
import json
import os
import sqlite3
from pathlib import Path

from qgis.core import (QgsProcessingAlgorithm, QgsProcessingContext, QgsProcessingLayerPostProcessorInterface,
                       QgsProcessingOutputBoolean,
                       QgsProcessingOutputFile, QgsProcessingOutputNumber, QgsProcessingOutputString,
                       QgsProcessingParameterBoolean, QgsProcessingParameterFile,
                       QgsProcessingParameterFileDestination, QgsProcessingParameterString)

from .program import find_program, missing_message, run_program

GEOPACKAGE = "GeoPackage (*.gpkg)"
STUDIES = "Studies (*.yaml *.yml *.json)"


class Algorithm(QgsProcessingAlgorithm):
    """What they have in common; a subclass has NAME, TITLE and HELP."""

    def createInstance(self):
        return type(self)()

    def name(self):
        return self.NAME

    def displayName(self):
        return self.TITLE

    def shortHelpString(self):
        return self.HELP

    def group(self):
        return ""

    def groupId(self):
        return ""

    def canExecute(self):
        return (True, "") if find_program() else (False, missing_message())

    def add_file(self, name, title, file_filter):
        self.addParameter(QgsProcessingParameterFile(name, title, fileFilter=file_filter))

    def add_study(self):
        self.add_file("STUDY", "Study", STUDIES)
        self.addParameter(QgsProcessingParameterFile("LAYERS_DIR", "Folder of the layers, in place of the catalogue's",
                                                     behavior=QgsProcessingParameterFile.Folder, optional=True))
        self.addParameter(QgsProcessingParameterString("SETTINGS", "Changes to the study, a line each: PATH=VALUE",
                                                       multiLine=True, optional=True))

    def add_output(self, title):
        self.addParameter(QgsProcessingParameterFileDestination("OUTPUT", title, GEOPACKAGE))

    def study_arguments(self, parameters, context):
        arguments = [self.parameterAsFile(parameters, "STUDY", context)]
        layers = self.parameterAsFile(parameters, "LAYERS_DIR", context)
        if layers:
            arguments += ["--layers-dir", layers]
        for line in self.parameterAsString(parameters, "SETTINGS", context).splitlines():
            if line.strip():
                arguments += ["--set", line.strip()]
        return arguments


class Beneath(QgsProcessingLayerPostProcessorInterface):
    """Moves a loaded layer down, so far above the lowest one: QGIS loads layers in the order of their names."""

    kept = []  # the context deletes what it has of them, not these: without them, it would call nothing

    def __init__(self, above):
        super().__init__()
        self.above = above
        self.kept.append(self)

    def postProcessLayer(self, layer, context, _feedback):
        node = context.project().layerTreeRoot().findLayer(layer.id())
        if node:
            parent = node.parent()
            parent.insertChildNode(max(0, len(parent.children()) - self.above), node.clone())
            parent.removeChildNode(node)


def load(context, source, title, above=None):
    """Loads a layer once the algorithm is done; it finds its own style."""
    details = QgsProcessingContext.LayerDetails(title, context.project(), title)
    if above is not None:
        details.setPostProcessor(Beneath(above))
    context.addLayerToLoadOnCompletion(source, details)


def load_table(context, path, table, above=None):
    """If the file has it."""
    database = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
    title = database.execute("SELECT identifier FROM gpkg_contents WHERE table_name = ?", [table]).fetchone()
    database.close()
    if title:
        load(context, f"{path}|layername={table}", title[0], above)


class RunStudy(Algorithm):
    NAME, TITLE = "run", "Run study"
    HELP = ("Measures, scores and ranks the candidates of a study, and loads the ranking styled. The GeoPackage holds "
            "a project, <i>overview</i>, with all there is.")

    def initAlgorithm(self, _configuration=None):
        self.add_study()
        self.addParameter(QgsProcessingParameterBoolean("SURFACE", "Evaluate every cell of the area, too", False))
        self.addParameter(QgsProcessingParameterBoolean("REPORT", "Write a report (HTML) beside it", False))
        self.add_output("Ranked sites")
        self.addOutput(QgsProcessingOutputFile("SUITABILITY", "Suitability (GeoTIFF)"))
        self.addOutput(QgsProcessingOutputFile("PAGE", "Report (HTML)"))

    def processAlgorithm(self, parameters, context, feedback):
        output = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        surface = self.parameterAsBool(parameters, "SURFACE", context)
        report = self.parameterAsBool(parameters, "REPORT", context)
        arguments = ["run", *self.study_arguments(parameters, context), "-o", output, "--progress", "json"]
        printed = run_program(arguments + ["--surface"] * surface + ["--report"] * report, feedback)
        if printed is None:
            return {}
        feedback.pushConsoleInfo(printed)
        stem = os.path.splitext(output)[0]
        results = {"OUTPUT": output}
        load_table(context, output, "background", above=0)
        for table in ("ranking", "best_sites", "portfolio"):
            load_table(context, output, table)
        if surface:
            results["SUITABILITY"] = stem + "_suitability.tif"
            load(context, results["SUITABILITY"], "Suitability", above=1)
        if report:
            results["PAGE"] = stem + ".html"
        return results


class CheckStudy(Algorithm):
    NAME, TITLE = "check", "Check study"
    HELP = "Reports every fault of a study, its catalogue and its data, and computes nothing."

    def initAlgorithm(self, _configuration=None):
        self.add_study()
        self.addOutput(QgsProcessingOutputBoolean("SOUND", "Has no faults"))
        self.addOutput(QgsProcessingOutputNumber("FAULTS", "Number of faults"))
        self.addOutput(QgsProcessingOutputString("TEXT", "The faults, as JSON"))

    def processAlgorithm(self, parameters, context, feedback):
        arguments = ["check", *self.study_arguments(parameters, context), "--format", "json"]
        printed = run_program(arguments, feedback, succeeds=(0, 1, 2))
        if printed is None:
            return {}
        faults = json.loads(printed)["faults"] if printed else []
        errors = [fault for fault in faults if fault.get("severity") == "error"]
        if not faults:
            feedback.pushInfo("No faults.")
        return {"SOUND": not errors, "FAULTS": len(errors), "TEXT": printed}


class CompareRuns(Algorithm):
    NAME, TITLE = "compare", "Compare runs"
    HELP = "Tells who moved between two runs, and because of what; loads the changes styled."

    def initAlgorithm(self, _configuration=None):
        self.add_file("OLD", "The earlier run", GEOPACKAGE)
        self.add_file("NEW", "The later run", GEOPACKAGE)
        self.add_output("Changes")
        self.addOutput(QgsProcessingOutputString("TEXT", "What changed"))

    def processAlgorithm(self, parameters, context, feedback):
        output = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        files = [self.parameterAsFile(parameters, name, context) for name in ("OLD", "NEW")]
        printed = run_program(["compare", *files, "-o", output], feedback)
        if printed is None:
            return {}
        feedback.pushConsoleInfo(printed)
        load_table(context, output, "changes")
        return {"OUTPUT": output, "TEXT": printed}
