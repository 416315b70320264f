// SPDX-License-Identifier: Apache-2.0
// The map: Leaflet without a projection, in the analysis CRS, so that what is drawn is what was computed.
"use strict";

const THEMES = {grid: "#c2452d", water: "#3a86c8", fibre: "#8a5bb5", land: "#6f9444", renewables: "#b98300"};
const POINTS = 0, LINE = 1, RING = 2;

// A circle, or for sites that are excluded a cross, so that it is not told by colour alone.
const SiteMark = L.CircleMarker.extend({
  _updatePath() {
    if (!this.options.cross) return L.CircleMarker.prototype._updatePath.call(this);
    const {x, y} = this._point, r = this._radius, renderer = this._renderer;
    if (renderer instanceof L.SVG)
      return renderer._setPath(this, `M${x - r} ${y - r}l${2 * r} ${2 * r}M${x - r} ${y + r}l${2 * r} ${-2 * r}`);
    if (!renderer._drawing || this._empty()) return undefined;
    const ctx = renderer._ctx;
    ctx.beginPath();
    ctx.moveTo(x - r, y - r);
    ctx.lineTo(x + r, y + r);
    ctx.moveTo(x - r, y + r);
    ctx.lineTo(x + r, y - r);
    renderer._fillStroke(ctx, this);
    return undefined;
  },
});

const siteMap = {marks: new Map(), labels: [], selected: null};
const LABELS = 10;

let cssColours = {};
function cssColour(name) {
  cssColours[name] ??= getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return cssColours[name];
}

// Units of the map: metres where the CRS has them, so that the scale bar is right.
const metresPerStep = () => data.map.metres || 1;
const placeOf = ([x, y]) => [y * metresPerStep(), x * metresPerStep()];

// [kind, x, y, dx, dy, …] to places
function decode([, ...steps]) {
  const places = [];
  for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    places.push(placeOf([x, y]));
  }
  return places;
}
const partsOf = (shape, kind) => shape.filter((part) => part[0] === kind).map(decode);

// Few elements, so that thousands of features stay fluid: lines are one path, points its round ends.
function layerGroup(layer, renderer) {
  const group = L.layerGroup(), colour = THEMES[layer.theme] ?? "#7d7d7d";
  const isGround = layer.role !== "layer", common = {renderer, interactive: false};
  for (const shape of layer.shapes) {
    const rings = partsOf(shape, RING);
    if (rings.length)
      L.polygon(rings, {...common, className: isGround ? "ground" : "", weight: isGround ? 1 : 0.8,
        color: isGround ? cssColour("--border") : colour, fillColor: isGround ? cssColour("--ground") : colour,
        fillOpacity: isGround ? 1 : 0.18}).addTo(group);
  }
  const lines = layer.shapes.flatMap((shape) => partsOf(shape, LINE));
  if (lines.length) L.polyline(lines, {...common, color: colour, weight: 1.1, opacity: 0.85}).addTo(group);
  const points = layer.shapes.flatMap((shape) => partsOf(shape, POINTS)).flat();
  if (points.length)
    L.polyline(points.map((place) => [place, place]), {...common, color: colour, weight: 4.4, opacity: 0.85,
      lineCap: "round", smoothFactor: 0, noClip: true}).addTo(group);
  return group;
}

// Large enough to be drawn as what they are; others are marked by a circle.
function hasOutline(site) {
  const shape = data.map.outlines?.[site.i];
  if (!shape?.length || !shape.some((part) => part[0] === RING)) return false;
  const box = L.latLngBounds(shape.flatMap(decode));
  const least = 0.012 * data.map.width * metresPerStep();
  return box.getEast() - box.getWest() > least || box.getNorth() - box.getSouth() > least;
}

function styleOf(site) {
  const place = shown.rank.get(site), value = shown.score.get(site), isSelected = siteMap.selected === site;
  if (place === null) // excluded
    return {cross: !site.isOutline, radius: isSelected ? 6 : 3.5, color: cssColour(isSelected ? "--select" : "--out"),
      weight: isSelected ? 3 : 1.6, dashArray: site.isOutline ? "3 4" : null, fill: site.isOutline, fillOpacity: 0.3,
      fillColor: cssColour("--out")};
  const few = ranked.length <= 60, isBest = place <= LABELS;
  return {cross: false, radius: isSelected ? 11 : isBest ? 9 : few ? 6 : ranked.length <= 1000 ? 4.5 : 3,
    color: isSelected ? cssColour("--select") : cssColour("--rim"), weight: isSelected ? 3.5 : 1.2, fill: true,
    fillColor: colourOf(value), fillOpacity: siteMap.areOutlines ? 0.85 : 0.95};
}

