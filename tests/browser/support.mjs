// SPDX-License-Identifier: Apache-2.0
// Studies, runs and pages for the tests of the report in a browser. Exit 77 (skipped) without Chromium or
// playwright-core; with GIGASITE_BROWSER=required, as scripts/test says, their absence is a failure.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {existsSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(process.env.GIGASITE_BROWSER === "required" ? 1 : 77);
}

const {chromium} = await import("playwright-core")
  .catch(() => skip("no playwright-core (npm ci --prefix tests/browser)"));
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!executablePath) skip("no Chromium (Debian: chromium)");

export const folder = mkdtempSync(join(tmpdir(), "gigasite-report-"));
export const source = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");
const program = process.env.GIGASITE ?? join(source, "build/release/gigasite");

export function gigasite(...args) {
  return execFileSync(program, args, {cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"]});
}

export function write(name, text) {
  writeFileSync(join(folder, name), text);
  return name;
}

// Runs the study and gives the path of the page.
export function page(study, name, {run = [], report = []} = {}) {
  gigasite("run", study, "-q", "-o", `${name}.gpkg`, ...run);
  gigasite("report", `${name}.gpkg`, "-q", ...report);
  return join(folder, `${name}.html`);
}

// The ranking of a GeoPackage, scores to the last bit, as the page tells it.
export function rankingOf(file, where = "ranking ORDER BY fid") {
  const rows = execFileSync("sqlite3", ["-json", join(folder, file),
    `SELECT candidate_id AS id, rank, printf('%!.17g', score) AS score FROM ${where}`], {encoding: "utf8"});
  return JSON.parse(rows || "[]").map(({id, rank, score}) => ({id, rank, score: rank === null ? null : Number(score)}));
}

const byId = (ranking) => new Map(ranking.map((site) => [site.id, site]));

// Same ranks; scores within `allowed`, 0 being the same bits.
export function assertSameRanking(actual, expected, allowed = 0) {
  const sites = byId(expected);
  assert.equal(actual.length, expected.length);
  for (const {id, rank, score} of actual) {
    const site = sites.get(id);
    assert.ok(site, `unknown site ${id}`);
    assert.equal(rank, site.rank, `rank of ${id}`);
    assert.ok(rank === null || Math.abs(score - site.score) <= allowed, `score of ${id}: ${score}, not ${site.score}`);
  }
}

// -- browser -----------------------------------------------------------------------------------------------

const browser = await chromium.launch({executablePath, args: ["--no-sandbox", "--disable-gpu"]});

// A page, watched: whatever it says on the console, asks of the network or pops up is a fault.
export async function open(path, {width = 1280, height = 850, colorScheme = "light", hash = ""} = {}) {
  const context = await browser.newContext({viewport: {width, height}, colorScheme, acceptDownloads: true});
  const tab = await context.newPage(), faults = [], url = pathToFileURL(path).href;
  tab.on("console", (message) => faults.push(`console: ${message.text()}`));
  tab.on("pageerror", (error) => faults.push(`error: ${error.stack}`));
  tab.on("dialog", (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  tab.on("request", (request) => {
    if (!request.url().startsWith("data:") && !request.url().startsWith("blob:") && request.url().split("#")[0] !== url)
      faults.push(`request: ${request.url()}`);
  });
  await tab.goto(url + hash);
  await tab.waitForFunction(() => window.gigasite);
  tab.faults = faults;
  tab.ranking = () => tab.evaluate(() => window.gigasite.ranking());
  tab.settled = () => tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  tab.done = async () => {
    assert.deepEqual(faults, []);
    await context.close();
  };
  return tab;
}

// -- tests -------------------------------------------------------------------------------------------------

const tests = [];
export function test(name, body) {
  tests.push([name, body]);
}

// Runs those whose names hold the word given to the program, all without one.
export async function runTests() {
  let failed = 0;
  for (const [name, body] of tests.filter(([n]) => n.includes(process.argv[2] ?? ""))) {
    const start = Date.now();
    try {
      await body();
      console.log(`ok    ${name} (${Date.now() - start} ms)`);
    } catch (error) {
      failed++;
      console.log(`FAIL  ${name}\n${error.stack}`);
    }
  }
  await stop();
  process.exit(failed ? 1 : 0);
}

export async function stop() {
  await browser.close();
  rmSync(folder, {recursive: true});
}
