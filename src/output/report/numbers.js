// SPDX-License-Identifier: Apache-2.0
// Numbers and names for people.
"use strict";

const formats = {};
function formatted(value, options) {
  const key = JSON.stringify(options);
  formats[key] ??= new Intl.NumberFormat(data.language, options);
  return formats[key].format(value);
}

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const NONE = "–";

function number(value, digits = 4) {
  return isNumber(value) ? formatted(value, {maximumSignificantDigits: digits}) : NONE;
}
function whole(value) {
  return isNumber(value) ? formatted(value, {maximumFractionDigits: 0}) : NONE;
}
function score(value, digits = 3) {
  return isNumber(value)
    ? formatted(value, {minimumFractionDigits: digits, maximumFractionDigits: digits}) : NONE;
}
function percent(share, digits = 1) {
  if (!isNumber(share)) return NONE;
  return formatted(share, {style: "percent", maximumFractionDigits: digits});
}

function unitText(unit) {
  return unit === "degree" ? "°" : !unit || unit === "1" ? "" : unit.replace(/\b(k?m)([23])\b/g, (_, m, n) => m + (n === "2" ? "²" : "³"));
}

// A quantity in its unit; metres and square metres in the size that people use.
function quantity(value, unit) {
  if (value === null || value === undefined) return NONE;
  if (!isNumber(value)) return String(value);
  if (unit === "m" && Math.abs(value) >= 1000) return `${number(value / 1000, 4)} km`;
  if (unit === "m2" && Math.abs(value) >= 1e6) return `${number(value / 1e6, 4)} km²`;
  if (unit === "m2" && Math.abs(value) >= 1e4) return `${number(value / 1e4, 4)} ha`;
  if (unit === "%") return `${number(value)} %`;
  const shown = unitText(unit);
  return shown ? `${number(value)} ${shown}` : number(value);
}

function siteName(site) {
  return site.name && site.name !== site.id ? `${site.name} (${site.id})` : site.id;
}

// Viridis in five colours, straight between, as on the surface.
const VIRIDIS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
const COLOURS = Array.from({length: 256}, (_, i) => {
  const at = (4 * i) / 255, from = Math.min(3, Math.floor(at));
  const channel = (k) => Math.round(VIRIDIS[from][k] + (at - from) * (VIRIDIS[from + 1][k] - VIRIDIS[from][k]));
  return `rgb(${channel(0)},${channel(1)},${channel(2)})`;
});
function colourOf(value) {
  const [least, most] = data.map ? data.map.range : [0, 1];
  return COLOURS[Math.round(255 * Math.min(1, Math.max(0, (value - least) / (most - least))))];
}
function isLight(colour) {
  const [r, g, b] = colour.match(/\d+/g).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b > 140;
}
