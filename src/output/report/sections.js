// SPDX-License-Identifier: Apache-2.0
// What stands below the map: the site, how sure we are, the set, scenarios, what was asked, of which data, how.
"use strict";

function factOf(key) {
  return data.facts.find(([k]) => k === key)?.[1];
}

// -- the answer --------------------------------------------------------------------------------------------

function answer() {
  const n = sites.length < data.n_sites ? Number(factOf("candidates.feasible") ?? ranked.length) : ranked.length;
  if (!ranked.length) return [t("answer_none", {n: data.n_sites, all: whole(data.n_sites)})];
  const first = ranked.filter((site) => site.rank === 1), second = ranked.find((site) => site.rank > 1);
  const names = new Intl.ListFormat(data.language).format(first.slice(0, 5).map(siteName));
  const best = t("answer", {n: first.length, names, score: score(first[0].score), count: whole(n)});
  const parts = [best + (second ? t("answer_second", {name: siteName(second), score: score(second.score)}) : ".")];
  if (first.length === 1 && isNumber(first[0].first)) {
    const draws = data.robustness?.draws;
    parts.push(t("answer_sure", {share: percent(first[0].first), draws: draws ? whole(draws) : ""}));
  }
  const out = data.n_sites - n;
  if (out > 0) parts.push(t("answer_out", {n: out, count: whole(out), all: whole(data.n_sites)}));
  return parts;
}

function header() {
  const created = factOf("created");
  const date = created ? new Intl.DateTimeFormat(data.language, {dateStyle: "long", timeZone: "UTC"})
    .format(new Date(created)) : "";
  return h("header", {},
    h("div", {class: "brand"}, h("span", {}, "gigasite"), h("span", {class: "muted"},
      [data.file, date].filter(Boolean).join(" · ")), h("button", {type: "button", class: "theme",
      onclick: switchTheme, "aria-label": t("theme"), title: t("theme")}, "◐")),
    h("h1", {}, factOf("title") ?? data.file),
    h("p", {class: "answer"}, answer().join(" ")),
    factOf("description") && h("p", {class: "muted description"}, factOf("description")),
    data.n_shown < data.n_sites && h("p", {class: "note"},
      t("only_shown", {n: whole(data.n_shown), all: whole(data.n_sites)})));
}

function switchTheme() {
  const root = document.documentElement, isDark = root.dataset.theme
    ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  emit("ranked");
}

// -- one site ----------------------------------------------------------------------------------------------

function contributionRows(site) {
  const most = Math.max(...shown.weights);
  const order = isAdditive && site.rank !== null
    ? [...criteria].sort((a, b) => shown.weights[b.c] * (site.worths[b.c] ?? 0) - shown.weights[a.c] * (site.worths[a.c] ?? 0))
    : criteria;
  return order.map((c) => {
    const worth = site.worths[c.c];
    return [c.title, quantity(site.measured[c.c], c.unit), score(worth, 2), percent(shown.weights[c.c]),
      ...(isAdditive ? [site.rank === null ? NONE : score(shown.weights[c.c] * worth)] : []), partBar(c, worth, most)];
  });
}

function constraintRows(site) {
  return data.constraints.map(([id, title, , , , require, unit], k) => {
    const measured = data.verdicts[site.i]?.[2 * k], met = data.verdicts[site.i]?.[2 * k + 1];
    const word = met === null || met === undefined ? t("not_judged") : met ? t("met") : t("failed");
    const isShare = isNumber(measured) && !unitText(unit) && require.includes("%");
    return [title || id, isShare ? percent(measured) : quantity(measured, unit), require, h("span", {class: met === 0 ? "bad" : "good"},
      `${met ? "✓" : met === 0 ? "✗" : ""} ${word}`)];
  });
}

