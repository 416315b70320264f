// SPDX-License-Identifier: Apache-2.0
// Other weights, tried on the page: sliders, the banner that says so, and how to get the same from the program.
"use strict";

// A control per member of each group: {kind: "criteria" | "groups", at, id, title, group}.
function membersOf(group) {
  return [
    ...criteria.filter((c) => c.group === group).map((c) => ({kind: "criteria", at: c.c, id: c.id, title: c.title})),
    ...data.groups.map((g, i) => ({kind: "groups", at: i, id: g.id, title: g.title}))
      .filter((member) => member.at && data.groups[member.at].parent === group),
  ];
}

const givenOf = ({kind, at}) => explorer.given[kind][at];
const originalOf = ({kind, at}) => explorer.original[kind][at];

function scaleOf(members) {
  const largest = Math.max(...members.map(originalOf));
  return [1, 10, 100].find((most) => largest <= most) ?? 2 * largest;
}

let isAsked = false;
function recompute() {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    if (!everything().some(isChanged)) {
      showComputed();
      emit("ranked");
    } else {
      explore();
    }
  });
}

function everything() {
  return data.groups.flatMap((_, g) => membersOf(g));
}

// The last weight above 0 of a group cannot be taken away: all zero would mean nothing.
function setGiven(member, value, members) {
  const others = members.filter((m) => m !== member).some((m) => givenOf(m) > 0);
  if (!Number.isFinite(value) || value < 0 || (value === 0 && !others)) return false;
  explorer.given[member.kind][member.at] = value;
  recompute();
  return true;
}

function slider(member, members) {
  const most = scaleOf(members), id = `weight-${member.kind}-${member.at}`;
  const range = h("input", {type: "range", id, min: 0, max: most, step: most / 100, value: givenOf(member),
    "data-member": member.id});
  const box = h("input", {type: "number", min: 0, step: "any", value: givenOf(member), "data-member": member.id,
    "aria-label": t("weight_of", {title: member.title})});
  const share = h("output", {for: id, class: "number"});
  const show = () => {
    range.value = givenOf(member);
    if (document.activeElement !== box) box.value = givenOf(member);
    share.textContent = percent(member.kind === "criteria" ? shown.weights[member.at] : shareOfGroup(member.at));
    row.classList.toggle("changed", isChanged(member));
  };
  range.addEventListener("input", () => { if (!setGiven(member, Number(range.value), members)) show(); });
  box.addEventListener("input", () => { setGiven(member, box.value === "" ? NaN : Number(box.value), members); });
  box.addEventListener("blur", show);
  const row = h("div", {class: "weight"}, h("label", {for: id}, member.title), range, box, share);
  on("ranked", show);
  show();
  return row;
}

function shareOfGroup(group) {
  const isWithin = (g) => g === group || (g !== 0 && isWithin(data.groups[g].parent));
  return criteria.reduce((sum, c) => sum + (isWithin(c.group) ? shown.weights[c.c] : 0), 0);
}

function sliders(group) {
  const members = membersOf(group);
  return members.map((member) => [slider(member, members),
    member.kind === "groups" && h("div", {class: "weights-within"}, sliders(member.at))]);
}

// -- the same by the program -------------------------------------------------------------------------------

const isPlain = (id) => /^[A-Za-z_][A-Za-z0-9_-]*$/.test(id) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(id);
const yamlWord = (id) => (isPlain(id) ? id : JSON.stringify(id));
const shellWord = (word) => (/^[\w%+,./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

const isChanged = (member) => givenOf(member) !== originalOf(member);
const changedMembers = () => everything().filter(isChanged);

// Members of a group whose weights follow from judgements or data: there all are told, and the `weights:` goes.
function isDirect(member) {
  const group = member.kind === "criteria" ? criteria[member.at].group : data.groups[member.at].parent;
  return data.groups[group].weighing === "direct";
}

function snippet() {
  const changed = changedMembers();
  if (!changed.length) return "";
  if (changed.every(isDirect)) {
    const pairs = changed.map((m) => `${yamlWord(m.id)}: ${givenOf(m)}`).join(", ");
    return `scenarios:\n  - id: explored\n    weights: {${pairs}}\n`;
  }
  const lines = [`# ${t("snippet_judged")}`];
  data.groups.forEach((group, g) => {
    const members = membersOf(g);
    if (!members.some(isChanged)) return;
    lines.push(`# ${g ? group.id : t("top_level")}`);
    for (const m of members) lines.push(`- id: ${yamlWord(m.id)}`, `  weight: ${givenOf(m)}`);
  });
  return `${lines.join("\n")}\n`;
}

function commandLine() {
  const changed = changedMembers(), study = factOf("study.path") ?? "STUDY.yaml";
  if (!changed.length || !changed.every(isDirect) || changed.some((m) => m.id.includes("."))) return "";
  return ["gigasite run", shellWord(study),
    ...changed.map((m) => `--set ${shellWord(`criteria.${m.id}.weight=${givenOf(m)}`)}`)].join(" ");
}

function reset() {
  explorer.given = structuredClone(explorer.original);
  showComputed();
  emit("ranked");
}

function buildBanner() {
  const yaml = h("code"), shell = h("code");
  const shellBox = h("div", {}, h("p", {}, t("banner_command")), h("pre", {tabindex: "0"}, shell));
  const banner = h("aside", {class: "banner", id: "exploring", hidden: true, "aria-live": "polite"},
    h("p", {}, h("strong", {}, t("banner")), " ", h("span", {class: "moves"}),
      data.map?.surface && ` ${t("banner_surface")}`,
      data.n_shown < data.n_sites && ` ${t("live.among_shown", {n: whole(data.n_shown)})}`),
    h("button", {type: "button", class: "reset", onclick: reset}, t("reset")),
    details(t("banner_how"), h("p", {}, t("banner_yaml")), h("pre", {tabindex: "0", class: "snippet"}, yaml), shellBox));
  on("ranked", () => {
    banner.hidden = !shown.isExplored;
    if (!shown.isExplored) return;
    yaml.textContent = snippet();
    shell.textContent = commandLine();
    shellBox.hidden = !shell.textContent;
    const best = ranked.filter((site) => shown.rank.get(site) === 1).map(siteName).join(", ");
    const moves = ranked.filter((site) => shown.rank.get(site) !== site.rank).length;
    banner.querySelector(".moves").textContent = t("banner_best", {best, n: moves, count: whole(moves)});
  });
  return banner;
}

function buildWeights() {
  if (explorer.why)
    return h("div", {class: "weights", id: "weights", hidden: true}, h("h2", {}, t("weights")), h("p", {class: "note"}, explorer.why));
  return h("div", {class: "weights", id: "weights", hidden: true, role: "group", "aria-label": t("weights")},
    h("div", {class: "weights-head"}, h("h2", {}, t("weights")),
      h("button", {type: "button", class: "reset", onclick: reset}, t("reset"))),
    h("p", {class: "note"}, t("weights_note")), sliders(0));
}
