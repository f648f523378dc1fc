// What a story is played on: a server of its own, people in browsers, and the notes taken.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import path from "node:path";
import { Browser } from "./browser.mjs";
import { Clip } from "./clip.mjs";
import { Firefox } from "./firefox.mjs";
import { decodeClip } from "./decode.mjs";
import { MARGIN_DB, marginOf, matches, say } from "./hearing.mjs";
import { Agent, Customer } from "./person.mjs";
import { Server } from "./server.mjs";
import { RATE, WINDOW } from "./spectrum.mjs";
import { Strain } from "./strain.mjs";
import { Supervisor } from "./supervisor.mjs";
import { microphoneOf } from "./tone.mjs";

/** Where screenshots, numbers and, after a failure, the evidence go. */
export const OUT =
  process.env.STORY_OUT ?? fileURLToPath(new URL("../out/", import.meta.url));

const WINDOW_MS = (WINDOW * 1000) / RATE;
/** Five pages that listen at once on a busy machine have few windows without a hole. */
const HEARD_WITHIN_MS = 60_000;
const POLL_MS = 200;
/** What the server complained of last is told with a failure. */
const COMPLAINTS = 20;
/** A look at the time before a moment shows that something begins only after it. */
const BEFORE_MS = 500;
const STORY_MS = 300_000;
/**
 * Of a run of all stories: five browsers and a server in real time on two processors that others
 * share are now and then too slow for themselves. A story that fails is played a second time, in
 * fresh browsers; the first failure is told and counted, its evidence kept.
 */
const TRIES = process.env.STORY ? 1 : 2;
/** What people are; the others are agents. */
const ROLES = { alice: Customer, eve: Supervisor };

const KINDS = {
  chromium: async (name) => Browser.open(await microphoneOf(name)),
  firefox: (name) => Firefox.open(name),
};

/** Browsers of this process by person: starting one costs seconds, so they stay for all stories. */
const browsers = new Map();
let music = null;

async function browserOf(name, kind) {
  const key = `${name} in ${kind}`;
  const known = await browsers.get(key);
  if (known?.alive) return known;
  await known?.close();
  const opening = KINDS[kind](name);
  browsers.set(key, opening);
  return opening;
}

/** Ends what was opened of one kind, for stories that are the only ones to use it. */
export async function closeBrowsersOf(kind) {
  for (const [key, opening] of browsers) {
    if (!key.endsWith(` in ${kind}`)) continue;
    browsers.delete(key);
    await opening.then((browser) => browser.close());
  }
}

/** Ends all browsers. */
export async function closeBrowsers() {
  const open = await Promise.allSettled(browsers.values());
  await Promise.all(open.map(({ value }) => value?.close()));
  browsers.clear();
}

/** Rejects once a story has taken longer than any may, unless it is over before. */
async function tooLong(signal) {
  await sleep(STORY_MS, undefined, { signal }).catch(() => {});
  assert.ok(signal.aborted, `the story is not over within ${STORY_MS} ms`);
}

function oneLine(name, finding) {
  const levels = Object.entries(finding.levels).map(([of, db]) => `${of} ${db.toFixed(1)}`);
  const more = ["loudness", "rest", "likeness", "share"]
    .filter((key) => finding[key] !== undefined)
    .map((key) => `${key} ${finding[key].toFixed(2)}`);
  return `${name} hears ${say(finding)} (${[...levels, ...more].join(", ")})`;
}

function slugOf(text) {
  return text.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase();
}

/** A server and the people who meet on it. */
export class Stage {
  people = {};
  numbers = [];
  #folder;
  #kinds = {};
  #over = new AbortController();
  #shots = 0;

  /**
   * Plays one story: `names` stand by in their browsers, the server runs, and everything is
   * cleared away at the end. After a failure the evidence lies in `out/`, and where all stories
   * are played it has a second try.
   *
   * @param {string} story
   * @param {string[]} names
   * @param {(stage: Stage) => Promise<void>} play
   * @param {{ config?: string, kinds?: Record<string, keyof typeof KINDS> }} options the server's
   *   configuration file, in place of defaults; whose browser is not Chromium
   */
  static async play(story, names, play, options = {}) {
    for (let nth = 1; ; nth += 1) {
      const stage = new Stage(story, nth, options);
      const failure = await stage.#plays(names, play, options).then(() => null, (error) => error);
      if (failure === null) return;
      if (nth === TRIES) throw failure;
      console.log(`  FAILED at the first try, and played once more: ${failure.stack}`);
      await closeBrowsers();
    }
  }

  constructor(story, nth, { kinds = {} }) {
    this.story = story;
    this.#kinds = kinds;
    this.#folder = path.join(OUT, slugOf(nth === 1 ? story : `${story} second try`));
    if (nth > 1) this.numbers.push({ story, figure: "second try", value: 1, unit: "times" });
  }

