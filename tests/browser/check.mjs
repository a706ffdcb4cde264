// Opens pages in a real browser and prints what it saw as JSON. Given by tests/test_report_html.py:
// {browser, arguments, board, view}: an executable and its arguments, the addresses of a leaderboard and a page view.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { chromium } = createRequire(import.meta.url)("playwright-core");
const given = JSON.parse(process.argv[2]);
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const browser = await chromium.launch({ executablePath: given.browser, args: given.arguments });
const seen = { said: [], asked: [], looks: [] };

async function open(url, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (message) => seen.said.push(message.text()));
  page.on("pageerror", (error) => seen.said.push(String(error)));
  page.on("request", (request) => seen.asked.push(request.url()));
  await page.goto(url);
  return page;
}

async function look(url, width, colorScheme) {
  const page = await open(url, { viewport: { width, height: 900 }, colorScheme });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  const names = await page.evaluate(
    () => Math.max(...[...document.querySelectorAll("tbody th[scope=row]")].map((name) => name.offsetWidth)));
  await page.evaluate(axe);
  const faults = await page.evaluate(async () => (await axe.run()).violations.map(
    ({ impact, id, nodes }) => ({ impact, id, html: nodes[0].html })));
  seen.looks.push({ url, width, colorScheme, wide, names, faults });
  await page.context().close();
}

async function forced() {
  const page = await open(given.view, { forcedColors: "active" });
  const colours = await page.evaluate(() => {
    const border = (fate) => getComputedStyle(document.querySelector(`.pieces .${fate}`)).borderInlineStartColor;
    return { kept: border("kept"), skipped: border("skipped"), canvas: getComputedStyle(document.body).backgroundColor };
  });
  await page.context().close();
  return colours;
}

async function sorting() {
  const page = await open(given.board, {});
  const state = () => page.evaluate(() => ({
    names: [...document.querySelectorAll(".standings tbody")].map(
      (body) => [...body.rows].map((row) => row.querySelector("th").textContent.trim())),
    sorted: [...document.querySelectorAll("[aria-sort]")].map(
      (head) => `${head.textContent.trim()} ${head.getAttribute("aria-sort")}`),
  }));
  const button = (name) => page.locator(".standings thead button", { hasText: new RegExp(`^${name}$`) });
  const states = { first: await state() };
  await button("R").click();
  states.click = await state();
  await button("F1").focus();
  await page.keyboard.press("Enter");
  states.enter = await state();
  await page.keyboard.press("Space");
  states.space = await state();
  await page.keyboard.press("Tab");
  states.focused = await page.evaluate(() => document.activeElement.textContent.trim());
  await page.context().close();
  return states;
}

async function views() {
  const page = await open(given.view, {});
  const state = () => page.evaluate(() => ({
    shown: [...document.querySelectorAll(".view")].filter((view) => view.offsetParent).map(
      (view) => view.querySelector("h2").textContent.trim().replace(/\s+/g, " ")),
    current: document.querySelector("[aria-current]")?.textContent.trim(),
    address: location.href.replace(/^.*\//, ""),
  }));
  const states = { first: await state() };
  await page.locator(".picker tbody a").nth(1).focus();
  await page.keyboard.press("Enter");
  const marked = () => location.hash && document.querySelector("[aria-current]").hash === location.hash;
  await page.waitForFunction(marked, null, { timeout: 5000 });
  states.second = await state();
  await page.locator("a[rel=next]").click();
  states.next = await state();
  await page.locator("a[href='#gold']").click();
  states.gold = await state();
  await page.context().close();
  return states;
}

await look(given.board, 400, "light");
await look(given.board, 1600, "dark");
await look(given.view, 400, "dark");
await look(given.view, 1600, "light");
seen.forced = await forced();
seen.sorting = await sorting();
seen.views = await views();
await browser.close();
console.log(JSON.stringify(seen));
