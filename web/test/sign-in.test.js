import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { TrefoilError } from "../client/index.js";
import { Door } from "../desk/door.js";
import { SignIn } from "../desk/sign-in.js";
import { settled } from "./fakes.js";
/** @import { StoreEvent } from "../desk/store.js" */
/** @import { Person } from "../client/types.js" */

const BOB = { id: "bob", name: "Bob Baker", login: "bob@example.org" };
const LIVES_MS = 600_000;

/** The server's side of sign-in, answering as it is told. */
class Office {
  /** @type {string[]} */
  asked = [];
  /** @type {unknown} */
  body = null;
  tokens = 0;
  agent = BOB;
  /** @type {{ status: number, error: Record<string, unknown> } | "away" | null} */
  refuses = null;

  /** @type {typeof globalThis.fetch} */
  fetch = async (path, request) => {
    this.asked.push(`${request?.method} ${path}`);
    this.body = request?.body === undefined ? null : JSON.parse(String(request.body));
    if (this.refuses === "away") throw new TypeError("Failed to fetch");
    if (this.refuses !== null) {
      return Response.json({ error: this.refuses.error }, { status: this.refuses.status });
    }
    if (request?.method === "DELETE") return new Response(null, { status: 204 });
    this.tokens += 1;
    return Response.json({
      token: `t${this.tokens}`,
      expires_in_s: LIVES_MS / 1000,
      agent: this.agent,
    });
  };
}

const SIGNED_OUT = { status: 401, error: { code: "signed_out", message: "Signed out." } };
const WRONG = { status: 401, error: { code: "wrong_login_or_password", message: "Wrong." } };

/** @param {string} code */
function refusedAs(code) {
  return (/** @type {unknown} */ error) => error instanceof TrefoilError && error.code === code;
}

/** @type {Office} */
let office;

