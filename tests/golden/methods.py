#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An independent scorer of the golden tables of topsis, vikor, promethee2 and electre3: formulas as
published, every pair looked at, no sorting. `methods.py FILE…` compares each document of `method/*.yaml` with what
it makes of the same table; `--print` prints that. With `--random SEED` it makes up tables with ties and compares
the program in $GIGASITE with itself."""
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import run_case  # noqa: E402
import yaml  # noqa: E402

DEFAULTS = {"topsis": "vector", "vikor": "none", "promethee2": "none", "electre3": "none"}


def columns_of(document):
    """Per criterion: weight, values with better turned upwards, is it absolute, preference."""
    made = []
    total = sum(c.get("weight", 1) for c in document["criteria"])
    method = document["decision"]["method"]
    for k, criterion in enumerate(document["criteria"]):
        x = [float(row[k]) for row in document["matrix"].values()]
        absolute = "better" not in criterion
        if absolute:
            value = document["value"]
            x = [min(1, max(0, (v - value["worst"]) / (value["best"] - value["worst"]))) for v in x]
        else:
            how = criterion.get("normalise", document["decision"].get("normalise", DEFAULTS[method]))
            lower = criterion["better"] == "lower"
            if how == "vector":
                length = math.sqrt(sum(v * v for v in x))
                x = [v / length for v in x]
            elif how == "minmax":
                lo, hi = min(x), max(x)
                x = [((hi - v) if lower else (v - lo)) / (hi - lo) if hi > lo else 1 for v in x]
                lower = False
            elif how == "max":
                x = [min(x) / v if lower else v / max(x) for v in x]
                lower = False
            elif how == "sum":
                whole = sum(1 / v if lower else v for v in x)
                x = [(1 / v if lower else v) / whole for v in x]
                lower = False
            if lower:
                x = [-v for v in x]
        made.append((criterion.get("weight", 1) / total, x, absolute, criterion.get("preference", {})))
    return made


def topsis(columns, n, _):
    plus, minus = [0] * n, [0] * n
    for w, x, absolute, _ in columns:
        best, worst = (1, 0) if absolute else (max(x), min(x))
        for i in range(n):
            plus[i] += (w * (x[i] - best)) ** 2
            minus[i] += (w * (x[i] - worst)) ** 2
    made = []
    for p, m in zip(plus, minus):
        p, m = math.sqrt(p), math.sqrt(m)
        made.append({"method_index": m / (p + m) if p > 0 else 1, "topsis_d_plus": p, "topsis_d_minus": m})
        made[-1]["score"] = made[-1]["method_index"]
    return made


def vikor(columns, n, decision):
    v = decision.get("v", 0.5)
    s, r = [0] * n, [0] * n
    for w, x, absolute, _ in columns:
        best, worst = (1, 0) if absolute else (max(x), min(x))
        for i in range(n):
            regret = (best - x[i]) / (best - worst) if best != worst else 0
            s[i] += w * regret
            r[i] = max(r[i], w * regret)

    def part(x, i):
        return (x[i] - min(x)) / (max(x) - min(x)) if max(x) > min(x) else 0
    return [{"method_index": v * part(s, i) + (1 - v) * part(r, i), "vikor_s": s[i], "vikor_r": r[i],
             "score": 1 - (v * part(s, i) + (1 - v) * part(r, i))} for i in range(n)]


def preference(given, d):
    kind, q, p = given.get("type", "usual"), given.get("indifference"), given.get("preference")
    if d <= 0:
        return 0
    if kind == "usual":
        return 1
    if kind == "u_shape":
        return 1 if d > q else 0
    if kind == "v_shape":
        return min(1, d / p)
    if kind == "level":
        return 0 if d <= q else 0.5 if d <= p else 1
    if kind == "linear":
        return 0 if d <= q else 1 if d > p else (d - q) / (p - q)
    return 1 - math.exp(-d * d / (2 * given["sigma"] ** 2))


def promethee2(columns, n, _):
    made = []
    for i in range(n):
        plus = minus = 0
        for w, x, _, given in columns:
            for k in range(n):
                plus += w * preference(given, x[i] - x[k])
                minus += w * preference(given, x[k] - x[i])
        plus, minus = plus / max(1, n - 1), minus / max(1, n - 1)
        made.append({"method_index": plus - minus, "score": (plus - minus + 1) / 2,
                     "promethee_plus": plus, "promethee_minus": minus})
    return made


def electre3(columns, n, decision):
    alpha, beta = decision.get("alpha", 0.30), decision.get("beta", 0.15)
    sigma = [[0.0] * n for _ in range(n)]
    for a in range(n):
        for b in range(n):
            whole, against = 0, []
            for w, x, _, given in columns:
                q = given.get("indifference", 0)
                p = given.get("preference", q)
                veto = given.get("veto", math.inf)
                behind = x[b] - x[a]
                whole += w * (1 if behind <= q else 0 if behind >= p else (p - behind) / (p - q))
                d = 0 if behind <= p else 1 if behind >= veto else (behind - p) / (veto - p)
                if w > 0:
                    against.append(d)
            sigma[a][b] = whole
            for d in against:
                if d > whole:
                    sigma[a][b] *= (1 - d) / (1 - whole)

    def s(x):
        return alpha - beta * x

    def distil(downwards):
        left, classes = set(range(n)), []
        while left:
            inner = set(left)
            level = max([sigma[a][b] for a in inner for b in inner if a != b], default=0)
            while len(inner) > 1:
                below = [sigma[a][b] for a in inner for b in inner
                         if a != b and sigma[a][b] < level - s(level)]
                cut = max(below, default=0)

                def beats(a, b):
                    return sigma[a][b] > cut and sigma[a][b] > sigma[b][a] + s(sigma[a][b])
                quality = {a: sum(beats(a, b) for b in inner if b != a) -
                           sum(beats(b, a) for b in inner if b != a) for a in inner}
                extreme = max(quality.values()) if downwards else min(quality.values())
                inner = {a for a in inner if quality[a] == extreme}
                if cut == 0:
                    break
                level = cut
            classes.append(inner)
            left -= inner
        if not downwards:
            classes.reverse()
        rank, at = {}, 1
        for members in classes:
            for a in members:
                rank[a] = at
            at += len(members)
        return rank
    down, up = distil(True), distil(False)
    return [{"method_index": (down[i] + up[i]) / 2, "electre_descending": down[i], "electre_ascending": up[i],
             "score": 1 - ((down[i] + up[i]) / 2 - 1) / (n - 1) if n > 1 else 1} for i in range(n)]


METHODS = {"topsis": topsis, "vikor": vikor, "promethee2": promethee2, "electre3": electre3}


def expected_of(document):
    """{site: figures} with ranks."""
    sites = list(document["matrix"])
    rows = METHODS[document["decision"]["method"]](columns_of(document), len(sites), document["decision"])
    for row in rows:
        row["rank"] = 1 + sum(other["score"] > row["score"] + 1e-11 for other in rows)
    return dict(zip(sites, rows))


def compare_file(path, show):
    faults = 0
    for document in yaml.load_all(path.read_text(encoding="utf-8"), run_case.Loader):
        if show:
            print(json.dumps(expected_of(document)))
            continue
        tolerance = document.get("tolerance", {})
        absolute = tolerance.get("absolute", 1e-12) if isinstance(tolerance, dict) else 1e-12
        for site, row in expected_of(document).items():
            for key, given in document["expect"][site].items():
                if key in row and abs(row[key] - given) > absolute:
                    print(f"{path}: {key} of {site}: {row[key]}, the file says {given}")
                    faults += 1
    return faults


def random_document(dice):
    method = dice.choice(list(METHODS))
    n, criteria = dice.randint(1, 40), []
    for k in range(dice.randint(1, 5)):
        q = dice.choice([0, 1, 2.5])
        p = q + dice.choice([0.5, 2, 7])
        kind = dice.choice(["usual", "u_shape", "v_shape", "level", "linear", "gaussian"])
        given = {"type": kind, "indifference": q, "preference": p, "sigma": dice.choice([0.3, 4, 50])}
        if dice.random() < 0.5:
            given["veto"] = p + dice.choice([1, 10])
        criteria.append({"id": f"c{k}", "weight": dice.choice([0, 1, 2, 5.5]) if k else 1,
                         "better": dice.choice(["higher", "lower"])})
        if method in ("promethee2", "electre3"):
            criteria[-1]["preference"] = given
        if dice.random() < 0.2:
            del criteria[-1]["better"]
            criteria[-1].pop("preference", None)
    matrix = {f"s{i:02}": [dice.choice([dice.randint(1, 20), round(dice.uniform(1, 20), 2)]) for _ in criteria]
              for i in range(n)}
    return {"source": "random", "decision": {"method": method}, "criteria": criteria, "matrix": matrix,
            "value": {"type": "linear", "worst": 0, "best": 20}}


def compare_random(seed, rounds):
    dice, faults = random.Random(seed), 0
    for _ in range(rounds):
        document = random_document(dice)
        document["expect"] = {site: {key: x for key, x in row.items()} for site, row in
                              expected_of(document).items()}
        document["tolerance"] = {"absolute": 1e-10}
        report = run_case.Report()
        with tempfile.TemporaryDirectory() as folder:
            run_case.run_methods(Path(folder), document, document["decision"]["method"], report)
        for fault in report.faults:
            print(json.dumps(document))
            print(fault)
        faults += len(report.faults)
    return faults


if __name__ == "__main__":
    if sys.argv[1] == "--random":
        sys.exit(1 if compare_random(int(sys.argv[2]), int(sys.argv[3])) else 0)
    show = sys.argv[1] == "--print"
    sys.exit(1 if sum(compare_file(Path(name), show) for name in sys.argv[1 + show:]) else 0)
