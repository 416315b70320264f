// SPDX-License-Identifier: Apache-2.0
// The report in a real browser, held against the GeoPackage and against runs of the program itself.
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {assertSameRanking, folder, gigasite, open, page, rankingOf, runTests, source, test, write} from "./support.mjs";

const study = join(source, "criteria/demo.yaml");
const demo = page(study, "demo", {run: ["--surface"]});

// Moves a weight as a person does who types it.
async function setWeight(tab, id, value) {
  await tab.locator(`input[type=number][data-member="${id}"]`).fill(String(value));
  await tab.settled();
}

async function openWeights(path) {
  const tab = await open(path);
  await tab.locator("#change-weights").click();
  return tab;
}

test("the ranking is the GeoPackage's", async () => {
  const tab = await open(demo);
  assertSameRanking(await tab.ranking(), rankingOf("demo.gpkg"));
  const names = await tab.locator("#ranking tbody th button").allTextContents();
  const expected = rankingOf("demo.gpkg").slice(0, names.length).map((site) => site.id);
  assert.deepEqual(names.map((name) => name.match(/\((\w+)\)$/)[1]), expected);
  assert.equal(await tab.evaluate(() => window.gigasite.why), null);
  assert.match(await tab.locator(".answer").textContent(), /^Dunmora Turbine Hall \(V22\) ranks first of 23 sites/);
  assert.equal(await tab.locator("img.surface").count(), 1);
  await tab.done();
});

test("weights moved give what the program gives", async () => {
  const tab = await openWeights(demo);
  const moves = [["renewables", 60], ["wind", 12.5], ["grid", 0], ["river_distance", 33.3], ["kind", 7]];
  const settings = [];
  for (const [id, value] of moves) {
    await setWeight(tab, id, value);
    settings.push("--set", `criteria.${id}.weight=${value}`);
    gigasite("run", study, "-q", "-o", "moved.gpkg", ...settings);
    assertSameRanking(await tab.ranking(), rankingOf("moved.gpkg"));
  }
  assert.ok(await tab.locator("#exploring").isVisible());
  assert.match(await tab.locator("#exploring").textContent(), /not the computed result/);
  await tab.locator("#exploring button.reset").click();
  assertSameRanking(await tab.ranking(), rankingOf("demo.gpkg"));
  assert.ok(!await tab.locator("#exploring").isVisible());
  await tab.done();
});

test("a slider dragged by keys, and the last weight cannot go", async () => {
  const tab = await openWeights(demo);
  const range = tab.locator('input[type=range][data-member="water"]');
  await range.focus();
  for (let i = 0; i < 5; i++) await tab.keyboard.press("ArrowRight");
  await tab.settled();
  gigasite("run", study, "-q", "-o", "moved.gpkg", "--set", "criteria.water.weight=20");
  assertSameRanking(await tab.ranking(), rankingOf("moved.gpkg"));
  await setWeight(tab, "wind", 0);
  await setWeight(tab, "solar", 0); // wind and solar are all of renewables
  assert.ok((await tab.ranking()).every((site) => site.rank === null || Number.isFinite(site.score)));
  await tab.done();
});

test("what the banner says reproduces it", async () => {
  const tab = await openWeights(demo);
  await setWeight(tab, "fibre", 44);
  await setWeight(tab, "solar", 80);
  await tab.locator("#exploring summary").click();
  const yaml = await tab.locator("#exploring .snippet").textContent();
  const command = await tab.locator("#exploring pre").last().textContent();
  assert.match(command, /^gigasite run demo\.yaml --set criteria\.fibre\.weight=44 --set criteria\.solar\.weight=80$/);
  const text = readFileSync(study, "utf8").replace(/\nscenarios:[^]*$/, "\n").replace(/\nrobustness:[^]*?\n\n/, "\n\n")
    .replace("../layers/demo.yaml", join(source, "layers/demo.yaml"));
  gigasite("run", write("again.yaml", text + yaml), "-q", "-o", "again.gpkg");
  assertSameRanking(await tab.ranking(),
    rankingOf("again.gpkg", "scenario_ranks WHERE scenario = 'explored' AND method = 'weighted_sum' ORDER BY fid"));
  await tab.done();
});

