import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { INITIAL, reduce } from "../desk/store.js";
import { press } from "../desk/shortcuts.js";
import { callStage } from "../desk/views/call.js";
import { incomingPanel } from "../desk/views/incoming.js";
import { transferDialog } from "../desk/views/transfer.js";
import { atDesk, click, find, recorder, textOf } from "./drawn.js";
import { ALICE, allowed, BOB, CAROL, consult, desk, ringing, seat, view } from "./story.js";
/** @import { VNode } from "../page/dom.js" */
/** @import { State, TransferDraft } from "../desk/store.js" */

/** @param {Partial<TransferDraft>} [change] */
function draft(change = {}) {
  return {
    conversation: "c1",
    search: "",
    target: null,
    way: /** @type {const} */ ("consult"),
    holdNow: false,
    stayHeld: false,
    note: "",
    refused: null,
    ...change,
  };
}

describe("the call", () => {
  test("offers what the server allows, and says why not for the rest", () => {
    const { asked, actions } = recorder();
    const root = callStage(atDesk(), consult(), actions);
    for (const testid of ["swap", "merge", "complete", "leave", `resume-${ALICE}`, "mute"]) {
      click(root, testid);
    }
    assert.deepEqual(
      asked.map(([name]) => name),
      ["swap", "merge", "complete", "leave", "resume", "mute"],
    );
    click(root, "transfer-open");
    assert.equal(asked.length, 6, "a disabled button does nothing");
    const { props } = /** @type {VNode} */ (find(root, "transfer-open"));
    assert.equal(props["aria-disabled"], "true");
    assert.equal(props["aria-description"], "Three people are already in this call");
  });

  test("is all disabled without a connection", () => {
    const { asked, actions } = recorder();
    const state = atDesk({ type: "connection", state: "lost" });
    const root = callStage(state, consult(), actions);
    for (const testid of ["swap", "leave", "mute"]) click(root, testid);
    assert.deepEqual(asked, []);
  });

  test("does not send a command twice while it is on its way", () => {
    const { asked, actions } = recorder();
    const state = atDesk({ type: "pending", key: "merge c1" });
    click(callStage(state, consult(), actions), "merge");
    assert.deepEqual(asked, []);
  });

  test("shows held, muted and reconnecting in words", () => {
    const people = [
      seat(ALICE, { held: { by: BOB }, presence: "reconnecting" }),
      seat(BOB, { muted: "self" }),
    ];
    const root = callStage(atDesk(), view({ participants: people }), recorder().actions);
    assert.match(textOf(find(root, `participant-${ALICE}`)), /Reconnecting….*On hold by you/);
    assert.match(textOf(find(root, `participant-${BOB}`)), /Muted/);
    assert.equal(find(root, "mute")?.props["aria-pressed"], "true");
  });

  test("says who hears whom", () => {
    const root = callStage(atDesk(), consult(), recorder().actions);
    assert.equal(textOf(find(root, `hears-${ALICE}`)), "Alice hears music");
    assert.equal(textOf(find(root, `hears-${BOB}`)), "You hear Carol");
    assert.equal(textOf(find(root, `hears-${CAROL}`)), "Carol hears you");
  });

  test("counts a ringing invitation down", () => {
    const offer = {
      id: "o1",
      initiator: BOB,
      target: { team: "billing" },
      candidates: [{ id: CAROL, name: "Carol" }],
      state: /** @type {const} */ ("ringing"),
      expires_at_ms: 22_400,
    };
    const { asked, actions } = recorder();
    const shown = view({ phase: "ringing", offer, actions: allowed("cancel") });
    const root = callStage(atDesk(), shown, actions);
    assert.equal(textOf(find(root, "offer-name")), "Carol");
    assert.equal(textOf(find(root, "offer-seconds")), "13");
    click(root, "cancel");
    assert.deepEqual(asked, [["cancel", "c1"]]);
  });
});

