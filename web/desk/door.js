import { TrefoilError } from "../client/index.js";
import { demoToken } from "../page/demo.js";
import { refusal } from "../page/words.js";
import { SignIn } from "./sign-in.js";
/** @import { Person } from "../client/types.js" */
/** @import { SignInWay, StoreEvent } from "./store.js" */

/**
 * @typedef {object} Kept a value that outlives a reload
 * @property {() => string | null} read
 * @property {(value: string) => void} write
 * @property {() => void} forget
 *
 * @typedef {object} House
 * @property {(event: StoreEvent) => void} dispatch
 * @property {(token: string | (() => Promise<string>)) => Promise<Person | null>} connect null
 *   when it was given up meanwhile
 * @property {() => void} disconnect
 * @property {() => boolean} live whether there is a session at the moment
 * @property {{ token: Kept, agent: Kept, password: Kept }} kept the token and demo agent of this
 *   tab; whether this browser was signed in by password
 * @property {Omit<import("./sign-in.js").SignInOptions, "over">} world
 */

const OVER = "Your sign-in has ended. Please sign in again.";

/** The ways in and out of the desk. */
export class Door {
  #house;
  #signIn;
  /** @type {SignInWay | null} by which somebody is in, or on the way in */
  #way = null;
  #entering = false;

  /** @param {House} house */
  constructor(house) {
    this.#house = house;
    this.#signIn = new SignIn({ ...house.world, over: () => this.#over() });
  }

  /**
   * Goes on after a reload, or as the address says.
   *
   * @param {{ token: string | null, agent: string | null }} parameters
   */
  async open({ token, agent }) {
    const { kept } = this.#house;
    if (token !== null) return this.byToken(token);
    // A token kept for this tab serves a reload, unless the address names somebody else.
    const same = agent === null || agent === kept.agent.read();
    const stored = same ? kept.token.read() : null;
    if (stored !== null) {
      const way = kept.agent.read() === null ? "token" : "demo";
      return this.#enter(way, () => this.#connect(stored));
    }
    if (agent !== null) return this.asDemoAgent(agent);
    if (kept.password.read() !== null) await this.#enter("password", () => this.#byCookie());
  }

  /** @param {string} id */
  asDemoAgent(id) {
    return this.#enter("demo", async () => {
      const token = await demoToken({ role: "agent", id });
      this.#house.kept.agent.write(id);
      await this.#connect(token);
    });
  }

  /** @param {string} token */
  byToken(token) {
    this.#house.kept.agent.forget();
    return this.#enter("token", () => this.#connect(token));
  }

  /**
   * @param {string} login
   * @param {string} password
   */
  byPassword(login, password) {
    return this.#enter("password", async () => {
      await this.#signIn.begin(login, password);
      this.#house.kept.password.write("yes");
      await this.#byCookie();
    });
  }

  /**
   * The session cannot go on. Who still has a right to a token gets another by itself.
   *
   * @param {TrefoilError | null} error
   */
  refused(error) {
    const { kept } = this.#house;
    const code = error?.code;
    const stale = code === "token_expired" || (code === "token_invalid" && this.#way === "demo");
    const agent = kept.agent.read();
    if (stale && this.#way === "demo" && agent !== null && kept.token.read() !== null) {
      kept.token.forget();
      this.#end(null);
      void this.asDemoAgent(agent);
    } else if (stale && this.#way === "password") {
      this.#signIn.stale();
      this.#end(null);
      void this.#enter("password", () => this.#byCookie());
    } else {
      kept.agent.forget();
      // Connected elsewhere: the sign-in serves the page there, which may be a tab of this browser.
      if (this.#way === "password" && code !== "superseded") kept.password.forget();
      this.#leave(signInError(error), error?.retryAfterMs ?? 0);
    }
  }

  /** Signs out; who came by password, in the whole browser. */
  out() {
    const { kept, dispatch } = this.#house;
    const byPassword = this.#way === "password";
    kept.agent.forget();
    this.#leave(null);
    if (!byPassword) return;
    kept.password.forget();
    this.#signIn.end().catch(() => {
      const error =
        "You are signed out here, but the server could not be told. If others use this browser," +
        " sign in and out once more.";
      dispatch({ type: "signed_out", error });
    });
  }

  /**
   * @param {SignInWay} way
   * @param {() => Promise<void>} act
   */
  async #enter(way, act) {
    if (this.#entering) return;
    this.#entering = true;
    this.#way = way;
    this.#house.dispatch({ type: "sign_in", way });
    /** @type {unknown} */
    let failure = null;
    try {
      await act();
    } catch (error) {
      failure = error ?? new Error("unknown");
    } finally {
      this.#entering = false;
    }
    if (failure !== null) this.refused(failure instanceof TrefoilError ? failure : null);
  }

  /** @param {string} token */
  async #connect(token) {
    const person = await this.#house.connect(token);
    if (person === null) return;
    this.#house.kept.token.write(token);
    this.#house.dispatch({ type: "signed_in", person });
  }

  async #byCookie() {
    this.#house.kept.token.forget();
    this.#house.kept.agent.forget();
    const person = await this.#house.connect(() => this.#signIn.token());
    if (person !== null) this.#house.dispatch({ type: "signed_in", person });
  }

  /** The sign-in has ended at the server. Who is connected may finish the call. */
  #over() {
    this.#house.kept.password.forget();
    if (this.#house.live()) this.#house.dispatch({ type: "sign_in_over" });
    else this.#leave(OVER);
  }

  /**
   * @param {string | null} error
   * @param {number} [againAfterMs]
   */
  #leave(error, againAfterMs = 0) {
    this.#way = null;
    this.#house.kept.token.forget();
    this.#signIn.forget();
    this.#end(error, againAfterMs);
  }

  /**
   * @param {string | null} error
   * @param {number} [againAfterMs]
   */
  #end(error, againAfterMs = 0) {
    this.#house.disconnect();
    this.#house.dispatch({ type: "signed_out", error, againAfterMs });
  }
}

/**
 * Why nobody came in, in words that say what to do.
 *
 * @param {TrefoilError | null} error
 */
export function signInError(error) {
  switch (error?.code) {
    case "wrong_login_or_password":
      return "The login name or the password is wrong.";
    case "rate_limited":
      return "There were too many tries.";
    case "signed_out":
      return OVER;
    case undefined:
    case "unreachable":
      return "The server does not answer. Look at your network, then try again.";
    default:
      return `${refusal(error?.code, error?.message.replace(/\.$/, ""))}.`;
  }
}
