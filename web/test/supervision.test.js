import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { h } from "../page/dom.js";
import { toneOf } from "../page/tones.js";
import { heardBy } from "../desk/hears.js";
import { press, SHORTCUTS } from "../desk/shortcuts.js";
import { reduce } from "../desk/store.js";
import { chooseDialog, endDialog } from "../desk/views/behalf.js";
import { callStage } from "../desk/views/call.js";
import { helpDialog } from "../desk/views/help.js";
import { observingStage } from "../desk/views/observing.js";
import { board, boardButton } from "../desk/views/supervision.js";
import { atDesk, click, find, recorder, textOf } from "./drawn.js";
import {
  ALICE,
  allowed,
  BOB,
  CAROL,
  desk,
  EVE,
  MANAGES,
  observed,
  ongoing,
  seat,
  view,
} from "./story.js";
/** @import { State, StoreEvent, TransferWay } from "../desk/store.js" */
/** @import { ConversationView, Observer, Ongoing } from "../client/types.js" */

/** @param {...StoreEvent} events */
function eves(...events) {
  return atDesk(
    { type: "signed_in", person: { id: EVE, role: "agent", name: "Eve" } },
    { type: "desk", desk: desk({ id: EVE, name: "Eve", teams: [], rights: MANAGES }) },
    ...events,
  );
}

/** @param {...Partial<Ongoing>} all */
function withBoard(...all) {
  const shown = all.map((one) => ongoing(one));
  return eves(
    { type: "board", open: true },
    { type: "ongoing", ongoing: shown, more: false },
  );
}

/**
 * @param {State} state
 * @param {ConversationView} conversation
 */
function stageOf(state, conversation) {
  const { asked, actions } = recorder();
  return { asked, root: h("div", null, observingStage(state, conversation, actions)) };
}

/** @param {TransferWay} way */
function draft(way) {
  return {
    conversation: "c1",
    search: "",
    target: null,
    way,
    holdNow: false,
    stayHeld: false,
    note: "",
    refused: null,
  };
}

describe("the supervision board", () => {
  test("is opened by those who may listen, and by nobody else", () => {
    const { asked, actions } = recorder();
    assert.equal(boardButton(atDesk(), actions), null);
    const button = boardButton(eves(), actions);
    assert.ok(button !== null);
    click(button, "board-open");
    assert.deepEqual(asked, [["openBoard", true]]);
  });

  test("tells who is in it, in which phase, who answers for it and who listens", () => {
    const state = withBoard({ observers: [observer("monitor", CAROL, "Carol")] });
    const row = find(board(state, recorder().actions), "board-row-c1");
    assert.equal(textOf(find(row ?? null, "board-people")), "Alice, Bob");
    assert.match(textOf(row), /Support · Connected · Bob answers for it/);
    assert.match(textOf(find(row ?? null, `observer-${CAROL}`)), /Carol listens unnoticed/);
  });

  test("tells of one who waits in which queue", () => {
    const participants = [{ id: ALICE, name: "Alice" }];
    const state = withBoard({ phase: "waiting", owner: { queue: "support" }, participants });
    const row = find(board(state, recorder().actions), "board-row-c1");
    assert.match(textOf(row), /Waiting for an agent · in the queue of Support/);
  });

  test("does what the server allows, and says why not for the rest", () => {
    const { asked, actions } = recorder();
    const root = h("div", null, board(withBoard({}), actions));
    for (const testid of ["monitor", `coach-${BOB}`, "take-over", "transfer-on-behalf"]) {
      click(root, testid);
    }
    click(root, "end-for-all");
    click(root, "barge");
    assert.deepEqual(asked, [
      ["monitor", "c1"],
      ["coach", "c1", BOB],
      ["takeOver", "c1"],
      ["openOnBehalf", "c1"],
      ["askEndForAll", "c1"],
    ]);
    const why = find(root, "barge")?.props["aria-description"];
    assert.equal(why, "Three people are already in this call");
  });

  test("leaves out what the rights never allow", () => {
    const actions = /** @type {const} */ ([
      { action: "monitor", enabled: true },
      { action: "coach", participant: BOB, enabled: false, reason: "not_permitted" },
      { action: "end_for_all", enabled: false, reason: "not_permitted" },
    ]);
    const root = board(withBoard({ actions: [...actions] }), recorder().actions);
    assert.ok(find(root, "monitor"));
    assert.equal(find(root, `coach-${BOB}`), undefined);
    assert.equal(find(root, "end-for-all"), undefined);
  });

  test("has the controls of the call one is in on the stage only", () => {
    const state = reduce(withBoard({}), { type: "view", view: observed("monitor") });
    const root = board(state, recorder().actions);
    assert.equal(find(root, "monitor"), undefined);
    assert.match(textOf(find(root, "board-row-c1")), /controls are on the stage/);
  });

  test("shows more on request", () => {
    const { asked, actions } = recorder();
    const more = reduce(withBoard(), { type: "ongoing", ongoing: [ongoing()], more: true });
    click(h("div", null, board(more, actions)), "board-more");
    assert.deepEqual(asked, [["moreOnBoard"]]);
  });
});