// "3.26 km less", from a change of the measured quantity
function changeText(change) {
  if (change.kind === "quantity")
    return t(change.change > 0 ? "change_more" : "change_less", {by: quantity(Math.abs(change.change), change.unit)});
  if (change.kind === "worth") return t("change_worth", {worth: score(change.needed)});
  if (change.kind === "classes") return t("change_class", {classes: change.classes.join(", ")});
  if (change.kind === "weight") return t("change_weight", {from: number(change.from), to: number(change.needed), unit: change.unit});
  return "";
}

function goalList(goal) {
  const told = (change) => ["quantity", "worth", "classes", "weight"].includes(change.kind);
  const titleOf = (change) => criteria.find((c) => c.id === change.criterion)?.title ??
    data.groups?.find((g) => g.id === change.group)?.title ?? change.criterion ?? change.group;
  const list = (some) => h("ul", {}, some.map((change) => h("li", {}, `${titleOf(change)}: ${changeText(change)}`)));
  const quantities = goal.quantities.filter(told), weights = goal.weights.filter(told);
  return [h("h4", {}, t("goal", {n: goal.top, top: whole(goal.top)})),
    quantities.length ? list(quantities) : h("p", {class: "muted"}, t(weights.length ? "goal_no_quantity" : "goal_none")),
    weights.length > 0 && details(t("goal_weights", {n: weights.length, count: whole(weights.length)}), list(weights))];
}

function changes(site) {
  const explained = data.explained?.sites.find((s) => s.id === site.id);
  const command = `gigasite explain ${shellWord(data.file)} ${shellWord(site.id)}`;
  if (!explained) return site.rank === null || !data.explained ? null
    : h("p", {class: "muted"}, t("explain_elsewhere"), " ", h("code", {}, command));
  if (!explained.changes.length) return null;
  return h("div", {class: "changes"}, h("h3", {}, t("what_would_change")), h("p", {class: "muted"}, t("change_alone")),
    explained.changes.map(goalList));
}

function siteSheet(site, level = "h2") {
  const place = shown.rank.get(site);
  const facts = place === null ? [t("sheet_excluded", {why: site.excludedBy ?? ""})]
    : [t("sheet_rank", {rank: whole(place), n: whole(ranked.length), score: score(shown.score.get(site))})];
  if (shown.isExplored && site.rank !== null)
    facts.push(t("sheet_computed", {rank: whole(site.rank), score: score(site.score)}));
  if (isNumber(site.mean))
    facts.push(t("sheet_range", {low: whole(site.p05), high: whole(site.p95), first: percent(site.first), k: data.robustness?.top ?? "", top: percent(site.top)}));
  const headings = [t("criterion"), t("measured"), t("worth"), t("weight"), ...(isAdditive ? [t("part")] : []), ""];
  return h("article", {class: "sheet"}, h(level, {}, siteName(site)), h("p", {}, facts.join(" ")),
    tableOf(t("contributions"), headings, contributionRows(site), isAdditive ? [1, 2, 3, 4] : [1, 2, 3]),
    data.constraints.length > 0 && tableOf(t("constraints"), [t("constraint"), t("measured"), t("required"), t("verdict")],
      constraintRows(site), [1]),
    changes(site));
}

function siteSection() {
  const sheet = h("div", {}, h("p", {class: "muted"}, t("choose_site")));
  const told = h("p", {class: "unseen", role: "status"});
  let selected = null;
  const step = (by) => {
    const order = [...sites].sort((a, b) => (shown.rank.get(a) ?? Infinity) - (shown.rank.get(b) ?? Infinity) || a.i - b.i);
    const at = order.indexOf(selected);
    emit("select", order[Math.min(order.length - 1, Math.max(0, at + by))], "steps");
  };
  const show = () => { if (selected) sheet.replaceChildren(siteSheet(selected, "h3")); };
  on("select", (site) => {
    selected = site;
    told.textContent = site ? `${t("site")}: ${siteName(site)}` : "";
    show();
    if (site) history.replaceState(null, "", `#site=${encodeURIComponent(site.id)}`);
  });
  on("ranked", show);
  return section("site", t("site"), h("div", {class: "steps"},
    h("button", {type: "button", onclick: () => step(-1)}, t("site_before")),
    h("button", {type: "button", onclick: () => step(1)}, t("site_after"))), told, sheet);
}

