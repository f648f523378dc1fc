import { deferred, within } from "./deferred.js";
import { Emitter } from "./emitter.js";
import { TrefoilError } from "./errors.js";
import { freshId } from "./fresh-id.js";
import { LegChannel } from "./leg-channel.js";
import { Outbox } from "./outbox.js";
import { Pace } from "./pace.js";
import { Thread } from "./thread.js";
/** @import { Deferred } from "./deferred.js" */
/** @import { ChannelLeg, Pipe } from "./leg-channel.js" */
/** @import { Returned, Store, Unsent } from "./outbox.js" */
/**
 * @import {
 *   Audience, ChatFromServer, ChatToServer, ConversationId, Page, Person, Ready
 * } from "./types.js"
 */

/** Until the server has told its own. */
const LIMITS = { text_chars: 4_000, frame_bytes: 16_384, unacknowledged: 64, messages_per_s: 20 };
/** Of a frame, what a text leaves for the rest. */
const ROOM_BYTES = 1024;
const PAGE_WITHIN_MS = 10_000;

/**
 * @typedef {object} ChatChannelEvents
 * @property {boolean} ready whether messages go through at the moment
 * @property {Returned} refused of any conversation
 * @property {null} empty all that was written is settled
 */

/**
 * The channel that carries all chats of this person: another one with each fresh leg, after which
 * every conversation goes on where it was.
 *
 * @extends {Emitter<ChatChannelEvents & Record<string, unknown>>}
 */
export class ChatChannel extends Emitter {
  #line;
  #store;
  #outbox = new Outbox(null, "");
  #limits = LIMITS;
  #pace = new Pace(LIMITS.messages_per_s);
  /** @type {Map<ConversationId, Thread>} */
  #threads = new Map();
  #request = 0;
  /** @type {Map<number, Deferred<Page>>} */
  #pages = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;
  me = "";
  name = "";

