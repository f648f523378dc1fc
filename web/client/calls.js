import { Emitter } from "./emitter.js";
/** @import { Call } from "./call.js" */
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
  #make;
  /** @type {Map<ConversationId, Call>} */
  #calls = new Map();
  /** @type {Set<ConversationId>} shown by an earlier session only */
  #unsure = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #sweep;

  /** @param {(view: ConversationView) => Call} make what a conversation is shown as */
  constructor(make) {
    super();
    this.#make = make;
  }

  /** @param {ConversationId} id */
  get(id) {
    return this.#calls.get(id);
  }

  /** All of them, oldest first. */
  all() {
    return [...this.#calls.values()];
  }

  /** Those that are spoken, oldest first. */
  voice() {
    return this.all().filter(({ medium }) => medium === "voice");
  }

  /** The call this person sits in or observes; there is one at most. */
  seated() {
    return this.voice().find((call) => call.seated);
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
      const call = this.#make(view);
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
