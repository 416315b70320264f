// SPDX-License-Identifier: Apache-2.0
// Weights, scores and ranks, by the program's own arithmetic (src/study/weights.c, src/decision/*.c): the same
// operations on the same doubles in the same order give the same bits.
"use strict";

const nCriteria = data.criteria.length;
const sites = data.sites.map(([id, name, rank, score, index, excludedBy, mean, p05, p95, first, top], i) => ({
  i, id, name, rank, score, index, excludedBy, mean, p05, p95, first, top,
  measured: Array.from({length: nCriteria}, (_, c) => data.cells[2 * (i * nCriteria + c)]),
  worths: Array.from({length: nCriteria}, (_, c) => data.cells[2 * (i * nCriteria + c) + 1]),
}));
const siteOf = new Map(sites.map((site) => [site.id, site]));
const ranked = sites.filter((site) => site.rank !== null);
const criteria = data.criteria.map(([id, title, path, layer, where, measure, value, unit, weight, missing], c) => ({
  c, id, title, path, layer, where, measure, value, unit, weight, missing, ...(data.given ? data.given[c] : {}),
}));

// -- weights -----------------------------------------------------------------------------------------------

// The weights as the study gives them: of criteria, then of groups.
function givenWeights() {
  const given = {criteria: criteria.map((c) => c.given), groups: data.groups.map((g) => g.given)};
  // Weights that follow from the data are not in the study: there the shares themselves are the weights.
  const final = finalWeights(given);
  if (criteria.some((c) => Math.abs(final.criteria[c.c] - c.weight) > 1e-9)) {
    const share = data.groups.map(() => 0);
    for (const c of criteria)
      for (let g = c.group; ; g = data.groups[g].parent) {
        share[g] += c.weight;
        if (g === 0) break;
      }
    for (const c of criteria) given.criteria[c.c] = rounded((100 * c.weight) / share[c.group]);
    data.groups.forEach((g, i) => { if (i) given.groups[i] = rounded((100 * share[i]) / share[g.parent]); });
  }
  return given;
}
const rounded = (x) => Number(x.toPrecision(6));

// As gs_study_normalise(): members share the weight of their group.
function finalWeights(given) {
  const final = {criteria: new Float64Array(nCriteria), groups: new Float64Array(data.groups.length)};
  final.groups[0] = 1;
  data.groups.forEach((_, g) => {
    let total = 0;
    criteria.forEach((c) => { if (c.group === g) total += given.criteria[c.c]; });
    data.groups.forEach((m, i) => { if (i && m.parent === g) total += given.groups[i]; });
    criteria.forEach((c) => {
      if (c.group === g) final.criteria[c.c] = (final.groups[g] * given.criteria[c.c]) / total;
    });
    data.groups.forEach((m, i) => {
      if (i && m.parent === g) final.groups[i] = (final.groups[g] * given.groups[i]) / total;
    });
  });
  return final;
}

// -- sums in twice the precision (Dot2 of Ogita, Rump, Oishi) ----------------------------------------------

const SPLIT = 134217729; // 2^27 + 1: Veltkamp's splitting, in place of the fused multiply-add
const high27 = (a) => { const c = SPLIT * a; return c - (c - a); };

function addTo2(sum, value, error) {
  const high = sum.high + value, part = high - sum.high;
  sum.low += sum.high - (high - part) + (value - part) + error;
  sum.high = high;
}

function sumOf(weights) {
  const sum = {high: 0, low: 0};
  for (const w of weights) addTo2(sum, w, 0);
  return sum.high + sum.low;
}

// Σ weights × columns, site by site.
function weightedSums(weights, columns, n) {
  const high = new Float64Array(n), low = new Float64Array(n);
  for (let c = 0; c < columns.length; c++) {
    const a = weights[c], a1 = high27(a), a2 = a - a1, {values, highs} = columns[c];
    for (let s = 0; s < n; s++) {
      const b = values[s], b1 = highs[s], b2 = b - b1, product = a * b;
      const productError = a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2);
      const sum = high[s] + product, part = sum - high[s];
      low[s] += high[s] - (sum - part) + (product - part) + productError;
      high[s] = sum;
    }
  }
  return high.map((x, s) => x + low[s]);
}

function columnOf(values) {
  return {values: Float64Array.from(values), highs: Float64Array.from(values, high27)};
}

// As gs_scores_from_index().
function scoresFromIndex(index) {
  let least = Infinity, most = -Infinity;
  for (const x of index) { least = Math.min(least, x); most = Math.max(most, x); }
  return index.map((x) => {
    const y = least === most ? 1 : least >= 0 ? x / most : (x / 2 - least / 2) / (most / 2 - least / 2);
    return Math.min(1, Math.max(0, y));
  });
}

const unit = (x) => Math.min(1, Math.max(0, x));

// -- methods: each makes a function of the final weights that scores the ranked sites ----------------------

const worthsOf = (c) => ranked.map((site) => site.worths[c]);
const holdsUnitValues = () => criteria.every((c) => !c.relative || worthsOf(c.c).every((x) => x >= 0 && x <= 1));

