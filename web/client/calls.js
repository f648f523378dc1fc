import { Call } from "./call.js";
import { Emitter } from "./emitter.js";
/** @import { Send } from "./call.js" */
/** @import { ConversationId, ConversationView } from "./types.js" */

/** After a session that was not resumed, what the server has not shown again by then is over. */
const SHOWN_AGAIN_WITHIN_MS = 800;

/**
 * @typedef {object} CallsEvents
 * @property {Call} call one that was not there before
 * @property {Call} changed
 * @property {{ call: Call, reason: string }} gone
 * @property {null} settled the first views of a session have all come
 */

/**
 * The conversations this person is part of, as the server shows them.
 *
 * @extends {Emitter<CallsEvents & Record<string, unknown>>}
 */
export class Calls extends Emitter {
  #send;
  /** @type {Map<ConversationId, Call>} */
  #calls = new Map();
  /** @type {Set<ConversationId>} shown by an earlier session only */
  #unsure = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #sweep;

  /** @param {Send} send */
  constructor(send) {
    super();
    this.#send = send;
  }

  /** @param {ConversationId} id */
  get(id) {
    return this.#calls.get(id);
  }

  /** All of them, oldest first. */
  all() {
    return [...this.#calls.values()];
  }

  /** The one this person sits in or observes. */
  seated() {
    return this.all().find((call) => call.seated);
  }

  /**
   * A session begins.
   *
   * @param {boolean} resumed whether the server goes on where the last one stopped
   */
  begin(resumed) {
    clearTimeout(this.#sweep);
    if (!resumed) this.#unsure = new Set(this.#calls.keys());
    this.#sweep = setTimeout(() => {
      for (const id of this.#unsure) this.drop(id, "forgotten");
      this.emit("settled", null);
    }, SHOWN_AGAIN_WITHIN_MS);
  }

  /** @param {ConversationView} view */
  show(view) {
    const known = this.#calls.get(view.id);
    const unsure = this.#unsure.delete(view.id);
    if (known === undefined) {
      if (view.ended) return;
      const call = new Call(view, this.#send);
      this.#calls.set(view.id, call);
      this.emit("call", call);
    } else if (known.update(view, unsure)) {
      this.emit("changed", known);
    }
    if (view.ended) this.drop(view.id, "ended");
  }

  /**
   * This person is no longer part of it.
   *
   * @param {ConversationId} id
   * @param {string} reason
   */
  drop(id, reason) {
    const call = this.#calls.get(id);
    this.#unsure.delete(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    call.emit("gone", reason);
    this.emit("gone", { call, reason });
  }
}
