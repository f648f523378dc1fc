import { deferred, within } from "./deferred.js";
import { Emitter } from "./emitter.js";
import { TrefoilError } from "./errors.js";
import { Outbox } from "./outbox.js";
import { Pace } from "./pace.js";
import { Thread } from "./thread.js";
/** @import { Deferred } from "./deferred.js" */
/** @import { Store, Unsent } from "./outbox.js" */
/**
 * @import {
 *   Audience, ChatFromServer, ChatToServer, ConversationId, Page, Person, Ready
 * } from "./types.js"
 */

/** Until the server has told its own. */
const LIMITS = { text_chars: 4_000, frame_bytes: 16_384, unacknowledged: 64, messages_per_s: 20 };
/** Of a frame, what a text leaves for the rest. */
const ROOM_BYTES = 1024;
/** What waits in the browser is of no use: the connection is slower than the writer. */
const MOST_BUFFERED_BYTES = 64 * 1024;
const READY_WITHIN_MS = 5_000;
const PING_MS = 10_000;
const FIRST_REOPEN_MS = 500;
const LAST_REOPEN_MS = 8_000;
const PAGE_WITHIN_MS = 10_000;

/**
 * @typedef {object} ChatChannelEvents
 * @property {boolean} ready whether messages go through at the moment
 * @property {Unsent & { error: TrefoilError }} refused of any conversation
 * @property {null} empty all that was written is settled
 *
 * @typedef {object} ChannelLeg what a channel needs of the leg it lies on
 * @property {(label: string) => Pipe | null} openChannel
 * @property {() => void} renew
 *
 * @typedef {Pick<RTCDataChannel, "label" | "send" | "close" | "bufferedAmount"
 *   | "bufferedAmountLowThreshold" | "onopen" | "onclose" | "onmessage"
 *   | "onbufferedamountlow">} Pipe
 */

/**
 * The channel that carries all chats of this person: another one with each fresh leg, after which
 * every conversation goes on where it was.
 *
 * @extends {Emitter<ChatChannelEvents & Record<string, unknown>>}
 */
export class ChatChannel extends Emitter {
  #leg;
  #store;
  #outbox = new Outbox(null, "");
  #limits = LIMITS;
  #pace = new Pace(LIMITS.messages_per_s);
  /** @type {Map<ConversationId, Thread>} */
  #threads = new Map();
  /** @type {Pipe | null} */
  #pipe = null;
  #ready = false;
  #heard = false;
  #reopenMs = FIRST_REOPEN_MS;
  /** Whether the leg has had a second channel: the server takes no third on the same one. */
  #reopened = false;
  /** Whether this person is signed in: without that the server closes what is opened. */
  #live = false;
  /** Whether a channel is to be opened as soon as that is so. */
  #waits = false;
  #request = 0;
  /** @type {Map<number, Deferred<Page>>} */
  #pages = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
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
    this.#leg = leg;
    this.#store = store;
  }

  get ready() {
    return this.#ready;
  }

  /** Whether everything that was written is settled. */
  get empty() {
    return this.#outbox.empty;
  }

  /** @param {boolean} live whether this person is signed in at the moment */
  setSignalling(live) {
    this.#live = live;
    if (live && this.#waits) this.#open();
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
    this.#reopened = false;
    this.#take(pipe);
  }

  /** @param {Pipe | null} pipe */
  #take(pipe) {
    this.#waits = false;
    this.#lost();
    this.#pipe = pipe;
    if (pipe === null) return;
    pipe.bufferedAmountLowThreshold = MOST_BUFFERED_BYTES / 2;
    pipe.onopen = () => pipe === this.#pipe && this.#expect(READY_WITHIN_MS);
    pipe.onclose = () => pipe === this.#pipe && this.#broken();
    pipe.onmessage = ({ data }) => {
      if (pipe === this.#pipe) this.#receive(data);
    };
    pipe.onbufferedamountlow = () => pipe === this.#pipe && this.#pump();
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
    const clean = text.replace(/\p{Surrogate}/gu, "\uFFFD").trim();
    if (clean === "") throw new TrefoilError("malformed", "There is nothing to send.");
    const id = freshId();
    const unsent = { conversation, id, text: clean, audience };
    const tooLong = [...clean].length > this.#limits.text_chars;
    if (tooLong || bytes(clean) > this.#limits.frame_bytes - ROOM_BYTES) {
      throw new TrefoilError("text_too_long", "The text is too long.");
    }
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
    if (this.#pipe === null || !this.#ready) return false;
    try {
      this.#pipe.send(JSON.stringify(frame));
      return true;
    } catch {
      // It closes at this moment, and says so in an event.
      return false;
    }
  }

  /** @param {unknown} data */
  #receive(data) {
    /** @type {ChatFromServer} */
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    this.#heard = true;
    switch (frame.type) {
      case "ready":
        return this.#begun(frame);
      case "page":
        return this.#paged(frame);
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
    this.#ready = true;
    this.#reopenMs = FIRST_REOPEN_MS;
    this.#beat();
    for (const thread of this.#threads.values()) thread.begin();
    this.#pump();
    this.emit("ready", true);
  }

  /** Sends what may go now. */
  #pump() {
    clearTimeout(this.#later);
    while (this.#ready && (this.#pipe?.bufferedAmount ?? 0) < MOST_BUFFERED_BYTES) {
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

  /** A channel can be dead without being closed. */
  #beat() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      if (!this.#heard) return this.#broken();
      this.#heard = false;
      this.post({ type: "ping" });
      this.#beat();
    }, PING_MS);
  }

  /** @param {number} withinMs for the server to say that it is there */
  #expect(withinMs) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#broken(), withinMs);
  }

  /** The leg may well be up: another channel is opened on it once, then it is made afresh. */
  #broken() {
    this.#take(null);
    this.#watch = setTimeout(() => {
      if (this.#live) this.#open();
      else this.#waits = true;
    }, this.#reopenMs);
    this.#reopenMs = Math.min(this.#reopenMs * 2, LAST_REOPEN_MS);
  }

  #open() {
    if (this.#reopened) return this.#leg.renew();
    this.#reopened = true;
    this.#take(this.#leg.openChannel("chat"));
  }

  #lost() {
    clearTimeout(this.#watch);
    clearTimeout(this.#later);
    const pipe = this.#pipe;
    const was = this.#ready;
    this.#pipe = null;
    this.#ready = false;
    this.#outbox.lost();
    for (const answer of this.#pages.values()) answer.reject(lost());
    for (const thread of this.#threads.values()) thread.lost();
    this.#tidy();
    pipe?.close();
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

/** @param {Unsent} unsent */
function frameOf({ conversation, id, text, audience }) {
  return /** @type {const} */ ({ type: "send", conversation, id, text, audience });
}

/** @param {string} text */
function bytes(text) {
  return new TextEncoder().encode(JSON.stringify(text)).length;
}

function lost() {
  return new TrefoilError("connection_lost", "The connection was lost.");
}

/** One that nobody else has: also on pages without a secure origin. */
function freshId() {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return `m-${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
