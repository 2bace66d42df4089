// The part "Look up": a question, and its answer in four parts.
import {ask, byId, h, terms} from "./dom.js";

const samples = [
  ["user unknown", "550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown"],
  ["mailbox full", "452 4.2.2 The email account that you tried to reach is over quota"],
  ["blocklisted", "550 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org"],
  ["TSS04", "TSS04"],
  ["5.7.26", "5.7.26"],
];

const faults = {recipient: "the recipient's", domain: "the recipient domain's",
  receiver: "the receiver's", sender: "ours: the sender's",
  content: "ours: the message's", unknown: "not known"};
const lasting = {permanent: "For good: the same mail would fail again",
  transient: "For a while: a later attempt may succeed"};
const deciders = {provider_rule: "a rule for this provider",
  text_rule: "a rule for the text",
  enhanced_code: "the enhanced status code: no rule knows the text",
  reply_code: "the reply code: no rule knows the text",
  none: "nothing: neither the text nor a code says why"};
const systems = {sparkpost: "SparkPost", ses: "Amazon SES", kumomta: "KumoMTA",
  powermta: "PowerMTA", sisimai: "Sisimai", postal: "Postal",
  zonemta: "ZoneMTA"};

export function codeTerms(code) {
  return terms([
    ["Means", code.meaning],
    ["Cause", code.cause],
    ["Fix", code.fix],
    ["Who acts", code.who],
    ["By itself", code.reason === "unclassified" ? "" : code.reason],
    ["Provider", code.provider],
    ["Tag", code.tag],
    ["Also called", code.called?.join("; ")],
    ["Registry", code.registry],
    ["Note", code.note],
    ["Source", code.source],
  ]);
}

export function namesTerms(names) {
  return terms(Object.entries(names).map(([system, name]) =>
    [systems[system] ?? system, name]));
}

function four(answer) {
  const parts = [
    ["What happened", answer.verdict.reason || "–"],
    ["For how long", lasting[answer.verdict.permanence] ?? "–"],
    ["Whose fault", faults[answer.verdict.fault] ?? "nobody's"],
    ["Who must act", answer.who],
  ];
  return h("dl", {class: "four"}, parts.map(([term, value]) =>
    h("div", {}, h("dt", {}, term), h("dd", {}, value))));
}

function link() {
  const done = h("span", {role: "status"});
  const copy = h("button", {type: "button", click: async () => {
    await navigator.clipboard?.writeText(location.href);
    done.textContent = navigator.clipboard ? " Copied." :
      " The address of this page is the link.";
  }}, "Copy a link to this answer");
  return h("p", {class: "actions"}, copy, done);
}

// A code that only its text can tell, or a log line of no attempt.
function noVerdict(answer) {
  return h("article", {class: "verdict kind-undetermined"},
      h("h2", {class: "meaning"}, answer.meaning),
      terms([
        ["Counted as", answer.line?.cause],
        ["Its fate", answer.line?.fate],
      ]),
      link());
}

function verdict(answer) {
  const kind = answer.verdict.kind;
  return h("article", {class: `verdict kind-${kind}`},
      h("p", {class: "reason"}, kind === "none" || kind === "delivered" ? kind :
        `${kind} bounce`),
      h("h2", {class: "meaning"}, answer.meaning),
      four(answer),
      terms([
        ["What to do", answer.fix],
        ["Cause", answer.cause],
        ["The address", answer.address],
      ]),
      link());
}

function decider(input, {kind, decided_by: by, rule}) {
  if (input === "code" && !rule && kind !== "delivered")
    return "the code alone: a whole reply tells more";
  return kind === "delivered" ? "the reply code: it was taken" : deciders[by];
}

function rules(answer) {
  const name = (rule) => `${rule.id} (${rule.file}, line ${rule.line})`;
  const [first, ...others] = answer.rules;
  const won = first && first.id === answer.verdict.rule ? first : null;
  return h("section", {class: "panel"}, h("h3", {}, "Why this verdict"), terms([
    ["Decided by", decider(answer.input, answer.verdict)],
    ["Rule", won && name(won)],
    ["Its source", won?.source],
    ["Also match", (won ? others : answer.rules)
        .map((rule) => `${name(rule)} → ${rule.reason}`).join("; ")],
    ["Note", answer.verdict.disagreement ?
      "The codes and the text do not agree." : ""],
  ]));
}

const entityNames = {dnsbl: "Blocklist", listed_ip: "Listed address",
  url: "Link", tag: "Tag", new_address: "New address"};

function reply(answer) {
  const smtp = answer.smtp ?? {};
  return h("section", {class: "panel"}, h("h3", {}, "The reply"), terms([
    ["Reply code", smtp.reply_code && String(smtp.reply_code)],
    ["Enhanced code", smtp.enhanced_code],
    ["It answers", smtp.command],
    ["Provider", answer.provider],
    ["Text", smtp.text],
    ...Object.entries(smtp.entities ?? {}).map(([name, value]) =>
      [entityNames[name] ?? name.replaceAll("_", " "), String(value)]),
  ]));
}

function codes(answer) {
  return answer.codes.map((code) => h("section", {class: "panel"},
      h("h3", {}, h("span", {class: "mono"}, code.code), `  ${code.title}`),
      codeTerms(code)));
}

function page(answer) {
  if (!answer.verdict) {
    return [noVerdict(answer), h("div", {class: "stack"}, codes(answer))];
  }
  return [verdict(answer), h("div", {class: "stack"}, rules(answer),
      answer.input === "code" ? null : reply(answer), codes(answer),
      h("section", {class: "panel"}, h("h3", {}, "Elsewhere this is called"),
          namesTerms(answer.names)))];
}

export function startLookup() {
  const form = byId("question");
  const answer = byId("answer");
  let asked = 0;  // an earlier answer may come later

  async function look() {
    const mine = ++asked;
    const fields = Object.fromEntries(new FormData(form));
    if (!fields.q.trim()) {
      answer.replaceChildren();
      byId("q").focus();
      return;
    }
    try {
      const news = await ask("explain", fields);
      if (mine !== asked) return;
      answer.replaceChildren(...page(news));
      byId("answered").textContent = `Answer: ${news.meaning}`;
    } catch (error) {
      if (mine !== asked) return;
      answer.replaceChildren(h("p", {class: "trouble"},
          `No answer: ${error.message}`));
      byId("answered").textContent = `No answer: ${error.message}`;
    }
  }

  // The address names the question, so that it can be shared.
  function submit() {
    const fields = [...new FormData(form)].filter(([, value]) => value);
    const hash = `#${new URLSearchParams(fields)}`;
    if (location.hash !== hash) history.pushState(null, "", hash);
    return look();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  byId("q").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
  });
  byId("samples").append(...samples.map(([name, text]) =>
    h("button", {type: "button", click: () => {
      byId("q").value = text;
      submit();
    }}, name)));

  return {
    show(words) {
      if (words.get("q")) {
        for (const field of form.elements) {
          if (field.name) field.value = words.get(field.name) ?? "";
        }
        form.querySelector("details").open = [...words].length > 1;
        look();
      } else {
        byId("q").focus();
      }
    },
  };
}