  /**
   * @param {ChannelLeg} leg
   * @param {Store | null} store where what is not acknowledged outlives a reload
   */
  constructor(leg, store) {
    super();
    this.#store = store;
    this.#line = new LegChannel(leg, "chat", {
      begun: (ready) => this.#begun(ready),
      said: (frame) => this.#said(frame),
      room: () => this.#pump(),
      lost: (was) => this.#lost(was),
    });
  }

  get ready() {
    return this.#line.ready;
  }

  /** Whether everything that was written is settled. */
  get empty() {
    return this.#outbox.empty;
  }

  /** @param {boolean} live whether this person is signed in at the moment */
  setSignalling(live) {
    this.#line.setSignalling(live);
  }

  /** @param {Person} person whose chats these are */
  begin({ id, name }) {
    this.name = name;
    if (id === this.me) return;
    this.me = id;
    this.#outbox = new Outbox(this.#store, id);
  }

  /**
   * Takes the channel of a fresh leg; null when there is none any more.
   *
   * @param {Pipe | null} pipe
   */
  attach(pipe) {
    this.#line.attach(pipe);
  }

  /**
   * The messages of a conversation, whether it is shown already or not.
   *
   * @param {ConversationId} id
   */
  thread(id) {
    const known = this.#threads.get(id);
    if (known !== undefined) return known;
    const thread = new Thread(id, this);
    this.#threads.set(id, thread);
    thread.on("refused", (refused) => this.emit("refused", refused));
    return thread;
  }

  /** What was written before a reload to conversations that are over: the server tells its fate. */
  sendLeftovers() {
    for (const id of this.#outbox.conversations) this.thread(id);
    this.#pump();
  }

  /** @param {ConversationId} conversation */
  unsent(conversation) {
    return this.#outbox.of(conversation);
  }

  /**
   * @param {ConversationId} conversation
   * @param {string} text
   * @param {Audience} audience
   * @returns {Unsent}
   */
  send(conversation, text, audience) {
    const clean = this.cleaned(text);
    if (clean === "") throw new TrefoilError("malformed", "There is nothing to send.");
    return this.#enqueue({ conversation, id: `m-${freshId()}`, text: clean, audience });
  }

  /**
   * Names a file that the server keeps. What has been named already is not named again.
   *
   * @param {Unsent} unsent its id is always the same for the same file
   */
  sendFile(unsent) {
    return this.#enqueue(unsent);
  }

  /**
   * A text as it is sent.
   *
   * @param {string} text
   */
  cleaned(text) {
    const clean = text.replace(/\p{Surrogate}/gu, "\uFFFD").trim();
    const tooLong = [...clean].length > this.#limits.text_chars;
    if (tooLong || bytes(clean) > this.#limits.frame_bytes - ROOM_BYTES) {
      throw new TrefoilError("text_too_long", "The text is too long.");
    }
    return clean;
  }

  /** @param {Unsent} unsent */
  #enqueue(unsent) {
    this.#outbox.add(unsent);
    this.#pump();
    return unsent;
  }

  /**
   * The server has spoken about a message.
   *
   * @param {string} id
   */
  settle(id) {
    const settled = this.#outbox.settle(id);
    if (settled === undefined) return undefined;
    this.#pump();
    if (this.#outbox.empty) this.emit("empty", null);
    return settled;
  }

  /**
   * The server takes it later.
   *
   * @param {string} id
   * @param {number} afterMs
   */
  sendAgain(id, afterMs) {
    this.#outbox.again(id);
    this.#pace.stop(afterMs);
    this.#pump();
  }

  /**
   * Asks for a page of history.
   *
   * @param {{ conversation: ConversationId, before: number, limit: number }} page
   */
  page(page) {
    const request = ++this.#request;
    /** @type {Deferred<Page>} */
    const answer = deferred();
    this.#pages.set(request, answer);
    if (!this.post({ type: "page", request, ...page })) answer.reject(lost());
    const late = new TrefoilError("no_answer", "The server did not answer in time.");
    return within(answer.promise, PAGE_WITHIN_MS, late).finally(() => this.#pages.delete(request));
  }

  /**
   * @param {ChatToServer} frame
   * @returns {boolean} whether it could be sent
   */
  post(frame) {
    return this.#line.post(frame);
  }

  /** @param {ChatFromServer} frame */
  #said(frame) {
    switch (frame.type) {
      case "page":
        return this.#paged(frame);
      case "ready":
      case "pong":
      case "error":
        return;
      case "following":
      case "message":
      case "ack":
      case "refused":
      case "marked":
      case "typing":
      case "unfollowed":
        this.#threads.get(frame.conversation)?.heard(frame);
        if (frame.type !== "message") this.#tidy();
    }
  }

  /** @param {Page} page */
  #paged(page) {
    const answer = this.#pages.get(page.request);
    if (page.error === undefined) answer?.resolve(page);
    else answer?.reject(TrefoilError.fromWire(page.error));
  }

  /** @param {Ready} ready */
  #begun({ limits }) {
    this.#limits = { ...LIMITS, ...limits };
    this.#pace = new Pace(this.#limits.messages_per_s);
    for (const thread of this.#threads.values()) thread.begin();
    this.#pump();
    this.emit("ready", true);
  }

  /** Sends what may go now. */
  #pump() {
    clearTimeout(this.#later);
    while (this.#line.ready && this.#line.room > 0) {
      const open = (/** @type {ConversationId} */ id) => this.#threads.has(id);
      const next = this.#outbox.next(this.#limits.unacknowledged, open);
      if (next === undefined) return;
      const wait = this.#pace.waitMs();
      if (wait > 0) {
        this.#later = setTimeout(() => this.#pump(), wait);
        return;
      }
      if (!this.post(frameOf(next))) return;
      this.#pace.took();
      this.#outbox.sent(next);
    }
  }

  /** @param {boolean} was whether messages went through */
  #lost(was) {
    clearTimeout(this.#later);
    this.#outbox.lost();
    for (const answer of this.#pages.values()) answer.reject(lost());
    for (const thread of this.#threads.values()) thread.lost();
    this.#tidy();
    if (was) this.emit("ready", false);
  }

  /** Forgets the conversations that are over and done. */
  #tidy() {
    const waited = this.#outbox.conversations;
    for (const [id, thread] of this.#threads) {
      if (!thread.wanted && !thread.followed && !waited.has(id)) this.#threads.delete(id);
    }
  }
}

/**
 * @param {Unsent} unsent
 * @returns {ChatToServer}
 */
function frameOf({ conversation, id, text, audience, file }) {
  const frame = /** @type {const} */ ({ type: "send", conversation, id, text, audience });
  return file === undefined ? frame : { ...frame, file: file.id };
}

/** @param {string} text */
function bytes(text) {
  return new TextEncoder().encode(JSON.stringify(text)).length;
}

function lost() {
  return new TrefoilError("connection_lost", "The connection was lost.");
}
