// SPDX-License-Identifier: Apache-2.0
// Small pictures of numbers, as SVG elements. Each number in them also stands as text beside them.
"use strict";

// Okabe and Ito (2008), "Color universal design": told apart by those who do not see red or green.
const HUES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c8c00", "#7a7a7a"];

// The outermost group of a criterion, or itself: what the score's bar is divided into.
const families = (() => {
  const list = [];
  const familyOf = criteria.map((c) => {
    const id = c.path ? c.path.split("/")[0] : c.id;
    let at = list.findIndex((family) => family.id === id);
    if (at < 0) {
      const group = c.path ? data.groups?.find((g) => g.id === id) : null;
      at = list.push({id, title: c.path ? group?.title || id : c.title}) - 1;
    }
    return at;
  });
  const last = HUES.length - 1; // more than there are hues share the last one
  if (list.length > HUES.length) {
    list.splice(last, list.length, {title: t("other_criteria")});
    familyOf.forEach((at, c) => { familyOf[c] = Math.min(at, last); });
  }
  list.forEach((family, i) => { family.hue = HUES[i]; });
  return {list, of: familyOf};
})();

// Do the parts add up to the score? Then they can be shown as such.
const isAdditive = (data.method?.name ?? data.facts.find(([key]) => key === "method")?.[1]) === "weighted_sum" &&
  sites.every((site) => site.rank === null || site.worths.every((x) => x >= 0 && x <= 1));

function scoreBar(site) {
  const width = 96, height = 7, bar = svg("svg", {class: "score-bar", viewBox: `0 0 ${width} ${height}`,
    "aria-hidden": "true", preserveAspectRatio: "none"}, svg("rect", {class: "track", width, height}));
  if (!isAdditive) {
    bar.append(svg("rect", {width: width * shown.score.get(site), height, fill: colourOf(shown.score.get(site))}));
    return bar;
  }
  let x = 0;
  families.list.forEach((family, i) => {
    const part = criteria.reduce((sum, c) =>
      sum + (families.of[c.c] === i ? shown.weights[c.c] * site.worths[c.c] : 0), 0);
    bar.append(svg("rect", {x, width: Math.max(0, width * part), height, fill: family.hue}));
    x += width * part;
  });
  return bar;
}

function partsLegend() {
  if (!isAdditive || families.list.length < 2) return null;
  return h("ul", {class: "families", "aria-label": t("parts_legend")}, families.list.map((family) =>
    h("li", {}, svg("svg", {width: 11, height: 11, "aria-hidden": "true"},
      svg("rect", {width: 11, height: 11, rx: 2, fill: family.hue})), family.title)));
}