describe("the incoming call", () => {
  test("tells who asks and why, and can be answered", () => {
    const { asked, actions } = recorder();
    const root = incomingPanel(atDesk({ type: "view", view: ringing() }), ringing(), actions);
    assert.match(textOf(root), /Carol asks you into a call.*Alice/);
    assert.equal(textOf(find(root, "incoming-note")), "invoice");
    click(root, "accept");
    assert.deepEqual(asked, [["accept", "c1"]]);
  });
});

describe("the transfer dialog", () => {
  const open = view({ actions: allowed("invite", "transfer") });
  const state = atDesk({ type: "view", view: open });

  test("shows who can be called, and why others cannot", () => {
    const root = transferDialog(state, draft(), recorder().actions);
    assert.match(textOf(find(root, "target-agent-carol")), /CarolBillingFree/);
    assert.match(textOf(find(root, "target-agent-dave")), /In another call/);
    assert.match(textOf(find(root, "target-team-support")), /Support2 waiting.*1 free/);
  });

  test("finds by name", () => {
    const root = transferDialog(state, draft({ search: "CAR" }), recorder().actions);
    assert.ok(find(root, "target-agent-carol"));
    assert.equal(find(root, "target-agent-dave"), undefined);
  });

  test("leaves out who is in the call", () => {
    const root = transferDialog(
      atDesk({ type: "view", view: consult() }),
      draft(),
      recorder().actions,
    );
    assert.equal(find(root, "target-agent-carol"), undefined);
  });

  test("asks for a target first", () => {
    const root = transferDialog(state, draft(), recorder().actions);
    assert.equal(find(root, "transfer-submit")?.props["aria-disabled"], "true");
    const chosen = transferDialog(state, draft({ target: { agent: "carol" } }), recorder().actions);
    assert.equal(find(chosen, "transfer-submit")?.props["aria-disabled"], null);
    assert.equal(textOf(find(chosen, "transfer-submit")), "Call Carol");
  });
});

describe("shortcuts", () => {
  /**
   * @param {string} key
   * @param {State} state
   * @param {object} [more]
   */
  function pressed(key, state, more = {}) {
    const { asked, actions } = recorder();
    const event = { key, target: null, preventDefault() {}, ...more };
    press(/** @type {KeyboardEvent} */ (/** @type {unknown} */ (event)), state, actions);
    return asked;
  }

  test("answer and decline what rings", () => {
    const state = atDesk({ type: "view", view: ringing() });
    assert.deepEqual(pressed("a", state), [["accept", "c1"]]);
    assert.deepEqual(pressed("d", state), [["decline", "c1", ""]]);
    assert.deepEqual(pressed("c", state), [], "no seat, nothing to complete");
  });

  test("do what the buttons would, and no more", () => {
    const state = atDesk({ type: "view", view: consult() });
    assert.deepEqual(pressed("c", state), [["complete", "c1"]]);
    assert.deepEqual(pressed("h", state), [["resume", "c1", ALICE]]);
    assert.deepEqual(pressed("m", state), [["mute", "c1", true]]);
    assert.deepEqual(pressed("t", state), [], "three are in it already");
    assert.deepEqual(pressed("x", state), [], "nobody is being called");
  });

  test("rest with a modifier, in a dialog and while signed out", () => {
    const state = atDesk({ type: "view", view: consult() });
    assert.deepEqual(pressed("c", state, { ctrlKey: true }), []);
    const dialog = /** @type {const} */ ({ type: "dialog", dialog: { name: "help" } });
    assert.deepEqual(pressed("c", reduce(state, dialog)), []);
    assert.deepEqual(pressed("?", INITIAL), []);
  });

  test("work in wrap-up", () => {
    const wrapping = desk({ state: "wrap_up", wrap_up_until_ms: 40_000 });
    const state = atDesk({ type: "desk", desk: wrapping });
    assert.deepEqual(pressed("f", state), [["finishWrapUp"]]);
    assert.deepEqual(pressed("f", atDesk()), []);
  });
});
