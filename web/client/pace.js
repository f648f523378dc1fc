/** A little slower than is allowed: what left evenly may arrive closer together. */
const SHARE = 0.9;

/** So many at once and so many per second, kept by who sends so that nothing has to be refused. */
export class Pace {
  #perSecond;
  #room;
  #at = Date.now();
  #stoppedUntil = 0;

  /** @param {number} perSecond */
  constructor(perSecond) {
    this.#perSecond = perSecond;
    this.#room = perSecond;
  }

  /** How long the next one has to wait. */
  waitMs() {
    const now = Date.now();
    const perMs = (this.#perSecond * SHARE) / 1_000;
    this.#room = Math.min(this.#perSecond, this.#room + (now - this.#at) * perMs);
    this.#at = now;
    const own = this.#room >= 1 ? 0 : Math.ceil((1 - this.#room) / perMs);
    return Math.max(own, this.#stoppedUntil - now);
  }

  /** One goes. */
  took() {
    this.#room -= 1;
  }

  /**
   * The server asked to wait.
   *
   * @param {number} ms
   */
  stop(ms) {
    this.#stoppedUntil = Date.now() + ms;
  }
}
