// Somebody at a page of the server: where they are, what they hear, what they press.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { capture, captureSince } from "./capture.mjs";
import { ending, firstSound, longestGap, longestSilence, onset } from "./gap.mjs";
import { CADENCE_FRAMES, hear } from "./hearing.mjs";
import { PATIENCE_MS } from "./patience.mjs";
import { WINDOW } from "./spectrum.mjs";
import { TONES } from "./tone.mjs";

const LOUD = fileURLToPath(new URL("loud.js", import.meta.url));
const POLL_MS = 50;
const KEPT_LINES = 500;

/** Asks `question` until it answers something true; fails with `what` after `withinMs`. */
export async function eventually(what, question, withinMs = PATIENCE_MS) {
  const giveUp = Date.now() + withinMs;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    assert.ok(Date.now() < giveUp, `${what}: not within ${withinMs} ms`);
    await sleep(POLL_MS);
  }
}

/** A page of one person, in a browser of that person's. */
export class Person {
  /** What the page wrote to its console, and what it threw: evidence when a story fails. */
  console = [];

  constructor(name, browser, page, server) {
    this.name = name;
    this.browser = browser;
    this.page = page;
    this.server = server;
    page.on("console", (line) => this.#note(`${line.type()}: ${line.text()}`));
    page.on("pageerror", (error) => this.#note(`uncaught: ${error.stack ?? error}`));
    page.on("requestfailed", (request) =>
      this.#note(`request failed: ${request.url()} ${request.failure()?.errorText}`),
    );
  }

  #note(line) {
    if (this.console.length < KEPT_LINES) {
      this.console.push(`${new Date().toISOString()} ${line}`);
    }
  }

  /** @param {string} testid */
  at(testid) {
    return this.page.getByTestId(testid);
  }

  /** Presses a button that must be there and usable. */
  async press(testid) {
    const button = this.at(testid);
    await button.and(this.page.locator(":not([aria-disabled=true])")).click();
  }

  /** The moment at which a button of the page was last pressed. */
  pressedAt() {
    return this.page.evaluate(() => globalThis.__ear.pressedAtMs);
  }

  /**
   * What arrives from the server, in one window of sound.
   *
   * @param {{ kind: string }} expected a ringback takes a longer look
   * @param {import("./clip.mjs").Clip} clip
   */
  async hears(expected, clip) {
    const frames = expected.kind === "ringback" ? CADENCE_FRAMES : WINDOW;
    const { samples, tracks } = await capture(this.page, frames);
    if (samples.length < WINDOW) return { kind: "nothing yet", levels: {}, tracks };
    return hear(samples, TONES, clip);
  }

  /** Whether the page itself plays, aloud, what arrives. */
  playsAloud() {
    return this.page.evaluate(() => globalThis.__ear.isPlayedAloud);
  }

  /** The moment from which on anything is heard, after `sinceMs`; null while nothing is. */
  async beginsToHearSomething(sinceMs) {
    return firstSound(await captureSince(this.page, sinceMs));
  }

  /** The moments of getting connected, by step, as `lib/stopwatch.js` in the page notes them. */
  stopwatch() {
    return this.page.evaluate(() => globalThis.__stopwatch);
  }

  /** How many peer connections the page has made since it was loaded. */
  connections() {
    return this.page.evaluate(() => globalThis.__ear.connections);
  }

  /** The moment from which on `talker` is heard, after `sinceMs`; null while it is not. */
  async beginsToHear(talker, sinceMs) {
    return onset(await captureSince(this.page, sinceMs), TONES[talker]);
  }

  /** The moment at which `talker` was last heard, after `sinceMs`; null while it is heard. */
  async ceasesToHear(talker, sinceMs) {
    return ending(await captureSince(this.page, sinceMs), TONES[talker]);
  }

  /** The longest time in ms that `talker` was missing since `sinceMs`. */
  async longestGapOf(talker, sinceMs) {
    return longestGap(await captureSince(this.page, sinceMs), TONES[talker]);
  }

  /** The longest time in ms without any sound since `sinceMs`. */
  async longestSilence(sinceMs) {
    return longestSilence(await captureSince(this.page, sinceMs));
  }

  /** From the next load on the page's microphone, once open, cannot be silenced by the page. */
  async isAlwaysLoud() {
    await this.page.addInitScript({ path: LOUD });
  }

  /** Loads the page again, as F5 does; resolves with the moment of it. */
  async reload() {
    const at = Date.now();
    await this.page.reload();
    return at;
  }
}

/** A customer at the call page. */
export class Customer extends Person {
  /** Calls `team`; nobody need have answered when this resolves. */
  async call(team) {
    await this.#visit({ team, call: "1" });
  }

  /** Opens the page with everything filled in; the call is still to be made. */
  async open(team) {
    await this.#visit({ team });
    await this.at("call").waitFor();
  }

