#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The texts of the report: every language has the same keys with the same {places}, the page asks for no
other, and none is asked for by nobody: report_texts.py FOLDER"""
import json
import re
import sys
from pathlib import Path


def no_twins(pairs):
    keys = [key for key, _ in pairs]
    twins = {key for key in keys if keys.count(key) > 1}
    if twins:
        raise SystemExit(f"keys that stand twice: {', '.join(sorted(twins))}")
    return dict(pairs)


def places(text):
    forms = text.values() if isinstance(text, dict) else [text]
    return set().union(*(re.findall(r"\{(\w+)\}", form) for form in forms))


def faults_of(folder):
    languages = re.findall(r"^GS_LANGUAGE\((\w+)\)", (folder / "language.def").read_text(encoding="utf-8"), re.M)
    files = {path.stem: json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=no_twins)
             for path in (folder / "texts").glob("*.json")}
    if set(languages) != set(files):
        yield f"language.def has {languages}, texts/ has {sorted(files)}"
    english = files["en"]
    for language, texts in files.items():
        for key in sorted(set(english) ^ set(texts)):
            yield f"{language}.json: `{key}` is {'missing' if key in english else 'not in en.json'}"
        for key in sorted(set(english) & set(texts)):
            if places(english[key]) != places(texts[key]) or isinstance(english[key], dict) != isinstance(texts[key], dict):
                yield f"{language}.json: `{key}` has other places or forms than en.json"
    script = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.js"))
    asked = set(re.findall(r'\bt\("([\w.]+)"', script)) | {word for pair in re.findall(
        r'\bt\([^"()]*\? "([\w.]+)" : "([\w.]+)"', script) for word in pair}
    starts = tuple(re.findall(r"\bt\(`([\w.]+)\$\{", script))
    for key in sorted(asked - set(english)):
        yield f"the page asks for `{key}`, which no language has"
    for key in sorted(set(english) - asked):
        if not (starts and key.startswith(starts)):
            yield f"nobody asks for `{key}`"


def main(folder):
    faults = list(faults_of(folder))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
