// Small things that all parts of the page need. Text of others, replies above
// all, gets into the page as text nodes and attributes only.

// h("p", {class: "hint"}, "text", child): an element. Attributes that are
// null or false are left out; a function is an event's listener.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

// What the API says, or an Error with its words.
export async function ask(path, parameters = {}) {
  const query = new URLSearchParams(
      Object.entries(parameters).filter(([, value]) => value));
  const response = await fetch(`/api/v1/${path}?${query}`,
      {signal: AbortSignal.timeout(10000)});
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});
const short = new Intl.NumberFormat("en", {maximumSignificantDigits: 3});

export function count(number) {
  return whole.format(number);
}

// A number of things a minute or a second: three digits are enough.
export function rate(number) {
  return number >= 1000 ? whole.format(number) : short.format(number);
}

export function percent(fraction) {
  if (fraction === 0) return "0 %";
  return `${(fraction * 100).toFixed(fraction < 0.0995 ? 2 : 1)} %`;
}

export function duration(seconds) {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

// Rows of terms and descriptions; what has no description is left out.
export function terms(rows) {
  return h("dl", {}, rows.filter(([, value]) => value).map(([term, value]) => [
    h("dt", {}, term), h("dd", {}, value)]));
}

// Columns: [heading, cell of a row, whether it is a number].
export function table(caption, columns, rows) {
  const cell = (row, [, value, number], index) => h(
      index === 0 ? "th" : "td",
      {class: number ? "number" : null, scope: index === 0 ? "row" : null},
      value(row));
  return h("table", {},
      caption ? h("caption", {}, caption) : null,
      h("thead", {}, h("tr", {}, columns.map(([heading, , number]) =>
        h("th", {scope: "col", class: number ? "number" : null}, heading)))),
      h("tbody", {}, rows.map((row) =>
        h("tr", {}, columns.map((column, index) => cell(row, column, index))))));
}
