/** @import { Deferred } from "./deferred.js" */
/**
 * @import {
 *   Command, Hello, ServerMessage, Welcome, ViewMessage, DeskChangesMessage, DeskMessage,
 *   NoticeMessage, GoneMessage
 * } from "./types.js"
 */
import { Emitter } from "./emitter.js";
import { TrefoilError } from "./errors.js";
import { Requests } from "./requests.js";
import { deferred } from "./deferred.js";

export const SUB_PROTOCOL = "trefoil.v1";

/** After these a new attempt with the same token would end the same way. */
const FATAL = new Set([
  "token_invalid",
  "token_expired",
  "superseded",
  "not_authenticated",
  "unsupported_version",
]);

/** Close codes that mean the same when the error before them was lost on the way. */
const FATAL_CLOSE = new Map([
  [4401, "token_invalid"],
  [4409, "superseded"],
]);

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 3_000;
/** An attempt that hangs is given up soon, since the next one mostly succeeds at once ... */
const FIRST_WELCOME_MS = 2_000;
/** ... and where the path itself is slow, each one is given longer than the one before. */
const LAST_WELCOME_MS = 8_000;
const ANSWER_WITHIN_MS = 10_000;
/** After a change of the network: a socket of the one before is mostly dead, and says nothing. */
const PROBED_WITHIN_MS = 2_000;

/**
 * The wait before attempt `n` (from 0): doubles, and is spread over its upper half so that the
 * clients of a restarted server do not arrive together.
 *
 * @param {number} attempt
 * @param {() => number} random
 */
export function retryDelay(attempt, random) {
  const full = Math.min(FIRST_RETRY_MS * 2 ** attempt, LAST_RETRY_MS);
  return full * (0.5 + random() / 2);
}

/**
 * ```text
 *  idle --open--> connecting --welcome--> live <--welcome-- lost
 *                     |                    |--socket closed-->^
 *                     +-- fatal error, close() --> closed <---+
 * ```
 *
 * @typedef {"idle" | "connecting" | "live" | "lost" | "closed"} ConnectionState
 *
 * @typedef {object} ConnectionEvents
 * @property {{ state: ConnectionState, error: TrefoilError | null }} state
 * @property {Welcome} welcome
 * @property {ViewMessage} view
 * @property {DeskMessage} desk
 * @property {DeskChangesMessage} desk_changes
 * @property {NoticeMessage} notice
 * @property {GoneMessage} gone
 *
 * @typedef {object} ConnectionOptions
 * @property {string} url `wss://host/v1/ws`
 * @property {string | (() => Promise<string>)} token
 * @property {string} client name and version, for the server's log
 * @property {typeof globalThis.WebSocket} [WebSocket]
 * @property {() => number} [random]
 */

/**
 * One person's session with the server, kept alive over lost sockets.
 *
 * @extends {Emitter<ConnectionEvents & Record<string, unknown>>}
 */
export class Connection extends Emitter {
  #options;
  #WebSocket;
  #random;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {ConnectionState} */
  #state = "idle";
  /** @type {Welcome | null} */
  #welcome = null;
  #cursor = 0;
  #attempt = 0;
  #patience = FIRST_WELCOME_MS;
  /** How long the server asked to stay away; 0 when it did not. */
  #askedMs = 0;
  /** Whether the server was asked, out of turn, whether it is still there. */
  #probing = false;
  #requests = new Requests();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watchdog;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pingTimer;
  /** @type {Deferred<Welcome>} */
  #opened = deferred();

  /** @param {ConnectionOptions} options */
  constructor(options) {
    super();
    this.#options = options;
    this.#WebSocket = options.WebSocket ?? globalThis.WebSocket;
    this.#random = options.random ?? Math.random;
    // A rejection that nobody awaits is told by the `state` event.
    this.#opened.promise.catch(() => {});
  }

  get state() {
    return this.#state;
  }

  /** The last welcome, null before the first. */
  get welcome() {
    return this.#welcome;
  }

  /** Connects; resolves with the first welcome, rejects if that can never come. */
  open() {
    if (this.#state === "idle") {
      this.#enter("connecting", null);
      void this.#dial();
    }
    return this.#opened.promise;
  }

  /** Ends the session for good. */
  close() {
    this.#finish(null);
  }

