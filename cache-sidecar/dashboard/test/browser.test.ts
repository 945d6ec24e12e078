// The pages in headless Chromium, on a sidecar that really served: signing in, figures, going down, CSV, a budget, and
// what axe-core and the policy of contents say. `SHOTS=folder` keeps screenshots.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { Sidecar, TOKEN } from "./sidecar.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = process.env.SHOTS;
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 780 };

describe("the dashboard", () => {
  const sidecar = new Sidecar();
  let browser: Browser;

  before(async () => {
    if (SHOTS) mkdirSync(SHOTS, { recursive: true });
    await sidecar.start();
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    await sidecar.stop();
  });

  /** A page on which nothing may go wrong, and which may fetch from nowhere else. */
  async function opened(context: BrowserContext, path = "/"): Promise<Page> {
    const page = await context.newPage();
    page.on("pageerror", (error) => assert.fail(`the page threw ${error}`));
    page.on("console", (message) => assert.ok(!/Content Security Policy|Refused to/.test(message.text()), message.text()));
    page.on("request", (request) => assert.ok(request.url().startsWith(sidecar.url), `asked elsewhere: ${request.url()}`));
    await page.goto(sidecar.url + path);
    return page;
  }

  async function signedIn(options: Parameters<Browser["newContext"]>[0] = {}, path = "/"): Promise<Page> {
    const context = await browser.newContext({ viewport: WIDE, timezoneId: "Europe/Berlin", reducedMotion: "reduce", ...options });
    const page = await opened(context, `${path}#token=${TOKEN}`);
    await page.getByText("Spent today").waitFor();
    return page;
  }

  async function settled(page: Page): Promise<void> {
    await page.waitForFunction(() => !document.querySelector(".waiting"));
  }

  async function shot(page: Page, name: string, fullPage = true): Promise<void> {
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage });
  }

  async function accessible(page: Page): Promise<void> {
    // Not a tag in the page: its own policy forbids that, and it isn't the page's.
    const found = await page.evaluate(`${AXE}; axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`) as any;
    const told = found.violations.map((one: any) => `${one.id}: ${one.help}: ${one.nodes.map((node: any) => `${node.target} ${node.failureSummary}`).slice(0, 3).join(" | ")}`);
    assert.deepEqual(told, []);
  }

  async function figure(page: Page, name: string): Promise<string> {
    return (await page.locator(".tile", { hasText: name }).locator(".figure").innerText()).trim();
  }

  test("asks who is there, and lets nobody else in", async () => {
    const context = await browser.newContext({ viewport: WIDE });
    const page = await opened(context);
    await page.getByLabel("Admin token").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("That isn't the value of ADMIN_TOKEN").waitFor();
    await accessible(page);
    await shot(page, "login", false);
    await page.getByLabel("Admin token").fill(TOKEN);
    await page.keyboard.press("Enter");
    await page.getByText("Spent today").waitFor();
    const cookies = await context.cookies();
    assert.deepEqual(cookies.map((one) => [one.httpOnly, one.sameSite]), [[true, "Strict"]]);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Admin token").waitFor();
    await context.close();
  });

  test("says what to do where there is nothing yet", async () => {
    const page = await signedIn();
    assert.equal(new URL(page.url()).hash, "", "the token doesn't stay in the address");
    await settled(page);
    assert.equal(await figure(page, "Spent today"), "$0.00");
    await page.getByText("No requests in this time").first().waitFor();
    await page.getByText("Nothing was redacted in this time").waitFor();
    await accessible(page);
    await shot(page, "empty");
    await page.context().close();
  });

  test("shows live what goes through the sidecar", async () => {
    const page = await signedIn({}, "/?range=1h");
    await settled(page);
    for (const text of ["one", "two", "two"]) assert.equal(await sidecar.chat("acme", "alice", text), 200);
    const row = page.getByRole("row", { name: /acme/ }).first();
    await row.waitFor();
    await page.waitForFunction(() => document.querySelector("#breakdown tbody tr td:nth-of-type(3)")?.textContent === "3");
    assert.notEqual(await figure(page, "Spent today"), "$0.00");
    await page.locator("#cache").getByText("33%").first().waitFor();
    await page.locator("#redactions").getByRole("row", { name: /EMAIL 6/ }).waitFor();
    await page.context().close();
  });

  test("tells who is throttled", async () => {
    const statuses: number[] = [];
    for (const text of ["a", "b", "c"]) statuses.push(await sidecar.chat("globex", "carol", text));
    assert.deepEqual(statuses, [200, 200, 429]);
    const page = await signedIn();
    const row = page.locator("#quota").getByRole("row", { name: /globex \/ carol.*Throttled.*requests per hour/ });
    await row.waitFor();
    await page.context().close();
  });

  test("full of ten weeks it can be gone down, by range, by keyboard, and back", async () => {
    await sidecar.restart(() => sidecar.seed());
    // Accounts are known of those who asked since the sidecar began.
    for (const [tenant, user] of [["acme", "alice"], ["acme", "bob"], ["initech", "peter"], ["globex", "carol"], ["globex", "etl"]]) await sidecar.chat(tenant ?? "", user ?? "", `seeded ${user}`);
    const page = await signedIn({}, "/?range=30d");
    await settled(page);
    const rows = page.locator("#breakdown tbody tr");
    assert.equal(await rows.count(), 5);
    await accessible(page);
    await shot(page, "full-1280");
    await shot(page, "top-1280", false);

    // The tab order begins with the way around the navigation.
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to the figures");
    const plot = page.locator("#usage .plot");
    await plot.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    assert.match(await page.locator("#usage .tip").innerText(), /Spent\s\$\d/);

    await page.locator("#breakdown").getByRole("button", { name: "acme", exact: true }).click();
    await page.locator("#breakdown").getByRole("button", { name: "checkout-bot" }).click();
    await page.locator("#breakdown").getByRole("button", { name: "gemini-2.5-flash", exact: true }).click();
    assert.match(await page.locator(".crumbs").innerText(), /acme[\s\S]*checkout-bot[\s\S]*gemini-2.5-flash/);
    await settled(page);
    await accessible(page);
    await page.goBack();
    await page.goBack();
    await page.getByText("All tenants").first().waitFor();
    await page.locator("#breakdown").getByRole("button", { name: "alice", exact: true }).waitFor();

    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#breakdown").getByRole("link", { name: /CSV/ }).click()]);
    const csv = readFileSync((await download.path()) ?? "", "utf8");
    assert.match(csv, /^user,requests,[^\r]*cost_usd[^\r]*\r\n/);
    assert.match(csv, /\r\nalice,\d+,/);
    await page.context().close();
  });

  test("a budget is added, refused where it is wrong, changed and removed", async () => {
    const page = await signedIn();
    await page.getByRole("button", { name: "Add a budget" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("hooli-day");
    await dialog.getByLabel("Tenant").fill("hooli");
    await dialog.getByLabel("Limit in dollars").fill("a lot");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText(/Write dollars as a string/).waitFor();
    await accessible(page);
    await shot(page, "budget", false);
    await dialog.getByLabel("Limit in dollars").fill("25.00");
    await dialog.getByRole("button", { name: "Save" }).click();
    const row = page.locator("#budgets").getByRole("row", { name: /hooli-day/ });
    await row.getByText("$25.00").waitFor();
    await row.getByRole("button", { name: "Edit" }).click();
    await dialog.getByLabel("Limit in dollars").fill("30.00");
    await dialog.getByRole("button", { name: "Save" }).click();
    await row.getByText("$30.00").waitFor();
    page.on("dialog", (question) => void question.accept());
    await row.getByRole("button", { name: "Remove" }).click();
    await row.waitFor({ state: "detached" });
    await page.context().close();
  });

  test("can be read on a phone and in the dark", async () => {
    for (const [name, options] of [
      ["full-360", { viewport: PHONE, deviceScaleFactor: 2, hasTouch: true, isMobile: true }],
      ["full-dark", { colorScheme: "dark" as const }],
      ["full-360-dark", { viewport: PHONE, deviceScaleFactor: 2, colorScheme: "dark" as const }],
    ] as const) {
      const page = await signedIn(options, "/?range=7d");
      await settled(page);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name} scrolls sideways`);
      await accessible(page);
      await shot(page, name);
      if (name === "full-dark") await shot(page, "top-dark", false);
      await page.context().close();
    }
    const page = await signedIn();
    await page.getByRole("button", { name: "Switch to the dark colours" }).click();
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await page.context().close();
  });
});
