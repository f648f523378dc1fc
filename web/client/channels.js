import { ChatChannel } from "./chat-channel.js";
import { Emitter } from "./emitter.js";
import { Files } from "./files.js";
/** @import { Leg } from "./media.js" */
/** @import { Returned, Store } from "./outbox.js" */
/** @import { ConversationId, FileLimits, Person } from "./types.js" */
/** @import { BlobStore } from "./upload-store.js" */

/**
 * @typedef {object} ChannelsOptions
 * @property {Store} [store] of this tab: keeps what is not acknowledged over a reload
 * @property {BlobStore} [blobs] keeps the contents of files on their way over a reload
 *
 * @typedef {object} ChannelsEvents
 * @property {boolean} chat_ready whether messages go through at the moment
 * @property {Returned} refused a message, to be put into the draft again
 * @property {FileLimits} file_limits what files the server takes
 * @property {null} changed what is on its way may need the leg, or need it no more
 */

/**
 * What of one person goes over the leg's data channels: what is written, and files.
 *
 * @extends {Emitter<ChannelsEvents & Record<string, unknown>>}
 */
export class Channels extends Emitter {
  /** @type {((id: ConversationId) => boolean) | null} which chats are there, once all are known */
  #known = null;

  /**
   * @param {() => Leg} leg there is none yet when this is made
   * @param {ChannelsOptions} options
   */
  constructor(leg, { store = undefined, blobs = undefined }) {
    super();
    const lies = {
      openChannel: (/** @type {string} */ label) => leg().openChannel(label),
      renew: () => leg().renew(),
    };
    this.chat = new ChatChannel(lies, store ?? null);
    this.files = new Files({
      leg: lies,
      store: store ?? null,
      blobs: blobs ?? null,
      name: (unsent) => this.chat.thread(unsent.conversation).sendFile(unsent),
    });
    this.chat.on("ready", (ready) => this.emit("chat_ready", ready));
    this.chat.on("refused", (refused) => this.emit("refused", refused));
    this.chat.on("empty", () => this.emit("changed", null));
    this.files.on("limits", (limits) => this.emit("file_limits", limits));
    this.files.on("idle", () => this.emit("changed", null));
    this.files.on("uploads", () => {
      this.#giveBack();
      this.emit("changed", null);
    });
  }

  /** Whether something is on its way that needs the leg. */
  get busy() {
    return !this.chat.empty || this.files.busy;
  }

  /** @param {Leg} leg */
  follow(leg) {
    leg.on("channel", (pipe) => {
      this.chat.attach(pipe);
      this.files.setLeg(pipe !== null);
    });
  }

  /** @param {Person} person whose these are */
  begin(person) {
    this.chat.begin(person);
    this.files.begin(person);
  }

  /** @param {boolean} live whether this person is signed in at the moment */
  setSignalling(live) {
    this.chat.setSignalling(live);
    this.files.setSignalling(live);
  }

  /**
   * All the chats of the session are known: what was written before a reload to others is sent, or
   * given back.
   *
   * @param {(id: ConversationId) => boolean} known
   */
  settle(known) {
    this.#known = known;
    this.chat.sendLeftovers();
    this.#giveBack();
  }

  /** Files that could not be sent to a chat that is gone from here. */
  #giveBack() {
    if (this.#known === null) return;
    for (const refused of this.files.strays(this.#known)) this.emit("refused", refused);
  }
}