  /**
   * For when the network is back, or another: skips the rest of a back-off, and makes sure of a
   * socket that seems alive.
   */
  retryNow() {
    if (this.#state === "live" && !this.#probing) {
      this.#probing = true;
      this.#socket?.send(JSON.stringify({ type: "ping" }));
      this.#expect(PROBED_WITHIN_MS);
    }
    if (this.#retryTimer === undefined || this.#askedMs > 0) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    void this.#dial();
  }

  /**
   * Sends a command; resolves with the result of its answer.
   *
   * @param {Command} command
   * @param {number} [timeoutMs]
   * @returns {Promise<Record<string, unknown>>}
   */
  request(command, timeoutMs = ANSWER_WITHIN_MS) {
    const socket = this.#socket;
    if (this.#state !== "live" || socket === null) {
      const error = new TrefoilError("not_connected", "There is no connection to the server.");
      return Promise.reject(error);
    }
    const send = (/** @type {number} */ id) =>
      socket.send(JSON.stringify({ type: "request", id, command }));
    return this.#requests.open(send, timeoutMs);
  }

  async #dial() {
    this.#retryTimer = undefined;
    this.#askedMs = 0;
    let token;
    try {
      const given = this.#options.token;
      token = typeof given === "string" ? given : await given();
    } catch {
      this.#dropped(null);
      return;
    }
    if (this.#state === "closed") return;
    const socket = new this.#WebSocket(this.#options.url, SUB_PROTOCOL);
    this.#socket = socket;
    this.#expect(this.#patience, () => {
      this.#patience = Math.min(this.#patience * 2, LAST_WELCOME_MS);
    });
    socket.onopen = () => socket.send(JSON.stringify(this.#hello(token)));
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#receive(event.data);
    };
    socket.onclose = (event) => {
      if (socket === this.#socket) this.#dropped(FATAL_CLOSE.get(event.code) ?? null);
    };
  }

  /**
   * @param {string} token
   * @returns {Hello}
   */
  #hello(token) {
    const hello = /** @type {const} */ ({ type: "hello", token, client: this.#options.client });
    const session = this.#welcome?.session;
    return session === undefined ? hello : { ...hello, resume: { session, cursor: this.#cursor } };
  }

  /** @param {unknown} data */
  #receive(data) {
    /** @type {ServerMessage} */
    let message;
    try {
      message = JSON.parse(String(data));
    } catch {
      return;
    }
    this.#probing = false;
    if (this.#welcome !== null && this.#state === "live") {
      this.#expect(this.#welcome.ping_interval_ms * 2.5);
    }
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message);
      case "answer":
        return this.#requests.answered(message.id, message.result);
      case "refusal":
        return this.#requests.refused(message.id, TrefoilError.fromWire(message.error));
      case "view":
      case "desk":
      case "desk_changes":
      case "notice":
      case "gone":
        this.#cursor = Math.max(this.#cursor, message.cursor);
        return this.emit(message.type, message);
      case "error": {
        const error = TrefoilError.fromWire(message.error);
        if (FATAL.has(error.code)) this.#finish(error);
        else if (message.fatal) this.#askedMs = error.retryAfterMs;
        return;
      }
      case "pong":
        return;
    }
  }

  /** @param {Welcome} welcome */
  #welcomed(welcome) {
    this.#welcome = welcome;
    // When resumed, what was missed still follows: the cursor then moves with it.
    if (!welcome.resumed) this.#cursor = welcome.cursor;
    this.#attempt = 0;
    this.#patience = FIRST_WELCOME_MS;
    this.#enter("live", null);
    this.#expect(welcome.ping_interval_ms * 2.5);
    this.#ping(welcome.ping_interval_ms);
    this.emit("welcome", welcome);
    this.#opened.resolve(welcome);
  }

  /** @param {number} intervalMs */
  #ping(intervalMs) {
    clearTimeout(this.#pingTimer);
    this.#pingTimer = setTimeout(() => {
      this.#socket?.send(JSON.stringify({ type: "ping" }));
      this.#ping(intervalMs);
    }, intervalMs);
  }

  /**
   * Gives the server until then to say anything; a socket can be dead without being closed.
   *
   * @param {number} withinMs
   * @param {() => void} [late]
   */
  #expect(withinMs, late = () => {}) {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      late();
      this.#dropped(null);
    }, withinMs);
  }

  /** @param {string | null} fatalCode */
  #dropped(fatalCode) {
    if (this.#state === "closed") return;
    if (fatalCode !== null) {
      this.#finish(new TrefoilError(fatalCode, "The server ended this session."));
      return;
    }
    this.#hangUp();
    if (this.#state === "live") this.#enter("lost", null);
    clearTimeout(this.#retryTimer);
    // Added, not the greater of the two: many may have been asked to wait until the same moment.
    const delay = this.#askedMs + retryDelay(this.#attempt++, this.#random);
    this.#retryTimer = setTimeout(() => void this.#dial(), delay);
  }

  /** @param {TrefoilError | null} error */
  #finish(error) {
    if (this.#state === "closed") return;
    clearTimeout(this.#retryTimer);
    this.#hangUp();
    this.#enter("closed", error);
    this.#opened.reject(error ?? new TrefoilError("closed", "The session was closed."));
  }

  #hangUp() {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#pingTimer);
    this.#probing = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#requests.lost();
  }

  /**
   * @param {ConnectionState} state
   * @param {TrefoilError | null} error
   */
  #enter(state, error) {
    this.#state = state;
    this.emit("state", { state, error });
  }
}
