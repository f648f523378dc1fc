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
/** @import { ConversationView, Offer, WhenNobody } from "../client/types.js" */
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

describe("an internal call", () => {
  const between = /** @type {const} */ ({ internal: true, team: null });

  test("says whom it is with, also while it rings", () => {
    const offer = {
      id: "o1",
      initiator: BOB,
      target: { agent: "carol" },
      candidates: [{ id: CAROL, name: "Carol" }],
      state: /** @type {const} */ ("ringing"),
      expires_at_ms: 22_400,
    };
    const rings = view({ ...between, phase: "ringing", participants: [seat(BOB)], offer });
    const unanswered = { ...rings, answered_at_ms: null };
    const root = callStage(atDesk(), unanswered, recorder().actions);
    assert.equal(textOf(find(root, "call-name")), "Carol");
    assert.equal(textOf(find(root, "call-phase")), "Internal call, ringing");
  });

  test("offers nothing that needs a customer", () => {
    const talks = view({ ...between, participants: [seat(BOB), seat(CAROL)] });
    const root = callStage(atDesk(), talks, recorder().actions);
    assert.equal(textOf(find(root, "call-phase")), "Internal call");
    assert.equal(textOf(find(root, "leave")), "End call");
    for (const testid of ["transfer-open", "invite-listener", "swap", "merge", "complete"]) {
      assert.equal(find(root, testid), undefined, testid);
    }
  });

  test("says so where it rings", () => {
    const offer = { ...ringing().offer, origin: "invite", note: null };
    const shown = /** @type {ConversationView} */ ({
      ...ringing(),
      ...between,
      participants: [seat(CAROL)],
      offer,
    });
    const root = incomingPanel(atDesk(), shown, recorder().actions);
    assert.match(textOf(root), /A colleague calls you: internal call/);
    assert.equal(textOf(find(root, "incoming-name")), "Carol");
  });
});

describe("the incoming call", () => {
  test("tells an invitation to listen and a customer of a queue from a call", () => {
    const says = (/** @type {Partial<Offer>} */ change) => {
      const shown = ringing();
      const offer = /** @type {Offer} */ ({ ...shown.offer, ...change });
      const state = atDesk({ type: "view", view: shown });
      return textOf(incomingPanel(state, { ...shown, offer }, recorder().actions));
    };
    assert.match(says({ origin: "listen" }), /Carol lets you listen.*Listen/);
    assert.match(says({ target: { queue: "billing" } }), /Carol sends a customer to the queue of/);
    assert.match(says({ target: { team: "billing" } }), /Carol asks somebody of Billing into/);
  });

  test("tells who asks and why, and can be answered", () => {
    const { asked, actions } = recorder();
    const root = incomingPanel(atDesk({ type: "view", view: ringing() }), ringing(), actions);
    assert.match(textOf(root), /Carol asks you into a call.*Alice/);
    assert.equal(textOf(find(root, "incoming-note")), "invoice");
    click(root, "accept");
    assert.deepEqual(asked, [["accept", "c1"]]);
  });

  test("of a call that was queued again tells what was noted and who talked before", () => {
    const stay = { id: CAROL, name: "Carol", joined_at_ms: 1_000, ended_at_ms: 66_000 };
    const { offer, ...rest } = ringing();
    assert.ok(offer);
    const again = view({
      ...rest,
      offer: { ...offer, note: null },
      note: "Charged twice",
      history: [{ ...stay, end: "lost" }],
    });
    const root = incomingPanel(atDesk({ type: "view", view: again }), again, recorder().actions);
    assert.equal(textOf(find(root, "incoming-note")), "Charged twice");
    assert.match(textOf(find(root, "stays")), /Carol talked for 1:05, then was lost/);
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

  test("says before one chooses what a team or a queue holds", () => {
    const delivery = /** @type {const} */ ("pull");
    const busyTeam = { available: 0, waiting: 3, estimated_wait_ms: 240_000, delivery };
    const whole = desk();
    const teams = whole.teams.map((team) => ({ ...team, ...busyTeam }));
    const busy = reduce(state, { type: "desk", desk: { ...whole, teams } });
    const root = transferDialog(busy, draft(), recorder().actions);
    assert.match(
      textOf(find(root, "target-team-billing")),
      /3 waiting · wait about 4 minutesNobody free$/,
    );
    assert.match(textOf(find(root, "target-queue-billing")), /3 waiting.*Agents fetch/);
    const outlook = (/** @type {TransferDraft["target"]} */ target) =>
      textOf(find(transferDialog(busy, draft({ target }), recorder().actions), "transfer-outlook"));
    assert.match(outlook({ queue: "billing" }), /^3 are waiting there, wait about 4 minutes/);
    assert.match(outlook({ team: "billing" }), /^Nobody of Billing is free/);
    assert.equal(outlook({ agent: "carol" }), "");
  });

  test("says what becomes of the call where nobody is free", () => {
    const whole = desk();
    /** @type {readonly (readonly [WhenNobody, RegExp, RegExp])[]} */
    const policies = [
      ["reject", /Nobody free: takes no call$/, /^Nobody of Billing is free\. The call is refused/],
      ["wait", /Nobody free: rings who becomes free$/, /Who becomes free is rung, for a while\.$/],
      ["queue", /Nobody free: waits in the queue$/, /once you have left, the customer waits in/],
      [{ fallback_team: "support" }, /Nobody free: Support stands in$/, /Support is called in its/],
    ];
    for (const [when_nobody, inList, chosen] of policies) {
      const teams = whole.teams.map((team) => ({ ...team, available: 0, when_nobody }));
      const busy = reduce(state, { type: "desk", desk: { ...whole, teams } });
      const target = { team: "billing" };
      const root = transferDialog(busy, draft({ target }), recorder().actions);
      assert.match(textOf(find(root, "target-team-billing")), inList);
      assert.match(textOf(find(root, "transfer-outlook")), chosen);
    }
  });

  test("sends to a queue with the agent staying or leaving", () => {
    const root = transferDialog(state, draft({ target: { queue: "billing" } }), recorder().actions);
    assert.match(textOf(find(root, "way-conference")), /You stay with the customer/);
    assert.equal(textOf(find(root, "transfer-submit")), "Send to the queue of Billing");
    const blind = draft({ target: { queue: "billing" }, way: "blind" });
    const leaving = transferDialog(state, blind, recorder().actions);
    assert.equal(textOf(find(leaving, "transfer-submit")), "Hand over to the queue of Billing");
  });

  test("says why who was chosen cannot be called any more", () => {
    const target = { agent: "dave" };
    const root = transferDialog(state, draft({ target }), recorder().actions);
    const submit = find(root, "transfer-submit");
    assert.equal(submit?.props["aria-description"], "Dave: In another call");
  });

  test("stays open with the reason when the server refuses", () => {
    const dialog = /** @type {const} */ ({ name: "transfer", draft: draft() });
    const refused = reduce(reduce(state, { type: "dialog", dialog }), {
      type: "refused",
      key: "invite c1",
      code: "nobody_available",
      message: "Nobody.",
      extra: { team: "billing", waiting: 3 },
    });
    assert.deepEqual(refused.toasts, [], "told in one place");
    assert.ok(refused.dialog.name === "transfer");
    const root = transferDialog(refused, refused.dialog.draft, recorder().actions);
    assert.equal(
      textOf(find(root, "transfer-refused")),
      "Nobody of Billing is available, 3 in its queue.",
    );
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