const methods = {
  weighted_sum() {
    const columns = criteria.map((c) => columnOf(worthsOf(c.c))), isUnit = holdsUnitValues();
    return (weights) => {
      const total = sumOf(weights), index = weightedSums(weights, columns, ranked.length).map((x) => x / total);
      return isUnit ? index.map(unit) : scoresFromIndex(index);
    };
  },

  weighted_product() {
    const columns = criteria.map((c) => columnOf(worthsOf(c.c).map((x) => (x > 0 ? Math.log2(x) : 0))));
    const zeros = criteria.map((c) => worthsOf(c.c).map((x) => !(x > 0)));
    const isUnit = holdsUnitValues() && criteria.every((c) => !c.lower);
    return (weights) => {
      const signed = weights.map((w, c) => (criteria[c].lower ? -w : w)), total = sumOf(weights);
      const index = weightedSums(signed, columns, ranked.length).map((sum, s) =>
        zeros.some((zero, c) => zero[s] && weights[c] > 0) ? 0 : 2 ** (sum / total));
      return isUnit ? index.map(unit) : scoresFromIndex(index);
    };
  },

  owa() {
    const {attitude, order_weights: order} = data.method;
    const byValue = ranked.map((site) => criteria.map((c) => c.c).sort((a, b) => site.worths[b] - site.worths[a]));
    const orderTotal = order ? order.reduce((sum, w) => sum + w, 0) : 0;
    const quantify = (taken, positive, weight, total) => {
      if (taken === 0) return 0;
      if (taken === positive) return 1;
      const share = Math.min(1, weight / total);
      if (!order) {
        if (attitude === 0 || attitude === 1) return attitude;
        const exponent = (1 - attitude) / attitude;
        return exponent === 1 ? share : share ** exponent;
      }
      const at = share * order.length;
      let sum = 0, k = 0;
      for (; k < order.length && k + 1 <= at; k++) sum += order[k];
      if (k < order.length) sum += order[k] * (at - k);
      return Math.min(1, sum / orderTotal);
    };
    return (weights) => {
      const positive = weights.filter((w) => w > 0).length;
      return Float64Array.from(ranked, (site, s) => {
        const {worths} = site, places = byValue[s];
        for (let i = 1; i < places.length; i++) // equals: the larger weight first
          for (let k = i; k > 0 && worths[places[k]] === worths[places[k - 1]] &&
               weights[places[k]] > weights[places[k - 1]]; k--)
            [places[k], places[k - 1]] = [places[k - 1], places[k]];
        let total = 0, weight = 0, taken = 0, sum = 0;
        for (const c of places) total += weights[c];
        for (let i = 0; i + 1 < places.length; i++) {
          weight += weights[places[i]];
          taken += weights[places[i]] > 0 ? 1 : 0;
          sum += quantify(taken, positive, weight, total) * (worths[places[i]] - worths[places[i + 1]]);
        }
        return unit(sum + worths[places[places.length - 1]]);
      });
    };
  },
};

// -- ranks -------------------------------------------------------------------------------------------------

// Ids in the order of their bytes, which is that of their code points.
function compareIds(a, b) {
  const x = Array.from(a.id, (c) => c.codePointAt(0)), y = Array.from(b.id, (c) => c.codePointAt(0));
  for (let i = 0; i < x.length && i < y.length; i++) if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
}

const idOrder = new Int32Array(ranked.length);
ranked.map((site, s) => [site, s]).sort((a, b) => compareIds(a[0], b[0])).forEach(([, s], k) => { idOrder[s] = k; });

// As gs_rank(): by falling score, equal scores share a rank and stand by id.
function rank(scores) {
  const order = Array.from(ranked.keys()).sort((a, b) => scores[b] - scores[a] || idOrder[a] - idOrder[b]);
  const ranks = new Int32Array(ranked.length);
  order.forEach((s, k) => {
    ranks[s] = k && scores[s] === scores[order[k - 1]] ? ranks[order[k - 1]] : k + 1;
  });
  return {order, ranks};
}

// What is on screen: the computed result, or what other weights make of it.
const shown = {
  isExplored: false,
  score: new Map(), rank: new Map(), weights: criteria.map((c) => c.weight),
};
function showComputed() {
  shown.isExplored = false;
  shown.weights = criteria.map((c) => c.weight);
  for (const site of sites) {
    shown.score.set(site, site.score);
    shown.rank.set(site, site.rank);
  }
}
showComputed();

// Can other weights be tried, and if not, why not? Told by trying the study's own: they must give its ranks.
const explorer = (() => {
  if (data.no_study) return {why: t("live.no_study", {why: data.no_study})};
  if (!ranked.length) return {why: t("live.no_sites")};
  if (data.method.name === "fuzzy") return {why: t("live.no_weights", {method: "fuzzy"})};
  if (!methods[data.method.name]) return {why: t("live.not_this_method", {method: data.method.name})};
  if (data.n_shown < data.n_sites && !holdsUnitValues()) return {why: t("live.needs_all_sites")};
  const scorer = methods[data.method.name](), given = givenWeights();
  const scores = scorer(finalWeights(given).criteria);
  const {ranks} = rank(scores);
  const allowed = data.method.name === "weighted_sum" ? 0 : 1e-12;
  const same = ranked.every((site, s) =>
    site.rank === ranks[s] && Math.abs(site.score - scores[s]) <= Math.max(allowed, isByData(given) ? 1e-5 : 0));
  return same ? {scorer, given, original: structuredClone(given)} : {why: t("live.differs")};
})();

// Are the weights not the study's own, but the shares that followed from the data?
function isByData(given) {
  return criteria.some((c) => given.criteria[c.c] !== c.given);
}

function explore() {
  const start = performance.now();
  const final = finalWeights(explorer.given), scores = explorer.scorer(final.criteria), {ranks} = rank(scores);
  shown.isExplored = true;
  shown.weights = Array.from(final.criteria);
  ranked.forEach((site, s) => {
    shown.score.set(site, scores[s]);
    shown.rank.set(site, ranks[s]);
  });
  emit("ranked");
  document.documentElement.dataset.milliseconds = (performance.now() - start).toFixed(1);
}
