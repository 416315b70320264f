# SPDX-License-Identifier: Apache-2.0
"""Finds the program and runs it: its progress and messages go to Processing, a cancel goes to it."""
import json
import os
import queue
import shutil
import signal
import subprocess
import threading

from processing.core.ProcessingConfig import ProcessingConfig
from qgis.core import QgsProcessingException

SETTING = "GIGASITE_PROGRAM"
MISSING = ("The program gigasite was not found{where}. Install it so that it is on the PATH, or tell where it is in "
           "Settings > Options > Processing > Providers > gigasite.")
INTERRUPTED = 130
POLL_S = 0.1
PATIENCE_S = 10  # after being asked to stop, to take back what is half written


def find_program():
    """The path of the program. None: there is none."""
    stated = ProcessingConfig.getSetting(SETTING)
    return shutil.which(stated or "gigasite")


def missing_message():
    stated = ProcessingConfig.getSetting(SETTING)
    return MISSING.format(where=f" at {stated}" if stated else "")


def _read_lines(stream, lines):
    for line in stream:
        lines.put(line.rstrip("\n"))
    lines.put(None)


def _show(line, feedback):
    """A line of the program's messages; progress comes as JSON."""
    try:
        told = json.loads(line)
        feedback.setProgress(100 * told["progress"])
        feedback.setProgressText(told["stage"])
    except (ValueError, KeyError, TypeError):
        if "warning:" in line:
            feedback.pushWarning(line)
        elif "error:" in line:
            feedback.reportError(line)
        elif line:
            feedback.pushInfo(line)


def _stop(process):
    """As Ctrl+C does: the program removes what it has not finished."""
    if process.poll() is not None:
        return
    process.terminate() if os.name == "nt" else process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _follow(process, feedback, succeeds):
    messages, printed = queue.Queue(), []
    readers = [threading.Thread(target=_read_lines, args=(process.stderr, messages), daemon=True),
               threading.Thread(target=lambda: printed.append(process.stdout.read()), daemon=True)]
    for reader in readers:
        reader.start()
    line = ""
    while line is not None:
        if feedback.isCanceled():
            _stop(process)
        try:
            line = messages.get(timeout=POLL_S)
        except queue.Empty:
            continue
        if line is not None:
            _show(line, feedback)
    status = process.wait()
    for reader in readers:
        reader.join()
    if feedback.isCanceled() or status == INTERRUPTED:
        return None
    if status not in succeeds:
        raise QgsProcessingException(f"gigasite has failed (status {status}): its messages say why.")
    return printed[0]


def run_program(arguments, feedback, succeeds=(0,)):
    """Runs it to the end and returns what it has printed. Raises when it fails; None: it was cancelled."""
    program = find_program()
    if not program:
        raise QgsProcessingException(missing_message())
    feedback.pushCommandInfo(" ".join([program, *arguments]))
    hidden = {"creationflags": subprocess.CREATE_NO_WINDOW} if os.name == "nt" else {}
    try:
        process = subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, encoding="utf-8", errors="replace", **hidden)
    except OSError as fault:
        raise QgsProcessingException(f"{program} cannot be started: {fault}") from fault
    with process:
        return _follow(process, feedback, succeeds)
