# SPDX-License-Identifier: Apache-2.0
"""The program gigasite in the Processing toolbox of QGIS."""
from processing.core.ProcessingConfig import ProcessingConfig, Setting
from qgis.core import QgsApplication, QgsProcessingProvider

from .algorithms import CheckStudy, CompareRuns, RunStudy
from .program import SETTING


class Provider(QgsProcessingProvider):
    def id(self):
        return "gigasite"

    def name(self):
        return "gigasite"

    def longName(self):
        return "gigasite: where should a very large load go, and why there?"

    def versionInfo(self):
        return "0.1.0"

    def icon(self):
        return QgsApplication.getThemeIcon("/processingAlgorithm.svg")

    def load(self):
        group = self.name()
        ProcessingConfig.settingIcons[group] = self.icon()
        ProcessingConfig.addSetting(Setting(group, SETTING, "The program gigasite (empty: the one on the PATH)", "",
                                            valuetype=Setting.FILE))
        ProcessingConfig.readSettings()
        self.refreshAlgorithms()
        return True

    def unload(self):
        ProcessingConfig.removeSetting(SETTING)

    def loadAlgorithms(self):
        for algorithm in (RunStudy(), CheckStudy(), CompareRuns()):
            self.addAlgorithm(algorithm)


class Plugin:
    provider = None

    def initProcessing(self):
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):
        self.initProcessing()

    def unload(self):
        if self.provider:
            QgsApplication.processingRegistry().removeProvider(self.provider)


def classFactory(_iface):
    return Plugin()
