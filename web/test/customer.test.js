import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { channelOf, filled, refusalText, waitingText } from "../customer/channel.js";
import { farewell, INITIAL, reduce, situation, talkers } from "../customer/store.js";
import { ALICE, BOB, CAROL, seat, view } from "./story.js";
/** @import { ConversationView } from "../client/types.js" */
/** @import { StoreEvent } from "../customer/store.js" */

/**
 * Alice's view.
 *
 * @param {Partial<ConversationView>} [more]
 */
function hers(more = {}) {
  return view({ you: ALICE, hearing: { source: "forward", talkers: [BOB] }, ...more });
}

/** @param {...StoreEvent} events */
function inCall(...events) {
  /** @type {StoreEvent[]} */
  const before = [
    { type: "connection", state: "live" },
    { type: "leg", state: "up" },
    { type: "view", view: hers() },
  ];
  return [...before, ...events].reduce(reduce, INITIAL);
}

describe("the call page's store", () => {
  test("says how the call is going", () => {
    const music = { hearing: { source: /** @type {const} */ ("music") } };
    const waiting = hers({ ...music, phase: "waiting", participants: [seat(ALICE)] });
    const held = hers({ ...music, participants: [seat(ALICE, { held: { by: BOB } }), seat(BOB)] });
    const handedOver = hers({ ...music, phase: "handed_over", participants: [seat(ALICE)] });
    const away = hers({ participants: [seat(ALICE, { presence: "reconnecting" }), seat(BOB)] });
    assert.equal(situation(INITIAL), "calling");
    assert.equal(situation(inCall()), "talking");
    assert.equal(situation(inCall({ type: "view", view: waiting })), "waiting");
    assert.equal(situation(inCall({ type: "view", view: held })), "held");
    assert.equal(situation(inCall({ type: "view", view: handedOver })), "handover");
    assert.equal(situation(inCall({ type: "view", view: away })), "reconnecting");
    assert.equal(situation(inCall({ type: "leg", state: "lost" })), "reconnecting");
    assert.equal(situation(inCall({ type: "connection", state: "lost" })), "reconnecting");
  });

  test("names whom the customer hears", () => {
    const three = hers({
      participants: [seat(ALICE), seat(BOB), seat(CAROL)],
      hearing: { source: "mix", talkers: [BOB, CAROL] },
    });
    assert.deepEqual(talkers(three), ["Bob", "Carol"]);
  });

  test("says goodbye by the reason", () => {
    /** @type {(reason: string, by?: string) => string} */
    const ends = (reason, by) => {
      const ended = hers({ ended: { reason, by: by ?? null, at_ms: 1 } });
      return farewell(inCall({ type: "gone", view: ended, reason: "ended" }));
    };
    assert.match(ends("customer_left", ALICE), /You have hung up/);
    assert.match(ends("customer_left"), /connection was lost/);
    assert.match(ends("completed", BOB), /is finished/);
    assert.match(farewell(inCall({ type: "gone", view: hers(), reason: "left" })), /hung up/);
  });

  test("a failed call leads back to the form, with what to do", () => {
    const state = inCall({ type: "failed", message: "No microphone.", advice: "Plug one in." });
    assert.equal(state.screen, "form");
    assert.deepEqual(state.error, { message: "No microphone.", advice: "Plug one in." });
  });

  test("a chat that cannot be opened beside the call leaves the call as it is", () => {
    const state = inCall(
      { type: "busy", busy: "chat" },
      { type: "failed", message: "Too many requests.", advice: null },
    );
    assert.deepEqual([state.screen, state.busy], ["call", null]);
    assert.equal(state.error?.message, "Too many requests.");
  });

  test("a reload into a call does not show the form", () => {
    const ready = /** @type {const} */ ({ type: "ready", teams: [], canCall: true, named: false });
    assert.equal(inCall(ready).screen, "call");
    assert.equal(reduce(INITIAL, ready).screen, "form");
  });
});

describe("the channel a page calls by", () => {
  test("fills in what is known and leaves the rest as it was written", () => {
    const values = { position: "2" };
    assert.equal(filled("{position} of {toString} {", values), "2 of {toString} {");
    const odd = { position: "{position} <b>$&</b>" };
    assert.equal(filled("{position}", odd), odd.position);
  });

  test("tells a waiting customer in its own words", () => {
    const texts = { waiting: "Number {position}, {estimated_wait}." };
    const wait = { position: 3, estimated_wait_ms: 240_000 };
    assert.equal(waitingText(texts, wait), "Number 3, about 4 minutes.");
    assert.equal(waitingText(texts, { position: 1 }), "Number 1, not known yet.");
    const says = (/** @type {number} */ ms) =>
      waitingText(texts, { position: 2, estimated_wait_ms: ms });
    assert.equal(says(0), "Number 2, less than a minute.");
    assert.equal(says(60_000), "Number 2, about a minute.");
    assert.equal(waitingText({}, wait), null);
  });

  test("says why nobody takes the call, and when somebody will", () => {
    const monday = new Date(2026, 0, 5, 9, 0).getTime();
    const own = { closed: "Come back {opens_at}!", full: "Too busy." };
    const said = refusalText(own, "closed", monday, "en-GB") ?? "";
    assert.match(said, /^Come back Monday.* 5 January.* 0?9:00!$/);
    assert.equal(refusalText(own, "closed", null), "Come back another time!");
    assert.equal(refusalText(own, "queue_full", undefined), "Too busy.");
    assert.match(refusalText({}, "closed", monday, "en-GB") ?? "", /We open on Monday/);
    assert.equal(refusalText({}, "closed", null), null);
    assert.equal(refusalText(own, "rate_limited", undefined), null);
  });

  test("is called also while nothing is known about it", async (context) => {
    const asked = context.mock.method(globalThis, "fetch", () => Promise.reject(new Error("cut")));
    assert.deepEqual(await channelOf("../web"), { id: "../web", texts: {} });
    assert.equal(asked.mock.calls[0]?.arguments[0], "/v1/channels/..%2Fweb");
    const channel = { id: "web", name: "Shop", enabled: true, texts: { greeting: "Hello" } };
    context.mock.method(globalThis, "fetch", () => Promise.resolve(Response.json(channel)));
    const shown = reduce(INITIAL, { type: "channel", channel: await channelOf("web") });
    assert.deepEqual(shown.channel?.texts, { greeting: "Hello" });
    assert.equal(shown.channel?.name, "Shop");
  });
});
