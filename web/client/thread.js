import { Emitter } from "./emitter.js";
import { TrefoilError } from "./errors.js";
import { OwnMarks } from "./marks.js";
/** @import { ChatChannel } from "./chat-channel.js" */
/** @import { Returned, Unsent } from "./outbox.js" */
/**
 * @import {
 *   Audience, ChatFromServer, ConversationId, Following, Marked, Marks, Message, PersonId, Refused
 * } from "./types.js"
 */

/** Of a conversation that goes on and on, the page keeps the latest. */
const MOST_MESSAGES = 5_000;
const PAGE = 50;
/** Who types is told about every two seconds. */
const TYPING_APART_MS = 2_000;
const TYPING_FOR_MS = 5_000;
const FIRST_FOLLOW_AGAIN_MS = 500;
const LAST_FOLLOW_AGAIN_MS = 8_000;

/**
 * @typedef {object} ThreadEvents
 * @property {null} messages messages, those that wait, or marks have changed
 * @property {null} typing
 * @property {Returned} refused to be put into the draft again
 */

/**
 * The messages of one conversation, each once and in the one order that all share.
 *
 * @extends {Emitter<ThreadEvents & Record<string, unknown>>}
 */
export class Thread extends Emitter {
  #channel;
  /** @type {Message[]} ascending */
  #messages = [];
  /** The highest number the server has sent in turn: from there it goes on. */
  #cursor = 0;
  #highest = 0;
  /** The number given last when the server began to send: what is higher comes in turn. */
  #from = 0;
  /** Whether the first message of all is here. */
  #whole = false;
  #marks;
  /** @type {Map<PersonId, Marks>} */
  #others = new Map();
  /** @type {Map<PersonId, ReturnType<typeof setTimeout>>} */
  #typing = new Map();
  #typedAt = -Infinity;
  /** @type {"no" | "asked" | "yes"} */
  #followed = "no";
  #followAgainMs = FIRST_FOLLOW_AGAIN_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  /** @type {Promise<boolean> | null} */
  #paging = null;
  /** Whether this person sees the conversation at the moment. */
  wanted = false;

  /**
   * @param {ConversationId} id
   * @param {ChatChannel} channel
   */
  constructor(id, channel) {
    super();
    this.id = id;
    this.#channel = channel;
    const tell = (/** @type {Marks} */ marks) => {
      return this.#followed === "yes" && channel.post({ type: "mark", conversation: id, ...marks });
    };
    this.#marks = new OwnMarks(tell);
  }

  /** Whether the server sends what is said there, or is asked to. */
  get followed() {
    return this.#followed !== "no";
  }