beforeEach(() => {
  office = new Office();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

describe("a sign-in by password", () => {
  let over = 0;

  beforeEach(() => {
    over = 0;
  });

  function signIn() {
    return new SignIn({
      fetch: office.fetch,
      now: Date.now,
      locks: undefined,
      over: () => (over += 1),
    });
  }

  test("asks for the password once, and gives the token out while it is good", async () => {
    const one = signIn();
    await one.begin("bob@example.org", "secret");
    assert.deepEqual(office.body, { login: "bob@example.org", password: "secret" });
    assert.equal(await one.token(), "t1");
    assert.equal(await one.token(), "t1");
    assert.deepEqual(office.asked, ["POST /v1/sign-in"]);
  });

  test("renews the token before it runs out, unseen", async () => {
    const one = signIn();
    await one.begin("bob", "secret");
    mock.timers.tick(LIVES_MS * 0.8);
    await settled();
    assert.deepEqual(office.asked.slice(1), ["POST /v1/sign-in/refresh"]);
    assert.equal(await one.token(), "t2");
  });

  test("gets one by the cookie after a reload, and one for all who ask at once", async () => {
    const one = signIn();
    assert.deepEqual(await Promise.all([one.token(), one.token()]), ["t1", "t1"]);
    assert.deepEqual(office.asked, ["POST /v1/sign-in/refresh"]);
  });

  test("tries again while the server is away, and at once when a token is needed", async () => {
    const one = signIn();
    await one.begin("bob", "secret");
    office.refuses = "away";
    mock.timers.tick(LIVES_MS);
    await settled();
    await assert.rejects(one.token(), refusedAs("unreachable"));
    assert.equal(over, 0);
    office.refuses = null;
    assert.equal(await one.token(), "t2");
  });

  test("says that it is over when the server says so", async () => {
    const one = signIn();
    await one.begin("bob", "secret");
    office.refuses = SIGNED_OUT;
    one.stale();
    await assert.rejects(one.token(), refusedAs("signed_out"));
    assert.equal(over, 1);
  });

  test("is over when somebody else has signed in with this browser", async () => {
    const one = signIn();
    await one.begin("bob", "secret");
    office.agent = { ...BOB, id: "carol" };
    one.stale();
    await assert.rejects(one.token(), refusedAs("signed_out"));
    assert.equal(over, 1);
  });

  test("lets one tab renew at a time", async () => {
    /** @type {string[]} */
    const locked = [];
    const locks = {
      request: async (/** @type {string} */ name, /** @type {() => unknown} */ act) => {
        locked.push(name);
        return act();
      },
    };
    const world = { fetch: office.fetch, now: Date.now, over: () => {} };
    const one = new SignIn({ ...world, locks: /** @type {LockManager} */ (locks) });
    await one.token();
    await one.end();
    assert.equal(locked.length, 2);
  });

  test("ends at the server too, and renews no more", async () => {
    const one = signIn();
    await one.begin("bob", "secret");
    await one.end();
    mock.timers.tick(LIVES_MS * 2);
    await settled();
    assert.deepEqual(office.asked, ["POST /v1/sign-in", "DELETE /v1/sign-in"]);
  });
});

/** A value that is kept nowhere but here. */
function memory() {
  /** @type {string | null} */
  let value = null;
  return {
    read: () => value,
    write: (/** @type {string} */ to) => void (value = to),
    forget: () => void (value = null),
  };
}

describe("the door of the desk", () => {
  /** @type {Person} */
  const person = { id: "agent:bob", role: "agent", name: "Bob" };
  const nowhere = { token: null, agent: null };
  const kept = { token: memory(), agent: memory(), password: memory() };
  /** @type {StoreEvent[]} */
  let told = [];
  /** @type {string[]} the tokens somebody came in with */
  let came = [];
  let live = false;

  beforeEach(() => {
    told = [];
    came = [];
    live = false;
    for (const one of Object.values(kept)) one.forget();
  });

  function door() {
    return new Door({
      dispatch: (event) => void told.push(event),
      connect: async (token) => {
        came.push(typeof token === "string" ? token : await token());
        live = true;
        return person;
      },
      disconnect: () => void (live = false),
      live: () => live,
      kept,
      world: { fetch: office.fetch, now: Date.now, locks: undefined },
    });
  }

  /** How it ended. */
  const last = () => told.at(-1);

  test("opens by password, and after a reload by the cookie", async () => {
    await door().byPassword("bob", "secret");
    assert.deepEqual(last(), { type: "signed_in", person });
    await door().open(nowhere);
    assert.deepEqual(came, ["t1", "t2"]);
    assert.deepEqual(last(), { type: "signed_in", person });
  });

  test("stays shut for a stranger, without asking the server", async () => {
    await door().open(nowhere);
    assert.deepEqual([office.asked, told], [[], []]);
  });

  test("says in words what is wrong", async () => {
    const one = door();
    office.refuses = WRONG;
    await one.byPassword("bob", "guess");
    const error = "The login name or the password is wrong.";
    assert.deepEqual(last(), { type: "signed_out", error, againAfterMs: 0 });
    office.refuses = {
      status: 429,
      error: { code: "rate_limited", message: "Too many.", retry_after_ms: 9_000 },
    };
    await one.byPassword("bob", "guess");
    assert.deepEqual(last(), {
      type: "signed_out",
      error: "There were too many tries.",
      againAfterMs: 9_000,
    });
    office.refuses = "away";
    await one.byPassword("bob", "guess");
    const away = /** @type {{ error: string }} */ (/** @type {unknown} */ (last()));
    assert.match(away.error, /^The server does not answer/);
    assert.deepEqual(came, []);
  });

  test("lets who talks go on talking when the sign-in has ended", async () => {
    const one = door();
    await one.byPassword("bob", "secret");
    office.refuses = SIGNED_OUT;
    mock.timers.tick(LIVES_MS * 0.8);
    await settled();
    assert.deepEqual(last(), { type: "sign_in_over" });
    assert.equal(live, true);
  });

  test("asks for a sign-in when the cookie is good no more", async () => {
    kept.password.write("yes");
    office.refuses = SIGNED_OUT;
    await door().open(nowhere);
    await settled();
    const error = "Your sign-in has ended. Please sign in again.";
    assert.deepEqual(last(), { type: "signed_out", error, againAfterMs: 0 });
    assert.equal(kept.password.read(), null);
  });

  test("ends the sign-in with the session", async () => {
    const one = door();
    await one.byPassword("bob", "secret");
    one.out();
    await settled();
    assert.equal(office.asked.at(-1), "DELETE /v1/sign-in");
    assert.equal(kept.password.read(), null);
    assert.deepEqual(last(), { type: "signed_out", error: null, againAfterMs: 0 });
  });

  test("says so when the server could not be told of it", async () => {
    const one = door();
    await one.byPassword("bob", "secret");
    office.refuses = "away";
    one.out();
    await settled();
    const end = /** @type {{ error: string }} */ (/** @type {unknown} */ (last()));
    assert.match(end.error, /could not be told/);
  });

  test("leaves the sign-in to the page that took its place", async () => {
    const one = door();
    await one.byPassword("bob", "secret");
    one.refused(new TrefoilError("superseded", "You are connected elsewhere."));
    assert.equal(kept.password.read(), "yes");
    assert.deepEqual(office.asked, ["POST /v1/sign-in"]);
  });

  test("gets another token by itself when one has run out", async () => {
    const one = door();
    await one.byPassword("bob", "secret");
    one.refused(new TrefoilError("token_expired", "Expired."));
    await settled();
    await settled();
    assert.deepEqual(came, ["t1", "t2"]);
    assert.deepEqual(last(), { type: "signed_in", person });
  });

  test("keeps the token of who came by one, for a reload", async () => {
    await door().byToken("jwt");
    await door().open(nowhere);
    assert.deepEqual(came, ["jwt", "jwt"]);
    assert.deepEqual(office.asked, []);
  });
});
