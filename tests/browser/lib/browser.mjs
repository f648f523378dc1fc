// One Chromium process per person, with that person's tone as the microphone.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { chromium } from "playwright-core";
import { endProcess, endsWithUs } from "./children.mjs";
import { PATIENCE_MS } from "./patience.mjs";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const EAR = fileURLToPath(new URL("ear.js", import.meta.url));
const START_MS = 20_000;

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
  "--disable-background-networking",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--disable-breakpad",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-dev-shm-usage",
  "--disable-extensions",
  "--disable-sync",
  "--mute-audio",
  "--no-default-browser-check",
  "--no-first-run",
  "--disable-features=WebRtcHideLocalIpsWithMdns,Translate,MediaRouter",
  "--autoplay-policy=no-user-gesture-required",
  "--remote-debugging-port=0",
];

/** All processes below `pid`, itself included, as far as the system still knows them. */
async function family(pid) {
  const children = new Map();
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (parent) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found = [pid];
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found;
}

/** Resolves with the address of the debugging socket once Chromium prints it. */
function debuggingAddress(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(
      () => reject(new Error(`Chromium did not start within ${START_MS} ms:\n${said}`)),
      START_MS,
    );
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Chromium ended with ${code}:\n${said}`)));
    child.stderr.on("data", (chunk) => {
      said = (said + chunk).slice(-8_000);
      const match = /DevTools listening on (ws:\S+)/.exec(said);
      if (match) {
        clearTimeout(timer);
        resolve(match[1]);
      }
    });
  });
}

/** A running Chromium. */
export class Browser {
  #child;
  #profile;
  #connection;
  #gone;

  /** @param {string} microphone path of the WAV file it sends */
  static async open(microphone) {
    const browser = new Browser();
    browser.#profile = await mkdtemp(path.join(tmpdir(), "trefoil-chromium-"));
    browser.#child = spawn(
      EXECUTABLE,
      [
        ...FLAGS,
        `--user-data-dir=${browser.#profile}`,
        `--use-file-for-fake-audio-capture=${microphone}`,
        "about:blank",
      ],
      // A process group of its own, so that the whole browser can be killed at once.
      { detached: true, stdio: ["ignore", "ignore", "pipe"] },
    );
    endsWithUs(browser.#child);
    browser.#gone = new Promise((resolve) => browser.#child.once("exit", resolve));
    try {
      browser.#connection = await chromium.connectOverCDP(await debuggingAddress(browser.#child));
    } catch (error) {
      await browser.close();
      throw error;
    }
    return browser;
  }

  /** A person's page of its own: nothing is shared with earlier pages of this browser. */
  async visit() {
    // The pages' policy forbids foreign scripts; the ear needs its audio worklet.
    const context = await this.#connection.newContext({
      bypassCSP: true,
      viewport: { width: 1280, height: 800 },
    });
    await context.grantPermissions(["microphone"]);
    await context.addInitScript({ path: EAR });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  }

  /** SIGKILL to every process of this browser, as a crash would; resolves to the moment of it. */
  async kill() {
    const members = await family(this.#child.pid);
    const at = Date.now();
    endProcess(-this.#child.pid);
    for (const member of members) endProcess(member);
    await this.#gone;
    return at;
  }

  get alive() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async close() {
    if (this.alive) await this.kill();
    await this.#connection?.close().catch(() => {});
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
