import { Emitter } from "./emitter.js";
import { TrefoilError } from "./errors.js";
/** @import { Audience, ConversationId, FileRef } from "./types.js" */

/**
 * What is to be known of an upload to go on with it after a reload, beside its contents.
 *
 * @typedef {object} UploadNote
 * @property {string} id the same at every try: the server knows by it what it has already
 * @property {ConversationId} conversation
 * @property {string} name
 * @property {string} mediaType
 * @property {number} bytes
 * @property {string} caption
 * @property {Audience} audience
 * @property {number} at when it was begun
 *
 * ```text
 *  hashing --> waiting <--> sending --> kept
 *     ^           |            |
 *     |           +--> failed <+
 *     +------retry-------+
 * ```
 *
 * @typedef {"hashing" | "waiting" | "sending" | "kept" | "failed"} UploadState
 *
 * @typedef {object} UploadEvents
 * @property {null} progress its state, or how much of it the server has
 * @property {FileRef} kept the server has it, and the message that names it is on its way
 * @property {TrefoilError} failed
 *
 * @typedef {object} UploadOwner
 * @property {(upload: Upload) => void} cancel
 * @property {(upload: Upload) => void} retry
 */

/**
 * A file on its way to the server.
 *
 * @extends {Emitter<UploadEvents & Record<string, unknown>>}
 */
export class Upload extends Emitter {
  #owner;
  /** @type {UploadState} */
  #state = "hashing";
  /** @type {TrefoilError | null} */
  #error = null;
  /** What is sent; null while it is fetched from where it outlived a reload. @type {Blob | null} */
  blob;
  /** Of the contents, once they are known. */
  sha256 = "";
  /** How much of it the server has written. */
  sent = 0;

  /**
   * @param {UploadNote} note
   * @param {Blob | null} blob
   * @param {UploadOwner} owner
   */
  constructor(note, blob, owner) {
    super();
    this.note = note;
    this.blob = blob;
    this.#owner = owner;
  }

  get id() {
    return this.note.id;
  }

  get conversation() {
    return this.note.conversation;
  }

  get name() {
    return this.note.name;
  }

  get mediaType() {
    return this.note.mediaType;
  }

  get bytes() {
    return this.note.bytes;
  }

  get caption() {
    return this.note.caption;
  }

  get audience() {
    return this.note.audience;
  }

  get state() {
    return this.#state;
  }

  /** Why it failed, null unless it has. */
  get error() {
    return this.#error;
  }

  /** Whether another try may help: with the same contents, to the same chat. */
  get retryable() {
    return this.#state === "failed" && this.blob !== null;
  }

  /** The sender does not want to any more; what the server has of it is deleted. */
  cancel() {
    this.#owner.cancel(this);
  }

  /** Tries once more after it failed; it goes on from what the server has. */
  retry() {
    if (this.retryable) this.#owner.retry(this);
  }

  /** @param {"hashing" | "waiting" | "sending"} state */
  enter(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#error = null;
    this.emit("progress", null);
  }

  /** @param {number} offset */
  reached(offset) {
    this.sent = offset;
    this.emit("progress", null);
  }

  /** @param {FileRef} file */
  keep(file) {
    this.#state = "kept";
    this.sent = this.bytes;
    this.emit("kept", file);
  }

  /** @param {TrefoilError} error */
  fail(error) {
    this.#state = "failed";
    this.#error = error;
    this.emit("failed", error);
  }
}
