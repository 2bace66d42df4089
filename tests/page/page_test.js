// Opens the page of a running Ricochet in Chromium and uses it as people do.
//
//   npm install --no-package-lock
//   node page_test.js [http://127.0.0.1:9464] [folder for pictures]
//
// CHROMIUM names the browser (default /usr/bin/chromium). Ends with 1 when
// something is not as it should be.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {chromium} from "playwright-core";

const address = process.argv[2] ?? "http://127.0.0.1:9464";
const pictures = process.argv[3];
const axe = readFileSync(createRequire(import.meta.url)
    .resolve("axe-core/axe.min.js"), "utf8");
const sizes = {phone: [390, 844], laptop: [1366, 768], wall: [2560, 1440]};
const replies = [
  ["550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown",
    "user_unknown"],
  ["452 4.2.2 The email account that you tried to reach is over quota",
    "mailbox_full"],
  ["550 5.7.1 Service unavailable; client [192.0.2.7] blocked using " +
    "zen.spamhaus.org", "blocklisted"],
  ["451 4.7.1 Greylisted, please try again in 5 minutes", "greylisted"],
  ["550 5.7.26 This mail is unauthenticated, which poses a security risk",
    "authentication_failed"],
  ["554 5.4.14 Hop count exceeded - possible mail loop", "routing_loop"],
  ["552 5.3.4 Message size exceeds fixed maximum message size",
    "message_too_large"],
  ["554 5.7.1 <a@example.org>: Relay access denied", "relay_denied"],
  ["250 2.0.0 Ok: queued as 4F1C2T", "delivered"],
  ["5.1.10", "domain_no_mail"],
];

let wrong = 0;
function check(good, what) {
  console.log(`${good ? "ok" : "WRONG"}  ${what}`);
  if (!good) wrong += 1;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"]});

// A page that complains of what a person would not see.
async function open(options = {}, path = "/") {
  const page = await browser.newPage(options);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      check(false, `console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => check(false, `script: ${error}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !url.startsWith("data:")) {
      check(false, `asked elsewhere: ${url}`);
    }
  });
  await page.goto(address + path);
  return page;
}

async function accessible(page, what) {
  await page.evaluate(axe).catch(() => page.addScriptTag({content: axe}));
  const {violations} = await page.evaluate(() => axe.run());
  const bad = violations.filter(({impact}) =>
    ["serious", "critical"].includes(impact));
  check(bad.length === 0, `axe-core, ${what}: ${bad.map(({id, nodes}) =>
    `${id} (${nodes[0].html}; ${nodes[0].failureSummary})`).join("\n  ") ||
    "nothing serious"}`);
}

async function numbersMove() {
  const page = await open();
  const lines = page.locator(".stat", {hasText: "Lines per minute"});
  const before = await lines.locator(".note").textContent();
  await page.waitForFunction((text) => [...document.querySelectorAll(".note")]
      .every((note) => note.textContent !== text), before, {timeout: 30000});
  check(true, "numbers move");
  await page.waitForSelector("#failures canvas", {timeout: 30000});
  check(await page.locator("#heat td").count() > 0, "the heat map has cells");
  check(await page.locator("#templates td").count() > 0,
      "what servers say is shown");
  check((await page.locator("#health").textContent()).includes("ready"),
      "health is shown");
  await page.close();
}

async function lookups() {
  const page = await open({}, "/#lookup");
  for (const [reply, reason] of replies) {
    await page.fill("#q", reply);
    const answered = page.waitForResponse(/api.v1.explain/);
    await page.press("#q", "Control+Enter");
    await answered;
    const happened = page.locator(".four dd").first();
    await page.waitForFunction((expected) => document.querySelector(".four dd")
        ?.textContent === expected, reason, {timeout: 5000}).catch(() => null);
    const seen = await happened.textContent();
    check(seen === reason, `${reply.slice(0, 40)} → ${seen}`);
  }
  const link = page.url();
  await page.close();
  const other = await open({}, link.slice(address.length));
  await other.waitForSelector(".meaning");
  check(await other.inputValue("#q") === replies.at(-1)[0],
      "a link leads to the same answer");
  await other.goto(`${address}/#lookup`);
  await other.fill("#q", "550 5.7.1 100% + more & less");
  await other.locator("summary", {hasText: "What else"}).click();
  await other.fill("#remote", "gmail-smtp-in.l.google.com");
  await other.selectOption("#command", "RCPT TO");
  await other.press("#q", "Control+Enter");
  await other.waitForSelector(".meaning");
  const third = await open({}, other.url().slice(address.length));
  await third.waitForSelector(".meaning");
  check(await third.inputValue("#q") === "550 5.7.1 100% + more & less" &&
      await third.inputValue("#remote") === "gmail-smtp-in.l.google.com" &&
      await third.inputValue("#command") === "RCPT TO",
      "a link holds what else is known");
  await third.close();
  await other.goto(`${address}/#q=${encodeURIComponent(
      "<img src=x onerror=alert(1)>")}`);
  await other.waitForSelector(".meaning");
  check(await other.locator("#answer img").count() === 0,
      "a reply is text, and no markup");
  await other.close();
}

async function codes() {
  const page = await open({}, "/#codes");
  await page.waitForSelector("#list details");
  const all = await (await fetch(`${address}/api/v1/codes`)).json();
  const total = all.codes.length + all.reasons.length;
  check(await page.locator("#list details").count() === total,
      `all ${total} codes and reasons are listed`);
  const names = [...all.codes.map(({code}) => code),
    ...all.reasons.map(({reason}) => reason)];
  const missed = await page.evaluate((searched) => searched.filter((name) => {
    const search = document.getElementById("search");
    search.value = name;
    search.dispatchEvent(new Event("input"));
    const first = document.querySelector("#list summary");
    return !first || ![...first.children].some(({textContent}) =>
      textContent === name);
  }), names);
  check(missed.length === 0, `each is found first by its name ${missed}`);
  await page.fill("#search", "TSS04");
  await page.locator("#list summary").first().press("Enter");
  await page.waitForSelector("#list details[open] dl");
  check(true, "an entry opens by keyboard");
  await page.close();
}

async function looks() {
  const parts = {now: "/", lookup: `/#q=${encodeURIComponent(replies[2][0])}`,
    codes: "/#codes=quota"};
  for (const colorScheme of ["light", "dark"]) {
    for (const [size, [width, height]] of Object.entries(sizes)) {
      for (const [part, path] of Object.entries(parts)) {
        const page = await open({colorScheme, viewport: {width, height},
          bypassCSP: true}, path);
        await page.waitForSelector({now: "#failures canvas",
          lookup: ".meaning", codes: "#list details"}[part]);
        const wide = await page.evaluate(() =>
          document.documentElement.scrollWidth - innerWidth);
        check(wide <= 0, `${part} fits ${size} in width`);
        for (const id of part === "now" ? ["providers", "templates"] : []) {
          const cut = await page.evaluate((name) => {
            const {scrollWidth, clientWidth} = document.getElementById(name);
            return scrollWidth - clientWidth;
          }, id);
          check(cut <= 0, `nothing of #${id} is cut off on a ${size}`);
        }
        await accessible(page, `${part}, ${size}, ${colorScheme}`);
        if (pictures) {
          await page.screenshot({fullPage: size === "phone",
            path: `${pictures}/${part}-${size}-${colorScheme}.png`});
        }
        await page.close();
      }
    }
  }
}

await numbersMove();
await lookups();
await codes();
await looks();
await browser.close();
console.log(wrong === 0 ? "all is well" : `${wrong} things are wrong`);
process.exit(wrong === 0 ? 0 : 1);