// -- other methods -----------------------------------------------------------------------------------------

write("sites.csv", `code,name,x,y,a,b,c\n${Array.from({length: 60}, (_, i) =>
  `s${i},Site ${i},${4e6 + (i % 10) * 9000},${3e6 + Math.floor(i / 10) * 7000},${(i * 37) % 101},${(i * 53) % 97},${1 + (i * 29) % 89}`)
  .join("\n")}\n`);
write("layers.yaml", "gigasite: 1\nroot: .\nlayers: {sites: {source: sites.csv, x: x, y: y, crs: 'EPSG:3035'}}\n");

function studyOf(decision, criteria, more = "") {
  return `gigasite: 1\ntitle: Sixty sites\ncatalogue: layers.yaml\narea: {crs: 'EPSG:3035'}
candidates: {layer: sites, id: code, name: name}\ncriteria:\n${criteria}decision: ${decision}\n${more}`;
}
const attribute = (id, value, weight) => `  - {id: ${id}, measure: {type: attribute, field: ${id}}, ${value}, weight: ${weight}}\n`;
const absolute = attribute("a", "value: {type: linear, worst: 0, best: 100}", 5) +
  attribute("b", "value: {type: logistic, midpoint: 50, steepness: 0.1}", 3) + attribute("c", "value: {type: linear, worst: 90, best: 0}", 2);
const relative = attribute("a", "better: higher", 5) + attribute("b", "better: higher", 3) + attribute("c", "better: lower", 2);

const methods = [
  ["weighted_sum", "{method: weighted_sum}", relative, 0],
  ["sum_of_numbers", "{method: weighted_sum, normalise: none}", attribute("a", "better: higher", 5) + attribute("b", "better: higher", 3), 0],
  ["product", "{method: weighted_product}", absolute, 1e-14],
  ["relative_product", "{method: weighted_product}", relative.replaceAll("field: a}", "field: c}").replaceAll("field: b}", "field: c}"), 1e-14],
  ["owa", "{method: owa, attitude: 0.3}", absolute, 1e-14],
  ["owa_order", "{method: owa, order_weights: [5, 3, 1]}", absolute, 1e-14],
];

test("methods that are scored live agree with the program", async () => {
  for (const [name, decision, criteria, allowed] of methods) {
    const path = page(write(`${name}.yaml`, studyOf(decision, criteria)), name), tab = await openWeights(path);
    assert.equal(await tab.evaluate(() => window.gigasite.why), null, name);
    assertSameRanking(await tab.ranking(), rankingOf(`${name}.gpkg`));
    for (const weight of [0, 0.37, 9]) {
      await setWeight(tab, "b", weight);
      gigasite("run", `${name}.yaml`, "-q", "-o", "moved.gpkg", "--set", `criteria.b.weight=${weight}`);
      assertSameRanking(await tab.ranking(), rankingOf("moved.gpkg"), allowed);
    }
    await tab.done();
  }
});

test("methods that are not say so", async () => {
  for (const [name, decision, words] of [["topsis", "{method: topsis}", /only the program computes/], ["fuzzy", "{method: fuzzy, operator: and}", /knows no weights/]]) {
    const tab = await openWeights(page(write(`${name}.yaml`, studyOf(decision, absolute)), name));
    assert.match(await tab.locator("#weights").textContent(), words);
    assert.equal(await tab.locator("#weights input").count(), 0);
    await tab.done();
  }
});

