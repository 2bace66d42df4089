// Shows the part that the address names, and what it asks for there:
// #now, #lookup, #q=<reply>&remote_mta=<host>..., #codes, #codes=<search>.
import {byId} from "./dom.js";
import {startNow} from "./now.js";
import {startLookup} from "./lookup.js";
import {startCodes} from "./codes.js";

const now = startNow();
const lookup = startLookup();
const codes = startCodes();

function partOf(name) {
  return name === "q" ? "lookup" : name;
}

function show() {
  // A link may be cut, or written by hand: this reads any.
  const words = new URLSearchParams(location.hash.slice(1));
  const [name] = words.keys();
  const known = ["now", "lookup", "q", "codes"].includes(name);
  const part = known ? partOf(name) : "now";
  for (const id of ["now", "lookup", "codes"]) byId(id).hidden = id !== part;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.part === part) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `Ricochet – ${byId(`${part}-title`).textContent}`;
  if (part === "now") now.show();
  if (part === "lookup") lookup.show(words);
  if (part === "codes") codes.show(words.get("codes") ?? "");
}

addEventListener("hashchange", () => {
  if (location.hash === "#main") return;  // the skip link: no other part
  show();
  scrollTo(0, 0);
  if (document.activeElement === document.body) byId("main").focus();
});
show();