  async #plays(names, play, options) {
    await mkdir(this.#folder, { recursive: true });
    const strain = new Strain();
    try {
      this.server = await Server.start(options);
      await Promise.all(names.map((name) => this.enter(name)));
      this.clip = await holdMusic(this.people[names[0]]);
      await Promise.race([play(this), tooLong(this.#over.signal)]);
    } catch (error) {
      console.log(`  ${this.story} failed; the machine meanwhile: ${strain}`);
      await this.#keepEvidence();
      throw error;
    } finally {
      this.#over.abort();
      await this.#clear();
    }
  }

  /** A fresh page for `name`, in a fresh browser if the old one is gone. */
  async enter(name) {
    const browser = await browserOf(name, this.#kinds[name] ?? "chromium");
    const Role = ROLES[name] ?? Agent;
    this.people[name] = new Role(name, browser, await browser.visit(), this.server);
    return this.people[name];
  }

  /** Alice calls and Bob answers, and the others sign in: how most stories begin. */
  async connect() {
    const { alice, bob, carol, eve } = this.people;
    await bob.signIn();
    await alice.call("support");
    // It rings at Bob and nobody else, who might be taken to have been free for longer.
    await bob.at("accept").waitFor();
    await Promise.all([bob.answer(), carol?.signIn(), eve?.signIn()]);
  }

  /**
   * Waits until each person hears exactly what is expected, in two windows that overlap by half,
   * and notes the margins.
   *
   * @param {string} phase
   * @param {Record<string, { kind: string }>} expected by name
   */
  async hears(phase, expected, withinMs = HEARD_WITHIN_MS) {
    const names = Object.keys(expected);
    const from = Date.now();
    const giveUp = from + withinMs;
    let firstAt = null;
    let first = [];
    for (;;) {
      const at = Date.now();
      const findings = await Promise.all(
        names.map((name) => this.people[name].hears(expected[name], this.clip)),
      );
      const wrong = names.filter((name, i) => !matches(findings[i], expected[name]));
      if (wrong.length === 0 && firstAt !== null) {
        this.#noteHearing(phase, Date.now() - from, names, first, findings);
        return;
      }
      if (wrong.length === 0) [firstAt, first] = [at, findings];
      else firstAt = null;
      if (firstAt === null && Date.now() > giveUp) {
        const heard = names.map((name, i) => oneLine(name, findings[i])).join("\n  ");
        const hoped = names.map((name) => `${name} hears ${say(expected[name])}`).join(", ");
        assert.fail(`${phase}: expected ${hoped}, each ${MARGIN_DB} dB clear; but\n  ${heard}`);
      }
      await sleep(firstAt === null ? POLL_MS : WINDOW_MS / 2);
    }
  }

  /** Milliseconds from `sinceMs` until each of two people hears the other, by name. */
  async hearingAfter(sinceMs, one, other) {
    const moments = await Promise.all([
      this.people[one].beginsToHear(other, sinceMs - BEFORE_MS),
      this.people[other].beginsToHear(one, sinceMs - BEFORE_MS),
    ]);
    assert.ok(!moments.includes(null), `${one} and ${other} hear each other`);
    return { [one]: moments[0] - sinceMs, [other]: moments[1] - sinceMs };
  }

  /** Milliseconds from `sinceMs` until both of two people hear each other. */
  async talkingAfter(sinceMs, one, other) {
    return Math.max(...Object.values(await this.hearingAfter(sinceMs, one, other)));
  }

  #noteHearing(phase, tookMs, names, ...windows) {
    const parts = names.map((name, i) => {
      const margin = Math.min(...windows.map((findings) => marginOf(findings[i])));
      const finding = windows.at(-1)[i];
      this.numbers.push({
        story: this.story,
        figure: "margin",
        phase,
        listener: name,
        hears: say(finding),
        value: Number(margin.toFixed(1)),
        unit: "dB",
      });
      return `${name} hears ${say(finding)}, margin ${margin.toFixed(0)} dB`;
    });
    const seconds = (tookMs / 1000).toFixed(1);
    console.log(`  ${phase}: ${parts.join("; ")} (${seconds} s)`);
  }

  /** Notes and prints a measured figure. */
  measured(figure, value, unit) {
    const rounded = Number(value.toFixed(1));
    this.numbers.push({ story: this.story, figure, value: rounded, unit });
    console.log(`  ${figure}: ${rounded} ${unit}`);
    return value;
  }

  /** A picture of everybody's page. */
  async shoot(what) {
    this.#shots += 1;
    const number = String(this.#shots).padStart(2, "0");
    const slug = slugOf(what);
    await Promise.all(
      Object.entries(this.people).map(async ([name, { page, browser }]) => {
        if (!browser.alive) return;
        const file = path.join(this.#folder, `${number}-${slug}-${name}.png`);
        await page.screenshot({ path: file }).catch(() => {});
      }),
    );
  }

  /** Where what the story leaves behind goes. */
  get folder() {
    return this.#folder;
  }

  async #keepEvidence() {
    await this.shoot("failed").catch(() => {});
    const consoles = Object.values(this.people).map(
      (person) => `== ${person.name}\n${person.console.join("\n")}\n`,
    );
    await writeFile(path.join(this.#folder, "consoles.log"), consoles.join("\n"));
    const log = this.server?.log ?? "";
    await writeFile(path.join(this.#folder, "server.log"), log);
    const complaints = log.split("\n").filter((line) => /\b(WARN|ERROR)\b/.test(line));
    for (const line of complaints.slice(-COMPLAINTS)) console.log(`  server: ${line}`);
    console.log(`  evidence: ${this.#folder}`);
  }

  async #clear() {
    const alive = Object.values(this.people).filter(({ browser }) => browser.alive);
    await Promise.all(alive.map(({ page }) => page.context().close().catch(() => {})));
    await this.server?.stop();
    const file = path.join(this.#folder, "numbers.json");
    await writeFile(file, `${JSON.stringify(this.numbers, null, 2)}\n`);
  }
}

/** The hold music, decoded once by a browser. */
async function holdMusic({ page }) {
  music ??= decodeClip(page).then((samples) => new Clip(samples));
  return await music;
}
