import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { h } from "../page/dom.js";
import { remember } from "../desk/chronicle.js";
import { INITIAL, reduce } from "../desk/store.js";
import { callHistory } from "../desk/views/history.js";
import { atDesk, find, textOf } from "./drawn.js";
import { ALICE, allowed, BOB, CAROL, consult, desk, EVE, ringing, seat, view } from "./story.js";
/** @import { Chronicles } from "../desk/chronicle.js" */
/** @import { StoreEvent } from "../desk/store.js" */
/** @import { ConversationView, Notice, Offer } from "../client/types.js" */

/**
 * What stands in the history of Alice's call, oldest first.
 *
 * @param {...(Partial<ConversationView> | Notice)} events views and notices, in their order
 */
function historyOf(...events) {
  let version = 0;
  const told = events.map((event) => {
    if ("kind" in event) return /** @type {StoreEvent} */ ({ type: "notice", notice: event });
    version += 1;
    const server_time_ms = 10_000 + version * 10_000;
    const shown = view({ version, server_time_ms, ...event });
    return /** @type {StoreEvent} */ ({ type: "view", view: shown });
  });
  return (atDesk(...told).chronicles["c1"] ?? []).map(({ text }) => text);
}

const ALL_THREE = [seat(ALICE), seat(BOB), seat(CAROL, { joined_at_ms: 30_000 })];

/** @type {Offer} */
const INVITATION = {
  id: "o1",
  origin: "invite",
  initiator: BOB,
  target: { agent: "carol" },
  candidates: [{ id: CAROL, name: "Carol" }],
  state: "ringing",
  note: "invoice",
  expires_at_ms: 60_000,
};

/**
 * @param {ConversationView} shown
 * @returns {StoreEvent}
 */
const shows = (shown) => ({ type: "view", view: shown });

/** @param {number} second of which Alice is on hold from there on */
function heldAt(second) {
  const participants = [seat(ALICE, { held: { by: BOB } }), seat(BOB)];
  return view({ participants, server_time_ms: second * 1_000 });
}

