import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { INITIAL, reduce } from "../desk/store.js";
import { press } from "../desk/shortcuts.js";
import { colleagues } from "../desk/views/colleagues.js";
import { banners, header } from "../desk/views/header.js";
import { idleStage, wrapUpBar } from "../desk/views/idle.js";
import { queues } from "../desk/views/queues.js";
import { signIn } from "../desk/views/signin.js";
import { menuButton, neighbour } from "../page/menu.js";
import { atDesk, click, find, recorder, textOf } from "./drawn.js";
import { CAROL, desk } from "./story.js";
/** @import { VNode } from "../page/dom.js" */
/** @import { State } from "../desk/store.js" */
/** @import { DeskTeam, DeskView } from "../client/types.js" */

/** What stands beside the call: the head, the queues, the colleagues, and what comes between. */

/**
 * @param {Partial<DeskView["you"]>} you
 * @param {Partial<DeskTeam>} [support] the team of this agent
 */
function deskOf(you, support = {}) {
  const whole = desk(you);
  const teams = whole.teams.map((team) => (team.id === "support" ? { ...team, ...support } : team));
  return atDesk({ type: "desk", desk: { ...whole, teams } });
}

/**
 * @param {VNode} root
 * @param {string} testid
 */
function whyBlocked(root, testid) {
  const { props } = /** @type {VNode} */ (find(root, testid));
  assert.equal(props["aria-disabled"] === "true", props["aria-description"] !== null);
  return props["aria-description"];
}

describe("a queue", () => {
  test("shows who waits, for how long, and how long one more would", () => {
    const state = deskOf({}, { waiting_since_ms: 5_000, estimated_wait_ms: 180_000 });
    const root = queues(state, recorder().actions);
    const support = textOf(find(root, "team-support"));
    assert.match(support, /1 free.*2 waiting.*longest 0:05.*wait about 3 minutes/);
    const later = reduce(state, { type: "tick", now: 71_000 });
    assert.match(textOf(queues(later, recorder().actions)), /longest 1:06/);
  });

  test("gives the next one to who may answer, and to nobody else", () => {
    const { asked, actions } = recorder();
    const root = queues(deskOf({}), actions);
    click(root, "take-next-support");
    assert.deepEqual(asked, [["takeNext", "support"]]);
    assert.equal(find(root, "take-next-billing"), undefined);
  });

  test("says why nobody can be taken", () => {
    const why = (/** @type {State} */ state) =>
      whyBlocked(queues(state, recorder().actions), "take-next-support");
    assert.equal(why(deskOf({})), null);
    assert.equal(why(deskOf({ state: "wrap_up" })), null, "it ends the wrap-up");
    assert.equal(why(deskOf({}, { waiting: 0 })), "Nobody is waiting");
    assert.equal(why(deskOf({ status: "away" })), "You are away: say first that you are ready");
    assert.equal(why(deskOf({ state: "talking" })), "You are in a call");
    assert.equal(why(deskOf({ state: "ringing" })), "A call rings here");
    assert.equal(why(deskOf({ state: "observing" })), "You are listening to a call");
    assert.equal(why(deskOf({ leg: "down" })), "No sound connection");
    const lost = reduce(deskOf({}), { type: "connection", state: "lost" });
    assert.equal(why(lost), "No connection to the server");
  });

  test("that rings nobody has its button on the stage, and a key", () => {
    const state = deskOf({}, { delivery: "pull" });
    const { asked, actions } = recorder();
    click(idleStage(state, actions), "take-next");
    const event = { key: "n", target: null, preventDefault() {} };
    press(/** @type {KeyboardEvent} */ (/** @type {unknown} */ (event)), state, actions);
    assert.deepEqual(asked, [["takeNext", "support"], ["takeNext"]]);
    assert.equal(find(idleStage(deskOf({}), actions), "take-next"), undefined);
  });

  test("has no key while nobody can be taken", () => {
    const { asked, actions } = recorder();
    const event = { key: "n", target: null, preventDefault() {} };
    const pressed = /** @type {KeyboardEvent} */ (/** @type {unknown} */ (event));
    press(pressed, deskOf({}, { waiting: 0 }), actions);
    press(pressed, deskOf({ state: "talking" }), actions);
    assert.deepEqual(asked, []);
  });
});

describe("a colleague", () => {
  test("can be called when free, and is not when busy", () => {
    const { asked, actions } = recorder();
    const root = colleagues(deskOf({}), actions);
    click(root, `call-${CAROL}`);
    assert.deepEqual(asked, [["callAgent", "carol"]]);
    assert.equal(whyBlocked(root, "call-agent:dave"), "Dave: In another call");
  });

  test("is called by nobody who is in a call, but by who is away or wraps up", () => {
    const why = (/** @type {State} */ state) =>
      whyBlocked(colleagues(state, recorder().actions), `call-${CAROL}`);
    assert.equal(why(deskOf({ state: "talking" })), "You are in a call");
    assert.equal(why(deskOf({ status: "away", away_reason: "break" })), null);
    assert.equal(why(deskOf({ state: "wrap_up" })), null);
  });
});