describe("who observes", () => {
  test("reads how, and whom it hears", () => {
    const { root } = stageOf(eves(), observed("coach"));
    assert.match(textOf(find(root, "observing-how")), /Only Bob hears you/);
    assert.equal(textOf(find(root, `hears-${EVE}`)), "You hear Alice and Bob");
    assert.equal(textOf(find(root, `hears-${BOB}`)), "Bob hears Alice and you");
    assert.equal(textOf(find(root, `hears-${ALICE}`)), "Alice hears Bob");
  });

  test("changes between monitor, coach and barge, and stops", () => {
    const { asked, root } = stageOf(eves(), observed("monitor"));
    assert.equal(find(root, "monitor")?.props["aria-pressed"], "true");
    for (const testid of ["monitor", `coach-${BOB}`, "barge", "stop-observing"]) {
      click(root, testid);
    }
    assert.deepEqual(asked, [
      ["coach", "c1", BOB],
      ["barge", "c1"],
      ["stopObserving", "c1"],
    ]);
  });

  test("silences an agent, and lets it be heard again", () => {
    const { asked, root } = stageOf(eves(), observed("monitor"));
    click(root, `force-mute-${BOB}`);
    const silenced = observed("monitor", {
      participants: [seat(ALICE), seat(BOB, { muted: "forced" })],
      actions: [{ action: "force_unmute", participant: BOB, enabled: true }],
    });
    const next = stageOf(eves(), silenced);
    assert.match(textOf(find(next.root, `participant-${BOB}`)), /Muted by a supervisor/);
    click(next.root, `force-unmute-${BOB}`);
    assert.deepEqual(asked, [["forceMute", "c1", BOB, true]]);
    assert.deepEqual(next.asked, [["forceMute", "c1", BOB, false]]);
  });

  test("neither holds, removes nor cancels: such buttons are not there", () => {
    const offer = {
      id: "o1",
      initiator: BOB,
      target: { agent: "carol" },
      candidates: [{ id: CAROL, name: "Carol" }],
      state: /** @type {const} */ ("ringing"),
      expires_at_ms: 22_400,
    };
    const { root } = stageOf(eves(), observed("monitor", { phase: "ringing", offer }));
    assert.equal(textOf(find(root, "offer-name")), "Carol");
    for (const testid of ["cancel", `hold-${ALICE}`, `remove-${BOB}`]) {
      assert.equal(find(root, testid), undefined, testid);
    }
  });

  test("follows the phases, down to a customer who waits alone with music", () => {
    const alone = observed("monitor", {
      phase: "waiting",
      owner: { queue: "support" },
      participants: [seat(ALICE)],
      hearing: { source: "forward", talkers: [ALICE] },
    });
    const { root } = stageOf(eves(), alone);
    assert.equal(find(root, "call-phase")?.props["data-phase"], "waiting");
    assert.equal(textOf(find(root, `hears-${ALICE}`)), "Alice hears music");
    const recall = stageOf(eves(), observed("monitor", { phase: "recall" }));
    assert.equal(textOf(find(recall.root, "call-phase")), "Coming back to the agent");
  });

  test("learns as a listener, heard by none and without a supervisor's controls", () => {
    const actions = allowed("stop_observing");
    const { asked, root } = stageOf(eves(), observed("listener", { actions }));
    assert.match(textOf(find(root, "observing-how")), /Nobody hears you; the agents see/);
    assert.equal(find(root, "barge"), undefined);
    click(root, "stop-observing");
    assert.deepEqual(asked, [["stopObserving", "c1"]]);
  });

  test("goes back to listening from a seat", () => {
    const { asked, actions } = recorder();
    const seats = [seat(ALICE), seat(BOB), seat(EVE, { role: "supervisor" })];
    const offered = observed("monitor").actions.filter(({ action }) => action !== "monitor");
    const sits = view({
      you: EVE,
      participants: seats,
      actions: [...offered, ...allowed("monitor")],
    });
    const root = callStage(eves(), sits, actions);
    assert.ok(find(root, "barged"));
    assert.equal(find(root, "barge")?.props["aria-pressed"], "true");
    assert.equal(find(root, `coach-${EVE}`), undefined);
    click(root, "monitor");
    assert.deepEqual(asked, [["monitor", "c1"]]);
  });
});

