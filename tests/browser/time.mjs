// SPDX-License-Identifier: Apache-2.0
// Times a page: node time.mjs PAGE.html N prints {"open": [ms …], "steps": [ms …]}, of N openings and of the
// steps of a slider from the first on, with the frame that shows them.
import {open, stop} from "./support.mjs";

const [path, n] = process.argv.slice(2), told = {open: [], steps: []};
for (let i = 0; i < Number(n); i++) {
  const start = performance.now(), tab = await open(path);
  await tab.settled();
  told.open.push(performance.now() - start);
  await tab.locator("#change-weights").click();
  await tab.settled();
  const steps = await tab.evaluate(async () => {
    const range = document.querySelector("input[type=range]"), times = [];
    for (let step = 1; step <= 20; step++) {
      range.value = Number(range.min) + (step * (range.max - range.min)) / 21;
      range.dispatchEvent(new Event("input", {bubbles: true}));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      times.push(Number(document.documentElement.dataset.milliseconds));
    }
    return times;
  });
  told.steps.push(...steps);
  await tab.done();
}
await stop();
console.log(JSON.stringify(told));