  /** Ascending by number, each once. */
  get messages() {
    return /** @type {readonly Message[]} */ (this.#messages);
  }

  /** What the server has not acknowledged yet, in the order it was written. */
  get pending() {
    return this.#channel.unsent(this.id);
  }

  /** The number given last, as far as it is known here. */
  get last() {
    return Math.max(this.#highest, this.#messages.at(-1)?.number ?? 0);
  }

  /** Whether `earlier` has something to load. */
  get more() {
    const first = this.#messages[0]?.number ?? 1;
    return first > 1 && !this.#whole && this.#messages.length < MOST_MESSAGES;
  }

  /** How far each of the others has received and read it. */
  get marks() {
    return /** @type {ReadonlyMap<PersonId, Marks>} */ (this.#others);
  }

  /** Who types at the moment. */
  get typing() {
    return new Set(this.#typing.keys());
  }

  /** Messages of other people after this person's own read mark. */
  get unread() {
    const { me } = this.#channel;
    const { read } = this.#marks;
    const news = (/** @type {Message} */ { number, from }) =>
      number > read && from !== null && from.person !== me;
    return this.#messages.filter(news).length;
  }

  /**
   * The person's part in it has changed.
   *
   * @param {boolean} shown whether others are to see that this person reads
   */
  want(shown) {
    const changed = shown !== this.#marks.shown || !this.wanted;
    this.wanted = true;
    this.#marks.shown = shown;
    if (this.#followed === "no" || (this.#followed === "asked" && changed)) this.#follow();
    else if (changed) this.#marks.follow();
  }

  /** This person sees it no more; what is on its way is still answered. */
  unwant() {
    this.wanted = false;
    clearTimeout(this.#again);
    this.#forgetTyping();
  }

  /**
   * Sends a message, now or as soon as it can be. A refusal comes as an event.
   *
   * @param {string} text
   * @param {{ audience?: Audience }} [options]
   */
  send(text, { audience = "everyone" } = {}) {
    this.#typedAt = -Infinity;
    const unsent = this.#channel.send(this.id, text, audience);
    this.emit("messages", null);
    return unsent;
  }

  /**
   * Names a file that the server keeps.
   *
   * @param {Unsent} unsent
   */
  sendFile(unsent) {
    this.#channel.sendFile(unsent);
    this.emit("messages", null);
  }

  /** @param {string} text */
  cleaned(text) {
    return this.#channel.cleaned(text);
  }

  /** This person has seen everything that is here. */
  markRead() {
    const read = this.#messages.at(-1)?.number ?? 0;
    if (this.#marks.raise({ read })) this.emit("messages", null);
  }

  /** This person types: the others are told, now and then. */
  tellTyping() {
    const now = Date.now();
    if (!this.#marks.shown || now - this.#typedAt < TYPING_APART_MS) return;
    if (this.#channel.post({ type: "typing", conversation: this.id })) this.#typedAt = now;
  }

  /**
   * Loads the page before the first message that is here.
   *
   * @returns {Promise<boolean>} whether there are more
   */
  earlier() {
    if (!this.more) return Promise.resolve(false);
    this.#paging ??= this.#page().finally(() => {
      this.#paging = null;
    });
    return this.#paging;
  }

  /** A fresh channel: the server has to be told where this page stands. */
  begin() {
    if (this.wanted) this.#follow();
  }

  /** The channel is gone. */
  lost() {
    this.#followed = "no";
    clearTimeout(this.#again);
    this.#marks.stop();
    if (this.#forgetTyping()) this.emit("typing", null);
  }

  /**
   * What the server says about this conversation.
   *
   * @param {ChatFromServer} frame
   */
  heard(frame) {
    switch (frame.type) {
      case "following":
        return this.#following(frame);
      case "message":
        return this.#received(frame.message);
      case "ack":
        return this.#acknowledged(frame.id, frame.number, frame.at_ms);
      case "refused":
        return this.#refused(frame);
      case "marked":
        return this.#marked(frame);
      case "typing":
        return this.#types(frame.person);
      case "unfollowed":
        return this.#unfollowed();
      case "ready":
      case "page":
      case "pong":
      case "error":
        return;
    }
  }

  #follow() {
    clearTimeout(this.#again);
    const after = this.#cursor === 0 ? null : this.#cursor;
    const asked = this.#channel.post({ type: "follow", conversation: this.id, after });
    if (asked) this.#followed = "asked";
  }

  /** @param {Following} following */
  #following({ last, marks }) {
    this.#followed = "yes";
    this.#followAgainMs = FIRST_FOLLOW_AGAIN_MS;
    this.#highest = Math.max(this.#highest, last);
    this.#from = last;
    const { [this.#channel.me]: own, ...others } = marks;
    this.#others = new Map(Object.entries(others));
    this.#marks.known(own);
    this.emit("messages", null);
  }

  #unfollowed() {
    this.#followed = "no";
    if (!this.wanted) return;
    // Mostly the news of it are on their way; where they are not, the server is asked once more.
    this.#again = setTimeout(() => this.#follow(), this.#followAgainMs);
    this.#followAgainMs = Math.min(this.#followAgainMs * 2, LAST_FOLLOW_AGAIN_MS);
  }

  /** @param {Message} message */
  #received(message) {
    const { me } = this.#channel;
    this.#cursor = Math.max(this.#cursor, message.number);
    if (message.from?.person === me && message.id !== null) this.#channel.settle(message.id);
    if (message.from !== null) this.#stopsTyping(message.from.person);
    this.#insert(message);
    const over = this.#messages.length - MOST_MESSAGES;
    if (over > 0) this.#messages.splice(0, over);
    if (over > 0) this.#whole = false;
    this.#marks.raise({ delivered: this.#cursor });
    this.emit("messages", null);
  }

  /**
   * It is durable. Where it will still come in its turn it is shown already.
   *
   * @param {string} id
   * @param {number} number
   * @param {number} at_ms
   */
  #acknowledged(id, number, at_ms) {
    const unsent = this.#channel.settle(id);
    if (unsent === undefined) return;
    if (number > this.#cursor && number > this.#from && this.#followed === "yes") {
      const { text, audience, file } = unsent;
      const from = { person: this.#channel.me, name: this.#channel.name };
      const named = file === undefined ? {} : { file };
      this.#insert({ number, id, from, audience, at_ms, text, ...named });
    }
    this.emit("messages", null);
  }

  /** @param {Refused} refused */
  #refused({ id, error: wire }) {
    const error = TrefoilError.fromWire(wire);
    if (error.code === "rate_limited") {
      this.#channel.sendAgain(id, error.retryAfterMs);
      return;
    }
    const unsent = this.#channel.settle(id);
    if (unsent === undefined) return;
    this.emit("refused", { ...unsent, error });
    this.emit("messages", null);
  }

  /** @param {Marked} marked */
  #marked({ person, delivered, read }) {
    if (person === this.#channel.me) this.#marks.known({ delivered, read });
    else this.#others.set(person, { delivered, read });
    this.emit("messages", null);
  }

  /** @param {PersonId} person */
  #types(person) {
    if (person === this.#channel.me) return;
    clearTimeout(this.#typing.get(person));
    const over = setTimeout(() => this.#stopsTyping(person), TYPING_FOR_MS);
    this.#typing.set(person, over);
    this.emit("typing", null);
  }

  /** @param {PersonId} person */
  #stopsTyping(person) {
    clearTimeout(this.#typing.get(person));
    if (this.#typing.delete(person)) this.emit("typing", null);
  }

  #forgetTyping() {
    const some = this.#typing.size > 0;
    for (const timer of this.#typing.values()) clearTimeout(timer);
    this.#typing.clear();
    return some;
  }

  async #page() {
    const before = this.#messages[0]?.number ?? 0;
    const page = { conversation: this.id, before, limit: PAGE };
    const { messages, more } = await this.#channel.page(page);
    for (const message of messages) this.#insert(message);
    this.#whole = !more;
    this.emit("messages", null);
    return this.more;
  }

  /**
   * Puts a message into its place, over the one of the same number.
   *
   * @param {Message} message
   */
  #insert(message) {
    const { number } = message;
    let at = this.#messages.length;
    while (at > 0 && (this.#messages[at - 1]?.number ?? 0) >= number) at--;
    const known = this.#messages[at]?.number === number;
    this.#messages.splice(at, known ? 1 : 0, message);
  }
}
