// The part "Now": asks for the status every two seconds while it is looked at.
import {ask, byId, count, duration, h, percent, rate, table} from "./dom.js";
import {Chart} from "./charts.js";
import {heatMap} from "./heat.js";

const kPollMilliseconds = 2000;
const kMostSamples = 720;  // an hour, as the server keeps
const kWindow = 12;  // samples that a rate is taken over: a minute

const series = ["lines", "attempts", "deferred", "delivered", "hard", "soft",
  "block", "admin", "undetermined", "lag"];

// The server's samples, by series; they are asked for once, and added to.
const history = {time: []};
for (const name of series) history[name] = [];

function remember(news) {
  for (const name of ["time", ...series]) {
    history[name].push(...news[name]);
    history[name].splice(0, history[name].length - kMostSamples);
  }
}

function forget() {
  for (const name of ["time", ...series]) history[name] = [];
}

// What a counter rose by in the minute before a sample.
function rise(name, index) {
  const from = Math.max(0, index - kWindow);
  return history[name][index] - history[name][from];
}

function minutes(index) {
  const from = Math.max(0, index - kWindow);
  return (history.time[index] - history.time[from]) / 60000;
}

function outcomes(index) {
  return ["delivered", "hard", "soft", "block", "undetermined"]
      .reduce((sum, name) => sum + rise(name, index), 0);
}

// From the second sample on, as far back as `period` minutes.
function shownIndexes(period) {
  const newest = history.time.at(-1);
  return history.time.map((time, index) => index).filter((index) =>
    index > 0 && history.time[index] > newest - period * 60000);
}

class Curves {
  constructor() {
    this.period = 15;
    this.limits = [];
    const perMinute = (number) => rate(number);
    const kinds = [["hard", "hard"], ["block", "block"], ["soft", "soft"],
      ["undetermined", "undetermined"]];
    const named = (list) => list.map(([name, colour]) => ({name, colour}));
    this.failures = new Chart(byId("failures"), "Failures per minute, by kind",
        named(kinds), perMinute);
    this.rates = new Chart(byId("rates"), "Rates over a minute, with limits",
        named(kinds.slice(0, 3)), (share) => percent(share),
        () => this.limits);
    this.volume = new Chart(byId("volume"), "Volume per minute", named([
      ["delivered", "delivered"], ["deferred", "deferred"]]), perMinute);
    for (const button of byId("periods").children) {
      button.addEventListener("click", () => this.choose(button));
    }
  }

  choose(button) {
    this.period = Number(button.dataset.minutes);
    for (const other of byId("periods").children) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    this.draw();
  }

  draw() {
    const indexes = shownIndexes(this.period);
    const times = indexes.map((index) => history.time[index] / 1000);
    const perMinute = (name) =>
      indexes.map((index) => rise(name, index) / minutes(index));
    const share = (name) => indexes.map((index) =>
      outcomes(index) > 0 ? rise(name, index) / outcomes(index) : null);
    this.failures.set([times, ...["hard", "block", "soft", "undetermined"]
        .map(perMinute)]);
    this.rates.set([times, ...["hard", "block", "soft"].map(share)]);
    this.volume.set([times, ...["delivered", "deferred"].map(perMinute)]);
  }
}

const stateWords = {ok: "within limits", warning: "above the warning limit",
  critical: "above the critical limit", page: "far above the limits",
  too_few: "too few outcomes to judge"};

function stat(label, value, state, note) {
  return h("div", {class: "stat"},
      h("p", {class: "label"}, label),
      h("p", {class: `value ${state ? `state-${state}` : ""}`}, value),
      h("p", {class: "note"}, note));
}

function rateStat(one) {
  const range = one.interval.map(percent).join(" to ");
  const words = one.state ? stateWords[one.state] : `between ${range}`;
  return stat(`${one.name[0].toUpperCase()}${one.name.slice(1)} rate`,
      percent(one.value), one.state, `${words}; ${count(one.count)} of ` +
      `${count(one.of)} in the last hour`);
}

function headline(status) {
  const last = history.time.length - 1;
  const perMinute = (name) => last > 0 ?
    rate(rise(name, last) / minutes(last)) : "–";
  byId("headline").replaceChildren(
      ...status.rates.map(rateStat),
      stat("Delivered per minute", perMinute("delivered"), null,
          `${count(status.outcomes.delivered)} since start`),
      stat("Lines per minute", perMinute("lines"), null,
          `${count(Object.values(status.lines).reduce((a, b) => a + b, 0))} ` +
          "since start"),
      stat("Suppressions in effect", count(status.suppressions.active), null,
          `${count(Object.values(status.suppressions.written)
              .reduce((a, b) => a + b, 0))} written since start`));
}

function rateOf(provider, name) {
  return provider.rates.find((one) => one.name === name);
}

