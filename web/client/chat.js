import { Call } from "./call.js";
import { TrefoilError } from "./errors.js";
/** @import { Send } from "./call.js" */
/** @import { FetchOptions } from "./fetcher.js" */
/** @import { Files, SendFileOptions } from "./files.js" */
/** @import { Thread } from "./thread.js" */
/** @import { Audience, ConversationView, Message } from "./types.js" */

/**
 * One chat as this person sees it: who is in it and what can be done, as of a call, and its
 * messages.
 *
 * Beside `changed` and `gone` it emits `messages` (messages, those that wait, marks), `typing`,
 * `uploads` (files on their way), and `refused` with the text that the server did not take.
 */
export class Chat extends Call {
  #thread;
  #files;

  /**
   * @param {ConversationView} view
   * @param {Send} send
   * @param {Thread} thread
   * @param {Files} files
   */
  constructor(view, send, thread, files) {
    super(view, send);
    this.#thread = thread;
    this.#files = files;
    for (const name of ["messages", "typing", "refused"]) {
      thread.on(name, (detail) => this.emit(name, detail));
    }
    files.on("uploads", ({ conversation }) => {
      if (conversation === this.id) this.emit("uploads", null);
    });
    this.on("changed", () => this.#take());
    this.on("gone", () => thread.unwant());
    this.#take();
  }

  /** Ascending by number, each once. */
  get messages() {
    return this.#thread.messages;
  }

  /** What the server has not acknowledged yet, in the order it was written. */
  get pending() {
    return this.#thread.pending;
  }

  /** The number given last, as far as it is known here. */
  get last() {
    return this.#thread.last;
  }

  /** Messages of other people after this person's own read mark. */
  get unread() {
    return this.#thread.unread;
  }

  /** How far each of the others has received and read it. */
  get marks() {
    return this.#thread.marks;
  }

  /** Who types at the moment. */
  get typing() {
    return this.#thread.typing;
  }

  /** Whether `earlier` has something to load. */
  get more() {
    return this.#thread.more;
  }

  /** Whether this person may write to everybody now. */
  get canWrite() {
    return this.ended === null && (this.view.chat?.may_write ?? this.me !== undefined);
  }

  /** Why it may not, a refusal code. */
  get whyNot() {
    if (this.canWrite) return null;
    if (this.ended !== null) return "conversation_ended";
    return this.view.chat?.reason ?? "not_a_participant";
  }

  /**
   * Sends a message: now, or as soon as the channel is there, also after a reload. Throws where it
   * cannot be taken at all; what the server refuses comes back by the event `refused`.
   *
   * @param {string} text
   * @param {{ audience?: Audience }} [options] `agents` for a note that no customer receives
   */
  send(text, options = {}) {
    this.#mayWrite();
    return this.#thread.send(text, options);
  }

  /** The files on their way, in the order in which they were chosen. */
  get uploads() {
    return this.#files.of(this.id);
  }

  /**
   * Sends a file: now, or as soon as the leg is there, also after a reload. Its message comes last
   * in the chat when the server has all of it. Throws where nothing can be sent; what goes wrong
   * later is told by the upload.
   *
   * @param {Blob & { name?: string }} blob
   * @param {SendFileOptions} [options]
   */
  sendFile(blob, options = {}) {
    this.#mayWrite();
    const caption = this.#thread.cleaned(options.caption ?? "");
    return this.#files.send(this.id, blob, { ...options, caption });
  }

  /**
   * Why a file would not be taken, null as far as is known.
   *
   * @param {Blob & { name?: string }} blob
   */
  fileRefusal(blob) {
    return this.#files.refusalOf(blob);
  }

  /** A file is about to be chosen: what the server takes is to be known by then. */
  prepareFiles() {
    this.#files.prepare();
  }

  /**
   * Fetches the file of a message, whole and as it was sent; it goes on by itself after a break.
   *
   * @param {Message} message
   * @param {FetchOptions} [options]
   * @returns {Promise<Blob>}
   */
  fetchFile(message, options = {}) {
    return this.#files.fetch(this.id, message, options);
  }

  #mayWrite() {
    const code = this.whyNot;
    if (code !== null) throw new TrefoilError(code, "This chat takes no message from you now.");
  }

  /** This person has seen everything that is here. */
  markRead() {
    this.#thread.markRead();
  }

  /** This person types: to be called at each key. */
  tellTyping() {
    if (this.canWrite) this.#thread.tellTyping();
  }

  /**
   * Loads the page before the first message that is here.
   *
   * @returns {Promise<boolean>} whether there are more
   */
  earlier() {
    return this.#thread.earlier();
  }

  #take() {
    // Who decides whether to take it, or only observes, leaves no trace in it.
    if (this.ended === null) this.#thread.want(this.me !== undefined);
  }
}
