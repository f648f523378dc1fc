/** Nearer to the end than this, one reads the newest. */
const AT_END_PX = 48;

/**
 * Keeps the place where one reads while the messages, or the room for them, change: at the end
 * stays at the end, and what comes above pushes nothing away.
 */
export class LogScroll {
  /** @type {HTMLElement | null} */
  #log = null;
  #first = "";
  #height = 0;
  #top = 0;
  #atEnd = true;
  #room = new ResizeObserver(() => this.#toEnd());

  /** @param {Element} root */
  before(root) {
    const log = logIn(root);
    if (log === null) return;
    this.#first = log.dataset["first"] ?? "";
    this.#height = log.scrollHeight;
    this.#top = log.scrollTop;
  }

  /** @param {Element} root */
  after(root) {
    const log = logIn(root);
    if (log !== this.#log) this.#take(log);
    if (log === null) return;
    if (this.#atEnd) this.#toEnd();
    else if (log.dataset["first"] !== this.#first) {
      log.scrollTop = this.#top + log.scrollHeight - this.#height;
    }
  }

  /** @param {HTMLElement | null} log another conversation's: read from its end */
  #take(log) {
    this.#room.disconnect();
    this.#log = log;
    this.#atEnd = true;
    if (log === null) return;
    this.#room.observe(log);
    log.addEventListener("scroll", () => {
      this.#atEnd = isAtEnd(log);
    });
  }

  #toEnd() {
    if (this.#log !== null && this.#atEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }
}

/**
 * Whether the newest message can be seen.
 *
 * @param {Element} root
 */
export function atEnd(root) {
  const log = logIn(root);
  return log !== null && isAtEnd(log);
}

/** @param {HTMLElement} log */
function isAtEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < AT_END_PX;
}

/** @param {Element} root */
function logIn(root) {
  return /** @type {HTMLElement | null} */ (root.querySelector("[data-log]"));
}