/**
 * @param {Observer["mode"]} mode
 * @param {string} id
 * @param {string} name
 * @returns {Observer}
 */
function observer(mode, id, name) {
  const agent = mode === "coach" ? { agent: BOB } : {};
  return { id, name, mode, ...agent, presence: "joined", since_ms: 3_000 };
}

describe("the agents of an observed call", () => {
  test("know who speaks to them alone", () => {
    const coached = view({
      observers: [observer("coach", EVE, "Eve")],
      hearing: { source: "mix", talkers: [ALICE, EVE] },
    });
    const root = callStage(atDesk(), coached, recorder().actions);
    assert.match(textOf(find(root, "coached")), /Eve coaches you/);
    assert.equal(textOf(find(root, `hears-${BOB}`)), "You hear Alice and Eve");
    assert.equal(textOf(find(root, `hears-${ALICE}`)), "Alice hears you");
  });

  test("see who listens to learn, and may send it away", () => {
    const { asked, actions } = recorder();
    const learning = view({
      observers: [observer("listener", CAROL, "Carol")],
      actions: [{ action: "remove", participant: CAROL, enabled: true }],
    });
    const root = callStage(atDesk(), learning, actions);
    assert.match(textOf(find(root, `observer-${CAROL}`)), /Carol listens to learn/);
    click(root, `remove-${CAROL}`);
    assert.deepEqual(asked, [["remove", "c1", CAROL]]);
  });

  test("see nothing of supervision in a call of their own", () => {
    const root = callStage(atDesk(), view(), recorder().actions);
    for (const testid of ["coached", "observers", "barged", `force-mute-${ALICE}`]) {
      assert.equal(find(root, testid), undefined, testid);
    }
  });

  test("are not heard by a coach's agent on hold, nor hear the coach there", () => {
    const held = observed("coach", {
      participants: [seat(ALICE), seat(BOB, { held: { by: CAROL } }), seat(CAROL)],
    });
    assert.deepEqual(heardBy(held, BOB), { hears: [], clip: "music" });
    assert.deepEqual(heardBy(held, CAROL).hears, [ALICE]);
  });
});