// On paper nobody chooses: the best sites have their sheets there.
function printedSheets() {
  return h("section", {class: "print-only"}, h("h2", {}, t("best_sites")), ranked.slice(0, 5).map((site) => siteSheet(site, "h3")));
}

// -- how sure are we ---------------------------------------------------------------------------------------

function rangesTable() {
  const best = ranked.slice(0, 20), most = Math.max(...best.map((site) => Math.max(site.p95, site.rank)));
  return tableOf(t("ranges"), [t("site"), t("rank"), t("rank_range"), t("rank_mean"), t("first"), t("among_best", {k: data.robustness?.top ?? ""}), ""],
    best.map((site) => [siteName(site), whole(site.rank), `${whole(site.p05)}–${whole(site.p95)}`, number(site.mean, 3),
      percent(site.first), percent(site.top), rangeBar(site, most)]), [1, 2, 3, 4, 5]);
}

function acceptability() {
  if (!data.rank_acceptability?.length) return null;
  const ids = [...new Set(data.rank_acceptability.map(([id]) => id))].slice(0, 15);
  const n = Math.min(12, ranked.length), shares = new Map();
  for (const [id, rank, share] of data.rank_acceptability) shares.set(`${rank} ${id}`, share);
  const ranks = Array.from({length: n}, (_, i) => i + 1);
  const caption = t("acceptability");
  return h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption}, h("table", {class: "heatmap"},
    h("caption", {}, caption),
    h("thead", {}, h("tr", {}, h("th", {scope: "col"}, t("site")), ranks.map((r) => h("th", {scope: "col", class: "number"}, whole(r))))),
    h("tbody", {}, ids.map((id) => h("tr", {}, h("th", {scope: "row"}, siteOf.has(id) ? siteName(siteOf.get(id)) : id),
      ranks.map((r) => heatCell(shares.get(`${r} ${id}`) ?? 0)))))));
}

function turningPoints() {
  if (!data.weight_sensitivity?.length) return null;
  const titleOf = (id) => criteria.find((c) => c.id === id)?.title ?? id;
  const nameOf = (id) => (siteOf.has(id) ? siteName(siteOf.get(id)) : id);
  const point = (weight, winner) => (weight === null ? t("never") : `${percent(weight)}: ${nameOf(winner)}`);
  return tableOf(t("turning"), [t("criterion"), t("weight"), t("below"), t("above")],
    data.weight_sensitivity.map(([id, weight, below, winnerBelow, above, winnerAbove]) =>
      [titleOf(id), percent(weight), point(below, winnerBelow), point(above, winnerAbove)]), [1]);
}

function centralWeights() {
  if (!data.central_weights?.length) return null;
  const ids = [...new Set(data.central_weights.map(([id]) => id))].slice(0, 6);
  const weightOf = new Map(data.central_weights.map(([id, c, weight]) => [`${c} ${id}`, weight]));
  return details(t("central"), h("p", {class: "muted"}, t("central_note")), tableOf(t("central"),
    [t("criterion"), ...ids.map((id) => (siteOf.has(id) ? siteName(siteOf.get(id)) : id))],
    criteria.map((c) => [c.title, ...ids.map((id) => percent(weightOf.get(`${c.id} ${id}`)))]), ids.map((_, i) => i + 1)));
}

function robustnessSection() {
  if (!isRobust && !data.weight_sensitivity) return null;
  return section("robustness", t("robustness"), h("p", {}, t("robustness_note", {draws: data.robustness ? whole(data.robustness.draws) : ""})),
    isRobust && rangesTable(), acceptability(), turningPoints(), centralWeights());
}

// -- the set -----------------------------------------------------------------------------------------------

