import { TrefoilError } from "../client/index.js";
/** @import { WireError } from "../client/types.js" */

/** A token is renewed while so much of its time is left: a late timer still comes in time. */
const RENEWED_WITH_LEFT = 0.25;
/** Used on this many milliseconds before its end, so that it does not run out on its way. */
const MARGIN_MS = 5_000;
/** How soon renewing is tried again when the server could not be asked. */
const RETRY_MS = 15_000;
/** One tab at a time: a refresh token that is used twice ends the sign-in. */
const LOCK = "trefoil.sign-in";

/**
 * @typedef {object} Answer what the server says to a sign-in or a refresh
 * @property {string} token
 * @property {number} expires_in_s
 * @property {{ id: string, name: string }} agent
 *
 * @typedef {object} SignInOptions
 * @property {typeof globalThis.fetch} fetch
 * @property {() => number} now in milliseconds; goes on while the machine sleeps
 * @property {Pick<LockManager, "request"> | undefined} locks absent on pages that are not secure
 * @property {() => void} over the sign-in has ended at the server
 */

/**
 * A sign-in by password. The token lives in this object only; what the sign-in goes on with is a
 * cookie that no script can read.
 */
export class SignIn {
  #options;
  /** @type {string | null} */
  #token = null;
  /** @type {string | null} */
  #agent = null;
  #goodUntil = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<string> | null} */
  #renewing = null;

  /** @param {SignInOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * @param {string} login
   * @param {string} password
   */
  async begin(login, password) {
    const body = JSON.stringify({ login, password });
    const headers = { "content-type": "application/json" };
    this.#take(await this.#ask("/v1/sign-in", { method: "POST", headers, body }));
  }

  /**
   * A token that is good for a while: the present one, or the next, by the cookie.
   *
   * @returns {Promise<string>}
   */
  token() {
    const left = this.#goodUntil - this.#options.now();
    if (this.#token !== null && left > MARGIN_MS) return Promise.resolve(this.#token);
    return this.#renew();
  }

  /** The server takes the present token no more. */
  stale() {
    this.#goodUntil = 0;
  }

  /** Ends the sign-in, at the server too. */
  async end() {
    this.forget();
    await this.#alone(() => this.#send("/v1/sign-in", { method: "DELETE" }));
  }

  /** Ends it for this page only. */
  forget() {
    clearTimeout(this.#timer);
    this.#token = null;
    this.#agent = null;
    this.#goodUntil = 0;
  }

  #renew() {
    this.#renewing ??= this.#refresh().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #refresh() {
    try {
      // Goes on when the page is left: the old cookie is used up, the next one has to arrive.
      const request = { method: "POST", keepalive: true };
      return this.#take(await this.#alone(() => this.#ask("/v1/sign-in/refresh", request)));
    } catch (error) {
      if (error instanceof TrefoilError && error.code === "signed_out") {
        this.forget();
        this.#options.over();
      }
      throw error;
    }
  }

  /** @param {Answer} answer */
  #take({ token, expires_in_s: seconds, agent }) {
    // Somebody else signed in with this browser: the cookie is theirs now.
    if (this.#agent !== null && this.#agent !== agent.id) {
      throw new TrefoilError("signed_out", "Somebody else has signed in with this browser.");
    }
    this.#agent = agent.id;
    this.#token = token;
    this.#goodUntil = this.#options.now() + seconds * 1000;
    this.#later(seconds * 1000 * (1 - RENEWED_WITH_LEFT));
    return token;
  }

  /** @param {number} ms */
  #later(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#renew().catch((error) => {
        const over = error instanceof TrefoilError && error.code === "signed_out";
        if (!over) this.#later(Math.max(RETRY_MS, waitOf(error)));
      });
    }, ms);
  }

  /**
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T>}
   */
  async #alone(act) {
    const { locks } = this.#options;
    return locks === undefined ? act() : await locks.request(LOCK, act);
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   * @returns {Promise<Answer>}
   */
  async #ask(path, request) {
    const response = await this.#send(path, request);
    return response.json();
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   */
  async #send(path, request) {
    let response;
    try {
      response = await this.#options.fetch(path, request);
    } catch {
      throw new TrefoilError("unreachable", "The server could not be reached.");
    }
    if (response.ok) return response;
    /** @type {{ error?: WireError } | null} */
    const body = await response.json().catch(() => null);
    throw body?.error === undefined
      ? new TrefoilError("unreachable", `The server answered ${response.status}.`)
      : TrefoilError.fromWire(body.error);
  }
}

/** @param {unknown} error */
function waitOf(error) {
  return error instanceof TrefoilError ? error.retryAfterMs : 0;
}
