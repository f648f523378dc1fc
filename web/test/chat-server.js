import { ChatChannel } from "../client/chat-channel.js";
/** @import { Message } from "../client/types.js" */

/** The chats' side of the server, played step by step, for one conversation. */

export const LIMITS = {
  text_chars: 4_000,
  frame_bytes: 16_384,
  unacknowledged: 64,
  messages_per_s: 20,
};

/** A leg on which no other channel can be opened. */
export const NO_LEG = { openChannel: () => null, renew: () => {} };

/** A conversation whose messages are numbered here. */
export class ChatServer {
  /** @type {Message[]} */
  log = [];
  /** @type {Session[]} */
  sessions = [];
  /** @type {Map<string, Message>} by author and id */
  #known = new Map();

  /**
   * @param {string} person
   * @returns {Session} its `pipe` is for the client
   */
  connect(person) {
    const session = new Session(this, person);
    this.sessions.push(session);
    return session;
  }

  /**
   * @param {string} person
   * @param {{ id: string, text: string, audience: "everyone" | "agents" }} frame
   */
  take(person, { id, text, audience }) {
    const known = this.#known.get(`${person} ${id}`);
    if (known !== undefined) return known;
    const number = this.log.length + 1;
    const message = { number, id, from: { person, name: person }, audience, at_ms: number, text };
    this.log.push(message);
    this.#known.set(`${person} ${id}`, message);
    for (const session of this.sessions) session.tell(message);
    return message;
  }
}

/** One channel: frames wait in both directions until the test lets them go on. */
export class Session {
  #server;
  /** @type {any[]} */
  inbox = [];
  /** @type {any[]} */
  outbox = [];
  /** @type {any[]} all that were sent by the client */
  seen = [];
  #following = false;

  /**
   * @param {ChatServer} server
   * @param {string} person
   */
  constructor(server, person) {
    this.#server = server;
    this.person = person;
    /** @type {import("../client/leg-channel.js").Pipe} */
    this.pipe = {
      label: "chat",
      bufferedAmount: 0,
      bufferedAmountLowThreshold: 0,
      binaryType: "arraybuffer",
      onopen: null,
      onclose: null,
      onmessage: null,
      onbufferedamountlow: null,
      send: (/** @type {any} */ text) => void this.inbox.push(JSON.parse(text)),
      close: () => this.cut(),
    };
    this.outbox.push({ type: "ready", person, limits: LIMITS });
  }

  /** Lets one frame of the client's arrive; says whether there was one. */
  hears() {
    const frame = this.inbox.shift();
    if (frame === undefined) return false;
    this.seen.push(frame);
    const conversation = frame.conversation;
    if (frame.type === "follow") {
      const { log } = this.#server;
      const after = frame.after ?? Math.max(0, log.length - 50);
      this.outbox.push({ type: "following", conversation, last: log.length, marks: {} });
      this.#following = true;
      for (const message of log.slice(after)) this.tell(message);
    } else if (frame.type === "send") {
      const { number, at_ms } = this.#server.take(this.person, frame);
      this.outbox.push({ type: "ack", conversation, id: frame.id, number, at_ms });
    }
    return true;
  }

  /** Lets one frame of the server's arrive; says whether there was one. */
  says() {
    const frame = this.outbox.shift();
    if (frame === undefined) return false;
    const event = /** @type {MessageEvent} */ ({ data: JSON.stringify(frame) });
    /** @type {((event: MessageEvent) => void) | null} */ (this.pipe.onmessage)?.(event);
    return true;
  }

  /** @param {Message} message */
  tell(message) {
    if (this.#following) this.outbox.push({ type: "message", conversation: "c1", message });
  }

  /** The channel is gone, and all that was on its way. */
  cut() {
    this.#following = false;
    this.inbox = [];
    this.outbox = [];
    const at = this.#server.sessions.indexOf(this);
    if (at >= 0) this.#server.sessions.splice(at, 1);
  }

  /** All that can go on goes on. */
  settle() {
    while (this.hears() || this.says());
  }
}

/** A storage that outlives a page. */
export class FakeStorage {
  /** @type {Map<string, string>} */
  all = new Map();

  /** @param {string} key */
  getItem(key) {
    return this.all.get(key) ?? null;
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  setItem(key, value) {
    this.all.set(key, value);
  }

  /** @param {string} key */
  removeItem(key) {
    this.all.delete(key);
  }
}

/**
 * Numbers from 0 to 1 that are the same for the same seed.
 *
 * @param {number} seed
 */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Who takes part in the conversation, with a channel that is ready.
 *
 * @param {string} person
 * @param {Message[]} [log] what was said before
 */
export function live(person, log = []) {
  const server = new ChatServer();
  server.log = log;
  /** @type {Session[]} */
  const reopened = [];
  const store = new FakeStorage();
  const leg = {
    renewed: 0,
    openChannel: () => {
      if (reopened.length > 0) return null;
      const session = server.connect(person);
      reopened.push(session);
      return session.pipe;
    },
    renew: () => void leg.renewed++,
  };
  const channel = new ChatChannel(leg, store);
  channel.begin({ id: person, name: person, role: "customer" });
  channel.setSignalling(true);
  const thread = channel.thread("c1");
  thread.want(true);
  const session = server.connect(person);
  channel.attach(session.pipe);
  session.settle();
  return { channel, thread, store, server, session, reopened, leg };
}

/**
 * What somebody has said.
 *
 * @param {string | null} person null for an automatic message
 * @param {number} count
 * @returns {Message[]}
 */
export function said(person, count) {
  return Array.from({ length: count }, (_, i) => ({
    number: i + 1,
    id: null,
    from: person === null ? null : { person, name: person },
    audience: /** @type {const} */ ("everyone"),
    at_ms: i,
    text: `m${i + 1}`,
  }));
}