describe("the history of a call", () => {
  test("begins with who called whom, and who joined", () => {
    assert.deepEqual(historyOf({}), ["Alice called Support.", "You joined."]);
  });

  test("tells a transfer from the invitation with its note to the end", () => {
    const transferred = historyOf(
      {},
      { phase: "ringing", offer: INVITATION },
      { participants: ALL_THREE, phase: "three_way" },
      { participants: [seat(ALICE, { held: { by: BOB } }), ...ALL_THREE.slice(1)] },
      { participants: [seat(ALICE), seat(CAROL)], owner: { agent: "carol" } },
    );
    assert.deepEqual(transferred.slice(2), [
      "You called Carol, with the note “invoice”",
      "Carol joined.",
      "You put Alice on hold.",
      "Alice came off hold.",
      "You left.",
      "Carol answered for it from here on.",
    ]);
  });

  test("tells why an invitation failed", () => {
    const declined = historyOf(
      {},
      { phase: "ringing", offer: INVITATION },
      {
        kind: "offer_ended",
        conversation: "c1",
        target: { agent: "carol" },
        candidates: [CAROL],
        reason: "declined",
        text: "At lunch",
      },
      {},
    );
    assert.equal(declined.at(-1), "Carol declined: “At lunch”");
  });

  test("tells whom of a team it rang, one after the other", () => {
    const team = { ...INVITATION, target: { team: "billing" }, note: null };
    const next = { ...team, candidates: [{ id: "agent:dave", name: "Dave" }] };
    const rung = historyOf({}, { offer: team }, { offer: next });
    assert.deepEqual(rung.slice(2), ["You called Billing.", "Carol was rung.", "Dave was rung."]);
  });

  test("tells once of who left, with the reason the notice gives", () => {
    const lost = historyOf(
      { participants: ALL_THREE, server_time_ms: 10_000 },
      {
        kind: "participant_left",
        conversation: "c1",
        participant: CAROL,
        reason: "lost",
      },
      { participants: ALL_THREE.slice(0, 2), server_time_ms: 10_500 },
    );
    assert.equal(lost.filter((text) => text.startsWith("Carol")).length, 2);
    assert.doesNotMatch(lost.at(-1) ?? "", /^Carol left\.$/);
  });

  test("tells of hold, mute and a lost connection, and of their end", () => {
    const participants = [
      seat(ALICE, { held: { by: BOB }, presence: "reconnecting" }),
      seat(BOB, { muted: "forced" }),
    ];
    assert.deepEqual(historyOf({}, { participants }, {}).slice(2).toSorted(), [
      "A supervisor silenced you.",
      "Alice came back.",
      "Alice came off hold.",
      "Alice lost the connection.",
      "You could be heard again.",
      "You put Alice on hold.",
    ]);
  });

  test("tells of a coach and of who listens, as far as the view shows them", () => {
    const coach = {
      id: EVE,
      name: "Eve",
      mode: /** @type {const} */ ("coach"),
      agent: BOB,
      presence: /** @type {const} */ ("joined"),
      since_ms: 1,
    };
    const told = historyOf({}, { observers: [coach] }, { observers: [] });
    assert.deepEqual(told.slice(2), ["Eve coached you.", "Eve stopped listening."]);
    assert.equal(historyOf({}, {}, {}).length, 2, "nothing of whom the view does not show");
  });

  test("tells that it went back to the queue, and goes on when it comes again", () => {
    const told = historyOf(
      {},
      { owner: { queue: "support" }, participants: [seat(ALICE)], phase: "waiting" },
      { participants: [seat(ALICE), seat(BOB, { joined_at_ms: 40_000 })] },
    );
    assert.deepEqual(told.slice(2), [
      "You left.",
      "Waits in the queue of Support.",
      "You joined.",
      "You answered for it from here on.",
    ]);
  });

  test("knows the teams by name although the desk comes after the first view", () => {
    const events = /** @type {StoreEvent[]} */ ([
      { type: "tick", now: 10_000 },
      { type: "signed_in", person: { id: BOB, role: "agent", name: "Bob" } },
      shows(view()),
      { type: "desk", desk: desk() },
    ]);
    const texts = (events.reduce(reduce, INITIAL).chronicles["c1"] ?? []).map(({ text }) => text);
    assert.deepEqual(texts, ["Alice called Support.", "You joined."]);
  });

  test("is kept when the call is gone, for it may come back", () => {
    const state = atDesk(
      { type: "view", view: consult() },
      ...[20, 30, 40, 50, 60].flatMap((second) => [
        shows(heldAt(second)),
        shows(view({ server_time_ms: second * 1_000 + 5_000 })),
      ]),
      { type: "gone", conversation: "c1" },
      { type: "view", view: ringing() },
    );
    const texts = (state.chronicles["c1"] ?? []).map(({ text }) => text);
    assert.equal(texts.filter((text) => text === "Alice called Support.").length, 1);
    assert.ok(texts.some((text) => text.includes("“invoice”")));
  });

  test("tells how it ended", () => {
    const ended = { reason: "ended_for_all", at_ms: 30_000 };
    assert.equal(historyOf({}, { phase: "ended", ended }).at(-1), "A supervisor ended the call.");
  });

  test("is bounded, in one call and over all", () => {
    const facts = Array.from({ length: 200 }, (_, i) => ({ what: `${i}`, at: i, text: `${i}` }));
    const long = remember({}, "c1", facts)["c1"] ?? [];
    assert.equal(long.length, 80);
    assert.equal(long.at(-1)?.text, "199");
    /** @type {Chronicles} */
    let all = {};
    for (let i = 0; i < 50; i++) all = remember(all, `c${i}`, facts.slice(0, 1));
    assert.equal(Object.keys(all).length, 20);
    assert.ok("c49" in all, "the latest are kept");
  });

  test("stands in the call, newest first", () => {
    const state = atDesk({ type: "view", view: view({ actions: allowed("leave") }) });
    const held = heldAt(20);
    const shown = reduce(state, { type: "view", view: held });
    const list = find(h("div", null, callHistory(shown, held)), "call-history");
    assert.match(textOf(list?.children[0]), /You put Alice on hold\.$/);
    assert.equal(callHistory(atDesk(), view()), null);
  });
});
