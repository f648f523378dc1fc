/** @import { StoreEvent } from "./store.js" */

/** How long after a look at the board the next one may follow. */
const SOON_MS = 1_000;
/** How old the board may be while nothing is heard that might have changed it. */
const EVERY_MS = 3_000;

/**
 * News after which the board may look otherwise.
 *
 * @param {StoreEvent} event
 */
export function changesBoard({ type }) {
  return type === "desk" || type === "view" || type === "gone" || type === "notice";
}

/**
 * Keeps the board fresh: asks again a while after each answer, and sooner after news. Each page
 * that is shown is a message of its own, so a longer board is looked at less often: it takes about
 * one of the twenty messages per second that a session has.
 */
export class BoardFeed {
  #ask;
  #pages = 1;
  #running = false;
  #asking = false;
  #resting = false;
  /** Whether there were news that no answer can hold yet. */
  #stale = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {(pages: number) => Promise<void>} ask asks for that many pages; never rejects */
  constructor(ask) {
    this.#ask = ask;
  }

  /**
   * @param {boolean} running whether anybody looks at the board
   * @param {number} pages
   */
  follow(running, pages) {
    const started = running && !this.#running;
    const grown = pages > this.#pages;
    this.#running = running;
    this.#pages = pages;
    if (started || (running && grown)) this.nudge();
    if (running) return;
    clearTimeout(this.#timer);
    this.#resting = false;
    this.#stale = false;
  }

  /** Something happened. */
  nudge() {
    if (!this.#running) return;
    if (this.#asking || this.#resting) this.#stale = true;
    else void this.#look();
  }

  async #look() {
    clearTimeout(this.#timer);
    this.#asking = true;
    this.#stale = false;
    await this.#ask(this.#pages);
    this.#asking = false;
    if (!this.#running) return;
    this.#resting = true;
    this.#timer = setTimeout(() => this.#rested(), SOON_MS * this.#pages);
  }

  #rested() {
    this.#resting = false;
    const rest = (EVERY_MS - SOON_MS) * this.#pages;
    if (this.#stale) void this.#look();
    else this.#timer = setTimeout(() => void this.#look(), rest);
  }
}
