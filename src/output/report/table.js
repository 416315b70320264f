// SPDX-License-Identifier: Apache-2.0
// The ranked table: sorted, filtered, a page of rows at a time.
"use strict";

const PAGE = 25;
const table = {sort: "rank", isFalling: false, words: "", which: "all", page: 0, selected: null};
const isRobust = sites.some((site) => isNumber(site.mean));

// What each column sorts by; sites without it come last.
const columns = [
  {key: "rank", title: () => t("rank"), number: true, by: (site) => shown.rank.get(site)},
  {key: "name", title: () => t("site"), by: (site) => siteName(site)},
  {key: "score", title: () => t("score"), number: true, by: (site) => shown.score.get(site)},
  ...(isRobust ? [
    {key: "range", title: () => t("rank_range"), number: true, computed: true, by: (site) => site.mean},
    {key: "first", title: () => t("first"), number: true, computed: true, by: (site) => site.first},
  ] : []),
];

function compare(a, b) {
  const by = columns.find((column) => column.key === table.sort).by, x = by(a), y = by(b);
  const hasX = x !== null && x !== undefined, hasY = y !== null && y !== undefined;
  if (hasX !== hasY) return hasX ? -1 : 1;
  const order = !hasX ? 0 : typeof x === "string" ? x.localeCompare(y, data.language) : x - y;
  return (table.isFalling ? -order : order) || a.i - b.i;
}

function matching() {
  const words = table.words.toLocaleLowerCase(data.language);
  return sites.filter((site) =>
    (table.which === "all" || (table.which === "ranked") === (site.rank !== null)) &&
    (!words || siteName(site).toLocaleLowerCase(data.language).includes(words))).sort(compare);
}

function moved(site) {
  const by = site.rank - shown.rank.get(site);
  if (!shown.isExplored || site.rank === null || by === 0) return null;
  return h("span", {class: by > 0 ? "up" : "down", title: t("was_rank", {rank: whole(site.rank)})},
    by > 0 ? `▲ ${by}` : `▼ ${-by}`);
}

function rowOf(site) {
  const place = shown.rank.get(site), isSelected = site === table.selected;
  const cells = [
    h("td", {class: "number rank"}, place === null ? NONE : whole(place), " ", moved(site)),
    h("th", {scope: "row"}, h("button", {class: "link", type: "button", "aria-pressed": String(isSelected),
      onclick: (event) => { event.stopPropagation(); emit("select", site, "table"); }}, siteName(site)),
    place === null && h("div", {class: "why"}, site.excludedBy ?? "")),
    h("td", {class: "number"}, score(shown.score.get(site)), place !== null && scoreBar(site)),
  ];
  if (isRobust)
    cells.push(h("td", {class: "number computed"}, isNumber(site.mean) ? `${whole(site.p05)}–${whole(site.p95)}` : NONE),
      h("td", {class: "number computed"}, percent(site.first)));
  const row = h("tr", {class: [isSelected && "selected", place === null && "out"].filter(Boolean).join(" "),
    onclick: () => emit("select", site, "table"),
    onmouseenter: () => emit("hover", site), onmouseleave: () => emit("hover", null)}, cells);
  row.site = site;
  return row;
}

function buildTable() {
  const body = h("tbody"), status = h("p", {class: "status", role: "status"});
  const buttons = columns.map((column) => h("button", {type: "button", class: "sort", onclick: () => {
    table.isFalling = table.sort === column.key ? !table.isFalling : column.key === "score" || column.key === "first";
    table.sort = column.key;
    table.page = 0;
    fill();
  }}, column.title()));
  const heads = columns.map((column, i) => h("th", {scope: "col",
    class: `${column.number ? "number" : ""} ${column.computed ? "computed" : ""}`}, buttons[i]));
  const before = h("button", {type: "button", onclick: () => { table.page--; fill(); }}, t("page_before"));
  const after = h("button", {type: "button", onclick: () => { table.page++; fill(); }}, t("page_after"));
  const search = h("input", {type: "search", id: "filter", placeholder: t("filter_words"), "aria-label": t("filter_words"),
    oninput: () => { table.words = search.value.trim(); table.page = 0; fill(); }});
  const which = h("select", {"aria-label": t("filter_which"), onchange: () => {
    table.which = which.value; table.page = 0; fill(); }},
  ["all", "ranked", "excluded"].map((key) => h("option", {value: key}, t(`filter_${key}`))));

  function fill() {
    const found = matching(), pages = Math.max(1, Math.ceil(found.length / PAGE));
    table.page = Math.min(Math.max(0, table.page), pages - 1);
    const rows = found.slice(table.page * PAGE, (table.page + 1) * PAGE);
    body.replaceChildren(...rows.map(rowOf));
    heads.forEach((head, i) => head.setAttribute("aria-sort", columns[i].key !== table.sort ? "none"
      : table.isFalling ? "descending" : "ascending"));
    status.textContent = t("rows", {from: whole(rows.length ? table.page * PAGE + 1 : 0),
      to: whole(table.page * PAGE + rows.length), n: found.length, all: whole(found.length)});
    before.disabled = table.page === 0;
    after.disabled = table.page === pages - 1;
  }

  on("ranked", fill);
  on("select", (site, from) => {
    table.selected = site;
    if (site && from !== "table") {
      const at = matching().indexOf(site);
      if (at >= 0) table.page = Math.floor(at / PAGE);
    }
    fill();
    const row = [...body.rows].find((r) => r.site === site);
    const box = row?.closest(".scroll");
    if (row && from !== "table") box.scrollTop = row.offsetTop - box.clientHeight / 2;
    if (row && from === "table") row.querySelector("button").focus({preventScroll: true});
  });
  on("hover", (site) => {
    for (const row of body.rows) row.classList.toggle("hover", row.site === site);
  });
  fill();
  return h("div", {class: "ranking"},
    h("div", {class: "tools"}, search, which,
      h("button", {type: "button", class: "csv", onclick: downloadCsv}, t("csv"))),
    h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": t("ranking")},
      h("table", {id: "ranking"}, h("caption", {class: "unseen"}, t("ranking")),
        h("thead", {}, h("tr", {}, heads)), body)),
    h("div", {class: "pages"}, before, status, after), partsLegend());
}

// -- CSV: RFC 4180; a spreadsheet must not take a name for a formula ---------------------------------------

function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csv() {
  const head = ["rank", "id", "name", "score", "excluded_by", ...(shown.isExplored ? ["computed_rank"] : []),
    ...criteria.flatMap((c) => [c.unit && c.unit !== "1" ? `${c.id} [${c.unit}]` : c.id, `${c.id}_value`])];
  const rows = matching().map((site) => [shown.rank.get(site), site.id, site.name, shown.score.get(site), site.excludedBy,
    ...(shown.isExplored ? [site.rank] : []), ...criteria.flatMap((c) => [site.measured[c.c], site.worths[c.c]])]);
  return `\ufeff${[head, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

function downloadCsv() {
  const url = URL.createObjectURL(new Blob([csv()], {type: "text/csv;charset=utf-8"}));
  const link = h("a", {href: url, download: `${data.file.replace(/\.gpkg$/i, "")}.csv`});
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