function portfolioSection() {
  if (!data.portfolio) return null;
  if (!data.portfolio.length) return section("portfolio", t("portfolio"), h("p", {}, t("portfolio_none")));
  const hasNodes = data.portfolio.some((row) => row[5]);
  const button = (id) => (siteOf.has(id) ? h("button", {type: "button", class: "link",
    onclick: () => emit("select", siteOf.get(id), "portfolio")}, siteName(siteOf.get(id))) : id);
  const rows = data.portfolio.map(([id, , place, rank, value, node, power, distance]) => [button(id), whole(place),
    whole(rank), score(value), ...(hasNodes ? [node ?? NONE, quantity(power, "MW"), quantity(distance, "m")] : [])]);
  const headings = [t("site"), t("place"), t("rank"), t("score"), ...(hasNodes ? [t("node"), t("power"), t("distance")] : [])];
  const runners = (data.portfolio_runners_up ?? []).slice(0, 10).map(([id, rank, value, cost, proven, withIt]) => [button(id),
    whole(rank), score(value), cost === null ? t(proven ? "no_set" : "not_known") : number(cost, 3), withIt ?? NONE]);
  return section("portfolio", t("portfolio"), h("p", {}, t("portfolio_note", {n: rows.length, count: whole(rows.length)})),
    tableOf(t("portfolio"), headings, rows, hasNodes ? [1, 2, 3, 5, 6] : [1, 2, 3]),
    runners.length > 0 && tableOf(t("runners_up"), [t("site"), t("rank"), t("score"), t("cost"), t("set_with_it")], runners, [1, 2, 3]));
}

// -- other methods and scenarios ---------------------------------------------------------------------------

function scenariosSection() {
  if (!data.outcomes?.length) return null;
  const titleOf = (id) => (id === "base" ? t("as_studied") : data.scenarios?.find(([s]) => s === id)?.[1] ?? id);
  const nameOf = ({scenario, method}) => `${titleOf(scenario)}, ${method}`;
  const best = (outcome) => sites.filter((site) => outcome.ranks[site.i] !== null && outcome.ranks[site.i] <= 3)
    .sort((a, b) => outcome.ranks[a.i] - outcome.ranks[b.i] || a.i - b.i).slice(0, 3).map(siteName).join(", ");
  const shownSites = ranked.slice(0, 12);
  return section("scenarios", t("scenarios"), h("p", {class: "muted"}, t("scenarios_note")),
    tableOf(t("agreement"), [t("scenario"), "τ", "ρ", t("best_three")],
      data.outcomes.map((o) => [nameOf(o), score(o.tau, 2), score(o.rho, 2), best(o)]), [1, 2]),
    tableOf(t("rank_by_scenario"), [t("site"), ...data.outcomes.map(nameOf)],
      shownSites.map((site) => [siteName(site), ...data.outcomes.map((o) => whole(o.ranks[site.i]))]),
      data.outcomes.map((_, i) => i + 1)));
}

// -- what was asked ----------------------------------------------------------------------------------------

const layerTitle = (id) => factOf(`layer.${id}.title`) ?? id;

function criterionCard(c) {
  const isClasses = !c.curve && sites.some((site) => typeof site.measured[c.c] === "string");
  const chart = isClasses ? classList(c) : valueChart(c);
  if (chart?.mark) on("select", (site) => chart.mark(site));
  const weight = h("span", {class: "share"});
  const show = () => { weight.textContent = percent(shown.weights[c.c]); };
  on("ranked", show);
  show();
  const path = c.path ? c.path.split("/").map((id) => data.groups?.find((g) => g.id === id)?.title || id).join(" › ") : "";
  return h("article", {class: "card"}, h("div", {class: "card-head"}, h("h3", {}, c.title), weight),
    path && h("p", {class: "muted small"}, path), chart,
    h("dl", {}, h("dt", {}, t("layer")), h("dd", {}, c.layer ? layerTitle(c.layer) : t("candidate_itself"),
      c.where && h("span", {class: "muted"}, ` (${c.where})`)),
    h("dt", {}, t("measure")), h("dd", {}, h("code", {}, c.measure)),
    h("dt", {}, t("value_function")), h("dd", {}, h("code", {}, c.value)),
    h("dt", {}, t("missing")), h("dd", {}, c.missing === "exclude" ? t("missing_exclude") : t("missing_worth", {worth: c.missing}))));
}