describe("the dialogs of supervision", () => {
  test("choose a target for a transfer on behalf, seen on the board only", () => {
    const { asked, actions } = recorder();
    const chosen = { ...draft("on_behalf"), target: { agent: "carol" } };
    const root = chooseDialog(withBoard({}), chosen, actions);
    assert.match(textOf(root ?? undefined), /Bob leaves at once/);
    assert.equal(textOf(find(root, "transfer-submit")), "Hand over to Carol");
    const form = root?.children.find((child) => typeof child !== "string" && child.tag === "form");
    assert.ok(form !== undefined && typeof form !== "string");
    const submit = form.props["onsubmit"];
    assert.ok(typeof submit === "function");
    submit({ preventDefault() {} });
    assert.deepEqual(asked, [["chosen", chosen]]);
  });

  test("offer colleagues only to listen, and say what a refusal said", () => {
    const open = view({ actions: allowed("invite_listener") });
    const state = atDesk({ type: "view", view: open });
    const refused = { ...draft("listener"), refused: "Not allowed here." };
    const root = chooseDialog(state, refused, recorder().actions);
    assert.ok(find(root, "target-agent-carol"));
    assert.equal(find(root, "target-team-support"), undefined);
    assert.match(textOf(root ?? undefined), /Not allowed here\./);
  });

  test("ask before it ends for all", () => {
    const { asked, actions } = recorder();
    const dialog = /** @type {const} */ ({ name: "end_for_all", conversation: "c1" });
    const root = endDialog(withBoard({}), dialog, actions);
    assert.match(textOf(root), /ends at once for Alice and Bob/);
    click(root, "end-for-all-confirm");
    assert.deepEqual(asked, [["endForAll", "c1"]]);
  });

  test("close when the call is gone", () => {
    const state = eves(
      { type: "view", view: observed("monitor") },
      { type: "dialog", dialog: { name: "transfer", draft: draft("on_behalf") } },
    );
    assert.equal(state.dialog.name, "transfer");
    assert.equal(reduce(state, { type: "gone", conversation: "c1" }).dialog.name, "none");
    const full = observed("monitor", { version: 2, actions: [] });
    assert.equal(reduce(state, { type: "view", view: full }).dialog.name, "none");
  });
});

describe("a supervisor's keys", () => {
  /**
   * @param {string} key
   * @param {State} state
   */
  function pressed(key, state) {
    const { asked, actions } = recorder();
    const event = { key, target: null, preventDefault() {} };
    press(/** @type {KeyboardEvent} */ (/** @type {unknown} */ (event)), state, actions);
    return asked;
  }

  test("open the board", () => {
    assert.deepEqual(pressed("b", eves()), [["openBoard", true]]);
    assert.deepEqual(pressed("b", withBoard()), [["openBoard", false]]);
    assert.deepEqual(pressed("b", atDesk()), [], "nothing there for who may not listen");
  });

  test("change how one observes", () => {
    const state = eves({ type: "view", view: observed("monitor") });
    assert.deepEqual(pressed("o", state), [], "one does already");
    assert.deepEqual(pressed("w", state), [["coach", "c1", BOB]]);
    assert.deepEqual(pressed("j", state), [["barge", "c1"]]);
    assert.deepEqual(pressed("q", state), [["stopObserving", "c1"]]);
    assert.deepEqual(pressed("w", eves()), [], "nothing is observed");
  });

  test("are each another, and in the help of those who can use them", () => {
    assert.equal(new Set(SHORTCUTS.map(({ key }) => key)).size, SHORTCUTS.length);
    const { actions } = recorder();
    assert.match(textOf(helpDialog(eves(), actions)), /Open or close the supervision board/);
    assert.doesNotMatch(textOf(helpDialog(atDesk(), actions)), /supervision/);
  });
});

describe("tones", () => {
  test("tell of a coach and of who learns, of one's own silence, and of no monitor", () => {
    const conversation = "c1";
    const learns = { conversation, participant: EVE };
    assert.equal(toneOf({ kind: "coach_started", conversation, by: EVE }, BOB), "whisper");
    assert.equal(toneOf({ kind: "coach_stopped", conversation, by: EVE }, BOB), "alone");
    assert.equal(toneOf({ kind: "listener_joined", ...learns }, BOB), "whisper");
    assert.equal(toneOf({ kind: "force_muted", conversation, muted: true }, BOB), "silenced");
    assert.equal(toneOf({ kind: "force_muted", conversation, muted: false }, BOB), "joined");
    assert.equal(toneOf({ kind: "participant_joined", conversation, participant: BOB }, BOB), null);
    assert.equal(toneOf({ kind: "participant_back", conversation, participant: BOB }, EVE), null);
  });
});