// What a criterion adds and what it could add at most.
function partBar(c, worth, most) {
  const width = 240, height = 12, all = (width * shown.weights[c.c]) / most;
  return svg("svg", {class: "part-bar", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true"},
    svg("rect", {class: "track", width: all, height, rx: 2}),
    svg("rect", {width: all * (worth ?? 0), height, rx: 2, fill: families.list[families.of[c.c]].hue}));
}

// -- a value function, and where the sites lie on it -------------------------------------------------------

const CHART = {width: 320, height: 150, left: 34, right: 8, top: 10, bottom: 30};

function axes(from, to, unit) {
  const {width, height, left, right, top, bottom} = CHART, floor = height - bottom;
  const lines = [0, 0.5, 1].flatMap((y) => {
    const at = floor - y * (floor - top);
    return [svg("line", {class: "grid", x1: left, x2: width - right, y1: at, y2: at}),
      svg("text", {x: left - 5, y: at + 3.5, "text-anchor": "end"}, number(y, 2))];
  });
  const isFar = unit === "m" && Math.max(Math.abs(from), Math.abs(to)) >= 1000, scale = isFar ? 1000 : 1;
  const labels = [0, 0.5, 1].map((share) => svg("text",
    {x: left + share * (width - left - right), y: floor + 13, "text-anchor": ["start", "middle", "end"][2 * share]},
    number((from + share * (to - from)) / scale, 3)));
  const name = svg("text", {x: (left + width - right) / 2, y: height - 3, "text-anchor": "middle"}, isFar ? "km" : unitText(unit));
  return [...lines, ...labels, name];
}

function histogram(values, x, from, to) {
  const n = 32, counts = new Array(n).fill(0), {height, bottom} = CHART, floor = height - bottom;
  for (const value of values) {
    const at = Math.floor(((value - from) / (to - from)) * n);
    if (at >= 0 && at <= n) counts[Math.min(n - 1, at)]++;
  }
  const most = Math.max(...counts, 1);
  return counts.map((count, i) => count && svg("rect", {class: "bin", x: x(from + (i * (to - from)) / n),
    width: Math.max(1, x(from + (to - from) / n) - x(from) - 0.6), y: floor - (46 * count) / most, height: (46 * count) / most}));
}

function valueChart(c) {
  const {width, height, left, right, top, bottom} = CHART, floor = height - bottom;
  const measured = sites.filter((site) => isNumber(site.measured[c.c]));
  let {from, to} = c.curve ?? {};
  if (!c.curve) {
    if (!measured.length) return null;
    const values = measured.map((site) => site.measured[c.c]);
    [from, to] = [Math.min(...values), Math.max(...values)];
    if (from === to) [from, to] = [from - 1, to + 1];
  }
  const x = (value) => left + ((value - from) / (to - from)) * (width - left - right);
  const y = (worth) => floor - Math.min(1, Math.max(0, worth)) * (floor - top);
  const chart = svg("svg", {class: "value-chart", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": t("curve_label", {title: c.title})}, axes(from, to, c.unit),
  histogram(measured.map((site) => site.measured[c.c]), x, from, to));
  if (c.curve) {
    const last = c.curve.worths.length - 1;
    let path = "", isDown = false;
    c.curve.worths.forEach((worth, i) => {
      if (worth === null) { isDown = false; return; }
      path += `${isDown ? "L" : "M"}${x(from + (i * (to - from)) / last).toFixed(1)} ${y(worth).toFixed(1)}`;
      isDown = true;
    });
    chart.append(svg("path", {class: "curve", d: path}));
  }
  for (const site of measured.filter((s) => s.rank !== null && s.rank <= 5 && isNumber(s.worths[c.c])).reverse())
    chart.append(svg("circle", {cx: x(site.measured[c.c]), cy: y(site.worths[c.c]), r: 4, class: "best-dot"},
      svg("title", {}, `${siteName(site)}: ${quantity(site.measured[c.c], c.unit)}`)));
  chart.append(svg("g", {class: "chosen"}));
  chart.mark = (site) => {
    const chosen = chart.querySelector(".chosen");
    chosen.replaceChildren();
    if (site && isNumber(site.measured[c.c]) && isNumber(site.worths[c.c]))
      chosen.append(svg("circle", {cx: x(site.measured[c.c]), cy: y(site.worths[c.c]), r: 5.5, class: "chosen-dot"}));
  };
  return chart;
}

// Classes with their worths and how many sites have each.
function classList(c) {
  const classes = new Map();
  for (const site of sites) {
    const key = site.measured[c.c];
    if (key === null) continue;
    const entry = classes.get(key) ?? {worth: null, n: 0};
    entry.worth ??= site.worths[c.c];
    entry.n++;
    classes.set(key, entry);
  }
  const rows = [...classes].sort((a, b) => (b[1].worth ?? -1) - (a[1].worth ?? -1)).slice(0, 12);
  return h("ul", {class: "classes"}, rows.map(([key, {worth, n}]) => h("li", {},
    h("span", {class: "class-name"}, String(key)),
    svg("svg", {viewBox: "0 0 100 10", class: "class-bar", "aria-hidden": "true", preserveAspectRatio: "none"},
      svg("rect", {class: "track", width: 100, height: 10}),
      svg("rect", {class: "worth", width: 100 * (worth ?? 0), height: 10})),
    h("span", {class: "number"}, score(worth, 2)), h("span", {class: "muted"}, t("n_sites", {n, count: whole(n)})))));
}

// -- robustness ----------------------------------------------------------------------------------------------

function rangeBar(site, most) {
  const width = 220, height = 14, x = (rank) => 6 + ((rank - 1) / Math.max(1, most - 1)) * (width - 12);
  return svg("svg", {class: "range-bar", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true"},
    svg("line", {class: "grid", x1: 6, x2: width - 6, y1: 7, y2: 7}),
    svg("line", {class: "range", x1: x(site.p05), x2: x(site.p95), y1: 7, y2: 7}),
    svg("circle", {class: "mean", cx: x(site.mean), cy: 7, r: 4}),
    svg("line", {class: "own", x1: x(site.rank), x2: x(site.rank), y1: 1, y2: 13}));
}

// A cell as dark as its share is large; the text on it stays readable.
function heatCell(share) {
  const colour = `color-mix(in srgb, var(--heat) ${Math.round(100 * Math.sqrt(share))}%, var(--paper))`;
  return h("td", {class: share > 0.35 ? "heat strong" : "heat", style: {"background-color": colour}},
    share >= 0.005 ? percent(share, 0) : share > 0 ? "·" : "");
}