function bar(one, largest) {
  const fill = h("i", {});
  fill.style.width = `${largest > 0 ? 100 * one.value / largest : 0}%`;
  return h("span", {class: `bar state-${one.state}`, "aria-hidden": "true"},
      fill);
}

// A rate, in the colour of how it stands.
function standing(one) {
  return h("span", {class: one.state ? `state-${one.state}` : null,
    title: one.state ? stateWords[one.state] : null}, percent(one.value));
}

function providers(status) {
  const hard = (provider) => rateOf(provider, "hard");
  const rows = [...status.providers].sort((a, b) => hard(b).of - hard(a).of);
  const largest = Math.max(...rows.map((row) => hard(row).value), 0.02);
  // In the same element: it keeps the focus, and where it was scrolled to.
  byId("providers").replaceChildren(rows.length === 0 ?
    h("p", {class: "hint"}, "No outcomes yet.") : table(null, [
      ["provider", (row) => row.provider],
      ["hard", (row) => standing(hard(row)), true],
      ["", (row) => bar(hard(row), largest)],
      ["block", (row) => standing(rateOf(row, "block")), true],
      ["soft", (row) => standing(rateOf(row, "soft")), true],
      ["outcomes", (row) => count(hard(row).of), true],
    ], rows));
}

function templates(status) {
  // Nothing is replaced unless something changed: who reads it keeps the place.
  const place = byId("templates");
  const text = JSON.stringify(status.templates);
  if (place.dataset.shown === text) return;
  place.dataset.shown = text;
  const focused = document.activeElement?.closest("#templates a")
      ?.getAttribute("href");
  place.replaceChildren(status.templates.length === 0 ?
    h("p", {class: "hint"}, "Nothing was refused.") : table(null, [
      ["replies", (row) => count(row.replies), true],
      ["reply", (row) => h("span", {class: "mono reply"}, row.text)],
      ["provider", (row) => row.provider],
      ["verdict", (row) => h("span", {}, h("span",
          {class: `tone kind-${row.kind}`}, row.kind), " ",
          h("a", {href: `#codes=${row.reason}`}, row.reason))],
      ["what to do", (row) => row.advice],
    ], status.templates));
  if (focused) {
    place.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }
}

function program(status) {
  const lines = Object.entries(status.lines);
  byId("program").replaceChildren(
      table("Stages", [
        ["stage", (row) => row.stage],
        ["lag, records", (row) => count(row.lag_records), true],
        ["commits", (row) => count(row.committed), true],
        ["aborted", (row) => count(row.aborted), true],
      ], status.stages),
      table("What became of the lines since start", [
        ["fate", ([name]) => name.replace("_", "-")],
        ["lines", ([, number]) => count(number), true],
      ], lines),
      table("Attempts since start", [
        ["outcome", ([name]) => name],
        ["attempts", ([, number]) => count(number), true],
      ], Object.entries(status.attempts).filter(([, number]) => number > 0)));
}

function health(status) {
  const lag = status.stages.reduce((sum, one) => sum + one.lag_records, 0);
  byId("health").replaceChildren(
      h("span", {class: status.ready ? "ok" : "bad"},
          status.ready ? "● ready" : "▲ not ready"),
      " · lag ", h("b", {}, count(lag)), ` · up ${duration(status.uptime_s)}`,
      ` · ${status.version} · rules `, h("span", {class: "mono",
        title: status.ruleset.hash}, status.ruleset.hash.slice(0, 8)));
  say(status.ready ? "" : `Not ready: ${status.not_ready.join("; ")}`);
}

// Written only when it changes, or a screen reader would repeat it.
function say(words) {
  if (byId("trouble").textContent !== words) {
    byId("trouble").textContent = words;
  }
}

export function startNow() {
  const curves = new Curves();
  let started = null;

  async function look() {
    const status = await ask("status", {since: history.time.at(-1)});
    if (started !== null && started !== status.started) {
      started = null;
      forget();  // another process: its counters began anew
      return look();
    }
    started = status.started;
    const news = status.history.time.length > 0;
    remember(status.history);
    health(status);
    if (byId("now").hidden) return;
    headline(status);
    if (news || curves.period !== curves.drawn) curves.draw();
    curves.drawn = curves.period;
    curves.limits = limitsOf(status);
    providers(status);
    templates(status);
    heatMap(byId("heat"), status.bounces);
    program(status);
  }

  async function poll() {
    if (!document.hidden) {
      try {
        await look();
      } catch {
        byId("health").replaceChildren(
            h("span", {class: "bad"}, "▲ no answer"));
        say("Ricochet does not answer. The numbers below are the last known.");
      }
    }
    setTimeout(poll, kPollMilliseconds);
  }

  poll();
  return {show: () => { curves.drawn = null; }};
}

function limitsOf(status) {
  const limits = status.rates.find((one) => one.name === "hard").limits;
  return [{value: limits.warning, colour: "soft"},
    {value: limits.critical, colour: "hard"},
    {value: limits.page, colour: "hard"}];
}
