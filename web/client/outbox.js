import { TrefoilError } from "./errors.js";
/** @import { Audience, ConversationId, FileRef } from "./types.js" */

/** More than anybody writes while the connection is away; it has to fit into a tab's storage. */
const MOST_UNSENT = 500;
/** The server closes a channel on which more than 256 KiB wait for it. */
const MOST_BYTES_IN_FLIGHT = 128 * 1024;

/**
 * @typedef {object} Unsent a message that the server has not acknowledged
 * @property {ConversationId} conversation
 * @property {string} id its writer's own name for it, the same at every try
 * @property {string} text
 * @property {Audience} audience
 * @property {FileRef} [file] what it names; the text is the caption then
 *
 * @typedef {Omit<Unsent, "file"> & { file?: { name: string }, error: TrefoilError }} Returned what
 *   the server did not take: a text, or a file and its caption
 *
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Store
 */

/**
 * What one person has written and the server has not acknowledged, in the order it was written.
 *
 * It lies in a storage that outlives a reload, so that what was on its way is sent again under the
 * same id, and the server takes it once.
 */
export class Outbox {
  #store;
  #key;
  /** @type {Unsent[]} */
  #all;
  /** @type {Map<string, number>} the bytes of those that are on their way, by id */
  #flying = new Map();

  /**
   * @param {Store | null} store
   * @param {string} person
   */
  constructor(store, person) {
    this.#store = store;
    this.#key = `trefoil.unsent.${person}`;
    this.#all = kept(store, this.#key);
  }

  get empty() {
    return this.#all.length === 0;
  }

  /** The conversations that something waits for. */
  get conversations() {
    return new Set(this.#all.map(({ conversation }) => conversation));
  }

  /** @param {ConversationId} conversation */
  of(conversation) {
    return this.#all.filter((one) => one.conversation === conversation);
  }

  /** @param {Unsent} unsent */
  add(unsent) {
    // One that was added, and its page loaded again before that was known.
    if (this.#all.some(({ id }) => id === unsent.id)) return;
    if (this.#all.length >= MOST_UNSENT) {
      throw new TrefoilError("too_many_unsent", "Too many messages wait to be sent.");
    }
    this.#all.push(unsent);
    this.#keep();
  }

  /**
   * The server has spoken about it: acknowledged or refused.
   *
   * @param {string} id
   * @returns {Unsent | undefined} undefined where it was settled before
   */
  settle(id) {
    const at = this.#all.findIndex((one) => one.id === id);
    if (at < 0) return undefined;
    this.#flying.delete(id);
    const [settled] = this.#all.splice(at, 1);
    this.#keep();
    return settled;
  }

  /**
   * The next one to go.
   *
   * @param {number} most how many may be on their way at once
   * @param {(conversation: ConversationId) => boolean} open
   */
  next(most, open) {
    if (this.#flying.size >= most) return undefined;
    const next = this.#all.find((one) => !this.#flying.has(one.id) && open(one.conversation));
    if (next === undefined || this.#flying.size === 0) return next;
    const bytes = [...this.#flying.values()].reduce((sum, one) => sum + one, bytesOf(next));
    return bytes > MOST_BYTES_IN_FLIGHT ? undefined : next;
  }

  /** @param {Unsent} unsent */
  sent(unsent) {
    this.#flying.set(unsent.id, bytesOf(unsent));
  }

  /**
   * It has to be sent once more.
   *
   * @param {string} id
   */
  again(id) {
    this.#flying.delete(id);
  }

  /** The channel is gone: what became of those on their way is not known. */
  lost() {
    this.#flying.clear();
  }

  #keep() {
    try {
      if (this.empty) this.#store?.removeItem(this.#key);
      else this.#store?.setItem(this.#key, JSON.stringify(this.#all));
    } catch {
      // A full or forbidden storage: they are sent all the same, but do not outlive a reload.
    }
  }
}

/**
 * @param {Store | null} store
 * @param {string} key
 * @returns {Unsent[]}
 */
function kept(store, key) {
  try {
    const all = JSON.parse(store?.getItem(key) ?? "[]");
    return Array.isArray(all) ? all : [];
  } catch {
    return [];
  }
}

/** @param {Unsent} unsent */
function bytesOf({ text }) {
  return new TextEncoder().encode(text).length;
}
