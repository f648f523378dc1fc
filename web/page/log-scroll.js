/** Nearer to the end than this, one reads the newest. */
const AT_END_PX = 48;

/**
 * Keeps the place where one reads while the messages around it change: at the end stays at the
 * end, and what comes above pushes nothing away.
 */
export class LogScroll {
  #id = "";
  #first = "";
  #height = 0;
  #top = 0;
  #atEnd = true;

  /** @param {Element} root */
  before(root) {
    const log = logIn(root);
    if (log === null) return;
    this.#id = log.dataset["log"] ?? "";
    this.#first = log.dataset["first"] ?? "";
    this.#height = log.scrollHeight;
    this.#top = log.scrollTop;
    this.#atEnd = atEnd(root);
  }

  /** @param {Element} root */
  after(root) {
    const log = logIn(root);
    if (log === null) {
      this.#id = "";
      return;
    }
    const { log: id, first } = log.dataset;
    if (id !== this.#id || this.#atEnd) log.scrollTop = log.scrollHeight;
    else if (first !== this.#first) log.scrollTop = this.#top + log.scrollHeight - this.#height;
  }
}

/**
 * Whether the newest message can be seen.
 *
 * @param {Element} root
 */
export function atEnd(root) {
  const log = logIn(root);
  return log !== null && log.scrollHeight - log.scrollTop - log.clientHeight < AT_END_PX;
}

/** @param {Element} root */
function logIn(root) {
  return /** @type {HTMLElement | null} */ (root.querySelector("[data-log]"));
}