// Thousands at a time: only what changed, and without projecting places that stay where they are.
function paint(site) {
  const mark = siteMap.marks.get(site), style = styleOf(site), renderer = siteMap.renderer;
  if (!mark || ["cross", "radius", "color", "weight", "fillColor"].every((key) => mark.options[key] === style[key])) return;
  Object.assign(mark.options, style);
  if (mark.setRadius) mark._radius = style.radius;
  if (renderer instanceof L.Canvas) {
    renderer._requestRedraw(mark);
    if (mark.setRadius) mark._updateBounds();
    renderer._requestRedraw(mark);
  } else {
    renderer._updateStyle(mark);
    if (mark.setRadius) mark._updatePath();
  }
}

// The ranks of the best sites stand in their circles.
function placeLabels() {
  for (const label of siteMap.labels) label.remove();
  siteMap.labels = ranked.filter((site) => shown.rank.get(site) <= LABELS && data.map.points[site.i])
    .sort((a, b) => shown.rank.get(b) - shown.rank.get(a))
    .slice(-2 * LABELS)
    .map((site) => {
      const tone = isLight(colourOf(shown.score.get(site))) ? "on-light" : "on-dark";
      const icon = L.divIcon({className: `rank-label ${tone}`, html: String(shown.rank.get(site)), iconSize: [20, 20]});
      return L.marker(placeOf(data.map.points[site.i]), {icon, interactive: false, keyboard: false})
        .addTo(siteMap.map);
    });
}

function tipOf(site) {
  const place = shown.rank.get(site);
  return h("div", {class: "tip"}, h("strong", {}, siteName(site)), h("br"),
    place === null ? t("map.tip.excluded", {why: site.excludedBy ?? ""})
      : t("map.tip.ranked", {rank: whole(place), score: score(shown.score.get(site))}));
}

function addSites(map) {
  const inOrder = [...sites].reverse(); // the best are drawn last
  for (const site of inOrder) {
    const point = data.map.points[site.i];
    if (!point) continue;
    site.isOutline = hasOutline(site);
    const mark = site.isOutline ? L.polygon(partsOf(data.map.outlines[site.i], RING), {renderer: siteMap.renderer})
      : new SiteMark(placeOf(point), {renderer: siteMap.renderer});
    siteMap.areOutlines ||= site.isOutline;
    siteMap.marks.set(site, mark);
    mark.setStyle(styleOf(site));
    if (!site.isOutline) mark.setRadius(styleOf(site).radius);
    mark.addTo(map).bindTooltip(() => tipOf(site), {sticky: site.isOutline, direction: "top"});
    mark.on("click", () => emit("select", site, "map"));
    mark.on("mouseover", () => emit("hover", site));
    mark.on("mouseout", () => emit("hover", null));
  }
}

function toggle(title, colour, group, isOn, kind) {
  const box = h("input", {type: "checkbox", checked: isOn, onchange: () =>
    box.checked ? group.addTo(siteMap.map) : group.remove()});
  if (isOn) group.addTo(siteMap.map);
  const swatch = svg("svg", {width: 18, height: 12, "aria-hidden": "true"},
    kind === LINE ? svg("path", {d: "M1 9L7 3L11 8L17 3", stroke: colour, fill: "none", "stroke-width": 2})
      : kind === POINTS ? svg("circle", {cx: 9, cy: 6, r: 3, fill: colour})
        : svg("rect", {x: 2, y: 1, width: 14, height: 10, fill: colour, "fill-opacity": 0.4, stroke: colour}));
  return h("label", {class: "layer"}, box, swatch, title);
}

function legend() {
  const [least, most] = data.map.range;
  const stops = VIRIDIS.map(([r, g, b], i) => svg("stop", {offset: i / 4, "stop-color": `rgb(${r},${g},${b})`}));
  const bar = svg("svg", {width: 150, height: 26, role: "img",
    "aria-label": t("map.legend", {least: score(least, 2), most: score(most, 2)})},
  svg("defs", {}, svg("linearGradient", {id: "ramp"}, stops)),
  svg("rect", {x: 5, width: 140, height: 10, fill: "url(#ramp)"}),
  [0, 0.5, 1].map((at) => svg("text", {x: 5 + 140 * at, y: 23, "text-anchor": ["start", "middle", "end"][2 * at]},
    score(least + at * (most - least), 2))));
  return h("div", {class: "legend"}, h("span", {}, t("score")), bar,
    sites.some((site) => site.rank === null) && h("span", {class: "excluded-key"}, svg("svg",
      {width: 14, height: 12, "aria-hidden": "true"}, svg("path", {d: "M3 2l8 8M3 10l8-8", class: "cross"})), t("excluded")));
}