test("weights by judgement or data can be moved and are told in full", async () => {
  for (const [name, weights] of [["judged", "{method: rank_order_centroid, order: [a, b, c]}"], ["entropy", "{method: entropy}"]]) {
    const plain = absolute.replaceAll(/, weight: \d+/g, "");
    const path = page(write(`${name}.yaml`, studyOf("{method: weighted_sum}", plain, `weights: ${weights}\n`)), name), tab = await openWeights(path);
    assertSameRanking(await tab.ranking(), rankingOf(`${name}.gpkg`));
    assert.equal(await tab.evaluate(() => window.gigasite.why), null, name);
    await setWeight(tab, "b", 0.9);
    await tab.locator("#exploring summary").click();
    const yaml = await tab.locator("#exploring .snippet").textContent();
    const given = [...yaml.matchAll(/- id: (\w+)\n {2}weight: (.*)/g)].map(([, id, weight]) => [id, weight]);
    assert.deepEqual(given.map(([id]) => id), ["a", "b", "c"]);
    const direct = given.reduce((text, [id, weight]) => text.replace(`{id: ${id},`, `{id: ${id}, weight: ${weight},`), plain);
    gigasite("run", write("direct.yaml", studyOf("{method: weighted_sum}", direct)), "-q", "-o", "direct.gpkg");
    assertSameRanking(await tab.ranking(), rankingOf("direct.gpkg"));
    await tab.done();
  }
});

// -- map and table -----------------------------------------------------------------------------------------

const pointOf = (tab, id) => tab.evaluate((site) => {
  const box = document.getElementById("map").getBoundingClientRect();
  // eslint-disable-next-line no-undef -- the page's own
  const {x, y} = siteMap.map.latLngToContainerPoint(placeOf(data.map.points[siteOf.get(site).i]));
  return {x: box.x + x, y: box.y + y};
}, id);

test("map and table are linked both ways", async () => {
  const tab = await open(demo);
  const marked = () => tab.locator('#map path[stroke="#d4006a"]').count();
  assert.equal(await marked(), 0);
  await tab.locator("#ranking tbody tr", {hasText: "(V05)"}).click();
  assert.equal(await marked(), 1);
  assert.match(await tab.locator("#site h3").first().textContent(), /V05/);
  const {x, y} = await pointOf(tab, "V12"); // an excluded one, on the table's second page
  await tab.mouse.click(x, y);
  assert.match(await tab.locator("#ranking tr.selected").textContent(), /V12/);
  assert.match(await tab.locator("#site h3").first().textContent(), /V12/);
  assert.ok(await tab.locator("#ranking tr.selected").isVisible());
  await tab.locator("#ranking tbody tr").nth(2).hover();
  assert.equal(await tab.locator(".leaflet-tooltip").count(), 1);
  assert.match(tab.url(), /#site=V12$/);
  await tab.done();
  const linked = await open(demo, {hash: "#site=V03"});
  assert.match(await linked.locator("#site h3").first().textContent(), /V03/);
  await linked.done();
});

test("sorted, filtered, downloaded", async () => {
  const tab = await open(demo), first = () => tab.locator("#ranking tbody tr").first().textContent();
  await tab.locator("button.sort", {hasText: "Site"}).click();
  assert.match(await first(), /Aldercross/);
  await tab.locator("button.sort", {hasText: "Site"}).click();
  assert.match(await first(), /Wendrith|Wex|V\d\d/);
  assert.equal(await tab.locator('th[aria-sort="descending"]').count(), 1);
  await tab.locator("select").selectOption("excluded");
  assert.match(await tab.locator(".pages .status").textContent(), /17/);
  await tab.locator("select").selectOption("all");
  await tab.locator("#filter").fill("DOCKS");
  assert.match(await first(), /Tolmere Docks/);
  await tab.locator("#filter").fill("");
  const [download] = await Promise.all([tab.waitForEvent("download"), tab.locator("button.csv").click()]);
  const lines = readFileSync(await download.path(), "utf8").split("\r\n").slice(0, -1);
  assert.equal(download.suggestedFilename(), "demo.csv");
  assert.equal(lines.length, 41);
  assert.match(lines[0], /^\ufeffrank,id,name,score,excluded_by,substation_distance \[m\],substation_distance_value/);
  await tab.done();
});

test("keyboard and names for all controls", async () => {
  const tab = await open(demo);
  await tab.locator("#ranking tbody button").first().focus();
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("Enter");
  assert.match(await tab.locator("#ranking tr.selected").textContent(), /V18/);
  assert.match(await tab.evaluate(() => document.activeElement.textContent), /V18/);
  await tab.locator("#change-weights").click();
  const nameless = await tab.evaluate(() => [...document.querySelectorAll("button, input, select, a[href], [role=img], [role=region]")]
    .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.title || e.labels?.length)).map((e) => e.outerHTML));
  assert.deepEqual(nameless, []);
  const ids = await tab.evaluate(() => [...document.querySelectorAll("[id]")].map((e) => e.id));
  assert.equal(new Set(ids).size, ids.length);
  await tab.done();
});