function criteriaSection() {
  const hasArea = data.constraints.some((row) => row[8] !== null);
  return section("criteria", t("criteria"), h("p", {class: "muted"}, t("criteria_note")),
    h("div", {class: "cards"}, criteria.map(criterionCard)),
    data.constraints.length > 0 && tableOf(t("constraints"), [t("constraint"), t("required"), t("layer"), t("measure"),
      t("excluded_sites"), ...(hasArea ? [t("area_out")] : [])],
    data.constraints.map(([id, title, layer, where, measure, require, , excluded, area]) => [title || id, require,
      (layer ? layerTitle(layer) : t("candidate_itself")) + (where ? ` (${where})` : ""), h("code", {}, measure), whole(excluded),
      ...(hasArea ? [percent(area)] : [])]), hasArea ? [4, 5] : [4]));
}

// -- of which data -----------------------------------------------------------------------------------------

function layersOfRun() {
  const layers = new Map();
  for (const [key, value] of data.facts) {
    const match = /^layer\.(.+)\.(title|source|table|vintage|licence|attribution|fingerprint|operation|coverage|features|repaired|left_out)$/.exec(key);
    if (!match || /\.reading\d+$/.test(match[1])) continue;
    if (!layers.has(match[1])) layers.set(match[1], {id: match[1]});
    layers.get(match[1])[match[2]] = value;
  }
  return [...layers.values()];
}

function dataSection() {
  const coverage = (layer) => (layer.coverage ? t("covers", {share: percent(Number(layer.coverage))})
    : layer.features ? t("features", {n: Number(layer.features), count: whole(Number(layer.features))}) : NONE);
  const warnings = data.facts.filter(([key]) => key.startsWith("warning."));
  return section("data", t("data"), tableOf(t("data"),
    [t("layer"), t("vintage"), t("licence"), t("attribution"), t("coverage"), t("file")],
    layersOfRun().map((layer) => [layer.title ?? layer.id, layer.vintage ?? NONE, layer.licence ?? NONE, layer.attribution ?? NONE,
      [coverage(layer), layer.repaired && h("div", {class: "muted small"}, t("repaired", {count: whole(Number(layer.repaired))}))],
      [layer.source ?? NONE, layer.fingerprint && h("div", {class: "hash"}, layer.fingerprint)]])),
  warnings.length > 0 && h("div", {}, h("h3", {}, t("warnings")), h("ul", {}, warnings.map(([, text]) => h("li", {}, text)))));
}

// -- how ---------------------------------------------------------------------------------------------------

function methodSection() {
  const versions = data.facts.filter(([key]) => key.startsWith("version.")).map(([key, value]) => `${key.slice(8)} ${value}`);
  const facility = data.facts.filter(([key]) => key.startsWith("facility."));
  const rows = [[t("method"), data.method?.text ?? factOf("method")], [t("command"), h("code", {}, factOf("command") ?? NONE)],
    [t("created"), factOf("created") ?? NONE], [t("crs"), factOf("crs") ?? NONE],
    ["gigasite", factOf("gigasite") ?? NONE], [t("libraries"), versions.join(", ")],
    ...facility.map(([key, value]) => [key, number(Number(value), 6)])];
  return section("method", t("how"), data.method && h("p", {lang: "en"}, data.method.summary, ". ", data.method.details),
    h("p", {class: "muted"}, explorer.why ?? t("live.same")),
    tableOf(t("provenance"), [t("what"), t("value")], rows),
    factOf("study.text") && details(t("study_text"), h("pre", {tabindex: "0"}, factOf("study.text"))),
    factOf("study.settings") && details(t("settings"), h("pre", {tabindex: "0"}, factOf("study.settings"))),
    factOf("catalogue.text") && details(t("catalogue_text"), h("pre", {tabindex: "0"}, factOf("catalogue.text"))),
    h("p", {class: "muted small"}, t("made_by", {version: data.version})));
}
