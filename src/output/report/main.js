// SPDX-License-Identifier: Apache-2.0
// Puts the page together.
"use strict";

function navigation(sections) {
  return h("nav", {"aria-label": t("contents")}, h("a", {href: "#top"}, t("ranking")),
    sections.map((part) => h("a", {href: `#${part.id}`}, part.querySelector("h2").textContent)));
}

function weightsButton(panel) {
  const button = h("button", {type: "button", id: "change-weights", "aria-expanded": "false", "aria-controls": "weights",
    onclick: () => {
      panel.hidden = !panel.hidden;
      button.setAttribute("aria-expanded", String(!panel.hidden));
      document.getElementById("top").classList.toggle("with-weights", !panel.hidden);
    }}, t("change_weights"));
  return button;
}

// The address may name a site: #site=ID
function siteOfAddress() {
  const match = /^#site=(.+)$/.exec(location.hash);
  if (!match) return null;
  try {
    return siteOf.get(decodeURIComponent(match[1])) ?? null;
  } catch {
    return null;
  }
}

function build() {
  const figure = buildMap(), weights = buildWeights();
  const below = [siteSection(), robustnessSection(), portfolioSection(), scenariosSection(), criteriaSection(),
    dataSection(), methodSection()].filter(Boolean);
  document.getElementById("report").append(header(),
    h("div", {class: "bar"}, navigation(below), weightsButton(weights)), buildBanner(),
    h("div", {class: "first-screen", id: "top"}, weights, figure, buildTable()),
    below[0], printedSheets(), ...below.slice(1));
  figure.start?.();
  const site = siteOfAddress();
  if (site) emit("select", site, "address");
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => emit("ranked"));
build();

// For tests and the curious: the ranking that is on screen.
window.gigasite = {
  ranking: () => sites.map((site) => ({id: site.id, rank: shown.rank.get(site), score: shown.score.get(site)})),
  why: explorer.why ?? null,
};