  /** Opens the page of a channel; the call is still to be made. */
  async openChannel(channel) {
    await this.#visit({ channel });
    await this.at("call").waitFor();
  }

  async #visit(form) {
    const name = this.name[0].toUpperCase() + this.name.slice(1);
    const query = new URLSearchParams({ name, audio: "raw", ...form });
    await this.page.goto(`${this.server.url}/customer/?${query}`);
  }
}

/** An agent at the desk. */
export class Agent extends Person {
  /** Signs in and waits until calls can ring here. */
  async signIn() {
    await this.#open();
    await this.ready();
  }

  async #open() {
    const query = new URLSearchParams({ agent: this.name, audio: "raw" });
    await this.page.goto(`${this.server.url}/desk/?${query}`);
  }

  /** Opens the desk and stays at its door: nobody is signed in by the address. */
  async openDoor() {
    await this.page.goto(`${this.server.url}/desk/?audio=raw`);
    await this.at("signin-password-form").waitFor();
  }

  /** Types what is asked for at the door. */
  async signInBy(login, password) {
    await this.at("signin-login").fill(login);
    await this.at("signin-password").fill(password);
    await this.press("signin-submit");
  }

  /** Waits until calls can ring here. */
  async ready() {
    await this.page.locator('[data-testid="me-state"][data-state="idle"]').waitFor();
    await this.page.locator('[data-testid="leg-state"][data-state="up"]').waitFor();
  }

  /** Signs in while somebody waits, so that it rings here as soon as it can. */
  async signInToRing() {
    await this.#open();
    await this.at("accept").waitFor();
  }

  /** Signs in anew while the seat in a call is kept, and waits until the desk shows that call. */
  async signInAgain() {
    await this.#open();
    await this.at("call").waitFor();
  }

  /** Whether the page has its session and its leg. */
  async isLive() {
    const lamp = (testid) => this.at(testid).getAttribute("data-state", { timeout: 1_000 });
    const states = await Promise.all([lamp("connection-state"), lamp("leg-state")]);
    return states.join() === "live,up";
  }

  /** Presses `hold` or `resume` on the customer's seat. */
  async pressAtCustomer(what) {
    await this.page.locator(`[data-testid^="${what}-customer:"]`).click();
  }

  /** Answers what rings; resolves with the moment the button was pressed. */
  async answer() {
    await this.press("accept");
    await this.at("call").waitFor();
    return this.pressedAt();
  }

  /** Declines what rings, saying why. */
  async decline(text) {
    await this.press("decline-with-reason");
    await this.at("decline-text").fill(text);
    await this.press("decline-submit");
  }

  /** Waits until the desk says so, in passing. */
  async isTold(words, withinMs) {
    await this.at("toasts").getByText(words).first().waitFor({ timeout: withinMs });
  }

  /** Waits until nothing rings here any more. */
  ringsNoMore(withinMs) {
    const isQuiet = async () => !(await this.at("accept").count());
    return eventually(`nothing rings at ${this.name}`, isQuiet, withinMs);
  }

  /**
   * Brings `target` in: `agent-carol` or `team-billing`.
   *
   * @param {{ way?: "consult" | "conference" | "blind", holdNow?: boolean, note?: string }} options
   */
  async invite(target, { way = "consult", holdNow = false, note = "" } = {}) {
    await this.press("transfer-open");
    await this.at(`target-${target}`).click();
    await this.at(`way-${way}`).click();
    if (holdNow) await this.at("hold-now").check();
    if (note) await this.at("transfer-note").fill(note);
    await this.press("transfer-submit");
  }

  /** The call as the desk shows it, or null when this agent is in none. */
  async call() {
    return await this.page.evaluate(() => {
      const call = document.querySelector('[data-testid="call"]');
      if (call === null) return null;
      const seats = [...call.querySelectorAll('[data-testid^="participant-"]')].map((seat) => [
        seat.dataset.testid.slice("participant-".length).replace(/^customer:.*/, "customer"),
        { held: seat.dataset.held === "true", presence: seat.dataset.presence },
      ]);
      const offer = call.querySelector('[data-testid="offer"]');
      const name = call.querySelector('[data-testid="offer-name"]')?.textContent;
      // The page shows no id; its client knows it.
      const offerId = globalThis.trefoil.client.current?.view.offer?.id;
      return {
        conversation: call.dataset.conversation,
        phase: call.querySelector('[data-testid="call-phase"]').dataset.phase,
        seats: Object.fromEntries(seats),
        offer: offer === null ? null : { id: offerId, name, state: offer.dataset.state },
      };
    });
  }

  /** Waits until the desk shows `phase`. */
  phase(phase, withinMs) {
    const inPhase = async () => (await this.call())?.phase === phase;
    return eventually(`${this.name} sees the phase ${phase}`, inPhase, withinMs);
  }
}