// -- what comes from data stays text -----------------------------------------------------------------------

test("markup in ids, names, titles and classes stays text", async () => {
  const nasty = ["</script><script>window.hit=1</script>", "<img src=x onerror=window.hit=1>", "'\"><svg onload=window.hit=1>",
    "{{data}} {{script}}", "Zürich 🏭 ‮abc", "=HYPERLINK(\"http://evil\")", "<!--", "\u2028 line"];
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  write("nasty.csv", `code,name,kind,x,y,a\n${nasty.map((text, i) =>
    [quoted(`${text}#${i}`), quoted(text), quoted(text), 4e6 + 5000 * i, 3e6 + 3000 * (i % 3), 10 * i].join(",")).join("\n")}\n`);
  const title = JSON.stringify(nasty.slice(0, 4).join(" "));
  write("nasty_layers.yaml", `gigasite: 1\nroot: .\nlayers:\n  sites: {source: nasty.csv, x: x, y: y, crs: 'EPSG:3035', title: ${title},
    licence: ${title}, attribution: ${title}}\n`);
  write("nasty.yaml", `gigasite: 1\ntitle: ${title}\ndescription: ${title}\ncatalogue: nasty_layers.yaml\narea: {crs: 'EPSG:3035'}
candidates: {layer: sites, id: code, name: name}
constraints:\n  - {id: ok, title: ${title}, measure: {type: attribute, field: kind}, require: {not_in: [${JSON.stringify(nasty[1])}]}}
criteria:\n  - {id: a, title: ${title}, measure: {type: attribute, field: a}, value: {type: linear, worst: 0, best: 100}, weight: 2}
  - id: kind\n    measure: {type: attribute, field: kind}\n    value: {type: classes, classes: {x: 1}, other: 0.5}\n    weight: 1
robustness: {draws: 100, seed: 1, weights: any}\n`);
  const path = page("nasty.yaml", "nasty", {report: ["--lang", "fr"]}), tab = await open(path);
  assertSameRanking(await tab.ranking(), rankingOf("nasty.gpkg"));
  assert.equal(await tab.evaluate(() => window.hit), undefined);
  assert.equal(await tab.locator("script").count(), 3);
  assert.equal(await tab.locator("main img, main svg[onload]").count(), 0);
  assert.equal(await tab.locator("h1").textContent(), nasty.slice(0, 4).join(" "));
  assert.equal(await tab.title(), nasty.slice(0, 4).join(" "));
  for (const row of await tab.locator("#ranking tbody tr").all()) {
    await row.hover();
    await row.click();
  }
  await tab.locator("#change-weights").click();
  await setWeight(tab, "a", 9);
  const csv = await tab.evaluate("csv()");
  assert.ok(csv.includes(`"'=HYPERLINK(""http://evil"")"`));
  assert.equal(await tab.evaluate(() => window.hit), undefined);
  await tab.done();
});

// -- how it looks ------------------------------------------------------------------------------------------

test("prints, light and dark, wide and narrow", async () => {
  const tab = await open(demo);
  const light = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await tab.emulateMedia({media: "print"});
  assert.ok(await tab.locator(".print-only").isVisible());
  assert.ok(!await tab.locator("#change-weights").isVisible());
  assert.equal(await tab.locator(".print-only article").count(), 5);
  await tab.emulateMedia({media: "screen"});
  const pdf = await tab.pdf({preferCSSPageSize: true, printBackground: true});
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.ok(pages >= 5 && pages <= 20, `${pages} pages`);
  await tab.done();
  const dark = await open(demo, {colorScheme: "dark", width: 390, height: 800});
  assert.notEqual(await dark.evaluate(() => getComputedStyle(document.body).backgroundColor), light);
  assert.ok(await dark.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the screen");
  await dark.locator("#change-weights").click();
  assert.ok(await dark.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the screen");
  await dark.locator("button.theme").click();
  assert.equal(await dark.evaluate(() => getComputedStyle(document.body).backgroundColor), light);
  await dark.done();
});

test("French", async () => {
  gigasite("report", "demo.gpkg", "-q", "-o", "fr.html", "--lang", "fr");
  const tab = await open(join(folder, "fr.html"));
  assert.equal(await tab.evaluate(() => document.documentElement.lang), "fr");
  assert.match(await tab.locator(".answer").textContent(), /arrive en tête de 23 sites, avec un score de 0,820/);
  await tab.locator("#change-weights").click();
  await setWeight(tab, "wind", 5);
  assert.match(await tab.locator("#exploring").textContent(), /Exploration, et non le résultat calculé/);
  await tab.done();
});

test("a run of one site, of none, and with no geometry at hand", async () => {
  write("one.csv", "code,x,y,a\nonly,4000000,3000000,5\n");
  write("one_layers.yaml", "gigasite: 1\nroot: .\nlayers: {sites: {source: one.csv, x: x, y: y, crs: 'EPSG:3035'}}\n");
  const text = studyOf("{method: weighted_sum}", attribute("a", "value: {type: linear, worst: 0, best: 10}", 1))
    .replace("catalogue: layers.yaml", "catalogue: one_layers.yaml").replace(", name: name", "");
  const tab = await open(page(write("one.yaml", text), "one"));
  assert.match(await tab.locator(".answer").textContent(), /only ranks first of 1 sites?/);
  await tab.done();
  const none = await open(page(write("none.yaml", `${text}constraints: [{id: big, measure: {type: attribute, field: a}, require: {min: 6}}]\n`), "none"));
  assert.match(await none.locator(".answer").textContent(), /does not satisfy every constraint/);
  await none.locator("#change-weights").click();
  assert.match(await none.locator("#weights").textContent(), /no site is ranked/);
  await none.done();
});

test("a set that cannot be made is told", async () => {
  const tab = await open(page(study, "no_set", {run: ["--set", "portfolio.spacing=9999 km"]}));
  assert.match(await tab.locator("#portfolio").textContent(), /no set meets all its demands/);
  await tab.done();
});

test("of more than 5,000 sites the best are shown, and it says so", async () => {
  const n = 5200;
  write("many.csv", `code,name,x,y,a,b,c\n${Array.from({length: n}, (_, i) =>
    `m${i},M ${i},${4e6 + (i % 72) * 1000},${3e6 + Math.floor(i / 72) * 1000},${(i * 7919) % 10007},${(i * 104729) % 9973},${i}`).join("\n")}\n`);
  write("many_layers.yaml", "gigasite: 1\nroot: .\nlayers: {sites: {source: many.csv, x: x, y: y, crs: 'EPSG:3035'}}\n");
  const text = studyOf("{method: weighted_sum}", attribute("a", "value: {type: linear, worst: 0, best: 10007}", 1) +
    attribute("b", "value: {type: linear, worst: 0, best: 9973}", 1)).replace("catalogue: layers.yaml", "catalogue: many_layers.yaml");
  const tab = await openWeights(page(write("many.yaml", text), "many"));
  assert.match(await tab.locator("header").textContent(), /the best 5,000 of 5,200 candidates/);
  assertSameRanking(await tab.ranking(), rankingOf("many.gpkg", `ranking ORDER BY fid LIMIT 5000`));
  await setWeight(tab, "b", 2);
  assert.match(await tab.locator("#exploring").textContent(), /among the 5,000 sites on this page/);
  const {x, y} = await pointOf(tab, (await tab.ranking())[0].id);
  await tab.mouse.click(x, y);
  assert.equal(await tab.locator("#ranking tr.selected").count(), 1);
  await tab.done();
});

await runTests();