describe("the status", () => {
  test("is chosen in a menu, beside what one does", () => {
    const { asked, actions } = recorder();
    const open = reduce(deskOf({ state: "talking" }), { type: "menu", menu: "status" });
    const root = header(open, actions);
    assert.equal(textOf(find(root, "me-state")), "In a call");
    assert.equal(find(root, "status")?.props["aria-expanded"], "true");
    assert.equal(find(root, "status-present")?.props["aria-checked"], "true");
    click(root, "status-break");
    assert.deepEqual(asked, [
      ["dispatch", { type: "menu", menu: null }],
      ["setStatus", "away", "break"],
    ]);
  });

  test("asks for nothing when it stays as it is", () => {
    const { asked, actions } = recorder();
    const open = reduce(deskOf({}), { type: "menu", menu: "status" });
    click(header(open, actions), "status-present");
    assert.deepEqual(asked, [["dispatch", { type: "menu", menu: null }]]);
  });

  test("that missed calls have set says so, and is one press from ready", () => {
    const { asked, actions } = recorder();
    const away = /** @type {const} */ ({ status: "away", away_reason: "missed" });
    const idle = deskOf(away);
    assert.match(textOf(find(header(idle, actions), "status")), /Away: missed calls/);
    assert.match(textOf(idleStage(idle, actions)), /Two calls in a row went unanswered/);
    click(idleStage(idle, actions), "become-present");
    click(banners(deskOf({ ...away, state: "wrap_up" }), actions), "missed-back");
    assert.deepEqual(asked, [
      ["setStatus", "present"],
      ["setStatus", "present", undefined, "voice"],
    ]);
    assert.equal(find(banners(idle, actions), "banner-missed"), undefined, "the stage says it");
  });
});

describe("a menu", () => {
  const items = ["Ready", "On a break", "In a meeting", "Away"].map((label) => ({
    id: label,
    label,
    checked: false,
  }));

  test("is gone through by keys, around its ends and by first letters", () => {
    assert.equal(neighbour("ArrowDown", 3, items), 0);
    assert.equal(neighbour("ArrowUp", 0, items), 3);
    assert.equal(neighbour("Home", 2, items), 0);
    assert.equal(neighbour("End", 1, items), 3);
    assert.equal(neighbour("i", 0, items), 2);
    assert.equal(neighbour("z", 0, items), null);
    assert.equal(neighbour("Enter", 0, items), null, "chooses, as on any button");
  });

  test("does not open while nothing can be chosen", () => {
    /** @type {boolean[]} */
    const toggled = [];
    const root = menuButton({
      testid: "status",
      name: "Your status",
      face: "Ready",
      items,
      open: false,
      blocked: "No connection to the server",
      toggle: (open) => void toggled.push(open),
      choose: () => {},
    });
    click(root, "status");
    assert.equal(find(root, "status")?.props["aria-disabled"], "true");
    assert.deepEqual(toggled, []);
  });
});

describe("a wrap-up beside something else", () => {
  test("counts down, and can be extended and finished", () => {
    const state = deskOf({ state: "talking", wrap_up_until_ms: 31_400 });
    const { asked, actions } = recorder();
    const root = wrapUpBar(state, actions);
    assert.equal(textOf(find(root, "wrap-up-left")), "0:22");
    click(root, "wrap-up-extend");
    click(root, "wrap-up-finish");
    assert.deepEqual(asked, [["extendWrapUp"], ["finishWrapUp"]]);
  });
});

describe("the sign-in page", () => {
  /**
   * Fills in the form and sends it.
   *
   * @param {VNode} root
   * @param {Record<string, string>} values
   */
  function send(root, values) {
    /** @type {string[]} */
    const focused = [];
    const field = (/** @type {string} */ name) => ({
      value: values[name] ?? "",
      select() {},
      focus: () => void focused.push(name),
    });
    const currentTarget = { elements: { namedItem: field } };
    const submit = find(root, "signin-password-form")?.props["onsubmit"];
    assert.ok(typeof submit === "function");
    submit({ preventDefault() {}, currentTarget });
    return focused;
  }

  test("sends what was typed, and first asks for what is missing", () => {
    const { asked, actions } = recorder();
    const root = signIn(INITIAL, actions);
    assert.deepEqual(send(root, { login: "bob" }), ["password"]);
    assert.deepEqual(asked, []);
    send(root, { login: " bob ", password: " secret " });
    assert.deepEqual(asked.at(-1), ["signInPassword", "bob", " secret "]);
  });

  test("counts down until the next try is of use", () => {
    const { asked, actions } = recorder();
    const error = "There were too many tries.";
    const at = reduce(INITIAL, { type: "tick", now: 1_000 });
    const out = reduce(at, { type: "signed_out", error, againAfterMs: 9_000 });
    const root = signIn(out, actions);
    assert.equal(textOf(find(root, "signin-error")), error);
    assert.equal(textOf(find(root, "signin-again")), "Try again in 9 s.");
    send(root, { login: "bob", password: "guess" });
    assert.deepEqual(asked, []);
    const later = signIn(reduce(out, { type: "tick", now: 10_000 }), actions);
    assert.equal(textOf(find(later, "signin-again")), "You can try again now.");
    send(later, { login: "bob", password: "guess" });
    assert.equal(asked.at(-1)?.[0], "signInPassword");
  });

  test("keeps the form while its password is looked at, and sends it once", () => {
    const { asked, actions } = recorder();
    const typed = reduce(INITIAL, { type: "login_draft", text: "bob" });
    const busy = reduce(typed, { type: "sign_in", way: "password" });
    send(signIn(busy, actions), { login: "bob", password: "secret" });
    assert.deepEqual(asked, []);
    const reloaded = signIn(reduce(INITIAL, { type: "sign_in", way: "password" }), actions);
    assert.equal(find(reloaded, "signin-password-form"), undefined, "by the cookie: no form");
  });
});
