import { TrefoilError } from "./errors.js";

/**
 * @typedef {object} Waiting
 * @property {(result: Record<string, unknown>) => void} resolve
 * @property {(error: TrefoilError) => void} reject
 * @property {ReturnType<typeof setTimeout>} timer
 */

/** The requests of one session that the server has not answered yet. */
export class Requests {
  #nextId = 1;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();

  /**
   * Hands an id to `send`; the promise is settled by that id, or by time.
   *
   * @param {(id: number) => void} send
   * @param {number} withinMs
   * @returns {Promise<Record<string, unknown>>}
   */
  open(send, withinMs) {
    const id = this.#nextId++;
    const answer = new Promise((resolve, reject) => {
      const late = () => {
        this.#waiting.delete(id);
        reject(new TrefoilError("no_answer", "The server did not answer in time."));
      };
      this.#waiting.set(id, { resolve, reject, timer: setTimeout(late, withinMs) });
    });
    send(id);
    return /** @type {Promise<Record<string, unknown>>} */ (answer);
  }

  /**
   * @param {number} id
   * @param {Record<string, unknown>} result
   */
  answered(id, result) {
    this.#take(id)?.resolve(result);
  }

  /**
   * @param {number} id
   * @param {TrefoilError} error
   */
  refused(id, error) {
    this.#take(id)?.reject(error);
  }

  /** The socket is gone: whether these commands were done is not known. */
  lost() {
    const message = "The connection was lost before the server answered.";
    for (const id of [...this.#waiting.keys()]) {
      this.refused(id, new TrefoilError("connection_lost", message));
    }
  }

  /** @param {number} id */
  #take(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}
