import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { reduce } from "../desk/store.js";
import { chatStage } from "../desk/views/chat.js";
import { conversations } from "../desk/views/conversations.js";
import { banners } from "../desk/views/header.js";
import { idleStage } from "../desk/views/idle.js";
import { chatView, inChat, listening, message, said, shows, words } from "./desk-chat.js";
import { atDesk, click, find, recorder, textOf } from "./drawn.js";
import { BOB, CAROL, desk, seat } from "./story.js";
/** @import { ConversationView, DeskView } from "../client/types.js" */
/** @import { State, StoreEvent } from "../desk/store.js" */

const EVE = "agent:eve";

/** @type {StoreEvent} */
const OUSTED = { type: "notice", notice: { kind: "taken_over", conversation: "c7", by: EVE } };
/** @type {StoreEvent} */
const GONE = { type: "gone", conversation: "c7", reason: "removed" };

/** @param {State} state */
function closed(state) {
  const one = state.closed["c7"]?.view;
  assert.ok(one !== undefined, "it is still to be looked at");
  return chatStage(state, one, recorder().actions);
}

describe("a chat that a supervisor has taken over", () => {
  for (const [order, events] of Object.entries({
    "told before it is gone": [OUSTED, GONE],
    "told after it is gone": [GONE, OUSTED],
  })) {
    test(`says who answers for it, ${order}`, () => {
      const named = desk();
      const first = /** @type {DeskView["agents"][0]} */ (named.agents[0]);
      const eve = { ...first, id: EVE, name: "Eve" };
      const told = { type: /** @type {const} */ ("desk"), desk: { ...named, agents: [eve] } };
      const state = events.reduce(reduce, inChat(told));
      const root = closed(state);
      assert.equal(words(root, "composer-why"), "You are out of this chat. Eve answers now.");
      assert.equal(find(root, `chat-person-${BOB}`), undefined, "its old owner is not in it");
      const list = conversations(state, recorder().actions);
      assert.match(textOf(find(list, "conversation-c7")), /In it: Eve\./);
    });
  }

  test("given away by who stays to listen, tells that once", () => {
    /** @type {Omit<import("../client/types.js").Notice, "kind">} */
    const about = { conversation: "c7", participant: CAROL };
    const one = /** @type {any} */ (listening().observers?.[0]);
    const observers = [{ ...one, id: CAROL, name: "Carol" }];
    const state = inChat(
      shows(chatView({ observers })),
      { type: "notice", notice: { kind: "participant_left", reason: "left", ...about } },
      { type: "notice", notice: { kind: "listener_joined", ...about } },
    );
    assert.deepEqual(state.toasts.map(({ text }) => text), ["Carol listens, and cannot write."]);
  });

  test("lets nobody be removed any more", () => {
    const remove = { action: /** @type {const} */ ("remove"), participant: CAROL, enabled: true };
    const one = /** @type {any} */ (listening().observers?.[0]);
    const observers = [{ ...one, id: CAROL, name: "Carol" }];
    const view = chatView({ observers, actions: [...chatView().actions, remove] });
    const state = inChat(shows(view));
    const before = chatStage(state, view, recorder().actions);
    assert.ok(find(before, `remove-${CAROL}`) !== undefined);
    assert.equal(find(closed(reduce(state, GONE)), `remove-${CAROL}`), undefined);
  });

  test("shows nobody typing who has no seat", () => {
    const typing = said("c7", { messages: [message(1, "Hello")], typing: [CAROL] });
    const with_carol = chatView({ participants: [...chatView().participants, seat(CAROL)] });
    const draw = (/** @type {ConversationView} */ view) =>
      words(chatStage(inChat(shows(view), typing), view, recorder().actions), "chat-typing");
    assert.match(draw(with_carol), /Carol types/);
    assert.equal(draw(chatView()), "");
  });
});

describe("who is ready", () => {
  /** @param {Partial<NonNullable<DeskView["you"]["chat"]>>} chat @param {object} [you] */
  const at = (chat, you = {}) => {
    const all = { status: "present", away_reason: null, engaged: 0, capacity: 4, available: true };
    const both = { ...you, chat: /** @type {any} */ ({ ...all, ...chat }) };
    return atDesk({ type: "desk", desk: desk(both) });
  };
  const drawn = (/** @type {State} */ state) => textOf(idleStage(state, recorder().actions));

  test("is told for which media", () => {
    assert.match(drawn(at({})), /Ready for calls and chats.*chats are offered/);
    assert.match(drawn(at({ status: "away" })), /Ready for the next call.*You get no chats/);
    const away = { status: "away", away_reason: "break" };
    assert.match(drawn(at({}, away)), /Ready for the next chat.*You get no calls/);
    assert.match(drawn(at(/** @type {any} */ (away), away)), /On a break.*no calls and no chats/);
  });

  test("is told of chats it missed, on the stage or, beside something else, above it", () => {
    const missed = /** @type {const} */ ({ status: "away", away_reason: "missed" });
    assert.match(drawn(at(missed)), /Two chats in a row went unanswered/);
    assert.equal(find(banners(at(missed), recorder().actions), "banner-missed"), undefined);
    const { asked, actions } = recorder();
    const busy = banners(at(missed, { state: "talking" }), actions);
    assert.match(words(busy, "banner-missed"), /Two chats .* no more are offered/);
    click(busy, "missed-back");
    assert.deepEqual(asked, [["setStatus", "present", undefined, "chat"]]);
  });
});
