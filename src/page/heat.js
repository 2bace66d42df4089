// Provider by reason, as a table whose cells are coloured by their share.
import {count, h} from "./dom.js";

const kMostReasons = 14;

function sums(bounces, key) {
  const sum = new Map();
  for (const bounce of bounces) {
    sum.set(bounce[key], (sum.get(bounce[key]) ?? 0) + bounce.count);
  }
  return [...sum].sort((a, b) => b[1] - a[1]);
}

function cell(number, largest) {
  const td = h("td", {}, number ? count(number) : "");
  if (number) {
    // By its root, or all but the largest would look alike.
    const depth = 0.06 + 0.44 * Math.sqrt(number / largest);
    td.style.background = `rgb(var(--heat) / ${Math.round(depth * 100)}%)`;
  }
  return td;
}

// Of a table that is there, nothing is replaced unless a number changed: who
// reads it keeps the place.
export function heatMap(place, bounces) {
  const text = JSON.stringify(bounces);
  if (place.dataset.shown === text) return;
  place.dataset.shown = text;
  if (bounces.length === 0) {
    place.replaceChildren(h("p", {class: "hint"}, "No failures yet."));
    return;
  }
  const focused = document.activeElement?.getAttribute("href");
  const reasons = sums(bounces, "reason");
  const shown = reasons.slice(0, kMostReasons);
  const rest = reasons.slice(kMostReasons).map(([name]) => name);
  const at = (provider, names) => bounces.filter((bounce) =>
    bounce.provider === provider && names.includes(bounce.reason))
      .reduce((sum, bounce) => sum + bounce.count, 0);
  const providers = sums(bounces, "provider");
  const cells = new Map(providers.map(([provider]) => [provider,
    [...shown.map(([name]) => at(provider, [name])),
      ...(rest.length > 0 ? [at(provider, rest)] : [])]]));
  const largest = Math.max(...[...cells.values()].flat());
  place.replaceChildren(h("table", {class: "heat"},
      h("thead", {}, h("tr", {}, h("th", {scope: "col"}, "provider"),
          h("th", {scope: "col", class: "number"}, "all"),
          shown.map(([name]) => h("th", {scope: "col"},
              h("a", {href: `#codes=${name}`}, name))),
          rest.length > 0 ? h("th", {scope: "col"}, "others") : null)),
      h("tbody", {}, providers.map(([provider, sum]) => h("tr", {},
          h("th", {scope: "row"}, provider),
          h("td", {class: "sum"}, count(sum)),
          cells.get(provider).map((number) => cell(number, largest)))))));
  if (focused?.startsWith("#codes=")) {
    place.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }
}