// Borders and what belongs to the grid are shown at first; the rest can be switched on.
function layerList() {
  const toggles = [];
  if (data.map.surface) {
    const [x0, y0, x1, y1] = data.map.surface.box;
    const image = L.imageOverlay(`data:image/png;base64,${data.map.surface.png}`,
      [placeOf([x0, y0]), placeOf([x1, y1])], {opacity: 0.6, alt: t("map.surface"), className: "surface", pane: "surface"});
    toggles.push(toggle(t("map.surface"), "#21918c", image, true, RING));
  }
  data.map.layers.forEach((layer, i) => {
    const colour = layer.role === "layer" ? THEMES[layer.theme] ?? "#7d7d7d" : cssColour("--border");
    const kinds = layer.shapes.flatMap((shape) => shape.map((part) => part[0]));
    const isOn = layer.role !== "layer" || layer.theme === "grid" && layer.shapes.length <= 200 &&
      !data.map.layers.slice(0, i).some((other) => other.theme === "grid");
    const pane = layer.role === "layer" ? siteMap.middle : siteMap.ground;
    const title = layer.where ? `${layer.title} (${layer.where})` : layer.title;
    toggles.push(toggle(title, colour, layerGroup(layer, pane), isOn, kinds[0] ?? RING));
  });
  return toggles.length ? details(t("map.layers", {n: toggles.length}), h("div", {class: "layers"}, toggles)) : null;
}

function mapNotes() {
  return data.map.notes.map(([title, why]) => h("li", {}, `${title}: ${t(`map.${why}`)}`));
}

function frame() {
  const {width, height} = data.map;
  siteMap.map.fitBounds([placeOf([0, 0]), placeOf([width, height])], {animate: false});
}

function resize(box, style) {
  Object.assign(box.style, style);
  siteMap.map.invalidateSize({animate: false});
  if (!siteMap.moved) frame();
}

// Paper has another width than the screen. What were drawn anew on a canvas now would hide all beneath it, so a
// map with a canvas keeps its size and is shrunk.
function fitPaper(box) {
  const width = 640, {clientWidth, clientHeight} = box;
  if (siteMap.renderer instanceof L.SVG)
    resize(box, {width: `${width}px`, height: `${Math.min(520, Math.round((width * data.map.height) / data.map.width))}px`});
  else
    Object.assign(box.style, {width: `${clientWidth}px`, height: `${clientHeight}px`, zoom: Math.min(1, width / clientWidth)});
}

function buildMap() {
  if (!data.map) return h("p", {class: "note"}, t("map.none"));
  const box = h("div", {id: "map", role: "application", "aria-label": t("map.label")});
  const keys = h("div", {class: "map-keys"});
  const figure = h("figure", {class: "map", style: {"--shape": data.map.width / data.map.height}}, box, keys);
  figure.start = () => {
    const map = L.map(box, {crs: L.CRS.Simple, minZoom: -40, maxZoom: 10, zoomSnap: 0.25, zoomDelta: 0.75,
      attributionControl: false, fadeAnimation: false, scrollWheelZoom: false, preferCanvas: sites.length > 1500});
    siteMap.map = map;
    map.zoomControl.remove();
    L.control.zoom({zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out")}).addTo(map);
    for (const [name, order] of [["ground", 200], ["middle", 350]]) map.createPane(name).style.zIndex = order;
    map.getPane("overlayPane").style.zIndex = 400;
    map.createPane("surface").style.zIndex = 300;
    siteMap.ground = L.svg({pane: "ground", padding: 1});
    siteMap.middle = L.svg({pane: "middle", padding: 0.5});
    siteMap.renderer = sites.length > 1500 ? L.canvas({tolerance: 2}) : L.svg({padding: 0.5});
    frame();
    if (data.map.metres) L.control.scale({imperial: false}).addTo(map);
    keys.append(legend(), layerList() ?? "");
    const credits = [...new Set(data.map.layers.map((layer) => layer.attribution).filter(Boolean))];
    if (credits.length) figure.append(h("figcaption", {class: "note"}, t("map.credits", {credits: credits.join("; ")})));
    const notes = mapNotes();
    if (notes.length) keys.append(details(t("map.left_out", {n: notes.length}), h("ul", {}, notes)));
    addSites(map);
    placeLabels();
    // the wheel scrolls the page until the map is in use
    map.on("focus click", () => map.scrollWheelZoom.enable());
    map.on("blur mouseout", () => map.scrollWheelZoom.disable());
    new ResizeObserver(() => { map.invalidateSize({animate: false}); if (!siteMap.moved) frame(); }).observe(box);
    addEventListener("beforeprint", () => fitPaper(box));
    addEventListener("afterprint", () => resize(box, {width: "", height: "", zoom: ""}));
    map.on("dragstart", () => { siteMap.moved = true; });
  };
  return figure;
}

on("ranked", () => {
  if (!siteMap.map) return;
  cssColours = {}; // light or dark
  for (const site of ranked) paint(site);
  placeLabels();
});

on("select", (site, from) => {
  const before = siteMap.selected;
  siteMap.selected = site;
  if (before) paint(before);
  if (!site || !siteMap.map) return;
  paint(site);
  const mark = siteMap.marks.get(site);
  if (!mark) return;
  mark.bringToFront();
  if (from !== "map" && !siteMap.map.getBounds().contains(placeOf(data.map.points[site.i])))
    siteMap.map.panTo(placeOf(data.map.points[site.i]));
});

on("hover", (site) => {
  if (siteMap.hovered !== site) siteMap.marks.get(siteMap.hovered)?.closeTooltip();
  siteMap.hovered = site;
  siteMap.marks.get(site)?.openTooltip();
});
