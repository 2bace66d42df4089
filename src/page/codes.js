// The part "All codes": every code and every reason, searched as one types.
import {ask, byId, count, h, terms} from "./dom.js";
import {codeTerms, namesTerms} from "./lookup.js";

function codeEntry(code) {
  return {
    name: code.code, kind: null, title: code.title, from: code.provider ?? "",
    tag: code.reason ?? code.tag ?? "", rank: 1,
    text: Object.values(code).flat().join(" ").toLowerCase(),
    body: () => [codeTerms(code)],
  };
}

function reasonEntry(reason) {
  return {
    name: "", kind: reason.kind, title: reason.meaning, from: "our reason",
    tag: reason.reason, rank: 0,
    text: [...Object.values(reason), ...Object.values(reason.names)]
        .filter((value) => typeof value === "string").join(" ").toLowerCase(),
    body: () => [terms([
      ["Cause", reason.cause],
      ["Fix", reason.fix],
      ["In short", reason.advice],
      ["Who acts", reason.who],
      ["Kind", reason.kind],
      ["For how long", reason.permanence],
      ["Whose fault", reason.fault],
    ]), h("h3", {}, "Elsewhere"), namesTerms(reason.names)],
  };
}

// An entry that is opened for the first time gets its texts then.
function row(entry) {
  const kind = entry.kind ? `kind-${entry.kind}` : "";
  const details = h("details", {class: kind, toggle: () => {
    if (details.children.length === 1) details.append(...entry.body());
  }}, h("summary", {},
      h("span", {class: "code mono"}, entry.name || "reason"),
      h("span", {}, entry.title),
      h("span", {class: "from"}, entry.from),
      h("span", {class: entry.kind ? "tone" : "from"}, entry.tag)));
  return details;
}

// Best first: what is called so, then what begins so, then what says so.
function order(entry, words) {
  const names = [entry.name, entry.tag].map((name) => name.toLowerCase());
  if (names.includes(words)) return entry.rank;
  if (names.some((name) => name.startsWith(words))) return 2 + entry.rank;
  return 4 + entry.rank;
}

export function startCodes() {
  const search = byId("search");
  let entries = null;

  function list() {
    const text = search.value.trim().toLowerCase();
    const words = text.split(/\s+/);
    const found = entries.filter((entry) =>
      words.every((word) => entry.text.includes(word)));
    if (text) found.sort((a, b) => order(a, text) - order(b, text));
    byId("list").replaceChildren(...found.map((entry) =>
      entry.row ??= row(entry)));
    byId("found").textContent = text ?
      `${count(found.length)} of ${count(entries.length)}` :
      `${count(entries.length)} codes and reasons`;
  }

  async function load() {
    const all = await ask("codes");
    entries = [...all.codes.map(codeEntry), ...all.reasons.map(reasonEntry)];
  }

  // What fails to load is asked for again with the next key.
  async function find() {
    try {
      if (entries === null) await load();
      list();
    } catch (error) {
      byId("found").textContent = `No answer: ${error.message}`;
    }
  }

  search.addEventListener("input", () => {
    find();
    const hash = search.value ?
      `#codes=${encodeURIComponent(search.value)}` : "#codes";
    history.replaceState(null, "", hash);
  });

  return {
    async show(asked) {
      search.value = asked;
      await find();
    },
  };
}
