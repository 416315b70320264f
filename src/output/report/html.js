// SPDX-License-Identifier: Apache-2.0
// The page's elements, texts and data. Everything from data becomes text nodes or attributes, never markup.
"use strict";

const data = JSON.parse(document.getElementById("report-data").textContent);
const texts = JSON.parse(document.getElementById("report-texts").textContent);
const plural = new Intl.PluralRules(data.language);

// The text of a key with its {places} filled in; of one with forms, the form that `n` asks for.
function t(key, places = {}) {
  let text = texts[key];
  if (text === undefined) throw new Error(`no text ${key}`);
  if (typeof text === "object") text = text[plural.select(places.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (place, name) => places[name] ?? place);
}

function addTo(element, children) {
  for (const child of children.flat(Infinity))
    if (child !== null && child !== undefined && child !== false)
      element.append(child instanceof Node ? child : String(child));
  return element;
}

function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, v] of Object.entries(value)) element.style.setProperty(key, v);
    else element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

// h("p", {class: "lead"}, "text", otherElement)
function h(tag, attributes = {}, ...children) {
  return addTo(setAll(document.createElement(tag), attributes), children);
}

function svg(tag, attributes = {}, ...children) {
  return addTo(setAll(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes), children);
}

// A table with a caption for those who do not see it; `numbers`: which columns hold numbers.
function tableOf(caption, headings, rows, numbers = []) {
  const cell = (tag, scope) => (content, i) =>
    h(tag, {scope, class: numbers.includes(i) ? "number" : null}, content);
  return h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption},
    h("table", {}, h("caption", {}, caption),
      h("thead", {}, h("tr", {}, headings.map(cell("th", "col")))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((content, i) =>
        cell(i ? "td" : "th", i ? null : "row")(content, i)))))));
}

function details(summary, ...children) {
  return h("details", {}, h("summary", {}, summary), ...children);
}

function section(id, title, ...children) {
  return h("section", {id, "aria-labelledby": `${id}-title`}, h("h2", {id: `${id}-title`}, title), ...children);
}

// -- what changes: parts of the page listen to each other ------------------------------------------

const listeners = {};
function on(event, listener) {
  (listeners[event] ??= []).push(listener);
}
function emit(event, ...values) {
  for (const listener of listeners[event] ?? []) listener(...values);
}
