/** @import { Marks } from "./types.js" */

/** Marks change with every message and every glance: they are told at most so often. */
const APART_MS = 300;

/** How far this person has received and read a conversation, and what of that the server knows. */
export class OwnMarks {
  #tell;
  #told = { delivered: 0, read: 0 };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  delivered = 0;
  read = 0;
  /** Whether others are to know: who only observes leaves no mark. */
  shown = true;

  /** @param {(marks: Marks) => boolean} tell whether it could be told */
  constructor(tell) {
    this.#tell = tell;
  }

  /**
   * What the server knows, at the beginning of each channel.
   *
   * @param {Marks | undefined} marks
   */
  known(marks = { delivered: 0, read: 0 }) {
    this.#told = { delivered: marks.delivered, read: marks.read };
    this.delivered = Math.max(this.delivered, marks.delivered);
    this.read = Math.max(this.read, marks.read);
    this.follow();
  }

  /**
   * @param {{ delivered?: number, read?: number }} to
   * @returns {boolean} whether anything is new
   */
  raise({ delivered = 0, read = 0 }) {
    if (read <= this.read && Math.max(delivered, read) <= this.delivered) return false;
    this.read = Math.max(this.read, read);
    this.delivered = Math.max(this.delivered, delivered, read);
    this.follow();
    return true;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Tells what is new, now or when it is time. */
  follow() {
    const { delivered, read } = this;
    if (delivered <= this.#told.delivered && read <= this.#told.read) return;
    if (!this.shown || this.#timer !== undefined) return;
    if (!this.#tell({ delivered, read })) return;
    this.#told = { delivered, read };
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.follow();
    }, APART_MS);
  }
}
